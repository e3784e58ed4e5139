"""Whether a point lies in a producing area, as exactly as the area is drawn."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gi_data.areas import PRECISION_WORDS, area_of
from portal.catalogue.queries import current_outline
from portal.lib.text import Text
from portal.producers.queries import divisions_of_area
from portal.producers.rules import MICRO


@lru_cache(maxsize=64)
def _drawn(codes: tuple[str, ...]) -> tuple[BaseGeometry | None, str]:
    area = area_of(codes)
    if area.geometry is not None:
        shapely.prepare(area.geometry)
    return area.geometry, area.precision


class AreaOfIndication:
    """The producing area of one GI, for many points: its outline, else its divisions, else its regions."""

    def __init__(self, indication_id: int):
        outline = current_outline(indication_id)
        if outline is not None:
            self._shape, self.precision = shapely.from_wkb(outline.wkb), "outline"
            shapely.prepare(self._shape)
            return
        units, regions = divisions_of_area(indication_id)
        self._shape, self.precision = _drawn(tuple(sorted(units or regions)))

    @property
    def words(self) -> Text:
        return PRECISION_WORDS[self.precision]

    def holds(self, points: Sequence[tuple[int, int] | None]) -> list[bool | None]:
        """For each point in micro-degrees whether it is inside; None without a point or without an area."""
        answers: list[bool | None] = [None] * len(points)
        given = [place for place, point in enumerate(points) if point is not None]
        if self._shape is None or not given:
            return answers
        lon, lat = np.array([points[place] for place in given], dtype=float).T / MICRO
        for place, inside in zip(given, shapely.intersects_xy(self._shape, lon, lat), strict=True):
            answers[place] = bool(inside)
        return answers
