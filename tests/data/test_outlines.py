"""Files with outlines as they really arrive: good ones in every form, and every way to be bad."""

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from gi_data.areas import area_of
from gi_data.outlines import AreaFeature, read_outline, read_pieces, write_geojson, write_geopackage
from gi_data.outlines import findings as rules
from gi_data.outlines.findings import ERRORS, NOTICES

SQUARE = shapely.box(105.5, 37.3, 105.8, 37.6)
COUNTY = area_of(["640521"]).geometry


def codes(reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def geojson(*shapes, **members) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": "核心区"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def gdal_file(
    tmp_path: Path, shapes, driver="GPKG", crs="EPSG:4326", layer=None, name="范围", **options
) -> Path:
    file = tmp_path / {"GPKG": "in.gpkg", "ESRI Shapefile": "in.shp"}[driver]
    pyogrio.raw.write(
        file,
        np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
        [np.array([name] * len(shapes), dtype=object)],
        ["name"],
        layer=layer,
        driver=driver,
        geometry_type=shapes[0].geom_type,
        crs=crs,
        append=file.exists(),
        **options,
    )
    return file


def zipped(folder: Path, stem: str = "in", without: tuple[str, ...] = (), under: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.glob(f"{stem}.*")):
            if file.suffix not in without:
                archive.write(file, f"{under}{file.name}")
    return packed.getvalue()


