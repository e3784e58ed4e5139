"""/api/v1/verify as another program meets it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authorisation.models import Licence
from portal.db import db
from portal.lib.clock import now, today
from portal.verification.rules import code_of
from tests.setting_authorisation import draft, prepare, walk_to_licence


@pytest.fixture
def number(app) -> str:
    setting, before = prepare(), now() - timedelta(days=10)
    walk_to_licence(setting, draft(setting, now=before), now=before)
    return db.session.scalars(select(Licence.number)).one()


def test_the_answer_has_what_the_contract_names(client, number):
    said = client.get(f"/api/v1/verify?licence={number}").json
    assert said["answer"] == "authorised"
    assert said["producer"] == "中宁一号枸杞公司（演示）"
    assert said["gi"] == "zhongning-gouqi"
    assert said["licence_no"] == number
    assert said["code"] == code_of(number)
    assert said["valid_to"] is None
    assert said["on"] == today().isoformat()
    assert client.get(f"/api/v1/verify?uscc={said['uscc']}&gi=中宁枸杞").json["answer"] == "authorised"


def test_a_typed_code_is_understood_and_what_was_changed_is_reported(client, number):
    code = client.get(f"/api/v1/verify?licence={number}").json["uscc"]
    said = client.get("/api/v1/verify", query_string={"uscc": f"{code[:8]}-{code[8:].lower()}"}).json
    assert said["uscc"] == code
    assert len(said["notices"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "uscc"),
        ("uscc=91350100M000100Y43&licence=L2026-000001", "licence"),
        ("uscc=91350100M000100Y44", "uscc"),
        ("licence=L2026-000001-!", "licence"),
        ("licence=nonsense", "licence"),
        ("uscc=91350100M000100Y43&on=2026-02-30", "on"),
        ("uscc=91350100M000100Y43&gi=nowhere", "gi"),
        ("uscc=91350100M000100Y43&region=64", "region"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(client, query, field):
    answer = client.get(f"/api/v1/verify?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert field in answer.json["errors"]


def test_an_unknown_code_is_an_answer_and_not_an_error(client):
    answer = client.get("/api/v1/verify?uscc=91350100M000100Y43")
    assert answer.status_code == 200
    assert answer.json["answer"] == "unknown"


def test_a_repeated_question_costs_a_304_until_the_register_moves(client, number):
    address = f"/api/v1/verify?licence={number}"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_credential_of_a_licence_that_is_not_there_is_not_found(client):
    assert client.get("/api/v1/credentials/L1999-000001").status_code == 404
    assert client.get("/api/v1/credentials/..%2Fx").status_code == 404
