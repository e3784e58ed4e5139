"""Makes the parts of the national map out of boundaries, divisions and water.

| Part | What a map does with it |
| --- | --- |
| `base.json` | TopoJSON, objects `provinces` and `lines`: the first view of the country |
| `counties.json` | TopoJSON, object `counties`: loaded when somebody looks closer; areas are drawn from it |
| `counties-11.json` to `counties-82.json` | the same object, finer, province by province, for a close look |
| `labels-zh.json`, `labels-en.json` | names of provinces and prefectures: [code, name, lon, lat, rank] |
| `county-labels-zh.json`, `county-labels-en.json` | the same for counties, rank 3 |
| `water.json` | GeoJSON, rivers and lakes with `kind`, `name`, `name_en` |

The same sources give the same bytes; unchanged sources are not built again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from maps.build.coverage import clean_coverage, dissolve, keep_islands_visible, simplify
from maps.build.labels import Named, labels
from maps.build.storing import MapParts, as_json, read_manifest, store
from maps.build.topology import as_topology, cell_of

# Raised by whoever changes what is built, so that folders built before are built anew.
FORM = "2"

# Degrees as coverage_simplify takes them (the root of the smallest triangle that stays) and rounding steps.
# Chosen by size: base about 20 KB, counties about 230 KB compressed.
BASE_TOLERANCE, BASE_CELLS = 0.05, 10_000
COUNTY_TOLERANCE, COUNTY_CELLS = 0.025, 20_000
DETAIL_TOLERANCE, DETAIL_CELLS = 0.0015, 40_000
LINE_TOLERANCE = 0.02
SIZES = (
    *(BASE_TOLERANCE, BASE_CELLS, COUNTY_TOLERANCE, COUNTY_CELLS),
    *(DETAIL_TOLERANCE, DETAIL_CELLS, LINE_TOLERANCE),
)

# The strokes in the South China Sea and the stretch that is not yet delimited; the outlines hold the rest.
LINES_ON_MAP = ("九段线", "未定国界")
LANGUAGES = ("zh", "en")


class Source(Protocol):
    """The boundaries a map is made from."""

    counties: dict[str, BaseGeometry]
    prefectures: dict[str, BaseGeometry]
    provinces: dict[str, BaseGeometry]
    lines: dict[str, BaseGeometry]
    label_points: dict[str, tuple[float, float]]
    source: Any
    digest: str


def build_map_parts(
    folder: Path, boundaries: Source, divisions: Sequence[Named], water: Mapping[str, Any]
) -> MapParts:
    """The parts in `folder`, built where the sources changed since the last time."""
    inputs = digest_of(boundaries, divisions, water)
    present = read_manifest(folder)
    if present and present.inputs == inputs:
        return present
    parts = {
        **_outlines(boundaries),
        **_names(boundaries, divisions),
        "water.json": as_json(water),
    }
    source = {"zh": boundaries.source.zh, "en": boundaries.source.en}
    return store(folder, parts, inputs, source)


def digest_of(boundaries: Source, divisions: Sequence[Named], water: Mapping[str, Any]) -> str:
    """Changes with the boundaries, with any name shown, with the water and with the way of building."""
    names = [(row.adcode, row.level, row.short_zh, row.short_en) for row in divisions]
    told = [FORM, shapely.geos_version_string, boundaries.digest, str(SIZES)]
    return hashlib.sha256("\n".join(told).encode() + as_json(names) + as_json(water)).hexdigest()


def _outlines(boundaries: Source) -> dict[str, bytes]:
    clean = clean_coverage(boundaries.counties)
    provinces = dissolve(simplify(clean, BASE_TOLERANCE), 2)
    counties = simplify(clean, COUNTY_TOLERANCE)
    # All provinces together, so that a border between two of them is the same line in both files.
    detail = simplify(clean, DETAIL_TOLERANCE)
    return {
        "base.json": as_json(_base(provinces, boundaries.lines)),
        "counties.json": as_json(_counties(counties, COUNTY_CELLS)),
        **{
            f"counties-{province}.json": as_json(_counties(_of_province(detail, province), DETAIL_CELLS))
            for province in sorted({code[:2] for code in detail})
        },
    }


def _of_province(shapes: dict[str, BaseGeometry], province: str) -> dict[str, BaseGeometry]:
    return {code: shape for code, shape in shapes.items() if code.startswith(province)}


def _base(provinces: dict[str, BaseGeometry], lines: Mapping[str, BaseGeometry]) -> dict[str, Any]:
    visible = keep_islands_visible(provinces, cell_of(provinces, BASE_CELLS))
    drawn = {name: lines[name].simplify(LINE_TOLERANCE) for name in LINES_ON_MAP if name in lines}
    return as_topology({"provinces": visible, "lines": drawn}, BASE_CELLS)


def _counties(shapes: dict[str, BaseGeometry], cells: int) -> dict[str, Any]:
    return as_topology({"counties": keep_islands_visible(shapes, cell_of(shapes, cells))}, cells)


def _names(boundaries: Source, divisions: Sequence[Named]) -> dict[str, bytes]:
    above = {**boundaries.prefectures, **boundaries.provinces}
    below = {code: shape for code, shape in boundaries.counties.items() if code not in above}
    points = boundaries.label_points
    files = {}
    for language in LANGUAGES:
        files[f"labels-{language}.json"] = as_json(labels(divisions, above, points, language))
        files[f"county-labels-{language}.json"] = as_json(labels(divisions, below, points, language))
    return files
