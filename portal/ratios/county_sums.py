"""What stands on the rosters of each county, and of every division above as the sum of its counties.

A producer counts once in each division. Those of two counties would be counted twice in the city of both, so
they are known by name: the sum of the counties less how often each of them was counted too often.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from portal.authorisation.models import Licence
from portal.authorisation.queries import authorised_pairs
from portal.db import db
from portal.producers.models import RosterEntry
from portal.producers.queries import stands_on
from portal.regions.rules import scope_prefix
from portal.returns.models import AnnualReturn
from portal.returns.rules import State

Sums = tuple[int, int, int]
"""Producers and users, each once, and the output returned."""

Spread = Mapping[int, Mapping[str, bool]]
"""By producer of several counties, in which it stands, and whether as a user."""

MOST_COUNTIES = 300
MOST_MADE = 500
COUNTY = func.substr(RosterEntry.adcode, literal_column("1"), literal_column("6"))


@dataclass(frozen=True)
class CountySums:
    counties: Mapping[str, Sums]
    spread: Spread = field(default_factory=dict)
    _made: dict[tuple[int, str], dict[str, Sums]] = field(default_factory=dict, repr=False, compare=False)

    def by_division(self, length: int, scope: str) -> dict[str, Sums]:
        """The sums of all divisions whose codes begin with so many figures, by those figures."""
        if (length, scope) not in self._made:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            self._made[length, scope] = self._added(length, scope_prefix(scope))
        return self._made[length, scope]

    def _added(self, length: int, inside: str) -> dict[str, Sums]:
        added: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for county, (producers, users, output) in self.counties.items():
            if county.startswith(inside):
                one = added[county[:length]]
                one[0] += producers
                one[1] += users
                one[2] += output
        for places in self.spread.values():
            for prefix, (producers, users) in _times(places, length, inside).items():
                added[prefix][0] -= max(0, producers - 1)
                added[prefix][1] -= max(0, users - 1)
        return {prefix: tuple(sums) for prefix, sums in sorted(added.items())}

    def with_some(self, counties: Collection[str], anew: "CountySums") -> "CountySums":
        """The same with some counties counted anew."""
        sums = {county: one for county, one in self.counties.items() if county not in counties}
        spread = {
            producer: {county: user for county, user in places.items() if county not in counties}
            for producer, places in self.spread.items()
            if producer not in anew.spread
        }
        return CountySums(sums | anew.counties, spread | anew.spread)


def _times(places: Mapping[str, bool], length: int, inside: str) -> dict[str, tuple[int, int]]:
    """In how many counties of each division one producer stands, and in how many as a user."""
    times: dict[str, tuple[int, int]] = {}
    for county, user in places.items():
        if county.startswith(inside):
            producers, users = times.get(county[:length], (0, 0))
            times[county[:length]] = producers + 1, users + user
    return times


# ---- counted from the rows


def count_all(year: int, day: date) -> CountySums:
    return CountySums(_sums(year, day, None), _spread(day, None))


def count_some(year: int, day: date, counties: Collection[str]) -> CountySums:
    """Of these counties alone; the producers of theirs that stand in others too with all their counties."""
    return CountySums(_sums(year, day, counties), _spread(day, counties)) if counties else CountySums({})


def count_inside(year: int, day: date, scope: str) -> CountySums:
    """Of a division below a county, which no county's sum tells."""
    return CountySums(_sums(year, day, [scope]))


def counties_of_rosters(day: date, only: Collection[int] | None = None) -> dict[int, set[str]]:
    """The counties in which the roster of each GI lies."""
    query = select(RosterEntry.indication_id, COUNTY).where(stands_on(day)).distinct()
    if only is not None:
        query = query.where(RosterEntry.indication_id.in_(only))
    found: dict[int, set[str]] = defaultdict(set)
    for indication_id, county in db.session.execute(query):
        found[indication_id].add(county)
    return found


def counties_touched(now: Mapping[int, set[str]], before: Mapping[int, str]) -> set[str] | None:
    """Where some rosters lie or lay; None where counting all counties is quicker than so many."""
    found = set().union(*now.values(), *(line.split() for line in before.values()))
    return found if len(found) <= MOST_COUNTIES else None


def _sums(year: int, day: date, places: Collection[str] | None) -> dict[str, Sums]:
    output = {county: int(value or 0) for county, value in db.session.execute(_output(year, day, places))}
    return {
        county: (producers, users, output.get(county, 0))
        for county, producers, users in db.session.execute(_heads(day, places))
    }


def _inside(places: Collection[str] | None, adcode: ColumnElement[str] = RosterEntry.adcode) -> ColumnElement:
    """By ranges, which both databases look up in the index: all codes are figures, so the next whole number
    ends what lies in a division."""
    if places is None:
        return true()
    return or_(*(and_(adcode >= code, adcode < str(int(code) + 1).zfill(len(code))) for code in places))


def _users(day: date, places: Collection[str] | None) -> Select:
    query = authorised_pairs(day)
    if places is None:
        return query
    listed = select(RosterEntry.indication_id).where(_inside(places))
    return query.where(Licence.indication_id.in_(listed))


def _heads(day: date, places: Collection[str] | None) -> Select:
    """Distinct producers, and distinct users among them."""
    users = _users(day, places).cte("users")
    county = COUNTY.label("county")
    return (
        select(
            county,
            func.count(RosterEntry.producer_id.distinct()),
            func.count(users.c.producer_id.distinct()),
        )
        .select_from(RosterEntry)
        .outerjoin(
            users,
            and_(
                users.c.indication_id == RosterEntry.indication_id,
                users.c.producer_id == RosterEntry.producer_id,
            ),
        )
        .where(stands_on(day), _inside(places))
        .group_by(county)
    )


def _output(year: int, day: date, places: Collection[str] | None) -> Select:
    """A return belongs to one GI and one line of its roster, so it is added once."""
    county = COUNTY.label("county")
    same = and_(
        AnnualReturn.year == year,
        AnnualReturn.state == literal_column(f"'{State.ACCEPTED}'"),
        AnnualReturn.indication_id == RosterEntry.indication_id,
        AnnualReturn.producer_id == RosterEntry.producer_id,
    )
    return (
        select(county, func.sum(AnnualReturn.value_fen))
        .select_from(RosterEntry)
        .join(AnnualReturn, same)
        .where(stands_on(day), _inside(places))
        .group_by(county)
    )


def _spread(day: date, places: Collection[str] | None) -> dict[int, dict[str, bool]]:
    """The producers of several counties, where each of them stands, and whether as a user."""
    several = select(RosterEntry.producer_id).where(stands_on(day)).group_by(RosterEntry.producer_id)
    several = several.having(func.min(COUNTY) != func.max(COUNTY))
    if places is not None:
        other = aliased(RosterEntry)
        here = select(other.producer_id).where(_inside(places, other.adcode))
        several = several.where(RosterEntry.producer_id.in_(here))
    several = several.cte("several")
    users = authorised_pairs(day).where(Licence.producer_id.in_(select(several))).cte("users")
    same = and_(
        users.c.indication_id == RosterEntry.indication_id, users.c.producer_id == RosterEntry.producer_id
    )
    query = (
        select(RosterEntry.producer_id, COUNTY, func.count(users.c.producer_id))
        .join(several, several.c.producer_id == RosterEntry.producer_id)
        .outerjoin(users, same)
        .where(stands_on(day))
        .group_by(RosterEntry.producer_id, COUNTY)
    )
    found: dict[int, dict[str, bool]] = {}
    for producer, county, user in db.session.execute(query):
        found.setdefault(producer, {})[county] = bool(user)
    return found
