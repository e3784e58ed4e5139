"""/api/v1/gis/{slug}/users: as the contract says, for any day, without a person's name."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.authorisation.models import Licence
from portal.db import db
from portal.lib.clock import now, today
from tests.setting_authorisation import SLUG, Setting, draft, prepare, walk_to_licence

ADDRESS = f"/api/v1/gis/{SLUG}/users"


@pytest.fixture
def setting(app: Flask) -> Setting:
    return prepare()


@pytest.fixture
def licences(setting: Setting) -> list[str]:
    """One of a firm, one of a household."""
    for producer in ("firm", "household"):
        walk_to_licence(setting, draft(setting, producer=producer, now=now()), now())
    return list(db.session.scalars(select(Licence.number).order_by(Licence.id)))


def test_a_user_has_the_fields_of_the_contract(client, setting: Setting, licences: list[str]):
    answer = client.get(ADDRESS).json
    assert (answer["total"], answer["page"], answer["per_page"], answer["on"]) == (
        2,
        1,
        50,
        today().isoformat(),
    )
    firm = next(one for one in answer["items"] if one["licence_no"] == licences[0])
    assert firm["uscc"] == setting.producers["firm"]
    assert firm["name"] == "中宁一号枸杞公司（演示）"
    assert firm["region"]["adcode"] == "640521"
    assert (firm["valid_from"], firm["valid_to"], firm["status"]) == (today().isoformat(), None, "in_force")
    assert firm["demo"] is True


def test_a_person_who_did_not_agree_has_no_name_and_no_code(client, licences: list[str]):
    person = next(one for one in client.get(ADDRESS).json["items"] if one["licence_no"] == licences[1])
    assert (person["name"], person["uscc"]) == (None, None)
    assert client.get(f"{ADDRESS}?q=李四").json["total"] == 0


def test_the_list_of_an_earlier_day_does_not_know_them_yet(client, licences: list[str]):
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert client.get(f"{ADDRESS}?on={yesterday}&status=all").json["total"] == 0


def test_a_state_may_be_asked_for(client, licences: list[str]):
    assert client.get(f"{ADDRESS}?status=suspended").json["total"] == 0
    assert client.get(f"{ADDRESS}?status=all").json["total"] == 2


@pytest.mark.parametrize(
    "query", ["status=good", "on=2026-13-01", "colour=red", "per_page=500", "region=999999"]
)
def test_a_wrong_or_unknown_parameter_is_refused_by_name(client, setting: Setting, query: str):
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert query.partition("=")[0] in answer.json["errors"]


def test_a_repeat_costs_a_304(client, licences: list[str]):
    tag = client.get(ADDRESS).headers["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304


def test_a_gi_that_is_not_there_is_404(client, setting: Setting):
    assert client.get("/api/v1/gis/nothing-like-it/users").status_code == 404
