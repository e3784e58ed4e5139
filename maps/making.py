"""Everything the portal shows of maps, made at one call: the parts of the country and the folium page.

It needs GeoPandas and folium and runs in commands and jobs; a web worker reads the result with `made.py`.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import folium

from gi_data.boundaries import Boundaries, read_boundaries
from maps.build.national import build_national_map
from maps.build.storing import MapParts, as_json, read_manifest, store
from maps.made import PAGE_FOLDER
from maps.page import MapPage, Tiles, make_page
from maps.pieces import by_province
from maps.places import measures
from maps.water import water_steps

# Raised by whoever changes what is made here, so that folders made before are made anew.
FORM = "2"


def make_map(folder: Path, data_folder: Path | None = None, tiles: Tiles | None = None) -> MapParts:
    """Bring the folder up to date; nothing is done where boundaries, names and settings are as before."""
    national = build_national_map(folder, data_folder)
    page = make_page(tiles)
    inputs = _digest(FORM, national.version, folium.__version__, repr(page))
    present = read_manifest(folder / PAGE_FOLDER)
    if present and present.inputs == inputs:
        return present
    parts = _parts(national, page, read_boundaries(data_folder))
    return store(folder / PAGE_FOLDER, parts, inputs, national.source)


def _parts(national: MapParts, page: MapPage, boundaries: Boundaries) -> dict[str, bytes]:
    pieces = by_province(_read(national, "counties.json"))
    return {
        "map.js": page.script.encode(),
        "page.json": as_json(asdict(page) | {"national": national.version}),
        "water-steps.json": as_json(water_steps(_read(national, "water.json"))),
        "places.json": as_json(measures(_all_shapes(boundaries), _label_points(national))),
        **{f"near-{province}.json": as_json(topology) for province, topology in pieces.items()},
    }


def _all_shapes(boundaries: Boundaries) -> dict[str, Any]:
    """A code that stands at two levels (a county directly under its province) is the same shape twice."""
    return {**boundaries.counties, **boundaries.prefectures, **boundaries.provinces}


def _label_points(national: MapParts) -> dict[str, tuple[float, float]]:
    labels = _read(national, "labels-zh.json") + _read(national, "county-labels-zh.json")
    return {code: (lon, lat) for code, _, lon, lat, _ in labels}


def _read(parts: MapParts, name: str) -> Any:
    return json.loads(parts.path(name).read_bytes())


def _digest(*told: object) -> str:
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
