"""Rosters as officials keep them: the list of GIs, one roster on a day, its lines, its export."""

from collections.abc import Iterator, Mapping
from datetime import date

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)

from gi_data.sheet_writing import CSV_TYPE, XLSX_TYPE, csv_lines, xlsx_bytes
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.catalogue.models import Indication
from portal.fields import show_faults
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.pages import page_address
from portal.paging import page_of
from portal.producers import queries
from portal.producers.actions import RosterData, amend_line, end_line, enrol, line_data
from portal.producers.exports import roster_cells, roster_headings
from portal.producers.forms import EndForm, EnrolForm, LineForm
from portal.producers.history import history_for
from portal.producers.models import RosterEntry
from portal.producers.office_shared_views import (
    asked_day,
    asked_number,
    checked_place,
    place_shown,
    producer_typed,
    storing,
)
from portal.producers.points import AreaOfIndication
from portal.producers.present import lines_of
from portal.producers.queries import RosterFilter, keeps_producer
from portal.producers.rules import ProducerKind, Reason, may_keep_rosters, place_fit
from portal.producers.standing import authorisation_is_known
from portal.regions.naming import place_names
from portal.regions.queries import find_region, search_regions

blueprint = Blueprint("rosters", __name__, url_prefix="/office/rosters")
blueprint.after_request(keep_nowhere)

PER_PAGE = 100
SUGGESTIONS = 10
EXPORTED_AT_ONCE = 2_000


@blueprint.get("")
def show_list() -> str:
    scope, day = queries.scope_of(me()), asked_day(today())
    counts = queries.roster_counts(scope, day)
    gis = queries.indications_with_roster(scope)
    rows = [(gi, queries.count_of(counts, gi.id)) for gi in gis]
    return render_template(
        "roster/list.html",
        rows=sorted(rows, key=lambda row: (-row[1].total, row[0].pinyin)),
        total=sum(count.total for _, count in rows),
        authorised=sum(count.authorised or 0 for _, count in rows) if authorisation_is_known() else None,
        region=find_region(scope),
        reasons=Reason.words(),
        day=day,
        is_today=day == today(),
        may_keep=may_keep_rosters(me().role),
    )


@blueprint.get("/places")
def suggest_places() -> Response:
    """For the field's suggestions while typing: counties and townships of the official's own region."""
    scope = queries.scope_of(me())
    found = search_regions(request.args.get("q", "")[:60], scope, limit=40)
    shown = [region for region in found if region.level in ("county", "township")][:SUGGESTIONS]
    names = place_names(region.adcode for region in shown)
    items = [
        {
            "text": names[region.adcode].say(current_language()),
            "detail": region.adcode,
            "value": f"{names[region.adcode].zh} {region.adcode}",
        }
        for region in shown
    ]
    return jsonify(items=items)


# ---- one roster


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    gi = queries.get_roster_for(me(), slug)
    scope, day, asked = queries.scope_of(me()), asked_day(today()), _asked()
    page = page_of(queries.roster_rows(scope, gi.id, asked, day), asked_number("page"), PER_PAGE)
    count = queries.count_of(queries.roster_counts(scope, day, [gi.id]), gi.id)
    places = queries.places_on_roster(scope, gi.id, day)
    return render_template(
        "roster/show.html",
        gi=gi,
        page=page,
        lines=lines_of(page.items, gi.slug, day, today()),
        count=count,
        asked=asked,
        chosen=_chosen(asked),
        places=_place_options(places),
        kinds=[(one.value, one.text, (count.by_kind or {}).get(one, 0)) for one in ProducerKind],
        reasons=[(one.value, one.text, (count.by_reason or {}).get(one, 0)) for one in Reason],
        day=day,
        is_today=day == today(),
        sort=asked.sort,
        may_keep=may_keep_rosters(me().role),
        known=authorisation_is_known(),
    )


def _asked() -> RosterFilter:
    kind, reason, authorised = (request.args.get(name, "") for name in ("kind", "reason", "authorised"))
    sort = request.args.get("sort", "name")
    return RosterFilter(
        text=request.args.get("q", "").strip()[:100],
        place=_adcode(request.args.get("place", "")),
        kind=ProducerKind(kind) if kind in {k.value for k in ProducerKind} else None,
        reason=Reason(reason) if reason in {r.value for r in Reason} else None,
        authorised={"yes": True, "no": False}.get(authorised),
        sort=sort if sort.removeprefix("-") in queries.SORTS else "name",
    )


def _adcode(typed: str) -> str:
    return typed if typed.isascii() and typed.isdecimal() and len(typed) in (6, 9) else ""


def _chosen(asked: RosterFilter) -> list[tuple[Text, str]]:
    """What is chosen, each with the address without it."""
    words = [
        ("q", Text(f"“{asked.text}”", f"“{asked.text}”") if asked.text else None),
        ("place", place_names([asked.place])[asked.place] if asked.place else None),
        ("kind", asked.kind.text if asked.kind else None),
        ("reason", asked.reason.text if asked.reason else None),
        ("authorised", AUTHORISED_WORDS.get(asked.authorised)),
    ]
    return [(text, page_address(**{name: None, "page": None})) for name, text in words if text]


AUTHORISED_WORDS = {True: Text("已授权", "authorised"), False: Text("未授权", "not authorised")}


