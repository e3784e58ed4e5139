"""Clocks of cases, gates, and how long a decision is shown."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.cases.rules import (
    OPEN,
    Gate,
    Outcome,
    State,
    Step,
    decide_by,
    find_move,
    is_light,
    is_published,
    missing_gates,
    open_steps,
    publish_by,
    shown_until,
)
from portal.lib.workdays import WorkCalendar

PLAIN = WorkCalendar({date(2026, 1, 1): False, date(2027, 1, 1): False})
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_ninety_days_and_thirty_more():
    assert decide_by(date(2026, 1, 1), extended=False) == date(2026, 4, 1)
    assert decide_by(date(2026, 1, 1), extended=True) == date(2026, 5, 1)


@given(days)
def test_within_the_province_twenty_working_days_and_elsewhere_ten_and_ten(day: date):
    here, there = publish_by(day, False, PLAIN), publish_by(day, True, PLAIN)
    assert PLAIN.between(day, here.day) == PLAIN.between(day, there.day) == 20


@given(days)
def test_three_months_end_on_the_same_day_or_the_last_of_the_month(day: date):
    until = shown_until(day, light=True)
    assert (until.year * 12 + until.month) - (day.year * 12 + day.month) == 3
    assert until.day == day.day or until.day >= 28
    assert shown_until(day, light=False).year == day.year + 3


def test_the_thirtieth_of_november_ends_with_february():
    assert shown_until(date(2026, 11, 30), light=True) == date(2027, 2, 28)
    assert shown_until(date(2024, 2, 29), light=False) == date(2027, 2, 28)


def test_only_a_warning_or_nothing_is_not_published():
    assert not is_published(frozenset({Outcome.WARNING}))
    assert not is_published(frozenset({Outcome.NO_PENALTY}))
    assert is_published(frozenset({Outcome.WARNING, Outcome.FINE}))


def test_a_low_fine_is_light_and_what_touches_a_licence_never_is():
    assert is_light(frozenset({Outcome.FINE}), 99, 100)
    assert not is_light(frozenset({Outcome.FINE}), 100, 100)
    assert not is_light(frozenset({Outcome.REVOKE_LICENCE}), 0, 100)
    assert not is_light(frozenset({Outcome.CONFISCATION}), 0, 100)


def test_a_decision_needs_all_three_systems():
    assert missing_gates({}) == list(Gate)
    assert missing_gates({gate.value: {} for gate in Gate}) == []


def test_nothing_leads_out_of_an_end_and_nobody_acts_outside_the_region():
    for state in State:
        steps = [step for step in Step if find_move(state, step)]
        assert bool(steps) == (state in OPEN or state is State.PUBLISHED)
        assert open_steps(state, Role.COUNTY, "640522", "640521") == []
        assert open_steps(state, Role.INSPECTOR, "640521", "640521") == []
        assert open_steps(state, Role.CITY, "640500", "640521") == steps
