"""Everything that happens to a batch. One way in for pages, files, programs and EPCIS documents.

An entry says what happened to which batch; weights, receivers and notes are sealed beside it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.accounts.models import Account
from portal.authorisation.queries import acts_for
from portal.batches import words  # noqa: F401 - gives the entries written here their words
from portal.batches.codes import new_code, read_code
from portal.batches.models import Batch, BatchEvent, BatchPart, Listing
from portal.batches.queries import (
    batches_by_code,
    batches_by_lot,
    find_event,
    stands_on_roster,
)
from portal.batches.rules import (
    BUYER_LONGEST,
    GOODS_LONGEST,
    LOT_LONGEST,
    LOT_USED,
    NOTE_LONGEST,
    PLACE_LONGEST,
    SHAPES,
    TURNING,
    Kind,
    Part,
    Stage,
    balance_faults,
    day_fault,
    grams_taken,
)
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.regions.queries import find_region
from portal.register.actions import Actor, record
from portal.register.rules import changed

NOT_YOURS = Text("您不能代这个生产者登记批次", "You do not act for this producer")
NOT_KEPT = Text("事件没有登记", "The event was not recorded")
ENTERED = "in"
MADE = "out"


@dataclass(frozen=True)
class Taken:
    """A batch that goes in: by our code or by the producer's own number."""

    batch: str
    grams: int | None = None


@dataclass(frozen=True)
class Made:
    """A batch that comes out. `code` is given by nobody but the demonstration, so that it can be named."""

    grams: int | None = None
    goods: str = ""
    lot: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Wanted:
    """An event as somebody states it. `indication` is needed only where nothing goes in."""

    kind: Kind
    at: datetime
    adcode: str = ""
    inputs: tuple[Taken, ...] = ()
    outputs: tuple[Made, ...] = ()
    lost: int = 0
    indication: Indication | None = None
    place: str | None = None
    note: str | None = None
    receiver: str | None = None
    plot_id: int | None = None
    listing: Listing | None = None
    key: str | None = None
    details: dict[str, object] = field(default_factory=dict)


def enter_event(account: Account, producer: Producer, wanted: Wanted, now: datetime) -> BatchEvent:
    """Record what a producer says happened; sent again with the same key, it is the same event."""
    if not acts_for(account, producer.id, day_of(now)):
        raise NotAllowed(NOT_YOURS)
    if not SHAPES[wanted.kind].by_hand:
        raise RuleBroken(NOT_KEPT, {"kind": Text("这种事件另有入口", "This kind has a way of its own")})
    return store_event(account.as_actor(), producer, wanted, now, account.id)


def store_event(
    actor: Actor, producer: Producer, wanted: Wanted, now: datetime, by: int | None = None
) -> BatchEvent:
    if wanted.key and (known := find_event(producer.id, wanted.key)):
        return known
    batches = _inputs(producer, wanted)
    indication_id = _check(producer, wanted, batches, now)
    event = event_of(producer, wanted, batches, indication_id, now, by)
    db.session.add(event)
    for batch, taken in zip(batches, wanted.inputs, strict=True):
        _take(event, batch, taken, wanted, now)
    for made in wanted.outputs:
        _make(event, made, wanted, batches, now)
    if wanted.listing is not None:
        _sell_through(wanted.listing, wanted.inputs[0].grams or 0, now)
    db.session.flush()
    for batch in {part.batch for part in event.parts}:
        _record(actor, event, batch)
    return event


# ---- what is checked


def _inputs(producer: Producer, wanted: Wanted) -> list[Batch]:
    """The batches named, in their order; all must be this producer's own. What was recalled may only be
    destroyed."""
    inputs = wanted.inputs
    by_code = batches_by_code(taken.batch for taken in inputs)
    by_lot = batches_by_lot(producer.id, (taken.batch.strip() for taken in inputs))
    found, faults = [], []
    for taken in inputs:
        batch = by_code.get(read_code(taken.batch) or "") or by_lot.get(taken.batch.strip())
        if batch is None or batch.producer_id != producer.id:
            faults.append(Text("您没有批次 {code}", "You have no batch {code}").format(code=taken.batch[:60]))
        elif batch in found:
            faults.append(Text("批次 {code} 写了两次", "Batch {code} is named twice").format(code=batch.code))
        elif batch.recall_id is not None and wanted.kind not in (Kind.LOSE, Kind.TEST):
            faults.append(Text("批次 {code} 已召回", "Batch {code} is recalled").format(code=batch.code))
        else:
            found.append(batch)
    if faults:
        raise RuleBroken(NOT_KEPT, {"inputs": faults[0]})
    return found


