"""A report as a PDF: the same pieces as the Word file, drawn as lines, with contents, bookmarks and links."""

import json
from collections.abc import Iterator
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import Paragraph as Sentence
from reportlab.platypus.tableofcontents import TableOfContents

from portal.lib.text import Text
from portal.reports import layout
from portal.reports.drawing import draw
from portal.reports.drawn_pdf import Drawn
from portal.reports.map_drawing import shapes_of
from portal.reports.pieces import Cell, Content, Paragraph, Piece, Run
from portal.reports.pieces import Table as TablePiece
from portal.verification.drawing_font import fonts_of

INK, SOFT, SEAL, RULE, SHADE = map(HexColor, ("#1e1f21", "#504d46", "#a8261b", "#857e6f", "#eee9da"))
LINK = "#15525d"
LEFT, RIGHT, TOP, BOTTOM = 28 * mm, 26 * mm, 30 * mm, 30 * mm
WIDTH = A4[0] - LEFT - RIGHT


Filed = tuple[bytes, dict[str, int]]


def pdf_files(content: Content) -> dict[str, Filed]:
    """In each language the file, and on which page each chapter begins. Both are set in the same two faces,
    which are cut once."""
    everything = json.dumps(content.as_json(), ensure_ascii=False) + "".join(_own_words()) + PRINTABLE
    # Headings are few: their face needs their characters only.
    headings = "".join(map(_both, _headings(content))) + "".join(_own_words()) + PRINTABLE
    with fonts_of({"serif": everything, "sans": headings}) as fonts:
        return {language: _file_of(content, language, fonts) for language in ("zh", "en")}


def _file_of(content: Content, language: str, fonts: dict[str, str]) -> Filed:
    kept = BytesIO()
    report = _Report(kept, content, language, fonts["serif"], fonts["sans"])
    report.make()
    return kept.getvalue(), report.pages


def _headings(content: Content) -> Iterator[Text]:
    yield content.subject
    yield from (one.chapter.title for one in layout.numbered(content))
    for kind in ("heading", "table", "chart", "map"):
        yield from (piece.title for piece in content.of_kind(kind))
    for table in content.of_kind("table"):
        yield from (column.title for column in table.columns)


def _both(text: Text) -> str:
    return text.zh + text.en


PRINTABLE = "".join(map(chr, range(32, 127))) + "“”‘’—–…　、。，；：？！（）《》〈〉·％" + layout.DIGITS


def _own_words() -> Iterator[str]:
    return (_both(text) for text in layout.own_words())


