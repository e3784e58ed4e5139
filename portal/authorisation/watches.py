"""Clocks that ask a person to look: licences about to end, marks not used, terms running out. And the one
clock that acts: a licence whose first day has come begins. Run again, `look_around` does no harm."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.rules import OFFICIALS, Role
from portal.authorisation.actions import begin
from portal.authorisation.models import Application, Licence, UsageRecord, WatchTask
from portal.authorisation.notices import tell_licensee
from portal.authorisation.people import officials_of
from portal.authorisation.queries import in_force_on, licences
from portal.authorisation.rules import TEXT_SHORTEST, State
from portal.authorisation.watch_rules import (
    EXPIRY_NOTICE_DAYS,
    MARK_TERM_NOTICE_DAYS,
    Watch,
    mark_term_end,
    unused_since,
    years_after,
)
from portal.authorisation.words import WATCH_NAMES
from portal.catalogue.models import Indication, Protection
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.regions.rules import county_of, line_of, scope_prefix
from portal.register.actions import PORTAL, record
from portal.register.words import describe_subject

describe_subject(
    "watch",
    Text("提醒", "Reminder"),
    {"kind": Text("种类", "kind"), "due_on": Text("日期", "day"), "about": Text("关于", "about")},
    {"kind": {watch.value: name for watch, name in WATCH_NAMES.items()}},
)


def look_around(now: datetime) -> int:
    """Begin what begins today and open a task for everything a person should look at; how many."""
    day = day_of(now)
    done = _begin_due(day, now)
    soon = day + timedelta(days=EXPIRY_NOTICE_DAYS)
    for licence in db.session.scalars(licences().where(in_force_on(day), Licence.valid_to <= soon)):
        done += _watch_expiry(licence, now)
    done += _watch_use(day, now)
    return done + _watch_terms(day, now)


def _begin_due(day: date, now: datetime) -> int:
    query = (
        select(Application)
        .join(Application.licence)
        .where(Application.state == State.ANNOUNCED.value, Licence.valid_from <= day)
        .options(
            joinedload(Application.indication),
            joinedload(Application.producer),
            joinedload(Application.licence),
        )
    )
    due = list(db.session.scalars(query))
    for application in due:
        begin(application, now)
    return len(due)


def _watch_expiry(licence: Licence, now: datetime) -> int:
    opened = _open_task(Watch.EXPIRY, licence.subject, licence.valid_to, licence.adcode, now, licence=licence)
    if opened:
        ends = Text(f"将于 {licence.valid_to} 到期", f"ends on {licence.valid_to}")
        tell_licensee(licence, ends, Text("可以申请续展", "You may ask for a renewal"), now)
    return opened


def _watch_use(day: date, now: datetime) -> int:
    """Two years without a record of use, counted from the first day or the last record."""
    last = (
        select(UsageRecord.licence_id, func.max(UsageRecord.on).label("on"))
        .group_by(UsageRecord.licence_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Licence, last.c.on)
        .outerjoin(last, last.c.licence_id == Licence.id)
        .where(in_force_on(day))
        .options(joinedload(Licence.indication), joinedload(Licence.producer), selectinload(Licence.spells))
    )
    opened = 0
    for licence, used_on in rows.all():
        since = unused_since(licence.valid_from, used_on, day)
        if since is not None:
            due = years_after(since, 2)
            opened += _open_task(Watch.NO_USE, licence.subject, due, licence.adcode, now, licence=licence)
    return opened


def _watch_terms(day: date, now: datetime) -> int:
    """Marks whose ten years end within a year; only where the day of registration is known."""
    query = (
        select(Protection)
        .join(Protection.indication)
        .where(
            Protection.kind.in_(("certification_mark", "collective_mark")),
            Protection.status == "in_force",
            Protection.withdrawn_on.is_(None),
            func.length(Protection.date_text) == 10,
            Indication.withdrawn_on.is_(None),
        )
        .options(joinedload(Protection.indication).selectinload(Indication.regions))
    )
    opened = 0
    for mark in db.session.scalars(query):
        ends = mark_term_end(date.fromisoformat(mark.date_text), day)
        if ends - timedelta(days=MARK_TERM_NOTICE_DAYS) <= day and mark.indication.regions:
            place = mark.indication.regions[0].adcode
            subject = f"protection:{mark.indication.slug}/{mark.key}"
            opened += _open_task(Watch.MARK_TERM, subject, ends, place, now, protection=mark)
    return opened


def _open_task(
    kind: Watch,
    subject: str,
    due_on: date,
    adcode: str,
    now: datetime,
    licence: Licence | None = None,
    protection: Protection | None = None,
) -> int:
    """Once for each kind, object and day; the answer given to it is not asked for again."""
    known = select(WatchTask.id).where(
        WatchTask.kind == kind.value, WatchTask.subject == subject, WatchTask.due_on == due_on
    )
    if db.session.scalar(known) is not None:
        return 0
    task = WatchTask(
        kind=kind,
        subject=subject,
        adcode=adcode,
        due_on=due_on,
        open=True,
        opened_on=day_of(now),
        licence_id=licence.id if licence else None,
        protection_id=protection.id if protection else None,
    )
    db.session.add(task)
    db.session.flush()
    changes = {
        "kind": {"from": None, "to": kind.value},
        "about": {"from": None, "to": subject},
        "due_on": {"from": None, "to": due_on.isoformat()},
    }
    record(PORTAL, "opened", f"watch:{task.id}", changes, public=False)
    for person in officials_of(Role.COUNTY, line_of(county_of(adcode))):
        notify(person.id, WATCH_NAMES[kind], "/office/watches/", now)
    return 1


def tasks_for(account: Account) -> Select[tuple[WatchTask]]:
    """The open tasks of an official's region, the nearest day first."""
    reach = account.region if account.role in OFFICIALS | {Role.AUDITOR} and account.region else None
    query = select(WatchTask).where(WatchTask.open).order_by(WatchTask.due_on, WatchTask.id)
    return query.where(WatchTask.adcode.startswith(scope_prefix(reach)) if reach else WatchTask.id < 0)


