"""What a set of boundaries is, wherever it was read from."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from portal.lib.text import Text

# The names of the national lines in the package; 九段线 has the nine strokes that the package holds.
Line = Literal["省界", "特别行政区界", "九段线", "未定国界"]


class BoundariesMissing(Exception):
    """No outlines can be read; `message` says in both languages what to do about it."""

    def __init__(self, message: Text):
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Boundaries:
    """Outlines by adcode.

    `counties` tiles the country without gap: beside the counties it holds the units that have none
    (东莞, 中山, 儋州, 嘉峪关, 台湾, 澳门) and what the source draws without being a county (`unlisted`).
    """

    counties: dict[str, BaseGeometry]
    prefectures: dict[str, BaseGeometry]
    provinces: dict[str, BaseGeometry]
    lines: dict[str, BaseGeometry]
    source: Text
    digest: str
    label_points: dict[str, tuple[float, float]] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()

    def shape_of(self, adcode: str) -> BaseGeometry | None:
        """The outline of a division of county level or above, None where the source draws none."""
        for shapes in (self.counties, self.prefectures, self.provinces):
            if adcode in shapes:
                return shapes[adcode]
        return None

    @cached_property
    def county_tree(self) -> tuple[list[str], np.ndarray, STRtree]:
        """Codes, shapes and search tree of the counties, in one order."""
        shapes = np.array(list(self.counties.values()), dtype=object)
        return list(self.counties), shapes, STRtree(shapes)
