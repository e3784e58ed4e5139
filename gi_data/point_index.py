"""Says which producing areas cover a point, from memory; needs only shapely and numpy.

A web worker loads the county file once (written at set-up by the map build) and makes a new `PointIndex`
whenever the register moves; the counties, which are the heavy part, are shared by all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gi_data.divisions import scope_prefix
from gi_data.outline_index import OutlineIndex

MAGIC = b"counties1\n"
CODE_BYTES = 6
WORD = "<u4"


class Shapes:
    """Shapes in a search tree, prepared so that a point is answered without walking the whole border."""

    def __init__(self, names: Sequence[str], shapes: Iterable[BaseGeometry]):
        self.names = list(names)
        self._shapes = np.array(list(shapes), dtype=object)
        shapely.prepare(self._shapes)
        self._tree = STRtree(self._shapes)
        self._by_name = dict(zip(self.names, self._shapes, strict=True))

    def shape_of(self, name: str) -> BaseGeometry | None:
        return self._by_name.get(name)

    def covering(self, lon: float, lat: float) -> list[str]:
        """Names of the shapes that hold the point; a point on a border is held by both neighbours."""
        near = np.sort(self._tree.query(shapely.points(lon, lat)))
        holding = near[shapely.intersects_xy(self._shapes[near], lon, lat)]
        return [self.names[index] for index in holding]


class CountyIndex(Shapes):
    """The counties of the country by adcode."""

    @classmethod
    def of(cls, counties: Mapping[str, BaseGeometry]) -> "CountyIndex":
        return cls(list(counties), counties.values())

    @classmethod
    def load(cls, file: Path) -> "CountyIndex":
        """Counties from the file that `write_county_file` wrote."""
        packed = file.read_bytes()
        if not packed.startswith(MAGIC):
            raise ValueError(f"{file.name} is not a county file")
        start = len(MAGIC)
        count = int.from_bytes(packed[start : start + 4], "little")
        codes = packed[start + 4 : start + 4 + count * CODE_BYTES].decode("ascii")
        sizes = np.frombuffer(packed, WORD, count, start + 4 + count * CODE_BYTES)
        ends = start + 4 + count * (CODE_BYTES + 4) + np.cumsum(sizes, dtype=np.int64)
        blobs = [packed[end - size : end] for size, end in zip(sizes.tolist(), ends.tolist(), strict=True)]
        names = [codes[index : index + CODE_BYTES] for index in range(0, len(codes), CODE_BYTES)]
        return cls(names, shapely.from_wkb(blobs))

    def by_prefix(self) -> dict[str, list[str]]:
        """The counties of every province and prefecture, and each county itself, by leading digits."""
        grouped: dict[str, list[str]] = {}
        for code in self.names:
            for prefix in {code[:2], code[:4], scope_prefix(code)}:
                grouped.setdefault(prefix, []).append(code)
            grouped.setdefault(code, [code])
        return grouped


class PointIndex:
    """Areas given by division codes are found through their counties, areas with an outline through that.
    `outlines` holds the numbers of the outlines, `drawn` whose they are."""

    def __init__(
        self,
        counties: CountyIndex,
        divisions: Mapping[str, Sequence[str]],
        outlines: OutlineIndex | None = None,
        drawn: Mapping[int, str] | None = None,
    ):
        self._counties, self._outlines, self._drawn = counties, outlines, drawn or {}
        by_prefix = counties.by_prefix()
        self._areas_of: dict[str, list[str]] = {}
        for slug, codes in divisions.items():
            for county in _counties_of(codes, by_prefix):
                self._areas_of.setdefault(county, []).append(slug)

    def covering(self, lon: float, lat: float) -> list[str]:
        """Slugs of the areas that hold the point, sorted; a border belongs to both sides."""
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return []
        numbers = self._outlines.covering(lon, lat) if self._outlines else ()
        slugs = {self._drawn[number] for number in numbers}
        for county in self._counties.covering(lon, lat):
            slugs.update(self._areas_of.get(county, ()))
        return sorted(slugs)

    def counties_at(self, lon: float, lat: float) -> list[str]:
        """Codes of the counties that hold the point: one, several on a border, none outside the country."""
        return self._counties.covering(lon, lat)


def _counties_of(codes: Iterable[str], by_prefix: Mapping[str, list[str]]) -> set[str]:
    """A township stands for its county; a code without an outline stands for nothing."""
    return {county for code in codes for county in by_prefix.get(scope_prefix(code[:CODE_BYTES]), ())}


def write_county_file(file: Path, counties: Mapping[str, BaseGeometry]) -> None:
    blobs: NDArray[np.object_] = shapely.to_wkb(list(counties.values()))
    sizes = np.array([len(blob) for blob in blobs], dtype=WORD)
    codes = "".join(counties).encode("ascii")
    if len(codes) != CODE_BYTES * len(counties):
        raise ValueError("every county has a code of six digits")
    file.write_bytes(MAGIC + len(counties).to_bytes(4, "little") + codes + sizes.tobytes() + b"".join(blobs))
