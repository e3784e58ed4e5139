"""/api/v1/verify as another program meets it."""

from datetime import timedelta

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.app import create_app
from portal.authorisation.licence_actions import change_state
from portal.authorisation.models import Licence
from portal.authorisation.queries import licences
from portal.authorisation.rules import LicenceStep
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.uscc import complete_uscc
from portal.producers.models import Producer
from portal.register.actions import PORTAL
from portal.register.queries import public_version
from portal.verification.rules import code_of
from tests.conftest import Visitor, settings_for
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


# ---- what the front desk answers by itself (portal/api/at_the_desk.py)

OWN = {"X-Request-Number", "Date"}


@pytest.fixture
def passed_on(app: Flask, client: FlaskClient) -> list[str]:
    """The desk has been shown how such answers look; the questions that it passes on from now on."""
    passed_on: list[str] = []
    app.before_request(lambda: passed_on.append(request.full_path))
    app.before_request_funcs[None].insert(0, app.before_request_funcs[None].pop())
    for headers in ({}, {"Accept-Language": "zh"}, {"Accept-Language": "en"}):
        client.get("/api/v1/verify?uscc=91350100M000100Y43", headers=headers)
    passed_on.clear()
    return passed_on


def code_of_firm() -> str:
    return db.session.scalars(select(Producer.uscc).where(Producer.name.contains("一号"))).one()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("query", ["", "&gi=zhongning-gouqi", "&gi=zhongning-gouqi&on=2020-01-01"])
def test_the_desk_says_what_the_view_says(app, client, number, passed_on, language, query):
    stranger = db.session.scalars(select(Producer.uscc).where(Producer.name.contains("二号"))).one()
    for place, code in enumerate((code_of_firm(), stranger, "91350100M000100Y43"), 1):
        address = f"/api/v1/verify?uscc={code}{query}"
        asking = {"Accept-Language": language}
        # Whoever asks in a way not seen yet is answered by the view.
        of_view = client.get(address, headers={"Accept-Language": f"{language};q=0.{place}"})
        assert len(passed_on) == 1
        of_desk = client.get(address, headers=asking)
        assert len(passed_on) == 1, "the desk has answered"
        assert of_desk.data == of_view.data
        told = [{(n, v) for n, v in answer.headers if n not in OWN} for answer in (of_desk, of_view)]
        assert told[0] == told[1]
        assert client.get(address, headers={**asking, "If-None-Match": of_desk.headers["ETag"]}).data == b""
        assert client.head(address, headers=asking).headers["Content-Length"] == str(len(of_view.data))
        passed_on.clear()


def test_at_the_desk_too_a_change_is_in_the_very_next_answer(app, client, number, passed_on):
    address = f"/api/v1/verify?uscc={code_of_firm()}"
    assert client.get(address).json["answer"] == "authorised"
    for step, answer in ((LicenceStep.SUSPEND, "suspended"), (LicenceStep.RESUME, "authorised")):
        with transaction():
            one = db.session.scalars(licences().where(Licence.number == number)).one()
            change_state(PORTAL, one, step, "抽查", "演示决〔2026〕9号", today(), now())
        said = client.get(address)
        assert said.json["answer"] == answer
        assert int(said.headers["X-Register-Version"]) == said.json["version"] == public_version()
    assert passed_on == []


@pytest.mark.parametrize(
    "query",
    [
        "uscc=91350100M000100Y44",
        "uscc=91350100M000100Y43&gi=nowhere",
        "uscc=91350100M000100Y43&on=2026-02-30",
        "uscc=91350100M000100Y43&uscc=91350100M000100Y43",
        "uscc=91350100M000100Y43&lang=en",
        "uscc=91350100m000100y43",
        "gi=x&uscc=91350100M000100Y43",
    ],
)
def test_what_is_not_asked_plainly_goes_on_to_the_view(client, number, passed_on, query):
    client.get(f"/api/v1/verify?{query}")
    assert len(passed_on) == 1


def test_the_desk_counts_in_the_same_books(tmp_path, app: Flask, signing_key):
    extra = {"TESTING": True, "RATELIMIT_ENABLED": True, "API_LIMIT": "3 per minute"}
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    limited = create_app(settings_for(tmp_path, url, signing_key_file=signing_key, extra=extra))
    stranger = {"environ_base": {"REMOTE_ADDR": "203.0.113.8"}}
    codes = [complete_uscc("91350100", f"M00010{n:02}") for n in range(5)]
    limited.test_client_class = Visitor
    with limited.app_context():
        visitor = limited.test_client()
        answers = [visitor.get(f"/api/v1/verify?uscc={code}", **stranger) for code in codes]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert [answer.headers["RateLimit"][:14] for answer in answers[:3]] == [
            f'"default";r={n};' for n in (2, 1, 0)
        ]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"default";q=3;w=60'}
        db.session.remove()
        db.engine.dispose()


def test_a_credential_of_a_licence_that_is_not_there_is_not_found(client):
    assert client.get("/api/v1/credentials/L1999-000001").status_code == 404
    assert client.get("/api/v1/credentials/..%2Fx").status_code == 404
