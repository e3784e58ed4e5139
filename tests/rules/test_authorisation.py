"""The procedure over every state, step, role, route and region; and what a licence is worth on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.authorisation.answers import cleaned, faults, missing_papers, read_point
from portal.authorisation.rules import (
    ACTING,
    ENDED_FOR_GOOD,
    FINAL,
    LICENCE_MOVES,
    LIVE,
    MOVES,
    REQUIRED_PAPERS,
    LicenceState,
    LicenceStep,
    Paper,
    Purpose,
    Route,
    State,
    Step,
    Track,
    destination,
    find_move,
    has_city,
    licence_state_on,
    may_renew_on,
    open_licence_steps,
    open_steps,
    stations,
)
from portal.authorisation.watch_rules import mark_term_end, unused_since
from portal.authorisation.words import step_name
from portal.lib.text import Text

PLACE = "640521100"
REGIONS = {Role.COUNTY: "640521", Role.CITY: "640500", Role.PROVINCE: "640000", Role.INSPECTOR: "640521"}
ELSEWHERE = {Role.COUNTY: "640522", Role.CITY: "640400", Role.PROVINCE: "150000", Role.INSPECTOR: "640522"}
OFFICE_WAYS = (Route.PROVINCE, Route.NATIONAL)

# Written out by hand, apart from the table: who may do what where. Everything not here is refused.
WITHDRAW = {(Role.PRODUCER, Step.WITHDRAW)}
BY_OFFICES = {
    State.DRAFT: {(Role.PRODUCER, Step.SUBMIT)} | WITHDRAW,
    State.RETURNED: {(Role.PRODUCER, Step.RESUBMIT)} | WITHDRAW,
    State.SUBMITTED: {(Role.COUNTY, Step.ACCEPT), (Role.COUNTY, Step.RETURN)} | WITHDRAW,
    State.COUNTY_CHECK: {
        (Role.COUNTY, Step.VISIT),
        (Role.INSPECTOR, Step.VISIT),
        (Role.COUNTY, Step.AGREE),
        (Role.COUNTY, Step.RETURN),
        (Role.COUNTY, Step.REFUSE),
    }
    | WITHDRAW,
    State.CITY_CHECK: {(Role.CITY, Step.AGREE), (Role.CITY, Step.RETURN)} | WITHDRAW,
    State.PROVINCE_DECISION: {(Role.PROVINCE, Step.RETURN), (Role.PROVINCE, Step.REFUSE)} | WITHDRAW,
    State.APPROVED: {(Role.PROVINCE, Step.ANNOUNCE)},
}
EXPECTED = {
    Route.PROVINCE: BY_OFFICES
    | {State.PROVINCE_DECISION: BY_OFFICES[State.PROVINCE_DECISION] | {(Role.PROVINCE, Step.APPROVE)}},
    Route.NATIONAL: BY_OFFICES
    | {
        State.PROVINCE_DECISION: BY_OFFICES[State.PROVINCE_DECISION] | {(Role.PROVINCE, Step.FORWARD)},
        State.NATIONAL_DECISION: {(Role.PROVINCE, Step.APPROVE), (Role.PROVINCE, Step.REFUSE)} | WITHDRAW,
    },
    Route.HOLDER: {
        State.DRAFT: BY_OFFICES[State.DRAFT],
        State.RETURNED: BY_OFFICES[State.RETURNED],
        State.HOLDER_DECISION: {
            (Role.HOLDER, Step.PERMIT),
            (Role.HOLDER, Step.RETURN),
            (Role.HOLDER, Step.REFUSE),
        }
        | WITHDRAW,
        State.PERMITTED: {(Role.HOLDER, Step.ANNOUNCE)},
    },
}


@pytest.mark.parametrize("route", list(Route))
@pytest.mark.parametrize("state", list(State))
def test_every_state_step_and_role_is_open_exactly_where_the_law_of_the_house_says(
    state: State, route: Route
):
    for role in (*Role, None):
        region = REGIONS.get(role, "640521")
        opened = open_steps(state, route, role, region, PLACE, owns=True, holds=True)
        expected = {step for who, step in EXPECTED[route].get(state, set()) if who is role}
        assert set(opened) == expected, (state, route, role)


@pytest.mark.parametrize("route", list(Route))
def test_no_official_acts_outside_its_region_and_no_stranger_on_what_is_not_its_own(route: Route):
    for state, role in product(State, Role):
        region = ELSEWHERE.get(role, "640522")
        assert open_steps(state, route, role, region, PLACE, owns=False, holds=False) == []


@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY, Role.PROVINCE])
def test_an_official_without_a_region_may_do_nothing(role: Role):
    for state, route in product(State, Route):
        assert open_steps(state, route, role, None, PLACE) == []


def test_a_final_state_has_no_way_out():
    assert not [move for move in MOVES if move.state in FINAL]


def test_every_open_state_is_with_somebody_or_with_the_clock():
    for state in set(State) - FINAL - {State.ANNOUNCED}:
        assert state in ACTING
    assert all(move.who == frozenset() for move in MOVES if move.state is State.ANNOUNCED)


@pytest.mark.parametrize("route", list(Route))
def test_every_state_can_be_reached_and_leads_to_an_end(route: Route):
    reached, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        state = todo.pop()
        for step in Step:
            move = find_move(state, step, route)
            if move is None:
                continue
            to = destination(move, PLACE, None if route in OFFICE_WAYS else State.HOLDER_DECISION)
            if to not in reached:
                reached.add(to)
                todo.append(to)
    assert {State.IN_FORCE, State.REFUSED, State.WITHDRAWN} <= reached
    assert set(stations(route, PLACE)) <= reached


def test_an_application_goes_back_to_the_desk_that_returned_it():
    move = find_move(State.RETURNED, Step.RESUBMIT, Route.NATIONAL)
    assert destination(move, PLACE, State.CITY_CHECK) is State.CITY_CHECK
    assert destination(move, PLACE, None) is State.SUBMITTED


@pytest.mark.parametrize("adcode", ["110101", "500103", "429004", "469001"])
def test_where_there_is_no_city_the_county_passes_on_to_the_province(adcode: str):
    move = find_move(State.COUNTY_CHECK, Step.AGREE, Route.NATIONAL)
    assert not has_city(adcode)
    assert destination(move, adcode, None) is State.PROVINCE_DECISION
    assert State.CITY_CHECK not in stations(Route.NATIONAL, adcode)


# ---- licences


@dataclass(frozen=True)
class Spell:
    state: str
    from_on: date
    ended_on: date | None


D = date(2025, 6, 1)


def days(number: int) -> date:
    return D + timedelta(days=number)


def spells(*changes: tuple[str, int]) -> list[Spell]:
    """Each spell ends on the day the next begins."""
    ends = [days(start) for _, start in changes[1:]] + [None]
    return [Spell(state, days(start), end) for (state, start), end in zip(changes, ends, strict=True)]


def test_the_first_and_the_last_day_count():
    running = spells(("in_force", 0))
    assert licence_state_on(D, days(9), running, days(-1)) is LicenceState.NOT_YET
    assert licence_state_on(D, days(9), running, D) is LicenceState.IN_FORCE
    assert licence_state_on(D, days(9), running, days(9)) is LicenceState.IN_FORCE
    assert licence_state_on(D, days(9), running, days(10)) is LicenceState.EXPIRED


def test_a_suspension_counts_from_its_day_and_its_end_brings_the_licence_back():
    told = spells(("in_force", 0), ("suspended", 5), ("in_force", 8))
    states = [licence_state_on(D, None, told, days(n)) for n in (4, 5, 7, 8)]
    assert states == ["in_force", "suspended", "suspended", "in_force"]


def test_two_changes_on_one_day_leave_the_last():
    told = spells(("in_force", 0), ("suspended", 5), ("in_force", 5))
    assert licence_state_on(D, None, told, days(5)) is LicenceState.IN_FORCE


def test_revoked_stays_revoked_whatever_the_term_says():
    told = spells(("in_force", 0), ("revoked", 3))
    for n in (3, 9, 10, 400):
        assert licence_state_on(D, days(9), told, days(n)) is LicenceState.REVOKED


def test_a_licence_that_is_cancelled_before_its_first_day_is_cancelled_and_not_to_come():
    told = [Spell("in_force", days(-10), days(-5)), Spell("cancelled", days(-5), None)]
    assert licence_state_on(D, None, told, days(-7)) is LicenceState.NOT_YET
    assert licence_state_on(D, None, told, days(-5)) is LicenceState.CANCELLED
    assert licence_state_on(D, None, told, days(5)) is LicenceState.CANCELLED


@given(
    st.lists(
        st.tuples(st.sampled_from(["in_force", "suspended"]), st.integers(0, 60)), min_size=1, max_size=6
    ),
    st.integers(-5, 90),
    st.one_of(st.none(), st.integers(0, 80)),
)
def test_outside_its_term_nothing_is_in_force(changes: list, n: int, last: int | None):
    told = spells(*sorted(changes, key=lambda change: change[1]))
    state = licence_state_on(days(10), days(last) if last is not None else None, told, days(n))
    if n < 10 or (last is not None and n > last):
        assert state not in (LicenceState.IN_FORCE, LicenceState.SUSPENDED)


@given(st.integers(0, 60), st.integers(0, 200))
def test_once_ended_never_in_force_again(end: int, later: int):
    told = spells(("in_force", 0), ("revoked", end))
    assert licence_state_on(D, None, told, days(end + later)) in ENDED_FOR_GOOD


def test_every_licence_step_is_open_exactly_to_whom_it_belongs():
    officials = {Role.COUNTY, Role.CITY, Role.PROVINCE}
    for state, track, role in product(LicenceState, Track, Role):
        opened = set(
            open_licence_steps(state, track, role, REGIONS.get(role, "640521"), PLACE, owns=True, holds=True)
        )
        expected: set[LicenceStep] = set()
        keeper = role in officials if track is Track.SPECIAL_MARK else role is Role.HOLDER
        revoker = role is Role.PROVINCE if track is Track.SPECIAL_MARK else role is Role.HOLDER
        if keeper and state is LicenceState.IN_FORCE:
            expected.add(LicenceStep.SUSPEND)
        if keeper and state is LicenceState.SUSPENDED:
            expected.add(LicenceStep.RESUME)
        if revoker and state in LIVE:
            expected.add(LicenceStep.REVOKE)
        if role is Role.PRODUCER and state in LIVE:
            expected.add(LicenceStep.CANCEL)
        if role is Role.PRODUCER and state is LicenceState.IN_FORCE:
            expected |= {LicenceStep.CHANGE, LicenceStep.RENEW}
        assert opened == expected, (state, track, role)


def test_no_licence_step_is_open_to_another_region_owner_or_holder():
    for state, track, role in product(LicenceState, Track, Role):
        assert open_licence_steps(state, track, role, ELSEWHERE.get(role, "640522"), PLACE) == []


def test_no_step_brings_back_what_was_revoked_cancelled_or_expired():
    gone = ENDED_FOR_GOOD | {LicenceState.EXPIRED}
    assert not [move for move in LICENCE_MOVES.values() if move.states & gone]


def test_a_renewal_opens_half_a_year_before_the_end_and_closes_with_it():
    end = date(2026, 12, 31)
    assert not may_renew_on(None, end)
    assert not may_renew_on(end, end - timedelta(days=181))
    assert may_renew_on(end, end - timedelta(days=180))
    assert may_renew_on(end, end)
    assert not may_renew_on(end, end + timedelta(days=1))


def test_two_years_without_use_are_counted_from_the_last_use_and_not_a_day_less():
    since = date(2024, 2, 29)
    assert unused_since(since, None, date(2026, 2, 27)) is None
    assert unused_since(since, None, date(2026, 2, 28)) == since
    assert unused_since(since, date(2025, 1, 1), date(2026, 12, 31)) is None


def test_the_ten_years_of_a_mark_go_on_after_each_renewal():
    assert mark_term_end(date(2001, 5, 7), date(2026, 1, 1)) == date(2031, 5, 7)
    assert mark_term_end(date(2001, 5, 7), date(2031, 5, 7)) == date(2031, 5, 7)
    assert mark_term_end(date(2001, 5, 7), date(2031, 5, 8)) == date(2041, 5, 7)


# ---- what is typed

COMPLETE = {
    "goods": "枸杞",
    "place": PLACE,
    "address": "一村",
    "standard": "GB/T 18672",
    "process": "晾晒",
    "contact": "王芳",
    "phone": "139",
    "statement": "y",
}


def test_a_complete_form_has_no_fault_and_each_missing_answer_is_named():
    papers = set(REQUIRED_PAPERS)
    assert faults(COMPLETE, Purpose.NEW, Track.SPECIAL_MARK, papers) == {}
    for name in COMPLETE:
        left = {key: value for key, value in COMPLETE.items() if key != name}
        assert set(faults(left, Purpose.NEW, Track.SPECIAL_MARK, papers)) == {name}


def test_missing_papers_are_named_one_by_one():
    assert missing_papers(Purpose.NEW, Track.SPECIAL_MARK, {Paper.TEST_REPORT}) == [Paper.ORIGIN_PROOF]
    assert "file" in faults(COMPLETE, Purpose.NEW, Track.SPECIAL_MARK, set())


def test_what_is_not_asked_is_not_kept_and_nothing_is_longer_than_it_may_be():
    kept = cleaned({"goods": " 枸杞 " * 200, "evil": "x", "place": PLACE}, Purpose.NEW)
    assert set(kept) == {"goods", "place"}
    assert len(kept["goods"]) <= 200


@pytest.mark.parametrize(
    ("lon", "lat", "good"),
    [
        ("105.67", "37.48", True),
        ("37.48", "105.67", False),
        ("nan", "37", False),
        ("inf", "37", False),
        ("abc", "", False),
        ("1e400", "2", False),
        ("-0.1", "51.5", False),
    ],
)
def test_a_point_is_read_or_refused_with_words(lon: str, lat: str, good: bool):
    point = read_point({"lon": lon, "lat": lat})
    assert isinstance(point, tuple) if good else isinstance(point, Text)


def test_no_point_is_no_fault():
    assert read_point({}) is None


def test_a_permit_of_a_mark_is_recorded_and_a_special_mark_announced():
    assert step_name(State.PERMITTED, Step.ANNOUNCE).zh == "登记备案并公告"
    assert step_name(State.APPROVED, Step.ANNOUNCE).zh == "公告"
