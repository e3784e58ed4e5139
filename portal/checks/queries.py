"""Everything that reads plans, officers and checks. What lies outside a viewer's reach is not there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.authorisation.models import Application, ApplicationStep, Licence
from portal.authorisation.queries import acts_for, in_force_on, own_producer_ids
from portal.checks.models import (
    Check,
    CheckOfficer,
    CheckPhoto,
    CheckPlan,
    CheckSheet,
    Commitment,
    Officer,
    OfficerConflict,
)
from portal.checks.rules import (
    PUBLIC_STATES,
    READERS,
    SILENT_BARS_FOR,
    UNDER_WAY,
    CheckState,
    PlanState,
    PlanStep,
    SubjectClass,
    may_take,
)
from portal.db import db
from portal.lib.clock import end_of_day
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Producer, ProducerAccount, RosterEntry
from portal.producers.queries import stands_on, within
from portal.regions.rules import covers

NO_PLAN = Text("没有这次抽查", "There is no such check by lot")
NO_CHECK = Text("没有这项检查", "There is no such check")
# Who decided on a producer's application within this time does not check it.
DECIDED_WITHIN = timedelta(days=365)


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("这一部分只对官员和审计员开放", "Open to officials and auditors only"))
    return viewer.region


# ---- plans


def _plans() -> Select[tuple[CheckPlan]]:
    return select(CheckPlan).options(joinedload(CheckPlan.indication))


def plans_for(viewer: Account, state: PlanState | None = None) -> Select[tuple[CheckPlan]]:
    query = _plans().where(within(CheckPlan.adcode, scope_of(viewer)))
    if state:
        query = query.where(CheckPlan.state == state)
    return query.order_by(CheckPlan.id.desc())


def get_plan_for(viewer: Account, number: str) -> CheckPlan:
    plan = db.session.scalar(plans_for(viewer).where(CheckPlan.number == number))
    if plan is None:
        raise NotFound(NO_PLAN)
    return plan


def public_plans(region: str = "", state: PlanState | None = None) -> Select[tuple[CheckPlan]]:
    """Whatever is past drafting is for everyone to see."""
    states = [state.value] if state else PUBLIC_STATES
    query = _plans().where(CheckPlan.state.in_([one for one in states if one in PUBLIC_STATES]))
    if region:
        query = query.where(within(CheckPlan.adcode, region))
    return query.order_by(CheckPlan.id.desc())


def get_public_plan(number: str) -> CheckPlan:
    plan = db.session.scalar(public_plans().where(CheckPlan.number == number))
    if plan is None:
        raise NotFound(NO_PLAN)
    return plan


def steps_open_to(account: Account, plan: CheckPlan) -> set[PlanStep]:
    return {
        step for step in PlanStep if may_take(step, plan.stands, account.role, account.region, plan.adcode)
    }


def commitments_of(plan: CheckPlan) -> list[Commitment]:
    """Those of every round, in order."""
    query = select(Commitment).where(Commitment.plan_id == plan.id)
    return list(db.session.scalars(query.order_by(Commitment.round, Commitment.place)))


def commitments_now(plan: CheckPlan) -> list[Commitment]:
    return [one for one in commitments_of(plan) if one.round == plan.round]


def commitments_by_plan(plans: Iterable[CheckPlan]) -> dict[int, list[Commitment]]:
    """Those of the present round of each plan, with one statement for all."""
    rounds = {plan.id: plan.round for plan in plans}
    query = select(Commitment).where(Commitment.plan_id.in_(rounds)).order_by(Commitment.place)
    found: dict[int, list[Commitment]] = {number: [] for number in rounds}
    for one in db.session.scalars(query):
        if one.round == rounds[one.plan_id]:
            found[one.plan_id].append(one)
    return found


def silent_commitment(account: Account, day: date) -> str | None:
    """The number of a plan for which this person committed within a year and did not reveal in time."""
    query = (
        select(CheckPlan.number)
        .join(Commitment, (Commitment.plan_id == CheckPlan.id) & (Commitment.round == CheckPlan.round))
        .where(
            Commitment.account_id == account.id,
            Commitment.secret.is_(None),
            CheckPlan.reveal_by.between(day - SILENT_BARS_FOR, day - timedelta(days=1)),
            CheckPlan.state.in_([PlanState.COMMITTED.value, PlanState.DRAWN.value]),
        )
    )
    return db.session.scalar(query.order_by(CheckPlan.id.desc()).limit(1))


# ---- who can be drawn


@dataclass(frozen=True)
class Subject:
    producer_id: int
    number: str
    name: str
    adcode: str


def subjects_for(plan: CheckPlan, day: date) -> dict[SubjectClass, list[Subject]]:
    """Everyone of the classes the plan names; who is an authorised user is not drawn a second time as one of
    the roster."""
    columns = (Producer.id, Producer.number, Producer.name, Producer.adcode)
    standing = select(*columns).where(Producer.ended_on.is_(None), within(Producer.adcode, plan.adcode))
    licensed = exists().where(Licence.producer_id == Producer.id, in_force_on(day))
    listed = exists().where(RosterEntry.producer_id == Producer.id, stands_on(day))
    if plan.indication_id is not None:
        licensed = licensed.where(Licence.indication_id == plan.indication_id)
        listed = listed.where(RosterEntry.indication_id == plan.indication_id)
    conditions = {SubjectClass.AUTHORISED: licensed, SubjectClass.ROSTER: and_(listed, ~licensed)}
    return {
        one: [Subject(*row) for row in db.session.execute(standing.where(condition).order_by(Producer.id))]
        for one, condition in conditions.items()
        if one.value in plan.wanted
    }


def officers_for(adcode: str, day: date) -> list[Officer]:
    """Every officer of the region: nobody picks among them."""
    query = select(Officer).where(
        within(Officer.adcode, adcode),
        Officer.since <= day,
        or_(Officer.ended_on.is_(None), Officer.ended_on > day),
    )
    return list(db.session.scalars(query.order_by(Officer.licence)))


def excluded_for(officers: Sequence[Officer], producer_ids: Iterable[int], day: date) -> dict[int, set[str]]:
    """Which officers may not check a producer: declared by them, or known to the portal (acts for it, decided
    on its application within a year, bears the name of its contact)."""
    licences = {one.id: one.licence for one in officers}
    by_account = {one.account_id: one.licence for one in officers if one.account_id}
    by_name = {one.name: one.licence for one in officers}
    ids, found = set(producer_ids), {}

    def exclude(producer_id: int, licence: str | None) -> None:
        if producer_id in ids and licence:
            found.setdefault(producer_id, set()).add(licence)

    declared = select(OfficerConflict.producer_id, OfficerConflict.officer_id).where(
        OfficerConflict.ended_on.is_(None), OfficerConflict.officer_id.in_(licences)
    )
    for producer_id, officer_id in db.session.execute(declared):
        exclude(producer_id, licences.get(officer_id))
    acting = select(ProducerAccount.producer_id, ProducerAccount.account_id).where(
        ProducerAccount.account_id.in_(by_account)
    )
    decided = (
        select(Application.producer_id, ApplicationStep.by_account)
        .join(ApplicationStep, ApplicationStep.application_id == Application.id)
        .where(ApplicationStep.by_account.in_(by_account))
        .where(ApplicationStep.at > end_of_day(day - DECIDED_WITHIN))
        .distinct()
    )
    for query in (acting, decided):
        for producer_id, account_id in db.session.execute(query):
            exclude(producer_id, by_account.get(account_id))
    same_name = select(Producer.id, Producer.contact, Producer.name).where(
        or_(Producer.contact.in_(by_name), Producer.name.in_(by_name))
    )
    for producer_id, contact, name in db.session.execute(same_name):
        exclude(producer_id, by_name.get(contact) or by_name.get(name))
    return found


# ---- officers


def officers_of(viewer: Account) -> Select[tuple[Officer]]:
    query = select(Officer).where(within(Officer.adcode, scope_of(viewer)))
    return query.order_by(Officer.ended_on.is_not(None), Officer.adcode, Officer.licence)


def get_officer_for(viewer: Account, number: int) -> Officer:
    officer = db.session.scalar(officers_of(viewer).where(Officer.id == number))
    if officer is None:
        raise NotFound(Text("没有这名执法人员", "There is no such officer"))
    return officer


def conflicts_of(officer_ids: Iterable[int]) -> list[OfficerConflict]:
    query = (
        select(OfficerConflict)
        .where(OfficerConflict.officer_id.in_(list(officer_ids)), OfficerConflict.ended_on.is_(None))
        .options(joinedload(OfficerConflict.producer))
    )
    return list(db.session.scalars(query.order_by(OfficerConflict.id)))


# ---- checks


def _checks() -> Select[tuple[Check]]:
    return (
        select(Check)
        .join(Check.plan)
        .join(Check.producer)
        .options(
            contains_eager(Check.plan).joinedload(CheckPlan.indication),
            contains_eager(Check.producer),
            selectinload(Check.officers).joinedload(CheckOfficer.officer),
        )
    )


def checks_of(plan: CheckPlan, only_round: int | None = None) -> list[Check]:
    query = _checks().where(Check.plan_id == plan.id)
    if only_round is not None:
        query = query.where(Check.round == only_round)
    return list(db.session.scalars(query.order_by(Check.round.desc(), Check.place)))


def _mine(account: Account) -> ColumnElement[bool]:
    return exists().where(
        CheckOfficer.check_id == Check.id,
        CheckOfficer.replaced_on.is_(None),
        CheckOfficer.officer_id == Officer.id,
        Officer.account_id == account.id,
    )


def is_assigned(account: Account, check: Check) -> bool:
    return any(one.replaced_on is None and one.officer.account_id == account.id for one in check.officers)


def my_checks(account: Account) -> list[Check]:
    """What an officer still has to do, the most urgent first."""
    open_states = [CheckState.TO_DO.value, *(state.value for state in UNDER_WAY)]
    query = _checks().where(_mine(account), Check.state.in_(open_states))
    return list(db.session.scalars(query.order_by(CheckPlan.check_by, Check.id)))


def get_check_for(viewer: Account, number: int) -> Check:
    """A check of a plan of the region or of a place in it, or one that this officer was drawn for."""
    reach = or_(
        within(CheckPlan.adcode, scope_of(viewer)), within(Check.adcode, viewer.region), _mine(viewer)
    )
    check = db.session.scalar(_checks().where(Check.id == number, reach))
    if check is None:
        raise NotFound(NO_CHECK)
    return check


def sheets_of(check: Check) -> list[CheckSheet]:
    query = select(CheckSheet).where(CheckSheet.check_id == check.id)
    return list(db.session.scalars(query.options(selectinload(CheckSheet.photos)).order_by(CheckSheet.id)))


def find_sheet(client_key: str) -> CheckSheet | None:
    return db.session.scalar(select(CheckSheet).where(CheckSheet.client_key == client_key))


def papers_of(check: Check) -> list[CheckPhoto]:
    """What the producer handed in about its correction."""
    query = select(CheckPhoto).where(CheckPhoto.check_id == check.id, CheckPhoto.sheet_id.is_(None))
    return list(db.session.scalars(query.order_by(CheckPhoto.id)))


def get_photo_for(viewer: Account, number: int, day: date) -> CheckPhoto:
    photo = db.session.get(CheckPhoto, number)
    if photo is None:
        raise NotFound(Text("没有这张照片", "There is no such photograph"))
    if viewer.role is Role.PRODUCER:
        own = get_own_check(viewer, photo.check_id, day)
        if photo.sheet_id is not None or own.id != photo.check_id:
            raise NotFound(Text("没有这张照片", "There is no such photograph"))
    else:
        get_check_for(viewer, photo.check_id)
    return photo


# ---- a producer's own


def own_checks(account: Account, day: date) -> list[Check]:
    """What was found at one's own producers; that one was drawn is not told before the visit."""
    query = _checks().where(Check.producer_id.in_(own_producer_ids(account, day)), Check.result.is_not(None))
    return list(db.session.scalars(query.order_by(Check.id.desc())))


