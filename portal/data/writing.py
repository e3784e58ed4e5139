"""Tables as CSV, JSON and XLSX, row by row; a cell that would run as a formula is made harmless."""

import csv
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from portal.data.files import KIND_NAMES, Kind, Table
from portal.lib.text import Text

BOM = "\ufeff"
CHUNK_BYTES = 64 * 1024
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST = 60
COLUMN_WIDTHS = {Kind.WHOLE: 12, Kind.DAY: 14, Kind.TRUTH: 10, Kind.DECIMAL: 14}


def harmless(value: object) -> object:
    """Text that begins like a formula gets an apostrophe; numbers are left alone. An import takes it off."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def as_csv(table: Table) -> Iterator[str]:
    """UTF-8 with a mark at the start, so that every table program reads the Chinese."""
    page = StringIO()
    write = csv.writer(page)
    page.write(BOM)
    write.writerow([column.key for column in table.columns])
    for row in table.rows():
        write.writerow([_plain(value) for value in row])
        if page.tell() > CHUNK_BYTES:
            yield _emptied(page)
    yield _emptied(page)


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else harmless(value)


def _emptied(page: StringIO) -> str:
    written = page.getvalue()
    page.seek(0)
    page.truncate()
    return written


def as_json(table: Table, head: Mapping[str, object]) -> Iterator[str]:
    """One object with what is said of the file and the rows as `items`."""
    keys = [column.key for column in table.columns]
    told = json.dumps({**head, "items": []}, ensure_ascii=False)
    yield told.removesuffix("]}")
    between = ""
    for row in table.rows():
        item = dict(zip(keys, map(_as_json_value, row), strict=True))
        yield between + json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        between = ",\n"
    yield "]}\n"


def _as_json_value(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def write_xlsx(file: BinaryIO, table: Table, head: Mapping[Text, object], language: str) -> None:
    """Three sheets: the rows under a frozen heading, what each column means, what the file is."""
    book = Workbook(write_only=True)
    rows = book.create_sheet(table.title.say(language)[:31])
    rows.freeze_panes = "B2"
    for number, column in enumerate(table.columns, 1):
        rows.column_dimensions[get_column_letter(number)].width = COLUMN_WIDTHS.get(column.kind, 26)
    _heading(rows, [column.title.say(language) for column in table.columns])
    for row in table.rows():
        rows.append([_as_cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    _dictionary(book.create_sheet(Text("数据字典", "Dictionary").say(language)), table, language)
    about = book.create_sheet(Text("说明", "About").say(language))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 20, WIDEST
    for name, value in head.items():
        about.append([name.say(language), value.say(language) if isinstance(value, Text) else value])
    book.save(file)


def _dictionary(sheet: WriteOnlyWorksheet, table: Table, language: str) -> None:
    for letter, width in zip("ABCD", (18, 26, 26, WIDEST), strict=True):
        sheet.column_dimensions[letter].width = width
    titles = (
        Text("字段", "Field"), Text("名称", "Name"), Text("种类", "Kind"), Text("说明", "Meaning"),
    )  # fmt: skip
    _heading(sheet, [title.say(language) for title in titles])
    for column in table.columns:
        about = column.about.say(language) if column.about else ""
        sheet.append([column.key, column.title.say(language), KIND_NAMES[column.kind].say(language), about])


def _heading(sheet: WriteOnlyWorksheet, titles: list[str]) -> None:
    cells = []
    for title in titles:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EEE9DA")
        cells.append(cell)
    sheet.append(cells)


def _as_cell(value: object, kind: Kind) -> object:
    """Whole numbers and whole dates as such; what is known only to the year stays text."""
    if kind is Kind.DAY and isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, str):
        return harmless(NOT_IN_XML.sub("", value))
    return value


def xlsx_chunks(table: Table, head: Mapping[Text, object], language: str) -> Iterator[bytes]:
    """The workbook is zipped into a file on disk and read from there."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, table, head, language)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
