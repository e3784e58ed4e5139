"""The authorised users of a GI as the public may read them, on any day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager

from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.queries import licences
from portal.authorisation.rules import ENDED_FOR_GOOD, LicenceState, licence_state_of
from portal.db import db
from portal.producers.models import Producer
from portal.regions.rules import scope_prefix


@dataclass(frozen=True)
class UserFilter:
    """What a reader asks of the list; an empty state means every licence there ever was by that day."""

    on: date
    status: str = LicenceState.IN_FORCE
    text: str = ""
    region: str = ""
    track: str = ""


def _spell_is(day: date | BindParameter[date], *states: LicenceState) -> ColumnElement[bool]:
    return exists().where(
        LicenceSpell.licence_id == Licence.id,
        LicenceSpell.state.in_([state.value for state in states]),
        LicenceSpell.from_on <= day,
        or_(LicenceSpell.ended_on.is_(None), LicenceSpell.ended_on > day),
    )


def standing_is(state: LicenceState, day: date | BindParameter[date]) -> ColumnElement[bool]:
    """rules.licence_state_on(...) == state, as a condition on Licence; a test holds the two together."""
    ended = _spell_is(day, *ENDED_FOR_GOOD)
    begun = Licence.valid_from <= day
    over = and_(Licence.valid_to.is_not(None), Licence.valid_to < day)
    if state in ENDED_FOR_GOOD:
        return _spell_is(day, state)
    if state is LicenceState.EXPIRED:
        return and_(not_(ended), begun, over)
    running = _spell_is(day, LicenceState.IN_FORCE, LicenceState.SUSPENDED)
    if state is LicenceState.NOT_YET:
        return and_(not_(ended), or_(not_(begun), and_(not_(over), not_(running))))
    return and_(begun, not_(over), _spell_is(day, state))


def users_of(indication_id: int, asked: UserFilter) -> Select[tuple[Licence]]:
    """One row a licence, by name where it is public; what was issued after the day is not there yet."""
    query = licences().join(Licence.producer).where(*_conditions(indication_id, asked))
    return query.order_by(Producer.name_public.desc(), Licence.number)


def _conditions(indication_id: int, asked: UserFilter) -> Iterator[ColumnElement[bool]]:
    yield Licence.indication_id == indication_id
    yield Licence.issued_on <= asked.on
    if asked.status:
        yield standing_is(LicenceState(asked.status), asked.on)
    if asked.region:
        yield Licence.adcode.startswith(scope_prefix(asked.region))
    if asked.track:
        yield Licence.track == asked.track
    if asked.text:
        yield _named(asked.text)


def _named(text: str) -> ColumnElement[bool]:
    """By licence number, and by name or code of those who are public."""
    wanted = "".join(text.split())
    return or_(
        Licence.number.startswith(wanted.upper(), autoescape=True),
        and_(
            Producer.name_public,
            or_(
                Producer.uscc == wanted.upper(),
                Producer.search_text.contains(wanted.lower(), autoescape=True),
            ),
        ),
    )


# Written once: each page of a GI asks it, and to put a statement together takes longer than to answer it.
_STANDINGS = (
    select(
        Licence.producer_id, Licence.issued_on, LicenceSpell.state, Licence.valid_from, Licence.valid_to
    )
    .outerjoin(
        LicenceSpell,
        and_(
            LicenceSpell.licence_id == Licence.id,
            LicenceSpell.from_on <= bindparam("day"),
            or_(LicenceSpell.ended_on.is_(None), LicenceSpell.ended_on > bindparam("day")),
        ),
    )
    .where(Licence.indication_id == bindparam("gi"))
)  # fmt: skip


def _standings(indication_id: int, day: date) -> Iterator[tuple[int, date, LicenceState]]:
    """Whose licence it is, since when it is on record, and how it stands on a day."""
    rows = db.session.execute(_STANDINGS, {"gi": indication_id, "day": day})
    for producer, issued, spell, first, last in rows:
        yield producer, issued, licence_state_of(spell, first, last, day)


def count_by_status(indication_id: int, day: date) -> dict[LicenceState, int]:
    """How many licences stand how on a day, in one query; zero is a known number here."""
    found = Counter(state for _, issued, state in _standings(indication_id, day) if issued <= day)
    return {state: found[state] for state in LicenceState}


def count_users(indication_id: int, day: date) -> int:
    """Distinct producers with a licence in force."""
    in_force = LicenceState.IN_FORCE
    return len({producer for producer, _, state in _standings(indication_id, day) if state is in_force})


def counties_of_users(indication_id: int) -> list[str]:
    """The counties that have licences of this GI, for the filter."""
    county = func.substr(Licence.adcode, 1, 6)
    query = select(county).where(Licence.indication_id == indication_id).distinct().order_by(county)
    return list(db.session.scalars(query))


def count_by_county(indication_id: int, asked: UserFilter) -> list[tuple[str, int]]:
    """How many of the licences asked for are in each county, most first: the map as a list."""
    county = func.substr(Licence.adcode, 1, 6)
    query = select(county, func.count()).join(Licence.producer).where(*_conditions(indication_id, asked))
    rows = db.session.execute(query.group_by(county))
    return sorted(((code, number) for code, number in rows), key=lambda pair: (-pair[1], pair[0]))


# Written once, as above; the days and the number of rows are given with the question.
_NEWEST = (
    select(Licence)
    .join(Licence.producer)
    .options(contains_eager(Licence.producer))
    .where(
        Licence.indication_id == bindparam("gi"),
        standing_is(LicenceState.IN_FORCE, bindparam("day", type_=Date)),
    )
    .order_by(Licence.valid_from.desc(), Licence.id.desc())
    .limit(bindparam("most"))
)


def newest_users(indication_id: int, day: date, limit: int) -> list[Licence]:
    """With their producers, and with nothing else of theirs."""
    return list(db.session.scalars(_NEWEST, {"gi": indication_id, "day": day, "most": limit}))
