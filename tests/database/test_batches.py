"""Batches on both databases: balance kept, sent twice is one, hand-over, recall, and a tree of 10,000."""

from datetime import date, datetime, timedelta
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.rules import Role
from portal.batches import handovers, recalls
from portal.batches.actions import Made, Taken, Wanted, enter_event
from portal.batches.codes import is_miscopied
from portal.batches.models import Batch, BatchEvent, BatchPart
from portal.batches.queries import batches_by_code, get_public_batch
from portal.batches.rules import BatchState, HandoverState, Kind
from portal.batches.trace import Trace, Way, account_of, trace
from portal.db import db, transaction
from portal.lib.clock import CHINA, now
from portal.lib.problems import NotAllowed, Outdated, RuleBroken
from portal.register.models import Entry
from tests.conftest import gather_statistics
from tests.ledger_rows import a_gi, a_producer, an_account, licence, on_roster

DAY = datetime(2026, 8, 1, 9, tzinfo=CHINA)


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.grower, self.packer = a_producer("种植户", "household"), a_producer("包装厂")
            on_roster(self.gi, self.grower)
            on_roster(self.gi, self.packer)
            licence(self.gi, self.packer)
            self.wang = an_account(Role.PRODUCER, producer=self.grower)
            self.zhao = an_account(Role.PRODUCER, producer=self.packer)
            self.li = an_account(Role.PRODUCER)
            self.county, self.far = an_account(Role.COUNTY), an_account(Role.COUNTY, "150821")

    def harvest(self, grams: int = 100_000, lot: str | None = None) -> Batch:
        return self.enter(Kind.HARVEST, outputs=(Made(grams, "鲜果", lot),), indication=self.gi)[0]

    def enter(self, kind: Kind, account=None, producer=None, **said) -> list[Batch]:
        wanted = Wanted(kind, said.pop("at", DAY), **said)
        with transaction():
            event = enter_event(account or self.wang, producer or self.grower, wanted, now())
            return [part.batch for part in event.parts if part.role == "out"]


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def test_a_batch_is_found_by_the_code_it_was_given_however_its_check_character_was_made(world: World):
    made = (Made(100, "鲜果", None, "B26-DEM0GQ01C"),)
    earlier = world.enter(Kind.HARVEST, outputs=made, indication=world.gi)
    assert is_miscopied("B26-DEM0GQ01C")
    assert get_public_batch("b26-dem0gq01c").id == earlier[0].id
    assert list(batches_by_code(["B26-DEM0GQ01C"])) == ["B26-DEM0GQ01C"]


def left_of(batch: Batch) -> int:
    return db.session.scalar(select(Batch.grams_left).where(Batch.id == batch.id))


def refused(world: World, kind: Kind, **said) -> dict:
    with pytest.raises(RuleBroken) as problem:
        world.enter(kind, **said)
    return problem.value.fields


def test_drying_takes_from_the_stock_and_leaves_its_entry(world: World):
    fresh = world.harvest()
    made = world.enter(Kind.DRY, inputs=(Taken(fresh.code, 60_000),), outputs=(Made(15_000),), lost=45_000)
    assert left_of(fresh) == 40_000
    assert (made[0].grams, made[0].grams_left, made[0].goods) == (15_000, 15_000, "鲜果")
    entries = db.session.scalars(select(Entry).where(Entry.subject == fresh.subject)).all()
    assert [entry.verb for entry in entries] == ["made", "used"]
    assert not any(entry.public for entry in entries)


def test_more_out_than_in_or_than_is_left_changes_nothing(world: World):
    fresh = world.harvest(10_000)
    over = {"inputs": (Taken(fresh.code, 5_000),), "outputs": (Made(5_001),)}
    assert "outputs" in refused(world, Kind.DRY, **over)
    assert "inputs" in refused(world, Kind.SELL, inputs=(Taken(fresh.code, 10_001),), receiver="市场")
    assert left_of(fresh) == 10_000
    assert db.session.query(BatchEvent).count() == 1


