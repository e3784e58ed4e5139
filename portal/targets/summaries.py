"""Yearly summaries of zones: read, write, hand on, send. What is still on its way is for officials only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.users import count_users
from portal.catalogue.models import Indication
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.lib.text import Text as Words
from portal.ratios.ledger import Figures, figures_of
from portal.register.actions import record
from portal.register.rules import changed
from portal.returns.rules import READERS
from portal.targets import words  # noqa: F401 - gives the entries written here their words
from portal.targets.models import Programme, ZoneSummary
from portal.targets.programme_rules import OWING, ZONE_KINDS, current_stage
from portal.targets.queries import find_programme, programmes_in_scope
from portal.targets.summary_rules import (
    PART_LONGEST,
    PARTS,
    REASON_SHORTEST,
    TABLE,
    State,
    Step,
    may_take,
    open_steps,
    part_faults,
    year_is_open,
)

NO_SUCH = Words("您的地区没有这个示范区", "Your region has no such zone")
NOT_NOW = Words("这份总结现在不能由您这样办理", "You may not do this with the summary now")


def places_of(programme: Programme) -> tuple[str, ...]:
    return tuple(place["code"] for place in programme.facts["places"])


def owes_summary(programme: Programme) -> bool:
    """A zone being built or accepted; one that a plan only intends owes none."""
    return programme.kind in ZONE_KINDS and current_stage(programme.facts["stages"]) in OWING


def get_zone_for(viewer: Account, key: str) -> Programme:
    """A zone that owes summaries and reaches into the official's region; any other is not there."""
    programme = find_programme(key)
    reaches = programme is not None and any(scope_covers(viewer.region, p) for p in places_of(programme))
    if viewer.role not in READERS or not reaches or not owes_summary(programme):
        raise NotFound(NO_SUCH)
    return programme


def find_summary(key: str, year: int) -> ZoneSummary | None:
    query = select(ZoneSummary).where(ZoneSummary.programme_id == key, ZoneSummary.year == year)
    return db.session.scalar(query)


def summaries_of(keys: Iterable[str]) -> dict[str, list[ZoneSummary]]:
    """The summaries of several zones, newest first: one query."""
    query = select(ZoneSummary).where(ZoneSummary.programme_id.in_(list(keys)))
    found: dict[str, list[ZoneSummary]] = {}
    for one in db.session.scalars(query.order_by(ZoneSummary.year.desc())):
        found.setdefault(one.programme_id, []).append(one)
    return found


def sent_summaries(key: str) -> list[ZoneSummary]:
    """What the public may read of."""
    return [one for one in summaries_of([key]).get(key, []) if one.stands is State.SENT]


def sent_by(keys: Iterable[str], day: date) -> set[tuple[str, int]]:
    """Which zones had sent the summary of which year by a day."""
    sent = ZoneSummary.sent_on.is_not(None), ZoneSummary.sent_on <= day
    query = select(ZoneSummary.programme_id, ZoneSummary.year)
    rows = db.session.execute(query.where(ZoneSummary.programme_id.in_(list(keys)), *sent))
    return {(key, year) for key, year in rows}


def steps_open_to(viewer: Account, programme: Programme, summary: ZoneSummary | None) -> list[Step]:
    state = summary.stands if summary else State.DRAFT
    return open_steps(state, viewer.role, viewer.region, places_of(programme))


# ---- figures


def register_figures(indication: Indication | None, year: int, today: date) -> dict[str, object]:
    """What the register itself knows of the year, to be read beside what is written."""
    if indication is None:
        return {}
    now, before = figures_of(indication.id, year, today), figures_of(indication.id, year - 1, today)
    return {
        "gi": indication.slug,
        "day": now.day.isoformat(),
        "users": count_users(indication.id, now.day),
        **_shares(now, ""),
        **_shares(before, "_before"),
    }


def _shares(figures: Figures, ending: str) -> dict[str, object]:
    return {
        f"users_n{ending}": figures.users_share.n,
        f"users_d{ending}": figures.users_share.d,
        f"output_n{ending}": figures.output_share.n,
        f"output_d{ending}": figures.output_share.d,
        f"missing{ending}": figures.missing,
    }


# ---- what changes them


