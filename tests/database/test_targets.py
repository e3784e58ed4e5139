"""Loading plans, counting what the register holds, keeping actual values and stages, on both databases."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal.catalogue.actions import state_indication, withdraw_indication
from portal.catalogue.queries import get_indication
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.lib.clock import today
from portal.lib.problems import NotFound, RuleBroken
from portal.register.actions import Actor
from portal.register.models import Entry
from portal.targets.actions import state_indicator, state_programme, with_actual
from portal.targets.models import Agreement, Conflict, Indicator, IndicatorValue, Plan, Programme
from portal.targets.programme_rules import (
    STATION_KINDS,
)
from portal.targets.queries import (
    LiveCounts,
    conflicts_touching,
    get_indicator,
    get_programme,
    indicator_facts_on,
    indicators_asked,
    indicators_in_scope,
    programmes_asked,
    programmes_in_scope,
)
from portal.targets.rules import (
    Outcome,
    judge_facts,
)
from tests.services.kept_states import once

OFFICE = Actor("巴彦淖尔市知识产权局", None)
ACTUAL = {
    "on": "2024-12-31",
    "value": "27",
    "sources": ["bayannur-measures/row3"],
    "support": "plan_document",
}


@pytest.fixture(autouse=True)
def loaded(app, capsys) -> None:
    once(load_register)
    capsys.readouterr()


def count(column) -> int:
    return db.session.scalar(select(func.count(column)))


def live(key: str) -> int | None:
    found = LiveCounts().of(get_indicator(key).facts)
    return found.number if found else None


def test_everything_the_plans_say_comes_in_once_and_a_second_run_adds_no_entry():
    counts = [count(m.id) for m in (Plan, Indicator, Conflict, Programme, Agreement)]
    assert counts == [5, 60, 25, 31, 6]
    before = count(Entry.n)
    load_register()
    assert count(Entry.n) == before


def test_every_indicator_has_its_values_as_rows_and_an_open_year_is_null():
    rows = db.session.scalars(
        select(IndicatorValue).where(IndicatorValue.indicator_id == "bayannur-pilot-counties")
    )
    assert {row.key: row.value_text for row in rows} == {
        "path-2021": None, "path-2022": None, "path-2023": "1", "path-2024": "1", "path-2025": "2",
        "target": "2",
    }  # fmt: skip
    filled = set(db.session.scalars(select(IndicatorValue.indicator_id)))
    assert filled == set(db.session.scalars(select(Indicator.id)))


def test_every_conflict_names_indicators_that_name_it_back():
    for conflict in db.session.scalars(select(Conflict)):
        for key in conflict.facts.get("indicators", []):
            assert conflict.id in get_indicator(key).facts["conflicts"]
    assert "zhongwei-missing-quotation-mark" in {
        c.id for c in conflicts_touching("brands", "zhongwei-niurou")
    }


def test_a_region_shows_its_own_plans_and_those_above_and_below():
    assert {one.region for one in indicators_asked("150821")} == {"150000", "150800"}
    assert {one.region for one in indicators_asked("150000")} == {"150000", "150200", "150800", "152200"}
    assert {one.part for one in indicators_asked("640500", "gi_brand_mark")} == {"gi_brand_mark"}


def test_actual_values_are_entered_by_the_region_whose_plan_it_is():
    assert {one.region for one in indicators_in_scope("150800")} == {"150800"}
    assert {one.region for one in indicators_in_scope("150000")} == {"150000", "150200", "150800", "152200"}
    assert indicators_in_scope("150821") == []


def test_an_actual_value_is_kept_judged_and_survives_the_next_loading():
    facts = with_actual(get_indicator("bayannur-gis").facts, ACTUAL, today())
    with transaction():
        assert state_indicator(OFFICE, "bayannur-gis", facts, today(), "actual_stated")
    load_register()
    stored = get_indicator("bayannur-gis").facts
    assert judge_facts(stored, today()).outcome is Outcome.ON_PATH
    assert indicator_facts_on("bayannur-gis", today())["actuals"] == stored["actuals"]
    row = db.session.scalar(
        select(IndicatorValue).where(
            IndicatorValue.indicator_id == "bayannur-gis", IndicatorValue.role == "actual"
        )
    )
    assert (row.on_text, row.value_text) == ("2024-12-31", "27")


def test_two_sources_of_one_day_stand_side_by_side_and_the_same_twice_is_once():
    facts = get_indicator("bayannur-gis").facts
    once = with_actual(facts, ACTUAL, today())
    assert with_actual(once, ACTUAL, today()) == once
    twice = with_actual(once, {**ACTUAL, "value": "26"}, today())
    assert [one["key"] for one in twice["actuals"]] == ["2024-12-31", "2024-12-31-2"]


def test_an_actual_value_of_tomorrow_is_refused():
    with pytest.raises(RuleBroken):
        with_actual({}, {**ACTUAL, "on": "2999-01-01"}, today())


# ---- what the register itself counts


def test_a_converted_registration_is_counted_once():
    before = live("inner-mongolia-gis")
    agricultural = {"subject": "agri_gis", "region": "152223"}
    agricultural_before = LiveCounts().of(agricultural)
    facts = dict(get_indication("zhalaite-dami").facts)
    product = {"kind": "gi_product", "status": "in_force", "key": "p", "sources": ["general-knowledge"]}
    old = {
        "kind": "agri_gi", "status": "converted", "key": "a", "converted_to": "p",
        "sources": ["general-knowledge"],
    }  # fmt: skip
    with transaction():
        state_indication(OFFICE, "zhalaite-dami", {**facts, "protections": [product, old]}, today())
    counts = LiveCounts()
    assert counts.of(get_indicator("inner-mongolia-gis").facts).number == before + 1
    assert counts.of(agricultural) == agricultural_before


def test_a_withdrawn_gi_is_not_counted():
    before = live("bayannur-gis")
    with transaction():
        withdraw_indication(OFFICE, get_indication("wuyuan-xiangrikui"), "测试", today())
    assert live("bayannur-gis") < before


def test_what_the_register_holds_none_of_by_name_is_unknown_and_not_zero():
    assert live("bayannur-brand-stations") is None
    assert live("bayannur-zones") == 1
    assert live("bayannur-regional-brands") == 2
    assert live("bayannur-trade-marks") is None


# ---- programmes


def test_a_station_that_is_set_up_is_counted_in_its_city():
    facts = {
        "kind": "brand_station",
        "name": {"zh": "某站", "en": "A station"},
        "places": [{"code": "150821", "name": "五原县"}],
        "stages": [
            {
                "stage": "in_place",
                "note": {"zh": "已设", "en": "set up"},
                "sources": ["bayannur-measures/row14"],
            }
        ],
    }
    with transaction():
        state_programme(OFFICE, "brand-station-150821-1", facts, today())
    assert live("bayannur-brand-stations") == 1
    assert get_programme("brand-station-150821-1").stage == "in_place"


def test_programmes_are_found_in_around_and_in_the_scope_of_a_region():
    keys = {one.id for one in programmes_asked(STATION_KINDS, "640521")}
    assert "brand-stations-zhongwei" in keys
    assert not [key for key in keys if "bayannur" in key]
    assert {one.id for one in programmes_in_scope("640521")} >= {
        "zone-zhongning-goji",
        "brand-stations-zhongwei",
    }


def test_what_nobody_has_stated_is_not_found():
    for find in (get_indicator, get_programme):
        with pytest.raises(NotFound):
            find("nothing")
    assert indicator_facts_on("bayannur-gis", date(2020, 1, 1)) == {}
