"""Numbers of labels and what the land allows, with made-up input."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.labels.codes import (
    MOST_IN_A_SET,
    MOST_SETS,
    LabelNumber,
    Numbering,
    code_of,
    is_miscopied,
    number_of,
    printed,
    read_code,
)
from portal.labels.rules import (
    LabelAnswer,
    PartState,
    Span,
    answer_for,
    balance_of,
    cut,
    expiry_of,
    gtin_fault,
    joined,
    labels_left,
    pieces_of,
    year_is_open,
)
from portal.lib.uscc import ALPHABET
from portal.verification.rules import check_character as check_character_of_licences
from tests.services.miscopies import miscopies

KEY = Numbering(bytes(range(32)))
EARLIER = Numbering(KEY.key, last_earlier_set=MOST_SETS)
numbers = st.builds(LabelNumber, st.integers(1, MOST_SETS - 1), st.integers(1, MOST_IN_A_SET))


@given(numbers)
def test_a_printed_number_is_read_back(number: LabelNumber):
    code = code_of(KEY, number)
    assert read_code(printed(code).lower()) == code
    assert not is_miscopied(code)
    assert number_of(KEY, code) == number


@given(numbers)
@settings(max_examples=50)
def test_every_single_miscopied_character_and_every_swap_is_noticed(number: LabelNumber):
    code = code_of(KEY, number)
    assert [one for one in miscopies(code, ALPHABET) if not is_miscopied(one)] == []


@given(numbers)
def test_what_was_printed_earlier_keeps_its_check_character(number: LabelNumber):
    earlier, code = code_of(EARLIER, number), code_of(KEY, number)
    assert earlier[:-1] == code[:-1]
    assert earlier[-1] == check_character_of_licences(code[:-1])
    assert number_of(EARLIER, earlier) == number_of(KEY, code) == number


def test_the_set_after_the_last_earlier_one_has_the_new_check_character():
    body = "".join(ALPHABET[n] for n in (1, 29, 2, 30, 3, 28, 9, 4, 27, 26))
    number = number_of(KEY, body + "0")
    border = Numbering(KEY.key, number.set_id)
    before = Numbering(KEY.key, number.set_id - 1)
    assert code_of(border, number) == body + check_character_of_licences(body)
    assert code_of(before, number) == code_of(KEY, number) != code_of(border, number)


def test_numbers_of_a_set_tell_nothing_of_their_order():
    codes = [code_of(KEY, LabelNumber(7, place)) for place in range(1, 2001)]
    assert len(set(codes)) == 2000
    assert sorted(codes) != codes
    # Neighbours share their first character no more often than chance would have it.
    same = sum(one[0] == two[0] for one, two in zip(codes, codes[1:], strict=False))
    assert same < 130


def test_a_number_that_somebody_made_up_leads_to_no_set_that_exists():
    sets_issued = 1000
    made_up = ("".join(ALPHABET[(7 * n + k * k) % 31] for k in range(10)) + "0" for n in range(1000))
    found = [number_of(KEY, code) for code in made_up]
    assert [one for one in found if one and one.set_id <= sets_issued] == []


def test_another_key_reads_another_number():
    code = code_of(KEY, LabelNumber(1, 1))
    assert number_of(Numbering(bytes(32)), code) != LabelNumber(1, 1)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**6))
def test_what_is_left_never_passes_the_ceiling(ceiling: int, labelled: int, each: int):
    left = labels_left(ceiling, labelled, each)
    assert left == 0 or labelled + left * each <= ceiling
    assert labelled + (left + 1) * each > ceiling


@given(st.data())
def test_cutting_a_piece_out_loses_no_label(data: st.DataObject):
    first = data.draw(st.integers(1, 1000))
    whole = Span(first, first + data.draw(st.integers(0, 1000)))
    start = data.draw(st.integers(whole.first, whole.last))
    piece = Span(start, data.draw(st.integers(start, whole.last)))
    parts = [one for one in (*cut(whole, piece), piece) if one]
    assert sum(one.count for one in parts) == whole.count
    assert joined(parts) == [whole]


@given(st.integers(1, 10**6), st.integers(0, 10**5), st.integers(1, 5000))
def test_files_of_sheets_leave_no_label_out_and_take_none_twice(first: int, more: int, most: int):
    whole = Span(first, first + more)
    pieces = pieces_of(whole, most)
    assert joined(pieces) == [whole] and sum(one.count for one in pieces) == whole.count
    assert all(one.count <= most for one in pieces)


@given(st.dictionaries(st.sampled_from(PartState), st.integers(0, 10**6)))
def test_a_balance_is_even_exactly_when_nothing_is_open(counts: dict):
    balance = balance_of(counts)
    assert balance.is_even is (balance.open == 0)
    assert not balance_of(counts, unconfirmed=1).is_even


@pytest.mark.parametrize(
    ("state", "day", "licensed", "answer"),
    [
        (PartState.USED, 0, True, LabelAnswer.GENUINE),
        (PartState.USED, 999, True, LabelAnswer.GENUINE),
        (PartState.USED, 0, False, LabelAnswer.LICENCE_NOT_IN_FORCE),
        (PartState.HELD, 0, True, LabelAnswer.NOT_IN_USE),
        (PartState.HELD, 1, True, LabelAnswer.EXPIRED),
        (PartState.OFFERED, 1, False, LabelAnswer.EXPIRED),
        (PartState.RETURNED, 0, True, LabelAnswer.VOID),
        (PartState.DESTROYED, 0, True, LabelAnswer.VOID),
        (PartState.LOST, 0, True, LabelAnswer.LOST),
    ],
)
def test_what_a_scan_is_told(state: PartState, day: int, licensed: bool, answer: LabelAnswer):
    last = expiry_of(2026)
    assert answer_for(state, last, licensed, last + timedelta(days=day)) is answer


def test_labels_of_a_year_can_be_asked_for_until_they_would_have_expired():
    assert year_is_open(2026, date(2026, 1, 1))
    assert year_is_open(2026, date(2027, 9, 30))
    assert not year_is_open(2026, date(2027, 10, 1))
    assert not year_is_open(2026, date(2025, 12, 31))


@pytest.mark.parametrize("gtin", ["6901234567892", "96385074", "012345678905", "16901234567899"])
def test_a_gtin_with_its_check_digit_is_taken(gtin: str):
    assert gtin_fault(gtin) is None
    assert gtin_fault(gtin[:-1] + str((int(gtin[-1]) + 1) % 10)) is not None
