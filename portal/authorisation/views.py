"""What the public sees: who may use a GI, each licence, announcements, service figures, the pre-check."""

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gi_data.sheet_writing import CSV_TYPE, csv_lines
from portal.accounts.visitor_views import keep_nowhere
from portal.authorisation import present, words
from portal.authorisation.announcements import announcements, service_figures
from portal.authorisation.answers import read_point
from portal.authorisation.apply_choices import place_options
from portal.authorisation.models import Licence
from portal.authorisation.prechecks import place_answer, ways_of
from portal.authorisation.queries import get_licence, open_protections
from portal.authorisation.rules import LicenceState, Track
from portal.authorisation.users import (
    UserFilter,
    count_by_county,
    count_by_status,
    counties_of_users,
    users_of,
)
from portal.catalogue.made_map import get_map
from portal.catalogue.map_marks import indication_marks
from portal.catalogue.map_pictures import Counted, draw_counts
from portal.catalogue.queries import find_indication, get_indication
from portal.db import db
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import regions_by_code
from portal.register.views import parse_day

blueprint = Blueprint("authorisation", __name__)

PER_PAGE = 50
FEED_LENGTH = 50
MOST_EXPORTED = 60_000
WRONG = Text("地址中的参数不正确", "A parameter in the address is not right")
ON_MAP = Text("{place} {n} 份", "{place}: {n}")
NOT_PUBLIC = Text("姓名不公开", "name not public")


@blueprint.get("/gi/<slug>/users")
def show_users(slug: str) -> str:
    indication = get_indication(slug)
    asked = users_asked()
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    page = page_of(users_of(indication.id, asked), number, PER_PAGE)
    counties = regions_by_code(counties_of_users(indication.id))
    return render_template(
        "authorisation/users.html",
        indication=indication,
        name=Text(indication.name_zh, indication.name_en),
        page=page,
        asked=asked,
        counts=count_by_status(indication.id, asked.on),
        states=[(state.value, state.text) for state in LicenceState],
        tracks=[(track.value, words.TRACK_NAMES[track]) for track in Track],
        regions=[(code, Text(r.name_zh, r.name_en)) for code, r in sorted(counties.items())],
        places=present.places_of([one.adcode[:6] for one in page.items]),
        by_county=[(code, counties.get(code), n) for code, n in count_by_county(indication.id, asked)],
        past=asked.on < today(),
        present=present,
        not_public=NOT_PUBLIC,
    )


def users_asked() -> UserFilter:
    status = request.args.get("status", LicenceState.IN_FORCE)
    if status not in ("", "all", *LicenceState):
        raise RuleBroken(WRONG, {"status": Text("没有这个状态", "There is no such state")})
    track = request.args.get("track", "")
    if track and track not in set(Track):
        raise RuleBroken(WRONG, {"track": Text("没有这个种类", "There is no such kind")})
    region = request.args.get("region", "")
    if region and not (region.isascii() and region.isdecimal() and len(region) in (6, 9)):
        raise RuleBroken(WRONG, {"region": Text("应为行政区划代码", "Must be a division code")})
    return UserFilter(
        on=parse_day("on") or today(),
        status="" if status == "all" else status or LicenceState.IN_FORCE,
        text=request.args.get("q", "").strip()[:80],
        region=region,
        track=track,
    )


@blueprint.get("/gi/<slug>/users/map.svg")
def users_map(slug: str) -> Response:
    """The list as filtered, on the ground of the GI: how many licences in each county. No address of
    anybody is drawn."""
    indication, asked = get_indication(slug), users_asked()
    mark = next((mark for mark in indication_marks() if mark.number == indication.id), None)
    counts = count_by_county(indication.id, asked)
    names = regions_by_code([code for code, _ in counts])
    language = current_language()
    shown = [
        Counted(code, ON_MAP.format(place=Text(one.name_zh, one.name_en), n=n).say(language), n)
        for code, n in counts
        if (one := names.get(code)) is not None
    ]
    title = Text("{gi}的用标授权，{day}", "Licences of {gi}, {day}").format(
        gi=Text(indication.name_zh, indication.name_en), day=asked.on.isoformat()
    )
    return Response(draw_counts(get_map(), mark, shown, title, language), mimetype="image/svg+xml")


