"""Batches for programs: the story, the check of a marketplace, what is sold out, and the balance."""

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from portal.api.shapes.batches import BALANCE, BATCH, CHECK
from portal.batches.actions import Made, Taken
from portal.batches.listings import verify_quantity
from portal.batches.queries import find_batch
from portal.batches.rules import Kind
from portal.db import transaction
from portal.lib.clock import now
from tests.database.test_batches import World


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def fits(schema: dict, body: object) -> bool:
    return not list(Draft202012Validator(schema).iter_errors(body))


def test_a_batch_tells_its_story_without_names_of_households(client, world: World):
    fresh = world.harvest()
    dried = world.enter(Kind.DRY, inputs=(Taken(fresh.code, 100_000),), outputs=(Made(20_000),), lost=80_000)
    answer = client.get(f"/api/v1/batches/{dried[0].code}")
    body = answer.json
    assert fits(BATCH, body)
    assert [one["stage"] for one in body["stages"] if one["recorded"]] == ["growing", "drying"]
    assert (body["producer"], body["producer_number"], body["authorised"]) == (None, None, False)
    again = client.get(f"/api/v1/batches/{dried[0].code}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/api/v1/batches/B26-000000000").status_code == 404


def test_a_marketplace_is_told_what_may_be_sold(client, world: World):
    made = world.enter(
        Kind.HARVEST, account=world.zhao, producer=world.packer, outputs=(Made(9_000, "袋装"),),
        indication=world.gi,
    )[0]  # fmt: skip
    with transaction():
        shop = verify_quantity(world.zhao, find_batch(made.code), "平台", "甲店", 4_000, now())
    asked = f"/api/v1/batches/{made.code}/check"
    body = client.get(asked, query_string={"shop": "甲店"}).json
    assert fits(CHECK, body) and (body["answer"], body["left_g"]) == ("available", 4_000)
    assert client.get(asked, query_string={"seller": world.grower.number}).json["answer"] == "not_theirs"
    assert client.get(asked).status_code == 400
    unknown = client.get("/api/v1/batches/B26-000000000/check?seller=x").json
    assert fits(CHECK, unknown) and unknown["answer"] == "unknown"
    sold = {"inputs": (Taken(made.code, 4_000),), "receiver": "网店", "listing": shop}
    world.enter(Kind.SELL, account=world.zhao, producer=world.packer, **sold)
    assert client.get(asked, query_string={"shop": "甲店"}).json["answer"] == "sold_out"
    # The first day of all began in China before the first instant that can be stored.
    for since in ("", "?since=0001-01-01", "?since=2026-01-01"):
        assert client.get(f"/api/v1/batches/sold-out{since}").json["items"][0]["shop"] == "甲店"
    assert client.get("/api/v1/batches/sold-out?since=9999-12-31").json["items"] == []


def test_a_balance_of_nothing_has_no_figures(client, world: World):
    body = client.get("/api/v1/gis/hongguo/balance").json
    assert fits(BALANCE, body) and body["shown"] is False and body["issued_g"] is None
    assert client.get("/api/v1/gis/nothing/balance").status_code == 404
