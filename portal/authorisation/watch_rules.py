"""What the portal asks a person to look at of a licence; it decides nothing."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum


class Watch(StrEnum):
    EXPIRY = "expiry"
    NO_USE = "no_use"
    MARK_TERM = "mark_term"


EXPIRY_NOTICE_DAYS = 90


YEARS_WITHOUT_USE = 2


MARK_TERM_YEARS = 10


MARK_TERM_NOTICE_DAYS = 365


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February falls back to the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def unused_since(valid_from: date, used_on: date | None, day: date) -> date | None:
    """The day since which a mark was not used, once that is two years ago."""
    since = max(valid_from, used_on or valid_from)
    return since if years_after(since, YEARS_WITHOUT_USE) <= day else None


def mark_term_end(registered_on: date, day: date) -> date:
    """The end of the running ten years: a mark is registered for ten and renewed for ten."""
    return next(end for end in _term_ends(registered_on) if end >= day)


def _term_ends(registered_on: date) -> Iterator[date]:
    years = MARK_TERM_YEARS
    while True:
        yield years_after(registered_on, years)
        years += MARK_TERM_YEARS