def _check(producer: Producer, wanted: Wanted, batches: Sequence[Batch], now: datetime) -> int:
    """The GI of the event; raises with what is wrong, field by field."""
    faults = _shape_faults(wanted) | balance_faults(
        wanted.kind,
        [
            Part(taken.grams, batch.grams_left, batch.grams is None)
            for taken, batch in zip(wanted.inputs, batches, strict=True)
        ],
        [Part(made.grams) for made in wanted.outputs],
        wanted.lost,
    )
    newest = max((batch.made_on for batch in batches), default=None)
    if fault := day_fault(day_of(wanted.at), day_of(now), newest):
        faults["at"] = fault
    indications = {batch.indication_id for batch in batches}
    if len(indications) > 1:
        faults["inputs"] = Text("不同地理标志的批次不能合在一起", "Batches of different GIs cannot be mixed")
    elif not indications and wanted.indication is None:
        faults["gi"] = Text("请选地理标志", "Choose the GI")
    if not faults and not indications:
        _check_origin(producer, wanted, faults)
    _check_lots(producer, wanted, faults)
    if faults:
        raise RuleBroken(NOT_KEPT, faults)
    return indications.pop() if indications else wanted.indication.id


def _check_origin(producer: Producer, wanted: Wanted, faults: dict[str, Text]) -> None:
    if not stands_on_roster(producer.id, wanted.indication.id, day_of(wanted.at)):
        faults["gi"] = Text(
            "这一天的名录上没有这个生产者", "The roster of that day does not name this producer"
        )


def _check_lots(producer: Producer, wanted: Wanted, faults: dict[str, Text]) -> None:
    lots = [made.lot for made in wanted.outputs if made.lot]
    if len(set(lots)) < len(lots) or (lots and batches_by_lot(producer.id, lots)):
        faults["outputs"] = LOT_USED


def _shape_faults(wanted: Wanted) -> dict[str, Text]:
    longest = {
        "place": (wanted.place, PLACE_LONGEST),
        "note": (wanted.note, NOTE_LONGEST),
        "receiver": (wanted.receiver, BUYER_LONGEST),
    }
    faults = {
        name: Text("最多 {n} 个字", "At most {n} characters").format(n=most)
        for name, (value, most) in longest.items()
        if value and len(value) > most
    }
    if any(len(m.goods) > GOODS_LONGEST or len(m.lot or "") > LOT_LONGEST for m in wanted.outputs):
        faults["outputs"] = Text("品名或批号太长", "A name or lot number is too long")
    if wanted.adcode and find_region(wanted.adcode) is None:
        faults["adcode"] = Text("没有这个行政区划代码", "There is no division with this code")
    if wanted.kind is Kind.SELL and not wanted.receiver:
        faults["receiver"] = Text("请写明卖给谁或卖到哪里", "Say to whom or where it was sold")
    if wanted.kind is Kind.LOSE and not wanted.note:
        faults["note"] = Text("请写明损耗的原因", "Say why it was lost")
    return faults


# ---- what is stored


def event_of(
    producer: Producer,
    wanted: Wanted,
    batches: Sequence[Batch],
    indication_id: int,
    now: datetime,
    by: int | None,
) -> BatchEvent:
    stage = SHAPES[wanted.kind].stage or (batches[0].staged if batches else Stage.GROWING)
    return BatchEvent(
        number=str(uuid.uuid4()),
        key=wanted.key,
        kind=wanted.kind.value,
        stage=stage.value,
        indication_id=indication_id,
        producer_id=producer.id,
        producer=producer,
        at=wanted.at,
        adcode=wanted.adcode or (batches[0].adcode if batches else producer.adcode),
        place=wanted.place or None,
        note=wanted.note or None,
        receiver=wanted.receiver or None,
        lost_grams=wanted.lost,
        details=dict(wanted.details),
        by_account=by,
        recorded_at=now,
        demo=producer.demo,
        parts=[],
    )


