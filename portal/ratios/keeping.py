"""Keeping what was counted: the background work that spares each worker the counting of whole years.

Counting goes on outside any transaction, so nobody waits for it; what came of it is stored in a short one,
and not at all where another process has been here meanwhile.
"""

from dataclasses import dataclass
from datetime import date

from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import today
from portal.ratios.county_sums import (
    CountySums,
    count_all,
    count_some,
    counties_of_rosters,
    counties_touched,
)
from portal.ratios.kept import kept_marks, kept_places, store_figures, store_mark, store_sums
from portal.ratios.ledger import Figures, figures_of_year
from portal.ratios.live import YEARS_HELD
from portal.ratios.rules import reference_day
from portal.ratios.touched import Mark, newest_entry, to_count_again

MOST_BEHIND = 1_000
"""So many entries may come that moved no number before it is noted that they did not."""


@dataclass(frozen=True)
class Counted:
    """What was counted of a year: of the GIs and counties named, or where none are named of all."""

    year: int
    before: Mark | None
    now: Mark
    figures: dict[int, Figures]
    places: dict[int, set[str]]
    touched: set[int] | None
    sums: CountySums
    counties: set[str] | None


def keep_figures(today: date) -> int:
    """Bring what is kept up to the newest entry and to today; how many figures that were."""
    done = 0
    for year in range(today.year, today.year - YEARS_HELD, -1):
        counted = count_anew(year, today)
        if counted is not None and store(counted):
            done += len(counted.figures)
    return done


def count_anew(year: int, today: date) -> Counted | None:
    """What has to be stored; None where what is kept still holds."""
    db.session.rollback()  # To see what is stored now, and on SQLite all of it as of one moment.
    day = reference_day(year, today)
    now, before = Mark(newest_entry(), day), kept_marks([year]).get(year)
    touched = to_count_again(year, before, now) if before else None
    if touched == set() and before.day == day and now.n < before.n + MOST_BEHIND:
        return None
    figures = figures_of_year(year, day, only=touched)
    places = counties_of_rosters(day, touched)
    counties = None if touched is None else counties_touched(places, kept_places(year, touched))
    sums = count_all(year, day) if counties is None else count_some(year, day, counties)
    return Counted(year, before, now, figures, places, touched, sums, counties)


def store(counted: Counted) -> bool:
    """Not where another process stored meanwhile: what is kept need not be what was counted from."""
    with transaction() as session:
        if kept_marks([counted.year], lock=True).get(counted.year) != counted.before:
            return False
        store_figures(session, counted.year, counted.figures, counted.places, counted.touched)
        store_sums(session, counted.year, counted.sums, counted.counties)
        store_mark(session, counted.year, counted.now)
    return True


add_work("figures of the shares", lambda: keep_figures(today()))