class _Report(BaseDocTemplate):
    def __init__(self, target: BytesIO, content: Content, language: str, font: str, bold: str):
        self.language = language
        super().__init__(
            target, pagesize=A4, leftMargin=LEFT, rightMargin=RIGHT, topMargin=TOP, bottomMargin=BOTTOM,
            title=content.title.say(language), author=content.office or layout.REGISTER.say(language),
            lang=layout.LOCALE.say(language),
            subject=layout.proof_text(content).say(language), initialFontName=font,
        )  # fmt: skip
        self.content, self.font = content, font
        self.captions, self.numbered = layout.captions(content), layout.numbered(content)
        self.styles = _styles(font, bold, language)
        self.pages: dict[str, int] = {}
        self.turn = 0
        frame = Frame(LEFT, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(
            [PageTemplate("cover", [frame]), PageTemplate("inside", [frame], onPage=self._number)]
        )

    def beforeDocument(self) -> None:
        """Pages are laid out twice, for the contents; only the second time is anything drawn that is dear."""
        self.turn += 1

    def is_last(self) -> bool:
        return self.turn > 1

    def make(self) -> None:
        self.multiBuild(list(self._story()))

    def _number(self, canvas: Canvas, _document: object) -> None:
        canvas.saveState()
        canvas.setFont(self.font, 10)
        canvas.drawCentredString(A4[0] / 2, 16 * mm, f"— {canvas.getPageNumber() - 1} —")
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:
        """Chapters enter the contents and the outline of the file."""
        anchor = getattr(flowable, "anchor", None)
        if anchor:
            text = flowable.getPlainText()
            self.canv.bookmarkPage(anchor)
            self.pages[anchor] = self.page - 1
            self.canv.addOutlineEntry(text, anchor, 0)
            self.notify("TOCEntry", (0, escape(text), self.page - 1, anchor))

    # ---- the story

    def _story(self) -> Iterator[Flowable]:
        yield from self._cover()
        yield from self._contents()
        for place, one in enumerate(self.numbered, 1):
            yield from self._chapter(place, one)
            if not one.annex and one.chapter is self.content.chapters[-1]:
                yield from self._sign()
        yield from self._missing()

    def _cover(self) -> Iterator[Flowable]:
        if self.content.demo:
            yield self._plain(layout.DEMO.say(self.language), "demo")
        yield Spacer(0, 52 * mm)
        yield self._plain(self.content.subject.say(self.language), "cover-name")
        yield self._plain(layout.COVER_YEAR.format(year=self.content.year).say(self.language), "cover-year")
        yield self._plain(layout.COVER_TITLE.say(self.language), "cover-title")
        yield Spacer(0, 78 * mm)
        yield self._plain(self.content.office or layout.NO_OFFICE.say(self.language), "cover-office")
        yield self._plain(layout.until_text(self.content).say(self.language), "cover-day")
        if said := layout.TRANSLATION.say(self.language):
            yield self._plain(said, "translation")
        yield NextPageTemplate("inside")
        yield PageBreak()

    def _contents(self) -> Iterator[Flowable]:
        yield self._plain(layout.CONTENTS.say(self.language), "contents-head")
        contents = TableOfContents(
            dotsMinLevel=0, tableStyle=TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0)])
        )
        contents.levelStyles = [self.styles["contents"]]
        yield contents
        yield PageBreak()

    def _chapter(self, place: int, one: layout.Numbered) -> Iterator[Flowable]:
        if one.annex:
            yield PageBreak()
        yield self._head(layout.head_of(one, self.language), one.anchor)
        if not one.chapter.pieces:
            yield self._plain(layout.NO_DATA.say(self.language), "body")
        headings = 0
        for piece in one.chapter.pieces:
            if piece.kind == "heading":
                headings += 1
                mark = layout.sub_mark(place, headings, self.language)
                yield self._plain(mark + piece.title.say(self.language), "sub")
            else:
                yield from self._piece(piece)

    def _head(self, text: str, anchor: str) -> Sentence:
        head = self._plain(text, "head")
        head.anchor = anchor
        return head

    def _piece(self, piece: Piece) -> Iterator[Flowable]:
        if piece.kind == "paragraph":
            yield self._sentence(piece)
        elif piece.kind == "table":
            yield CondPageBreak(45 * mm)
            yield self._plain(self._caption(piece), "caption")
            yield from self._table(piece)
        else:
            drawing = (
                draw(piece, self.language)
                if piece.kind == "chart"
                else shapes_of(piece.drawing.say(self.language))
            )
            shown = [
                Spacer(0, 4 * mm),
                Drawn(drawing, WIDTH * 0.97, self.font, self.is_last),
                self._plain(self._caption(piece), "below"),
            ]
            if piece.kind == "map" and piece.approval:
                said = layout.MAP_APPROVAL.format(number=piece.approval).say(self.language)
                shown.append(self._plain(said, "note"))
            yield KeepTogether(shown)

    def _caption(self, piece: Piece) -> str:
        return layout.caption_of(piece, self.captions, self.language)

    def _plain(self, text: str, style: str) -> Sentence:
        # Wide blanks in a row, where something is to be written by hand, would be taken for one.
        return Sentence(escape(text).replace("　", "&nbsp;&nbsp;"), self.styles[style])

    def _sentence(self, piece: Paragraph) -> Sentence:
        text = "".join(map(_marked, piece.runs(self.language)))
        return Sentence(text, self.styles["note" if piece.style == "note" else "body"])

    def _table(self, piece: TablePiece) -> Iterator[Flowable]:
        whole = sum(column.width for column in piece.columns)
        widths = [WIDTH * column.width / whole for column in piece.columns]
        rows = [[self._plain(column.title.say(self.language), "cell-head") for column in piece.columns]]
        rows += [[self._cell(cell) for cell in row] for row in piece.rows]
        table = Table(rows, widths, repeatRows=1)
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.5, RULE),
                    ("BACKGROUND", (0, 0), (-1, 0), SHADE),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 3),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                    ("TOPPADDING", (0, 0), (-1, -1), 2),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ]
            )
        )
        yield table
        yield Spacer(0, 2 * mm)
        if piece.note:
            yield self._plain(
                layout.REMARK.format(text=piece.note.say(self.language)).say(self.language), "note"
            )

    def _cell(self, cell: Cell) -> Sentence:
        return Sentence(
            _marked((cell.text.say(self.language), cell.url)),
            self.styles["number" if cell.numeric else "cell"],
        )

    # ---- the end

    def _sign(self) -> Iterator[Flowable]:
        yield PageBreak()
        lines: list[Flowable] = [
            self._plain(layout.SIGN_TITLE.say(self.language), "contents-head"),
            self._plain(layout.SIGN_NOTE.say(self.language), "sign-note"),
            Spacer(0, 8 * mm),
        ]
        for text in layout.SIGN:
            lines += [self._plain(text.say(self.language), "sign"), Spacer(0, 7 * mm)]
        yield KeepTogether(lines)

    def _missing(self) -> Iterator[Flowable]:
        yield PageBreak()
        yield self._head(layout.missing_head(self.content, self.language), "chapter-missing")
        table = layout.missing_table(self.content)
        said = layout.MISSING_LEAD if table else layout.NOTHING_MISSING
        yield self._plain(said.say(self.language), "body")
        if table:
            yield from self._table(table)
        yield self._plain(layout.proof_text(self.content).say(self.language), "note")


