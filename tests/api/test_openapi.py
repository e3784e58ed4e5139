"""The description of the API is what the API does."""

import json
from threading import Thread
from time import monotonic

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.test import TestResponse

from portal.api.openapi import BLANK, SUBJECTS, described_addresses, description
from portal.app import create_app
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.producers.queries import get_public_producer
from portal.register.actions import Actor, record
from tests.conftest import Visitor, settings_for
from tests.demonstration import show_demonstration
from tests.map_setting import lay_map
from tests.services.kept_states import once

# Where values of the right form are judged by more than their form (check digits, one of two): 400 is right.
JUDGED = {
    "/api/v1/verify": [positive_data_acceptance],
    "/api/v1/batches/{code}/check": [positive_data_acceptance],
}
CLERK = Actor("中宁县（演示）", 7)


@pytest.fixture
def shipped(app: Flask) -> Flask:
    """The register as shipped, with the map that set-up makes."""
    lay_map(app)
    once(load_register)
    return app


@pytest.fixture
def tried(shipped: Flask) -> Flask:
    """With the demonstration: licences, rosters and shares to give examples of."""
    show_demonstration()
    return shipped


@pytest.fixture
def api(shipped: Flask) -> FlaskClient:
    return shipped.test_client()


def _read(answer: TestResponse) -> object:
    return answer.json if answer.is_json else answer.text


