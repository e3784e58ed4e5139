"""A table as an XLSX workbook. Imported only when one is made: openpyxl weighs 20 MB in a worker."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from gi_data.sheet_writing import harmless
from portal.data.files import Kind, Table
from portal.data.writing import CHUNK_BYTES
from portal.lib.text import Text

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST = 60
COLUMN_WIDTHS = {Kind.WHOLE: 12, Kind.DAY: 14, Kind.TRUTH: 10, Kind.DECIMAL: 14}


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
        sheet.append([column.key, column.title.say(language), Kind(column.kind).text.say(language), about])


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
