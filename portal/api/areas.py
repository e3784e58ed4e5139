"""/api/v1/gis/{slug}/area and /api/v1/locate: where a GI comes from, and what comes from a place."""

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, url_for

from portal.api.describing import asked, described
from portal.api.parameters import decimal, words
from portal.api.shapes.areas import AREA, LOCATED
from portal.catalogue.area_rules import Precision
from portal.catalogue.index_rows import Row
from portal.catalogue.made_map import get_map
from portal.catalogue.map_cards import known_names
from portal.catalogue.places import Area, area_of, area_scopes, locate
from portal.catalogue.queries import get_indication
from portal.catalogue.schema import indication_as_item, region_as_json
from portal.lib.text import Text
from portal.register.queries import public_version

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

blueprint = Blueprint("api_areas", __name__, url_prefix="/api/v1")

# A millionth of a degree is a decimetre, which is what the source of the boundaries holds.
DECIMALS = 6
GEOJSON = "application/geo+json"


@blueprint.get("/gis/<slug>/area")
@described(
    Text("一个地理标志的产地", "The producing area of one GI"),
    AREA,
    path=(
        words("slug", Text("地理标志的代号", "Key of the GI"), 80, required=True, example="zhongning-gouqi"),
    ),
    detail=Text(
        "只知道乡镇的产地给出所在县的边界，由 precision 说明；范围没有查到时 geometry 为 null。边界为示意。",
        "An area known by townships is given as its counties, which precision says; geometry is null where "
        "the area was not found. Boundaries are schematic.",
    ),
    examples=("/api/v1/gis/zhongning-gouqi/area", "/api/v1/gis/hetao-fanqie/area"),
    media=GEOJSON,
)
def area(slug: str) -> Response:
    indication = get_indication(slug)
    found = area_of(indication)
    properties = _properties(found, slug, {"zh": indication.name_zh, "en": indication.name_en})
    return Response(_feature(slug, properties, found.geometry), content_type=GEOJSON)


def _properties(found: Area, slug: str, name: dict[str, str]) -> dict[str, object]:
    scope = found.scope
    return {
        "name": name,
        "precision": scope.precision,
        "precision_words": scope.words.as_json(),
        "adcodes": list(scope.codes),
        "not_drawn": list(found.not_drawn),
        "km2": found.km2,
        "boundaries": get_map().source,
        "url": _base() + url_for("catalogue.show", slug=slug),
    }


def _feature(slug: str, properties: dict[str, object], geometry: "BaseGeometry | None") -> str:
    """Put together as text: reading a geometry back only to write it again is slow."""
    shape, box = "null", None
    if geometry is not None:
        import numpy
        import shapely

        oriented = shapely.orient_polygons(geometry, exterior_cw=False)
        shape = shapely.to_geojson(shapely.transform(oriented, lambda points: numpy.round(points, DECIMALS)))
        box = [round(float(edge), DECIMALS) for edge in geometry.bounds]
    told = json.dumps(properties, ensure_ascii=False)
    return (
        f'{{"type":"Feature","id":{json.dumps(slug)},"bbox":{json.dumps(box)},'
        f'"properties":{told},"geometry":{shape}}}'
    )


@blueprint.get("/locate")
@described(
    Text("一个地点在哪些产地之内", "The producing areas that cover a place"),
    LOCATED,
    parameters=(
        decimal("lon", Text("经度，WGS 84", "Longitude, WGS 84"), -180, 180, required=True, example=105.68),
        decimal("lat", Text("纬度，WGS 84", "Latitude, WGS 84"), -90, 90, required=True, example=37.49),
    ),
    detail=Text("边界上的点两边都算。", "A point on a border counts for both sides."),
    examples=("/api/v1/locate?lon=105.68&lat=37.49", "/api/v1/locate?lon=2.35&lat=48.86"),
)
def locate_point() -> Response:
    lon, lat = asked("lon"), asked("lat")
    found = locate(lon, lat)
    scopes = area_scopes()
    return jsonify(
        lon=lon,
        lat=lat,
        counties=_counties(found.counties),
        total=len(found.covering),
        items=[
            item | _how_sure(scopes[row.id].precision)
            for row, item in zip(found.covering, _items(found.covering), strict=True)
        ],
        undecided=_items(found.undecided),
        version=public_version(),
    )


def _how_sure(precision: Precision) -> dict[str, object]:
    return {"precision": precision, "exact": precision in (Precision.DIVISIONS, Precision.OUTLINE)}


def _items(rows: list[Row]) -> list[dict[str, object]]:
    names, base = known_names(), _base()
    return [
        indication_as_item(row, names.gis[row.id], names.regions, f"{base}/gi/{row.slug}") for row in rows
    ]


def _counties(codes: list[str]) -> list[dict[str, object]]:
    return [region_as_json(code, known_names().regions) for code in codes]


def _base() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")
