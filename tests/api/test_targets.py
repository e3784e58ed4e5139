"""Plan indicators as data."""

import pytest

from portal.cli.loading import load_register
from portal.db import transaction
from portal.lib.clock import today
from portal.register.actions import Actor
from portal.targets.actions import state_indicator, with_actual
from portal.targets.queries import get_indicator
from tests.services.kept_states import once


@pytest.fixture(autouse=True)
def loaded(app, capsys) -> None:
    once(load_register)
    capsys.readouterr()


def test_base_path_target_source_and_conflicts_come_as_the_plan_prints_them(client):
    item = client.get("/api/v1/indicators/bayannur-gis").json
    assert [point["value"] for point in item["path"]] == ["25", "25", "26", "27", "28"]
    assert (item["base"], item["target"]["value"], item["target"]["year"]) == (None, "28", "2025")
    assert item["source"] == ["bayannur-measures/row3"]
    assert {one["id"] for one in item["conflicts"]} == {"gi-count-definitions", "bayannur-mixed-totals"}


def test_decimals_stay_exact_text(client):
    item = client.get("/api/v1/indicators/inner-mongolia-trade-marks").json
    assert (item["base"]["value"], item["target"]["value"]) == ("24.06", "35")


def test_a_year_the_plan_leaves_open_is_null_and_not_zero(client):
    item = client.get("/api/v1/indicators/bayannur-pilot-counties").json
    assert [point["value"] for point in item["path"]] == [None, None, "1", "1", "2"]


def test_an_actual_value_brings_its_source_and_an_outcome(client):
    facts = get_indicator("bayannur-gis").facts
    actual = {"on": "2024-12-31", "value": "24", "sources": ["bayannur-measures/row3"]}
    with transaction():
        state_indicator(
            Actor("某局"), "bayannur-gis", with_actual(facts, actual, today()), today(), "actual_stated"
        )
    item = client.get("/api/v1/indicators/bayannur-gis").json
    assert (item["outcome"], item["basis"]) == ("behind", "path")
    assert item["actuals"] == [
        {"value": "24", "date": "2024-12-31", "note": None, "source": ["bayannur-measures/row3"]}
    ]
    assert client.get("/api/v1/indicators?outcome=behind").json["total"] == 1


def test_a_live_count_comes_with_its_definition_and_none_by_name_is_null(client):
    counted = client.get("/api/v1/indicators/bayannur-gis").json["live"]
    assert counted["value"] > 0 and counted["definition"]["en"]
    assert client.get("/api/v1/indicators/bayannur-brand-stations").json["live"]["value"] is None
    assert client.get("/api/v1/indicators/bayannur-trade-marks").json["live"] is None


def test_the_region_narrows_and_pages_do_not_overlap(client):
    found = client.get("/api/v1/indicators?region=640500").json
    assert {item["region"]["adcode"] for item in found["items"]} == {"640500"}
    pages = [client.get(f"/api/v1/indicators?per_page=25&page={n}").json for n in (1, 2, 3)]
    keys = [item["id"] for page in pages for item in page["items"]]
    assert len(keys) == len(set(keys)) == pages[0]["total"] == 60


def test_what_does_not_exist_is_refused(client):
    assert client.get("/api/v1/indicators/nothing").status_code == 404
    for query in ("region=999999", "outcome=fine", "part=all", "colour=red"):
        assert client.get(f"/api/v1/indicators?{query}").status_code == 400
