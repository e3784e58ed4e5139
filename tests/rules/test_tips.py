"""The two procedures and their clocks, over New Year and the days worked in place of others."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_data.office_tables import read_special_days
from portal.accounts.rules import Role
from portal.lib.workdays import WorkCalendar
from portal.tips.rules import (
    ACCEPT_PERIOD,
    CHECK_PERIOD,
    ENDS_CLOCKS,
    MOVES,
    OPEN,
    SETTLE_PERIOD,
    TOLD_OF_FILING,
    Clock,
    Kind,
    State,
    Step,
    clocks_of,
    due_on,
    find_move,
    looks_like_a_flood,
    open_steps,
    word_faults,
)

PLAIN = WorkCalendar({date(2026, 1, 1): False})


def shipped() -> WorkCalendar:
    return WorkCalendar({one.day: one.working for one in read_special_days()})


def test_seven_working_days_over_new_year():
    """1 January 2026 is a Thursday and a holiday: from Monday 29 December the seventh is 8 January."""
    assert due_on(ACCEPT_PERIOD, date(2025, 12, 29), PLAIN).day == date(2026, 1, 8)


def test_a_weekend_that_is_worked_counts():
    worked = WorkCalendar({date(2026, 1, 1): False, date(2026, 1, 4): True})
    assert due_on(ACCEPT_PERIOD, date(2025, 12, 29), worked).day == date(2026, 1, 7)


def test_the_shipped_table_counts_its_own_free_and_worked_days():
    calendar = shipped()
    year = next(y for y in range(2026, 2019, -1) if calendar.is_known(y))
    free = sum(not working for day, working in calendar.special.items() if day.year == year)
    worked = sum(working for day, working in calendar.special.items() if day.year == year)
    assert free > worked > 0
    start = date(year, 1, 1)
    due = calendar.due_after(start, 45).day
    assert calendar.between(start, due) == 45


def test_where_the_table_of_a_year_is_missing_the_day_is_only_estimated():
    assert due_on(SETTLE_PERIOD, date(2031, 3, 3), PLAIN).estimated


@given(st.dates(date(2024, 1, 1), date(2027, 6, 1)))
def test_an_extension_is_never_earlier_and_counts_from_the_first_start(start: date):
    once = due_on(CHECK_PERIOD, start, PLAIN).day
    extended = due_on(CHECK_PERIOD, start, PLAIN, extended=True).day
    assert PLAIN.between(start, once) == 15
    assert PLAIN.between(start, extended) == 30


def test_what_begins_with_each_state():
    assert [clock for clock, _ in clocks_of(Kind.COMPLAINT, State.RECEIVED, True)] == [Clock.ACCEPT]
    assert [clock for clock, _ in clocks_of(Kind.TIP, State.RECEIVED, False)] == [Clock.CHECK]
    assert clocks_of(Kind.COMPLAINT, State.ACCEPTED, True) == ((Clock.SETTLE, SETTLE_PERIOD),)
    assert clocks_of(Kind.TIP, State.FILED, True) == ((Clock.TELL, TOLD_OF_FILING),)
    assert clocks_of(Kind.TIP, State.FILED, False) == ()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_step_in_every_state_for_every_role(kind: Kind, state: State, step: Step):
    move = find_move(kind, state, step)
    if state not in OPEN:
        assert move is None, "an ended matter has no way out"
    for role in (*Role, None):
        for region in ("640521", "640500", "640522", "150000", None):
            offered = step in open_steps(kind, state, role, region, "640521")
            reaches = region in ("640521", "640500")
            assert offered == bool(move and role in move.who and reaches)


def test_whatever_leaves_a_state_with_a_clock_stops_that_clock():
    for move in MOVES:
        running = {clock for clock, _ in clocks_of(move.kind, move.state, True)}
        if move.to is not move.state and move.step is not Step.BEGIN_CHECK:
            assert running <= ENDS_CLOCKS.get(move.step, frozenset()) | (
                running if move.to in OPEN and move.state is State.HELD else frozenset()
            ), move


def test_a_complaint_needs_a_name_and_a_tip_does_not():
    told = {"facts": "包装上的编号查不到，来源可疑", "place": "640521"}
    assert word_faults(told | {"kind": "tip"}) == {}
    assert set(word_faults(told | {"kind": "complaint"})) == {"name", "phone", "respondent", "request"}
    assert set(word_faults({"kind": "tip"})) == {"facts", "place"}


def test_what_looks_like_a_flood_is_held():
    assert not looks_like_a_flood(quick=False, left_empty=True, links=0, from_the_same=0)
    assert looks_like_a_flood(quick=True, left_empty=True, links=0, from_the_same=0)
    assert looks_like_a_flood(quick=False, left_empty=False, links=0, from_the_same=0)
    assert looks_like_a_flood(quick=False, left_empty=True, links=4, from_the_same=0)
    assert looks_like_a_flood(quick=False, left_empty=True, links=0, from_the_same=5)
