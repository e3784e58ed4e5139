"""Which labels a batch is packed under: pieces of the sets that its producer holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Account
from portal.authorisation.queries import acts_for
from portal.batches.actions import NOT_YOURS, Taken, Wanted, store_event
from portal.batches.models import Batch, BatchLabels
from portal.batches.queries import batch_of_label, find_batch, labels_of
from portal.batches.rules import Kind, grams_text
from portal.db import db
from portal.labels.lookup import find_label
from portal.labels.models import LabelPart, LabelSet
from portal.labels.part_actions import end_labels
from portal.labels.rules import PartState, Span
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import changed

NOT_LABELLED = Text("标签没有登记", "The labels were not recorded")
# Labels that were given back, destroyed or lost cannot be on goods.
USABLE = (PartState.HELD.value, PartState.USED.value)


@dataclass(frozen=True)
class LabelLine:
    """A piece of a set on a batch, as a page says it."""

    id: int
    text: Text
    count: int
    grams_each: int | None


def parts_for(batch: Batch) -> list[LabelPart]:
    """The pieces that could be put on this batch, newest set first."""
    query = (
        select(LabelPart)
        .join(LabelPart.set)
        .where(
            LabelPart.holder_id == batch.producer_id,
            LabelPart.state.in_(USABLE),
            LabelSet.indication_id == batch.indication_id,
        )
        .options(contains_eager(LabelPart.set))
        .order_by(LabelSet.id.desc(), LabelPart.first)
        .limit(200)
    )
    return list(db.session.scalars(query))


def ranges_for(batch: Batch) -> list[tuple[str, Text]]:
    if not batch.grams:
        return []
    return [(str(part.id), _said(part)) for part in parts_for(batch)]


def _said(part: LabelPart) -> Text:
    whole = Text(
        "{year} 年第 {set} 组 {first}–{last}，每枚 {grams}，{state}",
        "{year}, set {set}, {first}–{last}, {grams} each, {state}",
    )
    return whole.format(
        year=part.set.year,
        set=part.set_id,
        first=f"{part.first:,}",
        last=f"{part.last:,}",
        grams=grams_text(part.set.grams_each),
        state=part.stands.text,
    )


def put_on(
    account: Account,
    batch: Batch,
    part_id: str,
    first: int | None,
    last: int | None,
    now: datetime,
    in_use: bool = False,
) -> BatchLabels:
    """Say that the goods of this batch carry these labels, and put them in use in the same step if asked; a
    label is on one batch only."""
    if not acts_for(account, batch.producer_id, day_of(now)):
        raise NotAllowed(NOT_YOURS)
    part = next((one for one in parts_for(batch) if str(one.id) == part_id), None)
    if part is None:
        raise RuleBroken(NOT_LABELLED, {"range": Text("请选号段", "Choose a range of labels")})
    # Whoever puts labels of this set on a batch takes turns, so that none is put on two.
    db.session.execute(select(LabelSet.id).where(LabelSet.id == part.set_id).with_for_update())
    first, last = first or part.first, last or part.last
    faults = _faults(batch, part, first, last)
    if faults:
        raise RuleBroken(NOT_LABELLED, faults)
    if in_use and part.stands is PartState.HELD:
        end_labels(account, part, Span(first, last), PartState.USED, "", part.version, day_of(now), now)
    line = BatchLabels(
        batch_id=batch.id,
        range_id=part.set_id,
        first_number=first,
        last_number=last,
        grams_each=part.set.grams_each,
        at=now,
    )
    db.session.add(line)
    details = {"set": part.set_id, "first": first, "last": last}
    wanted = Wanted(Kind.PACK, now, inputs=(Taken(batch.code),), details=details)
    store_event(account.as_actor(), batch.producer, wanted, now, account.id)
    opened = changed({}, {"labels": line.count})
    record(account.as_actor(), "labelled", batch.subject, opened, public=False, sealed=details)
    return line


def _faults(batch: Batch, part: LabelPart, first: int, last: int) -> dict[str, Text]:
    if not part.first <= first <= last <= part.last:
        outside = Text("应在 {first} 与 {last} 之间", "Must lie between {first} and {last}")
        return {"first": outside.format(first=part.first, last=part.last)}
    taken = select(BatchLabels.id).where(
        BatchLabels.range_id == part.set_id,
        BatchLabels.ended_on.is_(None),
        BatchLabels.first_number <= last,
        BatchLabels.last_number >= first,
    )
    if db.session.scalar(taken.limit(1)) is not None:
        return {"range": Text("其中有标签已登记在别的批次", "Some of them are on another batch already")}
    before = sum(one.count * (one.grams_each or 0) for one in labels_of([batch.id]))
    wanted = before + (last - first + 1) * part.set.grams_each
    if wanted > (batch.grams or 0):
        over = Text("标签合计 {wanted}，批次只有 {there}", "Labels for {wanted}; the batch has {there}")
        return {"range": over.format(wanted=grams_text(wanted), there=grams_text(batch.grams or 0))}
    return {}


def take_off(account: Account, batch: Batch, line: BatchLabels, today: date) -> None:
    """What was recorded by mistake; the event stays and the log says that it was undone."""
    if not acts_for(account, batch.producer_id, today) or line.batch_id != batch.id:
        raise NotAllowed(NOT_YOURS)
    if line.ended_on is None:
        line.ended_on = today
        opened = changed({"labels": line.count}, {})
        record(account.as_actor(), "unlabelled", batch.subject, opened, public=False)


def lines_of(labels: Sequence[BatchLabels]) -> list[LabelLine]:
    said = Text("第 {set} 组 {first}–{last}", "set {set}, {first}–{last}")
    return [
        LabelLine(
            one.id,
            said.format(set=one.range_id, first=f"{one.first_number:,}", last=f"{one.last_number:,}"),
            one.count,
            one.grams_each,
        )
        for one in labels
    ]


def batch_of_code(typed: str) -> Batch | None:
    """The batch behind the code of a batch or of a label, as typed or scanned."""
    found = find_batch(typed)
    if found is not None:
        return found
    label = find_label(typed.rpartition("/")[2].partition("#")[0].partition("?")[0])
    return batch_of_label(label.number.set_id, label.number.place) if label else None
