"""Divisions: complete, named in three ways, and found by any of them; the adcode tells the scope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from gi_data.divisions import read_divisions
from portal.db import db, transaction
from portal.producers.places import Places
from portal.regions.actions import load_regions
from portal.regions.models import Region
from portal.regions.queries import children_of, region_line, search_regions
from portal.regions.rules import covers, line_of
from portal.register.models import Entry


def test_loading_again_changes_nothing_and_adds_no_entry(app):
    before = db.session.scalar(select(func.count()).select_from(Entry))
    with transaction():
        assert load_regions(read_divisions()) == 0
    assert db.session.scalar(select(func.count()).select_from(Entry)) == before


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("中宁", "640521"),
        ("zhongning", "640521"),
        ("zhong ning", "640521"),
        ("Zhongning County", "640521"),
        ("640521", "640521"),
        ("五原", "150821"),
        ("达茂", None),
        ("Xing'an League", "152200"),
        ("内蒙古", "150000"),
        ("Baotou", "150200"),
        ("宁安镇", "640521100"),
    ],
)
def test_a_division_is_found_by_any_of_its_names(app, typed: str, first: str | None):
    found = search_regions(typed)
    assert (found[0].adcode if found else None) == first


def test_a_search_can_be_kept_inside_a_scope(app):
    assert all(region.adcode.startswith("15") for region in search_regions("县", scope="150000"))


def test_the_line_of_a_township_leads_up_to_its_province(app):
    assert [r.name_zh for r in region_line("640521100")] == ["宁夏回族自治区", "中卫市", "中宁县", "宁安镇"]
    assert {r.adcode for r in children_of("640500")} == {"640502", "640521", "640522"}
    assert len(children_of(None)) == 34


def test_wildcards_in_what_is_typed_are_letters_like_others(app):
    assert search_regions("%") == []
    assert search_regions("_") == []


@given(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
def test_every_division_lies_in_each_division_of_its_own_line(adcode: str):
    assert all(covers(higher, adcode) for higher in line_of(adcode))


def test_a_county_does_not_cover_its_neighbour():
    assert not covers("640521", "640522")
    assert not covers("640500", "640400")
    assert covers("000000", "640522")
    assert covers("640521", "640521100")


def test_every_stored_division_stands_under_its_parent(app):
    rows = {r.adcode: r for r in db.session.scalars(select(Region))}
    for region in rows.values():
        assert region.parent is None or region.parent in rows
        assert region.name_zh and region.name_en and region.pinyin and region.initials


def test_divisions_are_data_too(client):
    answer = client.get("/api/v1/regions?q=zhongning").json
    assert answer["items"][0]["name"]["zh"] == "中宁县"
    assert client.get("/api/v1/regions/640521").json["line"][0]["adcode"] == "640000"
    assert client.get("/api/v1/regions?name=x").status_code == 400
    assert client.get("/api/v1/regions/999999").status_code == 404


def test_towns_of_one_name_are_told_apart_in_both_languages(app):
    """Each with its county and its code: an English reader was shown Chinese names only."""
    told = Places("150000").find("城关镇").could_be
    assert told.zh.count("城关镇 15") == told.en.count("Chengguan Town, ") == 4
    assert "、" not in told.en
