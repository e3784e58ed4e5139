import random
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from gi_data.areas import area_of
from gi_data.boundaries import county_shapes
from gi_data.outline_index import Frames, KeptShapes, OutlineIndex
from gi_data.point_index import CountyIndex, PointIndex, write_county_file

ZHONGNING = (105.685, 37.49)


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> CountyIndex:
    file = tmp_path_factory.mktemp("index") / "counties.bin"
    write_county_file(file, county_shapes())
    return CountyIndex.load(file)


def outline_index(shapes: list, most_points: int = 100_000) -> tuple[OutlineIndex, list[list[int]]]:
    """Shapes by their place, and what is read of them after the index was made."""
    stored, asked = dict(enumerate(shapely.to_wkb(shapes))), []

    def read(numbers):
        asked.append(list(numbers))
        return {number: stored[number] for number in numbers}

    frames = Frames.none().brought_to(stored, read)
    asked.clear()
    return OutlineIndex(frames, KeptShapes(most_points), read), asked


def drawn_index(counties: CountyIndex, shapes: dict) -> PointIndex:
    return PointIndex(counties, {}, outline_index(list(shapes.values()))[0], dict(enumerate(shapes)))


def test_the_file_holds_every_county_as_it_was(tmp_path: Path):
    file = tmp_path / "counties.bin"
    write_county_file(file, county_shapes())
    loaded = CountyIndex.load(file)
    assert loaded.names == list(county_shapes())
    write_county_file(tmp_path / "again.bin", county_shapes())
    assert (tmp_path / "again.bin").read_bytes() == file.read_bytes()


def test_another_file_is_refused(tmp_path: Path):
    (tmp_path / "other.bin").write_bytes(b"something else")
    with pytest.raises(ValueError, match="other.bin"):
        CountyIndex.load(tmp_path / "other.bin")


def test_a_point_is_found_at_every_level_of_division(counties: CountyIndex):
    areas = {
        "county": ["640521"],
        "prefecture": ["640500"],
        "province": ["640000"],
        "township": ["640521100"],
        "elsewhere": ["150821", "150200"],
        "nowhere": ["150271"],
    }
    index = PointIndex(counties, areas)
    assert index.covering(*ZHONGNING) == ["county", "prefecture", "province", "township"]
    assert index.counties_at(*ZHONGNING) == ["640521"]


def test_cities_without_counties_and_taiwan_are_found(counties: CountyIndex):
    areas = {code: [code] for code in ("441900", "710000", "820000", "620200")}
    index = PointIndex(counties, areas)
    for code, point in {"441900": (113.8, 22.95), "710000": (121.0, 23.8), "620200": (98.28, 39.8)}.items():
        assert index.covering(*point) == [code]


def test_an_own_outline_counts_instead_of_the_divisions(counties: CountyIndex):
    index = drawn_index(counties, {"drawn": shapely.box(105.6, 37.4, 105.7, 37.5)})
    assert index.covering(*ZHONGNING) == ["drawn"]
    assert index.covering(105.8, 37.3) == []


def test_a_point_on_a_border_belongs_to_both_sides(counties: CountyIndex):
    shapes = county_shapes()
    shared = shapely.intersection(shapes["640521"].boundary, shapes["640502"].boundary)
    corner = next(part for part in shapely.get_parts(shared) if part.geom_type == "LineString").coords[0]
    index = PointIndex(counties, {"east": ["640521"], "west": ["640502"]})
    assert index.covering(*corner) == ["east", "west"]
    corner_of_outline = drawn_index(counties, {"box": shapely.box(105, 37, 106, 38)})
    assert corner_of_outline.covering(105, 37) == ["box"]
    assert corner_of_outline.covering(105.5, 37) == ["box"]
    assert corner_of_outline.covering(104.9999999, 37) == []


def test_a_point_outside_the_country_or_the_earth_is_in_no_area(counties: CountyIndex):
    index = PointIndex(counties, {"all": ["640000"]})
    assert index.covering(0, 0) == []
    assert index.covering(500, 37) == []
    assert index.covering(float("nan"), 37) == []


