"""From degrees to a flat picture: a conic that keeps areas, as maps of China are usually drawn."""

from dataclasses import dataclass
from math import asin, cos, degrees, log10, radians, sin, sqrt

EARTH_KM = 6371.0
Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Conic:
    """Albers' projection around one meridian; kilometres, north up."""

    meridian: float = 105.0
    first: float = 25.0
    second: float = 47.0

    def __call__(self, lon: float, lat: float) -> Point:
        n = (sin(radians(self.first)) + sin(radians(self.second))) / 2
        c = cos(radians(self.first)) ** 2 + 2 * n * sin(radians(self.first))
        rho = EARTH_KM * sqrt(c - 2 * n * sin(radians(lat))) / n
        theta = n * radians(lon - self.meridian)
        return rho * sin(theta), -rho * cos(theta)


@dataclass(frozen=True)
class Frame:
    """A picture of so many units, filled with a box of degrees; y grows downwards as SVG has it."""

    projection: Conic
    width: int
    height: int
    west_km: float
    north_km: float
    km_per_unit: float

    @classmethod
    def around(cls, box: Box, width: int, height: int, padding: int) -> "Frame":
        """The frame in which the box of degrees lies in the middle, with `padding` units around it."""
        west, south, east, north = box
        projection = Conic(meridian=(west + east) / 2, first=south, second=max(north, south + 1))
        corners = [projection(lon, lat) for lon, lat in _edge(box)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        span_x, span_y = max(xs) - min(xs), max(ys) - min(ys)
        scale = max(span_x / (width - 2 * padding), span_y / (height - 2 * padding), 0.01)
        middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        return cls(
            projection, width, height, middle_x - width * scale / 2, middle_y + height * scale / 2, scale
        )

    def place(self, lon: float, lat: float) -> Point:
        x, y = self.projection(lon, lat)
        return (x - self.west_km) / self.km_per_unit, (self.north_km - y) / self.km_per_unit

    def shows(self, x: float, y: float, margin: float = 0) -> bool:
        return -margin <= x <= self.width + margin and -margin <= y <= self.height + margin

    def degrees_seen(self) -> Box:
        """A box of degrees that holds all of the picture."""
        reach_x = self.width * self.km_per_unit / 2
        reach_y = self.height * self.km_per_unit / 2
        middle_y = self.north_km - reach_y
        lat = self._latitude_of(middle_y)
        up = degrees(reach_y / EARTH_KM) * 1.1
        side = degrees(reach_x / EARTH_KM / max(cos(radians(min(abs(lat) + up, 85))), 0.1)) * 1.1
        meridian = self.projection.meridian + degrees((self.west_km + reach_x) / EARTH_KM / cos(radians(lat)))
        return meridian - side, lat - up, meridian + side, lat + up

    def _latitude_of(self, y: float) -> float:
        first, second = radians(self.projection.first), radians(self.projection.second)
        n = (sin(first) + sin(second)) / 2
        c = cos(first) ** 2 + 2 * n * sin(first)
        return degrees(asin((c - (y * n / EARTH_KM) ** 2) / (2 * n)))

    def scale_bar(self, most_units: float) -> tuple[int, float]:
        """A round number of kilometres and its length, at most `most_units` long."""
        most_km = most_units * self.km_per_unit
        power = 10 ** int(log10(most_km)) if most_km >= 1 else 1
        kilometres = next(power * step for step in (5, 2, 1) if power * step <= most_km or step == 1)
        return int(kilometres), kilometres / self.km_per_unit


def _edge(box: Box, steps: int = 8) -> list[Point]:
    """Points along the four sides: a parallel is not straight in this projection."""
    west, south, east, north = box
    across = [west + (east - west) * i / steps for i in range(steps + 1)]
    up = [south + (north - south) * i / steps for i in range(steps + 1)]
    return [(lon, lat) for lon in across for lat in (south, north)] + [
        (lon, lat) for lat in up for lon in (west, east)
    ]
