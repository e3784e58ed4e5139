"""An outline in a few points, for the view of the whole country.

Worked out when an outline is stored, so that five thousand of them are read as they are: a few dozen bytes
each instead of a kilobyte. A sketch keeps the size of what it stands for; it never decides anything.

    lon lat west south step ring…

`lon lat` is a point inside, for the sign; `west south` is the corner from which the points count; all four
and `step` in ten-thousandths of a degree. A point of a ring is two characters, so many steps east and north.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry import Polygon

UNIT = 10_000
POINTS = 13
HALVINGS = 10
WORTH_A_RING = 0.04
# Printable characters without the two that JSON has to write as two, and without the blank between rings.
LEVELS = "".join(chr(code) for code in range(35, 127) if code != 92)
PLACE_OF = {character: place for place, character in enumerate(LEVELS)}

Point = tuple[float, float]


@dataclass(frozen=True)
class Sketch:
    """A sketch read back: where its sign stands, and the rings without the repeated last point."""

    inside: Point
    corner: Point
    rings: tuple[tuple[Point, ...], ...]


def sketch_of(wkb: bytes) -> str:
    import shapely

    shape = shapely.from_wkb(wkb)
    inside = shapely.point_on_surface(shape)
    rings = [ring for polygon in _worth_drawing(shape) for ring in _rings(polygon)]
    west, south = (min(point[axis] for ring in rings for point in ring) for axis in (0, 1))
    east, north = (max(point[axis] for ring in rings for point in ring) for axis in (0, 1))
    corner = round(west * UNIT), round(south * UNIT)
    step = max(1, ceil(max(east - west, north - south) * UNIT / (len(LEVELS) - 1)))
    head = (round(inside.x * UNIT), round(inside.y * UNIT), *corner, step)
    return " ".join([*map(str, head), *(_written(ring, corner, step) for ring in rings)])


def _worth_drawing(shape: object) -> list[Polygon]:
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: part.area, reverse=True)
    return [part for part in parts if part.area >= WORTH_A_RING * parts[0].area]


def _rings(polygon: Polygon) -> Iterator[list[Point]]:
    import shapely

    for ring in (polygon.exterior, *polygon.interiors):
        whole = shapely.Polygon(ring)
        if whole.area >= WORTH_A_RING * polygon.area:
            yield _few_points(whole)


def _few_points(ring: Polygon) -> list[Point]:
    """The ring with POINTS points at most, and then stretched about its middle to the size it had."""
    few, low = ring, 0.0
    high = max(ring.bounds[2] - ring.bounds[0], ring.bounds[3] - ring.bounds[1])
    for _ in range(HALVINGS if len(ring.exterior.coords) - 1 > POINTS else 0):
        middle = (low + high) / 2
        tried = ring.simplify(middle, preserve_topology=True)
        left = len(tried.exterior.coords) - 1
        if left > POINTS:
            low = middle
        else:
            few, high = tried, middle
            if left == POINTS:
                break
    points = list(few.exterior.coords)[:-1]
    grown = (ring.area / few.area) ** 0.5 if few.area else 1.0
    x, y = few.centroid.x, few.centroid.y
    return [(x + (px - x) * grown, y + (py - y) * grown) for px, py in points]


def _written(ring: list[Point], corner: tuple[int, int], step: int) -> str:
    levels = len(LEVELS) - 1
    return "".join(
        LEVELS[min(levels, max(0, round((value * UNIT - corner[axis]) / step)))]
        for point in ring
        for axis, value in enumerate(point)
    )


def read_sketch(text: str) -> Sketch:
    lon, lat, west, south, step, *rings = text.split(" ")
    corner, width = (int(west), int(south)), int(step)
    return Sketch(
        (int(lon) / UNIT, int(lat) / UNIT),
        (corner[0] / UNIT, corner[1] / UNIT),
        tuple(tuple(_points(ring, corner, width)) for ring in rings),
    )


def _points(ring: str, corner: tuple[int, int], step: int) -> Iterator[Point]:
    for at in range(0, len(ring), 2):
        east, north = PLACE_OF[ring[at]], PLACE_OF[ring[at + 1]]
        yield (corner[0] + east * step) / UNIT, (corner[1] + north * step) / UNIT
