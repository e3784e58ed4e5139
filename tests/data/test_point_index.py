import random
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from gi_data.areas import area_of
from gi_data.boundaries import county_shapes
from gi_data.point_index import CountyIndex, PointIndex, write_county_file

ZHONGNING = (105.685, 37.49)


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> CountyIndex:
    file = tmp_path_factory.mktemp("index") / "counties.bin"
    write_county_file(file, county_shapes())
    return CountyIndex.load(file)


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
        "county": (["640521"], None),
        "prefecture": (["640500"], None),
        "province": (["640000"], None),
        "township": (["640521100"], None),
        "elsewhere": (["150821", "150200"], None),
        "nowhere": (["150271"], None),
    }
    index = PointIndex(counties, areas)
    assert index.covering(*ZHONGNING) == ["county", "prefecture", "province", "township"]
    assert index.counties_at(*ZHONGNING) == ["640521"]


def test_cities_without_counties_and_taiwan_are_found(counties: CountyIndex):
    areas = {code: ([code], None) for code in ("441900", "710000", "820000", "620200")}
    index = PointIndex(counties, areas)
    for code, point in {"441900": (113.8, 22.95), "710000": (121.0, 23.8), "620200": (98.28, 39.8)}.items():
        assert index.covering(*point) == [code]


def test_an_own_outline_counts_instead_of_the_divisions(counties: CountyIndex):
    outline = shapely.to_wkb(shapely.box(105.6, 37.4, 105.7, 37.5))
    index = PointIndex(counties, {"drawn": (["640521"], outline)})
    assert index.covering(*ZHONGNING) == ["drawn"]
    assert index.covering(105.8, 37.3) == []


def test_a_point_on_a_border_belongs_to_both_sides(counties: CountyIndex):
    shapes = county_shapes()
    shared = shapely.intersection(shapes["640521"].boundary, shapes["640502"].boundary)
    corner = next(part for part in shapely.get_parts(shared) if part.geom_type == "LineString").coords[0]
    index = PointIndex(counties, {"east": (["640521"], None), "west": (["640502"], None)})
    assert index.covering(*corner) == ["east", "west"]
    corner_of_outline = PointIndex(counties, {"box": ([], shapely.to_wkb(shapely.box(105, 37, 106, 38)))})
    assert corner_of_outline.covering(105, 37) == ["box"]
    assert corner_of_outline.covering(105.5, 37) == ["box"]
    assert corner_of_outline.covering(104.9999999, 37) == []


def test_a_point_outside_the_country_or_the_earth_is_in_no_area(counties: CountyIndex):
    index = PointIndex(counties, {"all": (["640000"], None)})
    assert index.covering(0, 0) == []
    assert index.covering(500, 37) == []
    assert index.covering(float("nan"), 37) == []


def test_the_index_agrees_with_the_geometry_of_the_area(counties: CountyIndex):
    chance = random.Random(20260101)
    codes = chance.sample(sorted(county_shapes()), 40)
    areas = {f"gi-{n}": (codes[n : n + 3], None) for n in range(0, 39, 3)}
    index = PointIndex(counties, areas)
    geometries = {slug: area_of(scope[0]).geometry for slug, scope in areas.items()}
    for geometry in geometries.values():
        west, south, east, north = geometry.bounds
        point = (chance.uniform(west, east), chance.uniform(south, north))
        expected = sorted(slug for slug, each in geometries.items() if shapely.intersects_xy(each, *point))
        assert index.covering(*point) == expected


def test_no_areas_are_no_trouble(counties: CountyIndex):
    assert PointIndex(counties, {}).covering(*ZHONGNING) == []


def test_the_index_needs_neither_gdal_nor_geopandas_nor_pyproj():
    heavy = "{'geopandas', 'pandas', 'pyogrio', 'pyproj', 'folium', 'topojson', 'flask'} & set(sys.modules)"
    code = f"import sys, gi_data.point_index; print({heavy})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
