import math
import os
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from gi_data.areas import area_km2, area_of, bbox_of, outside_km2, overlaps
from gi_data.boundaries import (
    OPERATOR_FILE,
    BoundariesMissing,
    county_shapes,
    national_lines,
    prefecture_shapes,
    province_shapes,
    read_boundaries,
)
from gi_data.divisions import read_divisions
from gi_data.repairs import repair

DIVISIONS = {row.adcode: row for row in read_divisions()}
STATISTICAL_ZONES = {"150172", "150271", "150571", "152571", "152971"}


def test_every_county_of_the_list_has_an_outline_but_zones_and_the_parishes_of_macao():
    bare = {code for code, row in DIVISIONS.items() if row.level == "county"} - county_shapes().keys()
    assert bare == STATISTICAL_ZONES | {f"82000{number}" for number in range(1, 9)}


def test_cities_without_counties_and_taiwan_and_macao_are_drawn_as_counties():
    assert {"441900", "442000", "460400", "620200", "710000", "820000"} <= county_shapes().keys()


def test_every_code_with_an_outline_is_in_the_list_but_three_reserves_in_gansu():
    boundaries = read_boundaries()
    assert county_shapes().keys() - DIVISIONS.keys() == boundaries.unlisted == {"629700", "629800", "629900"}
    assert prefecture_shapes().keys() == {c for c, row in DIVISIONS.items() if row.level == "prefecture"}
    assert province_shapes().keys() == {c for c, row in DIVISIONS.items() if row.level == "province"}


def test_codes_that_the_source_has_wrong_are_put_right():
    shapes = county_shapes()
    assert not {"540422", "540530", "460321", "460322", "810101"} & shapes.keys()
    # 米林 and 错那 in Xizang, 西沙 and 南沙 in the sea, 中西区 on Hong Kong island.
    for code, place in {
        "540481": (94.2, 29.2),
        "540581": (92.0, 27.9),
        "460302": (112.34, 16.835),
        "460303": (114.366, 10.377),
        "810001": (114.145, 22.27),
    }.items():
        assert shapely.dwithin(shapes[code], shapely.Point(place), 0.03), code


def test_outlines_are_valid_and_not_shifted():
    assert all(shapely.is_valid(list(county_shapes().values())))
    # The bridge over the Yellow River at 中宁 and the town of 隆兴昌: a GCJ-02 shift would be 500 m.
    assert shapely.intersects_xy(county_shapes()["640521"], 105.685, 37.49)
    assert shapely.intersects_xy(county_shapes()["150821"], 108.27, 41.09)


def test_counties_fill_their_province():
    for province in ("15", "64"):
        parts = [shape for code, shape in county_shapes().items() if code.startswith(province)]
        gap = shapely.symmetric_difference(shapely.union_all(parts), province_shapes()[f"{province}0000"])
        assert area_km2(gap) < 5


def test_the_national_lines_are_there():
    assert set(national_lines()) == {"省界", "特别行政区界", "九段线", "未定国界"}


def test_ningxia_has_its_known_size():
    # 5.2 万 km² by the third land survey (published 2022, rounded); the 6.64 of yearbooks is older.
    assert 51_500 < area_km2(province_shapes()["640000"]) < 52_500


def area_of_a_degree(south: float, north: float) -> float:
    """One degree of longitude between two parallels on WGS 84, by the closed formula of geodesy."""
    a, f = 6_378_137.0, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))

    def up_to(latitude: float) -> float:
        sine = e * math.sin(math.radians(latitude))
        return sine / e / (1 - sine**2) + math.atanh(sine) / e

    return (a * (1 - f)) ** 2 / 2 * math.radians(1) * (up_to(north) - up_to(south)) / 1e6


def test_areas_agree_with_the_closed_formula_of_geodesy_everywhere():
    for west, south in ((73, 38), (105, 37), (110, 4), (123, 53)):
        square = shapely.segmentize(shapely.box(west, south, west + 1, south + 1), 0.01)
        assert area_km2(square) == pytest.approx(area_of_a_degree(south, south + 1), rel=1e-6)


def test_an_area_of_two_counties_is_both_of_them():
    both = area_of(["640521", "640522"])
    assert both.precision == "divisions" and both.drawn == ("640521", "640522") and both.not_drawn == ()
    assert both.km2 == pytest.approx(area_of(["640521"]).km2 + area_of(["640522"]).km2, rel=1e-4)
    assert both.bbox == bbox_of(both.geometry)


def test_a_township_is_drawn_as_its_county_and_says_so():
    area = area_of(["640521100", "640521104"])
    assert area.precision == "county" and area.drawn == ("640521",)
    assert area.geometry.equals(county_shapes()["640521"])


