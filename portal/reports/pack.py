"""The data pack of a report: one CSV for each table, the white paper's tables, a dictionary, and the whole
report as data. Money is in 分, shares in percent."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence

from gi_data.sheet_writing import csv_lines
from portal.reports import layout
from portal.reports.pieces import Content, Table
from portal.reports.white_paper import white_paper

# A fixed day: the same report gives the same bytes.
DAY = (2020, 1, 1, 0, 0, 0)
ABOUT = """{title}

{until}
内容摘要 SHA-256: {digest}
{proof}

每个 .csv 是一张表（UTF-8，带 BOM）。金额单位为分，占比为百分数，未知留空。
report.json 是报告全部内容；对它做 RFC 8785 规范化后取 SHA-256，即上面的摘要。

Each .csv is one table (UTF-8 with BOM). Money is in fen (1/100 yuan), shares in percent; unknown is empty.
report.json is the whole report; the SHA-256 of its RFC 8785 form is the digest above.

"""


def pack_file(content: Content, canonical_form: bytes, digest: str) -> bytes:
    kept = io.BytesIO()
    tables = list(_tables(content))
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as pack:
        _add(pack, "README.txt", _about(content, digest, tables).encode("utf-8"))
        for name, table in tables:
            rows = [[cell.raw for cell in row] for row in table.rows]
            _add(pack, name, b"".join(csv_lines([column.title.zh for column in table.columns], rows)))
        _add(
            pack,
            "missing.csv",
            b"".join(csv_lines([text.zh for text in layout.MISSING_COLUMNS], _missing(content))),
        )
        _add(pack, "report.json", canonical_form)
    return kept.getvalue()


def _add(pack: zipfile.ZipFile, name: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(name, DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    pack.writestr(entry, body)


def _tables(content: Content) -> Iterator[tuple[str, Table]]:
    for piece in content.of_kind("table"):
        yield f"{piece.key}.csv", piece
    for piece in white_paper(content):
        yield f"white-paper-{piece.key}.csv", piece


def _missing(content: Content) -> list[list[str]]:
    return [[title.zh, one.what.zh, one.why.zh] for title, one in layout.missing_rows(content)]


def _about(content: Content, digest: str, tables: Sequence[tuple[str, Table]]) -> str:
    head = ABOUT.format(
        title=content.title.zh,
        until=layout.until_text(content).zh,
        digest=digest,
        proof=layout.proof_text(content).zh,
    )
    lines = []
    for name, table in tables:
        lines.append(f"{name}  {table.title.zh} / {table.title.en}")
        lines += [f"    {column.title.zh} / {column.title.en}" for column in table.columns]
    lines.append(f"missing.csv  {layout.MISSING_TITLE.zh} / {layout.MISSING_TITLE.en}")
    return head + "\n".join(lines) + "\n"


def as_plain(content: Content) -> dict[str, object]:
    """The report as JSON would give it back: lists for tuples."""
    return json.loads(json.dumps(content.as_json(), ensure_ascii=False))
