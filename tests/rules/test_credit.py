"""A grade follows from its table and its facts, and from nothing else."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.credit.rules import (
    Criteria,
    Criterion,
    Fact,
    Grade,
    RequestKind,
    Standing,
    criteria_faults,
    grade_of,
    may_ask,
    months_after,
    reasons_for,
    score_of,
)
from portal.lib.text import Text

ROWS = (Criterion("good", 6, 36), Criterion("bad", -8, 24, 6), Criterion("worst", -60, 36))
TABLE = Criteria(80, 90, 75, 60, {row.key: row for row in ROWS})
DAY = date(2026, 11, 20)
SAID = Text("事", "a fact")


def fact(key: str, on: date = date(2026, 3, 1), ref: str = "x:1") -> Fact:
    return Fact(1, key, ref, on, SAID)


facts = st.lists(
    st.builds(
        fact,
        st.sampled_from(["good", "bad", "worst", "not in the table"]),
        st.dates(date(2020, 1, 1), date(2027, 12, 31)),
        st.integers(1, 99).map(lambda n: f"x:{n}"),
    ),
    max_size=8,
    unique_by=lambda one: one.ref,
)


def judged(given_facts, granted=None, day=DAY):
    reasons = reasons_for(TABLE, given_facts, granted or {}, day)
    return grade_of(TABLE, reasons), score_of(TABLE, reasons), reasons


def test_nobody_is_graded_on_nothing():
    assert judged([])[0] is Grade.NONE
    assert judged([fact("not in the table")])[0] is Grade.NONE
    assert judged([fact("bad", date(2020, 1, 1))])[0] is Grade.NONE


@given(facts)
def test_a_score_stays_within_its_bounds_and_every_point_has_a_reason(given_facts):
    grade, score, reasons = judged(given_facts)
    assert 0 <= score <= 100
    counted = [one for one in reasons if one.standing is Standing.COUNTED]
    assert score == max(0, min(100, 80 + sum(one.points for one in counted)))
    assert (grade is Grade.NONE) == (not counted)


@given(facts)
def test_the_order_of_facts_does_not_matter(given_facts):
    assert judged(given_facts)[:2] == judged(given_facts[::-1])[:2]


@given(facts)
def test_one_more_bad_fact_never_betters_a_score(given_facts):
    before = judged(given_facts)[1]
    assert judged([*given_facts, fact("bad", date(2026, 10, 1), "x:new")])[1] <= before


@given(facts)
def test_a_granted_request_takes_the_points_away_and_says_so(given_facts):
    for one in given_facts:
        _, _, reasons = judged(given_facts, {one.ref: Standing.OBJECTED})
        assert all(reason.standing is Standing.OBJECTED for reason in reasons if reason.ref == one.ref)


def test_a_fact_expires_on_its_day_and_not_before():
    on, until = date(2024, 11, 20), date(2026, 11, 20)
    assert judged([fact("bad", on)], day=until - timedelta(1))[2][0].standing is Standing.COUNTED
    assert judged([fact("bad", on)], day=until)[2][0].standing is Standing.EXPIRED


def test_thresholds_are_reached_exactly():
    table = Criteria(75, 90, 75, 60, {"good": Criterion("good", 0, 36), "bad": Criterion("bad", -1, 36)})
    assert grade_of(table, reasons_for(table, [fact("good")], {}, DAY)) is Grade.B
    assert grade_of(table, reasons_for(table, [fact("bad")], {}, DAY)) is Grade.C


def test_months_end_where_the_month_ends():
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2025, 12, 31), 2) == date(2026, 2, 28)
    assert months_after(date(2025, 11, 30), 1) == date(2025, 12, 30)
    assert months_after(date(2025, 12, 15), 1) == date(2026, 1, 15)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 120))
def test_months_never_run_backwards(day, months):
    assert months_after(day, months) >= day
    assert months_after(day, months + 1) > months_after(day, months)


def test_repair_waits_and_objection_does_not():
    early, late = date(2026, 8, 31), date(2026, 9, 1)
    reason = judged([fact("bad")], day=late)[2][0]
    assert may_ask(RequestKind.OBJECTION, reason, early)
    assert not may_ask(RequestKind.REPAIR, reason, early)
    assert may_ask(RequestKind.REPAIR, reason, late)
    never = judged([fact("worst")])[2][0]
    assert not may_ask(RequestKind.REPAIR, never, date(2029, 1, 1))
    good = judged([fact("good")])[2][0]
    assert not may_ask(RequestKind.OBJECTION, good, DAY)


def test_a_table_that_makes_no_sense_is_refused():
    assert criteria_faults(TABLE) == {}
    assert "thresholds" in criteria_faults(Criteria(80, 60, 75, 90, {}))
    assert "bad" in criteria_faults(Criteria(80, 90, 75, 60, {"bad": Criterion("bad", -8, 6, 12)}))
