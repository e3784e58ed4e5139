"""The map: its page, the parts of the country, what stands on it, what lies at a point."""

from flask import Blueprint, Response, jsonify, render_template, request

from portal.catalogue.area_rules import Scope
from portal.catalogue.asking import Question, forgiving
from portal.catalogue.index import current_index, facet_values, facets, look_up
from portal.catalogue.listing import chosen_conditions, list_page
from portal.catalogue.made_map import find_map, get_map
from portal.catalogue.map_cards import card_of, find_row_by_slug, lines_of, spoken
from portal.catalogue.map_marks import (
    Layer,
    add_layer,
    find_layer,
    indication_marks,
    indication_version,
    layer_as_columns,
)
from portal.catalogue.map_page import KINDS, focus_of, settings_for
from portal.catalogue.map_pictures import draw_area, draw_areas
from portal.catalogue.map_words import SPOKEN_BY_SCRIPT
from portal.catalogue.outlines import sketches_as_columns, square_as_geojson
from portal.catalogue.places import area_scopes, locate
from portal.catalogue.point_asked import Point, point_asked, point_typed
from portal.language import current_language
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.pages import page_address
from portal.regions.queries import region_line

blueprint = Blueprint("catalogue_map", __name__)
add_layer(Layer("gi", Text("地理标志", "GIs"), indication_version, indication_marks, card_of))

PER_PAGE = 40
# What main.js imports, named in the page so that the browser need not find out one after the other.
MODULES = (
    "address.js",
    "areas.js",
    "card.js",
    "country.js",
    "geometry.js",
    "ground.js",
    "groups.js",
    "labels.js",
    "list.js",
    "marks.js",
    "outlines.js",
    "painting.js",
    "palette.js",
    "shapes.js",
    "tools.js",
)
YEAR = 365 * 24 * 3600
TYPES = {".js": "text/javascript; charset=utf-8", ".json": "application/json"}


@blueprint.app_template_global("area_scope")
def area_scope(number: int) -> Scope | None:
    """What is known of a GI's area, for the small map on its page; None before a map is built."""
    return area_scopes().get(number) if find_map() else None


@blueprint.app_template_global("map_is_made")
def map_is_made() -> bool:
    return find_map() is not None


@blueprint.get("/map")
def show_map() -> str:
    question = forgiving(request.args)
    question = Question(question.asked, question.page, PER_PAGE, question.view)
    listing, made = list_page(question), find_map()
    rows = look_up(question.asked, filters=()).rows
    chosen = find_row_by_slug(request.args.get("gi", ""))
    card = card_of(chosen.id) if chosen else None
    language = current_language()
    settings = None
    if made:
        shown = {row.id for row in rows}
        focus = focus_of((mark for mark in indication_marks() if mark.number in shown), made)
        settings = settings_for(made, language, focus, f"gi/{chosen.id}" if chosen else _shown())
        settings["filtered"] = len(rows) < len(current_index().rows)
        settings["words"] = {name: text.say(language) for name, text in SPOKEN_BY_SCRIPT.items()}
    first = (question.page - 1) * PER_PAGE
    return render_template(
        "catalogue/map.html",
        listing=listing,
        lines=lines_of(rows[first : first + PER_PAGE]),
        asked=question.asked,
        chosen=[
            (words, page_address(**{name: rest, "page": None, "gi": None}))
            for words, name, rest in chosen_conditions(listing)
        ],
        card=card,
        made=made,
        settings=settings,
        kinds=KINDS,
        modules=MODULES,
        facets=facets(),
        asked_in_address={name: request.args.getlist(name) for name in request.args if name != "lang"},
    )


def _shown() -> str | None:
    """Something of another layer that an address asks to be shown, such as brand/3."""
    key, _, number = request.args.get("show", "").partition("/")
    return f"{key}/{number}" if find_layer(key) and number.isdecimal() else None


@blueprint.get("/map/made/<version>/<path:name>")
def made(version: str, name: str) -> Response:
    """A part of the country's map. Its address holds the version, so it may be kept for good."""
    built = get_map()
    file = built.find(name)
    if file is None:
        raise NotFound(Text("地图没有这一部分", "The map has no such part"))
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    content = file.with_name(f"{file.name}.gz").read_bytes() if zipped else file.read_bytes()
    response = Response(content, content_type=TYPES[file.suffix])
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    fresh = version == built.version
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "no-store"
    return response


@blueprint.get("/map/layer/<key>.json")
def layer(key: str) -> Response:
    found = find_layer(key)
    if found is None:
        raise NotFound(Text("地图没有这一层", "The map has no such layer"))
    return jsonify(layer_as_columns(found, current_language()))


