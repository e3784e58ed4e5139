"""The same figures for the nation, its provinces, cities, counties: GIs by outcome, producers once each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import current_app
from sqlalchemy import Select, and_, func, literal_column, select

from portal.accounts.rules import NATION
from portal.authorisation.queries import authorised_pairs
from portal.db import db
from portal.producers.models import RosterEntry
from portal.producers.queries import stands_on, within
from portal.ratios.ledger import Figures
from portal.ratios.live import touched_since
from portal.ratios.rules import Outcome
from portal.regions.rules import covers
from portal.register.models import End
from portal.returns.models import AnnualReturn
from portal.returns.rules import State

LEVELS = {"nation": 0, "province": 2, "city": 4, "county": 6}
"""How many figures of a code name a division of each level."""


Sums = tuple[int, int, int]
"""Producers and users, each once, and the output returned."""

# Past this many lines of rosters the sums are counted only where somebody asks for a level: it takes seconds.
MOST_UNASKED = 50_000
MOST_KEPT = 60


@dataclass(frozen=True)
class Kept:
    n: int
    sums: dict[str, Sums]


def sums_of(level: str, scope: str, year: int, day: date) -> dict[str, Sums]:
    """What is on the rosters of each division; kept in the worker until an entry moves a number."""
    shelf: dict[tuple, Kept] = current_app.extensions.setdefault("ratio_levels", {})
    newest = db.session.scalar(select(End.n).where(End.id == 1)) or 0
    key = (level, scope, year, day)
    kept = shelf.get(key)
    if kept is None or (kept.n != newest and touched_since(kept.n) != set()):
        kept = Kept(newest, _counted(LEVELS[level], scope, year, day))
    shelf[key] = Kept(newest, kept.sums)
    while len(shelf) > MOST_KEPT:
        shelf.pop(next(iter(shelf)), None)
    return kept.sums


def _counted(length: int, scope: str, year: int, day: date) -> dict[str, Sums]:
    output = {
        prefix or "": int(value or 0)
        for prefix, value in db.session.execute(_output(length, scope, year, day))
    }
    return {
        prefix or "": (producers, users, output.get(prefix or "", 0))
        for prefix, producers, users in db.session.execute(_heads(length, scope, day))
    }


@dataclass
class LevelRow:
    """One division. A GI of several divisions stands in each; a producer is counted once in each."""

    adcode: str
    gis: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    producers: int | None = None
    users: int | None = None
    output_fen: int | None = None


def code_of(prefix: str) -> str:
    return prefix.ljust(6, "0") if prefix else NATION


def level_rows(
    level: str,
    scope: str,
    figures: Iterable[Figures],
    places: Mapping[int, list[str]],
    sums: Mapping[str, Sums] | None,
) -> list[LevelRow]:
    """One row for each division of the level in the scope that has a GI or a producer."""
    length = LEVELS[level]
    rows: dict[str, LevelRow] = {}
    for one in figures:
        codes = places.get(one.indication_id, [])
        for prefix in {code[:length] for code in codes if _reaches(code, length) and covers(scope, code)}:
            row = rows.setdefault(prefix, LevelRow(code_of(prefix)))
            row.gis += 1
            row.outcomes[one.outcome] = row.outcomes.get(one.outcome, 0) + 1
    for prefix, (producers, users, output) in (sums or {}).items():
        row = rows.setdefault(prefix, LevelRow(code_of(prefix)))
        row.producers, row.users, row.output_fen = producers, users, output
    return [rows[prefix] for prefix in sorted(rows)]


def _reaches(code: str, length: int) -> bool:
    """Whether a code names a division of that level or below: a city is in no county."""
    return length < 4 or code[length - 2 : length] != "00"


def _prefix(length: int) -> object:
    # Numbers written out: PostgreSQL takes two bound numbers for two different expressions.
    return func.substr(RosterEntry.adcode, literal_column("1"), literal_column(str(length)))


def _heads(length: int, scope: str, day: date) -> Select:
    """Distinct producers, and distinct users among them: the sum never counts one twice."""
    users = authorised_pairs(day).cte("users")
    prefix = _prefix(length).label("prefix")
    return (
        select(
            prefix,
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
        .where(stands_on(day), within(RosterEntry.adcode, scope))
        .group_by(prefix)
    )


def _output(length: int, scope: str, year: int, day: date) -> Select:
    """A return belongs to one GI and one line of its roster, so it is added once."""
    prefix = _prefix(length).label("prefix")
    same = and_(
        AnnualReturn.year == year,
        AnnualReturn.state == literal_column(f"'{State.ACCEPTED}'"),
        AnnualReturn.indication_id == RosterEntry.indication_id,
        AnnualReturn.producer_id == RosterEntry.producer_id,
    )
    return (
        select(prefix, func.sum(AnnualReturn.value_fen))
        .select_from(RosterEntry)
        .join(AnnualReturn, same)
        .where(stands_on(day), within(RosterEntry.adcode, scope))
        .group_by(prefix)
    )


def outcomes_of(figures: Iterable[Figures]) -> dict[Outcome, int]:
    counts: dict[Outcome, int] = defaultdict(int)
    for one in figures:
        counts[one.outcome] += 1
    return dict(counts)
