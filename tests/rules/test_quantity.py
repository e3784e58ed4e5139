"""Numbers as people type them."""

from decimal import Decimal

import pytest

from gi_data import returns_sheet
from portal.batches.entry import read_kg
from portal.land.amounts import read_area
from portal.lib.quantity import (
    NOT_A_NUMBER,
    TOO_LARGE,
    exact_money_text,
    money_text,
    narrow_number,
    read_number,
    read_whole,
)
from portal.lib.text import Text
from portal.returns.amounts import read_amount

YUAN, TEN_THOUSAND_YUAN, KG = Text("元", "yuan"), Text("万元", "ten thousand yuan"), Text("公斤", "kg")


@pytest.mark.parametrize(
    "typed, read",
    [
        ("1,234,567.5", "1234567.5"),
        ("１，２００．５", "1200.5"),
        (" 12 500 ", "12500"),
        ("－3", "-3"),
        ("", ""),
    ],
)
def test_wide_digits_spaces_and_thousands_marks_are_understood(typed, read):
    assert narrow_number(typed) == read


@pytest.mark.parametrize("typed", ["0,5", "12,50", "1,23,456", ",5", "1,2345"])
def test_a_comma_that_parts_no_thousands_is_not_left_out(typed):
    assert narrow_number(typed) == typed
    assert read_amount("quantity_g", typed) == (None, NOT_A_NUMBER)


def test_what_a_page_shows_can_be_typed_back():
    for number in (Decimal("12345678.25"), Decimal(999), Decimal(1000)):
        assert Decimal(narrow_number(f"{number:,}")) == number


@pytest.mark.parametrize(
    "typed, unit, read",
    [
        ("33万", YUAN, 330_000),
        ("３３ 万 元", YUAN, 330_000),
        ("￥1.2万", YUAN, 12_000),
        ("1.5亿", None, 150_000_000),
        ("1,200万元", YUAN, 12_000_000),
        ("33万元", TEN_THOUSAND_YUAN, 33),
        ("12 kg", KG, 12),
        ("12千克", KG, 12),
        ("3千", None, 3_000),
        ("2千万元", YUAN, 20_000_000),
        ("1，200", KG, 1_200),
    ],
)
def test_a_number_is_understood_as_people_write_it(typed, unit, read):
    assert read_number(typed, unit) == (read, None)


def test_what_can_be_read_in_two_ways_is_not_guessed():
    number, fault = read_number("33万", TEN_THOUSAND_YUAN)
    assert number is None
    assert "“33万”有两种读法" in fault.zh and "write 33" in fault.en


def test_another_unit_is_not_taken_for_the_one_of_the_field():
    assert read_number("3吨", KG)[1].zh == "这一栏按公斤填：请换算成公斤，只写数字"


@pytest.mark.parametrize("typed", ["", " "])
def test_nothing_typed_is_no_number_and_no_fault(typed):
    assert read_number(typed, KG) == (None, None)


@pytest.mark.parametrize("typed", ["1e5", "NaN", "many", "三十", "1,2万", "--3", "1.2.3", "9" * 30])
def test_what_only_looks_like_a_number_is_refused(typed):
    assert read_number(typed, YUAN) == (None, NOT_A_NUMBER)


@pytest.mark.parametrize("typed", ["9" * 20 + "亿", "-" + "9" * 15, "9千万亿"])
def test_what_no_database_can_count_is_refused_in_words(typed):
    faults = (read_amount("value_fen", typed), read_area(typed, "ha"), read_kg(typed))
    assert all(fault for _, fault in faults)


def test_a_number_past_counting_says_what_to_look_for():
    assert read_number("9" * 20 + "亿", KG) == (None, TOO_LARGE)


def test_every_room_reads_the_same_number():
    assert read_amount("value_fen", "33万") == (33_000_000, None)
    assert read_area("1.2万", "mu")[0] == read_area("12,000", "mu")[0]
    assert read_kg("0.2万公斤") == (2_000_000, None)
    assert returns_sheet.read_amount(returns_sheet.FEN, returns_sheet.YUAN)("33万元").value == 33_000_000
    assert read_whole("１.2万") == 12_000
    assert [read_whole(one) for one in ("1.5", "-1", "", "9" * 12)] == [None] * 4


def test_a_comma_is_no_point_in_a_file_either():
    """0,5 was once read as five kilograms."""
    assert returns_sheet.read_amount(returns_sheet.GRAMS, returns_sheet.KG)("0,5").fault is not None


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (-50_940_000, "−50.94 万元", "−¥509,400"),
        (-200_000_000, "−200 万元", "−¥2 million"),
        (200_000_000, "200 万元", "¥2 million"),
        (0, "0 元", "¥0"),
    ],
)
def test_a_minus_stands_before_the_sum_and_its_sign(fen: int, zh: str, en: str):
    assert (money_text(fen, "zh"), money_text(fen, "en")) == (zh, en)
    assert exact_money_text(fen, "en").startswith("−¥" if fen < 0 else "¥")
