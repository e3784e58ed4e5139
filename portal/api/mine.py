"""What an account sees of its own with a token that reads: returns and labels, each with the number and the
version that the next step names."""

from flask import Blueprint, Response

from portal.accounts.visitor_views import me
from portal.api.describing import asked, described
from portal.api.listing import page_listed
from portal.api.parameters import PAGE, one_of, per_page, whole, words
from portal.api.shapes.writing import PARTS, RETURNS
from portal.labels.queries import parts_held_by
from portal.labels.schema import part_as_json
from portal.lib.clock import today
from portal.lib.text import Text
from portal.paging import page_of
from portal.returns.queries import ReturnFilter, returns_seen_by
from portal.returns.rules import FIRST_YEAR, State
from portal.returns.schema import return_as_json

blueprint = Blueprint("api_mine", __name__, url_prefix="/api/v1")

LAST_YEAR = 2100
STATE_ABOUT = Text("状态；不写则不含作废和被代替的", "State; else all but replaced and ended")


@blueprint.get("/returns")
@described(
    Text("我能看到的年度申报", "The yearly returns I may see"),
    RETURNS,
    parameters=(
        words("gi", Text("地理标志的代号", "Key of the GI"), 80),
        whole("year", Text("年度", "Year"), FIRST_YEAR, LAST_YEAR),
        one_of("state", STATE_ABOUT, State),
        PAGE,
        per_page(50),
    ),
    detail=Text(
        "官员看本地区的，生产者看自己的。接受或退回时，写上这里的 id 和 version。令牌范围：read",
        "Officials see those of their region, producers their own. To accept or send back, give the id and "
        "version found here. Scope of the token: read",
    ),
    private=True,
)
def returns() -> Response:
    state = asked("state")
    wanted = ReturnFilter(asked("year"), State(state) if state else None, asked("gi") or "")
    found = page_of(returns_seen_by(me(), wanted, today()), asked("page"), asked("per_page"))
    return page_listed(found, return_as_json)


@blueprint.get("/labels/parts")
@described(
    Text("我手上的标签", "The labels I hold"),
    PARTS,
    parameters=(PAGE, per_page(50)),
    detail=Text(
        "还没有去向的每一段；报明去向时，写上这里的 part 和 version。令牌范围：read",
        "Every piece that nothing was stated of yet; to state it, give the part and version found here. "
        "Scope of the token: read",
    ),
    private=True,
)
def parts() -> Response:
    return page_listed(page_of(parts_held_by(me(), today()), asked("page"), asked("per_page")), part_as_json)
