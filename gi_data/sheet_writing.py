"""Tables that go out, as CSV or XLSX that every table program opens and none takes for a program."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

RISKY = ("=", "+", "-", "@", "\t", "\r")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST, NARROWEST = 46, 9
# XML has no way to write these; they are shown as lost instead.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def harmless(value: object) -> object:
    """A text that a table program could take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(RISKY):
        return "'" + value
    return value


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, without which Excel takes Chinese for something else."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([harmless(heading) for heading in headings])
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        if buffer.tell() > 60_000:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _plain(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else harmless(value)


def xlsx_bytes(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    marked: Collection[tuple[int, int]] = (),
    notes: Sequence[Sequence[str]] = (),
    notes_title: str = "",
) -> bytes:
    """One sheet with a frozen bold head; `marked` cells (row from 0, column from 0) stand out.

    `notes` become a second sheet, such as how to fill in the first.
    """
    # Only whoever asks for such a file pays for the library.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings):
        sheet.column_dimensions[_letters(place)].width = _width(heading)
    sheet.append([_bold(WriteOnlyCell(sheet, harmless(h)), Font(bold=True)) for h in headings])
    wrong = PatternFill("solid", fgColor="F6D9CF")
    for number, row in enumerate(rows):
        cells = [WriteOnlyCell(sheet, _stored(value)) for value in row]
        for place, cell in enumerate(cells):
            # Codes and numbers that are names must stay text when somebody goes on typing.
            cell.number_format = "yyyy-mm-dd" if isinstance(cell.value, date) else "@"
            if (number, place) in marked:
                cell.fill = wrong
        sheet.append(cells)
    if notes:
        _write_notes(book, notes_title, notes)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write_notes(book: object, title: str, notes: Sequence[Sequence[str]]) -> None:
    sheet = book.create_sheet(title[:31])
    for place, width in enumerate((26, 12, 60, 30)):
        sheet.column_dimensions[_letters(place)].width = width
    for line in notes:
        sheet.append([harmless(text) for text in line])


def _bold(cell: object, font: object) -> object:
    cell.font = font
    return cell


def _stored(value: object) -> object:
    return UNWRITABLE.sub("\ufffd", harmless(value)) if isinstance(value, str) else value


def _width(heading: str) -> int:
    return max(NARROWEST, min(WIDEST, 2 * len(heading) + 6))


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
