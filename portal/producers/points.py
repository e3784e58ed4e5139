"""Whether a point lies in a producing area, as exactly as the area is drawn.

Shapely and the boundaries of the country are read on first use: most pages have no point to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.catalogue.queries import current_outline
from portal.lib.text import Text
from portal.producers.queries import divisions_of_area
from portal.producers.rules import MICRO

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class AreaOfIndication:
    """The producing area of one GI, for many points: its outline, else its divisions, else its regions."""

    def __init__(self, indication_id: int):
        self._shape, self.precision = _outlined(indication_id) or _by_divisions(indication_id)

    @property
    def shape(self) -> BaseGeometry | None:
        return self._shape

    @property
    def words(self) -> Text:
        from gi_data.areas import PRECISION_WORDS

        return PRECISION_WORDS[self.precision]

    def holds(self, points: Sequence[tuple[int, int] | None]) -> list[bool | None]:
        """For each point in micro-degrees whether it is inside; None without a point or without an area."""
        answers: list[bool | None] = [None] * len(points)
        given = [place for place, point in enumerate(points) if point is not None]
        if self._shape is None or not given:
            return answers
        import numpy as np
        import shapely

        lon, lat = np.array([points[place] for place in given], dtype=float).T / MICRO
        for place, inside in zip(given, shapely.intersects_xy(self._shape, lon, lat), strict=True):
            answers[place] = bool(inside)
        return answers

    def square_metres_inside(self, shape: BaseGeometry) -> int | None:
        """How much of a piece of land lies inside; None where the area is not known."""
        if self._shape is None:
            return None
        import shapely

        from gi_data.areas import SQUARE_METRES_PER_KM2, area_km2

        return round(area_km2(shapely.intersection(self._shape, shape)) * SQUARE_METRES_PER_KM2)


def _outlined(indication_id: int) -> tuple[BaseGeometry, str] | None:
    outline = current_outline(indication_id)
    if outline is None:
        return None
    import shapely

    shape = shapely.from_wkb(outline.wkb)
    shapely.prepare(shape)
    return shape, "outline"


def _by_divisions(indication_id: int) -> tuple[BaseGeometry | None, str]:
    units, regions = divisions_of_area(indication_id)
    return _drawn(tuple(sorted(units or regions)))


@lru_cache(maxsize=64)
def _drawn(codes: tuple[str, ...]) -> tuple[BaseGeometry | None, str]:
    import shapely

    from gi_data.areas import area_of
    from gi_data.boundaries import BoundariesMissing

    try:
        area = area_of(codes)
    except BoundariesMissing:
        return None, "none"
    if area.geometry is not None:
        shapely.prepare(area.geometry)
    return area.geometry, area.precision
