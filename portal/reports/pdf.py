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

from portal.reports import layout
from portal.reports.drawing import draw
from portal.reports.drawn_pdf import Drawn
from portal.reports.map_drawing import shapes_of
from portal.reports.paper_font import font_of
from portal.reports.pieces import Cell, Column, Content, Paragraph, Piece, Run, words
from portal.reports.pieces import Table as TablePiece

LANGUAGE = "zh"
INK, SOFT, SEAL, RULE, SHADE = map(HexColor, ("#1e1f21", "#504d46", "#a8261b", "#857e6f", "#eee9da"))
LINK = "#15525d"
LEFT, RIGHT, TOP, BOTTOM = 28 * mm, 26 * mm, 30 * mm, 30 * mm
WIDTH = A4[0] - LEFT - RIGHT


def pdf_file(content: Content) -> tuple[bytes, dict[str, int]]:
    """The file, and on which page each chapter begins."""
    characters = json.dumps(content.as_json(), ensure_ascii=False) + "".join(_own_words()) + PRINTABLE
    # Headings are few: their face needs their characters only.
    headings = "".join(one.chapter.title.zh for one in layout.numbered(content)) + "".join(_own_words())
    headings += (
        content.subject.zh
        + content.office
        + "".join(c.title.zh for t in content.of_kind("table") for c in t.columns)
    )
    headings += "".join(piece.title.zh for piece in _titled(content))
    with font_of(characters) as font, font_of(headings + PRINTABLE, "sans") as bold:
        kept = BytesIO()
        report = _Report(kept, content, font, bold)
        report.make()
        return kept.getvalue(), report.pages


def _titled(content: Content) -> Iterator[Piece]:
    for kind in ("heading", "table", "chart", "map"):
        yield from content.of_kind(kind)


PRINTABLE = "".join(map(chr, range(32, 127))) + "“”‘’—–…　、。，；：？！（）《》〈〉·％" + layout.DIGITS


def _own_words() -> Iterator[str]:
    for text in (
        layout.CONTENTS, layout.ANNEX, layout.MISSING_TITLE, layout.MISSING_LEAD, *layout.MISSING_COLUMNS,
        layout.NOTHING_MISSING, *layout.SIGN, layout.DEMO, layout.UNTIL, layout.PROOF, layout.MAP_APPROVAL,
    ):  # fmt: skip
        yield text.say(LANGUAGE)
    yield "地理标志保护监管年度报告表图注本章没有可用的数据，见附件。编制单位第页共年月日登记簿"


