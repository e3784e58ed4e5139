"""Everything that reads applications and licences. What lies outside a viewer's reach is not there."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from gi_data.office_tables import ApprovalRoute, read_routes
from portal.accounts.models import Account
from portal.accounts.rules import OFFICIALS, Role
from portal.authorisation.models import (
    Application,
    ApplicationStep,
    Holiday,
    Licence,
    LicenceSpell,
    SiteVisit,
    StoredFile,
)
from portal.authorisation.rules import (
    ACTING,
    LIVE,
    OPEN,
    WITH_OFFICES,
    LicenceState,
    Route,
    State,
    Step,
    Track,
    find_move,
    open_licence_steps,
    open_steps,
)
from portal.catalogue.models import Indication, Protection
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar
from portal.producers.models import HolderAccount, Membership, Producer, ProducerAccount
from portal.regions.rules import scope_prefix

READERS = OFFICIALS | {Role.AUDITOR}


def work_calendar() -> WorkCalendar:
    return WorkCalendar(dict(tuple(row) for row in db.session.execute(select(Holiday.day, Holiday.working))))


@lru_cache(maxsize=1)
def _routes() -> dict[str, ApprovalRoute]:
    return read_routes()


def approval_route(adcode: str) -> ApprovalRoute | None:
    """Who approves the special mark in this place's province, and where that is said; None: not found."""
    return _routes().get(adcode[:2] + "0000")


def route_for(track: str, adcode: str) -> Route:
    """Where no rule of the province was found, the national office is taken to decide."""
    if track != Track.SPECIAL_MARK:
        return Route.HOLDER
    found = approval_route(adcode)
    return Route(found.route) if found else Route.NATIONAL


# ---- whom somebody may act for


def standing_on(day: date, row: type[ProducerAccount | HolderAccount | Membership]) -> ColumnElement[bool]:
    return or_(row.ended_on.is_(None), row.ended_on > day)


def own_producer_ids(account: Account, day: date) -> Select[tuple[int]]:
    return select(ProducerAccount.producer_id).where(
        ProducerAccount.account_id == account.id,
        ProducerAccount.since <= day,
        standing_on(day, ProducerAccount),
    )


def member_ids(account: Account, day: date) -> Select[tuple[int]]:
    """The households of the co-operatives that this account acts for."""
    return select(Membership.member_id).where(
        Membership.cooperative_id.in_(own_producer_ids(account, day)),
        Membership.from_on <= day,
        standing_on(day, Membership),
    )


def _acted_for(account: Account, day: date) -> ColumnElement[bool]:
    return and_(
        Producer.ended_on.is_(None),
        or_(Producer.id.in_(own_producer_ids(account, day)), Producer.id.in_(member_ids(account, day))),
    )


def producers_of(account: Account, day: date) -> list[Producer]:
    """The account's own firms first, then the members it files for."""
    own = set(db.session.scalars(own_producer_ids(account, day)))
    found = db.session.scalars(select(Producer).where(_acted_for(account, day)).order_by(Producer.id))
    return sorted(found, key=lambda producer: (producer.id not in own, producer.id))


def get_producer_of(account: Account, number: str, day: date) -> Producer:
    query = select(Producer).where(Producer.number == number, _acted_for(account, day))
    producer = db.session.scalar(query)
    if producer is None or account.role is not Role.PRODUCER:
        raise NotFound(Text("没有这个生产者，或不由您代办", "No such producer, or you do not act for it"))
    return producer


def acts_for(account: Account, producer_id: int, day: date) -> bool:
    if account.role is not Role.PRODUCER:
        return False
    found = select(Producer.id).where(Producer.id == producer_id, _acted_for(account, day))
    return db.session.scalar(found) is not None


def held_protection_ids(account: Account, day: date) -> Select[tuple[int]]:
    return select(HolderAccount.protection_id).where(
        HolderAccount.account_id == account.id, HolderAccount.since <= day, standing_on(day, HolderAccount)
    )


def holds(account: Account, protection_id: int, day: date) -> bool:
    if account.role is not Role.HOLDER:
        return False
    found = held_protection_ids(account, day).where(HolderAccount.protection_id == protection_id)
    return db.session.scalar(found) is not None


# ---- applications


