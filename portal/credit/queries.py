"""Everything that reads grades. None is public: a producer sees its own, officials those of their region."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Account
from portal.accounts.rules import NATION, Role, is_adcode
from portal.authorisation.queries import get_producer_of, producers_of
from portal.credit import facts as _facts  # noqa: F401 - the facts of rooms below are known by being read
from portal.credit.criteria import facts_of
from portal.credit.models import CreditGrade, CreditRequest, CriteriaVersion, StatutoryListing
from portal.credit.rules import (
    READERS,
    STANDING_OF,
    Grade,
    Reason,
    RequestState,
    Standing,
    grade_of,
    reasons_for,
    score_of,
)
from portal.db import db
from portal.lib.folding import folded
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import within
from portal.regions.rules import line_of

NO_GRADE = Text("没有这个生产者的信用记录", "There is no credit record of such a producer")


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(
            Text("信用等级只对官员和审计员开放", "Grades are open to officials and auditors only")
        )
    return viewer.region


# ---- tables of points


def criteria_versions() -> list[CriteriaVersion]:
    """Every table ever published, the newest first."""
    return list(
        db.session.scalars(
            select(CriteriaVersion).order_by(CriteriaVersion.from_on.desc(), CriteriaVersion.id.desc())
        )
    )


def criteria_for(adcode: str, day: date, known: Sequence[CriteriaVersion]) -> CriteriaVersion | None:
    """The newest table in force of the nearest region that has one: the province's before the shipped one."""
    in_force = [one for one in known if one.from_on <= day]
    for code in [*reversed(line_of(adcode)), NATION]:
        for one in in_force:
            if one.adcode == code:
                return one
    return None


# ---- what a grade is made of


@dataclass(frozen=True)
class Computed:
    producer_id: int
    table: CriteriaVersion
    grade: Grade
    score: int
    reasons: tuple[Reason, ...]


def compute(producers: Sequence[tuple[int, str]], day: date) -> list[Computed]:
    """The grades of these (id, adcode) as they come out on a day; stores nothing."""
    known = criteria_versions()
    ids = [number for number, _ in producers]
    facts, granted = facts_of(ids, day), granted_of(ids)
    found = []
    for number, adcode in producers:
        table = criteria_for(adcode, day, known)
        if table is None:
            continue
        reasons = reasons_for(table.criteria, facts[number], granted.get(number, {}), day)
        grade, score = grade_of(table.criteria, reasons), score_of(table.criteria, reasons)
        found.append(Computed(number, table, grade, score, tuple(reasons)))
    return found


def granted_of(producer_ids: Sequence[int]) -> dict[int, dict[str, Standing]]:
    query = select(CreditRequest).where(
        CreditRequest.producer_id.in_(producer_ids), CreditRequest.state == RequestState.GRANTED
    )
    found: dict[int, dict[str, Standing]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.producer_id, {})[one.ref] = STANDING_OF[one.asks]
    return found


def graded_producers(after: int, limit: int, scope: str = NATION) -> list[tuple[int, str]]:
    """Those who stand on a roster, in pages by id: whom the standing job grades."""
    on_roster = exists().where(RosterEntry.producer_id == Producer.id, RosterEntry.ended_on.is_(None))
    query = (
        select(Producer.id, Producer.adcode)
        .where(Producer.id > after, Producer.ended_on.is_(None), on_roster, within(Producer.adcode, scope))
        .order_by(Producer.id)
        .limit(limit)
    )
    return [tuple(row) for row in db.session.execute(query)]


def grades_of(producer_ids: Iterable[int]) -> dict[int, Grade]:
    """The current grades; who has none yet is not in the answer."""
    query = select(CreditGrade.producer_id, CreditGrade.grade).where(
        CreditGrade.current, CreditGrade.producer_id.in_(list(producer_ids))
    )
    return {number: Grade(grade) for number, grade in db.session.execute(query)}


def current_grades(producer_ids: Sequence[int]) -> dict[int, CreditGrade]:
    query = (
        select(CreditGrade)
        .where(CreditGrade.current, CreditGrade.producer_id.in_(producer_ids))
        .options(joinedload(CreditGrade.table))
    )
    return {one.producer_id: one for one in db.session.scalars(query)}


