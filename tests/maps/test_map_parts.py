"""The static parts of the map, built from the real boundaries and read back with GDAL, not our own code."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from gi_data.boundaries import read_boundaries, read_water
from gi_data.divisions import read_divisions
from gi_data.point_index import CountyIndex
from maps.build import MapParts, build_map_parts, build_national_map, county_file, read_manifest
from maps.build.parts import digest_of
from tests.map_setting import built_map

# Approximate places from common geographic knowledge; half a tenth of a degree is allowed.
ISLANDS = {
    "钓鱼岛": (123.48, 25.74),
    "赤尾屿": (124.56, 25.92),
    "黄岩岛": (117.76, 15.15),
    "曾母暗沙": (112.28, 3.97),
    "东沙岛": (116.72, 20.70),
    "永兴岛": (112.34, 16.83),
    "太平岛": (114.37, 10.38),
    "前三岛": (119.82, 34.99),
    "永暑礁": (112.89, 9.55),
    "美济礁": (115.53, 9.90),
    "中建岛": (111.20, 15.78),
}
NEAR_DEGREES = 0.06

DIVISIONS = read_divisions()
# The second map is built once: by the one worker that runs all of these.


@pytest.fixture(scope="module")
def parts() -> MapParts:
    """Of the map that all tests share."""
    return read_manifest(built_map())


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> MapParts:
    """A second map, in a folder where a file of other boundaries is left."""
    folder = tmp_path_factory.mktemp("map")
    assert county_file(folder) is None
    (folder / "counties-old.bin").write_bytes(b"of boundaries that were replaced")
    return build_national_map(folder)


def layer(parts: MapParts, name: str, layer: str) -> dict[str, object]:
    _, _, shapes, columns = pyogrio.raw.read(parts.path(name), layer=layer)
    return dict(zip(columns[0].tolist(), shapely.from_wkb(shapes).tolist(), strict=True))


def missing_islands(shapes: dict[str, object]) -> list[str]:
    polygons = shapely.get_parts(np.array(list(shapes.values())))
    visible = polygons[shapely.area(polygons) > 0]
    small = visible[shapely.area(visible) < 0.05]
    return [
        name
        for name, place in ISLANDS.items()
        if shapely.distance(small, shapely.Point(place)).min() > NEAR_DEGREES
    ]


def test_every_island_spot_is_in_the_source():
    assert missing_islands(read_boundaries().counties) == []


def test_every_island_spot_is_on_the_map_of_provinces(parts: MapParts):
    assert missing_islands(layer(parts, "base.json", "provinces")) == []


def test_every_island_spot_is_on_the_map_of_counties(parts: MapParts):
    assert missing_islands(layer(parts, "counties.json", "counties")) == []


def test_the_check_notices_an_island_that_is_gone(parts: MapParts):
    shapes = layer(parts, "base.json", "provinces")
    shapes["710000"] = max(shapely.get_parts(shapes["710000"]), key=shapely.area)
    assert missing_islands(shapes) == ["钓鱼岛", "赤尾屿"]


def test_no_part_of_the_country_is_lost_by_simplifying(parts: MapParts):
    counties = read_boundaries().counties
    drawn = layer(parts, "counties.json", "counties")
    assert drawn.keys() == counties.keys()
    assert layer(parts, "base.json", "provinces").keys() == read_boundaries().provinces.keys()
    before = shapely.area(list(counties.values())).sum()
    assert abs(shapely.area(list(drawn.values())).sum() - before) / before < 0.001


def test_the_lines_in_the_south_china_sea_reach_their_southern_end(parts: MapParts):
    lines = layer(parts, "base.json", "lines")
    assert set(lines) == {"九段线", "未定国界"}
    assert len(shapely.get_parts(lines["九段线"])) == 9
    assert lines["九段线"].bounds[1] < 3.5


def test_neighbours_share_one_border(parts: MapParts):
    topology = json.loads(parts.path("counties.json").read_bytes())
    used: dict[int, int] = {}
    for geometry in topology["objects"]["counties"]["geometries"]:
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        for arc in (arc for polygon in polygons for ring in polygon for arc in ring):
            used[~arc if arc < 0 else arc] = used.get(~arc if arc < 0 else arc, 0) + 1
    assert max(used.values()) == 2
    # An inner border is used by two, a coast or the national border by one.
    assert sum(times == 2 for times in used.values()) > 0.7 * len(used)


def close_parts(parts: MapParts) -> list[str]:
    return [name for name in parts.files if name.startswith("counties-")]


def test_every_province_has_a_file_for_a_close_look(parts: MapParts):
    assert len(close_parts(parts)) == len({code[:2] for code in read_boundaries().counties}) == 34


def test_two_provinces_draw_the_border_between_them_with_the_same_line(parts: MapParts):
    ningxia = shapely.union_all(list(layer(parts, "counties-64.json", "counties").values()))
    gansu = shapely.union_all(list(layer(parts, "counties-62.json", "counties").values()))
    gap = shapely.area(shapely.intersection(ningxia, gansu))
    # Each file rounds to its own grid, of which a cell is some metres.
    assert gap < 0.0005
    border = shapely.intersection(shapely.boundary(ningxia), shapely.buffer(gansu, 0.0005))
    assert shapely.length(border) > 5


def test_a_close_look_has_finer_outlines(parts: MapParts):
    fine, coarse = layer(parts, "counties-64.json", "counties"), layer(parts, "counties.json", "counties")
    assert len(fine) == 22
    points = shapely.get_num_coordinates
    assert points(fine["640521"]) > 3 * points(coarse["640521"])
    original = read_boundaries().counties["640521"]
    assert shapely.symmetric_difference(fine["640521"], original).area < 0.02 * original.area


def test_each_part_stays_small(parts: MapParts):
    gzipped = {name: each["gzip"] for name, each in parts.files.items()}
    limits = {
        "base.json": 22_000,
        "counties.json": 240_000,
        "labels-zh.json": 6_000,
        "labels-en.json": 6_000,
        "county-labels-zh.json": 40_000,
        "county-labels-en.json": 40_000,
        "water.json": 22_000,
        **dict.fromkeys(close_parts(parts), 110_000),
    }
    assert gzipped.keys() == limits.keys()
    assert {name: size for name, size in gzipped.items() if size > limits[name]} == {}


def test_labels_lie_inside_what_they_name_and_are_in_both_languages(parts: MapParts):
    shapes = read_boundaries()
    for name in ("labels", "county-labels"):
        chinese = json.loads(parts.path(f"{name}-zh.json").read_bytes())
        english = json.loads(parts.path(f"{name}-en.json").read_bytes())
        assert [row[0] for row in chinese] == [row[0] for row in english]
        for code, _, lon, lat, _ in chinese:
            # Two decimals may carry a point out of a very small island by their rounding.
            assert shapely.dwithin(shapes.shape_of(code), shapely.Point(lon, lat), 0.01), code
    found = {row[0]: row[1] for row in english}
    assert found["640521"] == "Zhongning"


def test_every_county_with_an_outline_has_a_label(parts: MapParts):
    labelled = {
        row[0]
        for name in ("labels-zh.json", "county-labels-zh.json")
        for row in json.loads(parts.path(name).read_bytes())
    }
    drawn = read_boundaries().counties.keys() - read_boundaries().unlisted
    assert drawn - labelled == set()


def test_the_compressed_form_is_the_plain_one(parts: MapParts):
    for name in parts.files:
        assert gzip.decompress(parts.compressed(name).read_bytes()) == parts.path(name).read_bytes()


def test_the_same_sources_give_the_same_bytes(parts: MapParts, again: MapParts):
    assert again.folder != parts.folder
    assert again.version == parts.version
    for name in parts.files:
        assert again.compressed(name).read_bytes() == parts.compressed(name).read_bytes()


def test_unchanged_sources_are_not_built_again(parts: MapParts):
    written = {name: parts.path(name).stat().st_mtime_ns for name in parts.files}
    again = build_map_parts(parts.folder, read_boundaries(), DIVISIONS, read_water())
    assert again == parts
    assert {name: parts.path(name).stat().st_mtime_ns for name in parts.files} == written


def test_a_folder_that_lost_a_part_is_no_build(parts: MapParts, tmp_path: Path):
    for file in (one for one in parts.folder.iterdir() if one.is_file()):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert read_manifest(tmp_path) is not None
    (tmp_path / "base.json.gz").unlink()
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "nowhere") is None


def test_the_yellow_river_is_named_and_in_its_place():
    rivers = {each["properties"]["name"]: each for each in read_water()["features"]}
    river = shapely.from_geojson(json.dumps(rivers["黄河"]["geometry"]))
    assert rivers["黄河"]["properties"]["name_en"] == "Yellow River"
    for place in ((105.67, 37.5), (107.4, 40.75), (118.9, 37.7)):
        assert shapely.distance(river, shapely.Point(place)) < 0.3


def test_one_call_makes_the_map_and_the_file_of_the_point_index(again: MapParts):
    folder = again.folder
    assert [file.name for file in folder.glob("*.bin")] == [county_file(folder).name]
    written = county_file(folder).stat().st_mtime_ns
    assert CountyIndex.load(county_file(folder)).covering(105.685, 37.49) == ["640521"]
    assert build_national_map(folder) == again
    assert county_file(folder).stat().st_mtime_ns == written


def test_boundaries_of_the_operator_make_another_map(parts: MapParts):
    own = replace(read_boundaries(), digest="own", lines={})
    assert digest_of(own, DIVISIONS, read_water()) != parts.inputs
    assert digest_of(read_boundaries(), DIVISIONS, read_water()) == parts.inputs
