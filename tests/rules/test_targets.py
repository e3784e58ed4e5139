"""How a plan figure stands, at and around each edge; what the national rule asks of a zone."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.targets.programme_rules import (
    Check,
    deadlines_of,
    protected_long_enough,
    years_before,
)
from portal.targets.rules import (
    Basis,
    Outcome,
    Point,
    Target,
    expected_on,
    first_day,
    judge,
    judge_facts,
    last_day,
)

END_OF = {year: date(year, 12, 31) for year in range(2019, 2030)}


def path_of(*values: int | str | None) -> list[Point | None]:
    """A yearly path from 2021 on."""
    return [
        None if value is None else Point(END_OF[2021 + at], Fraction(value))
        for at, value in enumerate(values)
    ]


def judged(actual: int | str, on: date, path=(), base=None, target=28, year=2025, comparator="="):
    goal = None if target is None else Target(END_OF[year], Fraction(target), comparator)
    start = None if base is None else Point(END_OF[2020], Fraction(base))
    return judge(Point(on, Fraction(actual)), start, path, goal)


# ---- the yearly path

BAYANNUR = path_of(25, 25, 26, 27, 28)


@pytest.mark.parametrize(
    ("value", "outcome"), [(25, Outcome.BEHIND), (26, Outcome.ON_PATH), (27, Outcome.AHEAD)]
)
def test_at_a_year_of_the_path_the_figure_itself_decides(value, outcome):
    verdict = judged(value, END_OF[2023], BAYANNUR)
    assert (verdict.outcome, verdict.basis) == (outcome, Basis.PATH)


def test_between_two_years_a_whole_count_is_asked_in_whole_numbers():
    assert expected_on(BAYANNUR, date(2024, 12, 30)) == 26
    assert judged(26, date(2024, 12, 30), BAYANNUR).outcome is Outcome.ON_PATH
    assert judged(27, date(2024, 6, 30), BAYANNUR).outcome is Outcome.ON_PATH
    assert judged(28, date(2024, 6, 30), BAYANNUR).outcome is Outcome.AHEAD


def test_a_path_with_decimals_is_a_straight_line():
    path = path_of("2.1", "2.4")
    assert expected_on(path, date(2022, 7, 2)) == Fraction("2.1") + Fraction("0.3") * 183 / 365


def test_a_year_left_open_and_the_time_before_the_path_say_nothing():
    path = path_of(None, None, 1, None, 2)
    assert expected_on(path, date(2021, 6, 1)) is None
    assert expected_on(path, date(2024, 6, 1)) is None
    assert expected_on(path, END_OF[2023]) == 1
    assert judged(1, date(2024, 6, 1), path, target=2).outcome is Outcome.UNKNOWN


# ---- without a path, and at the deadline


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (17, Outcome.BEHIND),
        (18, Outcome.UNKNOWN),
        (25, Outcome.UNKNOWN),
        (26, Outcome.AHEAD),
    ],
)
def test_without_a_path_only_base_and_target_are_compared(value, outcome):
    verdict = judged(value, date(2023, 5, 1), base=18, target=26)
    assert (verdict.outcome, verdict.basis) == (outcome, Basis.BASE_AND_TARGET)


@pytest.mark.parametrize(
    ("value", "outcome"), [(27, Outcome.BEHIND), (28, Outcome.ON_PATH), (29, Outcome.AHEAD)]
)
def test_from_the_deadline_on_the_target_itself_decides(value, outcome):
    for day in (END_OF[2025], date(2026, 11, 20)):
        verdict = judged(value, day, BAYANNUR)
        assert (verdict.outcome, verdict.basis) == (outcome, Basis.DEADLINE)


def test_more_than_fifty_is_not_reached_by_fifty():
    assert judged(50, END_OF[2025], target=50, comparator=">").outcome is Outcome.BEHIND
    assert judged(51, END_OF[2025], target=50, comparator=">").outcome is Outcome.ON_PATH
    assert judged(50, END_OF[2025], target=50, comparator=">=").outcome is Outcome.ON_PATH


def test_without_an_actual_value_or_a_target_nothing_is_judged():
    goal = Target(END_OF[2025], Fraction(28))
    assert judge(None, None, BAYANNUR, goal).basis is Basis.NO_ACTUAL
    assert judged(1, END_OF[2023], BAYANNUR, target=None).basis is Basis.NO_TARGET


def test_zero_is_a_value_and_not_the_same_as_unknown():
    assert judged(0, END_OF[2023], BAYANNUR).outcome is Outcome.BEHIND


# ---- properties

amounts = st.decimals(min_value=0, max_value=10**6, places=2).map(Fraction)
days = st.dates(date(2020, 1, 1), date(2028, 12, 31))
rising = st.lists(amounts, min_size=5, max_size=5).map(sorted)
ORDER = {Outcome.BEHIND: 0, Outcome.UNKNOWN: 1, Outcome.ON_PATH: 1, Outcome.AHEAD: 2}


@given(rising, amounts, amounts, days, st.booleans())
def test_more_is_never_judged_worse(values, less, extra, day, with_path):
    path = path_of(*values) if with_path else []
    base = Point(END_OF[2020], values[0])
    goal = Target(END_OF[2025], values[-1])
    low = judge(Point(day, less), base, path, goal)
    high = judge(Point(day, less + extra), base, path, goal)
    assert ORDER[low.outcome] <= ORDER[high.outcome]
    assert low.basis == high.basis


@given(rising, amounts, days, st.integers(min_value=1, max_value=10**4))
def test_the_unit_does_not_matter(values, actual, day, factor):
    assume(any(value.denominator != 1 for value in values) or factor == 1)
    fine = [value + Fraction(1, 7) for value in values]
    one = judge(Point(day, actual), None, path_of(*fine), Target(END_OF[2025], fine[-1]))
    other = judge(
        Point(day, actual * factor),
        None,
        path_of(*(value * factor for value in fine)),
        Target(END_OF[2025], fine[-1] * factor),
    )
    assume(all((value * factor).denominator != 1 for value in fine))
    assert one.outcome == other.outcome


@given(rising, st.dates(date(2021, 12, 31), date(2025, 12, 31)))
def test_what_the_path_asks_lies_between_its_neighbours_and_never_falls(values, day):
    path = path_of(*values)
    asked = expected_on(path, day)
    assert min(values) <= asked + 1 and asked <= max(values)
    if day < END_OF[2025]:
        assert asked <= expected_on(path, day + timedelta(days=1))


@given(rising, amounts)
def test_whoever_stands_on_every_year_of_the_path_is_never_behind(values, _):
    path = path_of(*values)
    for point in path:
        verdict = judge(point, None, path, Target(END_OF[2025], values[-1]))
        assert verdict.outcome in (Outcome.ON_PATH, Outcome.AHEAD)


# ---- facts


def test_the_newest_actual_value_that_is_not_of_a_day_to_come_is_judged():
    facts = {
        "target": {"value": "28", "year": "2025"},
        "path": [{"value": str(v), "year": str(2021 + at)} for at, v in enumerate((25, 25, 26, 27, 28))],
        "actuals": [
            {"key": "2023-12-31", "on": "2023-12-31", "value": "24"},
            {"key": "2024-12-31", "on": "2024-12-31", "value": "27"},
            {"key": "2025-12-31", "on": "2025-12-31", "value": "1"},
        ],
    }
    assert judge_facts(facts, date(2025, 6, 1)).outcome is Outcome.ON_PATH
    assert judge_facts(facts, date(2024, 6, 1)).outcome is Outcome.BEHIND
    assert judge_facts(facts, date(2023, 6, 1)).basis is Basis.NO_ACTUAL


# ---- the national rule on zones


def test_a_day_known_only_in_part_is_read_both_ways():
    assert (first_day("2022"), last_day("2022")) == (date(2022, 1, 1), date(2022, 12, 31))
    assert last_day("2024-02") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("2022-11-20", Check.MET),
        ("2022-11-21", Check.NOT_MET),
        ("2022", Check.UNKNOWN),
        ("2021", Check.MET),
        ("2023", Check.NOT_MET),
        ("2022-11", Check.UNKNOWN),
    ],
)
def test_three_years_are_counted_to_the_day(text, check):
    assert protected_long_enough([text], date(2025, 11, 20)) is check


def test_one_old_protection_is_enough_and_none_is_unknown():
    assert protected_long_enough(["2025", "2001"], date(2025, 11, 20)) is Check.MET
    assert protected_long_enough([], date(2025, 11, 20)) is Check.UNKNOWN


def test_three_years_before_a_leap_day_is_the_last_of_february():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)


# ---- what is due when


def zone(stage: str, on: str | None, **more: str) -> dict[str, object]:
    return {"kind": "zone", "stages": [{"stage": stage, "date": on, **more}]}


def test_a_zone_being_built_has_three_years_and_a_summary_every_year():
    found = deadlines_of(zone("under_way", "2023-07-03"), date(2026, 6, 1))
    assert [(one.on, one.days_left) for one in found] == [(date(2026, 7, 3), 32), (date(2026, 12, 31), 213)]
    assert [one.tone for one in found] == ["watch", "waiting"]
    over = deadlines_of(zone("under_way", "2023-07-03"), date(2026, 7, 4))[0]
    assert (over.days_left, over.tone) == (-1, "negative")
    assert over.text.en == "1 day over"


def test_a_summary_that_has_gone_is_due_again_next_year_and_a_plan_owes_none():
    accepted = zone("accepted", "2025-12-04")
    assert [one.on.year for one in deadlines_of(accepted, date(2026, 12, 31))] == [2026]
    assert [one.on.year for one in deadlines_of(accepted, date(2026, 12, 31), True)] == [2027]
    assert deadlines_of(zone("planned", None), date(2026, 6, 1)) == []
    project = {"kind": "promotion_project", "stages": [{"stage": "under_way", "due": "2027-03"}]}
    assert [one.on for one in deadlines_of(project, date(2026, 6, 1))] == [date(2027, 3, 31)]
