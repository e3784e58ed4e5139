"""The way of a zone's yearly summary: every state, step, role and region, and what is asked of it."""

from datetime import date

import pytest

from portal.accounts.rules import Role
from portal.targets.summary_rules import (
    MOVES,
    REQUIRED,
    WRITERS,
    State,
    Step,
    is_late,
    open_steps,
    part_faults,
    year_is_open,
)

PLACES = ("150821",)
REGIONS = {"own": "150821", "city": "150800", "province": "150000", "elsewhere": "640500"}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", list(Role))
def test_only_what_the_table_names_is_open_and_only_where_the_region_reaches(state, role):
    named = {move.step for move in MOVES if move.state is state and role in move.who}
    for name, region in REGIONS.items():
        found = set(open_steps(state, role, region, PLACES))
        assert found == (set() if name == "elsewhere" else named), (state, role, region)


def test_what_was_sent_has_no_way_out():
    assert all(not open_steps(State.SENT, role, "150000", PLACES) for role in Role)


def test_a_county_writes_for_a_zone_of_several_but_a_city_needs_all_of_it():
    several = ("150821", "640521")
    assert Step.SUBMIT in open_steps(State.DRAFT, Role.COUNTY, "150821", several)
    assert open_steps(State.DRAFT, Role.CITY, "150800", several) == []
    assert Role.PROVINCE not in WRITERS


def test_the_four_parts_the_rule_names_are_needed_and_nothing_is_endless():
    assert set(part_faults({})) == set(REQUIRED)
    whole = dict.fromkeys(REQUIRED, "已按计划完成并有记录可查")
    assert part_faults(whole) == {}
    assert set(part_faults(whole | {"policy": "长" * 4001})) == {"policy"}


def test_the_year_is_late_only_when_it_is_over():
    assert not is_late(2026, date(2026, 12, 31)) and is_late(2026, date(2027, 1, 1))
    assert year_is_open(2026, date(2026, 1, 1)) and not year_is_open(2027, date(2026, 12, 31))
