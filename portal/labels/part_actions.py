"""What becomes of labels that were issued: used, given back, destroyed, lost, handed to another producer."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import update

from portal.accounts.models import Account
from portal.authorisation.queries import acts_for
from portal.db import db, ensure_current
from portal.labels.actions import NOT_YOURS, ensure_keeper, ensure_reason, tell_sums
from portal.labels.models import LabelAccount, LabelHandover, LabelPaper, LabelPart
from portal.labels.rules import (
    ENDS,
    NEEDS_WORDS,
    TO_CONFIRM,
    HandoverState,
    PartState,
    Span,
    cut,
)
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.papers.files import Paper
from portal.papers.keeping import file_paper
from portal.producers.models import Producer
from portal.register.actions import record
from portal.register.rules import stated


def end_labels(
    account: Account,
    part: LabelPart,
    piece: Span,
    state: PartState,
    reason: str,
    version_seen: int,
    today: date,
    now: datetime,
) -> LabelPart:
    """State what became of a piece of a part that is held; the piece becomes a part of its own."""
    ensure_current(part, version_seen)
    _ensure_holder(account, part, today)
    if state not in ENDS:
        raise RuleBroken(Text("请选择这些标签的去向", "Choose what became of these labels"))
    if state is PartState.USED and today > part.set.expires_on:
        raise RuleBroken(
            Text("这些标签已过期，不能再启用", "These labels have expired and can no longer be put in use"),
            next_step=Text("退回或销毁", "Give them back or destroy them"),
        )
    reason = ensure_reason(reason) if state in NEEDS_WORDS else reason.strip()[:500]
    taken = _cut_out(part, piece, now)
    taken.state, taken.words, taken.since, taken.by_account = state.value, reason or None, now, account.id
    _tell(account, taken, state.value)
    tell_sums(taken.set.indication_id, taken.set.year)
    return taken


def _ensure_holder(account: Account, part: LabelPart, today: date) -> None:
    if not acts_for(account, part.holder_id, today):
        raise NotAllowed(NOT_YOURS)
    if part.stands is not PartState.HELD:
        raise RuleBroken(
            Text("这些标签已有去向，或正在转交", "These labels were dealt with or are being handed on")
        )


def _cut_out(part: LabelPart, piece: Span, now: datetime) -> LabelPart:
    """The piece as a part of its own; what is left before and behind it stays as it was."""
    try:
        before, behind = cut(part.span, piece)
    except ValueError:
        fault = Text("号段应在 {first} 到 {last} 之间", "Choose places from {first} to {last}")
        fault = fault.format(first=part.first, last=part.last)
        raise RuleBroken(fault, {"first": fault}) from None
    if behind:
        db.session.add(_copy(part, behind))
    if before is None:
        part.last = piece.last
        db.session.flush()
        return part
    part.last = before.last
    db.session.flush()
    taken = _copy(part, piece)
    db.session.add(taken)
    db.session.flush()
    taken.set, taken.holder = part.set, part.holder
    return taken


def _copy(part: LabelPart, span: Span) -> LabelPart:
    return LabelPart(
        set_id=part.set_id,
        first=span.first,
        last=span.last,
        holder_id=part.holder_id,
        state=part.state,
        since=part.since,
        by_account=part.by_account,
    )


def _tell(account: Account, part: LabelPart, verb: str, **more: object) -> None:
    said = {"first": part.first, "last": part.last, "holder": part.holder.number, **more}
    if part.words:
        said["words"] = part.words
    changes = stated(said)
    record(account.as_actor(), verb, part.set.subject, changes, public=False)


def confirm_end(account: Account, part: LabelPart, version_seen: int, now: datetime) -> None:
    """An official has seen the labels given back or destroyed. What was given back may be labelled again."""
    ensure_current(part, version_seen)
    ensure_keeper(account, part.set.account.adcode)
    if part.stands not in TO_CONFIRM or part.confirmed_at is not None:
        raise RuleBroken(Text("这里没有要确认的", "There is nothing to confirm here"))
    part.confirmed_at, part.confirmed_by = now, account.id
    if part.stands is PartState.RETURNED:
        grams = part.span.count * part.set.grams_each
        db.session.execute(
            update(LabelAccount)
            .where(LabelAccount.id == part.set.account_id)
            .values(labelled_g=LabelAccount.labelled_g - grams, version=LabelAccount.version + 1)
            .execution_options(synchronize_session=False)
        )
    _tell(account, part, "confirmed", state=part.state)


def dispute_end(account: Account, part: LabelPart, reason: str, version_seen: int, now: datetime) -> None:
    """The labels were not there: they are the producer's to answer for again."""
    ensure_current(part, version_seen)
    ensure_keeper(account, part.set.account.adcode)
    if part.stands not in TO_CONFIRM or part.confirmed_at is not None:
        raise RuleBroken(Text("这里没有要确认的", "There is nothing to confirm here"))
    part.words, part.since = ensure_reason(reason), now
    part.state = PartState.HELD.value
    _tell(account, part, "disputed")
    tell_sums(part.set.indication_id, part.set.year)


