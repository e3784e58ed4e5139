"""A made-up story of goji berries across all six stages, marked 演示 (DEMO), and one recall."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

from flask import current_app
from sqlalchemy import ColumnElement, func, select

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.batches.actions import Made, Taken, Wanted, store_event
from portal.batches.codes import with_check
from portal.batches.handovers import store_received
from portal.batches.listings import verify_quantity
from portal.batches.models import Batch, Handover, Listing
from portal.batches.papers import attach_test
from portal.batches.queries import find_batch
from portal.batches.rules import HandoverState, Kind, Result
from portal.catalogue.models import Indication
from portal.catalogue.queries import find_indication
from portal.db import db
from portal.lib.clock import CHINA
from portal.papers.files import read_paper
from portal.producers.models import Producer, ProducerAccount, RosterEntry
from portal.producers.queries import stands_on
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal

GI = "zhongning-gouqi"
MARK = "（演示）"
# The packed goods of the first story; examples name them.
SHOWN_CODE = with_check("B26-DEM0GQ01")
PACKED = "B-01"
PACKED_GOODS = Batch.lot.startswith(PACKED)
WAREHOUSE, CITY = "640502", "640104"


def load_demo_batches(today: date, now: datetime) -> int:
    """From a planting to what is sold, with a delivery that waits for its receiver; again only after it was
    removed."""
    indication, people = find_indication(GI), _people(today)
    if indication is None or people is None or is_loaded(Batch, Batch.demo):
        return 0
    grower, packer, packers = people
    before, times = _how_many(), _how_many(PACKED_GOODS)
    story = Story(indication, grower, now, times)
    fresh = story.grow()
    arrived = story.hand_over(fresh, packer)
    Story(indication, packer, now, times).make(arrived, packers)
    _wait_for_answer(story, packer)
    return _how_many() - before


def shown_batch() -> Batch | None:
    """The packed goods of the newest story."""
    query = select(Batch.code).where(Batch.demo, PACKED_GOODS).order_by(Batch.id.desc())
    code = db.session.scalar(query.limit(1))
    return find_batch(code) if code else None


def _how_many(*which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Batch).where(Batch.demo, *which))


def _people(today: date) -> tuple[Producer, Producer, Account] | None:
    """A co-operative that grows, and the firm that producer@demo acts for, which dries and packs."""
    account = find_account_by_email("producer@demo")
    if account is None:
        return None
    own = select(ProducerAccount.producer_id).where(ProducerAccount.account_id == account.id)
    packer = db.session.scalar(select(Producer).where(Producer.id.in_(own), Producer.demo).limit(1))
    grower = db.session.scalar(
        select(Producer)
        .join(RosterEntry, RosterEntry.producer_id == Producer.id)
        .join(Indication, Indication.id == RosterEntry.indication_id)
        .where(Indication.slug == GI, stands_on(today), Producer.demo, Producer.kind == "cooperative")
        .order_by(Producer.id)
        .limit(1)
    )
    return (grower, packer, account) if grower and packer else None


class Story:
    """What one producer does, step by step, on days of this and last season. A producer gives the number of
    a lot once, and a code is given once: `times` says how often all this was told before."""

    def __init__(self, indication: Indication, producer: Producer, now: datetime, times: int):
        self.indication, self.producer, self.now, self.times = indication, producer, now, times

    def lot(self, number: str) -> str:
        return f"{number}/{self.times + 1}" if self.times else number

    def enter(self, kind: Kind, days_ago: int, **said: object) -> list[Batch]:
        day = self.now.astimezone(CHINA).date() - timedelta(days=days_ago)
        at = datetime.combine(day, time(9), CHINA)
        event = store_event(PORTAL, self.producer, Wanted(kind, at, **said), self.now)
        return [part.batch for part in event.parts if part.role == "out"]

    def grow(self) -> Batch:
        planted = self.enter(
            Kind.PLANT, 240, outputs=(Made(None, f"枸杞园{MARK}", self.lot("Z-01")),),
            indication=self.indication, note=f"宁杞 7 号{MARK}",
        )[0]  # fmt: skip
        for days, work in ((200, "修剪"), (150, "水肥"), (128, "绿色防控")):
            self.enter(Kind.TEND, days, inputs=(Taken(planted.code),), note=f"{work}{MARK}")
        fresh = self.enter(
            Kind.HARVEST, 110, inputs=(Taken(planted.code),),
            outputs=(
                Made(5_200_000, f"枸杞鲜果{MARK}", self.lot("X-01")),
                Made(4_800_000, f"枸杞鲜果{MARK}", self.lot("X-02")),
            ),
        )  # fmt: skip
        joined = self.enter(
            Kind.JOIN, 110, inputs=tuple(Taken(one.code, one.grams) for one in fresh),
            outputs=(Made(10_000_000, f"枸杞鲜果{MARK}", self.lot("X-03")),),
        )  # fmt: skip
        return joined[0]

    def hand_over(self, fresh: Batch, packer: Producer) -> Batch:
        at = self.now - timedelta(days=109)
        one = Handover(
            batch=fresh, batch_id=fresh.id, to_producer_id=packer.id, receiver=packer, grams=9_500_000,
            state=HandoverState.RECEIVED.value, offered_at=at, answered_at=at, answer=f"途中破损{MARK}",
        )  # fmt: skip
        fresh.grams_left -= one.grams
        db.session.add(one)
        one.received = store_received(PORTAL, one, 9_480_000, self.lot("S-01"), f"途中破损{MARK}", at)
        return one.received

    def make(self, arrived: Batch, account: Account) -> None:
        dried = self.enter(
            Kind.DRY, 107, inputs=(Taken(arrived.code, 9_480_000),),
            outputs=(Made(2_100_000, f"枸杞干果{MARK}", self.lot("G-01")),), lost=7_380_000,
            note=f"热风制干{MARK}",
        )[0]  # fmt: skip
        self._test(dried, account, 106, "水分、二氧化硫")
        self.enter(
            Kind.STORE, 105, inputs=(Taken(dried.code),), adcode=WAREHOUSE, place=f"冷库{MARK}", lost=4_000
        )
        code = None if self.times else SHOWN_CODE
        packed = self.enter(
            Kind.PROCESS, 80, inputs=(Taken(dried.code, 2_096_000),),
            outputs=(
                Made(1_500_000, f"枸杞 500 克袋装{MARK}", self.lot(PACKED), code),
                Made(560_000, f"枸杞 250 克罐装{MARK}", self.lot("B-02")),
            ),
            lost=36_000, note=f"色选、分级、包装{MARK}",
        )  # fmt: skip
        self._test(packed[0], account, 79, "农药残留、重金属")
        self.enter(Kind.MOVE, 60, inputs=(Taken(packed[0].code),), adcode=CITY, place=f"物流园{MARK}")
        shop = verify_quantity(account, packed[0], f"示例商城{MARK}", f"示例旗舰店{MARK}", 400_000, self.now)
        self._sell(packed[0], 350_000, f"示例商城{MARK}", shop)
        gone = verify_quantity(account, packed[1], f"示例商城{MARK}", f"示例旗舰店{MARK}", 60_000, self.now)
        self._sell(packed[1], 60_000, f"示例商城{MARK}", gone)
        self.enter(
            Kind.SELL, 30, inputs=(Taken(packed[0].code, 600_000),), receiver=f"示例超市{MARK}", adcode=CITY
        )

    def _sell(self, batch: Batch, grams: int, receiver: str, listing: Listing) -> None:
        self.enter(
            Kind.SELL, 30, inputs=(Taken(batch.code, grams),), receiver=receiver, adcode=CITY, listing=listing
        )

    def _test(self, batch: Batch, account: Account, days_ago: int, subject: str) -> None:
        today = self.now.astimezone(CHINA).date()
        said = {
            "tested_on": today - timedelta(days=days_ago),
            "laboratory": f"示例检测机构{MARK}",
            "subject": f"{subject}{MARK}",
            "result": Result.PASSED,
            "public": True,
        }
        paper = read_paper("demo-report.png", _picture(subject))
        attach_test(account, batch, paper, said, current_app.config["SETTINGS"].data_dir, today, self.now)


def _picture(subject: str) -> bytes:
    """A sheet that says it is no real report."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (600, 840), "#f8f5ec")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((30, 30, 570, 810), outline="#1f1d1a", width=2)
    draw.text((60, 80), f"DEMO test report, not real ({len(subject)})", fill="#1f1d1a")
    kept = BytesIO()
    sheet.save(kept, "PNG")
    return kept.getvalue()


