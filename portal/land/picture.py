"""A plot over the producing area as paths of a plain drawing, north up; no tiles from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, log10, radians
from typing import TYPE_CHECKING

from portal.land.models import Plot
from portal.lib.text import Text
from portal.producers.points import AreaOfIndication

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT = 720, 480
MARGIN = 0.6
SMALLEST_DEGREES = 0.002
METRES_PER_DEGREE = 111_320


@dataclass(frozen=True)
class Picture:
    """Paths by what they show, and a scale bar: how long it is in the drawing and what it measures."""

    width: int
    height: int
    area: str
    inside: str
    outside: str
    others: tuple[str, ...]
    bar: int
    bar_text: Text


def picture_of(plot: Plot, others: Iterable[Plot] = ()) -> Picture | None:
    """None for a plot that was not drawn."""
    if plot.wkb is None:
        return None
    import shapely

    shape = shapely.from_wkb(plot.wkb)
    area = AreaOfIndication(plot.indication_id).shape
    frame = Frame(shape.bounds)
    # A little more than is seen, so that the cut itself stays out of sight.
    seen = shapely.box(*frame.bounds).buffer((frame.bounds[2] - frame.bounds[0]) * 0.05)
    near = shapely.intersection(area, seen) if area is not None else None
    inside = shapely.intersection(shape, area) if area is not None else None
    outside = shapely.difference(shape, area) if area is not None else shape
    beside = [shapely.intersection(shapely.from_wkb(one.wkb), seen) for one in others if one.wkb]
    bar, metres = frame.bar()
    text = Text("{n} 公里", "{n} km").format(n=metres // 1000) if metres >= 1000 else Text("{n} 米", "{n} m")
    return Picture(
        WIDTH,
        HEIGHT,
        frame.path(near) if near is not None else "",
        frame.path(inside) if inside is not None else "",
        frame.path(outside),
        tuple(frame.path(one) for one in beside),
        bar,
        text.format(n=metres),
    )


class Frame:
    """What the drawing shows: the plot with room around it, both in the shape of the drawing."""

    def __init__(self, bounds: tuple[float, float, float, float]):
        west, south, east, north = bounds
        x, y = (west + east) / 2, (south + north) / 2
        squeeze = cos(radians(y))
        wide = max((east - west) * squeeze, SMALLEST_DEGREES) * (1 + MARGIN)
        tall = max(north - south, SMALLEST_DEGREES) * (1 + MARGIN)
        tall = max(tall, wide * HEIGHT / WIDTH)
        wide = tall * WIDTH / HEIGHT
        self.bounds = (x - wide / squeeze / 2, y - tall / 2, x + wide / squeeze / 2, y + tall / 2)
        self._down = HEIGHT / tall
        self._across = self._down * squeeze

    def path(self, shape: BaseGeometry) -> str:
        import shapely

        rings = []
        for part in shapely.get_parts(shapely.simplify(shape, 0.4 / self._down)):
            if part.geom_type == "Polygon" and not part.is_empty:
                rings += [part.exterior, *part.interiors]
        return " ".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: object) -> str:
        west, north = self.bounds[0], self.bounds[3]
        points = [
            f"{(x - west) * self._across:.1f} {(north - y) * self._down:.1f}" for x, y, *_ in ring.coords
        ]
        return f"M{points[0]}L{' '.join(points[1:])}Z"

    def bar(self) -> tuple[int, int]:
        """The longest of 1, 2 or 5 times a power of ten metres that fits a quarter of the drawing."""
        most = WIDTH / 4 / self._down * METRES_PER_DEGREE
        power = 10 ** int(log10(most))
        metres = next(power * n for n in (5, 2, 1) if power * n <= most)
        return round(metres / METRES_PER_DEGREE * self._down), int(metres)
