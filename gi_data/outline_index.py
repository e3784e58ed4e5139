"""Which of very many outlines hold a point, without holding the outlines.

In memory is of each its box and a circle that lies in it: sixty bytes. A point outside the box is outside,
one in the circle is inside; for the rest the outline itself is read, and those used last are kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from math import floor
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Read = Callable[[Sequence[int]], Mapping[int, bytes]]
"""Gives the outlines of these numbers as WKB. What a number stands for never changes."""

READ_AT_ONCE = 1_000
# About 45 MB: all outlines of a whole country as it is, and a fifth of one with ten times as many.
POINTS_KEPT = 2_500_000
# A shape of so many points is worth the memory in which its border is found quickly.
PREPARED_FROM = 5_000
# Rounding must never put a point into a circle that touches the border.
SHRUNK = 1 - 1e-9


class KeptShapes:
    """The outlines that were used last, up to so many points in all; threads may ask at once."""

    def __init__(self, most_points: int = POINTS_KEPT):
        self._most, self._points, self._lock = most_points, 0, Lock()
        self._shapes: OrderedDict[int, tuple[BaseGeometry, int]] = OrderedDict()

    def get(self, numbers: Sequence[int], read: Read) -> list[BaseGeometry]:
        found = {}
        with self._lock:
            for number in numbers:
                if kept := self._shapes.get(number):
                    self._shapes.move_to_end(number)
                    found[number] = kept[0]
        missing = [number for number in numbers if number not in found]
        if missing:
            stored = read(missing)
            fresh = shapely.from_wkb([stored[number] for number in missing])
            found |= zip(missing, fresh, strict=True)
            self._keep(missing, fresh)
        return [found[number] for number in numbers]

    def _keep(self, numbers: Sequence[int], shapes: NDArray[np.object_]) -> None:
        sizes = shapely.get_num_coordinates(shapes)
        shapely.prepare(shapes[sizes >= PREPARED_FROM])
        with self._lock:
            for number, shape, size in zip(numbers, shapes, sizes.tolist(), strict=True):
                if number not in self._shapes:
                    self._points += size
                self._shapes[number] = shape, size
            while self._points > self._most:
                self._points -= self._shapes.popitem(last=False)[1][1]


class Frames:
    """Box and inner circle of each outline, in the order of their numbers."""

    COLUMNS = 7

    def __init__(self, numbers: NDArray[np.int64], table: NDArray[np.float64]):
        self.numbers, self.table = numbers, table

    @classmethod
    def none(cls) -> "Frames":
        return cls(np.empty(0, np.int64), np.empty((0, cls.COLUMNS)))

    def brought_to(self, wanted: Iterable[int], read: Read) -> "Frames":
        """Of exactly these numbers: only those that are new are read."""
        wanted = np.array(sorted(wanted), np.int64)
        stays = np.isin(self.numbers, wanted)
        fresh = np.setdiff1d(wanted, self.numbers)
        parts = [fresh[first : first + READ_AT_ONCE] for first in range(0, len(fresh), READ_AT_ONCE)]
        tables = [self.table[stays], *(_measured(part.tolist(), read) for part in parts)]
        numbers = np.concatenate([self.numbers[stays], fresh])
        order = np.argsort(numbers)
        return Frames(numbers[order], np.concatenate(tables)[order])


def _measured(numbers: Sequence[int], read: Read) -> NDArray[np.float64]:
    stored = read(numbers)
    shapes = shapely.from_wkb([stored[number] for number in numbers])
    middles = shapely.centroid(shapes)
    # Of a collection there is no border, and of a crescent the middle lies outside: no circle then.
    radius = np.nan_to_num(shapely.distance(shapely.boundary(shapes), middles)) * SHRUNK
    radius[~shapely.intersects(shapes, middles)] = 0
    return np.column_stack([shapely.bounds(shapes), shapely.get_x(middles), shapely.get_y(middles), radius])


class OutlineIndex:
    """Finds outlines by the square of one degree into which the point falls."""

    def __init__(self, frames: Frames, shapes: KeptShapes, read: Read):
        self._frames, self._shapes, self._read = frames, shapes, read
        self._squares = _by_square(frames.table)

    def covering(self, lon: float, lat: float) -> list[int]:
        """Numbers of the outlines that hold the point; their border belongs to them."""
        places = self._squares.get((floor(lon), floor(lat)))
        if places is None:
            return []
        west, south, east, north, x, y, radius = self._frames.table[places].T
        boxed = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        inside = boxed & ((x - lon) ** 2 + (y - lat) ** 2 < radius**2)
        sure = self._frames.numbers[places[inside]].tolist()
        asked = self._frames.numbers[places[boxed & ~inside]].tolist()
        if not asked:
            return sure
        holds = shapely.intersects_xy(np.array(self._shapes.get(asked, self._read), object), lon, lat)
        return sure + [number for number, held in zip(asked, holds.tolist(), strict=True) if held]


def _by_square(table: NDArray[np.float64]) -> dict[tuple[int, int], NDArray[np.int32]]:
    found: dict[tuple[int, int], list[int]] = {}
    for place, (west, south, east, north) in enumerate(np.floor(table[:, :4]).astype(int).tolist()):
        for square in product(range(west, east + 1), range(south, north + 1)):
            found.setdefault(square, []).append(place)
    return {square: np.array(places, np.int32) for square, places in found.items()}
