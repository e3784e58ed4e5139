"""The live ledger: what is kept in the database, brought up to the newest entry and to today, and held in the
worker until the next. Only the GIs that entries or the calendar touched since are counted."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from threading import Lock
from typing import Generic, TypeVar

from flask import current_app

from portal.ratios.county_sums import (
    CountySums,
    count_all,
    count_some,
    counties_of_rosters,
    counties_touched,
)
from portal.ratios.kept import joined, kept_figures, kept_marks, kept_places, kept_sums
from portal.ratios.ledger import Figures, figures_of_year
from portal.ratios.rules import reference_day
from portal.ratios.touched import Mark, newest_entry, subjects_since, to_count_again

T = TypeVar("T")

YEARS_HELD = 12


@dataclass(frozen=True)
class Placed:
    """The sums of the counties, and the counties of each roster: where one leaves, less is counted."""

    sums: CountySums
    places: dict[int, str]


@dataclass(frozen=True)
class _Kind(Generic[T]):
    """One kind of numbers of a year: read as kept, counted whole, or counted again for some GIs."""

    name: str
    read: Callable[[int, Mark], T]
    whole: Callable[[int, date], T]
    again: Callable[[int, date, T, set[int]], T]
    lock: Lock = field(default_factory=Lock)


def live_figures(year: int, today: date) -> dict[int, Figures]:
    """The figures of all GIs of a year as of the newest entry."""
    return _brought_up(FIGURES, year, today)


def live_sums(year: int, today: date) -> CountySums:
    """What stands on the rosters of each county in a year, as of the newest entry."""
    return _brought_up(SUMS, year, today).sums


def figures_over(years: Iterable[int], only: Collection[int], today: date) -> dict[int, dict[int, Figures]]:
    """The figures of some GIs over several years, without reading those of all the others."""
    days = {year: reference_day(year, today) for year in years}
    newest, marks, since = newest_entry(), kept_marks(days), cache(subjects_since)
    found = kept_figures({year: days[year] for year in marks}, only)
    for year, day in days.items():
        touched = to_count_again(year, marks[year], Mark(newest, day), since) if year in marks else None
        again = set(only) if touched is None else touched & set(only)
        found[year] = {key: one for key, one in found.get(year, {}).items() if key not in again}
        found[year] |= figures_of_year(year, day, only=again) if again else {}
    return found


def _brought_up(kind: _Kind[T], year: int, today: date) -> T:
    shelf: dict[int, tuple[Mark, T]] = current_app.extensions.setdefault(kind.name, {})
    now = Mark(newest_entry(), reference_day(year, today))
    if year in shelf and shelf[year][0] == now:
        return shelf[year][1]
    with kind.lock:
        what = _counted(kind, year, now, shelf.get(year))
        shelf[year] = now, what
        while len(shelf) > YEARS_HELD:
            shelf.pop(min(shelf))
        return what


def _counted(kind: _Kind[T], year: int, now: Mark, held: tuple[Mark, T] | None) -> T:
    """From what the worker holds, else from what is kept, else from the rows."""
    for find in (lambda: held, lambda: _kept(kind, year)):
        mark, what = find() or (None, None)
        touched = to_count_again(year, mark, now) if mark else None
        if touched is not None:
            return what if not touched and mark.day == now.day else kind.again(year, now.day, what, touched)
    return kind.whole(year, now.day)


def _kept(kind: _Kind[T], year: int) -> tuple[Mark, T] | None:
    mark = kept_marks([year]).get(year)
    return (mark, kind.read(year, mark)) if mark else None


def _figures_again(year: int, day: date, held: dict[int, Figures], touched: set[int]) -> dict[int, Figures]:
    anew = figures_of_year(year, day, only=touched) if touched else {}
    still = {key: one if one.day == day else replace(one, day=day) for key, one in held.items()}
    return {key: one for key, one in still.items() if key not in touched} | anew


def _placed(year: int, day: date) -> Placed:
    places = counties_of_rosters(day)
    return Placed(count_all(year, day), {key: joined(counties) for key, counties in places.items()})


def _placed_again(year: int, day: date, held: Placed, touched: set[int]) -> Placed:
    if not touched:
        return held
    places = counties_of_rosters(day, touched)
    counties = counties_touched(places, {key: held.places.get(key, "") for key in touched})
    if counties is None:
        return _placed(year, day)
    still = {key: line for key, line in held.places.items() if key not in touched}
    lines = {key: joined(own) for key, own in places.items()}
    return Placed(held.sums.with_some(counties, count_some(year, day, counties)), still | lines)


FIGURES = _Kind(
    "ratio_ledger",
    lambda year, mark: kept_figures({year: mark.day})[year],
    figures_of_year,
    _figures_again,
)
SUMS = _Kind(
    "ratio_sums",
    # The places first: whatever is newer than its mark must not be older than what it is subtracted from.
    lambda year, _mark: Placed(places=kept_places(year), sums=kept_sums(year)),
    _placed,
    _placed_again,
)
