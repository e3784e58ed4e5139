"""What an EPCIS document says is stored: whole or not at all, each event by the producer it is of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.authorisation.queries import producers_of
from portal.batches.actions import Made, Taken, Wanted, enter_event
from portal.batches.codes import read_code
from portal.batches.epcis_in import REFUSED, Quantity, ReadEvent
from portal.batches.handovers import Passed, pass_on
from portal.batches.models import Batch, BatchEvent
from portal.batches.queries import batches_by_code, batches_by_lot, find_event, was_received
from portal.batches.rules import LOT_LONGEST, SHAPES, Kind
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer

Known = dict[tuple[int, str], str]
"""By producer and URI in the document: the code of the batch here."""


@dataclass
class Imported:
    new: list[BatchEvent] = field(default_factory=list)
    unchanged: int = 0
    left_out: list[tuple[str, Text]] = field(default_factory=list)


def store_document(
    account: Account,
    producer: Producer,
    events: list[ReadEvent],
    indication: Indication,
    goods: str,
    now: datetime,
) -> Imported:
    """`indication` and `goods` name what begins in the document and does not say so itself. A story that
    passes between producers comes in whole where the account acts for all of them."""
    mine = {one.number: one for one in producers_of(account, day_of(now))} | {producer.number: producer}
    done, faults = Imported(), {}
    known: Known = {}
    elsewhere: dict[str, tuple[str, str]] = {}
    seen = set(_recorded(mine.values(), events))
    for event in events:
        who = mine.get(event.by) if event.by else producer
        told = event.key in seen or event.key.removeprefix("urn:uuid:") in seen
        if _is_received(who, event, known) or told:
            done.unchanged += 1
            continue
        if why := _left_out(event, who, mine, known):
            done.left_out.append((event.place, why))
            elsewhere |= {one.uri: (event.place, _lot_of(one, event)) for one in _begun(event)}
            continue
        try:
            done.new.append(_stored(account, who, event, known, indication, goods, now))
        except RuleBroken as broken:
            faults[event.place] = _wrong(event, who, known, elsewhere, broken)
            break
    if faults:
        raise RuleBroken(REFUSED, faults)
    return done


def _stored(
    account: Account,
    who: Producer,
    event: ReadEvent,
    known: Known,
    indication: Indication,
    goods: str,
    now: datetime,
) -> BatchEvent:
    if event.kind is Kind.RECEIVE:
        batch = pass_on(account, _sent_batch(event, known), who, _passed(event, known), now)
        known[who.id, _begun(event)[0].uri] = batch.code
        return find_event(who.id, event.key)
    stored = enter_event(account, who, _wanted(event, who, known, indication, goods), now)
    made = [part.batch.code for part in stored.parts if part.role == "out"]
    known |= {(who.id, one.uri): code for one, code in zip(event.outputs, made, strict=True)}
    return stored


# ---- goods that change hands


def _begun(event: ReadEvent) -> tuple[Quantity, ...]:
    """What begins with an event; other systems go on calling received goods by the sender's number."""
    return event.inputs if event.kind is Kind.RECEIVE and not event.outputs else event.outputs


def _is_received(who: Producer | None, event: ReadEvent, known: Known) -> bool:
    """Confirmed on the portal already, under the number that the document gives it."""
    if who is None or event.kind is not Kind.RECEIVE or len(_begun(event)) != 1:
        return False
    begun = _begun(event)[0]
    batch = batches_by_lot(who.id, [_lot_of(begun, event)]).get(_lot_of(begun, event))
    if batch is None or not was_received(batch):
        return False
    known[who.id, begun.uri] = batch.code
    return True


def _sent_batch(event: ReadEvent, known: Known) -> Batch | None:
    """The sender's batch, made earlier in the document or here before."""
    if len(event.inputs) != 1:
        return None
    uri = event.inputs[0].uri
    code = next((code for (_, one), code in known.items() if one == uri), None) or read_code(uri)
    return batches_by_code([code]).get(code) if code else None


def _passed(event: ReadEvent, known: Known) -> Passed:
    sent = event.inputs[0].grams
    if sent is None:
        sent = _sent_batch(event, known).grams_left or 0
    arrived = event.outputs[0].grams if event.outputs else None
    arrived = sent - event.lost if arrived is None else arrived
    note = event.said.get("note", "") or (NO_REASON if arrived < sent else "")
    return Passed(sent, arrived, _lot_of(_begun(event)[0], event)[:LOT_LONGEST], event.at, event.key, note)


