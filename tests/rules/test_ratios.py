"""The 60 % rule at and around its edges, and what must hold of every share."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ratios.rules import (
    Outcome,
    Why,
    assess,
    both,
    newcomers_short,
    output_short,
    reaches,
    reference_day,
    shortest_list,
    users_short,
    why_user,
)

counts = st.integers(0, 100_000)
sums = st.integers(0, 10**15)


def test_exactly_sixty_percent_is_met_and_one_fen_less_is_not():
    assert assess(60_000_000, 100_000_000).outcome is Outcome.MET
    assert assess(59_999_999, 100_000_000).outcome is Outcome.NOT_MET
    assert assess(3, 5).outcome is Outcome.MET
    assert assess(5_999_999_999_999, 10_000_000_000_000).outcome is Outcome.NOT_MET


def test_nothing_of_nothing_is_not_computable():
    assert assess(0, 0).outcome is Outcome.NOT_COMPUTABLE
    assert assess(None, 5).outcome is Outcome.NOT_COMPUTABLE
    assert assess(5, None).outcome is Outcome.NOT_COMPUTABLE
    assert assess(0, 0, missing_in_n=3).low is None


def test_a_part_greater_than_its_whole_is_an_error_and_is_not_clipped():
    found = assess(7, 5)
    assert (found.outcome, found.n, found.d) == (Outcome.INCONSISTENT, 7, 5)


@given(counts, counts)
def test_one_more_authorised_producer_never_lowers_the_users_share(n: int, others: int):
    d = n + others
    before, after = assess(n, d), assess(n + 1, d + 1)
    assert (n + 1) * d >= n * (d + 1)
    assert not (before.outcome is Outcome.MET and after.outcome is not Outcome.MET)


@given(sums, sums)
def test_the_unit_of_money_does_not_matter(n: int, others: int):
    d = n + others
    assert assess(n, d).outcome is assess(n * 100, d * 100).outcome is assess(n * 10_000, d * 10_000).outcome


returns = st.lists(st.tuples(st.booleans(), st.integers(0, 10**9), st.booleans()), max_size=12)


@given(returns)
def test_bounds_contain_the_truth_whatever_the_missing_returns_say_when_they_arrive(producers: list):
    """Each producer: is it a user, what did it make, has its return arrived."""
    known = [(user, value) for user, value, arrived in producers if arrived]
    n, d = sum(v for user, v in known if user), sum(v for _, v in known)
    late = [user for user, _, arrived in producers if not arrived]
    found = assess(n, d, late.count(True), late.count(False))
    true_n = sum(value for user, value, _ in producers if user)
    true_d = sum(value for _, value, _ in producers)
    truth = assess(true_n, true_d)
    if found.low is None or not true_d:
        return
    assert found.low[0] * true_d <= true_n * found.low[1]
    assert true_n * found.high[1] <= found.high[0] * true_d
    if found.outcome in (Outcome.MET, Outcome.NOT_MET):
        assert truth.outcome is found.outcome


@given(returns, sums)
def test_bounds_against_an_official_figure_contain_the_truth_or_the_truth_is_inconsistent(producers, whole):
    n = sum(value for user, value, arrived in producers if user and arrived)
    late = sum(1 for user, _, arrived in producers if user and not arrived)
    found = assess(n, whole, late, 0, whole_is_stated=True)
    truth = assess(sum(value for user, value, _ in producers if user), whole)
    if truth.low is None or found.low is None:
        return
    assert found.low[0] * truth.d <= truth.n * found.low[1]
    assert truth.n * found.high[1] <= found.high[0] * truth.d
    if found.outcome in (Outcome.MET, Outcome.NOT_MET):
        assert truth.outcome is found.outcome


def test_missing_returns_leave_a_share_undetermined_only_while_they_could_change_it():
    assert assess(70, 100, missing_in_n=1).outcome is Outcome.MET
    assert assess(70, 100, missing_besides=1).outcome is Outcome.UNDETERMINED
    assert assess(50, 100, missing_besides=9).outcome is Outcome.NOT_MET
    assert assess(50, 100, missing_in_n=1).outcome is Outcome.UNDETERMINED
    assert assess(0, 100, missing_besides=9).share == (0, 100)
    stated = assess(50, 100, missing_in_n=1, missing_besides=5, whole_is_stated=True)
    assert (stated.low, stated.high, stated.outcome) == ((50, 100), (100, 100), Outcome.UNDETERMINED)


@given(counts, counts)
def test_what_is_short_is_exactly_enough_and_one_less_is_not(n: int, others: int):
    d = n + others
    for more in (users_short(n, d), output_short(n, d)):
        assert reaches(n + more, d)
        assert more == 0 or not reaches(n + more - 1, d)
    more = newcomers_short(n, d)
    assert reaches(n + more, d + more)
    assert more == 0 or not reaches(n + more - 1, d + more - 1)


@given(st.lists(st.integers(0, 1000), max_size=20), st.integers(0, 1000))
def test_the_shortest_list_reaches_the_target_and_a_shorter_one_does_not(values: list[int], n: int):
    values = sorted(values, reverse=True)
    d = n + sum(values) + 100
    length = shortest_list(n, d, values)
    if length is None:
        assert not reaches(n + sum(values), d)
    else:
        assert reaches(n + sum(values[:length]), d)
        assert length == 0 or not reaches(n + sum(values[: length - 1]), d)


@pytest.mark.parametrize(
    ("outcomes", "together"),
    [
        ("met met", "met"),
        ("met not_met", "not_met"),
        ("undetermined not_met", "not_met"),
        ("met undetermined", "undetermined"),
        ("met not_computable", "not_computable"),
        ("not_met inconsistent", "inconsistent"),
    ],
)
def test_both_shares_make_one_answer(outcomes: str, together: str):
    assert both(Outcome(name) for name in outcomes.split()) is Outcome(together)


def test_a_finished_year_is_counted_on_its_last_day_and_the_running_one_today():
    assert reference_day(2025, date(2026, 11, 21)) == date(2025, 12, 31)
    assert reference_day(2026, date(2026, 11, 21)) == date(2026, 11, 21)


def test_every_reason_not_to_be_counted_has_its_name():
    assert why_user(["in_force"], True) is Why.COUNTED
    assert why_user(["in_force", "in_force"], True) is Why.COUNTED_ONCE
    assert why_user(["suspended", "expired"], True) is Why.SUSPENDED
    assert why_user([], True) is Why.NO_LICENCE
    assert why_user(["in_force"], False) is Why.OFF_ROSTER
    assert why_user(["in_force"], True, in_zone=False) is Why.OUTSIDE_ZONE