def get_own_check(account: Account, number: int, day: date) -> Check:
    check = db.session.scalar(_checks().where(Check.id == number, Check.result.is_not(None)))
    if check is None or not acts_for(account, check.producer_id, day):
        raise NotFound(NO_CHECK)
    return check


# ---- what falls due


def overdue_corrections(viewer: Account, day: date) -> Select[tuple[Check]]:
    return (
        _checks()
        .where(
            within(Check.adcode, scope_of(viewer)),
            or_(
                and_(Check.state == CheckState.CORRECTING, Check.due_on < day),
                Check.state == CheckState.REPORTED,
            ),
        )
        .order_by(Check.due_on, Check.id)
    )


def to_publish(viewer: Account) -> Select[tuple[Check]]:
    return (
        _checks()
        .where(
            within(CheckPlan.adcode, scope_of(viewer)),
            Check.result.is_not(None),
            Check.published_at.is_(None),
            Check.state != CheckState.VOID,
        )
        .order_by(Check.publish_by, Check.id)
    )


def to_reveal(account: Account) -> list[CheckPlan]:
    """Plans of the region whose seed waits: for a commitment, a reveal, or a value."""
    waiting = (PlanState.FROZEN, PlanState.COMMITTED)
    plans = db.session.scalars(plans_for(account).where(CheckPlan.state.in_(waiting)).limit(50)).all()
    return [plan for plan in plans if covers(account.region, plan.adcode)]
