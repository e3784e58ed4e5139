"""A case is opened and its file is built. Until a decision is published nothing of a case is public; then
only the text written for the public is. What is decided and published stands in the files beside this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from portal.accounts.models import Account
from portal.authorisation.licence_actions import next_number
from portal.cases.clocks import Clock
from portal.cases.models import Case, CaseEvidence, CaseParty
from portal.cases.rules import (
    MOST_BASES,
    MOST_OTHERS,
    REASON_LONGEST,
    REASON_SHORTEST,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Gate,
    Origin,
    State,
    names_a_person,
)
from portal.cases.step_actions import (
    ensure_building,
    ensure_keeper,
    note,
    office_of,
    start_clock,
)
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.lib.workdays import WorkCalendar
from portal.papers.files import Paper, keep
from portal.register.actions import Actor, record
from portal.register.rules import stated

# The same words again within this time are one press too many.
PRESSED_TWICE = timedelta(minutes=10)
OTHER_PARTY = Text("其他当事人 {n}：{what}", "Further party {n}: {what}")


@dataclass(frozen=True)
class Party:
    """One more party beside the first."""

    name: str
    uscc: str = ""
    is_person: bool = False
    producer_id: int | None = None


@dataclass(frozen=True)
class Basis:
    """A law with its article, and in which version it applies."""

    law: str
    version: str


@dataclass(frozen=True)
class Opening:
    """What is known when a case is opened."""

    title: str
    party: str
    facts: str
    party_uscc: str = ""
    party_is_person: bool = False
    party_province: str = ""
    indication_id: int | None = None
    producer_id: int | None = None
    licence_id: int | None = None
    campaign_id: int | None = None
    demo: bool = False
    others: Sequence[Party] = ()
    unread: Mapping[str, Text] = field(default_factory=dict)
    """What of the form could not be read, to be said with the rest."""


def open_case(
    account: Account, origin: Origin, origin_ref: str | None, adcode: str, opening: Opening, now: datetime
) -> Case:
    """Open a case in the place where it happened; tips, checks and transfers call this too."""
    ensure_keeper(account, adcode)
    refuse(opening_faults(opening))
    known = _pressed_twice(account, origin, adcode, opening, now)
    if known is not None:
        return known
    case = new_case(account.as_actor(), office_of(account), origin, origin_ref, adcode, opening, now)
    case.opened_by = account.id
    return case


def _pressed_twice(
    account: Account, origin: Origin, adcode: str, opening: Opening, now: datetime
) -> Case | None:
    """The same words by the same official a moment ago; what has a source of its own is told by that."""
    if origin is not Origin.OWN:
        return None
    same = {"opened_by": account.id, "adcode": adcode, "state": State.OPENED.value, "origin": origin.value}
    same |= {name: getattr(opening, name).strip() for name in ("title", "party", "facts")}
    query = select(Case).filter_by(**same).where(Case.opened_at > now - PRESSED_TWICE)
    return db.session.scalar(query.order_by(Case.id).limit(1))


def opening_faults(opening: Opening, persons_apart: Sequence[str] = ()) -> dict[str, Text]:
    """`persons_apart` are parties of the same matter that have a case of their own."""
    faults = dict(opening.unread)
    if not opening.title.strip() or len(opening.title.strip()) > 200:
        faults["title"] = Text("请写案由（200 字以内）", "Name the matter (up to 200 characters)")
    elif names_a_person(opening.title, [*_persons(opening), *persons_apart]):
        faults["title"] = Text(
            "案由公示时就是标题，不写个人姓名、手机号和证件号（如“李某”）",
            "It is the title once published; leave out names, mobile and identity numbers of people",
        )
    if not opening.party.strip() or len(opening.party.strip()) > 200:
        faults["party"] = Text("请写当事人；不明时写“不明”", "Name the party; write “unknown” where it is")
    if not WORDS_SHORTEST <= len(opening.facts.strip()) <= WORDS_LONGEST:
        faults["facts"] = Text("请写事实（至少 10 个字）", "State the facts (ten characters or more)")
    if opening.party_uscc.strip():
        reading = read_uscc(opening.party_uscc)
        if reading.error:
            faults["party_uscc"] = reading.error
    if len(opening.others) > MOST_OTHERS:
        faults["others"] = Text("最多 {n} 个其他当事人", "At most {n} more parties").format(n=MOST_OTHERS)
    for n, one in enumerate(opening.others, 1):
        if not one.name.strip() or len(one.name.strip()) > 200:
            faults[f"other-{n}"] = OTHER_PARTY.format(
                n=n, what=Text("请写名称（200 字以内）", "write the name (up to 200 characters)")
            )
        wrong = read_uscc(one.uscc).error if one.uscc.strip() else None
        if wrong:
            faults[f"other-uscc-{n}"] = OTHER_PARTY.format(n=n, what=wrong)
    return faults


def _persons(opening: Opening) -> list[str]:
    first = [opening.party.strip()] if opening.party_is_person else []
    return first + [one.name.strip() for one in opening.others if one.is_person]


def new_case(
    actor: Actor,
    office: str,
    origin: Origin,
    origin_ref: str | None,
    adcode: str,
    opening: Opening,
    now: datetime,
) -> Case:
    today = day_of(now)
    case = Case(
        number=f"A{today.year}-{next_number(f'cases-{today.year}'):06d}",
        origin=origin.value,
        origin_ref=origin_ref,
        adcode=adcode,
        state=State.OPENED.value,
        title=opening.title.strip(),
        indication_id=opening.indication_id,
        producer_id=opening.producer_id,
        licence_id=opening.licence_id,
        campaign_id=opening.campaign_id,
        party=opening.party.strip(),
        party_uscc=read_uscc(opening.party_uscc).code if opening.party_uscc.strip() else None,
        party_is_person=opening.party_is_person,
        party_province=opening.party_province or None,
        facts=opening.facts.strip(),
        bases=[],
        gates={},
        outcomes=[],
        opened_on=today,
        opened_at=now,
        changed_at=now,
        demo=opening.demo,
        clocks=[],
        others=[],
    )
    _set_others(case, opening.others)
    # Counted in calendar days, so that no table of working days is asked.
    start_clock(case, Clock.DECIDE, today, WorkCalendar())
    db.session.add(case)
    db.session.flush()
    note(case, "open", office, None, None, now)
    said = {"origin": origin.value, "state": case.state, "adcode": adcode}
    record(actor, "opened", case.subject, stated(said), public=False)
    return case


def _set_others(case: Case, others: Sequence[Party]) -> None:
    """Rows are written over in place, so that the same people stay the same rows; a party with a case of its
    own is changed there."""
    rows, last = case.together, max((one.n for one in case.others), default=0)
    for row in rows[len(others) :]:
        case.others.remove(row)
    for at, said in enumerate(others):
        if at >= len(rows):
            last += 1
            rows.append(CaseParty(n=last))
            case.others.append(rows[at])
        row = rows[at]
        row.name, row.is_person, row.producer_id = said.name.strip(), said.is_person, said.producer_id
        row.uscc = read_uscc(said.uscc).code if said.uscc.strip() else None


def _call_alike(case: Case) -> None:
    """The cases of the other parties name this one as it is named here."""
    called = {"name": case.party, "uscc": case.party_uscc, "is_person": case.party_is_person}
    named = update(CaseParty).where(CaseParty.decided_in == case.number)
    db.session.execute(named.values(**called, producer_id=case.producer_id))


# ---- building the file


def amend_case(
    account: Account,
    case: Case,
    opening: Opening,
    bases: Sequence[Basis],
    version_seen: int,
    now: datetime,
) -> None:
    ensure_current(case, version_seen)
    ensure_keeper(account, case.adcode)
    ensure_building(case)
    apart = [one.name for one in case.apart if one.is_person]
    refuse(opening_faults(opening, apart) | _basis_faults(bases))
    case.title, case.party, case.facts = opening.title.strip(), opening.party.strip(), opening.facts.strip()
    case.party_uscc = read_uscc(opening.party_uscc).code if opening.party_uscc.strip() else None
    case.party_is_person = opening.party_is_person
    case.party_province = opening.party_province or None
    case.indication_id, case.licence_id = opening.indication_id, opening.licence_id
    case.producer_id, case.campaign_id = opening.producer_id, opening.campaign_id
    case.bases = [{"law": one.law.strip(), "version": one.version.strip()} for one in bases]
    _set_others(case, opening.others)
    _call_alike(case)
    case.changed_at = now
    record(account.as_actor(), "amended", case.subject, stated({"state": case.state}), public=False)


def _basis_faults(bases: Sequence[Basis]) -> dict[str, Text]:
    if len(bases) > MOST_BASES:
        return {"basis-1": Text("最多 {n} 条依据", "At most {n} bases").format(n=MOST_BASES)}
    faults: dict[str, Text] = {}
    for n, one in enumerate(bases, 1):
        if not one.law.strip() or len(one.law.strip()) > 300:
            faults[f"basis-{n}"] = Text("请写法名和条款（300 字以内）", "Write the law and its article")
        if len(one.version.strip()) > 120:
            faults[f"version-{n}"] = Text("最多 120 个字", "At most 120 characters")
    return faults


def add_evidence(
    account: Account,
    case: Case,
    what: str,
    taken_on: date | None,
    paper: Paper | None,
    folder: Path,
    now: datetime,
) -> CaseEvidence:
    """A document or a thing described. What is in the file stays there, with its digest and the moment."""
    ensure_keeper(account, case.adcode)
    ensure_building(case)
    faults: dict[str, Text] = {}
    if not what.strip() or len(what.strip()) > 200:
        faults["what"] = Text("请写明这是什么（200 字以内）", "Say what it is (up to 200 characters)")
    if taken_on is None or taken_on > day_of(now):
        faults["taken_on"] = Text("请填取证日期", "Enter the day on which it was taken")
    refuse(faults)
    if paper:
        keep(folder, paper)
    known = db.session.scalar(
        select(CaseEvidence).where(
            CaseEvidence.case_id == case.id,
            CaseEvidence.digest == (paper.digest if paper else None),
            CaseEvidence.what == what.strip(),
            CaseEvidence.at > now - PRESSED_TWICE,
        )
    )
    if known is not None:
        return known
    last = db.session.scalar(select(func.max(CaseEvidence.n)).where(CaseEvidence.case_id == case.id)) or 0
    one = CaseEvidence(
        case_id=case.id,
        n=last + 1,
        what=what.strip(),
        name=paper.name if paper else None,
        media_type=paper.media_type if paper else None,
        size=paper.size if paper else None,
        digest=paper.digest if paper else None,
        taken_on=taken_on,
        by_account=account.id,
        at=now,
    )
    db.session.add(one)
    db.session.flush()
    said = {"evidence": one.n, "digest": one.digest}
    record(account.as_actor(), "evidence_added", case.subject, stated(said), public=False)
    return one


def pass_gate(account: Account, case: Case, gate: Gate, said: str, version_seen: int, now: datetime) -> None:
    """One of the three systems is kept. Legal review is done by somebody who did not open the case."""
    ensure_current(case, version_seen)
    ensure_keeper(account, case.adcode)
    ensure_building(case)
    if not REASON_SHORTEST <= len(said.strip()) <= REASON_LONGEST:
        fault = Text("请写明做了什么（至少 6 个字）", "Say what was done (six characters or more)")
        refuse({"note": fault})
    if gate is Gate.REVIEW:
        if case.stands is not State.REVIEW:
            raise RuleBroken(Text("先送法制审核", "Send it to legal review first"))
        if account.id == case.opened_by:
            raise NotAllowed(
                Text("法制审核要由未参与办案的人作出", "Legal review is for somebody else to do")
            )
    passed = {"by": office_of(account), "account": account.id, "at": now.isoformat(), "note": said.strip()}
    case.gates = {**case.gates, gate.value: passed}
    case.changed_at = now
    note(case, f"gate_{gate.value}"[:12], office_of(account), account.id, said.strip(), now)
    record(account.as_actor(), "gate_passed", case.subject, stated({"gate": gate.value}), public=False)
