"""The bulk files: complete, typed, harmless, and the same in every form."""

import csv
import io
import json
import sqlite3
import tracemalloc
import xml.etree.ElementTree as ElementTree

import openpyxl
import pyogrio
import pytest
import rdflib
import shapely
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gi_data.sheet_writing import harmless
from portal.cli.loading import load_register
from portal.data.bulk import file_names
from portal.data.files import Column, Kind, Table, tables
from portal.data.kept_files import find_kept, keeping
from portal.data.snapshots import make_snapshot
from portal.data.workbook import xlsx_chunks
from portal.data.writing import as_csv, as_json
from portal.db import db, transaction
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.actions import PORTAL, record
from tests.conftest import Visitor
from tests.demonstration import show_demonstration
from tests.services.kept_states import once

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


@pytest.fixture
def data(app: Flask) -> FlaskClient:
    once(load_register)
    app.test_client_class = Reader
    return app.test_client()


class Reader(Visitor):
    """Reads every answer to its end, as a download is."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


def rows_of_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_every_file_is_there_and_the_page_leads_to_it(data):
    page = data.get("/data/").text
    for name in file_names():
        answer = data.get(f"/data/{name}")
        assert answer.status_code == 200, name
        assert f'filename="{name}"' in answer.headers["Content-Disposition"]
        assert f"/data/{name}" in page
    assert data.get("/data/secrets.csv").status_code == 404
    assert data.get("/data/gis.exe").status_code == 404


def test_the_three_forms_of_a_table_say_the_same(data):
    show_demonstration()
    for table in tables():
        raw = data.get(f"/data/{table.name}.csv").data
        assert raw.startswith(b"\xef\xbb\xbf")
        from_csv = rows_of_csv(raw.decode())
        from_json = json.loads(data.get(f"/data/{table.name}.json").data)["items"]
        book = openpyxl.load_workbook(io.BytesIO(data.get(f"/data/{table.name}.xlsx?lang=en").data))
        sheet = book.worksheets[0]
        assert sheet.freeze_panes == "B2"
        assert [cell.value for cell in sheet[1]] == [column.title.en for column in table.columns]
        assert len(from_csv) == len(from_json) == sheet.max_row - 1, table.name
        for column in table.columns:
            values = [row[column.key] for row in from_json]
            if column.kind is Kind.TEXT:
                assert [row[column.key] for row in from_csv] == [harmless(v or "") for v in values]
        dictionary = [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)]
        assert dictionary == [column.key for column in table.columns]


def test_the_file_of_gis_holds_what_the_api_holds(data):
    listed = data.get("/api/v1/gis?per_page=200").json["items"]
    rows = {row["slug"]: row for row in rows_of_csv(data.get("/data/gis.csv").data.decode())}
    assert set(rows) == {item["slug"] for item in listed}
    for item in listed:
        row = rows[item["slug"]]
        assert (row["name_zh"], row["name_en"]) == (item["name"]["zh"], item["name"]["en"])
        assert row["kinds"].split("; ") == (item["kinds"] or [""])
        assert row["status"] == item["status"]


def test_the_file_of_users_names_no_person(data):
    show_demonstration()
    hidden = set(db.session.scalars(select(Producer.name).where(~Producer.name_public)))
    rows = rows_of_csv(data.get("/data/users.csv").data.decode())
    assert rows
    assert hidden
    assert {row["name"] for row in rows} & hidden == set()
    assert all(not row["uscc"] for row in rows if not row["name"])
    listed = data.get(f"/api/v1/gis/{rows[0]['gi']}/users?status=all&per_page=200").json["items"]
    told = {(one["licence_no"], one["status"], one["name"] or "") for one in listed}
    assert told <= {(row["licence_no"], row["status"], row["name"]) for row in rows}


def test_a_file_is_not_sent_again_while_nothing_has_changed(data):
    first = data.get("/data/gis.csv")
    assert first.data
    again = data.get("/data/gis.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    other = data.get("/data/brands.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://evil.example")')


def test_no_cell_is_run_as_a_formula():
    columns = (Column("text", Text("文字", "Text")), Column("n", Text("数", "Number"), Kind.WHOLE))
    table = Table("t", Text("表", "Table"), Text("", ""), columns, lambda: iter([(one, -5) for one in NASTY]))
    for row in rows_of_csv("".join(as_csv(table))):
        assert row["text"].startswith("'")
        assert row["n"] == "-5"
    raw = b"".join(xlsx_chunks(table, {}, "zh"))
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    for text, number in sheet.iter_rows(min_row=2):
        assert text.data_type == "s"
        assert text.value.startswith("'")
        assert number.value == -5
    assert [row["text"] for row in json.loads("".join(as_json(table, {})))["items"]] == list(NASTY)


def test_a_hundred_thousand_rows_need_no_more_memory_than_a_thousand():
    columns = tuple(Column(f"c{n}", Text("列", "Column")) for n in range(8))

    def peak(rows: int) -> int:
        values = ("中宁枸杞" * 5,) * 8
        table = Table("t", Text("表", "T"), Text("", ""), columns, lambda: (values for _ in range(rows)))
        tracemalloc.start()
        for chunk in as_csv(table):
            assert chunk
        for chunk in as_json(table, {}):
            assert chunk
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(100_000) < peak(1_000) + 2_000_000


def test_areas_in_both_forms_have_the_same_geometry(data, tmp_path):
    collection = json.loads(data.get("/data/areas.geojson").data)
    shapes = {one["id"]: json.dumps(one["geometry"]) for one in collection["features"]}
    expected = {slug: shapely.from_geojson(shape) for slug, shape in shapes.items()}
    assert len(expected) > 10
    file = tmp_path / "areas.gpkg"
    file.write_bytes(data.get("/data/areas.gpkg").data)
    meta, _, shapes, columns = pyogrio.raw.read(file, columns=["id"])
    assert meta["crs"] == "EPSG:4326"
    got = dict(zip(columns[0], shapely.from_wkb(shapes), strict=True))
    assert set(got) == set(expected)
    for slug, shape in got.items():
        assert shape.equals(expected[slug]), slug
    with sqlite3.connect(file) as opened:
        assert opened.execute("SELECT count(*) FROM gpkg_geometry_columns").fetchone() == (1,)
    opened.close()


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")
def test_rdflib_reads_the_catalogue_and_every_download_in_it_answers(data):
    answer = data.get("/data/catalog.jsonld")
    assert answer.mimetype == "application/ld+json"
    graph = rdflib.Graph().parse(data=answer.text, format="json-ld")
    assert len(set(graph.subjects(rdflib.RDF.type, DCAT.Dataset))) == len(tables()) + 1
    links = [str(link) for link in graph.objects(None, DCAT.downloadURL)]
    assert len(links) == len(file_names())
    for link in links:
        assert data.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_no_licence_is_named_until_the_operator_sets_one(data):
    assert "license" not in data.get("/data/catalog.jsonld").text
    assert "has not set a licence" in data.get("/data/?lang=en").text
    assert data.get("/data/gis.json").json["licence"] is None


def test_a_snapshot_keeps_the_files_of_its_month(app: Flask, data):
    before = data.get("/data/gis.csv").data
    assert make_snapshot("2026-11") is not None
    assert make_snapshot("2026-11") is None
    kept = data.get("/data/snapshots/2026-11/gis.csv")
    assert kept.data == before
    manifest = json.loads(data.get("/data/snapshots/2026-11/manifest.json").data)
    assert {one["name"] for one in manifest["files"]} == set(file_names())
    assert manifest["head"]["signature"]
    assert "/data/snapshots/2026-11/gis.csv" in data.get("/data/").text
    for wrong in ("2026-11/../../portal.db", "2026-13/gis.csv", "2026-11/portal.db"):
        assert data.get(f"/data/snapshots/{wrong}").status_code == 404


def test_every_address_of_the_sitemap_answers(data):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    index = ElementTree.fromstring(data.get("/sitemap.xml").data)
    parts = [one.text.removeprefix("http://127.0.0.1:8000") for one in index.iter(space)]
    addresses = [
        one.text.removeprefix("http://127.0.0.1:8000")
        for part in parts
        for one in ElementTree.fromstring(data.get(part).data).iter(space)
    ]
    assert "/gi/zhongning-gouqi" in addresses
    assert len(addresses) == len(set(addresses))
    for address in addresses:
        assert data.get(address).status_code == 200, address
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in data.get("/robots.txt").text


def test_the_check_program_can_be_had_and_its_digest_stands_beside_it(data):
    from hashlib import sha256

    program = data.get("/data/register_check.py").data
    assert sha256(program).hexdigest() in data.get("/data/").text


def kept_files(app: Flask) -> list[str]:
    folder = app.config["SETTINGS"].data_dir / "kept-files"
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def test_a_file_is_made_once_for_each_version(app: Flask, data):
    first = data.get("/data/gis.csv")
    [kept] = kept_files(app)
    second = data.get("/data/gis.csv")
    assert second.data == first.data
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["ETag"] == first.headers["ETag"]
    with transaction():
        record(PORTAL, "noted", "trial:1", {"words": {"from": None, "to": "x"}})
    third = data.get("/data/gis.csv")
    assert third.headers["ETag"] != first.headers["ETag"]
    [other] = kept_files(app)
    assert other != kept


def test_half_a_download_is_not_kept(tmp_path):
    chunks = keeping(tmp_path, "x.csv", "0" * 32, iter([b"one", b"two"]))
    assert next(chunks) == b"one"
    chunks.close()
    assert list(tmp_path.iterdir()) == []
    assert b"".join(keeping(tmp_path, "x.csv", "0" * 32, iter([b"one", b"two"]))) == b"onetwo"
    assert find_kept(tmp_path, "x.csv", "0" * 32).read_bytes() == b"onetwo"
    assert find_kept(tmp_path, "x.csv", "1" * 32) is None
