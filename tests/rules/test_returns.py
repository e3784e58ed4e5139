"""Returns: the table of states, what is refused, what is only found odd, and sums as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.returns.amounts import EXACT, SCALES, read_amount, read_values, typed_amount, typed_values
from portal.returns.rules import (
    KEEPERS,
    MOVES,
    Land,
    Neighbours,
    State,
    Step,
    Values,
    find_move,
    findings_in,
    may_take,
    open_steps,
    value_faults,
    year_is_open,
)

PLACE, HERE, ELSEWHERE = "640521", "640521", "640522"


def test_every_state_and_step_that_the_table_does_not_name_is_closed():
    named = {(move.state, move.step) for move in MOVES}
    for state in State:
        for step in Step:
            assert (find_move(state, step) is not None) == ((state, step) in named)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("role", Role)
def test_who_may_do_what_is_the_table_and_the_region(state: State, role: Role):
    here = open_steps(state, role, HERE, PLACE, owns=role is Role.PRODUCER)
    for step in Step:
        move = find_move(state, step)
        assert (step in here) == (move is not None and role in move.who)
    assert open_steps(state, role, ELSEWHERE, PLACE, owns=False) == []


def test_nobody_accepts_their_own_return_as_a_producer():
    for state in State:
        steps = open_steps(state, Role.PRODUCER, HERE, PLACE, owns=True)
        assert not {Step.ACCEPT, Step.SEND_BACK, Step.REPLACE} & set(steps)


def test_what_was_accepted_changes_only_by_a_new_version():
    for role in KEEPERS | {Role.PRODUCER}:
        assert open_steps(State.ACCEPTED, role, HERE, PLACE, owns=True) == [Step.CORRECT]
    assert find_move(State.ACCEPTED, Step.CORRECT).to is State.ACCEPTED


def test_a_final_state_has_no_way_out():
    for state in (State.REPLACED, State.ENDED):
        assert all(find_move(state, step) is None for step in Step)


def test_no_person_replaces_a_version():
    move = find_move(State.ACCEPTED, Step.REPLACE)
    assert not any(may_take(move, role, HERE, PLACE, owns=True) for role in Role)


def test_a_year_can_be_reported_once_it_has_begun():
    assert year_is_open(2026, date(2026, 1, 1))
    assert not year_is_open(2027, date(2026, 12, 31))
    assert not year_is_open(1999, date(2026, 12, 31))


def test_a_return_without_its_two_sums_is_kept_as_a_draft_but_not_submitted():
    assert value_faults(Values(value_fen=5), complete=False) == {}
    assert set(value_faults(Values(value_fen=5), complete=True)) == {"mark_value_fen"}
    assert value_faults(Values(value_fen=0, mark_value_fen=0), complete=True) == {}
    assert set(value_faults(Values(value_fen=-1), complete=False)) == {"value_fen"}
    assert set(value_faults(Values(months=((1, 5), (1, 6))), complete=False)) == {"months"}


def codes(values: Values, last: Values | None = None, near: Neighbours | None = None) -> set[str]:
    return {finding.code for finding in findings_in(values, last, near or Neighbours())}


def test_odd_figures_are_found_and_never_refused():
    odd = Values(quantity_g=0, value_fen=100, mark_value_fen=200, labels=3, months=((1, 5),))
    assert codes(odd) == {"mark_beyond_value", "value_without_quantity", "months_do_not_add_up"}
    assert value_faults(odd, complete=True) == {}
    assert codes(Values(value_fen=100, mark_value_fen=0, labels=3)) == {"labels_without_sales"}


def test_twice_last_year_is_usual_and_more_is_odd():
    last = Values(value_fen=1000, quantity_g=1000, area_m2=1000)
    assert codes(Values(value_fen=2000, mark_value_fen=0), last) == set()
    assert codes(Values(value_fen=2001, mark_value_fen=0), last) == {"unlike_last_year"}
    assert codes(Values(value_fen=499, mark_value_fen=0), last) == {"unlike_last_year"}


def test_neighbours_speak_only_where_there_are_enough_of_them():
    values = Values(value_fen=10_000, quantity_g=1000, area_m2=1, mark_value_fen=0)
    near = Neighbours(9, fen_per_kg=100, grams_per_m2=100)
    assert codes(values, None, near) == {"price_unlike_neighbours", "yield_unlike_neighbours"}
    assert codes(values, None, Neighbours(2)) == set()


@pytest.mark.parametrize("name", EXACT)
@given(data=st.data())
def test_what_is_stored_and_typed_again_is_the_same(name: str, data):
    stored = data.draw(st.integers(0, 10**13))
    assert read_amount(name, typed_amount(name, stored)) == (stored, None)


@given(st.integers(0, 10**6))
def test_an_area_in_mu_comes_back_as_it_was_typed(hundredths: int):
    typed = f"{hundredths // 100}.{hundredths % 100:02d}"
    stored, _ = read_amount("area_m2", typed)
    assert abs(float(typed_amount("area_m2", stored)) - hundredths / 100) <= 0.01


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12500.50", 1_250_050), ("１２，５００", 1_250_000), (" 12 500 ", 1_250_000), ("0", 0), ("", None)],
)
def test_sums_are_understood_as_people_type_them(typed: str, fen: int | None):
    assert read_amount("value_fen", typed) == (fen, None)


@pytest.mark.parametrize("typed", ["abc", "1.234", "1e9", "NaN", "五千", "1,2.3.4"])
def test_what_is_no_sum_is_refused_rather_than_guessed(typed: str):
    value, fault = read_amount("value_fen", typed)
    assert value is None
    assert fault is not None


def test_a_whole_form_is_read_field_by_field():
    typed = {"value_fen": "12", "mark_value_fen": "x", "month_3": "12", "note": " 好 "}
    values, faults = read_values(typed)
    assert set(faults) == {"mark_value_fen"}
    assert (values.value_fen, values.months, values.note) == (1200, ((3, 1200),), "好")
    assert set(typed_values(values)) == {*SCALES, "month_3", "note"}


def test_more_than_the_land_gives_and_fewer_than_was_labelled_are_found():
    land = Land(ceiling_g=1_000_000, used_g=600_000)
    found = {
        grams: {one.code for one in findings_in(Values(quantity_g=grams), None, Neighbours(), land)}
        for grams in (1_000_000, 1_000_001, 600_000, 599_999)
    }
    assert found[1_000_000] == found[600_000] == set()
    assert found[1_000_001] == {"output_beyond_land"} and found[599_999] == {"labels_beyond_output"}
    assert findings_in(Values(quantity_g=10**9), None, Neighbours(), Land()) == []
