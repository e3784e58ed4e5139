"""A table against its columns: which heading is which, and each row as values, notices and findings."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gi_data.cells import Cell, Reader, as_text, faults_of_any
from gi_data.sheet_findings import Finding, SheetRefused, error, notice
from gi_data.sheets import Sheet, is_blank, read_sheet
from portal.lib.folding import folded
from portal.lib.text import Text

_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]|[*＊:：]")
# Columns of our own sheets, or of anybody's, that carry nothing to read.
NOT_READ = frozenset(
    folded(word) for word in ("问题", "Problems", "序号", "No.", "No", "用标情况", "Authorisation")
)


@dataclass(frozen=True)
class Column:
    """`read` makes the value; `hint` and `example` go into the template that people fill in."""

    key: str
    title: Text
    read: Reader
    required: bool = False
    others: tuple[str, ...] = ()
    hint: Text = Text("", "")
    example: str = ""


@dataclass
class TableRow:
    number: int
    raw: tuple[str, ...]
    values: dict[str, object] = field(default_factory=dict)
    notices: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, heading: str | None, value: object, **values: object) -> None:
        self.findings.append(placed(error(code, **values), self.number, heading, value))


@dataclass
class Table:
    """`headings` are the file's own words by the key of the column that they name."""

    sheet: Sheet
    headings: dict[str, str]
    rows: Iterator[TableRow]
    notices: list[Finding]

    def heading(self, key: str, columns: Sequence[Column]) -> str:
        """What the file calls a column, or what we would."""
        return self.headings.get(key) or next(c.title.zh for c in columns if c.key == key)


def read_table(file: Path, columns: Sequence[Column]) -> Table:
    """Raises SheetRefused when the file as a whole cannot be taken."""
    names = spellings(columns)

    def recognise(headings: Sequence[str]) -> int:
        return len({names[plain(h)] for h in headings if plain(h) in names})

    sheet = read_sheet(file, recognise)
    places, notices = _places(sheet, columns, names)
    headings = {key: sheet.headings[place] for key, place in places.items()}
    table = Table(sheet, headings, iter(()), [*sheet.notices, *notices])
    table.rows = (_row(number, values, places, columns, sheet) for number, values in sheet.rows)
    return table


def plain(heading: str) -> str:
    """名称（必填）, 名称* and " 名称 " are one heading."""
    return folded(_BRACKETS.sub("", heading))


def spellings(columns: Sequence[Column]) -> dict[str, str]:
    return {
        plain(word): column.key
        for column in columns
        for word in (column.key, column.title.zh, column.title.en, *column.others)
    }


def _places(
    sheet: Sheet, columns: Sequence[Column], names: dict[str, str]
) -> tuple[dict[str, int], list[Finding]]:
    places: dict[str, int] = {}
    notices = []
    for place, heading in enumerate(sheet.headings):
        key = names.get(plain(heading))
        if key is None:
            if heading and plain(heading) not in NOT_READ:
                notices.append(notice("unknown_heading", heading=heading))
        elif key in places:
            raise SheetRefused("heading_twice", heading=heading)
        else:
            places[key] = place
    for column in columns:
        if column.required and column.key not in places:
            raise SheetRefused("heading_missing", heading=column.title)
    return places, notices


def _row(
    number: int, values: Sequence[object], places: dict[str, int], columns: Sequence[Column], sheet: Sheet
) -> TableRow:
    width = len(sheet.headings)
    row = TableRow(number, tuple("" if is_blank(value) else as_text(value) for value in values[:width]))
    beyond = [value for value in values[width:] if not is_blank(value)]
    if beyond:
        row.refuse("row_too_long", None, as_text(beyond[0]), count=len(beyond))
    for column in columns:
        if column.key in places:
            _cell(row, column, values, places[column.key], sheet)
    return row


def _cell(row: TableRow, column: Column, values: Sequence[object], place: int, sheet: Sheet) -> None:
    raw = values[place] if place < len(values) else None
    heading = sheet.headings[place]
    if is_blank(raw):
        if column.required:
            row.refuse("missing", heading, None)
        return
    fault = faults_of_any(raw)
    cell = Cell(fault=fault) if fault else column.read(raw)
    if cell.fault is not None:
        row.findings.append(placed(cell.fault, row.number, heading, raw))
        return
    row.values[column.key] = cell.value
    row.notices.extend((heading, code) for code in cell.notices)


def placed(finding: Finding, row: int, heading: str | None, value: object) -> Finding:
    shown = None if value is None else as_text(value)[:200]
    return Finding(finding.code, finding.message, finding.severity, row, heading, shown)


def in_batches(rows: Iterator[TableRow], size: int, after: Callable[[int], None]) -> Iterator[list[TableRow]]:
    """Rows by the thousand, so that each batch asks the database once; `after` hears how many have passed."""
    batch, passed = [], 0
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            passed += size
            yield batch
            after(passed)
            batch = []
    if batch:
        yield batch
        after(passed + len(batch))
