"""Numbers as people type them."""

from decimal import Decimal

import pytest

from portal.lib.quantity import narrow_number
from portal.returns.amounts import NOT_A_NUMBER, read_amount


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
