"""Outlines of divisions and producing areas at full resolution, for files and OGC API Features.

Shapely and the boundaries are loaded by the first request that needs them, not when a worker starts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import current_app

from portal.catalogue.area_rules import units_of
from portal.regions.rules import scope_prefix

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gi_data.boundaries import Boundaries

Box = tuple[float, float, float, float]
# A millionth of a degree is a decimetre, which is what the source holds: nothing is lost.
DECIMALS = 6


def boundaries() -> Boundaries:
    from gi_data.boundaries import read_boundaries

    return read_boundaries(current_app.config["SETTINGS"].data_dir)


def shape_of_division(adcode: str) -> BaseGeometry | None:
    return boundaries().shape_of(adcode)


def shape_of_area(codes: Iterable[str], outline: bytes | None) -> BaseGeometry | None:
    """An outline counts alone; otherwise the counties that the codes name or lie in."""
    import shapely

    if outline is not None:
        return shapely.from_wkb(outline)
    counties = boundaries().counties
    shapes = [counties[unit.code] for unit in units_of(codes, counties_by_prefix())]
    return shapely.union_all(shapes) if shapes else None


def counties_by_prefix() -> Mapping[str, list[str]]:
    found = boundaries()
    return _by_prefix(found.digest, tuple(found.counties))


@lru_cache(maxsize=2)
def _by_prefix(_digest: str, codes: tuple[str, ...]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for code in codes:
        for prefix in dict.fromkeys((code[:2], code[:4], scope_prefix(code))):
            grouped.setdefault(prefix, []).append(code)
    return grouped


def divisions_touching(box: Box, level: str) -> set[str]:
    """Codes of the divisions of one level that share a point with the box."""
    import shapely

    found = boundaries()
    shapes = {"county": found.counties, "prefecture": found.prefectures, "province": found.provinces}[level]
    window = shapely.box(*box)
    return {code for code, shape in shapes.items() if shapely.intersects(shape, window)}


def touches(geometry: BaseGeometry, box: Box) -> bool:
    import shapely

    return bool(shapely.intersects(geometry, shapely.box(*box)))


def as_geojson_text(geometry: BaseGeometry | None) -> str:
    """The geometry as RFC 7946 has it: WGS 84, outer rings counter-clockwise."""
    if geometry is None:
        return "null"
    import numpy
    import shapely

    oriented = shapely.orient_polygons(geometry, exterior_cw=False)
    return shapely.to_geojson(shapely.transform(oriented, lambda points: numpy.round(points, DECIMALS)))


def feature_text(number: str, properties: Mapping[str, object], geometry: BaseGeometry | None) -> str:
    """One GeoJSON feature, put together as text: reading the geometry back only to write it is slow."""
    told = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
    box = ""
    if geometry is not None:
        edges = [round(float(edge), DECIMALS) for edge in geometry.bounds]
        box = f'"bbox":{json.dumps(edges)},'
    name = json.dumps(number)
    return f'{{"type":"Feature","id":{name},{box}"properties":{told},"geometry":{as_geojson_text(geometry)}}}'
