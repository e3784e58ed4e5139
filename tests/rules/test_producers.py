"""When a producer stands on a roster, where it stands, and whose name the public may read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.producers import rules
from portal.producers.actions import covers_county, place_is_outside
from portal.producers.rules import PlaceFit, ProducerKind

days = st.dates(date(2000, 1, 1), date(2030, 12, 31))
ends = st.none() | days
DAY = timedelta(days=1)


def test_the_first_day_counts_and_the_day_it_ends_does_not():
    begun, ended = date(2024, 5, 1), date(2025, 1, 1)
    assert not rules.stands_on(begun, ended, begun - DAY)
    assert rules.stands_on(begun, ended, begun)
    assert rules.stands_on(begun, ended, ended - DAY)
    assert not rules.stands_on(begun, ended, ended)


@given(days, ends, days, ends, days)
def test_two_spells_overlap_exactly_where_one_day_belongs_to_both(a, a_end, b, b_end, day):
    if a_end is not None and a_end <= a or b_end is not None and b_end <= b:
        return
    if rules.stands_on(a, a_end, day) and rules.stands_on(b, b_end, day):
        assert rules.overlap(a, a_end, b, b_end)
    if rules.overlap(a, a_end, b, b_end):
        first = max(a, b)
        assert rules.stands_on(a, a_end, first) and rules.stands_on(b, b_end, first)


@pytest.mark.parametrize(
    ("adcode", "units", "fit"),
    [
        ("640521100", {"640521100"}, PlaceFit.INSIDE),
        ("640521100", {"640521"}, PlaceFit.INSIDE),
        ("640521", {"640521100"}, PlaceFit.PARTLY),
        ("640521999", {"640521100"}, PlaceFit.OUTSIDE),
        ("150821", {"640521"}, PlaceFit.OUTSIDE),
        ("640521", {"640500"}, PlaceFit.INSIDE),
        ("640521", set(), PlaceFit.UNKNOWN),
    ],
)
def test_a_place_is_held_against_the_divisions_that_the_area_names(adcode, units, fit):
    assert rules.place_fit(adcode, units) is fit


def test_a_place_outside_the_named_townships_but_in_the_county_of_the_gi_is_not_refused():
    assert not place_is_outside("640521999", {"640521100"}, {"640521"})
    assert place_is_outside("150821", {"640521100"}, {"640521"})
    assert not place_is_outside("150821", set(), set())


def test_only_counties_and_what_lies_in_them_are_places_of_producers():
    assert covers_county("640521") and covers_county("640521100")
    assert not covers_county("640500") and not covers_county("640000")


@pytest.mark.parametrize("kind", list(ProducerKind))
def test_a_person_is_named_only_with_consent_and_a_firm_always(kind):
    firm = kind in (ProducerKind.COMPANY, ProducerKind.COOPERATIVE)
    assert rules.name_is_public(kind, None) is firm
    assert rules.name_is_public(kind, date(2026, 1, 1)) is True


def test_exchanged_coordinates_are_told_from_those_of_another_country():
    goji = (105_675_300, 37_491_700)
    assert rules.point_in_country(*goji) and not rules.point_is_swapped(*goji)
    assert rules.point_is_swapped(*goji[::-1])
    assert not rules.point_is_swapped(2_350_000, 48_850_000)


@pytest.mark.parametrize("role", list(Role))
def test_only_officials_keep_rosters_and_only_officials_and_auditors_read_them(role):
    assert rules.may_keep_rosters(role) is (role in (Role.COUNTY, Role.CITY, Role.PROVINCE))
    readers = (Role.COUNTY, Role.CITY, Role.PROVINCE, Role.INSPECTOR, Role.AUDITOR)
    assert rules.may_read_rosters(role) is (role in readers)