def _marked(run: Run) -> str:
    text, url = run
    said = escape(text)
    return f'<a href="{escape(url, {chr(34): "&quot;"})}" color="{LINK}">{said}</a>' if url else said


def _styles(font: str, bold: str, language: str) -> dict[str, ParagraphStyle]:
    # Chinese lines break anywhere; English ones between words.
    chinese = language == "zh"
    wrap, indent = ("CJK", 24) if chinese else (None, 0)
    body = (12, 22) if chinese else (10.5, 16)

    def style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
        settings = {"fontName": font, "textColor": INK, "wordWrap": wrap, **more}
        return ParagraphStyle(name, fontSize=size, leading=leading, **settings)

    made = (
        style("demo", 12, 18, alignment=TA_CENTER, textColor=SEAL),
        style("cover-name", 28, 40, alignment=TA_CENTER, spaceAfter=8),
        style("cover-year", 20, 32, alignment=TA_CENTER, spaceAfter=6),
        style("cover-title", 25, 38, alignment=TA_CENTER),
        style("cover-office", 16, 26, alignment=TA_CENTER),
        style("cover-day", 13, 22, alignment=TA_CENTER, textColor=SOFT),
        style("contents-head", 17, 30, fontName=bold, alignment=TA_CENTER, spaceAfter=8),
        style("contents", 12, 22),
        style("head", 15.5, 26, fontName=bold, spaceBefore=10, spaceAfter=4, keepWithNext=1),
        style("sub", 13, 22, firstLineIndent=indent, spaceBefore=4, keepWithNext=1),
        style("body", *body, firstLineIndent=indent, spaceAfter=0 if chinese else 4),
        style("note", 9.5, 15, textColor=SOFT, spaceAfter=3),
        style("caption", 10.5, 17, fontName=bold, alignment=TA_CENTER, spaceBefore=6, spaceAfter=2),
        style("below", 10.5, 17, fontName=bold, alignment=TA_CENTER, spaceAfter=6),
        style("cell-head", 9, 12.5, fontName=bold, alignment=TA_CENTER),
        style("cell", 9, 12.5, alignment=TA_LEFT),
        style("number", 9, 12.5, alignment=TA_RIGHT),
        style("translation", 9.5, 16, alignment=TA_CENTER, textColor=SOFT, spaceBefore=6),
        style("sign-note", 10.5, 16, alignment=TA_CENTER, textColor=SOFT),
        style("sign", 12, 20, leftIndent=62 * mm),
    )
    return {one.name: one for one in made}