class _Report(BaseDocTemplate):
    def __init__(self, target: BytesIO, content: Content, font: str, bold: str):
        super().__init__(
            target, pagesize=A4, leftMargin=LEFT, rightMargin=RIGHT, topMargin=TOP, bottomMargin=BOTTOM,
            title=content.title.say(LANGUAGE), author=content.office or "地理标志登记簿", lang="zh-CN",
            subject=layout.proof_text(content).say(LANGUAGE), initialFontName=font,
        )  # fmt: skip
        self.content, self.font = content, font
        self.captions, self.numbered = layout.captions(content), layout.numbered(content)
        self.styles = _styles(font, bold)
        self.pages: dict[str, int] = {}
        frame = Frame(LEFT, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(
            [PageTemplate("cover", [frame]), PageTemplate("inside", [frame], onPage=self._number)]
        )

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
        for one in self.numbered:
            yield from self._chapter(one)
            if not one.annex and one.chapter is self.content.chapters[-1]:
                yield from self._sign()
        yield from self._missing()

    def _cover(self) -> Iterator[Flowable]:
        if self.content.demo:
            yield self._plain(layout.DEMO.say(LANGUAGE), "demo")
        yield Spacer(0, 52 * mm)
        yield self._plain(self.content.subject.say(LANGUAGE), "cover-name")
        yield self._plain(f"{self.content.year} 年", "cover-year")
        yield self._plain("地理标志保护监管年度报告", "cover-title")
        yield Spacer(0, 78 * mm)
        yield self._plain(self.content.office or "编制单位：________________", "cover-office")
        yield self._plain(layout.until_text(self.content).say(LANGUAGE), "cover-day")
        yield NextPageTemplate("inside")
        yield PageBreak()

    def _contents(self) -> Iterator[Flowable]:
        yield self._plain(layout.CONTENTS.say(LANGUAGE), "contents-head")
        contents = TableOfContents(
            dotsMinLevel=0, tableStyle=TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0)])
        )
        contents.levelStyles = [self.styles["contents"]]
        yield contents
        yield PageBreak()

    def _chapter(self, one: layout.Numbered) -> Iterator[Flowable]:
        mark, title = one.mark.say(LANGUAGE), one.chapter.title.say(LANGUAGE)
        if one.annex:
            yield PageBreak()
        yield self._head(f"{mark}　{title}" if one.annex else f"{mark}{title}", one.anchor)
        if not one.chapter.pieces:
            yield self._plain("本章没有可用的数据，见附件。", "body")
        headings = 0
        for piece in one.chapter.pieces:
            if piece.kind == "heading":
                headings += 1
                yield self._plain(f"（{layout.chinese(headings)}）{piece.title.say(LANGUAGE)}", "sub")
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
                draw(piece, LANGUAGE) if piece.kind == "chart" else shapes_of(piece.drawing.say(LANGUAGE))
            )
            shown = [
                Spacer(0, 4 * mm),
                Drawn(drawing, WIDTH * 0.97, self.font),
                self._plain(self._caption(piece), "below"),
            ]
            if piece.kind == "map" and piece.approval:
                said = layout.MAP_APPROVAL.format(number=piece.approval).say(LANGUAGE)
                shown.append(self._plain(said, "note"))
            yield KeepTogether(shown)

    def _caption(self, piece: Piece) -> str:
        return f"{self.captions[id(piece)].say(LANGUAGE)}　{piece.title.say(LANGUAGE)}"

    def _plain(self, text: str, style: str) -> Sentence:
        # Wide blanks in a row, where something is to be written by hand, would be taken for one.
        return Sentence(escape(text).replace("　", "&nbsp;&nbsp;"), self.styles[style])

    def _sentence(self, piece: Paragraph) -> Sentence:
        text = "".join(map(_marked, piece.runs(LANGUAGE)))
        return Sentence(text, self.styles["note" if piece.style == "note" else "body"])

    def _table(self, piece: TablePiece) -> Iterator[Flowable]:
        whole = sum(column.width for column in piece.columns)
        widths = [WIDTH * column.width / whole for column in piece.columns]
        rows = [[self._plain(column.title.say(LANGUAGE), "cell-head") for column in piece.columns]]
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
            yield self._plain("注：" + piece.note.say(LANGUAGE), "note")

    def _cell(self, cell: Cell) -> Sentence:
        return Sentence(
            _marked((cell.text.say(LANGUAGE), cell.url)), self.styles["number" if cell.numeric else "cell"]
        )

    # ---- the end

    def _sign(self) -> Iterator[Flowable]:
        lines: list[Flowable] = [Spacer(0, 16 * mm)]
        for text in layout.SIGN:
            lines += [self._plain(text.say(LANGUAGE), "sign"), Spacer(0, 7 * mm)]
        yield KeepTogether(lines)

    def _missing(self) -> Iterator[Flowable]:
        mark = layout.ANNEX.format(n=len(self.content.annexes) + 1).say(LANGUAGE)
        yield PageBreak()
        yield self._head(f"{mark}　{layout.MISSING_TITLE.say(LANGUAGE)}", "chapter-missing")
        rows = layout.missing_rows(self.content)
        yield self._plain((layout.MISSING_LEAD if rows else layout.NOTHING_MISSING).say(LANGUAGE), "body")
        if rows:
            columns = [
                Column(text, width=n) for text, n in zip(layout.MISSING_COLUMNS, (3, 6, 6), strict=True)
            ]
            cells = [[words(title), words(one.what, one.url), words(one.why)] for title, one in rows]
            yield from self._table(TablePiece("missing", layout.MISSING_TITLE, columns, cells))
        yield self._plain(layout.proof_text(self.content).say(LANGUAGE), "note")


def _marked(run: Run) -> str:
    text, url = run
    said = escape(text)
    return f'<a href="{escape(url, {chr(34): "&quot;"})}" color="{LINK}">{said}</a>' if url else said


def _styles(font: str, bold: str) -> dict[str, ParagraphStyle]:
    def style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
        settings = {"fontName": font, "textColor": INK, "wordWrap": "CJK", **more}
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
        style("sub", 13, 22, firstLineIndent=26, spaceBefore=4, keepWithNext=1),
        style("body", 12, 22, firstLineIndent=24),
        style("note", 9.5, 15, textColor=SOFT, spaceAfter=3),
        style("caption", 10.5, 17, fontName=bold, alignment=TA_CENTER, spaceBefore=6, spaceAfter=2),
        style("below", 10.5, 17, fontName=bold, alignment=TA_CENTER, spaceAfter=6),
        style("cell-head", 9, 12.5, fontName=bold, alignment=TA_CENTER),
        style("cell", 9, 12.5, alignment=TA_LEFT),
        style("number", 9, 12.5, alignment=TA_RIGHT),
        style("sign", 12, 20, leftIndent=62 * mm),
    )
    return {one.name: one for one in made}
