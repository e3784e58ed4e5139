"""Everything that changes tips. Entries are not public and never hold what a sender wrote or who it was."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.accounts.sealing import Unreadable
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.uscc import ALPHABET
from portal.lib.workdays import WorkCalendar
from portal.papers.files import Paper
from portal.papers.keeping import file_paper
from portal.register.actions import Actor, record
from portal.register.rules import stated
from portal.tips import words  # noqa: F401 - gives the entries written here their words
from portal.tips.models import Tip, TipClock, TipPhotograph, TipSender, TipStep
from portal.tips.queries import digest_of, find_by_key, from_the_same
from portal.tips.rules import (
    ENDS_CLOCKS,
    HANDLERS,
    MOST_PHOTOGRAPHS,
    NEEDS_REASON,
    OPEN,
    REASON_LONGEST,
    REASON_SHORTEST,
    SETTLE_PERIOD,
    Clock,
    Kind,
    Matter,
    NotAccepted,
    State,
    Step,
    clocks_of,
    due_on,
    find_move,
    looks_like_a_flood,
    period_of,
    word_faults,
)
from portal.tips.sealing import FIELDS, seal, sealed_anew, unseal

VISITOR = Actor("visitor")
SECRET_LENGTH = 10


@dataclass(frozen=True)
class Told:
    """What somebody tells. `values` is what was typed; `county` who handles it; the rest was worked out."""

    values: Mapping[str, str]
    county: str
    indication_id: int | None = None
    producer_id: int | None = None
    lon: int | None = None
    lat: int | None = None
    photographs: Sequence[Paper] = ()
    channel: str = "web"
    sender: str | None = None
    quick: bool = False
    left_empty: bool = True
    demo: bool = False
    client_key: str | None = None


@dataclass(frozen=True)
class Receipt:
    """Shown once: with both the sender follows what becomes of it. `secret` is empty where it was given
    before and cannot be given again."""

    number: str
    secret: str
    tip_id: int


def known_receipt(client_key: str | None, keys: Sequence[str]) -> Receipt | None:
    """What was sent under this key before: the same receipt, with the same secret."""
    tip = find_by_key(client_key) if client_key else None
    if tip is None:
        return None
    for key in keys:
        secret = _secret_of(client_key, key)
        if hmac.compare_digest(digest_of(secret), tip.secret):
            return Receipt(tip.number, _in_two(secret), tip.id)
    return Receipt(tip.number, "", tip.id)


def _secret_of(client_key: str, key: str) -> str:
    """Made from the sender's key and ours, so that it lies in no database and can yet be given twice."""
    drawn = hmac.new(key.encode(), f"tip receipt {client_key}".encode(), sha256).digest()
    number, letters = int.from_bytes(drawn), []
    for _ in range(SECRET_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def _in_two(secret: str) -> str:
    return f"{secret[:5]}-{secret[5:]}"


def sender_digest(address: str, key: str, day: date) -> str:
    """Tells that two came from one place on one day, and nothing else: the salt changes daily."""
    return sha256(f"{key}|{day.isoformat()}|{address}".encode()).hexdigest()[:32]


def receive(
    told: Told, calendar: WorkCalendar, key: str, folder: Path, now: datetime, actor: Actor = VISITOR
) -> Receipt:
    """Take it in and give a receipt. Nothing is ever dropped: what looks like a flood waits for a person."""
    values = told.values
    kind = Kind(values["kind"]) if values.get("kind") in set(Kind) else Kind.TIP
    faults = word_faults(values)
    if values.get("matter") not in set(Matter):
        faults["matter"] = Text("请选择是什么事", "Choose what it is about")
    if len(told.photographs) > MOST_PHOTOGRAPHS:
        faults["photographs"] = Text("最多 {n} 张照片", "At most {n} photographs").format(n=MOST_PHOTOGRAPHS)
    refuse(faults)
    links = values["facts"].lower().count("http")
    same = from_the_same(told.sender, now) if told.sender else 0
    held = looks_like_a_flood(told.quick, told.left_empty, links, same)
    secret = _secret_of(told.client_key, key) if told.client_key else _random(SECRET_LENGTH)
    tip = Tip(
        number=number_for(kind, day_of(now)),
        secret=digest_of(secret),
        kind=kind.value,
        matter=values["matter"],
        state=(State.HELD if held else State.RECEIVED).value,
        adcode=told.county,
        place=values["place"],
        where=values.get("where", "").strip() or None,
        lon=told.lon,
        lat=told.lat,
        facts=values["facts"].strip(),
        request=values.get("request", "").strip() or None,
        respondent=values.get("respondent", "").strip() or None,
        code=values.get("code", "").strip()[:60] or None,
        indication_id=told.indication_id,
        producer_id=told.producer_id,
        named=bool(values.get("name", "").strip() and values.get("phone", "").strip()),
        channel=told.channel,
        sender=told.sender,
        received_at=now,
        changed_at=now,
        demo=told.demo,
        clocks=[],
    )
    db.session.add(tip)
    db.session.flush()
    if any(values.get(name, "").strip() for name in FIELDS):
        db.session.add(TipSender(tip_id=tip.id, sealed=seal(dict(values), tip.id, key)))
    for paper in told.photographs:
        file_paper(TipPhotograph, paper, folder, now, tip_id=tip.id)
    tip.client_key = told.client_key
    if not held:
        _start_clocks(tip, calendar, day_of(now))
    said = {"kind": kind.value, "matter": tip.matter, "state": tip.state, "adcode": tip.adcode}
    record(actor, "received", tip.subject, stated(said), public=False)
    return Receipt(tip.number, _in_two(secret), tip.id)


def number_for(kind: Kind, day: date) -> str:
    return f"{'T' if kind is Kind.TIP else 'C'}{day.year % 100:02d}-{_random(7)}"


def unknown_secret() -> str:
    """For what nobody sent: no receipt opens it."""
    return digest_of(_random(SECRET_LENGTH * 3))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _start_clocks(tip: Tip, calendar: WorkCalendar, today: date) -> None:
    for clock, period in clocks_of(tip.sort, tip.stands, tip.named):
        due = due_on(period, today, calendar)
        tip.clocks.append(TipClock(clock=clock.value, from_on=today, due_on=due.day, estimated=due.estimated))


# ---- handling


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
    if account.role not in HANDLERS or not scope_covers(account.region, tip.adcode):
        raise NotAllowed(Text("由承办地的官员办理", "It is for the officials of the place to handle"))
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
        _extend(tip, reason.strip(), calendar, today)
    tip.stop_clocks(ENDS_CLOCKS.get(step, frozenset()), today)
    was = tip.state
    tip.state, tip.changed_at = move.to.value, now
    if told.strip():
        tip.answer = told.strip()[:REASON_LONGEST]
    if move.to.value != was:
        # What was held for a look counts from the day it came: the law knows no holding.
        _start_clocks(tip, calendar, day_of(tip.received_at) if step is Step.RELEASE else today)
    note_step(account, tip, step, reason, told, now, more)
    changes = {"state": {"from": was, "to": tip.state}} if tip.state != was else {"step": _to(step.value)}
    record(account.as_actor(), step.value, tip.subject, changes, public=False)


GIVEN_BACK = Text(
    "移送的地区没有接办，由本局继续办理。",
    "The other region did not take it up; this office goes on with it.",
)
# What ran when it was handed on.
_BEFORE_MOVED = frozenset({Clock.ACCEPT, Clock.CHECK, Clock.CLUE})


def give_back(number: str, actor: Actor, office: str, why: str, transfer: str, now: datetime) -> None:
    """What was handed on was returned, refused or called back: it is open again, with the last day it had."""
    tip = db.session.scalar(select(Tip).where(Tip.number == number).options(selectinload(Tip.clocks)))
    if tip is None or tip.stands is not State.MOVED:
        return
    tip.state, tip.changed_at, tip.answer = State.RECEIVED.value, now, GIVEN_BACK.zh
    for clock in tip.clocks:
        if clock.what in _BEFORE_MOVED:
            clock.done_on = None
    _note(tip, Step.GIVEN_BACK, office, None, why, GIVEN_BACK.zh, now, {"transfer": transfer})
    changes = {"state": {"from": State.MOVED.value, "to": tip.state}}
    record(actor, Step.GIVEN_BACK.value, tip.subject, changes, public=False)


def _to(value: object) -> dict[str, object]:
    return {"from": None, "to": value}


def _extend(tip: Tip, reason: str, calendar: WorkCalendar, today: date) -> None:
    clock = tip.next_clock
    period = period_of(clock.what, tip.sort, tip.stands) if clock else None
    if period is None or not period.extension:
        raise RuleBroken(Text("这个期限不能延长", "This period cannot be extended"))
    if clock.extended_on is not None:
        raise RuleBroken(Text("这个期限已经延长过一次", "This period was extended once already"))
    due = due_on(period, clock.from_on, calendar, extended=True)
    clock.due_on, clock.estimated = due.day, due.estimated
    clock.extended_on, clock.reason = today, reason


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


def pause_for_test(account: Account, tip: Tip, why: str, version_seen: int, now: datetime) -> None:
    """Goods went to be tested: the settlement's clock stands still until they are back (art. 20)."""
    clock = _settling(account, tip, version_seen)
    if clock.paused_on is not None:
        raise RuleBroken(Text("已经在暂停计时", "The clock stands still already"))
    if not REASON_SHORTEST <= len(why.strip()) <= REASON_LONGEST:
        fault = Text("请写明送到哪里检验什么", "Say what is tested, and where")
        raise RuleBroken(Text("还要写明理由", "A reason is needed"), {"why": fault})
    clock.paused_on, clock.reason, tip.changed_at = day_of(now), why.strip(), now
    record(account.as_actor(), "paused", tip.subject, {"step": _to("pause")}, public=False)


def resume_after_test(
    account: Account, tip: Tip, version_seen: int, calendar: WorkCalendar, now: datetime
) -> None:
    """The result is there: the working days that it took are added to the last day."""
    clock = _settling(account, tip, version_seen)
    if clock.paused_on is None:
        raise RuleBroken(Text("没有暂停计时", "The clock is not standing still"))
    clock.paused_days += calendar.between(clock.paused_on, day_of(now))
    clock.paused_on, tip.changed_at = None, now
    due = due_on(SETTLE_PERIOD, clock.from_on, calendar, paused=clock.paused_days)
    clock.due_on, clock.estimated = due.day, due.estimated
    record(account.as_actor(), "resumed", tip.subject, {"step": _to("resume")}, public=False)


def _settling(account: Account, tip: Tip, version_seen: int) -> TipClock:
    ensure_current(tip, version_seen)
    if account.role not in HANDLERS or not scope_covers(account.region, tip.adcode):
        raise NotAllowed(Text("由承办地的官员办理", "It is for the officials of the place to handle"))
    clock = tip.running(Clock.SETTLE)
    if clock is None:
        raise RuleBroken(Text("现在没有在走的调解期限", "No settlement is running"))
    return clock


def mark_told(account: Account, tip: Tip, how: str, version_seen: int, now: datetime) -> None:
    """The sender was told: the clock for it stops."""
    ensure_current(tip, version_seen)
    if account.role not in HANDLERS or not scope_covers(account.region, tip.adcode):
        raise NotAllowed(Text("由承办地的官员办理", "It is for the officials of the place to handle"))
    if tip.running(Clock.TELL) is None:
        raise RuleBroken(Text("现在没有要告知的", "There is nobody to be told now"))
    tip.stop_clocks({Clock.TELL}, day_of(now))
    tip.changed_at = now
    note_step(account, tip, Step.TELL, how, "", now, None)
    record(account.as_actor(), "told", tip.subject, {"step": _to(Step.TELL.value)}, public=False)


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


def look_at_sender(
    account: Account, tip: Tip, why: str, keys: Sequence[str], now: datetime
) -> dict[str, str]:
    """Open the seal. Only a handling official of the very place may, and each look is an entry."""
    if account.role not in HANDLERS or account.region != tip.adcode:
        raise NotAllowed(
            Text("只有承办的官员可以查看是谁反映的", "Only the officials who handle it may see who told")
        )
    if not REASON_SHORTEST <= len(why.strip()) <= REASON_LONGEST:
        fault = Text("请写明为什么要看", "Say why you have to look")
        raise RuleBroken(fault, {"why": fault})
    sealed = db.session.get(TipSender, tip.id)
    record(account.as_actor(), "sender_seen", tip.subject, {"why": _to(why.strip())}, public=False)
    return unseal(sealed.sealed, tip.id, *keys) if sealed else {}


def seal_senders_again(keys: Sequence[str]) -> tuple[int, int]:
    """Seal who told with the key of today; how many were sealed anew, and how many open with no key."""
    done = lost = 0
    for row in db.session.scalars(select(TipSender).execution_options(yield_per=500)):
        try:
            fresh = sealed_anew(row.sealed, row.tip_id, keys)
        except Unreadable:
            lost += 1
            continue
        if fresh:
            row.sealed = fresh
            done += 1
    return done, lost
