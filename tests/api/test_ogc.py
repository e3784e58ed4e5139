"""OGC API Features as GDAL, a browser and a stranger's program meet it."""

import json
import subprocess
from urllib.parse import urlsplit

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from gi_data.boundaries import read_boundaries
from portal.cli.loading import load_register
from portal.db import db
from portal.lib.problems import RuleBroken
from portal.ogc.rules import CONFORMANCE, meets, read_boxes, read_interval, read_limit
from tests.services.kept_states import once
from tests.services.served import served


@pytest.fixture
def ogc(app: Flask) -> FlaskClient:
    once(load_register)
    return app.test_client()


def follow(client: FlaskClient, address: str) -> list[dict]:
    """Every feature from this address on, page after page by its links."""
    features = []
    while address:
        page = client.get(address)
        assert page.status_code == 200, page.text
        assert page.mimetype == "application/geo+json"
        body = page.json
        assert body["numberReturned"] == len(body["features"])
        features += body["features"]
        parts = urlsplit(next((one["href"] for one in body["links"] if one["rel"] == "next"), ""))
        address = f"{parts.path}?{parts.query}" if parts.path else ""
    return features


def test_every_link_of_the_documents_leads_somewhere(ogc):
    seen, waiting = set(), ["/ogc/"]
    while waiting:
        address = waiting.pop()
        answer = ogc.get(address)
        assert answer.status_code == 200, address
        if not answer.is_json or "items" in address:
            continue
        documents = [answer.json, *answer.json.get("collections", [])]
        for one in (link for document in documents for link in document.get("links", [])):
            parts = urlsplit(one["href"])
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if target not in seen:
                seen.add(target)
                waiting.append(target)
                expected = one["type"].split(";")[0]
                assert ogc.get(target).mimetype == expected, target
    assert ogc.get("/ogc/conformance").json == {"conformsTo": list(CONFORMANCE)}


