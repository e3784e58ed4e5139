"""Where a plot lies: its size, its county, and how much of it is inside the producing area of its GI.

Shapely and the boundaries are read on first use; most requests have no outline to judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.land.rules import Lie, lie_of
from portal.lib.text import Text
from portal.producers.points import AreaOfIndication
from portal.producers.queries import divisions_of_area
from portal.regions.rules import covers

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SQUARE_METRES_PER_KM2 = 1_000_000


@dataclass(frozen=True)
class Placed:
    """How a plot lies to the producing area; `inside_m2` is None where that cannot be told."""

    lie: Lie
    inside_m2: int | None
    basis: str

    @property
    def words(self) -> Text:
        return BASIS_WORDS[self.basis]


BASIS_WORDS = {
    "divisions": Text("按行政区划边界计算", "worked out along the borders of the divisions"),
    "county": Text(
        "产地按乡镇划定而没有乡镇边界，按所在县计算",
        "the area is known by townships, whose borders are not at hand: worked out by the county",
    ),
    "outline": Text("按产地范围的边界计算", "worked out along the outline of the producing area"),
    "code": Text("按所在区划判断，没有画出边界", "judged by its division; no outline was drawn"),
    "none": Text("产地范围未知，无法判断", "the producing area is not known"),
}


def place_outline(indication_id: int, shape: BaseGeometry) -> Placed:
    """A plot that was drawn or uploaded, laid over the producing area."""
    area = AreaOfIndication(indication_id)
    inside = area.square_metres_inside(shape)
    return Placed(lie_of(inside, square_metres(shape)), inside, area.precision)


def place_division(indication_id: int, adcode: str, area_m2: int) -> Placed:
    """A plot known by its size and division only."""
    units, regions = divisions_of_area(indication_id)
    named = units or regions
    if not named:
        return Placed(Lie.UNKNOWN, None, "none")
    if any(covers(code, adcode) for code in named):
        return Placed(Lie.INSIDE, area_m2, "code")
    if any(covers(adcode, code) for code in named):
        # The county is named where only some of its townships belong to the area.
        return Placed(Lie.UNKNOWN, None, "code")
    return Placed(Lie.OUTSIDE, 0, "code")


def square_metres(shape: BaseGeometry) -> int:
    from gi_data.areas import area_km2

    return round(area_km2(shape) * SQUARE_METRES_PER_KM2)


def county_of(shape: BaseGeometry) -> str | None:
    """The county in which the largest part of a plot lies; None abroad or without boundaries."""
    from gi_data.areas import overlaps
    from gi_data.boundaries import BoundariesMissing

    try:
        found = overlaps(shape)
    except BoundariesMissing:
        return None
    return found[0].adcode if found else None
