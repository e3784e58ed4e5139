"""Reminding of returns: by an official who presses the button, and by the calendar, each reminder once."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from operator import attrgetter

from flask import current_app
from sqlalchemy import select

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.authorisation.people import accounts_by_producer, somebody_acts_for
from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import day_of, now, today
from portal.lib.problems import NotAllowed
from portal.lib.text import Text
from portal.mail import send
from portal.producers.models import RosterEntry
from portal.regions.rules import NATION
from portal.register.actions import PORTAL, Actor, record
from portal.register.models import Entry
from portal.returns.actions import NOT_YOURS
from portal.returns.queries import not_filed_in
from portal.returns.rules import KEEPERS, reminder_of, year_due_on

PATH = "/workbench/returns"
SUBJECTS_AT_ONCE = 1_000
"""Of a statement: the whole country has more GIs than a database takes values."""
ONE = Text("请申报 {gi} {year} 年产值", "Please file the {year} return for {gi}")
SEVERAL = Text("请申报 {year} 年产值，共 {n} 份：{gi}", "Please file {n} [n:return|returns] for {year}: {gi}")
DUE = Text("，{day}前", ", by {day}")
LETTER = Text(
    "{said}。\n\n登录后可以直接填写，去年的数字会显示在旁边：{url}\n",
    "{said}.\n\nYou can fill it in after signing in; last year’s figures stand beside the fields: {url}\n",
)


def remind_by(account: Account, lines: list[RosterEntry], year: int, now: datetime) -> int:
    """A notice and a letter to whoever acts for these producers; how many producers could be reached."""
    if account.role not in KEEPERS:
        raise NotAllowed(NOT_YOURS)
    return _remind(account.as_actor(), lines, year, now, None)


def _remind(actor: Actor, lines: Iterable[RosterEntry], year: int, now: datetime, stage: str | None) -> int:
    """One message a person, however many producers they act for; one entry for each GI."""
    lines = list(lines)
    people = accounts_by_producer({line.producer_id for line in lines}, day_of(now))
    owed: dict[int, list[RosterEntry]] = defaultdict(list)
    for line in lines:
        for account_id in people.get(line.producer_id, []):
            owed[account_id].append(line)
    accounts = db.session.scalars(select(Account).where(Account.id.in_(owed), Account.ended_on.is_(None)))
    reached: set[int] = set()
    for one in accounts:
        _tell(one, owed[one.id], year, now)
        reached |= {line.producer_id for line in owed[one.id]}
    by_gi: dict[str, list[RosterEntry]] = defaultdict(list)
    for line in lines:
        by_gi[line.indication.slug].append(line)
    for slug, own in by_gi.items():
        got = len({line.producer_id for line in own} & reached)
        changes = {"asked": {"from": None, "to": len(own)}, "reached": {"from": None, "to": got}}
        changes |= {"stage": {"from": None, "to": stage}} if stage else {}
        record(actor, "reminded", f"return:{slug}/{year}", changes, public=False)
    return len(reached)


def _tell(person: Account, lines: list[RosterEntry], year: int, now: datetime) -> None:
    names = list({line.indication_id: line.indication for line in lines}.values())
    gi = Text("、".join(one.name_zh for one in names), ", ".join(one.name_en for one in names))
    said = (ONE if len(lines) == 1 else SEVERAL).format(gi=gi, year=year, n=len(lines))
    due = year_due_on(year)
    if day_of(now) <= due:
        by = DUE.format(day=due)
        said = Text(said.zh + by.zh, said.en + by.en)
    notify(person.id, said, PATH, now)
    url = current_app.config["SETTINGS"].base_url + PATH
    send(person.email, said, LETTER.format(said=said, url=url), person.language)


def last_reminder(account: Account, slugs: Iterable[str], year: int) -> Entry | None:
    """When somebody of this office, or the portal by its calendar, last reminded of a year of these GIs."""
    ours = select(Entry).where(
        Entry.verb == "reminded", Entry.actor.in_([account.as_actor().name, PORTAL.name])
    )
    newest = ours.order_by(Entry.n.desc()).limit(1)
    subjects = [f"return:{slug}/{year}" for slug in slugs]
    found = (
        db.session.scalar(newest.where(Entry.subject.in_(subjects[first : first + SUBJECTS_AT_ONCE])))
        for first in range(0, len(subjects), SUBJECTS_AT_ONCE)
    )
    return max(filter(None, found), key=attrgetter("n"), default=None)


# ---- by the calendar


def remind_by_calendar(moment: datetime) -> int:
    """The reminder of the day, of every GI of which it was not sent yet; how many producers were reached.
    Producers nobody acts for here are the county's to call: the list of who has not filed names them."""
    day = day_of(moment)
    year = day.year - 1
    stage = reminder_of(year, day)
    if stage is None:
        return 0
    acted_for = somebody_acts_for(RosterEntry.producer_id, day)
    lines = db.session.scalars(not_filed_in(NATION, year, date(year, 12, 31)).where(acted_for))
    done = _already_reminded(year, stage)
    waiting = [line for line in lines if line.indication.slug not in done]
    return _remind(PORTAL, waiting, year, moment, stage) if waiting else 0


def _already_reminded(year: int, stage: str) -> set[str]:
    query = select(Entry.subject, Entry.changes).where(
        Entry.verb == "reminded", Entry.subject.like(f"return:%/{year}"), Entry.actor == PORTAL.name
    )
    return {
        subject.removeprefix("return:").partition("/")[0]
        for subject, changes in db.session.execute(query)
        if json.loads(changes).get("stage", {}).get("to") == stage
    }


def remind_today() -> int:
    """Nothing when this process has looked today already."""
    seen = current_app.extensions.setdefault("return_reminders", {})
    if seen.get("day") == today():
        return 0
    with transaction():
        reached = remind_by_calendar(now())
    seen["day"] = today()
    return reached


add_work("reminders of returns", remind_today)
