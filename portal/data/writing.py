"""Tables as CSV and JSON, row by row (XLSX: workbook.py). What would run as a formula is made harmless."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO

from gi_data.sheet_writing import harmless
from portal.data.files import Table

BOM = "\ufeff"
CHUNK_BYTES = 64 * 1024


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
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return harmless(value)


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
