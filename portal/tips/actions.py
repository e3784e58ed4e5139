"""The steps of handling a tip. Entries are not public and never hold what a sender wrote or who it was."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar
from portal.register.actions import Actor, record
from portal.register.rules import stated
from portal.tips import words  # noqa: F401 - gives the entries written here their words
from portal.tips.clock_actions import extend, start_clocks
from portal.tips.models import Tip, TipStep
from portal.tips.queries import ensure_handler
from portal.tips.rules import (
    CAME_BACK,
    CASE_DROPPED,
    ENDS_CLOCKS,
    NEEDS_REASON,
    OPEN,
    REASON_LONGEST,
    REASON_SHORTEST,
    Clock,
    NotAccepted,
    State,
    Step,
    find_move,
)


def take_step(
    account: Account,
    tip: Tip,
    step: Step,
    reason: str,
    told: str,
    version_seen: int,
    calendar: WorkCalendar,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    """One step of the procedure; `told` is what the sender reads, `reason` stays in the office."""
    ensure_current(tip, version_seen)
    move = find_move(tip.sort, tip.stands, step)
    ensure_handler(account, tip)
    if move is None:
        raise RuleBroken(Text("现在不能走这一步", "That step cannot be taken now"))
    faults: dict[str, Text] = {}
    if step is Step.NOT_ACCEPT and (more or {}).get("ground") not in set(NotAccepted):
        faults["ground"] = Text("请选择属于哪一种法定情形", "Choose the ground of the law")
    if step in NEEDS_REASON and not REASON_SHORTEST <= len(reason.strip()) <= REASON_LONGEST:
        fault = Text("请用 {least} 到 {most} 个字写明理由", "Give the reason in {least} to {most} characters")
        faults["reason"] = fault.format(least=REASON_SHORTEST, most=REASON_LONGEST)
    refuse(faults)
    today = day_of(now)
    if step is Step.EXTEND:
        extend(tip, reason.strip(), calendar, today)
    tip.stop_clocks(ENDS_CLOCKS.get(step, frozenset()), today)
    was = tip.state
    tip.state, tip.changed_at = move.to.value, now
    if told.strip():
        tip.answer = told.strip()[:REASON_LONGEST]
    if move.to.value != was:
        # What was held for a look counts from the day it came: the law knows no holding.
        start_clocks(tip, calendar, day_of(tip.received_at) if step is Step.RELEASE else today)
    note_step(account, tip, step, reason, told, now, more)
    changes = {"state": {"from": was, "to": tip.state}} if tip.state != was else stated({"step": step.value})
    record(account.as_actor(), step.value, tip.subject, changes, public=False)


# What ran when it was handed on.
_BEFORE_MOVED = frozenset({Clock.ACCEPT, Clock.CHECK, Clock.CLUE})


def give_back(
    number: str, step: Step, actor: Actor, office: str, why: str, transfer: str, now: datetime
) -> None:
    """What was handed on was returned, refused or called back: it is open again, with the last day it had."""
    tip = db.session.scalar(select(Tip).where(Tip.number == number).options(selectinload(Tip.clocks)))
    if tip is None or tip.stands is not State.MOVED:
        return
    tip.state, tip.changed_at, tip.answer = State.RECEIVED.value, now, CAME_BACK[step].zh
    for clock in tip.clocks:
        if clock.what in _BEFORE_MOVED:
            clock.done_on = None
    _note(tip, step, office, None, why, CAME_BACK[step].zh, now, {"transfer": transfer})
    changes = {"state": {"from": State.MOVED.value, "to": tip.state}}
    record(actor, step.value, tip.subject, changes, public=False)


def tell_of_dropped_case(
    number: str, actor: Actor, office: str, reason: str, case_number: str, now: datetime
) -> None:
    """Whoever told reads why the case that came of it was dropped; the tip itself stays decided."""
    tip = db.session.scalar(select(Tip).where(Tip.number == number))
    if tip is None:
        return
    told = CASE_DROPPED.zh + reason
    tip.answer, tip.changed_at = told, now
    _note(tip, Step.CASE_DROPPED, office, None, "", told, now, {"case": case_number})
    said = stated({"step": Step.CASE_DROPPED.value})
    record(actor, Step.CASE_DROPPED.value, tip.subject, said, public=False)


def note_step(
    account: Account,
    tip: Tip,
    step: Step,
    reason: str,
    told: str,
    now: datetime,
    more: Mapping[str, object] | None,
) -> None:
    _note(tip, step, account.organisation or account.role.value, account.id, reason, told, now, more)


def _note(
    tip: Tip,
    step: Step,
    office: str,
    account_id: int | None,
    reason: str,
    told: str,
    now: datetime,
    more: Mapping[str, object] | None,
) -> None:
    last = db.session.scalar(select(func.max(TipStep.n)).where(TipStep.tip_id == tip.id)) or 0
    db.session.add(
        TipStep(
            tip_id=tip.id,
            n=last + 1,
            step=step.value,
            to_state=tip.state,
            by_account=account_id,
            office=office,
            at=now,
            note=reason.strip() or None,
            told=told.strip() or None,
            more=dict(more) if more else None,
        )
    )
    db.session.flush()


def mark_told(account: Account, tip: Tip, how: str, version_seen: int, now: datetime) -> None:
    """The sender was told: the clock for it stops."""
    ensure_current(tip, version_seen)
    ensure_handler(account, tip)
    if tip.running(Clock.TELL) is None:
        raise RuleBroken(Text("现在没有要告知的", "There is nobody to be told now"))
    tip.stop_clocks({Clock.TELL}, day_of(now))
    tip.changed_at = now
    note_step(account, tip, Step.TELL, how, "", now, None)
    record(account.as_actor(), "told", tip.subject, stated({"step": Step.TELL.value}), public=False)


def join(
    account: Account,
    tip: Tip,
    main: Tip,
    version_seen: int,
    calendar: WorkCalendar,
    now: datetime,
) -> None:
    """The same thing told twice is handled once; both senders can follow it."""
    if main.id == tip.id or main.joined_to_id is not None or main.stands not in OPEN - {State.HELD}:
        raise RuleBroken(Text("只能并入另一件正在办理的", "It can only be joined to another that is open"))
    if main.adcode != tip.adcode or main.kind != tip.kind:
        raise RuleBroken(Text("两件的种类或承办地不同", "They are of another kind or place"))
    take_step(account, tip, Step.JOIN, "", "", version_seen, calendar, now, {"main": main.number})
    tip.joined_to_id = main.id
