"""/workbench/land: a producer's plots, how they lie to the producing area, and what they can give."""

import json

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.accounts.visitor_views import keep_nowhere, only_producers, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.db import transaction
from portal.land import actions, editing, several_pages
from portal.land.amounts import area_text, kg_text, km2_text
from portal.land.ground import ground_of
from portal.land.picture import picture_of
from portal.land.placing import BASIS_WORDS
from portal.land.queries import (
    ceilings_by_line,
    get_line_for,
    get_plot_for,
    lines_of_account,
    overlaps_of,
    plots_of_account,
)
from portal.lib.clock import today
from portal.paging import page_of, whole_number
from portal.regions.queries import regions_by_code

blueprint = Blueprint("land", __name__, url_prefix="/workbench/land")

PER_PAGE = 50


blueprint.before_request(only_producers)


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    me, day = visitor(), today()
    lines = lines_of_account(me, day)
    page = page_of(plots_of_account(me, day), page_number(), PER_PAGE)
    return render_template(
        "land/my_list.html",
        page=page,
        lines=lines,
        year=day.year,
        ceilings=ceilings_by_line(lines, day.year),
        regions=regions_by_code(one.adcode for one in page.items),
        area_text=area_text,
        kg_text=kg_text,
    )


def page_number() -> int:
    return whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)


@blueprint.get("/new")
def begin() -> ResponseReturnValue:
    number = whole_number(request.args.get("line", ""), "line", 1, 10**9, 1)
    return editing.new_page(visitor(), get_line_for(visitor(), number, today()), "land")


@blueprint.post("/new")
def enter() -> ResponseReturnValue:
    number = whole_number(request.form.get("line", ""), "line", 1, 10**9, 1)
    return editing.enter(visitor(), number, "land")


@blueprint.get("/several")
def choose_several() -> ResponseReturnValue:
    return several_pages.choose_page(visitor(), "land")


@blueprint.post("/several")
def look_at_several() -> ResponseReturnValue:
    return several_pages.look(visitor(), "land")


@blueprint.post("/several/enter")
def enter_several() -> ResponseReturnValue:
    return several_pages.confirm(visitor(), "land")


@blueprint.get("/ground/<int:line>")
def ground(line: int) -> Response:
    """The producing area and the plots there are, for the map on which a plot is drawn."""
    return jsonify(ground_of(get_line_for(visitor(), line, today())))


@blueprint.get("/ground/plots/<number>")
def ground_of_plot(number: str) -> Response:
    return jsonify(ground_of(get_plot_for(visitor(), number, today())))


@blueprint.get("/plots/<number>")
def show(number: str) -> str:
    return show_plot(get_plot_for(visitor(), number, today()), "land")


@blueprint.route("/plots/<number>/edit", methods=["GET", "POST"])
def change(number: str) -> ResponseReturnValue:
    if request.method == "POST":
        return editing.change(visitor(), number, "land")
    return editing.change_page(get_plot_for(visitor(), number, today()), "land")


@blueprint.post("/plots/<number>/end")
def end(number: str) -> ResponseReturnValue:
    return end_plot(visitor(), number, "land")


@blueprint.get("/plots/<number>.geojson")
def file(number: str) -> Response:
    return plot_file(get_plot_for(visitor(), number, today()))


# ---- shared with the office


def show_plot(plot: object, blueprint: str, **more: object) -> str:
    shared = overlaps_of(plot)
    return render_template(
        "land/show.html",
        plot=plot,
        blueprint=blueprint,
        picture=picture_of(plot, [one.other for one in shared]),
        overlaps=shared,
        basis=BASIS_WORDS[plot.basis],
        region=regions_by_code([plot.adcode, plot.adcode[:6]]),
        area_text=area_text,
        km2=km2_text,
        **more,
    )


def end_plot(account: Account, number: str, blueprint: str) -> ResponseReturnValue:
    with transaction():
        plot = get_plot_for(account, number, today())
        seen = version_seen()
        actions.end_plot(account, plot, seen, today())
    return redirect(url_for(f"{blueprint}.show", number=number), 303)


def plot_file(plot: object) -> Response:
    """The outline as it was kept, to be put into another program."""
    import shapely

    geometry = json.loads(shapely.to_geojson(shapely.from_wkb(plot.wkb))) if plot.wkb else None
    said = {"number": plot.number, "name": plot.name, "area_m2": plot.area_m2, "inside_m2": plot.inside_m2}
    answer = jsonify({"type": "Feature", "id": plot.number, "properties": said, "geometry": geometry})
    answer.headers["Content-Disposition"] = f'attachment; filename="{plot.number}.geojson"'
    answer.mimetype = "application/geo+json"
    return answer