def history_of(producer_id: int) -> list[CreditGrade]:
    query = (
        select(CreditGrade)
        .where(CreditGrade.producer_id == producer_id)
        .options(joinedload(CreditGrade.table))
        .order_by(CreditGrade.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(query))


# ---- the office


@dataclass(frozen=True)
class GradeFilter:
    grade: Grade | None = None
    text: str = ""
    sort: str = "score"


SORTS = {"score": CreditGrade.score, "name": Producer.search_text, "place": CreditGrade.adcode}


def grades_for(viewer: Account, asked: GradeFilter) -> Select[tuple[CreditGrade]]:
    query = (
        select(CreditGrade)
        .join(CreditGrade.producer)
        .options(contains_eager(CreditGrade.producer))
        .where(CreditGrade.current, within(CreditGrade.adcode, scope_of(viewer)))
    )
    if asked.grade:
        query = query.where(CreditGrade.grade == asked.grade)
    if folded(asked.text):
        query = query.where(Producer.search_text.contains(folded(asked.text), autoescape=True))
    column = SORTS.get(asked.sort.removeprefix("-"), CreditGrade.score)
    graded_first = case((CreditGrade.grade == Grade.NONE, 1), else_=0)
    order = column.desc() if asked.sort.startswith("-") else column.asc()
    return query.order_by(graded_first, order, CreditGrade.id)


def counts_by_grade(viewer: Account) -> dict[Grade, int]:
    query = (
        select(CreditGrade.grade, func.count())
        .where(CreditGrade.current, within(CreditGrade.adcode, scope_of(viewer)))
        .group_by(CreditGrade.grade)
    )
    counted = dict(db.session.execute(query).all())
    return {grade: counted.get(grade.value, 0) for grade in Grade}


def last_computed(viewer: Account) -> object:
    query = select(func.max(CreditGrade.computed_at)).where(
        within(CreditGrade.adcode, scope_of(viewer)), CreditGrade.current
    )
    return db.session.scalar(query)


def get_graded_for(viewer: Account, number: str) -> Producer:
    """A producer of the official's region; any other is not there."""
    query = select(Producer).where(Producer.number == number, within(Producer.adcode, scope_of(viewer)))
    producer = db.session.scalar(query)
    if producer is None:
        raise NotFound(NO_GRADE)
    return producer


def listings_of(producer_id: int) -> list[StatutoryListing]:
    query = select(StatutoryListing).where(StatutoryListing.producer_id == producer_id)
    return list(
        db.session.scalars(query.order_by(StatutoryListing.ended_on.is_not(None), StatutoryListing.id))
    )


def get_listing(producer: Producer, number: int) -> StatutoryListing:
    one = db.session.get(StatutoryListing, number)
    if one is None or one.producer_id != producer.id:
        raise NotFound(Text("没有这条列入记录", "There is no such listing"))
    return one


# ---- objections and repairs


def requests_for(viewer: Account, only_open: bool = False) -> Select[tuple[CreditRequest]]:
    query = (
        select(CreditRequest)
        .join(CreditRequest.producer)
        .options(contains_eager(CreditRequest.producer))
        .where(within(CreditRequest.adcode, scope_of(viewer)))
    )
    if only_open:
        query = query.where(CreditRequest.state == RequestState.OPEN)
    return query.order_by(CreditRequest.state != RequestState.OPEN.value, CreditRequest.due_on)


def get_request_for(viewer: Account, number: int) -> CreditRequest:
    one = db.session.scalar(requests_for(viewer).where(CreditRequest.id == number))
    if one is None:
        raise NotFound(Text("没有这份请求", "There is no such request"))
    return one


def requests_of(producer_id: int) -> list[CreditRequest]:
    query = select(CreditRequest).where(CreditRequest.producer_id == producer_id)
    return list(db.session.scalars(query.order_by(CreditRequest.id.desc())))


# ---- a producer's own


def own_producers(account: Account, day: date) -> list[Producer]:
    return producers_of(account, day) if account.role is Role.PRODUCER else []


def get_own_producer(account: Account, number: str, day: date) -> Producer:
    return get_producer_of(account, number, day)


def find_reason(producer: Producer, ref: str, day: date) -> Reason:
    for one in compute([(producer.id, producer.adcode)], day):
        for reason in one.reasons:
            if reason.ref == ref:
                return reason
    raise NotFound(Text("没有这条记录", "There is no such fact"))
