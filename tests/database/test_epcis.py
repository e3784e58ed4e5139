"""EPCIS 2.0: what goes out is valid by the standard's schema, and what comes in is the same story."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from jsonschema import Draft7Validator, FormatChecker
from sqlalchemy import func, select

from portal.batches.actions import Made, Taken
from portal.batches.epcis_in import NO_SERIALS, read_document
from portal.batches.epcis_out import document
from portal.batches.epcis_storing import BEGUN_ELSEWHERE, FROM_ANOTHER, OF_ANOTHER, store_document
from portal.batches.handovers import offer, receive
from portal.batches.models import Batch, BatchEvent, Handover
from portal.batches.queries import events_of_many
from portal.batches.rules import Kind
from portal.batches.trace import Way, trace
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.producers.models import ProducerAccount
from tests.database.test_batches import DAY, World

SCHEMA = json.loads((Path(__file__).parents[1] / "data/epcis/EPCISDocument.schema.json").read_text())
BASE = "https://gi.example.test"
formats = FormatChecker(())


@formats.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+", value))


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def story(world: World) -> list[Batch]:
    """From the field to the market, in every kind of event that a person enters."""
    step = iter(range(1, 20))

    def at():
        return DAY + timedelta(hours=next(step))

    planted = world.enter(
        Kind.PLANT, at=at(), outputs=(Made(None, "枸杞园", "P-1"),), indication=world.gi, note="宁杞7号"
    )[0]
    world.enter(Kind.TEND, at=at(), inputs=(Taken(planted.code),), note="修剪")
    fresh = world.enter(
        Kind.HARVEST, at=at(), inputs=(Taken(planted.code),), outputs=(Made(100_000, "鲜果", "F-1"),)
    )[0]
    dried = world.enter(
        Kind.DRY, at=at(), inputs=(Taken(fresh.code, 100_000),), outputs=(Made(22_000, "干果"),), lost=78_000
    )[0]
    world.enter(Kind.MOVE, at=at(), inputs=(Taken(dried.code),), adcode="640521", place="3 号库")
    world.enter(Kind.STORE, at=at(), inputs=(Taken(dried.code),), lost=100)
    parts = world.enter(
        Kind.SPLIT, at=at(), inputs=(Taken(dried.code, 21_900),), outputs=(Made(10_000), Made(11_900))
    )
    joined = world.enter(
        Kind.JOIN, at=at(), inputs=tuple(Taken(p.code, p.grams) for p in parts), outputs=(Made(21_900),)
    )[0]
    packed = world.enter(
        Kind.PROCESS, at=at(), inputs=(Taken(joined.code, 21_900),), outputs=(Made(21_000, "袋装"),), lost=900
    )[0]
    world.enter(Kind.SELL, at=at(), inputs=(Taken(packed.code, 20_000),), receiver="市场")
    world.enter(Kind.LOSE, at=at(), inputs=(Taken(packed.code),), lost=500, note="破袋")
    return [planted, packed]


def exported(world: World, private: bool = True) -> dict:
    first, _ = story(world)
    ids = [line.id for line in trace([first.id], Way.FORWARD).lines]
    return document(events_of_many(ids), BASE, now(), private)


def test_what_goes_out_is_valid_by_the_schema_of_the_standard(world: World):
    said = exported(world)
    Draft7Validator.check_schema(SCHEMA)
    faults = list(Draft7Validator(SCHEMA, format_checker=formats).iter_errors(said))
    assert [fault.message[:200] for fault in faults] == []
    assert len(said["epcisBody"]["eventList"]) == 11
    assert {one["gi:producer"] for one in said["epcisBody"]["eventList"]} == {
        f"{BASE}/producers/{world.grower.number}"
    }
    broken = json.loads(json.dumps(said))
    broken["epcisBody"]["eventList"][0]["bizStep"] = "growing"
    assert not Draft7Validator(SCHEMA, format_checker=formats).is_valid(broken)


def test_the_public_is_not_told_receivers_and_notes(world: World):
    text = json.dumps(exported(world, private=False), ensure_ascii=False)
    assert "市场" not in text and "修剪" not in text and "3 号库" not in text


def unnamed(said: dict) -> dict:
    """The same story, as a system tells it that does not name the producer."""
    for one in said["epcisBody"]["eventList"]:
        one.pop("gi:producer", None)
    return said


def bring_in(world: World, said: dict, producer=None, account=None):
    events, faults = read_document(json.dumps(said))
    assert faults == {}
    with transaction():
        return store_document(account or world.zhao, producer or world.packer, events, world.gi, "果", now())


def test_what_went_out_comes_in_as_the_same_story_and_only_once(world: World):
    said = unnamed(exported(world))
    done = bring_in(world, said)
    assert (len(done.new), done.unchanged, done.left_out) == (11, 0, [])
    rows = db.session.execute(
        select(Batch.goods, Batch.grams, Batch.grams_left, Batch.stage, func.count())
        .group_by(Batch.goods, Batch.grams, Batch.grams_left, Batch.stage)
        .order_by(Batch.goods, Batch.grams)
    ).all()
    assert {row[-1] for row in rows} == {2}
    again = bring_in(world, said)
    assert (len(again.new), again.unchanged) == (0, 11)
    own = bring_in(world, said, world.grower, world.wang)
    assert (len(own.new), own.unchanged) == (0, 11)


def test_one_fault_stores_nothing_and_is_named_by_its_place(world: World):
    said = unnamed(exported(world))
    before = db.session.query(BatchEvent).count()
    events = said["epcisBody"]["eventList"]
    events[3]["outputQuantityList"][0]["quantity"] = 22_001
    read, faults = read_document(json.dumps(said))
    assert faults == {}
    with pytest.raises(RuleBroken) as broken, transaction():
        store_document(world.zhao, world.packer, read, world.gi, "果", now())
    assert list(broken.value.fields) == ["epcisBody.eventList[3]"]
    assert db.session.query(BatchEvent).count() == before
    events[2]["quantityList"] = events[2].pop("outputQuantityList")
    events[4]["eventTime"] = "gestern"
    events[5]["quantityList"][0]["uom"] = "LBR"
    events[5]["quantityList"][0]["quantity"] = 3
    _, faults = read_document(json.dumps(said))
    assert {"epcisBody.eventList[4].eventTime", "epcisBody.eventList[5].quantityList[0].uom"} <= set(faults)


def test_what_another_recorded_is_left_out_and_what_follows_from_it_says_so(world: World):
    said = exported(world)
    done = bring_in(world, said)
    assert (len(done.new), len(done.left_out)) == (0, 11)
    assert done.left_out[0][1] == OF_ANOTHER.format(number=world.grower.number)
    for one in said["epcisBody"]["eventList"][3:]:
        one.pop("gi:producer")
    with pytest.raises(RuleBroken) as broken:
        bring_in(world, said)
    assert broken.value.fields == {
        "epcisBody.eventList[3]": BEGUN_ELSEWHERE.format(place="epcisBody.eventList[2]", lot="F-1")
    }


def between_two(world: World) -> dict:
    """The grower harvests, the packer receives and dries: told by a system of another make."""

    def told(number: int, who, step: str, **said: object) -> dict:
        return foreign(number, step, **said) | {"gi:producer": f"https://x.test/producers/{who.number}"}

    turned = {"type": "TransformationEvent"}
    events = [
        told(1, world.grower, "creating_class_instance", action="ADD", quantityList=[of(field("F-1"), 100)]),
        told(2, world.packer, "receiving", **turned, inputQuantityList=[of(field("F-1"), 100)])
        | {"outputQuantityList": [of(field("R-1"), 99.5)], "gi:kind": "receive", "gi:lossGrams": 500},
        told(3, world.packer, "commissioning", **turned, inputQuantityList=[of(field("R-1"), 99.5)])
        | {"outputQuantityList": [of(field("D-1"), 25)], "gi:kind": "dry", "gi:lossGrams": 74_500},
    ]
    return {"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": events}}


def field(lot: str) -> str:
    return f"https://id.gs1.org/01/09521321000010/10/{lot}"


def stock(world: World) -> dict[str, tuple[int, int, int]]:
    rows = db.session.execute(select(Batch.lot, Batch.producer_id, Batch.grams, Batch.grams_left))
    return {lot: (producer_id, grams, left) for lot, producer_id, grams, left in rows}


def test_a_story_between_two_producers_comes_in_whole_where_one_acts_for_both(world: World):
    with transaction():
        both = ProducerAccount(account_id=world.zhao.id, producer_id=world.grower.id)
        both.since = DAY.date() - timedelta(days=900)
        db.session.add(both)
    said = between_two(world)
    done = bring_in(world, said)
    assert [one.kind_of for one in done.new] == [Kind.HARVEST, Kind.RECEIVE, Kind.DRY] and not done.left_out
    assert stock(world) == {
        "F-1": (world.grower.id, 100_000, 0),
        "R-1": (world.packer.id, 99_500, 0),
        "D-1": (world.packer.id, 25_000, 25_000),
    }
    assert done.new[1].at == done.new[0].at + timedelta(days=1) and done.new[1].lost_grams == 500
    passed = db.session.scalars(select(Handover)).one()
    assert (passed.state, passed.grams, passed.to_producer_id) == ("received", 100_000, world.packer.id)
    first = db.session.scalars(select(Batch.id).where(Batch.lot == "F-1")).one()
    assert len(trace([first], Way.FORWARD).lines) == 3
    again = bring_in(world, said)
    assert (len(again.new), again.unchanged, again.left_out) == (0, 3, [])


def test_what_another_hands_over_is_asked_for_by_its_number_and_then_the_rest_comes_in(world: World):
    said = between_two(world)
    with pytest.raises(RuleBroken) as broken:
        bring_in(world, said)
    place = "epcisBody.eventList[1]"
    assert broken.value.fields == {"epcisBody.eventList[2]": BEGUN_ELSEWHERE.format(place=place, lot="R-1")}
    assert stock(world) == {}
    alone = json.loads(json.dumps(said))
    alone["epcisBody"]["eventList"].pop()
    left = bring_in(world, alone).left_out
    assert left[1] == (place, FROM_ANOTHER.format(lot="R-1")) and stock(world) == {}
    at = datetime(2026, 8, 1, 1, tzinfo=UTC)
    made = (Made(100_000, "鲜果", "F-1"),)
    fresh = world.enter(Kind.HARVEST, at=at, outputs=made, indication=world.gi)[0]
    with transaction():
        one = offer(world.wang, fresh, world.packer, 100_000, "", at)
        receive(world.zhao, one, 99_500, "R-1", "途中洒落一袋", one.version, at + timedelta(days=1))
    done = bring_in(world, said)
    assert (len(done.new), done.unchanged, len(done.left_out)) == (1, 1, 1)
    assert stock(world)["D-1"] == (world.packer.id, 25_000, 25_000) and stock(world)["R-1"][2] == 0


SHOP = "urn:epc:id:pgln:0614141.00001"
LOT, BAGS = "urn:epc:class:lgtin:4012345.012345.998877", "https://id.gs1.org/01/09521321000010/10/LOT-7"


def foreign(number: int, step: str, **said: object) -> dict:
    event = {"eventID": f"ni:///sha-256;{number:064x}?ver=CBV2.0", "type": "ObjectEvent", "bizStep": step}
    return event | {"eventTime": f"2026-08-0{number}T09:00:00+08:00"} | said


def of(uri: str, amount: float) -> dict:
    return {"epcClass": uri, "quantity": amount, "uom": "KGM"}


def test_identifiers_and_steps_of_other_systems_are_understood(world: World):
    events = [
        foreign(1, "urn:epcglobal:cbv:bizstep:commissioning", action="ADD", quantityList=[of(LOT, 1_200)]),
        foreign(2, "https://ref.gs1.org/cbv/BizStep-storing", action="OBSERVE", quantityList=[of(LOT, 1200)]),
        foreign(
            3,
            "packing",
            type="TransformationEvent",
            inputQuantityList=[of(LOT, 1_200)],
            outputQuantityList=[of(BAGS, 1_199.5)],
        )
        | {"gi:lossGrams": 500},
        foreign(4, "shipping", action="DELETE", quantityList=[of(BAGS, 200)])
        | {"destinationList": [{"type": "owning_party", "destination": SHOP}]},
    ]
    said = {"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": events}}
    done = bring_in(world, said)
    assert [one.kind_of for one in done.new] == [Kind.HARVEST, Kind.STORE, Kind.PROCESS, Kind.SELL]
    assert done.new[-1].receiver == SHOP
    events[0] = foreign(5, "commissioning", action="ADD", epcList=["urn:epc:id:sgtin:0614141.107346.2018"])
    _, faults = read_document(json.dumps(said))
    assert faults == {"epcisBody.eventList[0].epcList": NO_SERIALS}


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"type": "EPCISDocument"}', b"[" * 100_000, b"NaN"]
)
def test_what_is_no_epcis_document_is_refused(app: Flask, content: bytes):
    events, faults = read_document(content)
    assert events == [] and len(faults) == 1