def add_paper(account: Account, part: LabelPart, paper: Paper, folder: Path, now: datetime) -> LabelPaper:
    """Evidence that comes with what is stated of labels, in the same step."""
    row = file_paper(LabelPaper, paper, folder, now, part_id=part.id, by_account=account.id)
    sealed = {"name": paper.name, "digest": paper.digest}
    record(account.as_actor(), "paper_added", part.set.subject, {}, public=False, sealed=sealed)
    return row


# ---- from one producer to another


def offer(
    account: Account,
    part: LabelPart,
    piece: Span,
    taker: Producer,
    version_seen: int,
    today: date,
    now: datetime,
) -> LabelHandover:
    """Hand labels on, for instance from grower to packer; the other side has to say that it has them."""
    ensure_current(part, version_seen)
    _ensure_holder(account, part, today)
    if taker.id == part.holder_id:
        fault = Text("不能转交给自己", "Labels cannot be handed to oneself")
        raise RuleBroken(fault, {"taker": fault})
    if taker.ended_on is not None:
        fault = Text("对方已停止经营", "The other side has ceased")
        raise RuleBroken(fault, {"taker": fault})
    taken = _cut_out(part, piece, now)
    taken.state, taken.since, taken.by_account = PartState.OFFERED.value, now, account.id
    one = LabelHandover(
        part_id=taken.id,
        from_producer_id=taken.holder_id,
        to_producer_id=taker.id,
        state=HandoverState.OFFERED.value,
        offered_at=now,
        offered_by=account.id,
    )
    db.session.add(one)
    db.session.flush()
    _tell(account, taken, "offered", to=taker.number)
    return one


def take(account: Account, one: LabelHandover, version_seen: int, today: date, now: datetime) -> None:
    _ensure_waiting(account, one, one.to_producer_id, version_seen, today)
    one.part.holder_id, one.part.holder = one.to_producer_id, one.taker
    _answer(account, one, HandoverState.TAKEN, None, now)


def decline(
    account: Account, one: LabelHandover, reason: str, version_seen: int, today: date, now: datetime
) -> None:
    _ensure_waiting(account, one, one.to_producer_id, version_seen, today)
    _answer(account, one, HandoverState.DECLINED, ensure_reason(reason), now)


def take_back(account: Account, one: LabelHandover, version_seen: int, today: date, now: datetime) -> None:
    _ensure_waiting(account, one, one.from_producer_id, version_seen, today)
    _answer(account, one, HandoverState.WITHDRAWN, None, now)


def _ensure_waiting(account: Account, one: LabelHandover, side: int, version_seen: int, today: date) -> None:
    ensure_current(one, version_seen)
    if not acts_for(account, side, today):
        raise NotAllowed(NOT_YOURS)
    if one.stands is not HandoverState.OFFERED:
        raise RuleBroken(Text("这次转交已经办完", "This handover is over"))


def _answer(
    account: Account, one: LabelHandover, state: HandoverState, reason: str | None, now: datetime
) -> None:
    one.state, one.reason = state.value, reason
    one.answered_at, one.answered_by = now, account.id
    part = one.part
    part.state, part.since = PartState.HELD.value, now
    _tell(account, part, f"handover_{state.value}")
