"""The live ledger kept in the worker. No number can change without an entry in the log, so the newest
entry says whether what is kept still holds, and the entries since say which GIs to count again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from flask import current_app
from sqlalchemy import select

from portal.authorisation.models import Licence
from portal.catalogue.models import Indication
from portal.db import db
from portal.ratios.ledger import Figures, figures_of_year
from portal.ratios.rules import reference_day
from portal.register.models import End, Entry

# Past this many entries or GIs, counting everything is quicker than finding out what to count.
MOST_ENTRIES, MOST_TOUCHED = 2_000, 200
YEARS_KEPT = 12
COUNTING = ("roster", "return", "output")


@dataclass(frozen=True)
class Kept:
    n: int
    day: date
    figures: dict[int, Figures]


_lock = Lock()


def live_figures(year: int, today: date) -> dict[int, Figures]:
    """The figures of all GIs of a year as of the newest entry."""
    shelf: dict[int, Kept] = current_app.extensions.setdefault("ratio_ledger", {})
    newest = db.session.scalar(select(End.n).where(End.id == 1)) or 0
    day = reference_day(year, today)
    kept = shelf.get(year)
    if kept and kept.day == day and kept.n == newest:
        return kept.figures
    with _lock:
        shelf[year] = Kept(newest, day, _brought_up(shelf.get(year), year, day, today))
        while len(shelf) > YEARS_KEPT:
            shelf.pop(min(shelf))
    return shelf[year].figures


def _brought_up(kept: Kept | None, year: int, day: date, today: date) -> dict[int, Figures]:
    touched = touched_since(kept.n) if kept and kept.day == day else None
    if touched is None:
        return figures_of_year(year, today)
    anew = figures_of_year(year, today, only=touched) if touched else {}
    return {key: one for key, one in kept.figures.items() if key not in touched} | anew


def touched_since(n: int) -> set[int] | None:
    """The GIs whose numbers may have moved after entry n; None where it could be any."""
    query = select(Entry.subject).where(Entry.n > n).distinct().limit(MOST_ENTRIES + 1)
    subjects = list(db.session.scalars(query))
    if len(subjects) > MOST_ENTRIES:
        return None
    slugs, licences = _named(subjects)
    if slugs is None or len(slugs) + len(licences) > MOST_TOUCHED:
        return None
    return _ids(slugs, licences)


def _named(subjects: Iterable[str]) -> tuple[set[str] | None, set[str]]:
    slugs, licences = set(), set()
    for subject in subjects:
        kind, _, key = subject.partition(":")
        if kind == "licence":
            licences.add(key)
        elif kind in COUNTING:
            slugs.add(key.replace("@", "/").partition("/")[0])
        elif kind == "import":
            return None, set()
    return slugs, licences


def _ids(slugs: set[str], licences: set[str]) -> set[int]:
    found = set()
    if slugs:
        found |= set(db.session.scalars(select(Indication.id).where(Indication.slug.in_(slugs))))
    if licences:
        query = select(Licence.indication_id).where(Licence.number.in_(licences))
        found |= set(db.session.scalars(query))
    return found