def test_a_township_beside_its_whole_county_takes_nothing_from_the_precision():
    assert area_of(["640521100", "640521"]).precision == "divisions"


def test_what_has_no_outline_is_named_and_never_guessed():
    mixed = area_of(["640521", "150271", "150271010", "999999"])
    assert mixed.drawn == ("640521",) and mixed.not_drawn == ("150271", "150271010", "999999")
    nothing = area_of(["150271"])
    assert nothing.precision == "none" and nothing.geometry is None
    assert nothing.km2 is None and nothing.bbox is None


def test_a_prefecture_is_as_large_as_its_counties():
    counties = [row.adcode for row in DIVISIONS.values() if row.parent == "640500"]
    assert area_of(["640500"]).km2 == pytest.approx(area_of(counties).km2, rel=1e-3)


def test_an_outline_over_a_border_overlaps_both_counties():
    outline = shapely.box(105.2, 37.2, 105.6, 37.6)
    found = overlaps(outline)
    assert {each.adcode for each in found} >= {"640521", "640502"}
    assert sum(each.share_of_outline for each in found) == pytest.approx(1, abs=1e-3)
    assert found == sorted(found, key=lambda each: -each.km2)
    beyond = sum(each.km2 for each in found if not each.adcode.startswith("6405"))
    assert beyond > 1
    assert outside_km2(outline, area_of(["640500"]).geometry) == pytest.approx(beyond, rel=1e-2)


def test_a_county_overlaps_itself_and_no_neighbour():
    [only] = overlaps(county_shapes()["640521"])
    assert only.adcode == "640521" and only.share_of_division == pytest.approx(1)


def test_a_shape_that_crosses_itself_is_repaired_and_the_place_is_named():
    repaired = repair(shapely.Polygon([(106, 37), (107, 38), (107, 37), (106, 38)]))
    assert repaired.geometry.is_valid and repaired.was_needed
    assert repaired.place == "106.50000, 37.50000"
    assert "自相交" in repaired.report.zh and "crosses itself" in repaired.report.en


def test_a_sound_shape_is_not_touched():
    county = county_shapes()["640521"]
    repaired = repair(county)
    assert not repaired.was_needed and repaired.geometry.equals(county)


def write_boundaries(file: Path, crs: str = "EPSG:4490", layers: tuple[str, ...] = ()) -> None:
    shape = np.array([shapely.to_wkb(shapely.box(105, 37, 106, 38))], dtype=object)
    for layer in layers or ("counties", "prefectures", "provinces"):
        code = {"counties": "640521", "prefectures": "640500", "provinces": "640000"}[layer]
        pyogrio.raw.write(
            file,
            shape,
            [np.array([code], dtype=object)],
            ["adcode"],
            layer=layer,
            driver="GPKG",
            geometry_type="Polygon",
            crs=crs,
            append=file.exists(),
        )


def test_the_operator_puts_a_file_in_the_place_of_the_package(tmp_path: Path):
    assert read_boundaries(tmp_path) is read_boundaries()
    write_boundaries(tmp_path / OPERATOR_FILE)
    own = read_boundaries(tmp_path)
    assert list(own.counties) == ["640521"] and own.lines == {}
    assert OPERATOR_FILE in own.source.zh and own.digest != read_boundaries().digest
    assert area_of(["640500"], own).precision == "divisions"
    assert area_of(["150800"], own).not_drawn == ("150800",)


def test_a_replaced_file_is_read_anew(tmp_path: Path):
    write_boundaries(tmp_path / OPERATOR_FILE)
    first = read_boundaries(tmp_path)
    (tmp_path / OPERATOR_FILE).unlink()
    write_boundaries(tmp_path / OPERATOR_FILE, crs="EPSG:4326")
    os.utime(tmp_path / OPERATOR_FILE, ns=(1, 1))
    assert read_boundaries(tmp_path) is not first


def test_a_file_without_a_layer_or_in_another_system_is_refused_by_name(tmp_path: Path):
    write_boundaries(tmp_path / OPERATOR_FILE, layers=("counties",))
    with pytest.raises(BoundariesMissing) as refused:
        read_boundaries(tmp_path)
    assert "prefectures" in refused.value.message.zh
    (tmp_path / OPERATOR_FILE).unlink()
    write_boundaries(tmp_path / OPERATOR_FILE, crs="EPSG:3857")
    with pytest.raises(BoundariesMissing) as refused:
        read_boundaries(tmp_path)
    assert "WGS 84" in refused.value.message.en
