"""/office/land and /office/yields: verifying plots, those that overlap, and what a mu gives in a year."""

from datetime import date

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.accounts.visitor_views import keep_nowhere, tell, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.catalogue.models import Indication
from portal.catalogue.queries import get_indication
from portal.db import transaction
from portal.land import actions, editing, several_pages
from portal.land.amounts import area_text, kg_text, km2_text, read_kg, typed_kg
from portal.land.ground import ground_of
from portal.land.queries import (
    PlotFilter,
    get_line_for,
    get_plot_for,
    lines_in,
    overlapping,
    plots_in,
    scope_of,
    yields_in,
)
from portal.land.rules import KEEPERS, Lie, PlotState
from portal.land.views import end_plot, plot_file, show_plot
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, Problem, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.producers.queries import get_roster_for, indications_with_roster
from portal.regions.queries import children_of, regions_by_code

blueprint = Blueprint("land_office", __name__, url_prefix="/office")

PER_PAGE = 50
MOST_LINES = 50
YEARS = 6


@blueprint.before_request
def _only_readers() -> None:
    scope_of(visitor())


blueprint.after_request(keep_nowhere)


@blueprint.get("/land")
def show_list() -> str:
    me, args = visitor(), request.args
    state, lie = args.get("state", PlotState.STATED.value), args.get("lie", "")
    asked = PlotFilter(
        gi=args.get("gi", ""),
        state=state if state in set(PlotState) else "",
        lie=lie if lie in set(Lie) else "",
        text=args.get("q", "").strip()[:60],
    )
    number = whole_number(args.get("page", ""), "page", 1, 100_000, 1)
    page = page_of(plots_in(me, asked), number, PER_PAGE)
    return render_template(
        "land/office_list.html",
        page=page,
        asked=asked,
        chosen_state=state,
        states=list(PlotState),
        lies=list(Lie),
        gis=indications_with_roster(me.region),
        regions=regions_by_code(one.adcode for one in page.items),
        area_text=area_text,
        km2=km2_text,
        keeper=me.role in KEEPERS,
    )


@blueprint.post("/land/verify")
def verify_many() -> ResponseReturnValue:
    """Verify what was ticked, each as it was seen; what changed meanwhile is left and said."""
    me, done, left = visitor(), 0, 0
    for ticked in request.form.getlist("plot")[:200]:
        number, _, seen = ticked.rpartition("-")
        try:
            with transaction():
                plot = get_plot_for(me, number, today())
                actions.verify_plot(me, plot, int(seen or 0), now())
            done += 1
        except (Problem, ValueError):
            left += 1
    if done:
        tell(Text(f"已核实 {done} 块地", f"Plots verified: {done}"))
    if left:
        tell(Text(f"有 {left} 块地已被更新，没有核实", f"Not verified, changed meanwhile: {left}"), "warning")
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/land/new")
def begin() -> ResponseReturnValue:
    me, text = visitor(), request.args.get("q", "").strip()[:60]
    _ensure_keeper(me)
    if request.args.get("line"):
        number = whole_number(request.args["line"], "line", 1, 10**9, 1)
        return editing.new_page(me, get_line_for(me, number, today()), "land_office")
    found = page_of(lines_in(me, text, today()), 1, MOST_LINES) if text else None
    regions = regions_by_code(line.adcode for line in found.items) if found else {}
    return render_template("land/choose_line.html", text=text, found=found, regions=regions)


@blueprint.post("/land/new")
def enter() -> ResponseReturnValue:
    _ensure_keeper(visitor())
    number = whole_number(request.form.get("line", ""), "line", 1, 10**9, 1)
    return editing.enter(visitor(), number, "land_office")


@blueprint.get("/land/several")
def choose_several() -> ResponseReturnValue:
    _ensure_keeper(visitor())
    return several_pages.choose_page(visitor(), "land_office")


@blueprint.post("/land/several")
def look_at_several() -> ResponseReturnValue:
    _ensure_keeper(visitor())
    return several_pages.look(visitor(), "land_office")


@blueprint.post("/land/several/enter")
def enter_several() -> ResponseReturnValue:
    _ensure_keeper(visitor())
    return several_pages.confirm(visitor(), "land_office")


@blueprint.get("/land/ground/<int:line>")
def ground(line: int) -> Response:
    return jsonify(ground_of(get_line_for(visitor(), line, today())))


@blueprint.get("/land/ground/plots/<number>")
def ground_of_plot(number: str) -> Response:
    return jsonify(ground_of(get_plot_for(visitor(), number, today())))


