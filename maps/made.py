"""What a finished build of the map holds, read with nothing but the standard library.

The web worker reads maps through this file alone: the rest of `maps` needs GeoPandas and folium.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

PAGE_FOLDER = "page"
MANIFEST = "manifest.json"
NOT_SERVED = frozenset({"page.json", "places.json"})


@dataclass(frozen=True)
class Place:
    """One division: where its name stands, the box around it (west, south, east, north), its size."""

    lon: float
    lat: float
    box: tuple[float, float, float, float]
    km2: int


@dataclass(frozen=True)
class MadeMap:
    """A build; `version` changes with any byte of it. Parts are found by name and never change."""

    folder: Path
    version: str
    source: dict[str, str]
    parts: dict[str, Path] = field(repr=False)

    def find(self, name: str) -> Path | None:
        """The file of a part that may be served; its compressed twin has `.gz` behind the name."""
        return self.parts.get(name) if name not in NOT_SERVED else None

    def read(self, name: str) -> Any:
        return json.loads(self.parts[name].read_bytes())

    @cached_property
    def page(self) -> dict[str, Any]:
        return self.read("page.json")

    @cached_property
    def places(self) -> dict[str, Place]:
        rows = self.read("places.json").items()
        return {code: Place(lon, lat, (w, s, e, n), km2) for code, (lon, lat, w, s, e, n, km2) in rows}

    @cached_property
    def codes_by_prefix(self) -> dict[str, list[str]]:
        """The codes that tile each province and prefecture, and each county itself, by leading digits."""
        grouped: dict[str, list[str]] = {}
        for code in self.county_codes:
            for prefix in dict.fromkeys((code[:2], code[:4], code)):
                grouped.setdefault(prefix, []).append(code)
        return grouped

    @cached_property
    def county_codes(self) -> list[str]:
        """Every unit the counties' layer draws, in the order of its codes."""
        pieces = sorted(name for name in self.parts if name.startswith("near-"))
        return [one["id"] for name in pieces for one in self.read(name)["objects"]["counties"]["geometries"]]

    @cached_property
    def county_file(self) -> Path:
        """Full outlines, for the point index."""
        return next(iter(sorted(self.folder.glob("counties-*.bin"))))


def read_made_map(folder: Path) -> MadeMap | None:
    """The newest finished build, None before the first."""
    manifests = [_manifest(folder), _manifest(folder / PAGE_FOLDER)]
    if None in manifests:
        return None
    national, page = manifests
    parts = {name: folder / name for name in national["files"]}
    parts |= {name: folder / PAGE_FOLDER / name for name in page["files"]}
    return MadeMap(folder, page["version"], page["source"], parts)


def _manifest(folder: Path) -> dict[str, Any] | None:
    file = folder / MANIFEST
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
