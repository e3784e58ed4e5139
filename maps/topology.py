"""Reads TopoJSON back into rings of points, with nothing but the standard library."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]


class Topology:
    """One file of shapes that share their borders; arcs are decoded when they are first asked for."""

    def __init__(self, content: Mapping[str, Any]):
        self._arcs = content["arcs"]
        self._scale, self._shift = content["transform"]["scale"], content["transform"]["translate"]
        self._geometries = {
            layer: {one["id"]: one for one in found["geometries"]}
            for layer, found in content["objects"].items()
        }
        self._decoded: dict[int, list[Point]] = {}

    def ids(self, layer: str) -> Sequence[str]:
        return list(self._geometries.get(layer, ()))

    def polygons(self, layer: str, name: str) -> list[Polygon]:
        """The polygons of one shape; none for a name that is not there."""
        geometry = self._geometries[layer].get(name)
        if geometry is None:
            return []
        several = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        return [[self._line(ring) for ring in rings] for rings in several]

    def lines(self, layer: str, name: str) -> list[list[Point]]:
        geometry = self._geometries[layer].get(name)
        if geometry is None:
            return []
        several = geometry["arcs"] if geometry["type"] == "MultiLineString" else [geometry["arcs"]]
        return [self._line(arcs) for arcs in several]

    def _line(self, numbers: Sequence[int]) -> list[Point]:
        points: list[Point] = []
        for number in numbers:
            arc = self._arc(number)
            points.extend(arc[1:] if points else arc)
        return points

    def _arc(self, number: int) -> list[Point]:
        if number < 0:
            return self._arc(~number)[::-1]
        if number not in self._decoded:
            self._decoded[number] = list(self._points(self._arcs[number]))
        return self._decoded[number]

    def _points(self, steps: Sequence[Sequence[int]]) -> Iterator[Point]:
        x = y = 0
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            yield x * self._scale[0] + self._shift[0], y * self._scale[1] + self._shift[1]
