"""Everything that reads cases. Officials see those of their region, the public what is published now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.authorisation.models import Licence
from portal.authorisation.queries import member_ids, own_producer_ids
from portal.cases.models import Campaign, Case, CaseClock, CaseEvidence, CaseParty, CaseStep
from portal.cases.rules import OPEN, READERS, Origin, Outcome, State, Step, time_is_over
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.queries import within

NO_CASE = Text("没有这个案件", "There is no such case")


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("案卷只对官员和审计员开放", "Case files are open to officials and auditors"))
    return viewer.region


_SHOWN = (
    joinedload(Case.indication),
    joinedload(Case.producer),
    joinedload(Case.campaign),
    joinedload(Case.licence).selectinload(Licence.spells),
    selectinload(Case.clocks),
    selectinload(Case.others),
)


@dataclass(frozen=True)
class CaseFilter:
    """`open` is what still has to be done: not decided, not published, or with a period that runs."""

    state: str = "open"
    origin: str = ""
    gi: str = ""
    campaign: str = ""
    text: str = ""


def cases_in(viewer: Account, asked: CaseFilter, day: date) -> Select[tuple[Case]]:
    query = select(Case).where(within(Case.adcode, scope_of(viewer))).options(*_SHOWN)
    if asked.state == "open":
        runs = exists().where(CaseClock.case_id == Case.id, CaseClock.runs())
        in_hand = and_(runs, not_(over_on(day)))
        query = query.where(or_(Case.state.in_([state.value for state in OPEN]), in_hand))
    elif asked.state and asked.state != "all":
        query = query.where(_stands_on(asked.state, day))
    if asked.origin:
        query = query.where(Case.origin == asked.origin)
    if asked.gi:
        query = query.join(Case.indication).where(Indication.slug == asked.gi)
    if asked.campaign:
        query = query.join(Case.campaign).where(Campaign.slug == asked.campaign)
    if asked.text:
        query = query.where(
            Case.number.contains(asked.text.upper(), autoescape=True)
            | Case.title.contains(asked.text, autoescape=True)
            | Case.party.contains(asked.text, autoescape=True)
            | Case.others.any(CaseParty.name.contains(asked.text, autoescape=True))
        )
    first_due = CaseClock.first_due(CaseClock.case_id == Case.id)
    return query.order_by(first_due.is_(None), first_due, Case.id.desc())


def over_on(day: date) -> ColumnElement[bool]:
    """Still called published, though its time is over (`Case.is_over_on`)."""
    dated = Case.shown_until.is_not(None)
    return and_(Case.state == State.PUBLISHED.value, dated, time_is_over(Case.shown_until, day))


def _stands_on(state: str, day: date) -> ColumnElement[bool]:
    stands = Case.state == state
    if state == State.PUBLISHED:
        return and_(stands, not_(over_on(day)))
    return or_(stands, over_on(day)) if state == State.REMOVED else stands


def get_case_for(viewer: Account, number: str) -> Case:
    query = select(Case).where(Case.number == number, within(Case.adcode, scope_of(viewer)))
    case = db.session.scalar(query.options(*_SHOWN).execution_options(populate_existing=True))
    if case is None:
        raise NotFound(NO_CASE)
    return case


def find_case_for(viewer: Account, number: str) -> Case | None:
    """For a page that may lead there: nothing where the viewer has no such case to see."""
    if not number or viewer.role not in READERS or not is_adcode(viewer.region):
        return None
    return db.session.scalar(select(Case).where(Case.number == number, within(Case.adcode, viewer.region)))


def evidence_of(case: Case) -> list[CaseEvidence]:
    query = select(CaseEvidence).where(CaseEvidence.case_id == case.id).order_by(CaseEvidence.n)
    return list(db.session.scalars(query))


def get_evidence_for(viewer: Account, number: str, n: int) -> CaseEvidence:
    case = get_case_for(viewer, number)
    query = select(CaseEvidence).where(CaseEvidence.case_id == case.id, CaseEvidence.n == n)
    found = db.session.scalar(query)
    if found is None or not found.digest:
        raise NotFound(Text("没有这份证据文件", "There is no such document"))
    return found


def steps_of(case: Case) -> list[CaseStep]:
    query = select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.n)
    return list(db.session.scalars(query))


def corrections_of(case: Case) -> list[CaseStep]:
    query = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.step == Step.CORRECT.value)
    return list(db.session.scalars(query.order_by(CaseStep.n)))


def campaigns() -> list[Campaign]:
    return list(db.session.scalars(select(Campaign).order_by(Campaign.from_on.desc())))


def cases_of(origin: Origin, ref: str) -> list[Case]:
    """All that came of it: one for each party, where it was divided."""
    query = select(Case).where(Case.origin == origin.value, Case.origin_ref == ref)
    return list(db.session.scalars(query.options(*_SHOWN).order_by(Case.id)))


def find_case(number: str) -> Case | None:
    return db.session.scalar(select(Case).where(Case.number == number).options(*_SHOWN))


def case_of(origin: Origin, ref: str) -> Case | None:
    """The case that came of a tip, check, transfer or finding, if one did."""
    query = select(Case).where(Case.origin == origin.value, Case.origin_ref == ref)
    return db.session.scalar(query.order_by(Case.id).limit(1))


def due_by(viewer: Account, last: date, day: date) -> list[tuple[CaseClock, Case]]:
    """Clocks of cases that run out up to a day, soonest first; none of a publication whose time is over."""
    query = (
        select(CaseClock, Case)
        .join(Case, Case.id == CaseClock.case_id)
        .where(within(Case.adcode, scope_of(viewer)), CaseClock.runs(), CaseClock.due_on <= last)
        .where(not_(over_on(day)))
        .order_by(CaseClock.due_on, Case.id)
    )
    return [(clock, case) for clock, case in db.session.execute(query)]


# ---- those it concerns


TOLD = (State.DECIDED, State.PUSHED, State.PUBLISHED, State.REMOVED, State.OVERTURNED, State.CLOSED)


def cases_about(account: Account, day: date) -> list[Case]:
    """What was decided of the producers this account acts for, as first or as further party."""
    if account.role is not Role.PRODUCER:
        return []
    mine = own_producer_ids(account, day).union(member_ids(account, day))
    together = and_(CaseParty.producer_id.in_(mine), CaseParty.decided_in.is_(None))
    about = or_(Case.producer_id.in_(mine), Case.others.any(together))
    decided = Case.state.in_([state.value for state in TOLD])
    query = select(Case).where(about, decided).options(*_SHOWN)
    return list(db.session.scalars(query.order_by(Case.id.desc())))


def get_case_about(account: Account, number: str, day: date) -> Case:
    found = next((one for one in cases_about(account, day) if one.number == number), None)
    if found is None:
        raise NotFound(NO_CASE)
    return found


# ---- the public


def shown_on(day: date) -> ColumnElement[bool]:
    """What the public may see: published, not taken down, and its time not over."""
    return and_(Case.state == State.PUBLISHED.value, not_(over_on(day)))


def published_cases(day: date, gi: str = "", region: str = "") -> Select[tuple[Case]]:
    query = select(Case).where(shown_on(day)).options(*_SHOWN)
    if gi:
        query = query.join(Case.indication).where(Indication.slug == gi)
    if region:
        query = query.where(within(Case.adcode, region))
    return query.order_by(Case.published_on.desc(), Case.id.desc())


def typical_cases(day: date, gi: str = "") -> Select[tuple[Case]]:
    """They stay when the decision is taken down, for they name nobody. Words from before that was asked of
    them stay only as long as the decision itself."""
    query = select(Case).where(Case.typical.is_not(None)).options(*_SHOWN)
    query = query.where(or_(Case.typical_title.is_not(None), shown_on(day)))
    if gi:
        query = query.join(Case.indication).where(Indication.slug == gi)
    return query.order_by(Case.typical_on.desc(), Case.id.desc())


def get_typical(number: str, day: date) -> Case:
    case = db.session.scalar(typical_cases(day).where(Case.number == number))
    if case is None:
        raise NotFound(Text("没有这个典型案例", "There is no such typical case"))
    return case


def get_withdrawn(number: str, day: date) -> Case | None:
    """A decision overturned while it was shown: readers learn so for as long as it was to be shown."""
    query = select(Case).where(Case.number == number, Case.state == State.OVERTURNED.value)
    query = query.where(Case.shown_until >= day, Case.removed_on >= Case.overturned_on)
    return db.session.scalar(query.options(*_SHOWN))


def get_published(number: str, day: date) -> Case:
    case = db.session.scalar(published_cases(day).where(Case.number == number))
    if case is None:
        raise NotFound(
            NO_CASE,
            next_step=Text(
                "公示期满的决定会撤下；当事人可向作出决定的机关查询",
                "Decisions are taken down when their time is over; ask the office that decided",
            ),
        )
    return case


# ---- figures


@dataclass(frozen=True)
class CaseFigures:
    """What a report says of a year: cases opened, decided, fines, what was decided, from where they came.
    A decision that was overturned counts as such and as nothing else."""

    opened: int
    decided: int
    published: int
    fine_fen: int
    outcomes: Mapping[Outcome, int]
    origins: Mapping[Origin, int]
    campaigns: Mapping[str, int]
    overturned: int = 0
    to_police: int = 0


def figures_of(scope: str, year: int, indication_ids: Iterable[int] | None = None) -> CaseFigures:
    first, last = date(year, 1, 1), date(year, 12, 31)
    inside = [within(Case.adcode, scope)]
    if indication_ids is not None:
        inside.append(Case.indication_id.in_(set(indication_ids)))
    opened = db.session.execute(
        select(Case.origin, func.count())
        .where(*inside, Case.opened_on.between(first, last))
        .group_by(Case.origin)
    ).all()
    found = list(
        db.session.scalars(
            select(Case)
            .where(*inside, Case.decided_on.between(first, last))
            .options(joinedload(Case.campaign))
        )
    )
    decided = [case for case in found if case.stands is not State.OVERTURNED]
    handed = select(func.count()).where(
        *inside, Case.state == State.POLICE.value, Case.opened_on.between(first, last)
    )
    outcomes = Counter(one for case in decided for one in case.decided)
    return CaseFigures(
        opened=sum(count for _, count in opened),
        decided=len(decided),
        published=sum(case.published_on is not None for case in decided),
        fine_fen=sum(case.fine_fen or 0 for case in decided),
        outcomes=outcomes,
        origins={Origin(origin): count for origin, count in opened},
        campaigns=Counter(case.campaign.name_zh for case in decided if case.campaign),
        overturned=len(found) - len(decided),
        to_police=db.session.scalar(handed),
    )


def campaign_figures() -> dict[int, tuple[int, int, int]]:
    """By campaign: cases, decided ones, fines in 分; what was overturned counts no more."""
    stands = Case.state != State.OVERTURNED.value
    query = (
        select(
            Case.campaign_id,
            func.count(),
            func.count(Case.decided_on).filter(stands),
            func.coalesce(func.sum(Case.fine_fen).filter(stands), 0),
        )
        .where(Case.campaign_id.is_not(None))
        .group_by(Case.campaign_id)
    )
    return {number: (count, decided, int(fen)) for number, count, decided, fen in db.session.execute(query)}
