"""/api/v1/gis/{slug}/area and /api/v1/locate, held against the boundaries themselves and against GDAL."""

import random
from datetime import date

import pyogrio
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient

from gi_data.boundaries import read_boundaries
from portal.catalogue.actions import state_indication, withdraw_indication
from portal.catalogue.models import Outline
from portal.catalogue.queries import get_indication
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.lib.clock import today
from portal.register.actions import PORTAL
from tests.catalogue_examples import add_gi
from tests.map_setting import lay_map
from tests.services.kept_states import once

ZHONGNING, SHAPOTOU = "640521", "640502"
AREA = {"text": {"zh": "某地", "en": "a place"}, "sources": ["test-page"], "support": "official_page"}


@pytest.fixture
def loaded(app: Flask, capsys) -> None:
    lay_map(app)
    once(load_register)
    capsys.readouterr()


@pytest.fixture
def mapped(app: Flask) -> None:
    lay_map(app)


def area_of(*codes: str, precision: str = "county") -> dict[str, object]:
    units = [{"name_in_source": code, "name_now": code, "code": code} for code in codes]
    return {**AREA, "precision": precision, "units": units}


def slugs_at(client: FlaskClient, lon: float, lat: float) -> list[str]:
    answer = client.get(f"/api/v1/locate?lon={lon!r}&lat={lat!r}").get_json()
    return [item["slug"] for item in answer["items"]]


def add_outline(slug: str, shape: shapely.Geometry) -> None:
    """As a confirmed proposal does it: the row and, in the same transaction, the entry."""
    indication = get_indication(slug)
    with transaction():
        db.session.add(
            Outline(
                indication_id=indication.id,
                wkb=shapely.to_wkb(shape),
                digest="0" * 64,
                square_metres=123_000_000,
                source={},
                from_on=date(2026, 1, 1),
            )
        )
        facts = {**indication.facts, "outline": {"digest": "0" * 64}}
        state_indication(PORTAL, slug, facts, date(2026, 11, 20))


def test_gdal_reads_the_same_geometry_that_the_boundaries_have(client, loaded, tmp_path):
    answer = client.get("/api/v1/gis/hetao-fanqie/area")
    assert answer.mimetype == "application/geo+json"
    file = tmp_path / "area.geojson"
    file.write_bytes(answer.data)
    found, _, shapes, columns = pyogrio.raw.read(file)
    assert found["crs"] == "EPSG:4326"
    codes = ["150802", "150821", "150822", "150823", "150824", "150825", "150826"]
    expected = shapely.union_all([read_boundaries().counties[code] for code in codes])
    read = shapely.from_wkb(shapes[0])
    assert shapely.is_valid(read)
    assert shapely.area(shapely.symmetric_difference(read, expected)) < 1e-9
    assert dict(zip(found["fields"], columns, strict=True))["precision"][0] == "divisions"


def test_an_area_known_by_townships_is_its_county_and_says_so(client, loaded):
    answer = client.get("/api/v1/gis/zhongning-gouqi/area").get_json()
    assert answer["properties"]["precision"] == "county"
    assert "实际范围更小" in answer["properties"]["precision_words"]["zh"]
    assert all(len(code) == 9 for code in answer["properties"]["adcodes"])
    drawn = shapely.from_geojson(client.get("/api/v1/gis/zhongning-gouqi/area").text)
    county = read_boundaries().counties[ZHONGNING]
    assert shapely.area(shapely.symmetric_difference(drawn, county)) < 1e-9
    assert answer["bbox"] == [round(edge, 6) for edge in county.bounds]
    assert abs(answer["properties"]["km2"] - 3370) < 60


def test_an_area_that_was_not_found_has_no_geometry_and_is_never_guessed(client, loaded):
    answer = client.get("/api/v1/gis/hetao-xiangrikui/area").get_json()
    assert answer["geometry"] is None
    assert answer["bbox"] is None
    assert answer["properties"]["precision"] == "none"
    assert answer["properties"]["km2"] is None


def test_what_is_known_only_in_part_says_so(client, loaded):
    assert client.get("/api/v1/gis/ningxia-gouqi/area").get_json()["properties"]["precision"] == "incomplete"


def test_an_outline_counts_alone_and_is_there_at_once(client, mapped):
    slug = add_gi(3, area=area_of(ZHONGNING))
    inside, outside = (105.68, 37.49), (105.55, 37.0)
    assert slugs_at(client, *inside) == slugs_at(client, *outside) == [slug]
    square = shapely.box(105.6, 37.4, 105.8, 37.6)
    add_outline(slug, square)
    assert slugs_at(client, *inside) == [slug]
    assert slugs_at(client, *outside) == []
    answer = client.get(f"/api/v1/gis/{slug}/area").get_json()
    assert answer["properties"]["precision"] == "outline"
    assert answer["properties"]["km2"] == 123
    drawn = shapely.from_geojson(client.get(f"/api/v1/gis/{slug}/area").text)
    assert drawn.equals(square)