def test_a_browser_gets_a_page_and_a_program_gets_json_at_the_same_address(ogc):
    page = ogc.get("/ogc/collections/gis/items?limit=99", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert "中宁枸杞" in page.text
    data = ogc.get("/ogc/collections/gis/items", headers={"Accept": "*/*"})
    assert data.mimetype == "application/geo+json"
    assert "Accept" in data.headers["Vary"].split(", ")


def test_pages_put_together_are_the_whole_catalogue_once(ogc):
    total = ogc.get("/api/v1/gis").json["total"]
    features = follow(ogc, "/ogc/collections/gis/items?limit=7")
    assert len(features) == total == len({one["id"] for one in features})
    one = next(one for one in features if one["id"] == "zhongning-gouqi")
    assert one == {
        name: value
        for name, value in ogc.get("/ogc/collections/gis/items/zhongning-gouqi").json.items()
        if name != "links"
    }


def test_an_area_known_by_townships_is_its_county_and_says_so(ogc):
    item = ogc.get("/ogc/collections/gis/items/zhongning-gouqi").json
    assert item["properties"]["precision"] == "county"
    drawn = shapely.from_geojson(json.dumps(item["geometry"]))
    assert shapely.equals(drawn, read_boundaries().counties["640521"])


def test_an_area_that_was_not_found_has_no_geometry_and_no_box_finds_it(ogc):
    features = follow(ogc, "/ogc/collections/gis/items?limit=1000")
    without = {one["id"] for one in features if one["geometry"] is None}
    assert without
    found = follow(ogc, "/ogc/collections/gis/items?limit=1000&bbox=-180,-90,180,90")
    assert {one["id"] for one in found} == {one["id"] for one in features} - without


def test_a_box_finds_exactly_what_it_touches(ogc):
    box = "105.2,37.2,106.0,37.9"
    window = shapely.box(105.2, 37.2, 106.0, 37.9)
    found = {one["id"] for one in follow(ogc, f"/ogc/collections/regions/items?bbox={box}&limit=100")}
    known = read_boundaries()
    codes = {
        code
        for shapes in (known.counties, known.prefectures, known.provinces)
        for code, shape in shapes.items()
        if shape.intersects(window)
    }
    assert found == codes
    areas = follow(ogc, f"/ogc/collections/gis/items?bbox={box}&limit=100")
    assert "zhongning-gouqi" in {one["id"] for one in areas}
    assert all(shapely.from_geojson(json.dumps(one["geometry"])).intersects(window) for one in areas)


def test_properties_and_time_narrow_what_is_found(ogc):
    counties = follow(ogc, "/ogc/collections/regions/items?level=county&parent=640500&limit=100")
    assert [one["id"] for one in counties] == ["640502", "640521", "640522"]
    marks = follow(ogc, "/ogc/collections/gis/items?kinds=certification_mark&limit=1000")
    assert marks
    assert all("certification_mark" in one["properties"]["kinds"] for one in marks)
    old = follow(ogc, "/ogc/collections/gis/items?datetime=../2005-12-31&limit=1000")
    assert old
    assert all(one["properties"]["since"][:4] <= "2005" for one in old)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("offset=-1", "offset"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,nan", "bbox"),
        ("bbox=10,50,20,40", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2024-13-01", "datetime"),
        ("datetime=2024-05-01/2023-05-01", "datetime"),
        ("kinds=potion", "kinds"),
        ("colour=red", "colour"),
        ("f=xml", "f"),
        ("slug=%00", "slug"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(ogc, query: str, name: str):
    answer = ogc.get(f"/ogc/collections/gis/items?{query}")
    assert answer.status_code == 400
    assert list(answer.json["errors"]) == [name]


def test_what_is_not_there_is_not_found(ogc):
    for address in ("wine", "wine/items", "gis/items/nothing", "regions/items/999999", "regions/items/%00"):
        assert ogc.get(f"/ogc/collections/{address}").status_code == 404


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(typed: str):
    for read in (read_boxes, read_interval, read_limit):
        try:
            read(typed)
        except RuleBroken as refusal:
            assert refusal.fields


def test_a_box_across_the_date_line_is_two():
    assert read_boxes("170,-10,-170,10") == ((170, -10, 180, 10), (-180, -10, -170, 10))
    assert read_boxes("1,2,0,3,4,100") == ((1, 2, 3, 4),)


def test_a_year_alone_counts_as_known_from_its_first_day():
    assert meets("2001", ("0000-00-00", "2001-01-01"))
    assert not meets("2001-05", ("0000-00-00", "2001-04-30"))


def test_gdal_reads_every_area_with_equal_geometry(app: Flask, ogc, tmp_path):
    expected = {one["id"]: one["geometry"] for one in follow(ogc, "/ogc/collections/gis/items?limit=1000")}
    db.session.remove()
    with served(app) as address:
        command = ["ogr2ogr", "-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=15"]
        target = tmp_path / "areas.geojsonl"
        read = subprocess.run(
            [*command, str(target), f"OAPIF:{address}/ogc/", "gis", "-oo", "PAGE_SIZE=10"],
            capture_output=True,
            text=True,
        )
        assert read.returncode == 0, read.stderr
        listed = subprocess.run(["ogrinfo", f"OAPIF:{address}/ogc/"], capture_output=True, text=True)
        assert "gis" in listed.stdout
        assert "regions" in listed.stdout
    features = [json.loads(line.strip("\x1e")) for line in target.read_text().splitlines()]
    got = {one["properties"]["slug"]: one["geometry"] for one in features}
    assert set(got) == set(expected)
    for slug, geometry in got.items():
        if expected[slug] is None:
            assert geometry is None
            continue
        shapes = [shapely.from_geojson(json.dumps(one)) for one in (geometry, expected[slug])]
        assert shapely.equals_exact(*(shapely.normalize(shape) for shape in shapes), tolerance=0)
