"""Clocks of cases, gates, and how long a decision is shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_data.office_tables import read_special_days
from portal.accounts.rules import Role
from portal.cases.clocks import ENDS, WORKING_DAYS, Clock, decide_by, due_of, shown_until
from portal.cases.laws import law_text, version_text
from portal.cases.rules import (
    OPEN,
    Condition,
    Gate,
    Outcome,
    State,
    Step,
    find_move,
    is_light,
    is_published,
    may_end_early,
    missing_conditions,
    missing_gates,
    names_a_person,
    open_steps,
    without_persons,
)
from portal.lib.text import Text
from portal.lib.workdays import Due, WorkCalendar

PLAIN = WorkCalendar({date(2026, 1, 1): False, date(2027, 1, 1): False})
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_ninety_days_and_thirty_more():
    assert decide_by(date(2026, 1, 1), extended=False) == date(2026, 4, 1)
    assert decide_by(date(2026, 1, 1), extended=True) == date(2026, 5, 1)


@given(days, st.sampled_from(sorted(WORKING_DAYS)))
def test_the_periods_of_publication_are_counted_in_working_days(day: date, clock: Clock):
    due = due_of(clock, day, PLAIN)
    assert PLAIN.between(day, due.day) == WORKING_DAYS[clock]
    assert PLAIN.is_working(due.day)


def test_the_periods_over_new_year_and_the_spring_festival_with_their_make_up_days():
    """1 to 3 January 2026 are free and Sunday the 4th is worked; 15 to 23 February are free, the Saturdays
    before and after are worked. Counted by hand."""
    shipped = WorkCalendar({one.day: one.working for one in read_special_days()})
    for clock, start, last in (
        (Clock.PUSH, date(2025, 12, 25), date(2026, 1, 9)),
        (Clock.CORRECT, date(2025, 12, 31), date(2026, 1, 6)),
        (Clock.PUBLISH, date(2026, 2, 10), date(2026, 3, 16)),
        (Clock.WITHDRAW, date(2026, 2, 13), date(2026, 2, 25)),
    ):
        assert due_of(clock, start, shipped) == Due(last, False)
    assert due_of(Clock.PUBLISH, date(2026, 12, 21), shipped).estimated


def test_twenty_here_ten_and_ten_elsewhere_three_to_correct():
    told = {clock.value: days for clock, days in WORKING_DAYS.items() if clock is not Clock.END_EARLY}
    assert told == {"publish": 20, "push": 10, "publish_there": 10, "correct": 3, "withdraw": 3}


def test_every_clock_is_ended_by_some_step_of_its_own():
    for clock in Clock:
        assert any(clock in ended for step, ended in ENDS.items() if find_any(step))


def find_any(step: Step) -> bool:
    return any(find_move(state, step, elsewhere) for state in State for elsewhere in (True, False))


def test_a_party_elsewhere_is_pushed_first_and_one_here_never():
    assert find_move(State.DECIDED, Step.PUBLISH, elsewhere=True) is None
    assert find_move(State.DECIDED, Step.PUSH, elsewhere=False) is None
    assert find_move(State.DECIDED, Step.PUSH, elsewhere=True).to is State.PUSHED
    assert find_move(State.PUSHED, Step.PUBLISH, elsewhere=True).to is State.PUBLISHED


def test_it_ends_early_when_all_is_so_and_never_for_the_severest():
    assert missing_conditions(Condition) == []
    assert missing_conditions([Condition.FULFILLED, Condition.NOT_LISTED]) == [
        Condition.HARM_REMOVED,
        Condition.NOT_REPEATED,
    ]
    assert may_end_early(frozenset({Outcome.FINE}))
    assert not may_end_early(frozenset({Outcome.FINE, Outcome.REVOKE_LICENCE}))


def test_a_name_a_mobile_or_an_identity_number_is_found_and_a_firm_s_code_is_not_one():
    assert names_a_person("王小明罚款", ["王小明"])
    assert names_a_person("电话13987654321", [])
    assert names_a_person("身份证11010519491231002X", [])
    assert not names_a_person("红果公司（91110000802100433B）罚款一千元，文号640521202600001", [])


@given(
    st.lists(
        st.sampled_from(["王小红", "13900001111", "640521199001011234", "91350100M000100Y43", "，", "冒用"])
    )
)
def test_words_without_persons_name_none_and_keep_the_codes_of_firms(parts: list[str]):
    left = without_persons("，".join(parts), ["王小红"])
    assert not names_a_person(left, ["王小红"])
    assert left.count("91350100M000100Y43") == parts.count("91350100M000100Y43")


@given(days)
def test_three_months_end_on_the_same_day_or_the_last_of_the_month(day: date):
    until = shown_until(day, light=True)
    assert (until.year * 12 + until.month) - (day.year * 12 + day.month) == 3
    assert until.day == day.day or until.day >= 28
    assert shown_until(day, light=False).year == day.year + 3


def test_the_thirtieth_of_november_ends_with_february():
    assert shown_until(date(2026, 11, 30), light=True) == date(2027, 2, 28)
    assert shown_until(date(2024, 2, 29), light=False) == date(2027, 2, 28)


@given(days, days)
def test_a_restriction_that_lasts_longer_is_shown_as_long(day: date, until: date):
    assert shown_until(day, False, until) == max(shown_until(day, False), until)


def test_only_a_warning_or_nothing_is_not_published():
    assert not is_published(frozenset({Outcome.WARNING}))
    assert not is_published(frozenset({Outcome.NO_PENALTY}))
    assert not is_published(frozenset({Outcome.POLICE}))
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
        assert bool(steps) == (state not in (State.OVERTURNED, State.DROPPED))
        if state not in OPEN:
            # What is over is only overturned, taught from, given back by the police, or divided
            # where several share one decision.
            left = {Step.OVERTURN, Step.TYPICAL, Step.END_TYPICAL, Step.TAKE_BACK, Step.SPLIT}
            assert state is State.PUBLISHED or set(steps) <= left
        assert open_steps(state, Role.COUNTY, "640522", "640521") == []
        assert open_steps(state, Role.INSPECTOR, "640521", "640521") == []
        assert open_steps(state, Role.CITY, "640500", "640521") == steps


# ---- laws in English


@pytest.mark.parametrize(
    ("cited", "said"),
    [
        (
            "《地理标志产品保护办法》第三十条第（五）项",
            "Measures for the Protection of GI Products, article 30, item 5",
        ),
        ("《中华人民共和国行政处罚法》第二十八条", "Law on Administrative Penalties, article 28"),
        ("商标法第六十条第二款", "Trade Mark Law, article 60, paragraph 2"),
        ("《中华人民共和国商标法》第一百零八条", "Trade Mark Law, article 108"),
        ("《某市管理办法》第三条", "《某市管理办法》第三条"),
        ("商标法第三条、第十六条", "商标法第三条、第十六条"),
    ],
)
def test_a_known_law_is_named_in_english_and_another_stays_as_it_was_written(cited, said):
    assert law_text(cited) == Text(cited, said)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("国家知识产权局令第80号，2024年2月1日起施行", "CNIPA Order 80, in force from 1 Feb 2024"),
        ("2021年修订，2021年7月15日起施行", "revised 2021, in force from 15 Jul 2021"),
        ("2021年修订，另有规定", "2021年修订，另有规定"),
    ],
)
def test_the_version_of_a_law_is_said_in_english_where_all_of_it_is_understood(version, said):
    assert version_text(version) == Text(version, said)
