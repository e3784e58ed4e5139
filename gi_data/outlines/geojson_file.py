"""Reads GeoJSON, with the reference system of the older form of the standard where it is given."""

import json
import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gi_data.outlines.findings import MAX_FEATURES, refusal
from gi_data.outlines.raw import RawOutline

FORM = "GeoJSON"
GEOMETRIES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}


def read_geojson(content: bytes) -> RawOutline:
    document = _parse(content)
    features = _features(document)
    if len(features) > MAX_FEATURES:
        raise refusal("too_many_features", count=len(features), limit=MAX_FEATURES)
    shapes = [_shape(number, feature) for number, feature in enumerate(features, start=1)]
    attributes = [_plain(feature.get("properties")) for feature in features]
    # RFC 7946 knows WGS 84 only; files of the older form may name another system.
    return RawOutline(FORM, shapes, _crs(document) or "OGC:CRS84", attributes)


def _parse(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise refusal("not_json", line=error.lineno, column=error.colno) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise refusal("unreadable", form=FORM) from error
    if not isinstance(document, dict):
        raise refusal("not_geojson")
    return document


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _features(document: dict[str, Any]) -> list[dict[str, Any]]:
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features = document["features"]
    elif kind == "Feature":
        features = [document]
    elif kind in GEOMETRIES:
        features = [{"geometry": document}]
    else:
        raise refusal("not_geojson")
    if not all(isinstance(feature, dict) for feature in features):
        raise refusal("not_geojson")
    return features


def _shape(number: int, feature: dict[str, Any]) -> BaseGeometry:
    geometry = feature.get("geometry")
    if geometry is None:
        return shapely.Polygon()
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, RecursionError, ValueError, TypeError) as error:
        raise refusal("bad_geometry", number=number) from error
    if shape is None or not all(map(math.isfinite, shape.bounds)) and not shape.is_empty:
        raise refusal("bad_geometry", number=number)
    return shape


def _crs(document: dict[str, Any]) -> str | None:
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def _plain(properties: object) -> dict[str, object]:
    return {str(key): value for key, value in properties.items()} if isinstance(properties, dict) else {}
