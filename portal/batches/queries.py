"""Everything that reads batches. What lies outside a viewer's reach is not there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.authorisation.queries import acts_for, producers_of
from portal.batches.codes import is_miscopied, read_code
from portal.batches.models import (
    Batch,
    BatchEvent,
    BatchLabels,
    BatchPart,
    BatchRecall,
    BatchTest,
    Handover,
    Listing,
)
from portal.batches.rules import READERS, BatchState, HandoverState, Kind, Stage
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import stands_on, within

NO_BATCH = Text("没有这个批次", "There is no such batch")
COMPARE = Text("请对照包装逐位核对", "Compare it with the package, character by character")
MISCOPIED = Text(
    "没有这个批次，而且最后一位校验码不符：这个编码至少有一位抄错",
    "There is no such batch, and the last (check) character does not agree: at least one is miscopied",
)


# ---- who sees what


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("批次只对官员和审计员开放", "Batches are open to officials and auditors only"))
    return viewer.region


def _shown() -> Select[tuple[Batch]]:
    return (
        select(Batch)
        .join(Batch.producer)
        .join(Batch.indication)
        .options(contains_eager(Batch.producer), contains_eager(Batch.indication), joinedload(Batch.recall))
    )


def reach_of(viewer: Account, day: date) -> ColumnElement[bool]:
    """Which batches exist for this viewer: a producer's own; for officials those of their region."""
    if viewer.role is Role.PRODUCER:
        return Batch.producer_id.in_([one.id for one in producers_of(viewer, day)])
    if viewer.role in READERS and is_adcode(viewer.region):
        return within(Batch.adcode, viewer.region)
    return false()