def _reach(account: Account, day: date) -> ColumnElement[bool]:
    """Which applications exist for this viewer. Drafts are the applicant's own."""
    if account.role is Role.PRODUCER:
        mine = select(Producer.id).where(_acted_for(account, day))
        return Application.producer_id.in_(mine)
    seen = Application.state != State.DRAFT.value
    if account.role is Role.HOLDER:
        return and_(seen, Application.protection_id.in_(held_protection_ids(account, day)))
    if account.role in READERS and account.region:
        return and_(seen, Application.adcode.startswith(scope_prefix(account.region)))
    return false()


_SHOWN = (
    joinedload(Application.indication),
    joinedload(Application.protection),
    joinedload(Application.producer),
)


def applications_for(account: Account, day: date) -> Select[tuple[Application]]:
    return select(Application).where(_reach(account, day)).options(*_SHOWN)


def get_application_for(account: Account, number: str, day: date) -> Application:
    """Out of reach is the same as not there: the address reveals nothing."""
    query = (
        applications_for(account, day)
        .where(Application.number == number)
        .options(joinedload(Application.licence).selectinload(Licence.spells))
        .execution_options(populate_existing=True)
    )
    application = db.session.scalar(query)
    if application is None:
        raise NotFound(Text("没有这份申请", "There is no such application"))
    return application


def by_due_day(query: Select) -> Select:
    """What falls due first comes first; what waits without a day comes last."""
    last = case((Application.step_due_on.is_(None), 1), else_=0)
    return query.order_by(last, Application.step_due_on, Application.id)


def waiting_for(account: Account, day: date) -> Select[tuple[Application]]:
    """The applications whose next step is this person's: the tray on the desk."""
    states = [state.value for state, role in ACTING.items() if role is account.role]
    if account.role is Role.INSPECTOR:
        states = [State.COUNTY_CHECK.value]
    return by_due_day(applications_for(account, day).where(Application.state.in_(states)))


@dataclass(frozen=True)
class ApplicationFilter:
    state: str = ""
    gi: str = ""
    text: str = ""
    late: bool = False
    waiting: bool = False


def filtered(account: Account, asked: ApplicationFilter, day: date) -> Select[tuple[Application]]:
    query = waiting_for(account, day) if asked.waiting else by_due_day(applications_for(account, day))
    if asked.state == "open":
        query = query.where(Application.state.in_([state.value for state in OPEN]))
    elif asked.state:
        query = query.where(Application.state == asked.state)
    if asked.gi:
        query = query.join(Application.indication).where(Indication.slug == asked.gi)
    if asked.late:
        query = query.where(
            Application.step_due_on < day, Application.state.in_([state.value for state in WITH_OFFICES])
        )
    if asked.text:
        named = select(Producer.id).where(
            or_(
                Producer.name.contains(asked.text, autoescape=True),
                Producer.search_text.contains(asked.text.lower(), autoescape=True),
            )
        )
        query = query.where(
            or_(
                Application.number.startswith(asked.text, autoescape=True), Application.producer_id.in_(named)
            )
        )
    return query


def steps_open_to(account: Account, application: Application, day: date) -> list[Step]:
    return open_steps(
        application.stands,
        application.way,
        account.role,
        account.region,
        application.adcode,
        owns=acts_for(account, application.producer_id, day),
        holds=holds(account, application.protection_id, day),
    )


def may_take(account: Account, application: Application, step: Step, day: date) -> bool:
    known = find_move(application.stands, step, application.way)
    return known is not None and step in steps_open_to(account, application, day)


def steps_of(application: Application) -> list[ApplicationStep]:
    query = select(ApplicationStep).where(ApplicationStep.application_id == application.id)
    return list(db.session.scalars(query.order_by(ApplicationStep.n)))


def visits_of(application: Application) -> list[SiteVisit]:
    query = select(SiteVisit).where(SiteVisit.application_id == application.id)
    return list(db.session.scalars(query.order_by(SiteVisit.id)))


def files_of(application: Application) -> list[StoredFile]:
    query = select(StoredFile).where(
        StoredFile.application_id == application.id, StoredFile.removed_on.is_(None)
    )
    return list(db.session.scalars(query.order_by(StoredFile.id)))


def get_file_for(account: Account, number: int, day: date) -> StoredFile:
    """A document is seen by whoever sees its application or, for a decision, its licence."""
    file = db.session.get(StoredFile, number)
    if file is None or file.removed_on is not None or not _sees_file(account, file, day):
        raise NotFound(Text("没有这个文件", "There is no such document"))
    return file


