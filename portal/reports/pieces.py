"""What a report is made of: headings, sentences, tables, charts and maps as plain data.

The page, the Word file, the PDF and the CSV pack are drawn from the same pieces, so that they cannot differ;
the pieces are what is frozen, digested and published. A number carries the address of its ledger.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from string import Formatter

from portal.lib.quantity import money_text
from portal.lib.text import Text, day_words, in_number

Json = dict[str, object]


@dataclass(frozen=True)
class Cell:
    """`raw` is what the CSV holds; `url` leads to where the public can look it up."""

    text: Text
    raw: str | int | None = None
    url: str | None = None
    numeric: bool = False


Run = tuple[str, str | None]


@dataclass(frozen=True)
class Paragraph:
    """Runs of words with the address behind each, in both languages. `style`: body, note or written."""

    zh: list[Run]
    en: list[Run]
    style: str = "body"
    kind: str = "paragraph"

    def runs(self, language: str) -> list[Run]:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Heading:
    title: Text
    kind: str = "heading"


@dataclass(frozen=True)
class Column:
    title: Text
    numeric: bool = False
    width: int = 1


@dataclass(frozen=True)
class Table:
    """`key` names its file in the CSV pack."""

    key: str
    title: Text
    columns: list[Column]
    rows: list[list[Cell]]
    note: Text | None = None
    kind: str = "table"


@dataclass(frozen=True)
class Chart:
    """`shape`: bars or lines. A missing value is None and is left open, never drawn as 0."""

    key: str
    title: Text
    shape: str
    labels: list[Text]
    series: list[tuple[Text, list[int | float | None]]]
    unit: Text
    target: int | None = None
    kind: str = "chart"


@dataclass(frozen=True)
class Map:
    """The drawing in both languages, as the map machinery makes it (SVG)."""

    key: str
    title: Text
    drawing: Text
    approval: str | None = None
    kind: str = "map"


Piece = Paragraph | Heading | Table | Chart | Map


@dataclass(frozen=True)
class Missing:
    """An input that is not there: said, not hidden."""

    what: Text
    why: Text
    url: str | None = None


@dataclass
class Chapter:
    key: str
    title: Text
    pieces: list[Piece] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """A whole report. `version` is the register entry up to which it counted."""

    title: Text
    subject: Text
    about: str
    key: str
    year: int
    until: str
    office: str
    base: str
    version: int
    definition: str
    demo: bool
    chapters: list[Chapter]
    annexes: list[Chapter]

    def every_chapter(self) -> Iterator[Chapter]:
        yield from self.chapters
        yield from self.annexes

    def missing(self) -> list[tuple[Chapter, Missing]]:
        return [(chapter, one) for chapter in self.chapters for one in chapter.missing]

    def of_kind(self, kind: str) -> list[Piece]:
        return [piece for chapter in self.every_chapter() for piece in chapter.pieces if piece.kind == kind]

    def as_json(self) -> Json:
        return asdict(self)


# ---- cells


def words(text: Text | str | None, url: str | None = None) -> Cell:
    if text is None or text == "":
        return unknown()
    said = text if isinstance(text, Text) else Text(text, text)
    return Cell(said, said.zh, url)


def unknown(numeric: bool = False) -> Cell:
    return Cell(Text("未知", "unknown"), None, None, numeric)


def number(value: int | None, url: str | None = None) -> Cell:
    if value is None:
        return unknown(numeric=True)
    return Cell(Text(f"{value:,}", f"{value:,}"), value, url, True)


def money(fen: int | None, url: str | None = None) -> Cell:
    if fen is None:
        return unknown(numeric=True)
    return Cell(Text(money_text(fen, "zh"), money_text(fen, "en")), fen, url, True)


def percent(pair: tuple[int, int] | None, url: str | None = None) -> Cell:
    """To one decimal and rounded down, as on every page: 59.96 never reads as 60.0."""
    if pair is None or not pair[1]:
        return Cell(Text("—", "—"), None, url, True)
    tenths = pair[0] * 1000 // pair[1]
    said = f"{tenths // 10}.{tenths % 10}%"
    return Cell(Text(said, said), f"{tenths // 10}.{tenths % 10}", url, True)


def day(iso: object, url: str | None = None) -> Cell:
    if iso is None:
        return unknown()
    text = str(iso)
    return Cell(day_words(text), text, url)


# ---- sentences


def said(sentence: Text, style: str = "body", **cells: Cell | Text | str | int) -> Paragraph:
    """A sentence whose {places} are filled with cells, which bring their addresses."""
    en = in_number(sentence.en, {name: _run(value, "en")[0] for name, value in cells.items()})
    return Paragraph(list(_runs(sentence.zh, cells, "zh")), list(_runs(en, cells, "en")), style=style)


def _runs(pattern: str, cells: Mapping[str, object], language: str) -> Iterator[Run]:
    for literal, name, _, _ in Formatter().parse(pattern):
        if literal:
            yield literal, None
        if name is not None:
            yield _run(cells[name], language)


def _run(value: object, language: str) -> Run:
    if isinstance(value, Cell):
        return value.text.say(language), value.url
    return (value.say(language) if isinstance(value, Text) else str(value)), None


def note(sentence: Text, **cells: Cell | Text | str | int) -> Paragraph:
    return said(sentence, "note", **cells)


def written(text: str) -> list[Paragraph]:
    """What an official wrote, one paragraph a line, as it was written in either language."""
    lines = [line for line in text.split("\n") if line.strip()]
    return [Paragraph([(line, None)], [(line, None)], "written") for line in lines]


# ---- back from what was stored


def read_content(stored: Json) -> Content:
    plain = {name: value for name, value in stored.items() if name not in ("chapters", "annexes")}
    plain |= {name: _text(stored[name]) for name in ("title", "subject")}
    return Content(**plain, chapters=_chapters(stored["chapters"]), annexes=_chapters(stored["annexes"]))


def _chapters(stored: Iterable[Json]) -> list[Chapter]:
    return [
        Chapter(
            one["key"],
            _text(one["title"]),
            [_piece(piece) for piece in one["pieces"]],
            [Missing(_text(m["what"]), _text(m["why"]), m["url"]) for m in one["missing"]],
        )
        for one in stored
    ]


def _text(stored: Json | None) -> Text | None:
    return Text(stored["zh"], stored["en"]) if stored is not None else None


def _piece(stored: Json) -> Piece:
    kind = stored["kind"]
    if kind == "paragraph":
        runs = {name: [(text, url) for text, url in stored[name]] for name in ("zh", "en")}
        return Paragraph(**runs, style=stored["style"])
    if kind == "heading":
        return Heading(_text(stored["title"]))
    if kind == "table":
        return Table(
            stored["key"],
            _text(stored["title"]),
            [Column(_text(c["title"]), c["numeric"], c["width"]) for c in stored["columns"]],
            [[_cell(cell) for cell in row] for row in stored["rows"]],
            _text(stored["note"]),
        )
    if kind == "chart":
        return Chart(
            stored["key"], _text(stored["title"]), stored["shape"], [_text(one) for one in stored["labels"]],
            [(_text(name), list(values)) for name, values in stored["series"]], _text(stored["unit"]),
            stored["target"],
        )  # fmt: skip
    return Map(stored["key"], _text(stored["title"]), _text(stored["drawing"]), stored["approval"])


def _cell(stored: Json) -> Cell:
    return Cell(_text(stored["text"]), stored["raw"], stored["url"], stored["numeric"])
