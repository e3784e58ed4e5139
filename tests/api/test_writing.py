"""Writing with a token: the same rules as the pages, and nothing happens twice."""

from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import func, select, update

from portal.accounts.models import Account
from portal.accounts.rules import Role, Scope
from portal.accounts.sessions import TOKEN_PATHS
from portal.accounts.tokens import create_token
from portal.api.models import KeptRequest
from portal.api.shapes.writing import PARTS, RETURNS
from portal.api.writing import forget_old
from portal.authorisation.models import UsageRecord
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.register.models import Entry
from portal.returns.models import AnnualReturn
from tests.ledger_rows import a_gi, a_producer, an_account, enter, licence, on_roster

YEAR = today().year - 1


def token_of(account: Account, *scopes: Scope) -> dict[str, str]:
    with transaction():
        row = db.session.get_one(Account, account.id)
        token = create_token(row, "程序", list(scopes), today() + timedelta(days=30), today(), now())
    return {"Authorization": f"Bearer {token}"}


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi, self.firm = a_gi("hongguo"), a_producer("红果公司")
            on_roster(self.gi, self.firm)
            self.kept = licence(self.gi, self.firm)
            self.wang = an_account(Role.PRODUCER, producer=self.firm)
            self.li = an_account(Role.PRODUCER)
            self.county, self.far = an_account(Role.COUNTY), an_account(Role.COUNTY, "150821")
        self.mine = token_of(self.wang, Scope.READ, Scope.RETURNS)
        self.body = {
            "gi": "hongguo",
            "producer": self.firm.number,
            "year": YEAR,
            "value_fen": 500_000,
            "mark_value_fen": 400_000,
            "submit": True,
        }


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_return_is_filed_once_however_often_it_is_sent(client: FlaskClient, world: World):
    headers = world.mine | {"Idempotency-Key": "a-1"}
    first = client.post("/api/v1/returns", json=world.body, headers=headers)
    assert first.status_code == 200, first.json
    assert first.json["state"] == "submitted" and first.json["value_fen"] == 500_000
    entries = count(Entry)
    again = client.post("/api/v1/returns", json=world.body, headers=headers)
    assert again.json == first.json and again.headers["Idempotency-Replayed"] == "true"
    assert count(Entry) == entries and count(AnnualReturn) == 1
    other = client.post("/api/v1/returns", json=world.body | {"value_fen": 1}, headers=headers)
    assert other.status_code == 409 and other.mimetype == "application/problem+json"
    assert "Idempotency-Replayed" not in first.headers


def test_what_was_refused_may_be_sent_again_with_the_same_key(client: FlaskClient, world: World):
    headers = world.mine | {"Idempotency-Key": "b-1"}
    wrong = client.post("/api/v1/returns", json=world.body | {"mark_value_fen": None}, headers=headers)
    assert wrong.status_code == 400 and "mark_value_fen" in wrong.json["errors"]
    assert count(AnnualReturn) == count(KeptRequest) == 0
    assert client.post("/api/v1/returns", json=world.body, headers=headers).status_code == 200


def test_two_at_once_with_one_key_are_one(app: Flask, world: World):
    headers, answers = world.mine | {"Idempotency-Key": "c-1"}, []
    sent = {"note": "红果小包装，约两万盒"}

    def send() -> None:
        with app.app_context():
            address = f"/api/v1/licences/{world.kept.number}/uses"
            answers.append(app.test_client().post(address, json=sent, headers=headers))
            db.session.remove()

    world.kept.number  # noqa: B018 - read before the threads begin
    both = [Thread(target=send) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert [one.status_code for one in answers] == [200, 200], [one.json for one in answers]
    assert count(UsageRecord) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"year": "2025"}, "year"),
        ({"year": True}, "year"),
        ({"value_fen": -1}, "value_fen"),
        ({"value_fen": 1.5}, "value_fen"),
        ({"gi": None}, "gi"),
        ({"submit": "yes"}, "submit"),
        ({"note": "a\x00b"}, "note"),
    ],
)
def test_a_wrong_field_is_refused_by_name(client: FlaskClient, world: World, change, field):
    answer = client.post("/api/v1/returns", json=world.body | change, headers=world.mine)
    assert answer.status_code == 400 and set(answer.json["errors"]) == {field}
    assert count(AnnualReturn) == 0


def test_a_body_that_is_none_and_a_key_that_is_none_are_refused(client: FlaskClient, world: World):
    for sent in ({"data": b"{"}, {"data": b"{", "content_type": "application/json"}, {"json": [1]}):
        assert client.post("/api/v1/returns", headers=world.mine, **sent).status_code == 400
    for key in ("", "a b", "x" * 201):
        answer = client.post(
            "/api/v1/returns", json=world.body, headers=world.mine | {"Idempotency-Key": key}
        )
        assert "Idempotency-Key" in answer.json["errors"], key


def test_strangers_narrow_tokens_and_browsers_write_nothing(client: FlaskClient, app: Flask, world: World):
    assert client.post("/api/v1/returns", json=world.body).status_code == 401
    narrow = token_of(world.wang, Scope.READ, Scope.BATCHES)
    assert client.post("/api/v1/returns", json=world.body, headers=narrow).status_code == 403
    others = token_of(world.li, Scope.READ, Scope.RETURNS)
    assert client.post("/api/v1/returns", json=world.body, headers=others).status_code == 404
    browser = enter(app.test_client(), world.wang)
    assert browser.post("/api/v1/returns", json=world.body).status_code == 403
    assert count(AnnualReturn) == 0


