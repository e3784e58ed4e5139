"""Reads the authorised users of the side-by-side benchmark's synthetic register, each row judged as those of
any file that comes in."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from portal.lib.uscc import read_uscc

STATES = {"有效": "in_force", "暂停": "suspended", "注销": "cancelled"}


class BenchFileRefused(ValueError):
    """What does not hold, with its file and line."""


class BenchUser(NamedTuple):
    uscc: str
    name: str
    county: str
    gi: str
    licence: str
    valid_from: str
    valid_to: str
    status: str


def in_parts(items: Iterable, size: int = 2_000) -> Iterator[list]:
    """Lists of so many items, the last one shorter."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


USER_COLUMNS = (
    "uscc", "name", "county", "gi_id", "licence_no", "valid_from", "valid_to", "status",
)  # fmt: skip


def lines_of(file: Path) -> int:
    """How many there are, however they end: no fewer than rows."""
    with file.open(encoding="utf-8-sig") as lines:
        return sum(1 for _ in lines)


def read_users(file: Path) -> Iterator[tuple[int, BenchUser]]:
    """Line numbers and rows of a file of authorised users, as they are written."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        heading = next(rows, [])
        if missing := [name for name in USER_COLUMNS if name not in heading]:
            raise BenchFileRefused(f"{file.name}, line 1: no column {', '.join(missing)}")
        values = itemgetter(*map(heading.index, USER_COLUMNS))
        for row in rows:
            if len(row) != len(heading):
                raise BenchFileRefused(f"{file.name}, line {rows.line_num}: {len(row)} columns")
            yield rows.line_num, BenchUser._make(values(row))


@lru_cache(10_000)
def day_of(written: str) -> date:
    """The days of a file are few: each is read once."""
    day = date.fromisoformat(written)
    if day.isoformat() != written:
        raise BenchFileRefused(f"not a date as it should be written: {written}")
    return day


USER_FAULTS = ("bad_uscc", "bad_gi", "bad_dates", "bad_county", "duplicate")


class UserJudge:
    """Says what is wrong with each row of a file of authorised users, or that nothing is."""

    def __init__(self, gis: frozenset[str], counties: frozenset[str], taken: set[str]):
        self._gis, self._counties, self._taken = gis, counties, taken

    def fault(self, row: BenchUser) -> str | None:
        uscc, _, county, gi, licence, begin, end, _ = row
        if read_uscc(uscc).error:
            return "bad_uscc"
        if gi not in self._gis:
            return "bad_gi"
        if day_of(begin) > day_of(end):
            return "bad_dates"
        if county not in self._counties:
            return "bad_county"
        if licence in self._taken:
            return "duplicate"
        self._taken.add(licence)
        return None
