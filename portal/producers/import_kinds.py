"""The kinds of files that can be brought in, each added by the room that keeps what it holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gi_data.tables import Column, Table, TableRow
from portal.lib.text import Text
from portal.producers.import_files import JudgedRow
from portal.producers.models import ImportRun
from portal.register.actions import Actor

Progress = Callable[[int], None]


class Checker(Protocol):
    """Judges the rows of one run. Raises nothing for a bad row: it says so in the row."""

    def judge(self, rows: Sequence[TableRow], table: Table) -> list[JudgedRow]:
        """One judged row for each, asking the database once for the whole batch."""

    def afterthoughts(self) -> Mapping[int, JudgedRow | Callable[[JudgedRow], JudgedRow]]:
        """What only the whole file shows: by row number, how the judged row is to be changed."""

    def warnings(self) -> list[dict]:
        """What was noticed and does not stop the file, counted."""


@dataclass(frozen=True)
class ImportKind:
    key: str
    title: Text
    columns: Sequence[Column]
    check: Callable[[ImportRun], Checker]
    store: Callable[[ImportRun, Actor, Iterable[JudgedRow], Progress], None]
    # How a stored value is read beside the heading of its column, for what a row would change.
    say: Callable[[str, object], object] = lambda _name, value: value


_kinds: dict[str, ImportKind] = {}


def add_import_kind(kind: ImportKind) -> None:
    """Called once by the room that keeps what such a file holds."""
    _kinds[kind.key] = kind


def import_kind(key: str) -> ImportKind:
    return _kinds[key]


def import_kinds() -> list[str]:
    return sorted(_kinds)