def _take(event: BatchEvent, batch: Batch, taken: Taken, wanted: Wanted, now: datetime) -> None:
    grams = grams_taken(wanted.kind, taken.grams, wanted.lost)
    event.parts.append(BatchPart(batch=batch, batch_id=batch.id, role=ENTERED, grams=grams or None))
    if batch.grams is not None and grams:
        batch.grams_left -= grams
        if wanted.kind is Kind.SELL and batch.grams_left == 0:
            batch.sold_out_at = now
    if wanted.kind not in TURNING and SHAPES[wanted.kind].stage is not None:
        batch.stage = event.stage


def _make(event: BatchEvent, made: Made, wanted: Wanted, batches: Sequence[Batch], now: datetime) -> Batch:
    first = batches[0] if batches else None
    batch = Batch(
        code=made.code or new_code(day_of(wanted.at)),
        indication_id=event.indication_id,
        producer_id=event.producer_id,
        producer=event.producer,
        lot=made.lot or None,
        goods=made.goods or (first.goods if first else ""),
        year=_year(wanted, batches),
        stage=event.stage,
        adcode=event.adcode,
        plot_id=wanted.plot_id if wanted.plot_id is not None else _plot(batches),
        grams=made.grams if SHAPES[wanted.kind].weighed else None,
        grams_left=made.grams if SHAPES[wanted.kind].weighed else None,
        made_on=day_of(wanted.at),
        created_at=now,
        demo=event.demo,
    )
    if not batch.goods:
        raise RuleBroken(NOT_KEPT, {"outputs": Text("请写品名", "Name the goods")})
    event.parts.append(BatchPart(batch=batch, role=MADE, grams=batch.grams))
    return batch


def _year(wanted: Wanted, batches: Sequence[Batch]) -> int:
    """The year of the harvest follows the goods; of several the newest."""
    if wanted.kind in (Kind.PLANT, Kind.HARVEST) or not batches:
        return day_of(wanted.at).year
    return max(batch.year for batch in batches)


def _plot(batches: Sequence[Batch]) -> int | None:
    plots = {batch.plot_id for batch in batches}
    return plots.pop() if len(plots) == 1 else None


def _sell_through(listing: Listing, grams: int, now: datetime) -> None:
    if grams > listing.left:
        over = Text("超过这家店的核定数量", "More than the quantity verified for this shop")
        raise RuleBroken(NOT_KEPT, {"listing": over})
    listing.sold_grams += grams
    if not listing.left:
        listing.sold_out_at = now


def _record(actor: Actor, event: BatchEvent, batch: Batch) -> None:
    part = next(part for part in event.parts if part.batch is batch)
    verb = "made" if part.role == MADE else "used"
    opened = changed({}, {"event": event.number, "kind": event.kind, "stage": event.stage})
    sealed = {"grams": part.grams, "left": batch.grams_left, "lost": event.lost_grams or None}
    sealed |= {"receiver": event.receiver, "note": event.note}
    shut = {name: value for name, value in sealed.items() if value is not None}
    record(actor, verb, batch.subject, opened, public=False, sealed=shut or None)


def rename_lot(account: Account, batch: Batch, lot: str, today: date) -> None:
    """The producer's own number can be put right; the code never changes."""
    if not acts_for(account, batch.producer_id, today):
        raise NotAllowed(NOT_YOURS)
    lot = lot.strip()
    fault = None
    if len(lot) > LOT_LONGEST:
        fault = Text("最多 {n} 个字", "At most {n} characters").format(n=LOT_LONGEST)
    elif lot and (other := batches_by_lot(batch.producer_id, [lot]).get(lot)) and other.id != batch.id:
        fault = LOT_USED
    if fault:
        raise RuleBroken(Text("批号没有改", "The lot number was not changed"), {"lot": fault})
    before, batch.lot = batch.lot, lot or None
    if before != batch.lot:
        changes = changed({"lot": before} if before else {}, {"lot": batch.lot} if batch.lot else {})
        record(account.as_actor(), "amended", batch.subject, {}, public=False, sealed=changes)
