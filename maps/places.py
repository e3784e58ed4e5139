"""Measures every division once: where its name stands, the box around it, its size."""

from collections.abc import Iterable, Mapping

import geopandas
from shapely.geometry.base import BaseGeometry

# Square kilometres come from an equal-area projection; degrees to a hundredth place a view or a mark.
EQUAL_AREA = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=WGS84 +units=km"
DECIMALS = 3

Measures = tuple[float, float, float, float, float, float, int]


def measures(
    shapes: Mapping[str, BaseGeometry], points: Mapping[str, tuple[float, float]]
) -> dict[str, Measures]:
    """(longitude and latitude of the name, west, south, east, north, km²) by code."""
    table = geopandas.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:4326")
    sizes = table.geometry.to_crs(EQUAL_AREA).area.round().astype(int)
    inside = table.geometry.representative_point()
    rows = zip(table["code"], inside, table.bounds.itertuples(index=False), sizes, strict=True)
    return {
        code: (*_rounded(points.get(code, (point.x, point.y))), *_rounded(bounds), int(size))
        for code, point, bounds, size in rows
    }


def _rounded(numbers: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(number), DECIMALS) for number in numbers)
