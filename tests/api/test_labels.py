"""Labels through the API: what a number is, asking once for a key, stating what became of a piece."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import Account
from portal.accounts.rules import Scope
from portal.accounts.tokens import create_token
from portal.db import db, transaction
from portal.labels.codes import printed
from portal.labels.lookup import codes_of
from portal.labels.models import LabelRequest
from portal.lib.clock import now, today
from tests.label_desk import YEAR, Desk, issued, prepare, the_part


@pytest.fixture
def desk(app: Flask) -> Desk:
    return prepare()


def token_of(account: Account) -> dict[str, str]:
    with transaction():
        row = db.session.get_one(Account, account.id)
        until = today() + timedelta(days=30)
        token = create_token(row, "程序", [Scope.READ, Scope.BATCHES], until, today(), now())
    return {"Authorization": f"Bearer {token}"}


def test_a_request_is_made_once_for_each_key(client, desk):
    mine = token_of(desk.wang) | {"Idempotency-Key": "one"}
    body = {"licence": desk.licence.number, "year": YEAR, "count": 100, "grams_each": 500}
    first, again = (client.post("/api/v1/labels/requests", json=body, headers=mine) for _ in range(2))
    assert first.status_code == 200 and first.json == again.json
    assert db.session.query(LabelRequest).count() == 1
    too_many = client.post(
        "/api/v1/labels/requests", json=body | {"count": 7000}, headers=token_of(desk.wang)
    )
    assert too_many.status_code == 400 and "count" in too_many.json["errors"]
    assert client.post("/api/v1/labels/requests", json=body, headers=token_of(desk.packer)).status_code == 404


def test_labels_are_put_in_use_and_anyone_reads_what_a_number_is(client, desk):
    one = issued(desk, 10, 500)
    code = printed(next(iter(codes_of(one, 3, 3))))
    assert client.get(f"/api/v1/labels/{code}").json["answer"] == "not_in_use"
    part, mine = the_part(one.id), token_of(desk.wang)
    body = {"state": "used", "first": 1, "last": 4, "version": part.version}
    done = client.post(f"/api/v1/labels/parts/{part.id}", json=body, headers=mine)
    assert (done.json["first"], done.json["last"], done.json["state"]) == (1, 4, "used")
    told = client.get(f"/api/v1/labels/{code}")
    assert told.json["answer"] == "genuine" and told.json["grams_each"] == 500
    stale = client.post(f"/api/v1/labels/parts/{part.id}", json=body | {"version": 99}, headers=mine)
    assert stale.status_code == 409
    assert client.get("/api/v1/labels/0000-0000-000").json["answer"] == "unknown"
    assert client.get("/api/v1/labels/0000-0000-001").status_code == 404
