"""Everything that reads returns and official figures. What lies outside a viewer's reach is not there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.authorisation.queries import acts_for, producers_of
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.sums import used_grams_of
from portal.land.queries import ceiling_of
from portal.lib.folding import folded
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import stands_on, within
from portal.regions.rules import covers
from portal.returns.models import AnnualReturn, OfficialOutput, ReturnPaper
from portal.returns.rules import (
    FEWEST_NEIGHBOURS,
    OPEN,
    READERS,
    Land,
    Neighbours,
    State,
    Step,
    Values,
    may_take,
    open_steps,
    per,
)
from portal.scans.balance import Declared

NO_RETURN = Text("没有这份申报", "There is no such return")


# ---- who sees what


def scope_of(viewer: Account) -> str:
    """The region whose returns an official may see."""
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("申报只对官员和审计员开放", "Returns are open to officials and auditors only"))
    return viewer.region


def owns(account: Account, producer_id: int, day: date) -> bool:
    return account.role is Role.PRODUCER and acts_for(account, producer_id, day)


def steps_open_to(account: Account, one: AnnualReturn, day: date) -> list[Step]:
    steps = open_steps(
        one.stands, account.role, account.region, one.adcode, owns(account, one.producer_id, day)
    )
    if Step.GIVE_UP in steps and find_accepted(one.indication_id, one.producer_id, one.year) is None:
        steps.remove(Step.GIVE_UP)
    return steps


def may_take_step(account: Account, move: object, one: AnnualReturn, day: date) -> bool:
    return may_take(move, account.role, account.region, one.adcode, owns(account, one.producer_id, day))


def _shown() -> Select[tuple[AnnualReturn]]:
    return (
        select(AnnualReturn)
        .join(AnnualReturn.producer)
        .join(AnnualReturn.indication)
        .options(contains_eager(AnnualReturn.producer), contains_eager(AnnualReturn.indication))
    )


def get_return_for(viewer: Account, number: int, day: date) -> AnnualReturn:
    """A return of one's own producer, or of a place in the official's region; any other is not there."""
    one = db.session.scalar(_shown().where(AnnualReturn.id == number))
    if one is None or not _sees(viewer, one, day):
        raise NotFound(NO_RETURN)
    return one


def _sees(viewer: Account, one: AnnualReturn, day: date) -> bool:
    if viewer.role is Role.PRODUCER:
        return acts_for(viewer, one.producer_id, day)
    return viewer.role in READERS and is_adcode(viewer.region) and covers(viewer.region, one.adcode)


# ---- one producer's returns


def editions_of(indication_id: int, producer_id: int, year: int) -> list[AnnualReturn]:
    """Every version of one return, newest first."""
    query = _shown().where(
        AnnualReturn.indication_id == indication_id,
        AnnualReturn.producer_id == producer_id,
        AnnualReturn.year == year,
    )
    return list(db.session.scalars(query.order_by(AnnualReturn.edition.desc())))


def find_open(indication_id: int, producer_id: int, year: int) -> AnnualReturn | None:
    found = editions_of(indication_id, producer_id, year)
    return next((one for one in found if one.stands in OPEN), None)


def find_accepted(indication_id: int, producer_id: int, year: int) -> AnnualReturn | None:
    found = editions_of(indication_id, producer_id, year)
    return next((one for one in found if one.stands is State.ACCEPTED), None)


def accepted_values(indication_id: int, producer_id: int, year: int) -> Values | None:
    found = find_accepted(indication_id, producer_id, year)
    return found.values if found else None


@dataclass(frozen=True)
class Due:
    """One return a producer owes or has filed for a year."""

    producer: Producer
    indication: Indication
    adcode: str
    year: int
    returns: tuple[AnnualReturn, ...]

    @property
    def newest(self) -> AnnualReturn | None:
        return self.returns[0] if self.returns else None


def returns_due_for(account: Account, years: Iterable[int], day: date) -> list[Due]:
    """What the producers that somebody acts for have to file, newest year first: two queries."""
    producers = {one.id: one for one in producers_of(account, day)}
    years = sorted(years, reverse=True)
    if not producers:
        return []
    lines = db.session.scalars(
        select(RosterEntry)
        .where(RosterEntry.producer_id.in_(producers))
        .options(joinedload(RosterEntry.indication))
        .order_by(RosterEntry.id)
    ).all()
    filed = db.session.scalars(
        _shown()
        .where(
            AnnualReturn.producer_id.in_(producers),
            AnnualReturn.year.in_(years),
            AnnualReturn.state != State.ENDED,
        )
        .order_by(AnnualReturn.edition.desc())
    ).all()
    return [
        Due(producers[line.producer_id], line.indication, line.adcode, year, _of(filed, line, year))
        for year in years
        for line in lines
        if _stood_in(line, year)
    ]


def _of(filed: Iterable[AnnualReturn], line: RosterEntry, year: int) -> tuple[AnnualReturn, ...]:
    key = (line.producer_id, line.indication_id, year)
    return tuple(one for one in filed if (one.producer_id, one.indication_id, one.year) == key)


def _stood_in(line: RosterEntry, year: int) -> bool:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return line.from_on <= last and (line.ended_on is None or line.ended_on > first)


def get_line(indication_id: int, producer_id: int, year: int) -> RosterEntry:
    """The line of the roster under which a producer files for a year, the newest one."""
    query = (
        select(RosterEntry)
        .where(
            RosterEntry.indication_id == indication_id,
            RosterEntry.producer_id == producer_id,
            RosterEntry.from_on <= date(year, 12, 31),
        )
        .options(joinedload(RosterEntry.producer), joinedload(RosterEntry.indication))
        .order_by(RosterEntry.from_on.desc())
        .limit(1)
    )
    line = db.session.scalar(query)
    if line is None or not _stood_in(line, year):
        raise NotFound(
            Text(
                "这一年的名录上没有这个生产者，不能申报",
                "The roster of that year does not name this producer, so nothing can be filed",
            )
        )
    return line


def papers_of(one: AnnualReturn) -> list[ReturnPaper]:
    query = select(ReturnPaper).where(ReturnPaper.return_id == one.id, ReturnPaper.removed_on.is_(None))
    return list(db.session.scalars(query.order_by(ReturnPaper.id)))


def get_paper_for(viewer: Account, number: int, day: date) -> ReturnPaper:
    paper = db.session.get(ReturnPaper, number)
    if paper is None or paper.removed_on is not None:
        raise NotFound(Text("没有这份材料", "There is no such document"))
    get_return_for(viewer, paper.return_id, day)
    return paper


def declared_output(indication_id: int, year: int) -> Declared:
    """What all accepted returns of a year together state; None where none states a quantity."""
    query = select(func.count(AnnualReturn.quantity_g), func.sum(AnnualReturn.quantity_g)).where(
        AnnualReturn.indication_id == indication_id,
        AnnualReturn.year == year,
        AnnualReturn.state == State.ACCEPTED,
    )
    producers, grams = db.session.execute(query).one()
    return Declared(producers, int(grams) if producers else None)


# ---- neighbours


def neighbours_of(indication_id: int, year: int, but: int | None = None) -> Neighbours:
    """The medians of the newest of the two years that has enough accepted returns."""
    for one in (year, year - 1):
        query = select(AnnualReturn.value_fen, AnnualReturn.quantity_g, AnnualReturn.area_m2).where(
            AnnualReturn.indication_id == indication_id,
            AnnualReturn.year == one,
            AnnualReturn.state == State.ACCEPTED,
            AnnualReturn.producer_id != (but or 0),
        )
        rows = db.session.execute(query).all()
        if len(rows) >= FEWEST_NEIGHBOURS:
            return Neighbours(
                len(rows),
                _median(per(row.value_fen, row.quantity_g, 1000) for row in rows),
                _median(per(row.quantity_g, row.area_m2, 1) for row in rows),
            )
    return Neighbours()


def _median(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value]
    return median_low(known) if len(known) >= FEWEST_NEIGHBOURS else None


def land_of(indication_id: int, producer_id: int, year: int) -> Land:
    """The yield its land can give, and what it labelled, to be set against what it states."""
    return Land(ceiling_of(indication_id, producer_id, year), used_grams_of(indication_id, producer_id, year))


# ---- an official's work


@dataclass(frozen=True)
class ReturnFilter:
    year: int | None = None
    state: State | None = None
    slug: str = ""
    place: str = ""
    text: str = ""
    sort: str = "-submitted"


SORTS = {
    "producer": Producer.name,
    "gi": Indication.pinyin,
    "year": AnnualReturn.year,
    "place": AnnualReturn.adcode,
    "value": AnnualReturn.value_fen,
    "submitted": AnnualReturn.submitted_at,
}


def returns_for(viewer: Account, asked: ReturnFilter) -> Select[tuple[AnnualReturn]]:
    query = _shown().where(within(AnnualReturn.adcode, scope_of(viewer)))
    for condition in _conditions(asked):
        query = query.where(condition)
    column = SORTS.get(asked.sort.removeprefix("-"), AnnualReturn.submitted_at)
    return query.order_by(column.desc() if asked.sort.startswith("-") else column.asc(), AnnualReturn.id)


def returns_seen_by(viewer: Account, asked: ReturnFilter, day: date) -> Select[tuple[AnnualReturn]]:
    """Those of an official's region, or of the producers that somebody acts for."""
    if viewer.role is not Role.PRODUCER:
        return returns_for(viewer, asked)
    own = [one.id for one in producers_of(viewer, day)]
    query = _shown().where(AnnualReturn.producer_id.in_(own), *_conditions(asked))
    return query.order_by(AnnualReturn.year.desc(), AnnualReturn.id)