@blueprint.get("/map/facet/<name>.json")
def facet(name: str) -> Response:
    """What each GI counts under, for colouring the map by it."""
    known = {one.name: one for one in facets()}
    if name not in known:
        raise NotFound(Text("目录没有这种分类", "The catalogue has no such grouping"))
    values = facet_values(name)
    keys = sorted({value for of_one in values.values() for value in of_one})
    names = known[name].names(keys) if known[name].names else {}
    language = current_language()
    return jsonify(
        values=[{"key": key, "text": names[key].say(language) if key in names else key} for key in keys],
        of=[[number, *sorted(keys.index(value) for value in of_one)] for number, of_one in values.items()],
    )


@blueprint.get("/map/found.json")
def found() -> Response:
    """The numbers of all GIs that fit, and one page of them in words."""
    question = forgiving(request.args)
    rows = look_up(question.asked, filters=()).rows
    first = (question.page - 1) * PER_PAGE
    language = current_language()
    return jsonify(
        total=len(rows),
        ids=[row.id for row in rows],
        page=question.page,
        per_page=PER_PAGE,
        items=[spoken(line, language) for line in lines_of(rows[first : first + PER_PAGE])],
    )


@blueprint.get("/map/card/<layer>/<int:number>")
def card(layer: str, number: int) -> Response:
    known = find_layer(layer)
    shown = known.card(number) if known else None
    if shown is None:
        raise NotFound(Text("地图上没有这一项", "There is no such thing on the map"))
    return jsonify(spoken(shown, current_language()))


@blueprint.get("/map/at.json")
def at() -> Response:
    """What lies at a point of the map, in words."""
    point = point_asked(request.args)
    located, language = locate(point.lon, point.lat), current_language()
    return jsonify(
        place=_place_words(located.counties).say(language),
        covering=[spoken(line, language) for line in lines_of(located.covering)],
        undecided=[spoken(line, language) for line in lines_of(located.undecided)],
    )


@blueprint.get("/map/outlines.json")
def outlines() -> Response:
    """The outlines that officials drew or uploaded, each in a few points, for the whole country."""
    return jsonify(sketches_as_columns())


@blueprint.get("/map/outlines/<square>.json")
def outlines_of_square(square: str) -> Response:
    """The outlines of two by two degrees, as finely as a screen shows them."""
    return jsonify(square_as_geojson(square))


@blueprint.get("/locate")
def show_locate() -> str:
    """Where am I: what a place on the ground is part of."""
    typed, faults = point_typed(request.args)
    located = None
    if isinstance(typed, Point) and find_map():
        located = locate(typed.lon, typed.lat)
    return render_template(
        "catalogue/locate.html",
        point=typed if isinstance(typed, Point) else None,
        lon=request.args.get("lon", ""),
        lat=request.args.get("lat", ""),
        faults=faults,
        made=find_map(),
        located=located,
        place=_place_words(located.counties) if located else None,
        covering=lines_of(located.covering) if located else [],
        undecided=lines_of(located.undecided) if located else [],
    )


def _place_words(counties: list[str]) -> Text:
    """The county with what it stands in; both where the point lies on their border."""
    if not counties:
        return Text("不在任何县级区划内", "In no county")
    lines = [region_line(code) for code in counties]
    zh = "；".join("".join(one.name_zh for one in line) for line in lines)
    en = "; ".join(", ".join(one.name_en for one in reversed(line)) for line in lines)
    return Text(zh, en)


@blueprint.get("/map/picture.svg")
def picture() -> Response:
    """The country with the areas that were asked for, for readers without scripts and for print; with
    `close` only the part of it where they lie."""
    made, rows = get_map(), look_up(forgiving(request.args).asked, filters=()).rows
    shown = {row.id for row in rows}
    marks = [mark for mark in indication_marks() if mark.number in shown]
    title = Text("地理标志产地分布", "Producing areas of geographical indications")
    return _svg(draw_areas(made, marks, title, current_language(), close="close" in request.args))


@blueprint.get("/map/area/<slug>.svg")
def area_picture(slug: str) -> Response:
    """The small map of one GI."""
    row = find_row_by_slug(slug)
    if row is None:
        raise NotFound(Text("目录中没有这个地理标志", "The catalogue has no such GI"))
    mark = next(mark for mark in indication_marks() if mark.number == row.id)
    title = Text(f"{row.name_zh}的产地", f"The producing area of {row.pinyin}")
    return _svg(draw_area(get_map(), mark, title, current_language()))


def _svg(drawing: str) -> Response:
    return Response(drawing, mimetype="image/svg+xml")
