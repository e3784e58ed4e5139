"""Reads KML, which phones write when somebody walks round a field: always WGS 84, longitude first."""

import math
from xml.etree import ElementTree

import shapely
from shapely.geometry.base import BaseGeometry

from gi_data.outlines.findings import MAX_FEATURES, refusal
from gi_data.outlines.raw import RawOutline

FORM = "KML"


def read_kml(content: bytes) -> RawOutline:
    places = [element for element in _root(content).iter() if _word(element) == "Placemark"]
    if len(places) > MAX_FEATURES:
        raise refusal("too_many_features", count=len(places), limit=MAX_FEATURES)
    shapes = [_shape(number, place) for number, place in enumerate(places, 1)]
    return RawOutline(FORM, shapes, "OGC:CRS84", [_said(place) for place in places])


def _root(content: bytes) -> ElementTree.Element:
    # Declarations are what entities are blown up with; KML needs none.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refusal("unreadable", form=FORM)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - nothing is declared in it
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise refusal("unreadable", form=FORM) from error
    if _word(root) != "kml":
        raise refusal("unknown_format")
    return root


def _word(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _shape(number: int, place: ElementTree.Element) -> BaseGeometry:
    rings = [element for element in place.iter() if _word(element) == "Polygon"]
    try:
        polygons = [_polygon(one) for one in rings]
    except (ValueError, shapely.errors.GEOSException) as error:
        raise refusal("bad_geometry", number=number) from error
    if len(polygons) == 1:
        return polygons[0]
    return shapely.MultiPolygon(polygons) if polygons else shapely.Point(_first_point(place))


def _first_point(place: ElementTree.Element) -> tuple[float, float] | None:
    """Points and lines are no land: one stands for them, so that the finding says what the file holds."""
    found = next((one for one in place.iter() if _word(one) == "coordinates"), None)
    try:
        return _points(found)[0] if found is not None else None
    except (ValueError, IndexError):
        return None


def _polygon(element: ElementTree.Element) -> shapely.Polygon:
    outer: list[tuple[float, float]] = []
    inner: list[list[tuple[float, float]]] = []
    for border in element:
        ring = next((one for one in border.iter() if _word(one) == "coordinates"), None)
        if ring is not None and _word(border) == "outerBoundaryIs":
            outer = _points(ring)
        elif ring is not None and _word(border) == "innerBoundaryIs":
            inner.append(_points(ring))
    return shapely.Polygon(outer, inner)


def _points(ring: ElementTree.Element) -> list[tuple[float, float]]:
    points = []
    for word in (ring.text or "").split():
        lon, lat, *_ = (float(part) for part in word.split(","))
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise ValueError("not a place")
        points.append((lon, lat))
    return points


def _said(place: ElementTree.Element) -> dict[str, object]:
    """Its name, and what stands in its extended data."""
    said: dict[str, object] = {}
    for element in place.iter():
        name = element.get("name")
        if _word(element) == "name" and element.text:
            said.setdefault("name", element.text.strip())
        elif _word(element) == "SimpleData" and name:
            said[name] = (element.text or "").strip()
        elif _word(element) == "Data" and name:
            value = next((one.text for one in element if _word(one) == "value"), None)
            said[name] = (value or "").strip()
    return said