def names_of(tasks: Sequence[WatchTask]) -> dict[int, Text]:
    """What each task is about, as a person would say it: whose licence of which GI, or which trade mark."""
    licensed = licences().where(Licence.id.in_({one.licence_id for one in tasks}))
    marked = select(Protection).where(Protection.id.in_({one.protection_id for one in tasks}))
    by_licence = {one.id: one for one in db.session.scalars(licensed)}
    by_mark = {one.id: one for one in db.session.scalars(marked.options(joinedload(Protection.indication)))}
    said = {}
    for task in tasks:
        licence, mark = by_licence.get(task.licence_id), by_mark.get(task.protection_id)
        gi = (licence or mark).indication
        name = Text(gi.name_zh, gi.name_en)
        who = licence.producer.name if licence else None
        said[task.id] = Text("{gi}：{who}", "{gi}: {who}").format(gi=name, who=who) if who else name
    return said


def get_task_for(account: Account, number: int) -> WatchTask:
    task = db.session.scalar(tasks_for(account).where(WatchTask.id == number))
    if task is None:
        raise NotFound(Text("没有这条提醒", "There is no such reminder"))
    return task


def answer_task(account: Account, task: WatchTask, answer: str, version_seen: int, now: datetime) -> None:
    """A person looked and says what was found; the clock decides nothing."""
    ensure_current(task, version_seen)
    if len(answer.strip()) < TEXT_SHORTEST:
        fault = Text("请写明处理情况", "Say what was done about it")
        raise RuleBroken(fault, {"answer": fault})
    task.open, task.closed_by, task.closed_on = False, account.id, day_of(now)
    task.answer = answer.strip()[:2000]
    record(
        account.as_actor(), "answered", f"watch:{task.id}", {}, public=False, sealed={"answer": task.answer}
    )