def _place_options(places: list[tuple[str, int]]) -> list[tuple[str, Text, int]]:
    """Counties with their townships under them, each with its number."""
    counties: dict[str, int] = {}
    for code, number in places:
        counties[code[:6]] = counties.get(code[:6], 0) + number
    names = place_names([*counties, *(code for code, _ in places)])
    options = [(code, names[code], number) for code, number in counties.items() if len(counties) > 1]
    return options + [(code, names[code], number) for code, number in places if code not in dict(options)]


# ---- export


@blueprint.get("/<slug>/export.<form>")
def export(slug: str, form: str) -> Response:
    gi = queries.get_roster_for(me(), slug)
    if form not in ("csv", "xlsx"):
        raise NotFound(Text("只有 CSV 和 XLSX", "There are CSV and XLSX only"))
    scope, day, language = queries.scope_of(me()), asked_day(today()), current_language()
    headings, rows = roster_headings(language), _exported(gi, scope, _asked(), day, language)
    name = f"roster-{gi.slug}-{scope}-{day.isoformat()}.{form}"
    if form == "csv":
        body, kind = stream_with_context(csv_lines(headings, rows)), CSV_TYPE
    else:
        body, kind = xlsx_bytes(gi.name_zh if language == "zh" else gi.name_en, headings, rows), XLSX_TYPE
    return Response(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _exported(gi: Indication, scope: str, asked: RosterFilter, day: date, language: str) -> Iterator[list]:
    query = queries.roster_rows(scope, gi.id, asked, day)
    viewer, number = me(), 1
    while True:
        page = page_of(query, number, EXPORTED_AT_ONCE, total=0)
        lines = lines_of(page.items, gi.slug, day, today())
        yield from roster_cells(
            lines, gi.name_zh, language, [keeps_producer(viewer, line.producer) for line in lines]
        )
        if len(page.items) < EXPORTED_AT_ONCE:
            return
        number += 1


# ---- lines


@blueprint.route("/<slug>/add", methods=["GET", "POST"])
def add(slug: str) -> Response | tuple[str, int]:
    gi = queries.get_roster_for(me(), slug)
    queries.ensure_keeper(me())
    form = EnrolForm(from_on=today(), reason=Reason.NOT_APPLIED.value)
    if form.is_submitted():
        try:
            producer = producer_typed(form)
            line = RosterData(
                producer.adcode, form.from_on.data, None, Reason(form.reason.data), form.note.data
            )
            with storing():
                entry = enrol(me(), gi, producer, line, today())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            tell(Text("已列入名录", "Put on the roster"))
            return redirect(url_for("rosters.show_line", slug=slug, number=entry.id))
    return render_template("roster/add.html", gi=gi, form=form), 400 if form.errors else 200


@blueprint.get("/<slug>/<int:number>")
def show_line(slug: str, number: int) -> str:
    entry = queries.get_entry_for(me(), slug, number)
    return _line_page(entry, LineForm(**_as_typed(entry)), EndForm(version=entry.version, ended_on=today()))


@blueprint.post("/<slug>/<int:number>")
def amend(slug: str, number: int) -> Response | tuple[str, int]:
    entry = queries.get_entry_for(me(), slug, number)
    form = LineForm()
    try:
        place = checked_place(form)
        wanted = RosterData(
            place, form.from_on.data, form.ended_on.data, Reason(form.reason.data), form.note.data
        )
        with storing():
            amend_line(me(), queries.get_entry_for(me(), slug, number), wanted, version_seen())
    except RuleBroken as problem:
        show_faults(form, problem)
    else:
        tell(Text("已保存", "Saved"))
        return redirect(url_for("rosters.show_line", slug=slug, number=number))
    return _line_page(entry, form, EndForm(formdata=None, version=entry.version, ended_on=today())), 400


@blueprint.post("/<slug>/<int:number>/end")
def end(slug: str, number: int) -> Response | tuple[str, int]:
    entry = queries.get_entry_for(me(), slug, number)
    form = EndForm()
    if form.validate():
        try:
            with storing():
                found = queries.get_entry_for(me(), slug, number)
                end_line(me(), found, form.ended_on.data, version_seen())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            tell(Text("已移出名录", "Taken off the roster"))
            return redirect(url_for("rosters.show_line", slug=slug, number=number))
    return _line_page(entry, LineForm(formdata=None, **_as_typed(entry)), form), 400


def _as_typed(entry: RosterEntry) -> Mapping[str, object]:
    known = line_data(entry)
    return {
        "version": entry.version,
        "place": place_shown(known.adcode),
        "from_on": known.from_on,
        "ended_on": known.ended_on,
        "reason": known.reason.value,
        "note": known.note,
    }


def _line_page(entry: RosterEntry, form: LineForm, end_form: EndForm) -> str:
    day, producer = today(), entry.producer
    rows = queries.standing_of(entry, day)
    line = lines_of([(entry, rows)], entry.indication.slug, day, day)[0]
    units, _ = queries.divisions_of_area(entry.indication_id)
    keeps = keeps_producer(me(), producer)
    subject = f"roster:{entry.indication.slug}/{producer.number}"
    return render_template(
        "roster/line.html",
        gi=entry.indication,
        entry=entry,
        producer=producer,
        line=line,
        fit=place_fit(entry.adcode, units),
        area_words=AreaOfIndication(entry.indication_id).words if producer.lon is not None else None,
        form=form,
        end_form=end_form,
        keeps=keeps,
        may_keep=may_keep_rosters(me().role),
        history=history_for(subject),
        day=day,
    )