def test_a_program_without_a_good_token_is_told_so_and_not_that_a_form_ran_out(app: Flask, world: World):
    """Forms are checked as when people use the portal."""
    app.config["WTF_CSRF_ENABLED"] = True
    program, browser = app.test_client(), enter(app.test_client(), world.wang)
    for headers, said in (({}, "needs a personal"), ({"Authorization": "Bearer gip_x"}, "wrong, ended or")):
        answer = program.post("/api/v1/returns?lang=en", json=world.body, headers=headers)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
        assert said in answer.json["detail"] and "Access tokens" in answer.json["next"]
    only = browser.post("/api/v1/returns?lang=en", json=world.body)
    assert only.status_code == 403 and "Access tokens" in only.json["next"]
    assert program.post("/api/v1/returns", json=world.body, headers=world.mine).status_code == 200


def test_every_address_of_programs_that_changes_something_takes_a_token_only(app: Flask):
    """No form is checked there, so a cookie must do nothing."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(TOKEN_PATHS) and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            assert hasattr(app.view_functions[rule.endpoint], "writes"), rule.rule


def test_the_example_of_events_can_be_sent_as_it_stands(client: FlaskClient, world: World):
    example = client.application.view_functions["api_own.capture_events"].writes.example
    sent = example | {"producer": world.firm.number, "gi": "hongguo"}
    answer = client.post(
        "/api/v1/batches/events", json=sent, headers=token_of(world.wang, Scope.READ, Scope.BATCHES)
    )
    assert (answer.status_code, answer.json["events"], answer.json["left_out"]) == (200, 1, [])


def test_a_token_reads_the_number_and_version_that_the_next_step_names(client: FlaskClient, world: World):
    assert client.get("/api/v1/returns").status_code == 401
    client.post("/api/v1/returns", json=world.body, headers=world.mine)
    county = token_of(world.county, Scope.READ, Scope.OFFICE)
    for headers in (world.mine, county):
        answer = client.get(f"/api/v1/returns?year={YEAR}&state=submitted&gi=hongguo", headers=headers)
        Draft202012Validator(RETURNS).validate(answer.json)
        assert answer.headers["Cache-Control"] == "private, no-store"
    seen = answer.json["items"][0]
    done = client.post(
        f"/api/v1/returns/{seen['id']}/accept", json={"version": seen["version"]}, headers=county
    )
    assert done.status_code == 200 and done.json["state"] == "accepted"
    far = token_of(world.far, Scope.READ)
    others = token_of(world.li, Scope.READ)
    for headers in (far, others):
        assert client.get("/api/v1/returns", headers=headers).json["total"] == 0
    held = client.get("/api/v1/labels/parts", headers=world.mine).json
    Draft202012Validator(PARTS).validate(held)
    assert held["total"] == 0


def test_every_refusal_says_what_to_do(client: FlaskClient, world: World):
    mine = world.mine
    stranger = token_of(world.li, Scope.READ, Scope.RETURNS)
    used = f"/api/v1/licences/{world.kept.number}/uses"
    for address, body, headers, status in (
        ("/api/v1/returns", world.body | {"producer": "91640521XXXXXXXXXX"}, mine, 404),
        ("/api/v1/returns", world.body | {"year": YEAR + 20}, mine, 400),
        ("/api/v1/returns", world.body | {"gi": "none"}, mine, 404),
        ("/api/v1/licences/L1999-000001/uses", {"note": "红果小包装，约两万盒"}, mine, 404),
        (used, {"note": "红果小包装，约两万盒"}, stranger, 403),
        (used, {"note": "x"}, mine, 400),
        ("/api/v1/returns/99/accept", {"version": 1}, token_of(world.county, Scope.READ, Scope.OFFICE), 404),
    ):
        answer = client.post(address, json=body, headers=headers)
        assert answer.status_code == status, answer.json
        assert answer.json.get("next") or answer.json.get("errors"), answer.json


def test_an_unknown_parameter_is_refused_where_something_is_written_too(client: FlaskClient, world: World):
    answer = client.post("/api/v1/returns?subnit=1", json=world.body, headers=world.mine)
    assert answer.status_code == 400 and "subnit" in answer.json["errors"]


def test_the_county_accepts_what_it_saw_and_another_county_finds_nothing(client: FlaskClient, world: World):
    filed = client.post("/api/v1/returns", json=world.body, headers=world.mine).json
    address, seen = f"/api/v1/returns/{filed['id']}/accept", {"version": filed["version"]}
    far = token_of(world.far, Scope.READ, Scope.OFFICE)
    assert client.post(address, json=seen, headers=far).status_code == 404
    county = token_of(world.county, Scope.READ, Scope.OFFICE)
    assert client.post(address, json={"version": 99}, headers=county).status_code == 409
    accepted = client.post(address, json=seen, headers=county)
    assert accepted.status_code == 200 and accepted.json["state"] == "accepted"
    assert client.post(
        f"/api/v1/returns/{filed['id']}/send-back", json=seen | {"reason": "请核对产量"}, headers=county
    ).status_code in (400, 409)


def test_a_document_that_is_no_epcis_says_where(client: FlaskClient, world: World):
    token = token_of(world.wang, Scope.READ, Scope.BATCHES)
    body = {"producer": world.firm.number, "gi": "hongguo", "document": {"type": "x"}}
    answer = client.post("/api/v1/batches/events", json=body, headers=token)
    assert answer.status_code == 400 and set(answer.json["errors"]) == {"document.type"}


def test_answers_are_forgotten_after_a_week(client: FlaskClient, world: World):
    client.post("/api/v1/returns", json=world.body, headers=world.mine | {"Idempotency-Key": "d"})
    assert forget_old() == 0
    with transaction():
        db.session.execute(update(KeptRequest).values(at=now() - timedelta(days=8)))
    assert forget_old() == 1
