"""The registry of tables that anyone may have whole: columns with their meaning, rows as they come."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from portal.lib.said import Worded
from portal.lib.text import Text

Row = tuple[object, ...]
ROWS_AT_A_TIME = 1000


class Kind(Worded):
    TEXT = "text", Text("文字", "text")
    WHOLE = "whole", Text("整数", "whole number")
    DECIMAL = "decimal", Text("精确小数，写成文字", "exact decimal, as text")
    DAY = "day", Text("日期，已知到年、月或日", "date, known to a year, a month or a day")
    TRUTH = "truth", Text("是或否", "true or false")


@dataclass(frozen=True)
class Column:
    key: str
    title: Text
    kind: Kind = Kind.TEXT
    about: Text | None = None


@dataclass(frozen=True)
class Table:
    """`rows` reads a few hundred rows at a time, so that memory does not grow with the register."""

    name: str
    title: Text
    about: Text
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]


EXACT = "exact"


def comparator(stated: str | None) -> str:
    """What stood before a figure. A lone equals sign would be taken for a formula."""
    return EXACT if stated in (None, "=") else stated


_tables: dict[str, Table] = {}


def add_table(
    name: str, title: Text, about: Text, columns: Iterable[Column], rows: Callable[[], Iterator[Row]]
) -> None:
    """Called once for each table, by a file of this room."""
    _tables[name] = Table(name, title, about, tuple(columns), rows)


def tables() -> tuple[Table, ...]:
    return tuple(_tables.values())


def find_table(name: str) -> Table | None:
    return _tables.get(name)