HEADINGS = {
    "zh": (
        "统一社会信用代码",
        "名称",
        "所在县",
        "授权编号",
        "授权种类",
        "产品",
        "起始日",
        "截止日",
        "状态",
        "截至",
    ),
    "en": ("USCC", "name", "county", "licence_no", "kind", "goods", "valid_from", "valid_to", "status", "on"),
}


@blueprint.get("/gi/<slug>/users.csv")
def download_users(slug: str) -> Response:
    """The list as filtered, whole; names and codes only of those who are public."""
    indication = get_indication(slug)
    asked = users_asked()
    rows = list(db.session.scalars(users_of(indication.id, asked).limit(MOST_EXPORTED)))
    body = b"".join(csv_lines(HEADINGS[current_language()], _lines(rows, asked.on)))
    answer = Response(body, content_type=CSV_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-users-{asked.on}.csv"'
    return answer


def _lines(rows: list[Licence], day: date) -> Iterable[tuple[object, ...]]:
    language = current_language()
    places = present.places_of([one.adcode[:6] for one in rows])
    for one in rows:
        open_ = one.producer.name_public
        yield (
            one.producer.uscc if open_ else None,
            one.producer.name if open_ else NOT_PUBLIC.say(language),
            places[one.adcode[:6]].say(language),
            one.number,
            present.track_name(one).say(language),
            one.goods,
            one.valid_from,
            one.valid_to,
            one.state_on(day).text.say(language),
            day,
        )


@blueprint.get("/licences/<number>")
def show_licence(number: str) -> str:
    licence = get_licence(number)
    return render_template(
        "authorisation/licence.html",
        licence=licence,
        name=present.public_name(licence),
        place=present.places_of([licence.adcode[:6]])[licence.adcode[:6]],
        standing=present.licence_standing(licence, today()),
        events=present.spell_events(licence),
        not_public=NOT_PUBLIC,
        present=present,
    )


@blueprint.get("/announcements/")
def show_announcements() -> str:
    kind, gi = request.args.get("kind", ""), request.args.get("gi", "")[:80]
    if kind and kind not in words.ANNOUNCEMENT_NAMES:
        raise RuleBroken(WRONG, {"kind": Text("没有这一类", "There is no such kind")})
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    return render_template(
        "authorisation/announcements.html",
        page=page_of(announcements(kind, gi), number, PER_PAGE),
        kind=kind,
        gi=gi,
        kinds=list(words.ANNOUNCEMENT_NAMES.items()),
        states=LicenceState.words(),
        words=words,
        present=present,
        not_public=NOT_PUBLIC,
    )


@blueprint.get("/announcements.atom")
def feed() -> Response:
    page = page_of(announcements(), 1, FEED_LENGTH, 0)
    body = render_template(
        "authorisation/announcements.atom.xml",
        items=page.items,
        base=current_app.config["SETTINGS"].base_url,
        words=words,
        present=present,
        not_public=NOT_PUBLIC,
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/announcements/service")
def show_service() -> str:
    answer = current_app.make_response(
        render_template("authorisation/service.html", figures=service_figures(today()), words=words)
    )
    # Steps of applications are not public entries, so the version does not move with these figures.
    return keep_nowhere(answer)


@blueprint.get("/precheck")
def precheck() -> ResponseReturnValue:
    slug, place = request.args.get("gi", "").strip()[:80], request.args.get("place", "")[:9]
    typed = {name: request.args.get(name, "").strip()[:20] for name in ("lon", "lat")}
    point = read_point(typed)
    indication = find_indication(slug) if slug else None
    if slug and indication is None:
        return redirect(url_for("catalogue.show_list", q=slug))
    where = point if isinstance(point, tuple) else (None, None)
    return render_template(
        "authorisation/precheck.html",
        indication=indication,
        name=Text(indication.name_zh, indication.name_en) if indication else None,
        gis=_gis_open() if indication is None else [],
        place=place,
        typed=typed,
        fault=point if isinstance(point, Text) else None,
        places=place_options(indication, place) if indication else [],
        answer=place_answer(indication, place, *where) if indication else None,
        ways=ways_of(indication, place) if indication else [],
        standards=indication.facts.get("standards", []) if indication else [],
        words=words,
    )


def _gis_open() -> list[tuple[str, Text]]:
    rows = {p.indication.slug: p.indication for p in db.session.scalars(open_protections())}
    names = [(slug, Text(i.name_zh, i.name_en)) for slug, i in rows.items()]
    return sorted(names, key=lambda pair: pair[0])
