"""Calling a batch back, with all that was made of it; and taking the call back where it was mistaken."""

from datetime import datetime

from sqlalchemy import select, update

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.people import people_of_producer
from portal.batches.models import Batch, BatchRecall
from portal.batches.rules import REASON_LONGEST, REASON_SHORTEST, RECALLERS
from portal.batches.trace import Way, reached_ids
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import record

NOT_RECALLED = Text("没有召回", "It was not recalled")


def recall(account: Account, batch: Batch, reason: str, now: datetime) -> BatchRecall:
    """From now on nothing of it can be used, sold or handed over, and every scan says so."""
    _check(account, batch, reason)
    if batch.recall_id is not None:
        raise RuleBroken(Text("批次已经召回", "The batch is recalled already"))
    one = BatchRecall(
        code=batch.code,
        reason=reason.strip(),
        batches=0,
        by_account=account.id,
        by_office=account.organisation or account.name,
        at=now,
    )
    db.session.add(one)
    db.session.flush()
    ids = reached_ids([batch.id], Way.FORWARD)
    fresh = Batch.id.in_(select(ids.c.id)) & Batch.recall_id.is_(None)
    reached = list(db.session.execute(select(Batch.id, Batch.producer_id).where(fresh)))
    db.session.execute(
        update(Batch)
        .where(fresh)
        .values(recall_id=one.id, version=Batch.version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(batch)
    one.batches = len(reached)
    changes = {
        "reason": {"from": None, "to": one.reason},
        "batches": {"from": None, "to": one.batches},
    }
    record(account.as_actor(), "recalled", f"batch:{one.code}", changes)
    _tell({producer_id for _, producer_id in reached}, one, now)
    return one


def end_recall(account: Account, batch: Batch, reason: str, now: datetime) -> None:
    """The whole recall ends, wherever in its tree one stands."""
    _check(account, batch, reason)
    one = db.session.get(BatchRecall, batch.recall_id) if batch.recall_id else None
    if one is None or one.ended_at is not None:
        raise RuleBroken(Text("批次没有被召回", "The batch is not recalled"))
    if one.code != batch.code:
        said = Text("请在召回的源头 {code} 上解除", "End it at the batch that was recalled, {code}")
        raise RuleBroken(said.format(code=one.code))
    one.ended_at, one.ended_reason = now, reason.strip()
    db.session.flush()
    db.session.execute(
        update(Batch)
        .where(Batch.recall_id == one.id)
        .values(recall_id=None, version=Batch.version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(batch)
    changes = {"reason": {"from": one.reason, "to": one.ended_reason}}
    record(account.as_actor(), "recall_ended", f"batch:{one.code}", changes)


def _check(account: Account, batch: Batch, reason: str) -> None:
    if account.role not in RECALLERS or not scope_covers(account.region, batch.adcode):
        raise NotAllowed(
            Text("只有批次所在地区的官员可以召回", "Only an official of its region may recall a batch")
        )
    if not REASON_SHORTEST <= len(reason.strip()) <= REASON_LONGEST:
        fault = Text("请说明原因（5 到 500 字）", "Give the reason (5 to 500 characters)")
        raise RuleBroken(NOT_RECALLED, {"reason": fault})


def _tell(producer_ids: set[int], one: BatchRecall, now: datetime) -> None:
    said = Text(
        "批次 {code} 及其后续已召回，请立即停止使用和销售",
        "Batch {code} and all made of it are recalled: stop using and selling it now",
    ).format(code=one.code)
    for producer_id in sorted(producer_ids):
        for person in people_of_producer(producer_id, day_of(now)):
            notify(person.id, said, "/workbench/batches", now)