def test_the_database_itself_refuses_to_go_below_nothing(world: World):
    fresh = world.harvest(10)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Batch).where(Batch.id == fresh.id).values(grams_left=-1))


def test_the_same_event_sent_twice_is_one_event(world: World):
    fresh = world.harvest(10_000)
    said = {"inputs": (Taken(fresh.code, 4_000),), "outputs": (Made(4_000),), "key": "n-1"}
    once = world.enter(Kind.PROCESS, **said)
    again = world.enter(Kind.PROCESS, **said)
    assert [batch.code for batch in once] == [batch.code for batch in again]
    assert left_of(fresh) == 6_000


def test_somebody_elses_batch_and_somebody_elses_producer_are_refused(world: World):
    fresh = world.harvest()
    with pytest.raises(NotAllowed):
        world.enter(Kind.LOSE, account=world.li, inputs=(Taken(fresh.code),), lost=1, note="坏了")
    fields = refused(
        world, Kind.LOSE, account=world.zhao, producer=world.packer,
        inputs=(Taken(fresh.code),), lost=1, note="坏了",
    )  # fmt: skip
    assert "inputs" in fields


def test_a_producer_that_is_on_no_roster_begins_nothing(world: World):
    with transaction():
        other = a_gi("bieguo")
    assert "gi" in refused(world, Kind.HARVEST, outputs=(Made(5, "果"),), indication=other)


def test_what_is_handed_over_is_the_receivers_when_it_says_so(world: World):
    fresh = world.harvest(10_000)
    with transaction():
        batch = batches_by_code([fresh.code])[fresh.code]
        one = handovers.offer(world.wang, batch, world.packer, 6_000, "", now())
    assert left_of(fresh) == 4_000
    with pytest.raises(NotAllowed), transaction():
        handovers.receive(world.li, one, 6_000, "", "", one.version, now())
    with pytest.raises(RuleBroken), transaction():
        handovers.receive(world.zhao, one, 6_001, "", "", one.version, now())
    with transaction():
        made = handovers.receive(world.zhao, one, 5_900, "R-1", "路上洒了一些", one.version, now())
    assert (made.producer_id, made.grams_left, made.goods) == (world.packer.id, 5_900, "鲜果")
    with pytest.raises((RuleBroken, Outdated)), transaction():
        handovers.receive(world.zhao, one, 5_900, "", "", one.version, now())
    found = account_of(trace([fresh.id], Way.FORWARD))
    assert (found.begun, found.lost, found.left, found.unexplained) == (10_000, 100, 9_900, 0)


def test_what_is_refused_is_the_senders_again(world: World):
    fresh = world.harvest(10_000)
    with transaction():
        batch = batches_by_code([fresh.code])[fresh.code]
        one = handovers.offer(world.wang, batch, world.packer, 6_000, "", now())
        assert account_of(trace([fresh.id], Way.FORWARD)).on_the_way == 6_000
    with transaction():
        handovers.refuse(world.zhao, one, "水分超标不收", one.version, now())
    assert left_of(fresh) == 10_000
    assert one.stands is HandoverState.REFUSED


def test_a_recall_reaches_all_that_was_made_and_stops_its_use(world: World):
    fresh, other = world.harvest(), world.harvest()
    made = world.enter(Kind.DRY, inputs=(Taken(fresh.code, 100_000),), outputs=(Made(20_000),), lost=80_000)
    with pytest.raises(NotAllowed), transaction():
        recalls.recall(world.far, fresh, "农残超标召回", now())
    with transaction():
        recalls.recall(world.county, fresh, "农残超标召回", now())
    assert db.session.get_one(Batch, made[0].id).stands is BatchState.RECALLED
    assert db.session.get_one(Batch, other.id).stands is BatchState.OPEN
    assert "inputs" in refused(world, Kind.SELL, inputs=(Taken(made[0].code, 5),), receiver="市场")
    world.enter(Kind.LOSE, inputs=(Taken(made[0].code),), lost=20_000, note="按召回销毁")
    entry = db.session.scalars(select(Entry).where(Entry.verb == "recalled")).one()
    assert entry.public
    with transaction():
        recalls.end_recall(world.county, db.session.get_one(Batch, fresh.id), "复检合格，解除", now())
    assert db.session.get_one(Batch, fresh.id).stands is BatchState.USED_UP


