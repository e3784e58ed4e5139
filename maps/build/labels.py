"""Where names are written on a map, in one language at a time."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import shapely
from shapely.geometry.base import BaseGeometry

# Two decimals are about a kilometre, less than the height of a letter where the label is shown.
DECIMALS = 2
RANKS = {"province": 1, "prefecture": 2, "county": 3}


class Named(Protocol):
    """What a label needs to know of a division."""

    adcode: str
    level: str

    @property
    def short_zh(self) -> str: ...

    @property
    def short_en(self) -> str: ...


Label = tuple[str, str, float, float, int]


def labels(
    divisions: Iterable[Named],
    shapes: Mapping[str, BaseGeometry],
    points: Mapping[str, tuple[float, float]],
    language: str,
) -> list[Label]:
    """(code, name, longitude, latitude, rank) of every division with an outline; rank 1 is a province."""
    return [
        (
            row.adcode,
            _name(row, language),
            *_place(shapes[row.adcode], points.get(row.adcode)),
            RANKS[row.level],
        )
        for row in divisions
        if row.adcode in shapes
    ]


def _name(row: Named, language: str) -> str:
    return row.short_en if language == "en" else row.short_zh


def _place(shape: BaseGeometry, proposed: tuple[float, float] | None) -> tuple[float, float]:
    """The place the source proposes where it lies inside, else the middle of the roomiest part."""
    if proposed and shapely.intersects_xy(shape, *proposed):
        middle = shapely.Point(proposed)
    else:
        largest = max(shapely.get_parts(shape), key=shapely.area)
        circle = shapely.maximum_inscribed_circle(largest, tolerance=0.01)
        middle = shapely.get_point(circle, 0)
    return round(middle.x, DECIMALS), round(middle.y, DECIMALS)
