"""Rivers and lakes for the screen: whole hundredths of a degree, each point as the step from the one before.

The source is exact to a few kilometres, so a kilometre loses nothing; the file is a third of its GeoJSON.
"""

from collections.abc import Mapping, Sequence
from typing import Any

STEPS_PER_DEGREE = 100


def water_steps(water: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """`river` and `lake`: lists of lines and of rings, each x, y, then steps."""
    found: dict[str, list[list[int]]] = {"river": [], "lake": []}
    for feature in water["features"]:
        found[feature["properties"]["kind"]] += [_steps(line) for line in _lines(feature["geometry"])]
    return found


def _lines(geometry: Mapping[str, Any]) -> list[Sequence[Sequence[float]]]:
    coordinates = geometry["coordinates"]
    if geometry["type"] == "LineString":
        return [coordinates]
    if geometry["type"] in ("MultiLineString", "Polygon"):
        return list(coordinates)
    return [ring for rings in coordinates for ring in rings]


def _steps(line: Sequence[Sequence[float]]) -> list[int]:
    steps: list[int] = []
    x = y = 0
    for lon, lat in line:
        new_x, new_y = round(lon * STEPS_PER_DEGREE), round(lat * STEPS_PER_DEGREE)
        if not steps or (new_x, new_y) != (x, y):
            steps += [new_x - x, new_y - y]
        x, y = new_x, new_y
    return steps