def test_the_index_agrees_with_the_geometry_of_the_area(counties: CountyIndex):
    chance = random.Random(20260101)
    codes = chance.sample(sorted(county_shapes()), 40)
    areas = {f"gi-{n}": codes[n : n + 3] for n in range(0, 39, 3)}
    index = PointIndex(counties, areas)
    geometries = {slug: area_of(own).geometry for slug, own in areas.items()}
    for geometry in geometries.values():
        west, south, east, north = geometry.bounds
        point = (chance.uniform(west, east), chance.uniform(south, north))
        expected = sorted(slug for slug, each in geometries.items() if shapely.intersects_xy(each, *point))
        assert index.covering(*point) == expected


def some_shapes(chance: random.Random) -> list:
    """Rings, crescents whose middle lies outside, rings with a hole, several parts, a collection."""
    shapes = []
    for _ in range(120):
        lon, lat, size = chance.uniform(-3, 3), chance.uniform(-2, 2), chance.uniform(0.05, 1.5)
        disc = shapely.Point(lon, lat).buffer(size)
        shapes += [
            disc,
            disc.difference(shapely.Point(lon + size / 2, lat).buffer(size)),
            disc.difference(shapely.Point(lon, lat).buffer(size / 2)),
            shapely.union(disc, shapely.box(lon + 2, lat, lon + 2.5, lat + 0.5)),
            shapely.GeometryCollection([disc, shapely.LineString([(lon, lat), (lon + 3, lat + 1)])]),
        ]
    return shapes


@pytest.mark.parametrize("most_points", [0, 5_000, 10_000_000])
def test_outlines_found_by_their_frames_are_those_that_hold_the_point(most_points: int):
    chance = random.Random(39)
    shapes = some_shapes(chance)
    index, _ = outline_index(shapes, most_points)
    corners = [shape.exterior.coords[0] for shape in shapes[:40:5]]
    for point in corners + [(chance.uniform(-4, 4), chance.uniform(-3, 3)) for _ in range(300)]:
        expected = [n for n, shape in enumerate(shapes) if shapely.intersects_xy(shape, *point)]
        assert sorted(index.covering(*point)) == expected


def test_a_point_deep_inside_or_far_outside_reads_no_outline_and_one_near_the_border_reads_it_once():
    index, asked = outline_index([shapely.Point(0, 0).buffer(1), shapely.box(10, 10, 11, 11)])
    assert index.covering(0.1, 0.1) == [0] and index.covering(5, 5) == [] and asked == []
    assert index.covering(0.99, 0) == [0] and index.covering(0.99, 0.9) == []
    assert asked == [[0]]
    assert index.covering(10, 10) == [1] and asked == [[0], [1]]


def test_only_so_many_points_of_outlines_are_kept():
    index, asked = outline_index([shapely.box(n, 0, n + 1, 1) for n in range(4)], most_points=10)
    for _ in range(2):
        for n in range(4):
            assert n in index.covering(n + 0.01, 0.01)
    assert asked == [[0], [1], [2], [3]] * 2
    assert index.covering(3.01, 0.01) == [3] and len(asked) == 8


def test_of_a_changed_register_only_new_outlines_are_read():
    shapes = dict(enumerate(shapely.to_wkb([shapely.box(n, 0, n + 1, 1) for n in range(5)])))
    read: list[list[int]] = []

    def noted(numbers):
        read.append(list(numbers))
        return {number: shapes[number] for number in numbers}

    before = Frames.none().brought_to([0, 1, 2], noted)
    after = before.brought_to([1, 4, 2], noted)
    assert read == [[0, 1, 2], [4]]
    assert after.numbers.tolist() == [1, 2, 4] and after.table[:, 0].tolist() == [1, 2, 4]


def test_no_areas_are_no_trouble(counties: CountyIndex):
    assert PointIndex(counties, {}).covering(*ZHONGNING) == []


def test_the_index_needs_neither_gdal_nor_geopandas_nor_pyproj():
    heavy = "{'geopandas', 'pandas', 'pyogrio', 'pyproj', 'folium', 'topojson', 'flask'} & set(sys.modules)"
    code = f"import sys, gi_data.point_index; print({heavy})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