def zip_of(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


# Good files


def test_geojson_is_read_as_it_is():
    reading = read_outline(geojson(SQUARE))
    assert reading.is_usable and codes(reading) == []
    assert reading.geometry.equals(SQUARE)
    assert reading.form == "GeoJSON" and reading.attributes == ({"名称": "核心区"},)


@pytest.mark.parametrize("kind", ["Feature", "Polygon"])
def test_a_single_feature_and_a_bare_geometry_are_geojson_too(kind: str):
    geometry = json.loads(shapely.to_geojson(SQUARE))
    document = (
        geometry if kind == "Polygon" else {"type": "Feature", "properties": None, "geometry": geometry}
    )
    assert read_outline(b"\xef\xbb\xbf" + json.dumps(document).encode()).geometry.equals(SQUARE)


def test_a_geopackage_is_read_as_it_is(tmp_path: Path):
    reading = read_outline(gdal_file(tmp_path, [COUNTY]).read_bytes())
    assert reading.geometry.equals(COUNTY) and codes(reading) == []
    assert reading.attributes == ({"name": "范围"},)


def test_a_zipped_shapefile_is_read_as_it_is(tmp_path: Path):
    gdal_file(tmp_path, [COUNTY], "ESRI Shapefile", encoding="UTF-8")
    reading = read_outline(zipped(tmp_path, under="产地范围/"))
    assert reading.geometry.equals(COUNTY) and codes(reading) == []
    assert reading.attributes == ({"name": "范围"},) and reading.encoding == "UTF-8"


def test_a_shapefile_in_gbk_without_a_word_about_it_is_understood(tmp_path: Path):
    gdal_file(tmp_path, [SQUARE], "ESRI Shapefile", encoding="GBK")
    reading = read_outline(zipped(tmp_path, without=(".cpg",)))
    assert reading.attributes == ({"name": "范围"},) and reading.encoding == "GB18030"


def test_the_person_may_name_the_encoding(tmp_path: Path):
    gdal_file(tmp_path, [SQUARE], "ESRI Shapefile", encoding="GBK")
    (tmp_path / "in.cpg").write_text("UTF-8")
    assert read_outline(zipped(tmp_path), encoding="GBK").attributes == ({"name": "范围"},)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326"])
def test_degrees_of_cgcs2000_are_taken_as_wgs84(tmp_path: Path, crs: str):
    reading = read_outline(gdal_file(tmp_path, [SQUARE], crs=crs).read_bytes())
    assert reading.geometry.equals(SQUARE) and codes(reading) == []


@pytest.mark.parametrize("crs", ["EPSG:4544", "EPSG:3857", "EPSG:32648"])
def test_projected_coordinates_are_converted_and_that_is_said(tmp_path: Path, crs: str):
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    projected = shapely.transform(SQUARE, there.transform, interleaved=False)
    reading = read_outline(gdal_file(tmp_path, [projected], crs=crs).read_bytes())
    assert codes(reading) == ["converted"]
    assert shapely.hausdorff_distance(reading.geometry, SQUARE) < 1e-7


def test_the_older_form_of_geojson_may_name_its_system():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    assert read_outline(geojson(SQUARE, crs=crs)).geometry.equals(SQUARE)


def test_a_shapefile_without_prj_in_degrees_is_assumed_and_that_is_said(tmp_path: Path):
    gdal_file(tmp_path, [SQUARE], "ESRI Shapefile")
    reading = read_outline(zipped(tmp_path, without=(".prj",)))
    assert codes(reading) == ["assumed_wgs84"] and reading.geometry.equals(SQUARE)


def test_several_features_become_one_area():
    neighbour = shapely.box(105.8, 37.3, 106, 37.6)
    reading = read_outline(geojson(SQUARE, neighbour))
    assert codes(reading) == ["joined"] and reading.features == 2
    assert reading.geometry.equals(shapely.box(105.5, 37.3, 106, 37.6))


def test_points_among_polygons_are_left_out_and_counted():
    reading = read_outline(geojson(SQUARE, shapely.Point(105.6, 37.4)))
    assert codes(reading) == ["parts_left_out"] and reading.geometry.equals(SQUARE)


def test_heights_are_left_out():
    reading = read_outline(geojson(shapely.force_3d(SQUARE, 1200)))
    assert codes(reading) == ["height_dropped"] and not reading.geometry.has_z


def test_a_shape_that_crosses_itself_is_repaired_and_named():
    reading = read_outline(geojson(shapely.Polygon([(106, 37), (107, 38), (107, 37), (106, 38)])))
    [finding] = reading.findings
    assert finding.code == "repaired" and "106.50000, 37.50000" in finding.message.zh
    assert reading.geometry.is_valid and reading.repair.was_needed


def test_polygons_inside_a_collection_are_found():
    reading = read_outline(geojson(shapely.GeometryCollection([SQUARE, shapely.Point(105.6, 37.4)])))
    assert reading.geometry.equals(SQUARE)


def test_the_first_polygon_layer_is_read_and_the_others_are_named(tmp_path: Path):
    gdal_file(tmp_path, [shapely.Point(105.6, 37.4)], layer="points")
    gdal_file(tmp_path, [SQUARE], layer="area")
    gdal_file(tmp_path, [COUNTY], layer="county")
    reading = read_outline((tmp_path / "in.gpkg").read_bytes())
    assert codes(reading) == ["other_layers"] and reading.geometry.equals(SQUARE)
    assert "county" in reading.findings[0].message.en


# Bad files


def refused(content: bytes) -> str:
    reading = read_outline(content)
    assert reading.geometry is None and not reading.is_usable
    [finding] = reading.findings
    assert finding.severity == "error" and finding.message.zh and finding.message.en
    return finding.code


def shapefile_zip(tmp_path: Path, **options) -> bytes:
    gdal_file(tmp_path, [SQUARE], "ESRI Shapefile")
    return zipped(tmp_path, **options)


BAD_BYTES = {
    "empty_file": b" \n",
    "unknown_format": b"<html></html>",
    "not_json": b'{"type": "Polygon", ',
    "not_geojson": b'{"type": "Topology"}',
    "unreadable": b'{"type":' + b"[" * 100_000,
    "bad_zip": b"PK\x03\x04 and nothing else",
    "no_polygons": geojson(shapely.Point(105, 37)),
    "bad_geometry": b'{"type": "Polygon", "coordinates": [[[105, "x"], [1, 2], [3, 4], [105, 37]]]}',
    "axes_swapped": geojson(shapely.box(37.3, 105.5, 37.6, 105.8)),
    "outside_country": geojson(shapely.box(2, 48, 3, 49)),
    "no_crs": geojson(shapely.box(500_000, 4_000_000, 510_000, 4_010_000)),
    "unknown_crs": geojson(SQUARE, crs={"type": "name", "properties": {"name": "Mars"}}),
    "no_area": b'{"type": "Polygon", "coordinates": [[[105, 37], [106, 37], [105, 37], [105, 37]]]}',
    "no_shapefile": zip_of(**{"readme.txt": b"hello"}),
    "many_shapefiles": zip_of(**{"a.shp": b"", "b.shp": b""}),
    "shapefile_incomplete": zip_of(**{"a.shp": b"", "a.dbf": b""}),
    "zip_too_many_files": zip_of(**{f"{number}.txt": b"" for number in range(51)}),
    "zip_too_large": zip_of(**{"a.shp": bytes(101 * 1024 * 1024), "a.shx": b"", "a.dbf": b""}),
}


@pytest.mark.parametrize(("code", "content"), BAD_BYTES.items(), ids=BAD_BYTES)
def test_each_bad_file_gets_its_named_finding(code: str, content: bytes):
    assert refused(content) == code


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"1e999"])
def test_numbers_that_are_none_are_refused(word: bytes):
    content = b'{"type": "Polygon", "coordinates": [[[105, 37], [106, 37], [106, %s], [105, 37]]]}' % word
    assert refused(content) in {"unreadable", "bad_geometry"}