def test_a_mixed_tree_is_followed_both_ways_and_balances(world: World):
    one, two = world.harvest(30_000), world.harvest(50_000)
    ins = (Taken(one.code, 30_000), Taken(two.code, 20_000))
    joined = world.enter(Kind.JOIN, inputs=ins, outputs=(Made(50_000),))[0]
    small = world.enter(
        Kind.SPLIT, inputs=(Taken(joined.code, 45_000),), outputs=(Made(20_000), Made(25_000))
    )
    world.enter(Kind.SELL, inputs=(Taken(small[0].code, 20_000),), receiver="市场")
    forward, back = trace([one.id], Way.FORWARD), trace([small[1].id], Way.BACK)
    assert {line.code for line in forward.lines} == {one.code, joined.code, *(b.code for b in small)}
    assert {line.code for line in back.lines} == {small[1].code, joined.code, one.code, two.code}
    found = account_of(forward)
    assert (found.begun, found.brought_in, found.sold, found.left) == (30_000, 20_000, 20_000, 30_000)
    assert found.unexplained == 0


LARGE = 10_000


def grow(world: World, size: int) -> None:
    """A tree in which every batch is split in three, as rows."""
    root = world.harvest(3**12)
    common = {
        name: getattr(root, name)
        for name in ("indication_id", "producer_id", "goods", "year", "stage", "adcode", "created_at", "demo")
    } | {"version": 1, "made_on": date(2026, 8, 2), "lot": None}
    batches, events, parts = [], [], []
    for n in range(1, size):
        parent = (n - 1) // 3
        batches.append(common | {"id": root.id + n, "code": f"B{n:09d}", "grams": 3, "grams_left": 3})
        if (n - 1) % 3 == 0:
            events.append(
                {
                    "id": 1_000 + parent, "number": f"e{parent}", "kind": "split", "stage": "growing",
                    "indication_id": root.indication_id, "producer_id": root.producer_id,
                    "at": DAY + timedelta(minutes=parent), "adcode": root.adcode, "lost_grams": 0,
                    "details": {}, "recorded_at": DAY, "demo": False,
                }
            )  # fmt: skip
            parts.append({"event_id": 1_000 + parent, "batch_id": root.id + parent, "role": "in", "grams": 9})
        parts.append({"event_id": 1_000 + parent, "batch_id": root.id + n, "role": "out", "grams": 3})
    with transaction():
        for table, rows in ((Batch, batches), (BatchEvent, events), (BatchPart, parts)):
            db.session.execute(insert(table), rows)


def timed(start: list[int], way: Way) -> tuple[Trace, float]:
    """What is found, and the least processor time of three times."""
    least = []
    for _ in range(3):
        began = process_time()
        found = trace(start, way)
        least.append(process_time() - began)
    return found, min(least)


def test_a_tree_of_ten_thousand_is_followed_in_the_time_of_a_page(world: World):
    grow(world, LARGE)
    gather_statistics()
    first = db.session.scalar(select(Batch.id).order_by(Batch.id).limit(1))
    forward, whole = timed([first], Way.FORWARD)
    part, small = timed([first + 4], Way.FORWARD)
    back, _ = timed([first + LARGE - 1], Way.BACK)
    # Each line costs the same in a tree nine times as large: nothing is looked through again and again.
    assert whole / len(forward.lines) < 3 * small / len(part.lines)
    assert len(forward.lines) == LARGE
    assert 8 <= len(back.lines) <= 11