def test_a_point_on_a_border_belongs_to_both_sides(client, mapped):
    east = add_gi(1, area=area_of(ZHONGNING))
    west = add_gi(2, area=area_of(SHAPOTOU))
    counties = read_boundaries().counties
    common = shapely.intersection(
        shapely.extract_unique_points(counties[ZHONGNING]), shapely.extract_unique_points(counties[SHAPOTOU])
    )
    corners = shapely.get_coordinates(common).tolist()
    assert len(corners) > 50
    for lon, lat in corners[::30]:
        assert set(slugs_at(client, lon, lat)) == {east, west}
        codes = client.get(f"/api/v1/locate?lon={lon!r}&lat={lat!r}").get_json()["counties"]
        assert {ZHONGNING, SHAPOTOU} <= {county["adcode"] for county in codes}


def test_points_are_answered_as_the_boundaries_have_them(client, mapped):
    codes = ["640521", "640502", "640522", "150821", "150824", "152202", "110101", "460302"]
    # 三沙 and 北京 stand for what is small and far away.
    slugs = {add_gi(number, area=area_of(code)): code for number, code in enumerate(codes, start=10)}
    counties, chance = read_boundaries().counties, random.Random(7)
    for code in codes:
        west, south, east, north = counties[code].bounds
        for _ in range(20):
            lon, lat = chance.uniform(west, east), chance.uniform(south, north)
            expected = {s for s, c in slugs.items() if shapely.intersects_xy(counties[c], lon, lat)}
            assert set(slugs_at(client, lon, lat)) == expected


def test_a_prefecture_or_a_province_covers_its_counties(client, mapped):
    add_gi(1, area=area_of("640500"))
    add_gi(2, area=area_of("640000"))
    assert slugs_at(client, 105.68, 37.49) == ["ceshi-1", "ceshi-2"]
    assert slugs_at(client, 106.23, 38.48) == ["ceshi-2"]


def test_a_gi_without_a_known_area_is_named_apart(client, mapped):
    add_gi(3)
    answer = client.get("/api/v1/locate?lon=105.68&lat=37.49").get_json()
    assert answer["items"] == []
    assert [item["slug"] for item in answer["undecided"]] == ["ceshi-3"]
    assert answer["counties"] == [{"adcode": ZHONGNING, "name": {"zh": "中宁县", "en": "Zhongning County"}}]


def test_abroad_and_at_sea_nothing_is_found(client, loaded):
    for lon, lat in ((2.35, 48.86), (-180, -90), (180, 90), (150, 30)):
        answer = client.get(f"/api/v1/locate?lon={lon}&lat={lat}").get_json()
        assert (answer["total"], answer["counties"], answer["undecided"]) == (0, [], [])


def test_a_withdrawn_gi_covers_nothing_any_more(client, mapped):
    slug = add_gi(1, area=area_of(ZHONGNING))
    assert slugs_at(client, 105.68, 37.49) == [slug]
    with transaction():
        withdraw_indication(PORTAL, get_indication(slug), "重复登载", today())
    assert slugs_at(client, 105.68, 37.49) == []


def test_an_edit_of_the_area_is_seen_by_the_next_question(client, mapped):
    slug = add_gi(1, area=area_of(ZHONGNING))
    assert slugs_at(client, 105.2, 37.5) == []
    add_gi(1, area=area_of(ZHONGNING, SHAPOTOU))
    assert slugs_at(client, 105.2, 37.5) == [slug]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("lon=NaN&lat=37", {"lon"}),
        ("lon=inf&lat=37", {"lon"}),
        ("lon=180.1&lat=90.1", {"lon", "lat"}),
        ("lon=abc&lat=", {"lon", "lat"}),
        ("lat=37", {"lon"}),
        ("lon=105,6&lat=37", {"lon"}),
        ("lon=105&lat=37&radius=5", {"radius"}),
    ],
)
def test_what_is_no_point_is_refused_by_name(client: FlaskClient, mapped, query: str, wrong: set[str]):
    answer = client.get(f"/api/v1/locate?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert set(answer.get_json()["errors"]) == wrong


def test_an_unknown_gi_has_no_area(client, mapped):
    assert client.get("/api/v1/gis/nowhere/area").status_code == 404


def test_answers_carry_a_tag_and_honour_it(client, loaded):
    for address in ("/api/v1/gis/hetao-fanqie/area", "/api/v1/locate?lon=105.68&lat=37.49"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
