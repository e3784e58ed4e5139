"""What a report is made of: numbers rounded down, sentences with ledgers, data that comes back the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.lib.text import Text
from portal.regions.rules import covers
from portal.reports.drawing import Shape, draw
from portal.reports.layout import captions, chinese, numbered
from portal.reports.map_drawing import rings_of, shapes_of
from portal.reports.pack import as_plain
from portal.reports.pieces import (
    Chapter,
    Chart,
    Column,
    Content,
    Heading,
    Missing,
    Table,
    money,
    number,
    percent,
    read_content,
    said,
    unknown,
    words,
    written,
)
from portal.reports.rules import PART_OF, common_ground, counted_until, may_make, may_read, read_part

adcodes = st.from_regex(r"[1-6][1-5][0-3][1-4][0-2][1-3]", fullmatch=True)
plain = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
texts = st.builds(Text, plain, plain)


@given(st.lists(adcodes, min_size=1, max_size=5))
def test_common_ground_covers_everything_and_nothing_smaller_does(codes):
    ground = common_ground(codes)
    assert all(covers(ground, code) for code in codes)
    if len(set(codes)) == 1:
        assert ground == codes[0]


def test_two_counties_of_one_city_meet_in_the_city_and_two_provinces_in_the_country():
    assert common_ground(["640521", "640522"]) == "640500"
    assert common_ground(["640521", "150821"]) == "000000"
    assert common_ground([]) == "000000"


def test_a_county_makes_no_report_of_its_city_and_an_inspector_or_auditor_makes_none():
    assert may_make(Role.COUNTY, "640521", "640521")
    assert not may_make(Role.COUNTY, "640521", "640500")
    assert may_make(Role.CITY, "640500", "640521")
    assert not may_make(Role.INSPECTOR, "640521", "640521")
    assert may_read(Role.AUDITOR, "640000", "640521") and not may_make(Role.AUDITOR, "640000", "640521")
    assert not may_read(Role.COUNTY, "150821", "640521")


def test_every_province_draws_up_the_year_of_the_whole_register_and_nobody_below_it():
    for province in ("150000", "640000"):
        assert may_make(Role.PROVINCE, province, "000000", "year")
        assert not may_make(Role.PROVINCE, province, "000000", "gi")
    assert not may_make(Role.CITY, "640500", "000000", "year")
    assert not may_read(Role.AUDITOR, "640000", "000000", "year")


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_never_rounded_up(n, d):
    shown = percent((n, d)).raw
    assert int(shown.replace(".", "")) * d <= n * 1000


def test_what_is_unknown_stays_unknown():
    assert number(None).text.zh == money(None).text.zh == "未知"
    assert number(None).raw is None
    assert percent((3, 0)).raw is None


def test_a_sentence_keeps_the_address_of_each_number():
    one = said(Text("共 {n} 家，{n} 家", "{n} in all, {m}"), n=number(1200, "/gi/"), m=Text("几", "some"))
    assert one.zh == [("共 ", None), ("1,200", "/gi/"), (" 家，", None), ("1,200", "/gi/"), (" 家", None)]
    assert one.en == [("1,200", "/gi/"), (" in all, ", None), ("some", None)]


def test_what_an_official_writes_is_not_a_pattern_and_not_markup():
    assert written("a {n} <b>\n\n第二段")[0].zh == [("a {n} <b>", None)]
    assert len(written("a\n\n第二段")) == 2


@pytest.mark.parametrize(("typed", "kept"), [("1,200", "1200"), ("", ""), ("０", "０")])
def test_a_number_is_whole_or_empty(typed, kept):
    body, fault = read_part(PART_OF["training_sessions"], typed)
    assert body == kept
    assert (fault is None) == (kept in ("1200", ""))


def test_a_text_too_long_is_refused():
    assert read_part(PART_OF["overview"], "字" * 8001)[1] is not None
    assert read_part(PART_OF["overview"], "字" * 8000)[1] is None


def test_the_running_year_counts_to_today():
    from datetime import date

    assert counted_until(2025, date(2026, 3, 1)) == date(2025, 12, 31)
    assert counted_until(2026, date(2026, 3, 1)) == date(2026, 3, 1)


@pytest.mark.parametrize(("n", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四")])
def test_headings_count_in_chinese(n, word):
    assert chinese(n) == word


cells = st.one_of(
    st.builds(words, plain, st.none() | plain),
    st.builds(number, st.none() | st.integers(0, 10**12)),
    st.builds(money, st.none() | st.integers(0, 10**15)),
    st.just(unknown()),
)
tables = st.builds(
    Table,
    plain,
    texts,
    st.lists(st.builds(Column, texts, st.booleans(), st.integers(1, 9)), min_size=1, max_size=3),
    st.lists(st.lists(cells, max_size=3), max_size=3),
    st.none() | texts,
)
charts = st.builds(
    Chart,
    plain,
    texts,
    st.sampled_from(["bars", "lines"]),
    st.just([Text("a", "a"), Text("b", "b")]),
    st.lists(
        st.tuples(texts, st.lists(st.none() | st.integers(0, 10**6), min_size=2, max_size=2)),
        min_size=1,
        max_size=4,
    ),
    texts,
    st.none() | st.just(60),
)
pieces = st.one_of(
    tables, charts, st.builds(Heading, texts), st.builds(lambda t: said(Text("x", "y"), t), plain)
)
chapters = st.builds(
    Chapter,
    plain,
    texts,
    st.lists(pieces, max_size=4),
    st.lists(st.builds(Missing, texts, texts), max_size=2),
)


def content_of(*chapters: Chapter) -> Content:
    name = Text("某县", "a county")
    return Content(
        name, name, "region", "640521", 2025, "2025-12-31", "", "http://x", 7, "1", False, list(chapters), []
    )


@given(st.lists(chapters, max_size=3))
def test_a_report_comes_back_from_what_was_stored_as_it_was(made):
    content = content_of(*made)
    again = read_content(json.loads(json.dumps(as_plain(content))))
    assert as_plain(again) == as_plain(content)
    assert len(captions(again)) == len(content.of_kind("table")) + len(content.of_kind("chart"))
    assert len(numbered(again)) == len(made)


@given(charts)
def test_a_missing_value_is_never_drawn(chart):
    drawing = draw(chart, "zh")
    known = [v for _, values in chart.series for v in values if v is not None]
    shown = [one for one in drawing.shapes if not isinstance(one, Shape)]
    assert sum(getattr(one, "text", "") == f"{v:,}" for v in known for one in shown) >= len(known)
    if chart.shape == "lines":
        assert sum(hasattr(one, "radius") for one in shown) == len(known)


def test_a_path_of_a_map_becomes_rings():
    assert rings_of("M1 2l3 0 0 4z") == [[(1, 2), (4, 2), (4, 6), (1, 2)]]
    assert rings_of("M10 5V9H22.5V5") == [[(10, 5), (10, 9), (22.5, 9), (22.5, 5)]]
    assert rings_of("M.5-.5l1 1M9 9l1 0") == [[(0.5, -0.5), (1.5, 0.5)], [(9, 9), (10, 9)]]


def test_a_map_with_something_unknown_is_noticed():
    with pytest.raises(ValueError, match="polygon"):
        shapes_of('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><polygon/></svg>')
