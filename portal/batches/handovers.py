"""Goods change hands: the sender offers, the receiver says what arrived. Only then is it the receiver's."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.authorisation.people import people_of_producer
from portal.authorisation.queries import acts_for
from portal.batches.actions import ENTERED, MADE, NOT_YOURS, Wanted, event_of
from portal.batches.codes import new_code
from portal.batches.models import Batch, BatchPart, Handover
from portal.batches.queries import batches_by_lot
from portal.batches.rules import (
    LOT_LONGEST,
    LOT_TOO_LONG,
    LOT_USED,
    NOTE_LONGEST,
    REASON_SHORTEST,
    HandoverState,
    Kind,
    day_fault,
    grams_text,
    weight_up_to,
)
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.actions import Actor, record
from portal.register.rules import changed

NOT_OFFERED = Text("没有交出", "It was not handed over")
NOT_ANSWERED = Text("没有确认", "It was not answered")


def offer(
    account: Account, batch: Batch, receiver: Producer | None, grams: int | None, note: str, now: datetime
) -> Handover:
    """From now on these grams are nobody's to use until the receiver has answered."""
    if not acts_for(account, batch.producer_id, day_of(now)):
        raise NotAllowed(NOT_YOURS)
    faults = _offer_faults(batch, receiver, grams, note)
    if faults:
        raise RuleBroken(NOT_OFFERED, faults)
    batch.grams_left -= grams
    one = Handover(
        batch=batch,
        batch_id=batch.id,
        to_producer_id=receiver.id,
        receiver=receiver,
        grams=grams,
        note=note.strip() or None,
        state=HandoverState.OFFERED.value,
        offered_by=account.id,
        offered_at=now,
    )
    db.session.add(one)
    db.session.flush()
    sealed = {"grams": grams, "receiver": receiver.number}
    record(account.as_actor(), "offered", batch.subject, {}, public=False, sealed=sealed)
    said = Text("{who} 交来 {grams} {goods}，请确认", "{who} hands over {grams} of {goods}: please confirm")
    _tell(receiver.id, said, batch, grams, now)
    return one


def _offer_faults(batch: Batch, receiver: Producer | None, grams: int | None, note: str) -> dict[str, Text]:
    faults = {}
    if receiver is None:
        faults["receiver"] = Text(
            "登记中没有这个生产者，请填它的信用代码或登记编号",
            "No such producer; give its USCC or registered number",
        )
    elif receiver.id == batch.producer_id:
        faults["receiver"] = Text("不能交给自己", "It cannot be handed to yourself")
    if batch.recall_id is not None:
        faults["grams"] = Text("批次已召回，不能交出", "The batch is recalled and cannot be handed over")
    elif not grams or grams <= 0:
        faults["grams"] = Text("请填大于 0 的重量", "Enter a weight above 0")
    elif batch.grams is None:
        faults["grams"] = Text("种植批次还没有采收", "A planting has not been harvested yet")
    elif grams > batch.grams_left:
        left = grams_text(batch.grams_left)
        faults["grams"] = Text("只剩 {left}", "Only {left} left").format(left=left)
    if len(note) > NOTE_LONGEST:
        faults["note"] = Text("最多 {n} 个字", "At most {n} characters").format(n=NOTE_LONGEST)
    return faults


def receive(
    account: Account,
    one: Handover,
    grams: int | None,
    lot: str,
    note: str,
    version_seen: int,
    now: datetime,
) -> Batch:
    """What arrived becomes a batch of the receiver; what did not arrive is stated as lost on the way."""
    _check(account, one, one.to_producer_id, version_seen, now)
    faults = {}
    if not grams or not 0 < grams <= one.grams:
        faults["grams"] = weight_up_to(one.grams)
    if len(lot) > LOT_LONGEST:
        faults["lot"] = LOT_TOO_LONG
    if grams and grams < one.grams and len(note.strip()) < REASON_SHORTEST:
        faults["note"] = Text("少收的部分请说明原因", "Say why less arrived than was sent")
    if faults:
        raise RuleBroken(NOT_ANSWERED, faults)
    made = store_received(account.as_actor(), one, grams, lot, note, now, account.id)
    one.state, one.answered_by, one.answered_at = HandoverState.RECEIVED.value, account.id, now
    one.answer, one.received = note.strip() or None, made
    db.session.flush()
    said = Text("{goods} {grams} 已收到", "{grams} of {goods} were received")
    _tell(one.batch.producer_id, said, one.batch, grams, now)
    return made


@dataclass(frozen=True)
class Passed:
    """Goods that changed hands, as a document says: `lot` is the receiver's, `note` why less arrived."""

    sent: int
    arrived: int
    lot: str
    at: datetime
    key: str
    note: str = ""


