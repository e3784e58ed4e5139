"""What was counted last, as it is kept in the database for all workers, and how it is put there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.db import db
from portal.ratios.county_sums import CountySums
from portal.ratios.ledger import Figures
from portal.ratios.models import KeptCounty, KeptFigures, KeptSpread, KeptYear
from portal.ratios.touched import Mark
from portal.storing import insert_rows

# Columns of the tables themselves: thousands of rows are read, and none of them becomes an object.
_F, _C, _S = KeptFigures.__table__.c, KeptCounty.__table__.c, KeptSpread.__table__.c
_NUMBERS = (
    _F.producers, _F.users, _F.off_roster, _F.filed, _F.user_value, _F.output_sum, _F.mark_value,
    _F.missing_users, _F.missing_others, _F.official, _F.official_id,
)  # fmt: skip
"""In the order of the fields of Figures after the day."""


# ---- read: the mark first, then what depends on it. What is newer than its mark is counted again in vain,
# what is older would be wrong.


def kept_marks(years: Iterable[int], lock: bool = False) -> dict[int, Mark]:
    query = select(KeptYear.year, KeptYear.n, KeptYear.day).where(KeptYear.year.in_(list(years)))
    if lock:
        query = query.with_for_update()
    return {year: Mark(n, day) for year, n, day in db.session.execute(query)}


def kept_figures(
    days: Mapping[int, date], only: Collection[int] | None = None
) -> dict[int, dict[int, Figures]]:
    """The figures of some years, each said to be of its day, of all GIs or of those asked for."""
    query = select(_F.year, _F.indication_id, *_NUMBERS).where(_F.year.in_(list(days)))
    if only is not None:
        query = query.where(_F.indication_id.in_(only))
    found: dict[int, dict[int, Figures]] = {year: {} for year in days}
    for year, indication_id, *numbers in db.session.execute(query):
        found[year][indication_id] = Figures(indication_id, year, days[year], *numbers)
    return found


def kept_places(year: int, only: Collection[int] | None = None) -> dict[int, str]:
    """The counties of each roster, in one line."""
    query = select(_F.indication_id, _F.counties).where(_F.year == year)
    if only is not None:
        query = query.where(_F.indication_id.in_(only))
    return dict(db.session.execute(query).all())


def kept_sums(year: int) -> CountySums:
    query = select(_C.county, _C.producers, _C.users, _C.output_fen).where(_C.year == year)
    counties = {county: tuple(sums) for county, *sums in db.session.execute(query)}
    query = select(_S.producer_id, _S.county, _S.is_user).where(_S.year == year)
    spread: dict[int, dict[str, bool]] = {}
    for producer, county, user in db.session.execute(query):
        spread.setdefault(producer, {})[county] = user
    return CountySums(counties, spread)


# ---- written

NAMES = [one.name for one in fields(Figures) if one.name != "day"]


def joined(counties: Iterable[str]) -> str:
    return " ".join(sorted(counties))


def store_figures(
    session: Session,
    year: int,
    figures: Mapping[int, Figures],
    places: Mapping[int, Collection[str]],
    touched: Collection[int] | None,
) -> None:
    """The figures of the GIs that were touched, or of all, in the place of what was kept of them."""
    old = delete(KeptFigures).where(KeptFigures.year == year)
    session.execute(old if touched is None else old.where(KeptFigures.indication_id.in_(touched)))
    rows = [
        {name: getattr(one, name) for name in NAMES} | {"counties": joined(places.get(key, ()))}
        for key, one in sorted(figures.items())
    ]
    insert_rows(session, KeptFigures.__table__, rows)


def store_sums(session: Session, year: int, sums: CountySums, counties: Collection[str] | None) -> None:
    """The sums of some counties, or of all, and the producers of theirs that stand in others too."""
    old, spread = delete(KeptCounty).where(KeptCounty.year == year), delete(KeptSpread)
    spread = spread.where(KeptSpread.year == year)
    if counties is None:
        session.execute(old)
        session.execute(spread)
    else:
        session.execute(old.where(KeptCounty.county.in_(counties)))
        session.execute(spread.where(KeptSpread.county.in_(counties)))
        session.execute(spread.where(KeptSpread.producer_id.in_(list(sums.spread))))
    names = ("producers", "users", "output_fen")
    insert_rows(
        session,
        KeptCounty.__table__,
        [
            {"year": year, "county": county, **dict(zip(names, numbers, strict=True))}
            for county, numbers in sorted(sums.counties.items())
        ],
    )
    insert_rows(
        session,
        KeptSpread.__table__,
        [
            {"year": year, "producer_id": producer, "county": county, "is_user": user}
            for producer, standing in sorted(sums.spread.items())
            for county, user in standing.items()
        ],
    )


def store_mark(session: Session, year: int, mark: Mark) -> None:
    session.merge(KeptYear(year=year, n=mark.n, day=mark.day))
    session.flush()