@blueprint.get("/land/overlaps")
def show_overlaps() -> str:
    me, slug = visitor(), request.args.get("gi", "")
    gi_id = get_roster_for(me, slug).id if slug else None
    found = overlapping(gi_id, me.region)
    return render_template(
        "land/overlaps.html",
        found=found[:MOST_OVERLAPS],
        total=len(found),
        gis=indications_with_roster(me.region),
        slug=slug,
        area_text=area_text,
    )


MOST_OVERLAPS = 200


@blueprint.get("/land/<number>")
def show(number: str) -> str:
    me = visitor()
    return show_plot(get_plot_for(me, number, today()), "land_office", keeper=me.role in KEEPERS)


@blueprint.post("/land/<number>")
def decide(number: str) -> ResponseReturnValue:
    me, form = visitor(), request.form
    seen = version_seen()
    try:
        with transaction():
            plot = get_plot_for(me, number, today())
            if form.get("step") == "refuse":
                actions.refuse_plot(me, plot, form.get("reason", ""), seen, now())
            else:
                actions.verify_plot(me, plot, seen, now())
    except RuleBroken as refused:
        if not refused.fields:
            raise
        plot = get_plot_for(me, number, today())
        page = show_plot(plot, "land_office", keeper=me.role in KEEPERS, faults=refused.fields)
        return page, 400
    return redirect(url_for(".show", number=number), 303)


@blueprint.route("/land/<number>/edit", methods=["GET", "POST"])
def change(number: str) -> ResponseReturnValue:
    _ensure_keeper(visitor())
    if request.method == "POST":
        return editing.change(visitor(), number, "land_office")
    return editing.change_page(get_plot_for(visitor(), number, today()), "land_office")


@blueprint.post("/land/<number>/end")
def end(number: str) -> ResponseReturnValue:
    return end_plot(visitor(), number, "land_office")


@blueprint.get("/land/<number>.geojson")
def file(number: str) -> Response:
    return plot_file(get_plot_for(visitor(), number, today()))


def _ensure_keeper(account: Account) -> None:
    if account.role not in KEEPERS:
        raise NotAllowed(Text("您可以查看，不能登记", "You may look, but not enter"))


# ---- yields


@blueprint.get("/yields")
def show_yields() -> str:
    return _yields_page({}, {})


@blueprint.post("/yields")
def set_yield() -> ResponseReturnValue:
    me, form = visitor(), request.form
    try:
        data = _read_yield(form)
        with transaction():
            indication = get_indication(get_roster_for(me, form.get("gi", "")).slug)
            actions.set_yield(me, indication, data, today(), now())
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return _yields_page(form, refused.fields), 400
    tell(
        Text("单产已确定，各家可用数量随之更新", "The yield is set; what each land can give follows"),
    )
    return redirect(url_for(".show_yields"), 303)


def _read_yield(form: object) -> actions.YieldData:
    grams, fault = read_kg(form.get("kg", ""))
    try:
        on = date.fromisoformat(form.get("document_on", ""))
    except ValueError:
        on = None
    year = form.get("year", "")
    data = actions.YieldData(
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else 0,
        place=form.get("place", "")[:9],
        grams_per_mu=grams,
        issuer=form.get("issuer", "")[:120],
        document=form.get("document", "")[:300],
        document_on=on,
    )
    faults = actions.yield_faults(data, today())
    if fault:
        faults["grams_per_mu"] = fault
    if data.place and data.place not in {code for code, _ in _yield_places(visitor())}:
        faults["place"] = Text("请从列表中选择", "Choose from the list")
    if faults:
        raise RuleBroken(Text("单产没有保存", "The yield was not kept"), faults)
    return data


def _yield_places(account: Account) -> list[tuple[str, Text]]:
    """The official's region and what lies directly in it; the whole area only for a GI kept by one office."""
    codes = {account.region} | {one.adcode for one in children_of(account.region)}
    known = regions_by_code(codes)
    return [(code, Text(known[code].name_zh, known[code].name_en)) for code in sorted(known)]


def _yields_page(typed: object, faults: dict[str, Text]) -> str:
    me = visitor()
    year = whole_number(request.args.get("year", ""), "year", 2000, today().year + 1, 0)
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    page = page_of(yields_in(me, year or None), number, PER_PAGE)
    gis: list[Indication] = indications_with_roster(me.region)
    return render_template(
        "land/yields.html",
        page=page,
        gis=gis,
        year=year,
        years=range(today().year + 1, today().year - YEARS, -1),
        this_year=today().year,
        places=_yield_places(me),
        regions=regions_by_code(one.place for one in page.items if one.place),
        typed=typed,
        faults=faults,
        kg=typed_kg,
        kg_text=kg_text,
        keeper=me.role in KEEPERS,
    )
