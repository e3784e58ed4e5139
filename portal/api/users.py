"""/api/v1/gis/{slug}/users: who may use a GI, on any day."""

from flask import Blueprint, Response, jsonify

from portal.api.describing import asked, described
from portal.api.parameters import PAGE, adcode, day, one_of, per_page, words
from portal.api.shapes import REGION, either, fields, list_of, maybe, text, truth
from portal.authorisation.models import Licence
from portal.authorisation.present import places_of
from portal.authorisation.rules import LicenceState, Track
from portal.authorisation.users import UserFilter, users_of
from portal.catalogue.queries import get_indication
from portal.lib.clock import today
from portal.lib.text import Text
from portal.paging import page_of
from portal.register.queries import public_version

blueprint = Blueprint("api_users", __name__, url_prefix="/api/v1/gis")

ANY = "all"
PRIVATE = "null where a person has not agreed to be named"
USER = fields(
    uscc=maybe(text(), PRIVATE),
    name=maybe(text(), PRIVATE),
    region=REGION,
    licence_no=text("the portal's lasting number of the licence"),
    kind=either(*Track),
    goods=text(),
    valid_from=text(format="date"),
    valid_to=maybe(text(format="date"), "null: without an end"),
    status=either(*LicenceState, about="on the day asked for"),
    demo=truth("made up for the demonstration"),
)
USERS = list_of(USER, on=text("the day that the answer is about", format="date"))


@blueprint.get("/<slug>/users")
@described(
    Text("一个地理标志的用标者", "The authorised users of a GI"),
    USERS,
    parameters=(
        day("on", Text("哪一天；不写是今天", "On which day; today if not given"), example="2026-11-20"),
        one_of(
            "status",
            Text("状态；不写是有效，all 是全部", "State; in force if not given, all for every one"),
            (*LicenceState, ANY),
        ),
        words("q", Text("名称、代码或授权编号", "Name, code or licence number"), 80),
        adcode("region", Text("所在区划", "Division")),
        PAGE,
        per_page(50),
    ),
    path=(
        words("slug", Text("地理标志的代号", "Key of the GI"), 80, required=True, example="zhongning-gouqi"),
    ),
    examples=("/api/v1/gis/zhongning-gouqi/users", "/api/v1/gis/zhongning-gouqi/users?status=all"),
)
def users(slug: str) -> Response:
    indication = get_indication(slug)
    on = asked("on") or today()
    status = asked("status") or LicenceState.IN_FORCE
    wanted = UserFilter(on, "" if status == ANY else status, asked("q") or "", asked("region") or "")
    page = page_of(users_of(indication.id, wanted), asked("page"), asked("per_page"))
    names = places_of([one.adcode[:6] for one in page.items])
    return jsonify(
        total=page.total,
        page=page.number,
        per_page=page.per_page,
        on=on.isoformat(),
        items=[_user(one, on, names) for one in page.items],
        version=public_version(),
    )


def _user(one: Licence, on: object, names: dict[str, Text]) -> dict[str, object]:
    open_ = one.producer.name_public
    county = one.adcode[:6]
    return {
        "uscc": one.producer.uscc if open_ else None,
        "name": one.producer.name if open_ else None,
        "region": {"adcode": county, "name": names[county].as_json()},
        "licence_no": one.number,
        "kind": one.track,
        "goods": one.goods,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "status": one.state_on(on).value,
        "demo": one.demo,
    }