def _sees_file(account: Account, file: StoredFile, day: date) -> bool:
    if file.application_id is not None:
        found = select(Application.id).where(Application.id == file.application_id, _reach(account, day))
        return db.session.scalar(found) is not None
    found = select(Licence.id).where(Licence.id == file.licence_id, _licence_reach(account, day))
    return db.session.scalar(found) is not None


# ---- licences


def in_force_on(day: date) -> ColumnElement[bool]:
    """rules.licence_state_on(...) is in force, as a condition on Licence."""
    spell = exists().where(
        LicenceSpell.licence_id == Licence.id,
        LicenceSpell.state == LicenceState.IN_FORCE.value,
        LicenceSpell.from_on <= day,
        or_(LicenceSpell.ended_on.is_(None), LicenceSpell.ended_on > day),
    )
    return and_(Licence.valid_from <= day, or_(Licence.valid_to.is_(None), Licence.valid_to >= day), spell)


def authorised_pairs(day: date) -> Select[tuple[int, int]]:
    """Every (indication id, producer id) with a licence in force: what the shares count."""
    return select(Licence.indication_id, Licence.producer_id).where(in_force_on(day)).distinct()


_LICENCE_SHOWN = (
    joinedload(Licence.indication),
    joinedload(Licence.protection),
    joinedload(Licence.producer),
    selectinload(Licence.spells),
)


def licences() -> Select[tuple[Licence]]:
    """Licences with what every list and page shows of them."""
    return select(Licence).options(*_LICENCE_SHOWN)


def find_licence(number: str) -> Licence | None:
    return db.session.scalar(
        licences().where(Licence.number == number).execution_options(populate_existing=True)
    )


def get_licence(number: str) -> Licence:
    licence = find_licence(number)
    if licence is None:
        raise NotFound(Text("没有这个授权编号", "There is no licence with this number"))
    return licence


def licences_of_producer(producer_id: int) -> list[Licence]:
    query = licences().where(Licence.producer_id == producer_id).order_by(Licence.valid_from, Licence.id)
    return list(db.session.scalars(query))


def _licence_reach(account: Account, day: date) -> ColumnElement[bool]:
    if account.role is Role.PRODUCER:
        return Licence.producer_id.in_(select(Producer.id).where(_acted_for(account, day)))
    if account.role is Role.HOLDER:
        return Licence.protection_id.in_(held_protection_ids(account, day))
    if account.role in READERS and account.region:
        return Licence.adcode.startswith(scope_prefix(account.region))
    return false()


def licences_for(account: Account, day: date) -> Select[tuple[Licence]]:
    return licences().where(_licence_reach(account, day))


def get_licence_for(account: Account, number: str, day: date) -> Licence:
    query = licences_for(account, day).where(Licence.number == number)
    licence = db.session.scalar(query.execution_options(populate_existing=True))
    if licence is None:
        raise NotFound(Text("没有这份授权", "There is no such licence"))
    return licence


def licence_beside(licence: Licence, day: date) -> Licence | None:
    """Another one of the same producer for the same protection that is not over."""
    query = licences().where(
        Licence.protection_id == licence.protection_id,
        Licence.producer_id == licence.producer_id,
        Licence.id != licence.id,
    )
    others = db.session.scalars(query.order_by(Licence.id))
    return next((one for one in others if one.state_on(day) in LIVE), None)


def licence_steps_open_to(account: Account, licence: Licence, day: date) -> list:
    return open_licence_steps(
        licence.state_on(day),
        licence.tracked,
        account.role,
        account.region,
        licence.adcode,
        owns=acts_for(account, licence.producer_id, day),
        holds=holds(account, licence.protection_id, day),
    )


def count(query: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def open_protections() -> Select[tuple[Protection]]:
    """What can be applied for: protections in force of GIs that stand in the catalogue."""
    return (
        select(Protection)
        .join(Protection.indication)
        .where(
            Protection.status == "in_force",
            Protection.withdrawn_on.is_(None),
            Protection.kind.in_(("gi_product", "certification_mark", "collective_mark")),
            Indication.withdrawn_on.is_(None),
        )
        .options(joinedload(Protection.indication))
    )