def _left_out(
    event: ReadEvent, who: Producer | None, mine: Mapping[str, Producer], known: Known
) -> Text | None:
    if who is None:
        return OF_ANOTHER.format(number=event.by)
    if event.kind is not Kind.RECEIVE:
        return None if SHAPES[event.kind].by_hand else NOT_FROM_FILE.format(kind=event.kind.text)
    batch = _sent_batch(event, known)
    ours = batch is not None and batch.producer_id in {one.id for one in mine.values()} - {who.id}
    if ours and len(event.outputs) <= 1:
        return None
    lots = "、".join(_lot_of(one, event) for one in _begun(event))
    return FROM_ANOTHER.format(lot=lots[:200] or "—")


def _wrong(
    event: ReadEvent,
    who: Producer,
    known: Known,
    elsewhere: Mapping[str, tuple[str, str]],
    broken: RuleBroken,
) -> Text:
    """What the rules say; of goods that begin with an event that was left out, that this comes first."""
    missing = [one.uri for one in event.inputs if one.uri in elsewhere and (who.id, one.uri) not in known]
    if missing:
        place, lot = elsewhere[missing[0]]
        return BEGUN_ELSEWHERE.format(place=place, lot=lot)
    return next(iter(broken.fields.values()), broken.message)


OF_ANOTHER = Text(
    "由另一个生产者（{number}）登记，没有导入", "Recorded by another producer ({number}); left out"
)
BEGUN_ELSEWHERE = Text(
    "用到的批次由没有导入的事件 {place} 开始。请先在门户里办好那一步，批号写“{lot}”"
    "（例如对方交给您、您确认收货），再导入这份文件；这一次什么都没有登记",
    "It uses a batch that begins with {place}, which is not imported. Do that step on the portal first, with "
    "the lot number “{lot}” (the sender hands over and you confirm, for instance), then import this file "
    "again; nothing of it was recorded now",
)
FROM_ANOTHER = Text(
    "从别的生产者收货，要双方各自确认，没有导入：请对方在门户里登记并交给您，"
    "您确认收货时批号写“{lot}”，以后的事件就接得上",
    "Received from another producer, which both sides confirm; left out. The sender records it on the portal "
    "and hands it over; confirm it with the lot number “{lot}”, and what follows joins on",
)
NOT_FROM_FILE = Text(
    "“{kind}”另有入口（附文件、双方确认或标签），没有导入",
    "“{kind}” has a way of its own (a document, both sides, labels) and was left out",
)
# Kept with the goods as what an office or a producer writes.
NO_REASON = "文件没有写明少收的原因"


def _recorded(producers: Iterable[Producer], events: list[ReadEvent]) -> Iterator[str]:
    of_these = BatchEvent.producer_id.in_([one.id for one in producers])
    keys = [event.key for event in events]
    plain = [key.removeprefix("urn:uuid:") for key in keys]
    for at in range(0, len(keys), 500):
        query = select(BatchEvent.key, BatchEvent.number).where(
            of_these,
            BatchEvent.key.in_(keys[at : at + 500]) | BatchEvent.number.in_(plain[at : at + 500]),
        )
        for key, number in db.session.execute(query):
            yield from (one for one in (key, number) if one)


def _wanted(event: ReadEvent, who: Producer, known: Known, indication: Indication, goods: str) -> Wanted:
    return Wanted(
        kind=event.kind,
        at=event.at,
        adcode=event.adcode,
        inputs=tuple(Taken(_batch(one.uri, who, known), one.grams) for one in event.inputs),
        outputs=tuple(_made(one, event, goods if not event.inputs else "") for one in event.outputs),
        lost=event.lost,
        indication=indication,
        key=event.key,
        **event.said,
    )


def _batch(uri: str, who: Producer, known: Known) -> str:
    """Our own code, a batch made earlier in the document, or the producer's own number."""
    return known.get((who.id, uri)) or read_code(uri) or _tail(uri)


def _tail(uri: str) -> str:
    return uri.rpartition("/")[2].rpartition(":")[2]


def _lot_of(one: Quantity, event: ReadEvent) -> str:
    every = event.names.get("", {}) if len(event.outputs) == 1 else {}
    return str(event.names.get(one.uri, {}).get("lot") or every.get("lot") or _tail(one.uri))


def _made(one: Quantity, event: ReadEvent, goods: str) -> Made:
    about = event.names.get(one.uri, {})
    every = event.names.get("", {}) if len(event.outputs) == 1 else {}
    name = about.get("goods") or every.get("goods") or goods
    return Made(one.grams, str(name), _lot_of(one, event)[: LOT_LONGEST + 1] or None)