@pytest.mark.parametrize(
    "document",
    [
        "[]",
        "[1]",
        "null",
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "Polygon"}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Feature", "geometry": {"type": 5}}',
        '{"type": "Feature", "geometry": 7}',
        '{"type": "Polygon", "coordinates": [[]]}',
        '{"type": "Polygon", "coordinates": 3}',
        '{"type": "GeometryCollection", "geometries": [null]}',
    ],
)
def test_no_odd_document_breaks_the_reader(document: str):
    assert refused(document.encode()) in {"not_geojson", "bad_geometry", "no_polygons", "unknown_format"}


def test_a_file_beyond_the_limit_is_not_even_opened():
    assert refused(b"{" + bytes(rules.MAX_FILE_BYTES)) == "file_too_large"


def test_too_many_features_are_refused():
    shapes = [shapely.box(105, 37, 105.001, 37.001)] * (rules.MAX_FEATURES + 1)
    assert refused(geojson(*shapes)) == "too_many_features"


def test_too_many_points_are_refused():
    ring = shapely.segmentize(SQUARE, SQUARE.length / (rules.MAX_VERTICES + 10))
    assert refused(shapely.to_geojson(ring).encode()) == "too_many_points"


def test_a_zip_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path: Path):
    content = bytearray(BAD_BYTES["zip_too_large"])
    central = content.index(b"PK\x01\x02")
    content[22:26] = content[central + 24 : central + 28] = struct.pack("<I", 10)
    assert refused(bytes(content)) in {"zip_too_large", "bad_zip"}


def test_a_zip_with_a_password_is_refused(tmp_path: Path):
    content = bytearray(shapefile_zip(tmp_path))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(magic)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(magic, place + 1)
    assert refused(bytes(content)) == "bad_zip"


def test_a_name_with_a_path_is_not_written_outside(tmp_path: Path):
    gdal_file(tmp_path, [SQUARE], "ESRI Shapefile")
    reading = read_outline(zipped(tmp_path, under="../../../../tmp/"))
    assert reading.geometry.equals(SQUARE)


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_damaged_shapefile_is_refused_or_read_but_never_breaks_the_reader(tmp_path: Path, suffix: str):
    gdal_file(tmp_path, [SQUARE], "ESRI Shapefile")
    file = tmp_path / f"in{suffix}"
    file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2])
    reading = read_outline(zipped(tmp_path))
    assert reading.is_usable or codes(reading)[0] in {"unreadable", "no_polygons"}


def test_a_shapefile_that_is_something_else_is_refused(tmp_path: Path):
    content = zip_of(**{"a.shp": b"<OGRVRTDataSource/>", "a.shx": b"", "a.dbf": b""})
    assert refused(content) == "unreadable"


