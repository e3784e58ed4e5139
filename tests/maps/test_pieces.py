"""Counties cut by province, shapes read back from TopoJSON, water in steps: nothing is lost on the way."""

import json

import pytest
import shapely

from gi_data.boundaries import read_boundaries, read_water
from maps.made import read_made_map
from maps.pieces import by_province
from maps.topology import Topology
from maps.water import STEPS_PER_DEGREE, water_steps
from tests.map_setting import built_map


@pytest.fixture(scope="module")
def counties() -> dict[str, object]:
    return json.loads((built_map() / "counties.json").read_bytes())


def shape(topology: Topology, code: str) -> shapely.MultiPolygon:
    polygons = topology.polygons("counties", code)
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])


def test_every_county_lies_in_exactly_one_province(counties):
    pieces = by_province(counties)
    codes = [one["id"] for piece in pieces.values() for one in piece["objects"]["counties"]["geometries"]]
    assert sorted(codes) == sorted(one["id"] for one in counties["objects"]["counties"]["geometries"])
    assert all(
        one["id"].startswith(province)
        for province, piece in pieces.items()
        for one in piece["objects"]["counties"]["geometries"]
    )


def test_a_county_has_the_same_shape_in_its_piece_as_in_the_whole(counties):
    whole, pieces = Topology(counties), by_province(counties)
    for code in ("640521", "150824", "460302", "810001", "710000"):
        assert shape(Topology(pieces[code[:2]]), code).equals(shape(whole, code))


def test_a_shape_that_is_read_back_lies_where_the_boundaries_have_it():
    close = Topology(json.loads((built_map() / "counties-64.json").read_bytes()))
    original = read_boundaries().counties["640521"]
    assert shapely.symmetric_difference(shape(close, "640521"), original).area < 0.02 * original.area


def test_an_unknown_name_has_no_shape(counties):
    assert Topology(counties).polygons("counties", "999999") == []


def test_water_in_steps_stays_within_a_kilometre_of_its_source():
    water, steps = read_water(), water_steps(read_water())
    lines = [one for one in water["features"] if one["properties"]["kind"] == "river"]
    source = shapely.union_all([shapely.from_geojson(json.dumps(one["geometry"])) for one in lines])
    for line in steps["river"]:
        x = y = 0
        for step_x, step_y in zip(line[::2], line[1::2], strict=True):
            x, y = x + step_x, y + step_y
            assert shapely.distance(source, shapely.Point(x / STEPS_PER_DEGREE, y / STEPS_PER_DEGREE)) < 0.01
    assert len(steps["lake"]) > 10


def test_a_finished_build_knows_every_division_and_serves_no_inner_file():
    made = read_made_map(built_map())
    assert made.codes_by_prefix["6405"] == ["640502", "640521", "640522"]
    assert len(made.codes_by_prefix["15"]) == 103
    west, south, east, north = made.places["640521"].box
    assert west < made.places["640521"].lon < east
    assert south < made.places["640521"].lat < north
    # 中宁县 by the statistics of the region: 3 370 km².
    assert abs(made.places["640521"].km2 - 3370) < 60
    assert made.find("near-64.json").is_file()
    assert made.find("page.json") is None
    assert made.find("../portal.db") is None


def test_an_unfinished_build_is_none(tmp_path):
    assert read_made_map(tmp_path) is None
    (tmp_path / "manifest.json").write_text("{}")
    assert read_made_map(tmp_path) is None