def closed(schema: object) -> object:
    """The same schema, in which an object has no field that is not named: catches what is not described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(one) for name, one in schema.items()}
    if "properties" in inner and "additionalProperties" not in inner:
        inner["additionalProperties"] = False
    return inner


def test_every_public_address_of_the_api_is_described(app: Flask):
    described = {rule.rule for rule, _ in described_addresses(app)}
    reading = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and "GET" in rule.methods
    }
    assert reading - described == set()


def test_every_subject_of_the_description_has_a_name_in_both_languages(app: Flask):
    unnamed = {rule.endpoint.split(".")[0] for rule, _ in described_addresses(app)} - SUBJECTS.keys()
    assert unnamed == set()


def test_examples_of_writing_name_a_producer_of_the_demonstration(tried: Flask):
    for view in tried.view_functions.values():
        number = view.writes.example.get("producer") if hasattr(view, "writes") else None
        with tried.app_context():
            assert number is None or get_public_producer(number).demo, number


def test_every_example_answers_as_it_is_described(tried: Flask):
    api = tried.test_client()
    wrong = []
    for rule, said in described_addresses(tried):
        # A credential is of a licence, whose number is not known before: test_credentials.py.
        # What is each account's own has its tests in test_writing.py.
        credential = said.media == "application/vc+jwt"
        assert said.examples or credential or said.private, f"{rule.rule} has no example"
        check = Draft202012Validator(closed(said.answer))
        for example in said.examples:
            answer = api.get(example)
            if answer.status_code != 200 or answer.mimetype != said.media:
                wrong.append(f"{example}: {answer.status_code} {answer.mimetype}")
                continue
            faults = [f"{example}: {f.json_path} {f.message[:150]}" for f in check.iter_errors(_read(answer))]
            wrong += faults[:5]
    assert wrong == []


def test_the_description_is_a_valid_openapi_document_in_both_languages(shipped: Flask, api: FlaskClient):
    for language in ("zh", "en"):
        document = api.get(f"/api/openapi.json?lang={language}").json
        assert document["openapi"].startswith("3.1")
        schemathesis.openapi.from_dict(document).validate()
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    assert not [path for path in document["paths"] if BLANK.search(path)]


def test_an_unknown_repeated_or_wrong_parameter_is_refused_by_name(api: FlaskClient):
    for address, name in (
        ("/api/v1/log?colour=red", "colour"),
        ("/api/v1/log?limit=1&limit=2", "limit"),
        ("/api/v1/log?limit=", "limit"),
        ("/api/v1/regions?q=%00", "q"),
        ("/api/v1/regions?lang=fr", "lang"),
        ("/api/v1/regions?parent=64052", "parent"),
    ):
        answer = api.get(address)
        assert answer.status_code == 400, address
        assert set(answer.json["errors"]) == {name}


def test_the_page_can_be_read_and_its_forms_work_without_a_script(api: FlaskClient):
    page = api.get("/api/?lang=en").text
    assert "/api/v1/log/{number}/proof" in page
    answer = api.get("/api/try?operation=api_log.inclusion&number=1&size=1&lang=")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/api/v1/log/1/proof?size=1"
    assert api.get("/api/try?operation=api_log.inclusion").status_code == 400
    assert api.get("/api/try?operation=static").status_code == 404
    address = api.get("/api/try?operation=api_regions.region&adcode=//evil.example").headers["Location"]
    assert address == "/api/v1/regions/%2F%2Fevil%2Eexample"


def test_the_scripts_of_other_sites_may_read_what_is_public_and_nothing_else(api: FlaskClient):
    asking = {"Origin": "https://shop.example", "Access-Control-Request-Headers": "if-none-match"}
    before = api.options("/api/v1/gis", headers=asking)
    assert "If-None-Match" in before.headers["Access-Control-Allow-Headers"]
    for address in ("/api/v1/gis", "/api/v1/gis", "/data/gis.csv", "/ogc/collections"):
        answer = api.get(address, headers={"Origin": "https://shop.example"}, buffered=True)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for address in ("/", "/account/sign-in", "/office/", "/gi/zhongning-gouqi"):
        assert "Access-Control-Allow-Origin" not in api.get(address).headers


def test_someone_who_waits_is_answered_when_an_entry_comes(shipped: Flask, api: FlaskClient):
    newest = api.get("/api/v1/log/head").headers["X-Register-Version"]
    answers, began = [], monotonic()

    def wait() -> None:
        with shipped.app_context():
            answers.append(shipped.test_client().get(f"/api/v1/log?after={newest}&wait=20"))
            db.session.remove()

    waiting = Thread(target=wait)
    waiting.start()
    with shipped.app_context(), transaction():
        record(CLERK, "amended", "gi:gouqi", {"status": {"from": None, "to": "in_force"}})
    waiting.join(60)
    assert monotonic() - began < 15
    assert [item["subject"] for item in answers[0].json["items"]] == ["gi:gouqi"]
    assert answers[0].headers["Cache-Control"] == "no-store"


def test_too_many_requests_are_told_when_to_come_again(tmp_path, app: Flask, signing_key):
    extra = {"TESTING": True, "RATELIMIT_ENABLED": True, "API_LIMIT": "3 per minute"}
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    limited = create_app(settings_for(tmp_path, url, signing_key_file=signing_key, extra=extra))
    stranger = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    limited.test_client_class = Visitor
    with limited.app_context():
        visitor = limited.test_client()
        first = visitor.get("/api/v1/regions?q=a1", **stranger)
        assert first.headers["RateLimit-Policy"] == '"default";q=3;w=60'
        assert first.headers["RateLimit"].startswith('"default";r=2;t=')
        answers = [visitor.get(f"/api/v1/regions?q=b{n}", **stranger) for n in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        assert answers[-1].mimetype == "application/problem+json"
        # What a worker kept ready is not counted, and neither is this machine itself.
        assert visitor.get("/api/v1/regions?q=b0", **stranger).status_code == 200
        assert visitor.get("/api/v1/regions?q=c").status_code == 200
        db.session.remove()
        db.engine.dispose()


def test_schemathesis_finds_nothing(shipped: Flask):
    """Every address with made-up right and wrong parameters: no fault, no undescribed answer."""
    shipped.config["TESTING"] = True
    document = json.loads(json.dumps(description("en", "http://127.0.0.1:8000")))
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", shipped)
    assert set(document["paths"]) == set(schema.raw_schema["paths"])
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=15, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=JUDGED.get(case.path, []))

        ask()