def test_a_damaged_geopackage_is_refused(tmp_path: Path):
    content = gdal_file(tmp_path, [COUNTY]).read_bytes()
    assert refused(content[: len(content) // 3]) == "unreadable"
    assert refused(b"SQLite format 3\x00") == "unreadable"


def test_a_geopackage_without_polygons_is_refused(tmp_path: Path):
    content = gdal_file(tmp_path, [shapely.Point(105, 37)]).read_bytes()
    assert refused(content) == "no_polygon_layer"


def test_a_plain_sqlite_file_is_no_geopackage(tmp_path: Path):
    import sqlite3

    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("create table polygons (geometry blob)")
    assert refused((tmp_path / "x.db").read_bytes()) == "unreadable"


def test_every_finding_speaks_both_languages():
    for message in (*ERRORS.values(), *NOTICES.values()):
        assert message.zh and message.en


# Files going out

FEATURES = [
    AreaFeature("zhongning", COUNTY, {"name": "中宁枸杞", "km2": 3369.4, "year": 2024, "note": None}),
    AreaFeature("box", SQUARE, {"name": "=方块", "km2": None, "year": 2025, "note": "x"}),
]


def test_gdal_reads_the_geopackage_back_with_the_same_geometry(tmp_path: Path):
    file = tmp_path / "out.gpkg"
    file.write_bytes(write_geopackage(FEATURES))
    found, _, shapes, columns = pyogrio.raw.read(file)
    assert found["crs"] == "EPSG:4326" and list(found["fields"]) == ["id", "name", "km2", "year", "note"]
    back = shapely.from_wkb(shapes)
    assert [shape.equals(each.geometry) for shape, each in zip(back, FEATURES, strict=True)] == [True, True]
    assert columns[1].tolist() == ["中宁枸杞", "=方块"] and columns[3].tolist() == [2024, 2025]
    assert np.isnan(columns[2][1]) and columns[4].tolist() == [None, "x"]


def test_gdal_reads_the_geojson_back_with_the_same_geometry(tmp_path: Path):
    file = tmp_path / "out.geojson"
    file.write_bytes(write_geojson(FEATURES))
    _, _, shapes, columns = pyogrio.raw.read(file, columns=["name"])
    back = shapely.from_wkb(shapes)
    assert [shape.equals(each.geometry) for shape, each in zip(back, FEATURES, strict=True)] == [True, True]
    assert columns[0].tolist() == ["中宁枸杞", "=方块"]


def test_what_goes_out_can_come_in_again():
    assert read_outline(write_geopackage(FEATURES[:1])).geometry.equals(COUNTY)
    assert read_outline(write_geojson(FEATURES[:1])).geometry.equals(COUNTY)


def test_geojson_rings_turn_as_the_standard_says():
    [feature, _] = json.loads(write_geojson(FEATURES))["features"]
    polygon = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shapely.is_ccw(polygon.exterior) and feature["properties"]["note"] is None


def test_the_same_areas_give_the_same_bytes():
    assert write_geopackage(FEATURES) == write_geopackage(FEATURES)
    assert write_geojson(FEATURES) == write_geojson(FEATURES)


def test_no_areas_still_make_a_file():
    assert json.loads(write_geojson([]))["features"] == []
    assert write_geopackage([]).startswith(b"SQLite format 3")


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>东一地</name><ExtendedData><Data name="品种"><value>宁杞7号</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>105.70,37.48,1100 105.71,37.48,1100 105.71,37.49,1100
105.70,37.49,1100 105.70,37.48,1100</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>水井</name><Point><coordinates>105.70,37.48</coordinates></Point></Placemark>
</Document></kml>"""


def test_what_a_phone_walked_round_comes_in_as_pieces_of_land():
    (field, well), wrong = read_pieces(KML.encode(), 10)
    assert wrong is None
    assert (field.name, field.variety) == ("东一地", "宁杞7号") and field.outline.is_usable
    assert (well.name, codes(well.outline)) == ("水井", ["no_polygons"])


@pytest.mark.parametrize(
    "content",
    [
        b"<kml><Placemark>",
        b'<!DOCTYPE kml [<!ENTITY a "aaaa">]><kml>&a;</kml>',
        KML.replace("105.71,37.48,1100", "nan,37.48").encode(),
        KML.replace("105.71,37.48,1100", "east").encode(),
    ],
)
def test_a_broken_kml_is_refused_by_name(content: bytes):
    assert refused(content) in {"unreadable", "bad_geometry"}