def _conditions(asked: ReturnFilter) -> Iterable[ColumnElement[bool]]:
    if asked.year:
        yield AnnualReturn.year == asked.year
    over = (State.REPLACED, State.ENDED)
    yield AnnualReturn.state == asked.state if asked.state else AnnualReturn.state.not_in(over)
    if asked.slug:
        yield Indication.slug == asked.slug
    if asked.place:
        yield within(AnnualReturn.adcode, asked.place)
    if folded(asked.text):
        yield Producer.search_text.contains(folded(asked.text), autoescape=True)


def count_waiting(viewer: Account) -> int:
    query = select(func.count()).where(
        within(AnnualReturn.adcode, scope_of(viewer)), AnnualReturn.state == State.SUBMITTED
    )
    return db.session.scalar(query) or 0


def not_filed(viewer: Account, year: int, day: date, slug: str = "") -> Select:
    """Roster lines of the official's region on a day whose producer has filed nothing for the year yet."""
    return not_filed_in(scope_of(viewer), year, day, slug)


def not_filed_in(scope: str, year: int, day: date, slug: str = "") -> Select:
    filed = aliased(AnnualReturn)
    has_filed = exists().where(
        filed.year == year,
        filed.indication_id == RosterEntry.indication_id,
        filed.producer_id == RosterEntry.producer_id,
        filed.state.in_((State.SUBMITTED, State.ACCEPTED)),
    )
    query = (
        select(RosterEntry)
        .join(RosterEntry.producer)
        .join(RosterEntry.indication)
        .options(contains_eager(RosterEntry.producer), contains_eager(RosterEntry.indication))
        .where(and_(within(RosterEntry.adcode, scope), stands_on(day)), ~has_filed)
        .order_by(Indication.pinyin, Producer.name, RosterEntry.id)
    )
    return query.where(Indication.slug == slug) if slug else query


# ---- official figures


def find_official(indication_id: int, year: int, zone: str = "") -> OfficialOutput | None:
    return db.session.scalar(
        select(OfficialOutput).where(
            OfficialOutput.indication_id == indication_id,
            OfficialOutput.year == year,
            OfficialOutput.zone == zone,
            OfficialOutput.ended_on.is_(None),
        )
    )


def official_outputs_of(indication_id: int) -> list[OfficialOutput]:
    """Every figure ever entered for a GI, those that hold first."""
    query = select(OfficialOutput).where(OfficialOutput.indication_id == indication_id)
    return list(
        db.session.scalars(
            query.order_by(
                OfficialOutput.year.desc(), OfficialOutput.ended_on.is_not(None), OfficialOutput.id
            )
        )
    )
