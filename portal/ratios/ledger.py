"""The live ledger: the four numbers of every GI in one statement over whole numbers.

All four numbers speak of the same producers: those on the roster of the zone on the reference day.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from portal.accounts.rules import NATION
from portal.authorisation.models import Licence
from portal.authorisation.queries import authorised_pairs, in_force_on
from portal.db import db
from portal.producers.models import RosterEntry
from portal.producers.queries import stands_on, within
from portal.ratios.rules import Assessment, Basis, Outcome, assess, both, reference_day
from portal.returns.models import AnnualReturn, OfficialOutput
from portal.returns.rules import State

WHOLE = ""
"""The zone that is the GI's whole area."""


@dataclass(frozen=True)
class Figures:
    """What was counted for one GI, zone and year. `output_sum` is the sum of accepted returns."""

    indication_id: int
    year: int
    day: date
    producers: int = 0
    users: int = 0
    off_roster: int = 0
    filed: int = 0
    user_value: int = 0
    output_sum: int = 0
    mark_value: int = 0
    missing_users: int = 0
    missing_others: int = 0
    official: int | None = None
    official_id: int | None = None

    @property
    def basis(self) -> Basis | None:
        if self.official is not None:
            return Basis.OFFICIAL
        return Basis.RETURNS if self.filed else None

    @property
    def missing(self) -> int:
        return self.missing_users + self.missing_others

    @cached_property
    def users_share(self) -> Assessment:
        """More licensed producers than producers on the roster: the roster is wrong, and it is said."""
        n = self.users + self.off_roster
        return assess(n if n > self.producers else self.users, self.producers)

    @cached_property
    def output_share(self) -> Assessment:
        stated = self.official is not None
        whole = self.official if stated else (self.output_sum if self.filed else None)
        part = self.user_value if self.filed or stated else None
        return assess(part, whole, self.missing_users, self.missing_others, stated)

    @property
    def mark_share(self) -> Assessment:
        """Value sold under the mark against all output: information, no target."""
        whole = self.output_share.d
        return assess(self.mark_value if self.filed else None, whole)

    @cached_property
    def outcome(self) -> Outcome:
        return both((self.users_share.outcome, self.output_share.outcome))


def _standing(day: date, zone: str, only: Collection[int] | None) -> Select:
    query = select(RosterEntry.indication_id, RosterEntry.producer_id).where(stands_on(day)).distinct()
    if zone:
        query = query.where(within(RosterEntry.adcode, zone))
    return query if only is None else query.where(RosterEntry.indication_id.in_(only))


def _counted(year: int, day: date, zone: str, only: Collection[int] | None) -> Select:
    """One row a GI: who stands on the roster, who of them is authorised, what they returned."""
    roster = _standing(day, zone, only).cte("roster")
    licensed = authorised_pairs(day)
    if only is not None:
        licensed = licensed.where(Licence.indication_id.in_(only))
    user = licensed.cte("users")
    filed = aliased(AnnualReturn)
    is_user, is_filed = user.c.producer_id.is_not(None), filed.producer_id.is_not(None)
    same = and_(
        filed.year == year,
        # Written out, not bound: SQLite uses a partial index only where it can read the condition.
        filed.state == literal_column(f"'{State.ACCEPTED}'"),
        filed.indication_id == roster.c.indication_id,
        filed.producer_id == roster.c.producer_id,
    )
    return (
        select(
            roster.c.indication_id,
            func.count().label("producers"),
            func.count(user.c.producer_id).label("users"),
            func.count(filed.producer_id).label("filed"),
            _sum(filed.value_fen, is_user).label("user_value"),
            func.coalesce(func.sum(filed.value_fen), 0).label("output_sum"),
            func.coalesce(func.sum(filed.mark_value_fen), 0).label("mark_value"),
            _sum(1, and_(is_user, ~is_filed)).label("missing_users"),
            _sum(1, and_(~is_user, ~is_filed)).label("missing_others"),
        )
        .select_from(roster)
        .outerjoin(
            user,
            and_(user.c.indication_id == roster.c.indication_id, user.c.producer_id == roster.c.producer_id),
        )
        .outerjoin(filed, same)
        .group_by(roster.c.indication_id)
    )


def _sum(value: object, where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, value), else_=0)), 0)


def _off_roster(day: date, zone: str, only: Collection[int] | None) -> Select:
    """Licensed producers of the zone that do not stand on the roster of the GI at all."""
    listed = exists().where(
        RosterEntry.indication_id == Licence.indication_id,
        RosterEntry.producer_id == Licence.producer_id,
        stands_on(day),
    )
    query = (
        select(Licence.indication_id, func.count(Licence.producer_id.distinct()))
        .where(in_force_on(day), ~listed)
        .group_by(Licence.indication_id)
    )
    if zone:
        query = query.where(within(Licence.adcode, zone))
    return query if only is None else query.where(Licence.indication_id.in_(only))


def _official(year: int, zone: str, only: Collection[int] | None) -> Select:
    query = select(OfficialOutput.indication_id, OfficialOutput.value_fen, OfficialOutput.id).where(
        OfficialOutput.year == year, OfficialOutput.zone == zone, OfficialOutput.ended_on.is_(None)
    )
    return query if only is None else query.where(OfficialOutput.indication_id.in_(only))


def figures_of_year(
    year: int, today: date, zone: str = WHOLE, only: Iterable[int] | None = None
) -> dict[int, Figures]:
    """The figures of all GIs of a year, or of those asked for: three statements, however many there are."""
    wanted = None if only is None else set(only)
    zone = WHOLE if zone == NATION else zone
    day = reference_day(year, today)
    found: dict[int, dict[str, object]] = {}
    for row in db.session.execute(_counted(year, day, zone, wanted)).mappings():
        found[row["indication_id"]] = {name: int(value) for name, value in row.items()}
    for indication_id, count in db.session.execute(_off_roster(day, zone, wanted)):
        found.setdefault(indication_id, {"indication_id": indication_id})["off_roster"] = count
    for indication_id, value, number in db.session.execute(_official(year, zone, wanted)):
        one = found.setdefault(indication_id, {"indication_id": indication_id})
        one |= {"official": int(value), "official_id": number}
    return {key: Figures(year=year, day=day, **values) for key, values in found.items()}


def figures_of(indication_id: int, year: int, today: date, zone: str = WHOLE) -> Figures:
    """The figures of one GI; zeros and unknowns where nothing stands on its roster."""
    found = figures_of_year(year, today, zone, [indication_id])
    return found.get(indication_id) or Figures(indication_id, year, reference_day(year, today))