def get_batch_for(viewer: Account, code: str, day: date) -> Batch:
    query = _shown().where(Batch.code == (read_code(code) or ""), reach_of(viewer, day))
    batch = db.session.scalar(query.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound(NO_BATCH)
    return batch


def find_batch(code: str) -> Batch | None:
    return db.session.scalar(_shown().where(Batch.code == (read_code(code) or "")))


def get_public_batch(code: str) -> Batch:
    """A batch can be seen by whoever has its code, which cannot be guessed."""
    batch = find_batch(code)
    if batch is None:
        written = read_code(code)
        raise NotFound(MISCOPIED if written and is_miscopied(written) else NO_BATCH, next_step=COMPARE)
    return batch


def batches_by_code(codes: Iterable[str]) -> dict[str, Batch]:
    wanted = {found for code in codes if (found := read_code(code))}
    query = _shown().where(Batch.code.in_(wanted)).execution_options(populate_existing=True)
    return {batch.code: batch for batch in db.session.scalars(query)}


def batches_by_lot(producer_id: int, lots: Iterable[str]) -> dict[str, Batch]:
    query = _shown().where(Batch.producer_id == producer_id, Batch.lot.in_(set(lots)))
    return {b.lot: b for b in db.session.scalars(query.execution_options(populate_existing=True))}


def batches_by_id(ids: Iterable[int]) -> dict[int, Batch]:
    return {batch.id: batch for batch in db.session.scalars(_shown().where(Batch.id.in_(set(ids))))}


# ---- lists


@dataclass(frozen=True)
class BatchFilter:
    gi: str = ""
    state: BatchState | None = None
    stage: Stage | None = None
    year: int | None = None
    text: str = ""
    sort: str = "-made"


SORTS = {
    "code": Batch.code,
    "goods": Batch.goods,
    "gi": Indication.pinyin,
    "producer": Producer.name,
    "made": Batch.made_on,
    "grams": Batch.grams,
    "left": Batch.grams_left,
}


def batches_for(viewer: Account, asked: BatchFilter, day: date) -> Select[tuple[Batch]]:
    query = _shown().where(reach_of(viewer, day))
    if asked.gi:
        query = query.where(Indication.slug == asked.gi)
    if asked.state is not None:
        query = query.where(_stands(asked.state))
    if asked.stage is not None:
        query = query.where(Batch.stage == asked.stage.value)
    if asked.year:
        query = query.where(Batch.year == asked.year)
    if asked.text:
        query = query.where(
            or_(
                Batch.code == (read_code(asked.text) or ""),
                Batch.lot.contains(asked.text, autoescape=True),
                Batch.goods.contains(asked.text, autoescape=True),
                Producer.search_text.contains(asked.text.lower(), autoescape=True),
            )
        )
    column = SORTS.get(asked.sort.lstrip("-"), Batch.made_on)
    return query.order_by(column.desc() if asked.sort.startswith("-") else column, Batch.id.desc())


def _stands(state: BatchState) -> ColumnElement[bool]:
    """rules.state_of as a condition."""
    if state is BatchState.RECALLED:
        return Batch.recall_id.is_not(None)
    well = Batch.recall_id.is_(None)
    if state is BatchState.GROWING:
        return well & Batch.grams.is_(None)
    return well & (Batch.grams_left > 0 if state is BatchState.OPEN else Batch.grams_left == 0)


def usable_batches(producer_id: int, indication_id: int, but: int | None = None) -> list[Batch]:
    """What a producer could put into one pot with a batch: of the same GI, with something left."""
    query = _shown().where(
        Batch.producer_id == producer_id,
        Batch.indication_id == indication_id,
        _stands(BatchState.OPEN),
        Batch.id != (but or 0),
    )
    return list(db.session.scalars(query.order_by(Batch.made_on.desc(), Batch.id.desc()).limit(100)))


# ---- one batch


def events_of(batch: Batch) -> list[BatchEvent]:
    """What happened to a batch, oldest first, with all that went in and came out beside it."""
    ids = select(BatchPart.event_id).where(BatchPart.batch_id == batch.id)
    return _events(BatchEvent.id.in_(ids))


def events_of_many(batch_ids: Sequence[int]) -> list[BatchEvent]:
    ids = select(BatchPart.event_id).where(BatchPart.batch_id.in_(batch_ids))
    return _events(BatchEvent.id.in_(ids))


def _events(condition: ColumnElement[bool]) -> list[BatchEvent]:
    query = (
        select(BatchEvent)
        .where(condition)
        .options(
            joinedload(BatchEvent.producer),
            selectinload(BatchEvent.parts).joinedload(BatchPart.batch).joinedload(Batch.producer),
        )
        .order_by(BatchEvent.at, BatchEvent.id)
    )
    return list(db.session.scalars(query).unique())


def was_received(batch: Batch) -> bool:
    """Whether it began with goods that somebody handed over."""
    query = select(BatchPart.id).join(BatchEvent, BatchEvent.id == BatchPart.event_id)
    began = query.where(BatchPart.batch_id == batch.id, BatchPart.role == "out")
    return db.session.scalar(began.where(BatchEvent.kind == Kind.RECEIVE.value).limit(1)) is not None


def find_event(producer_id: int, key: str) -> BatchEvent | None:
    query = select(BatchEvent).where(BatchEvent.producer_id == producer_id, BatchEvent.key == key)
    return db.session.scalar(query.options(selectinload(BatchEvent.parts).joinedload(BatchPart.batch)))


def tests_of(batch_ids: Iterable[int]) -> list[BatchTest]:
    query = select(BatchTest).where(BatchTest.batch_id.in_(set(batch_ids)), BatchTest.removed_on.is_(None))
    return list(db.session.scalars(query.order_by(BatchTest.tested_on, BatchTest.id)))


def get_test_for(viewer: Account, number: int, day: date) -> BatchTest:
    test = db.session.get(BatchTest, number)
    if test is None or test.removed_on is not None:
        raise NotFound(Text("没有这份检验报告", "There is no such report"))
    found = db.session.scalar(select(Batch.id).where(Batch.id == test.batch_id, reach_of(viewer, day)))
    if found is None:
        raise NotFound(Text("没有这份检验报告", "There is no such report"))
    return test


def get_public_test(code: str, number: int) -> BatchTest:
    batch, test = get_public_batch(code), db.session.get(BatchTest, number)
    if test is None or test.removed_on is not None or not test.public or test.batch_id != batch.id:
        raise NotFound(Text("没有公开的检验报告", "There is no public report of that number"))
    return test


def labels_of(batch_ids: Iterable[int]) -> list[BatchLabels]:
    query = select(BatchLabels).where(
        BatchLabels.batch_id.in_(set(batch_ids)), BatchLabels.ended_on.is_(None)
    )
    return list(db.session.scalars(query.order_by(BatchLabels.range_id, BatchLabels.first_number)))


def batch_of_label(range_id: int, number: int) -> Batch | None:
    """The batch that a label was put on, if its producer said so."""
    query = (
        _shown()
        .join(BatchLabels, BatchLabels.batch_id == Batch.id)
        .where(
            BatchLabels.range_id == range_id,
            BatchLabels.first_number <= number,
            BatchLabels.last_number >= number,
            BatchLabels.ended_on.is_(None),
        )
        .limit(1)
    )
    return db.session.scalar(query)


# ---- hand-over


def _handovers() -> Select[tuple[Handover]]:
    return select(Handover).options(
        joinedload(Handover.batch).joinedload(Batch.producer),
        joinedload(Handover.batch).joinedload(Batch.indication),
        joinedload(Handover.received),
        joinedload(Handover.receiver),
    )


def handovers_of(batch: Batch) -> list[Handover]:
    query = _handovers().where(Handover.batch_id == batch.id)
    return list(db.session.scalars(query.order_by(Handover.id.desc())))


def handovers_to(account: Account, day: date) -> list[Handover]:
    """What waits for this person's answer, oldest first."""
    if account.role is not Role.PRODUCER:
        return []
    mine = [one.id for one in producers_of(account, day)]
    query = _handovers().where(
        Handover.to_producer_id.in_(mine), Handover.state == HandoverState.OFFERED.value
    )
    return list(db.session.scalars(query.order_by(Handover.id)))


def get_handover_for(account: Account, number: int, day: date) -> Handover:
    """Only the two who hand over know of it."""
    one = db.session.scalar(
        _handovers().where(Handover.id == number).execution_options(populate_existing=True)
    )
    if one is None or not (
        acts_for(account, one.to_producer_id, day) or acts_for(account, one.batch.producer_id, day)
    ):
        raise NotFound(Text("没有这次交接", "There is no such hand-over"))
    return one


def find_receiver(typed: str) -> Producer | None:
    """A producer by its number or code, as the sender types it."""
    text = typed.strip().upper()
    query = select(Producer).where(
        or_(Producer.number == text, Producer.uscc == text), Producer.ended_on.is_(None)
    )
    return db.session.scalar(query.limit(1))


# ---- marketplaces and recalls


def listings_of(batch_ids: Iterable[int]) -> list[Listing]:
    query = select(Listing).where(Listing.batch_id.in_(set(batch_ids)), Listing.ended_on.is_(None))
    return list(db.session.scalars(query.order_by(Listing.id)))


def find_listing(batch_id: int, shop: str) -> Listing | None:
    query = select(Listing).where(
        Listing.batch_id == batch_id, Listing.shop == shop.strip(), Listing.ended_on.is_(None)
    )
    return db.session.scalar(query.limit(1))


def recalls_for(viewer: Account, day: date) -> list[tuple[BatchRecall, Batch]]:
    query = (
        select(BatchRecall, Batch)
        .join(Batch, Batch.code == BatchRecall.code)
        .where(reach_of(viewer, day), BatchRecall.ended_at.is_(None))
        .options(joinedload(Batch.producer), joinedload(Batch.indication))
        .order_by(BatchRecall.id.desc())
        .limit(50)
    )
    return [(recall, batch) for recall, batch in db.session.execute(query)]


# ---- where a producer may begin


def gis_of(producer_id: int, day: date) -> list[Indication]:
    """The GIs on whose rosters a producer stands: what it may open batches of."""
    query = (
        select(Indication)
        .join(RosterEntry, RosterEntry.indication_id == Indication.id)
        .where(RosterEntry.producer_id == producer_id, stands_on(day))
        .order_by(Indication.pinyin)
    )
    return list(db.session.scalars(query).unique())


def stands_on_roster(producer_id: int, indication_id: int, day: date) -> bool:
    query = select(RosterEntry.id).where(
        RosterEntry.producer_id == producer_id, RosterEntry.indication_id == indication_id, stands_on(day)
    )
    return db.session.scalar(query.limit(1)) is not None
