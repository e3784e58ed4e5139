"""Nothing comes out that did not go in: the balance of events, and of any chain of them."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.batches.codes import is_miscopied, new_code, read_code, with_check
from portal.batches.rules import (
    SHAPES,
    TURNING,
    BatchState,
    Kind,
    Part,
    Standing,
    balance_faults,
    day_fault,
    grams_taken,
    grams_text,
    standing_of,
    state_of,
)
from portal.lib.uscc import ALPHABET
from tests.services.miscopies import miscopies

grams = st.integers(1, 10**9)


def part(amount: int, left: int | None = None) -> Part:
    return Part(amount, amount if left is None else left)


@given(st.lists(grams, min_size=1, max_size=6), st.data())
def test_what_is_shared_out_to_the_gram_balances(taken: list[int], data):
    total = sum(taken)
    cuts = sorted(data.draw(st.lists(st.integers(0, total), min_size=1, max_size=4)))
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]
    *made, lost = shares
    made = [amount for amount in made if amount]
    if not made:
        return
    ins, outs = [part(amount) for amount in taken], [Part(amount) for amount in made]
    assert balance_faults(Kind.PROCESS, ins, outs, lost) == {}


@given(st.lists(grams, min_size=1, max_size=6), st.lists(grams, min_size=1, max_size=6), grams)
def test_one_gram_more_out_than_in_is_refused(taken: list[int], made: list[int], lost: int):
    ins, outs = [part(amount) for amount in taken], [Part(amount) for amount in made]
    for kind in TURNING - {Kind.SPLIT, Kind.JOIN}:
        faults = balance_faults(kind, ins, outs, lost)
        assert (faults == {}) == (sum(taken) == sum(made) + lost)
        if sum(made) > sum(taken):
            assert "outputs" in faults


def test_what_has_no_destination_has_to_be_stated_as_lost():
    faults = balance_faults(Kind.DRY, [part(5_000)], [Part(1_000)], 3_999)
    assert "1 克" in faults["loss"].zh
    assert balance_faults(Kind.DRY, [part(5_000)], [Part(1_000)], 4_000) == {}


def test_no_more_can_be_taken_than_is_left():
    assert "inputs" in balance_faults(Kind.SELL, [part(5, left=4)], [], 0)
    assert "inputs" in balance_faults(Kind.LOSE, [part(0, left=4)], [], 5)
    assert "inputs" in balance_faults(Kind.STORE, [part(0, left=4)], [], 5)


def test_a_planting_cannot_be_dried_before_it_is_harvested():
    planting = Part(5, None, unweighed=True)
    assert "inputs" in balance_faults(Kind.DRY, [planting], [Part(5)], 0)
    assert balance_faults(Kind.HARVEST, [planting], [Part(5)], 0) == {}
    assert "inputs" in balance_faults(Kind.HARVEST, [part(5)], [Part(9)], 0)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_event_refuses_the_wrong_number_of_batches(kind: Kind):
    shape = SHAPES[kind]
    too_many = [part(1)] * (shape.most_in + 1)
    assert "inputs" in balance_faults(kind, too_many, [Part(1)] * shape.least_out, 0)


@given(st.integers(1, 10**6), st.lists(st.tuples(st.sampled_from(list(Kind)), st.data()), max_size=12))
@settings(max_examples=60)
def test_after_any_chain_of_events_all_that_was_harvested_is_somewhere(harvest: int, chain):
    left, gone = [harvest], 0
    for kind, data in chain:
        shape, stock = SHAPES[kind], [n for n in left if n]
        if not stock or kind in (Kind.PLANT, Kind.HARVEST):
            continue
        taken = data.draw(st.lists(st.integers(0, max(stock) * 2), max_size=min(3, len(stock))))
        made = data.draw(st.lists(st.integers(0, max(stock) * 2), max_size=min(3, shape.most_out)))
        lost = data.draw(st.integers(0, max(stock)))
        places = [place for place, n in enumerate(left) if n][: len(taken)]
        ins = [Part(amount, left[place]) for amount, place in zip(taken, places, strict=True)]
        if balance_faults(kind, ins, [Part(amount) for amount in made], lost):
            continue
        for one, place in zip(ins, places, strict=True):
            left[place] -= grams_taken(kind, one.grams, lost)
        left += made
        sold = sum(taken) if kind is Kind.SELL else 0
        gone += lost + sold
        assert min(left) >= 0
        assert sum(left) + gone == harvest


def test_a_batch_stands_as_its_grams_say():
    assert state_of(None, None, False) is BatchState.GROWING
    assert state_of(5, 5, False) is BatchState.OPEN
    assert state_of(5, 0, False) is BatchState.USED_UP
    assert state_of(5, 5, True) is BatchState.RECALLED


def test_an_event_is_neither_in_the_future_nor_before_its_input():
    today = date(2026, 11, 20)
    assert day_fault(today, today, today) is None
    assert day_fault(date(2026, 11, 21), today, None)
    assert day_fault(date(2026, 11, 18), today, date(2026, 11, 19))


@given(st.dates(date(2015, 1, 1), date(2099, 12, 31)), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_every_single_miscopied_character_and_every_swap_is_known(on: date, chance: Random):
    code = with_check(f"B{on.year % 100:02d}-" + "".join(chance.choices(ALPHABET, k=8)))
    assert read_code(f"https://example.test/batches/{code.lower()}") == code
    assert [one for one in miscopies(code, ALPHABET) if not is_miscopied(one)] == []
    assert not is_miscopied(new_code(on))


def test_grams_are_said_exactly():
    assert grams_text(12_500).zh == "12.5 公斤"
    assert grams_text(1_234_567).en == "1.234567 t"
    assert grams_text(0).zh == "0 克"


def test_a_marketplace_hears_the_worst_first():
    assert standing_of(True, True, 5, False) is Standing.AVAILABLE
    assert standing_of(True, True, 0, False) is Standing.SOLD_OUT
    assert standing_of(False, True, 5, False) is Standing.NOT_AUTHORISED
    assert standing_of(True, False, 5, False) is Standing.NOT_THEIRS
    assert standing_of(True, True, 5, True) is Standing.RECALLED