def pass_on(account: Account, batch: Batch, receiver: Producer, said: Passed, now: datetime) -> Batch:
    """Whoever acts for both sides states both at once, and is not asked to confirm it to themselves."""
    for producer_id in (batch.producer_id, receiver.id):
        if not acts_for(account, producer_id, day_of(now)):
            raise NotAllowed(NOT_YOURS)
    faults = _offer_faults(batch, receiver, said.sent, said.note) | _arrival_faults(said, receiver)
    if fault := day_fault(day_of(said.at), day_of(now), batch.made_on):
        faults["at"] = fault
    if faults:
        raise RuleBroken(NOT_OFFERED, faults)
    batch.grams_left -= said.sent
    one = Handover(
        batch=batch,
        batch_id=batch.id,
        to_producer_id=receiver.id,
        receiver=receiver,
        grams=said.sent,
        note=None,
        state=HandoverState.RECEIVED.value,
        offered_by=account.id,
        offered_at=now,
        answered_by=account.id,
        answered_at=now,
        answer=said.note or None,
    )
    db.session.add(one)
    db.session.flush()
    actor, by = account.as_actor(), account.id
    one.received = store_received(
        actor, one, said.arrived, said.lot, said.note, now, by, at=said.at, key=said.key
    )
    db.session.flush()
    return one.received


def _arrival_faults(said: Passed, receiver: Producer) -> dict[str, Text]:
    if not 0 < said.arrived <= said.sent:
        return {"grams": Text("收到的不能多于交出的", "No more can arrive than was handed over")}
    if len(said.lot) > LOT_LONGEST:
        return {"lot": LOT_TOO_LONG}
    if said.lot and batches_by_lot(receiver.id, [said.lot]):
        return {"lot": LOT_USED}
    return {}


def store_received(
    actor: Actor,
    one: Handover,
    grams: int,
    lot: str,
    note: str,
    now: datetime,
    by: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Batch:
    old, at = one.batch, at or now
    wanted = Wanted(
        Kind.RECEIVE, at, one.receiver.adcode, lost=one.grams - grams, note=note.strip() or None, key=key
    )
    event = event_of(one.receiver, wanted, [old], old.indication_id, now, by)
    made = Batch(
        code=new_code(day_of(at)),
        indication_id=old.indication_id,
        producer_id=one.to_producer_id,
        producer=one.receiver,
        lot=lot.strip() or None,
        goods=old.goods,
        year=old.year,
        stage=event.stage,
        adcode=event.adcode,
        plot_id=old.plot_id,
        grams=grams,
        grams_left=grams,
        made_on=day_of(at),
        # A recall reaches what was on its way.
        recall_id=old.recall_id,
        created_at=now,
        demo=event.demo,
    )
    event.parts.append(BatchPart(batch=old, batch_id=old.id, role=ENTERED, grams=one.grams))
    event.parts.append(BatchPart(batch=made, role=MADE, grams=grams))
    db.session.add(event)
    db.session.flush()
    opened = changed({}, {"event": event.number, "kind": event.kind, "stage": event.stage})
    sealed = {"grams": grams, "lost": wanted.lost}
    record(actor, "handed_over", old.subject, opened, public=False, sealed=sealed)
    record(actor, "made", made.subject, opened, public=False, sealed=sealed)
    return made


def refuse(account: Account, one: Handover, note: str, version_seen: int, now: datetime) -> None:
    """The goods are the sender's again, whole."""
    _check(account, one, one.to_producer_id, version_seen, now)
    if not REASON_SHORTEST <= len(note.strip()) <= NOTE_LONGEST:
        fault = Text("请说明拒收的原因（至少 5 个字）", "Say why you refuse it (at least 5 characters)")
        raise RuleBroken(NOT_ANSWERED, {"note": fault})
    _give_back(account, one, HandoverState.REFUSED, note.strip(), now)
    said = Text("{goods} {grams} 被拒收", "{grams} of {goods} were refused")
    _tell(one.batch.producer_id, said, one.batch, one.grams, now)


def take_back(account: Account, one: Handover, version_seen: int, now: datetime) -> None:
    _check(account, one, one.batch.producer_id, version_seen, now)
    _give_back(account, one, HandoverState.TAKEN_BACK, None, now)


def _give_back(
    account: Account, one: Handover, state: HandoverState, note: str | None, now: datetime
) -> None:
    one.batch.grams_left += one.grams
    one.state, one.answered_by, one.answered_at, one.answer = state.value, account.id, now, note
    sealed = {"grams": one.grams} | ({"reason": note} if note else {})
    record(account.as_actor(), state.value, one.batch.subject, {}, public=False, sealed=sealed)


def _check(account: Account, one: Handover, producer_id: int, version_seen: int, now: datetime) -> None:
    if not acts_for(account, producer_id, day_of(now)):
        raise NotAllowed(NOT_YOURS)
    ensure_current(one, version_seen)
    if one.stands is not HandoverState.OFFERED:
        raise RuleBroken(Text("这次交接已经办完", "This hand-over is done already"))


def _tell(producer_id: int, said: Text, batch: Batch, grams: int, now: datetime) -> None:
    text = said.format(who=batch.producer.name, goods=batch.goods, grams=grams_text(grams))
    for person in people_of_producer(producer_id, day_of(now)):
        notify(person.id, text, "/workbench/batches", now)


def waiting_days(one: Handover, today: date) -> int:
    return (today - day_of(one.offered_at)).days
