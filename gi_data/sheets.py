"""A CSV or XLSX file as headings and rows of plain values, whatever program wrote it.

Nothing is evaluated and nothing is guessed: a formula stays its text, and a file whose bytes are
neither whole UTF-8 nor GB18030 is refused with the line.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gi_data.sheet_findings import (
    LONGEST_CELL,
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    Finding,
    SheetRefused,
    notice,
)

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = {",": ",", ";": ";", "\t": "Tab"}
HEADING_ROWS = 10

# How many columns a row of headings names; the row that names the most is the heading.
Recognise = Callable[[Sequence[str]], int]
Row = tuple[int, tuple[object, ...]]


@dataclass
class Sheet:
    """`rows` may be gone through once; blank rows are counted, not given."""

    form: str
    headings: tuple[str, ...]
    heading_row: int
    rows: Iterator[Row]
    notices: list[Finding]
    blank_rows: int = 0


def read_sheet(file: Path, recognise: Recognise) -> Sheet:
    size = file.stat().st_size
    if size == 0:
        raise SheetRefused("empty_file")
    if size > MAX_FILE_BYTES:
        megabytes = -(-size // 1_048_576)
        raise SheetRefused("file_too_large", size=megabytes, limit=MAX_FILE_BYTES // 1_048_576)
    with file.open("rb") as opened:
        start = opened.read(4)
    if start == OLE:
        raise SheetRefused("old_excel")
    if start == ZIP:
        found, rows = _xlsx_rows(file)
        return _sheet("xlsx", rows, found, recognise)
    found, rows = _csv_rows(file.read_bytes(), recognise)
    return _sheet("csv", rows, found, recognise)


def _sheet(form: str, rows: Iterator[Row], notices: list[Finding], recognise: Recognise) -> Sheet:
    """Find the headings among the first rows; Chinese tables often begin with a title."""
    first = []
    for row in rows:
        first.append(row)
        if len(first) == HEADING_ROWS:
            break
    scores = [recognise(_as_headings(values)) for _, values in first]
    if not scores or max(scores) < 2:
        raise SheetRefused("no_headings", limit=HEADING_ROWS)
    place = scores.index(max(scores))
    number, values = first[place]
    if place > 0:
        notices = [*notices, notice("headings_below", row=number)]
    sheet = Sheet(form, _as_headings(values), number, iter(()), notices)
    sheet.rows = _below(sheet, first[place + 1 :], rows)
    return sheet


def _below(sheet: Sheet, waiting: Iterable[Row], rest: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for source in (waiting, rest):
        for number, values in source:
            if all(is_blank(value) for value in values):
                sheet.blank_rows += 1
                continue
            count += 1
            if count > MAX_ROWS:
                raise SheetRefused("too_many_rows", limit=f"{MAX_ROWS:,}")
            yield number, values


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip().strip("\u200b\ufeff"))


def _as_headings(values: Sequence[object]) -> tuple[str, ...]:
    texts = ["" if value is None else " ".join(str(value).split()) for value in values]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


# ---- CSV


def _csv_rows(raw: bytes, recognise: Recognise) -> tuple[list[Finding], Iterator[Row]]:
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused("unknown_format")
    text, notices = _decoded(raw, recognise)
    separator = _separator(text)
    if separator != ",":
        notices.append(notice("separator", separator=SEPARATORS[separator]))
    return notices, _parsed(text, separator)


def _decoded(raw: bytes, recognise: Recognise) -> tuple[str, list[Finding]]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(raw, "utf-16"), [notice("read_as_utf16")]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as fault:
        broken_at = fault.start
    # GB18030 makes some text of nearly anything, so it is believed only where it names our columns.
    line = raw.count(b"\n", 0, broken_at) + 1
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as fault:
        text, line = "", max(line, raw.count(b"\n", 0, fault.start) + 1)
    if text and any(recognise(_as_headings(row)) >= 2 for row in _first_rows(text)):
        return text, [notice("read_as_gb18030")]
    raise SheetRefused("damaged_text", line=line)


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise SheetRefused("damaged_text", line=line) from None


def _first_rows(text: str) -> Iterator[list[str]]:
    lines = text[:20_000].splitlines()[:HEADING_ROWS]
    return csv.reader(lines, delimiter=_separator(text))


def _separator(text: str) -> str:
    """The one that the first lines hold most of; a comma where none is there."""
    start = "\n".join(text[:20_000].splitlines()[:HEADING_ROWS])
    return max(SEPARATORS, key=lambda one: (start.count(one), one == ","))


def _parsed(text: str, separator: str) -> Iterator[Row]:
    """The number is that of the row in a table program, where a cell of several lines is one row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for values in reader:
            number += 1
            if len(values) > MAX_COLUMNS:
                raise SheetRefused("too_many_columns", limit=MAX_COLUMNS)
            yield number, tuple(values)
    except csv.Error:
        raise SheetRefused("damaged_csv", line=number + 1) from None


# ---- XLSX


def _xlsx_rows(file: Path) -> tuple[list[Finding], Iterator[Row]]:
    _refuse_bombs(file)
    # Only whoever reads such a file pays for the library.
    import openpyxl

    # Opened here, because the library goes by the ending of a name, and a kept file has none.
    opened = file.open("rb")
    try:
        book = openpyxl.load_workbook(opened, read_only=True, data_only=False, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception:  # The library has no error of its own: damaged XML ends in many kinds.
        opened.close()
        raise SheetRefused("damaged_file") from None
    if not shown:
        opened.close()
        raise SheetRefused("no_headings", limit=HEADING_ROWS)
    notices = []
    if len(shown) > 1:
        notices.append(notice("other_sheets", sheet=shown[0].title, count=len(shown) - 1))
    return notices, _cells(shown[0], opened)


def _cells(sheet: object, opened: BinaryIO) -> Iterator[Row]:
    # What the file says of its own size is often wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
    number = 0
    with opened:
        while True:
            try:
                values = next(rows, None)
            except Exception:  # Damage further down shows only when one gets there.
                raise SheetRefused("damaged_file") from None
            if values is None:
                return
            number += 1
            yield number, tuple(values)


def _refuse_bombs(file: Path) -> None:
    """A few kilobytes can unpack to gigabytes: the sizes are added up before anything is unpacked."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise SheetRefused("damaged_file")
    except zipfile.BadZipFile:
        raise SheetRefused("damaged_file") from None
    if not any(name.startswith("xl/") for name in names):
        raise SheetRefused("unknown_format")


csv.field_size_limit(LONGEST_CELL * 20)