def _wait_for_answer(story: Story, packer: Producer) -> None:
    """A second picking that was handed over and waits."""
    picked = (Made(3_000_000, f"枸杞鲜果{MARK}", story.lot("X-11")),)
    made = story.enter(Kind.HARVEST, 96, outputs=picked, indication=story.indication)[0]
    made.grams_left -= 1_200_000
    db.session.add(
        Handover(
            batch=made,
            batch_id=made.id,
            to_producer_id=packer.id,
            receiver=packer,
            grams=1_200_000,
            state=HandoverState.OFFERED.value,
            offered_at=story.now,
            note=f"第二茬{MARK}",
        )  # fmt: skip
    )


def remove_demo_batches(today: date, now: datetime) -> int:
    """What is left of the made-up goods is written off; rows stay, as what happened stays in the log."""
    ended = 0
    for listing in _demo(Listing):
        if listing.ended_on is None:
            listing.ended_on = today
            ended += 1
    for one in _demo(Handover):
        if one.stands is HandoverState.OFFERED:
            db.session.get_one(Batch, one.batch_id).grams_left += one.grams
            one.state, one.answered_at = HandoverState.TAKEN_BACK.value, now
    for batch in db.session.scalars(select(Batch).where(Batch.demo, Batch.grams_left > 0)).all():
        wanted = Wanted(
            Kind.LOSE, now, inputs=(Taken(batch.code),), lost=batch.grams_left, note=f"演示数据已移除{MARK}"
        )
        store_event(PORTAL, db.session.get_one(Producer, batch.producer_id), wanted, now)
        ended += 1
    if ended:
        record(PORTAL, "ended", "batch:demo", {}, public=False)
    note_removal(Batch)
    return ended


def _demo(kind: type[Listing] | type[Handover]) -> Iterator[Listing | Handover]:
    query = select(kind).join(Batch, Batch.id == kind.batch_id).where(Batch.demo)
    return iter(db.session.scalars(query).all())
