"""The tables that a bureau's white paper prints, drawn from the same pieces, with the year in front."""

from portal.lib.text import Text
from portal.reports.pieces import Cell, Column, Content, Table, words

KEYS = (
    "gis-by-place",
    "users",
    "share-users",
    "share-output",
    "checks",
    "case-outcomes",
    "tips",
    "transfers",
    "traceability",
    "batches",
)


def white_paper(content: Content) -> list[Table]:
    """One long table of all totals, and the tables of the year with the year in front."""
    return [
        _summary(content),
        *(_with_year(content, piece) for piece in content.of_kind("table") if piece.key in KEYS),
    ]


def _summary(content: Content) -> Table:
    """Every number that a sentence of the report states, with the sentence it stands in."""
    columns = [
        Column(Text("年度", "Year"), True),
        Column(Text("范围", "Subject"), width=3),
        Column(Text("章节", "Chapter"), width=3),
        Column(Text("表述", "Statement"), width=6),
        Column(Text("出处", "Ledger"), width=3),
    ]
    rows: list[list[Cell]] = []
    for chapter in content.chapters:
        for piece in chapter.pieces:
            if piece.kind == "paragraph" and piece.style == "body":
                text = Text(*("".join(run for run, _ in piece.runs(language)) for language in ("zh", "en")))
                url = next((url for _, url in piece.zh if url), None)
                year = Cell(Text(str(content.year), str(content.year)), content.year, None, True)
                rows.append([year, words(content.subject), words(chapter.title), words(text), words(url)])
    return Table("summary", Text("年度总表", "The year's totals"), columns, rows)


def _with_year(content: Content, piece: Table) -> Table:
    year = Cell(Text(str(content.year), str(content.year)), content.year, None, True)
    columns = [Column(Text("年度", "Year"), True), Column(Text("范围", "Subject"), width=3), *piece.columns]
    rows = [[year, words(content.subject), *row] for row in piece.rows]
    return Table(piece.key, piece.title, columns, rows, piece.note)
