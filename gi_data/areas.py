"""Producing areas as geometry: the union of divisions, its size, where an outline lies among them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from gi_data.boundaries import Boundaries, read_boundaries
from portal.lib.text import Text

# divisions: exactly the divisions named; county: a township is shown as the county it lies in;
# outline: drawn or supplied by an official; none: nothing can be drawn.
Precision = Literal["divisions", "county", "outline", "none"]

PRECISION_WORDS: dict[Precision, Text] = {
    "divisions": Text("按行政区划边界绘制", "drawn along the borders of the divisions"),
    "county": Text(
        "乡镇没有可用的边界数据，按所在县级区划绘制，实际范围小于图示",
        "no outlines of townships are at hand: drawn as the whole county, the real area is smaller",
    ),
    "outline": Text("按提供的边界绘制", "drawn from the outline supplied"),
    "none": Text("无法绘制", "cannot be drawn"),
}

# Any equal-area projection of the ellipsoid gives the same area; this one also keeps shapes readable.
EQUAL_AREA = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=WGS84 +units=m"
WGS84 = "EPSG:4326"
SQUARE_METRES_PER_KM2 = 1_000_000


@dataclass(frozen=True)
class Area:
    """A producing area; `not_drawn` are the codes for which no outline exists."""

    geometry: BaseGeometry | None
    precision: Precision
    drawn: tuple[str, ...]
    not_drawn: tuple[str, ...]

    @property
    def km2(self) -> float | None:
        return area_km2(self.geometry) if self.geometry is not None else None

    @property
    def bbox(self) -> tuple[float, float, float, float] | None:
        return bbox_of(self.geometry) if self.geometry is not None else None


@dataclass(frozen=True)
class Overlap:
    """How much of an outline lies in one county, and how much of the county it takes."""

    adcode: str
    km2: float
    share_of_outline: float
    share_of_division: float


def area_of(codes: Iterable[str], boundaries: Boundaries | None = None) -> Area:
    """The union of divisions given by code; a township stands for the county it lies in."""
    boundaries = boundaries or read_boundaries()
    codes = tuple(dict.fromkeys(codes))
    shapes = {code[:6]: boundaries.shape_of(code[:6]) for code in codes}
    drawn = {unit: shape for unit, shape in shapes.items() if shape is not None}
    not_drawn = tuple(code for code in codes if code[:6] not in drawn)
    if not drawn:
        return Area(None, "none", (), not_drawn)
    # A township inside a county that is named as well takes nothing from the precision.
    precision: Precision = "divisions" if all(unit in codes for unit in drawn) else "county"
    # Neighbouring counties of the source do not everywhere share their vertices, for which
    # coverage_union gives invalid results; union_all does not mind.
    union = shapely.union_all(list(drawn.values()))
    return Area(union, precision, tuple(drawn), not_drawn)


def area_km2(geometry: BaseGeometry) -> float:
    """Square kilometres on the ellipsoid."""
    return float(shapely.area(_equal_area(geometry))) / SQUARE_METRES_PER_KM2


def bbox_of(geometry: BaseGeometry) -> tuple[float, float, float, float]:
    west, south, east, north = (round(float(bound), 6) for bound in geometry.bounds)
    return west, south, east, north


def overlaps(outline: BaseGeometry, boundaries: Boundaries | None = None) -> list[Overlap]:
    """The counties an outline touches with more than a border, the largest part first."""
    codes, shapes, tree = (boundaries or read_boundaries()).county_tree
    near = np.sort(tree.query(outline, predicate="intersects"))
    whole = area_km2(outline)
    found = []
    for index in near:
        shared = area_km2(shapely.intersection(outline, shapes[index]))
        # A border drawn twice leaves slivers; less than a hectare is no part of an area.
        if shared >= 0.01:
            found.append(Overlap(codes[index], shared, shared / whole, shared / area_km2(shapes[index])))
    return sorted(found, key=lambda overlap: -overlap.km2)


def outside_km2(outline: BaseGeometry, area: BaseGeometry) -> float:
    """How much of an outline lies outside an area, for instance outside the divisions it was proposed for."""
    return area_km2(shapely.difference(outline, area))


def _equal_area(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, _project().transform, interleaved=False)


@lru_cache(maxsize=1)
def _project() -> Transformer:
    return Transformer.from_crs(WGS84, EQUAL_AREA, always_xy=True)
