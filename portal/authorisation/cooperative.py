"""A co-operative files for its households: what is the same is given once, the rest house by house."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.authorisation.actions import Given, take_step
from portal.authorisation.answers import BY_NAME, STATEMENT, faults
from portal.authorisation.draft_actions import EDITABLE, add_file, open_application, save_answers
from portal.authorisation.models import Application, Licence, StoredFile
from portal.authorisation.queries import licences, member_ids, open_protections
from portal.authorisation.rules import LIVE, Paper, Purpose, State, Step
from portal.catalogue.models import Protection
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import Problem, RuleBroken
from portal.lib.text import Text
from portal.papers.files import Paper as PaperFile
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import stands_on

# Nobody visits more houses in one go, and one request stays short.
MOST_AT_ONCE = 200
SAME_FOR_ALL = ("goods", "standard", "process", "contact", "phone")


@dataclass(frozen=True)
class House:
    """One household and how far its application or licence is; `missing` is what a draft still lacks."""

    producer: Producer
    application: Application | None
    licence: Licence | None
    missing: tuple[Text, ...] = ()

    @property
    def editable(self) -> bool:
        return self.application is not None and self.application.stands in EDITABLE

    @property
    def ready(self) -> bool:
        return self.editable and not self.missing

    @property
    def begun(self) -> bool:
        return self.application is not None or self.licence is not None


def households_of(account: Account, day: date) -> list[Producer]:
    """The members of the co-operatives that somebody acts for, by name."""
    query = (
        select(Producer)
        .where(Producer.id.in_(member_ids(account, day)), Producer.ended_on.is_(None))
        .order_by(Producer.name, Producer.id)
    )
    return list(db.session.scalars(query))


def protections_of(members: Iterable[Producer], day: date) -> list[Protection]:
    """What can be applied for of the GIs on whose rosters these households stand."""
    gis = select(RosterEntry.indication_id).where(
        RosterEntry.producer_id.in_([one.id for one in members]), stands_on(day)
    )
    query = open_protections().where(Protection.indication_id.in_(gis))
    return list(db.session.scalars(query.order_by(Protection.indication_id, Protection.id)))


def houses_for(account: Account, protection: Protection, day: date) -> list[House]:
    """Every household with where it stands for one protection: four queries, however many there are."""
    members = households_of(account, day)
    ids = [one.id for one in members]
    running = {one.producer_id: one for one in _running(ids, protection.id)}
    held = {
        one.producer_id: one
        for one in db.session.scalars(
            licences().where(Licence.protection_id == protection.id, Licence.producer_id.in_(ids))
        )
        if one.state_on(day) in LIVE
    }
    kinds = _paper_kinds([one.id for one in running.values()])
    return [
        House(
            one,
            running.get(one.id),
            held.get(one.id),
            _missing(running.get(one.id), kinds),
        )
        for one in members
    ]


def _running(ids: Iterable[int], protection_id: int) -> Iterable[Application]:
    return db.session.scalars(
        select(Application)
        .where(Application.protection_id == protection_id, Application.producer_id.in_(ids), Application.open)
        .options(
            joinedload(Application.producer),
            joinedload(Application.indication),
            joinedload(Application.protection),
        )
    )


def _paper_kinds(ids: Iterable[int]) -> dict[int, set[str]]:
    query = select(StoredFile.application_id, StoredFile.kind).where(
        StoredFile.application_id.in_(list(ids)), StoredFile.removed_on.is_(None)
    )
    found: dict[int, set[str]] = {}
    for number, kind in db.session.execute(query):
        found.setdefault(number, set()).add(kind)
    return found


def _missing(application: Application | None, kinds: Mapping[int, set[str]]) -> tuple[Text, ...]:
    """In words, without the statement: that one is given when all are handed in."""
    if application is None or application.stands not in EDITABLE:
        return ()
    found = faults(
        application.answers, Purpose(application.purpose), application.track, kinds.get(application.id, set())
    )
    return tuple(
        BY_NAME[name].label if name in BY_NAME and not application.answers.get(name) else fault
        for name, fault in found.items()
        if name != STATEMENT
    )


# ---- what is done for all of them


def begin_for_all(
    account: Account, protection: Protection, typed: Mapping[str, str], now: datetime
) -> tuple[int, int]:
    """Open a draft for every household that has none, and put what is the same for all into every draft
    where it is still empty; how many were opened, and how many were filled in."""
    opened = filled = 0
    shared = {name: typed.get(name, "").strip() for name in SAME_FOR_ALL if typed.get(name, "").strip()}
    for house in houses_for(account, protection, day_of(now))[:MOST_AT_ONCE]:
        if not house.begun:
            application = open_application(account, house.producer, protection, Purpose.NEW, now)
            opened += 1
        elif house.editable:
            application = house.application
        else:
            continue
        wanted = shared | {name: value for name, value in application.answers.items() if value}
        if wanted != application.answers:
            save_answers(account, application, wanted, application.version, now)
            filled += 1
    return opened, filled


def give_paper_to_all(
    account: Account, protection: Protection, kind: Paper, paper: PaperFile, folder: Path, now: datetime
) -> int:
    """The same document with every draft: the bytes are kept once."""
    given = 0
    for house in houses_for(account, protection, day_of(now))[:MOST_AT_ONCE]:
        if house.editable:
            add_file(account, house.application, kind, paper, folder, now)
            given += 1
    if not given:
        raise RuleBroken(
            Text(
                "还没有可以附材料的申请，请先开好申请表",
                "Begin the applications first; no draft takes it yet",
            )
        )
    return given


def hand_in_for(account: Account, number: str, protection: Protection, now: datetime) -> None:
    """Hand in one household's application; it has signed its form, which the co-operative confirms."""
    houses = {one.producer.number: one for one in houses_for(account, protection, day_of(now))}
    house = houses.get(number)
    if house is None or not house.editable:
        raise RuleBroken(Text("这一户没有可以提交的申请", "This household has nothing to hand in"))
    application = house.application
    save_answers(account, application, application.answers | {STATEMENT: "y"}, application.version, now)
    db.session.flush()
    step = Step.SUBMIT if application.stands is State.DRAFT else Step.RESUBMIT
    take_step(account, application, step, application.version, Given(), now)


def said(problem: Problem) -> Text:
    """A refusal in one line, for a list of several."""
    details = list(problem.fields.values())
    return details[0] if details else problem.message