@dataclass(frozen=True)
class Given:
    """What comes with a step besides the parts themselves."""

    reason: str = ""
    document: str = ""
    sent_on: date | None = None


def take_step(
    account: Account,
    programme: Programme,
    year: int,
    step: Step,
    typed: Mapping[str, str],
    given: Given,
    version_seen: int,
    indication: Indication | None,
    now: datetime,
) -> ZoneSummary:
    """Write, hand on, return or send the summary of a year; it is begun by the first saving of it."""
    day = day_of(now)
    if not year_is_open(year, day):
        raise RuleBroken(Words("这一年还没有开始", "That year has not begun"))
    summary = find_summary(programme.id, year)
    if summary is not None:
        ensure_current(summary, version_seen)
    state = summary.stands if summary else State.DRAFT
    move = TABLE.get((state, step))
    if move is None or not may_take(move, account.role, account.region, places_of(programme)):
        raise NotAllowed(NOT_NOW)
    summary = summary or _begun(programme, year, now)
    before = _fields(summary)
    if step in (Step.SAVE, Step.SUBMIT):
        summary.parts = {name: typed.get(name, "").strip()[: PART_LONGEST + 1] for name in PARTS}
        summary.written_by = account.id
    _refuse(_faults(summary, step, given, day))
    if step in (Step.SUBMIT, Step.FORWARD):
        summary.figures = register_figures(indication, year, day)
        summary.returned_reason = None
    if step is Step.RETURN:
        summary.returned_reason = given.reason.strip()
    if step is Step.SEND:
        summary.document, summary.sent_on = given.document.strip()[:200], given.sent_on or day
    summary.state, summary.changed_at = move.to.value, now
    _record(account, summary, step, before)
    return summary


def _begun(programme: Programme, year: int, now: datetime) -> ZoneSummary:
    summary = ZoneSummary(
        programme_id=programme.id, year=year, state=State.DRAFT.value, parts={}, figures={}, changed_at=now
    )
    db.session.add(summary)
    return summary


def _faults(summary: ZoneSummary, step: Step, given: Given, day: date) -> dict[str, Words]:
    if step is Step.SUBMIT:
        return part_faults(summary.parts)
    if step is Step.RETURN and len(given.reason.strip()) < REASON_SHORTEST:
        return {"reason": Words("请写明要改什么", "Say what has to be changed")}
    found = {}
    if step is Step.SEND and not given.document.strip():
        found["document"] = Words(
            "请填上报文件的名称和文号", "Name the paper it was sent with, and its number"
        )
    if step is Step.SEND and given.sent_on and given.sent_on > day:
        found["sent_on"] = Words("不能晚于今天", "Not later than today")
    return found


def _refuse(faults: dict[str, Words]) -> None:
    if faults:
        raise RuleBroken(Words("总结没有办成", "The summary was not passed on"), faults)


def _fields(summary: ZoneSummary) -> dict[str, object]:
    plain = {
        "state": summary.state,
        "document": summary.document,
        "sent_on": summary.sent_on.isoformat() if summary.sent_on else None,
    }
    return {name: value for name, value in plain.items() if value is not None}


def _record(account: Account, summary: ZoneSummary, step: Step, before: dict[str, object]) -> None:
    """That it was sent is public; what was written on the way stays with the offices."""
    db.session.flush()
    subject = f"zonesummary:{summary.programme_id}/{summary.year}"
    sent = step is Step.SEND
    sealed = None if sent else {"parts": summary.parts, "reason": summary.returned_reason}
    changes = changed({} if sent else before, _fields(summary))
    record(account.as_actor(), f"summary_{step.value}", subject, changes, public=sent, sealed=sealed)


# ---- an official's work


def zones_owing(viewer: Account, today: date) -> list[tuple[Programme, ZoneSummary | None]]:
    """The zones of a region whose summary of the year waits for this official."""
    zones = [one for one in programmes_in_scope(viewer.region) if owes_summary(one)]
    known = {one.programme_id: one for ones in summaries_of(z.id for z in zones).values() for one in ones
             if one.year == today.year}  # fmt: skip
    return [
        (zone, known.get(zone.id))
        for zone in zones
        if set(steps_open_to(viewer, zone, known.get(zone.id))) - {Step.RETURN, Step.SAVE}
    ]
