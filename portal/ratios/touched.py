"""Which GIs have to be counted again. No number changes without an entry in the log or a day that passes:
the entries since name the GIs of the first, the dates of licences, spells and rosters those of the second."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, union

from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import Indication
from portal.db import db
from portal.producers.models import RosterEntry
from portal.register.models import End, Entry

# Past this many entries or GIs, counting everything is quicker than finding out what to count.
MOST_ENTRIES, MOST_TOUCHED = 20_000, 1_000
OF_EVERY_YEAR, OF_ONE_YEAR = ("roster",), ("return", "output")


@dataclass(frozen=True)
class Mark:
    """Up to which entry and for which day something was counted."""

    n: int
    day: date


def newest_entry() -> int:
    return db.session.scalar(select(End.n).where(End.id == 1)) or 0


def subjects_since(n: int) -> frozenset[str] | None:
    """What the entries after entry n are about; None where there are too many to ask."""
    # By number and each subject as often as it comes: to tell them apart, SQLite would read the whole log.
    query = select(Entry.subject).where(Entry.n > n).order_by(Entry.n).limit(MOST_ENTRIES + 1)
    subjects = list(db.session.scalars(query))
    return frozenset(subjects) if len(subjects) <= MOST_ENTRIES else None


def to_count_again(
    year: int,
    counted: Mark,
    now: Mark,
    since: Callable[[int], frozenset[str] | None] = subjects_since,
) -> set[int] | None:
    """The GIs whose numbers of a year may differ between two marks; None where counting all is quicker."""
    touched = _touched(since(counted.n), year) if counted.n != now.n else set()
    if touched is None or counted.day == now.day:
        return touched
    touched = touched | moved_between(counted.day, now.day)
    return touched if len(touched) <= MOST_TOUCHED else None


def _touched(subjects: frozenset[str] | None, year: int) -> set[int] | None:
    """The GIs whose numbers of a year may have moved by entries about these subjects."""
    if subjects is None:
        return None
    found = _ids(*_named(subjects, str(year)))
    return found if len(found) <= MOST_TOUCHED else None


def _named(subjects: Iterable[str], year: str) -> tuple[set[str], set[str]]:
    """The slugs of GIs and the numbers of licences that entries are about."""
    slugs, licences = set(), set()
    for subject in subjects:
        kind, _, key = subject.partition(":")
        if kind == "licence":
            licences.add(key)
        elif kind in OF_EVERY_YEAR or (kind in OF_ONE_YEAR and _is_of(key, year)):
            slugs.add(key.replace("@", "/").partition("/")[0])
    return slugs, licences


def _is_of(key: str, year: str) -> bool:
    """Whether a return or an official figure is of this year, or of any: slug/number/2025, slug/2025@zone."""
    said = key.partition("@")[0].rpartition("/")[2]
    return said == year or not (len(said) == 4 and said.isdecimal())


def _ids(slugs: set[str], licences: set[str]) -> set[int]:
    found = set()
    if slugs:
        found |= set(db.session.scalars(select(Indication.id).where(Indication.slug.in_(slugs))))
    if licences:
        query = select(Licence.indication_id).where(Licence.number.in_(licences)).distinct()
        found |= set(db.session.scalars(query))
    return found


def moved_between(one: date, other: date) -> set[int]:
    """The GIs with something that begins or ends between two days, without any entry on that day. The last
    day of a licence counts; the day a spell or a line of a roster ended does not."""
    first, last = sorted((one, other))

    def passed(column: ColumnElement[date]) -> ColumnElement[bool]:
        return and_(column > first, column <= last)

    licences = select(Licence.indication_id).where(
        or_(passed(Licence.valid_from), and_(Licence.valid_to >= first, Licence.valid_to < last))
    )
    spells = (
        select(Licence.indication_id)
        .join(LicenceSpell, LicenceSpell.licence_id == Licence.id)
        .where(or_(passed(LicenceSpell.from_on), passed(LicenceSpell.ended_on)))
    )
    lines = select(RosterEntry.indication_id).where(
        or_(passed(RosterEntry.from_on), passed(RosterEntry.ended_on))
    )
    return set(db.session.scalars(union(licences, spells, lines)))
