"""Simplifies the counties of the country together: neighbours keep one border and no island is lost."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

# Slivers between neighbours that the source leaves open are narrower than this; real lagoons are wider.
GAP_DEGREES = 0.002

# A coordinate is rounded to a grid later; an island smaller than this many cells would fall into one point.
SMALLEST_ISLAND_CELLS = 3


def clean_coverage(counties: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The counties with every common border the same on both sides; what two draw goes to one of them.

    The source draws 前三岛 in two counties and leaves three slivers in Liaoning: dissolving such
    borders dropped the islands and left holes.
    """
    codes = sorted(counties)
    cleaned = shapely.coverage_clean([counties[code] for code in codes], gap_width=GAP_DEGREES)
    return dict(zip(codes, cleaned.tolist(), strict=True))


def simplify(counties: Mapping[str, BaseGeometry], tolerance: float) -> dict[str, BaseGeometry]:
    """Fewer points, the same neighbours, the same number of parts."""
    simplified = shapely.coverage_simplify(list(counties.values()), tolerance)
    return dict(zip(counties, simplified.tolist(), strict=True))


def dissolve(counties: Mapping[str, BaseGeometry], digits: int) -> dict[str, BaseGeometry]:
    """The counties joined by the leading digits of their codes, under a code filled up with zeros."""
    groups: dict[str, list[BaseGeometry]] = {}
    for code, shape in counties.items():
        groups.setdefault(code[:digits].ljust(6, "0"), []).append(shape)
    return {code: shapely.union_all(shapes) for code, shapes in sorted(groups.items())}


def keep_islands_visible(shapes: Mapping[str, BaseGeometry], cell: float) -> dict[str, BaseGeometry]:
    """The shapes with every island that rounding would swallow drawn as large as the rounding allows."""
    parts, owners = shapely.get_parts(np.array(list(shapes.values())), return_index=True)
    grown = parts.copy()
    for index in _islands_too_small(parts, cell * SMALLEST_ISLAND_CELLS):
        grown[index] = _visible_box(parts[index], cell)
    return {code: _gathered(grown[owners == number]) for number, code in enumerate(shapes)}


def _islands_too_small(parts: NDArray[np.object_], least: float) -> list[int]:
    """Parts that are small in one direction and touch nothing else; those inside land need no help."""
    west, south, east, north = shapely.bounds(parts).T
    small = np.flatnonzero(np.minimum(east - west, north - south) < least)
    tree = STRtree(parts)
    return [int(index) for index in small if len(tree.query(parts[index], predicate="intersects")) == 1]


def _visible_box(island: BaseGeometry, cell: float) -> BaseGeometry:
    west, south, east, north = island.bounds
    half = cell * SMALLEST_ISLAND_CELLS / 2
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return shapely.box(
        min(west, middle_x - half),
        min(south, middle_y - half),
        max(east, middle_x + half),
        max(north, middle_y + half),
    )


def _gathered(parts: Sequence[BaseGeometry] | NDArray[np.object_]) -> BaseGeometry:
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
