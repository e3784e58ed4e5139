"""A report as a Word file that an office can sign: cover, contents, numbered headings, tables, pictures,
annexes, sources, room for signature and seal. Every number is a link to its ledger."""

import math
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from portal.lib.clock import now
from portal.reports import layout
from portal.reports.drawing import Drawing, draw
from portal.reports.drawn_png import png_of
from portal.reports.map_drawing import shapes_of
from portal.reports.pieces import Cell, Column, Content, Paragraph, Piece, Run, Table, words
from portal.reports.word_styles import FANGSONG, HEITI, SONGTI, face, set_up

WIDTH = Mm(156)
NONE = Pt(0)
SHORT_TABLE = 8
CELL_ROOM = (
    f'<w:tblCellMar {nsdecls("w")}><w:top w:w="45" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
    '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
)


def word_file(content: Content, pages: dict[str, int], language: str = "zh") -> bytes:
    """`pages` are what the contents show until Word has counted pages itself."""
    return _Writer(content, pages, language).written()


class _Writer:
    def __init__(self, content: Content, pages: dict[str, int], language: str):
        self.content, self.pages, self.language = content, pages, language
        self.document: Document = docx.Document()
        self.captions = layout.captions(content)
        self.numbered = layout.numbered(content)
        self.bookmarks = 0
        set_up(self.document, language)
        self.style_ids = {style.name: style.style_id for style in self.document.styles}

    def written(self) -> bytes:
        self._properties()
        self._cover()
        self._contents()
        for one in self.numbered:
            self._chapter(one)
            if not one.annex and one.chapter is self.content.chapters[-1]:
                self._sign()
        self._missing()
        kept = BytesIO()
        self.document.save(kept)
        return kept.getvalue()

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.title = self.content.title.say(self.language)
        properties.author = self.content.office or layout.REGISTER.say(self.language)
        properties.language = layout.LOCALE.say(self.language)
        properties.comments = layout.proof_text(self.content).say(self.language)
        properties.created = properties.modified = now().replace(tzinfo=None)
        # Word counts the pages of the contents when it opens the file.
        self.document.settings.element.append(parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>'))

    # ---- the front

    def _cover(self) -> None:
        if self.content.demo:
            self._line(layout.DEMO.say(self.language), HEITI, Pt(14), after=Pt(0))
        name = self.content.subject.say(self.language)
        self._line("", FANGSONG, Pt(16), before=Pt(120))
        size, below = (30, 190) if self.language == "zh" else (24, 190)
        self._line(name, SONGTI, Pt(size), after=Pt(10), bold=True, leading=Pt(40))
        year = layout.COVER_YEAR.format(year=self.content.year).say(self.language)
        self._line(year, SONGTI, Pt(22), after=Pt(10), bold=True, leading=Pt(34))
        title = layout.COVER_TITLE.say(self.language)
        # A long name takes its second line from the room below, so that the cover stays one page.
        more = _lines(name, size) + _lines(title, size - 4) - 2
        self._line(
            title, SONGTI, Pt(size - 4), after=Pt(max(below - 40 * more, 20)), bold=True, leading=Pt(38)
        )
        self._line(self.content.office or layout.NO_OFFICE.say(self.language), FANGSONG, Pt(18), after=Pt(8))
        self._line(layout.until_text(self.content).say(self.language), FANGSONG, Pt(16))
        if said := layout.TRANSLATION.say(self.language):
            self._line(said, FANGSONG, Pt(11), before=Pt(8))
        # Pages are counted from the contents on; the cover has no number.
        self._footer(self.document.add_section(WD_SECTION.NEW_PAGE))

    def _line(
        self, text: str, east: str, size: Pt, before: Pt = NONE, after: Pt = NONE, bold: bool = False,
        leading: Pt | None = None,
    ) -> WordParagraph:  # fmt: skip
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = before, after
        if leading:
            paragraph.paragraph_format.line_spacing = leading
        face(paragraph.add_run(text), east, size, bold)
        return paragraph

    def _contents(self) -> None:
        """Lines that lead to the chapters; their pages are fields, which Word counts by itself."""
        self._line(layout.CONTENTS.say(self.language), HEITI, Pt(18), after=Pt(14), leading=Pt(30))
        entries = [(layout.head_of(one, self.language), one.anchor) for one in self.numbered]
        entries.append((layout.missing_head(self.content, self.language), "chapter-missing"))
        for text, anchor in entries:
            paragraph = self._styled("Contents")
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), anchor)
            link.append(_run_of(text))
            link.append(parse_xml(f"<w:r {nsdecls('w')}><w:tab/></w:r>"))
            paragraph._p.append(link)
            for part in _field(rf"PAGEREF {anchor} \h", str(self.pages.get(anchor, ""))):
                paragraph._p.append(part)
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    # ---- chapters

    def _chapter(self, one: layout.Numbered) -> None:
        if one.annex:
            self._annex_head(layout.head_of(one, self.language), one.anchor)
        else:
            heading = self.document.add_heading(one.chapter.title.say(self.language), level=1)
            self._bookmark(heading, one.anchor)
        if not one.chapter.pieces:
            self._plain(layout.NO_DATA.say(self.language), "Body")
        for piece in one.chapter.pieces:
            self._piece(piece)

    def _annex_head(self, text: str, anchor: str) -> None:
        paragraph = self.document.add_heading("", level=1)
        paragraph.paragraph_format.page_break_before = True
        # An annex has its own number, not the next one of the chapters.
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>')
        )
        paragraph.add_run(text)
        self._bookmark(paragraph, anchor)

    def _bookmark(self, paragraph: WordParagraph, name: str) -> None:
        self.bookmarks += 1
        number = str(self.bookmarks)
        start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>')
        end = parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')
        # After the properties of the paragraph, which come first.
        properties = paragraph._p.get_or_add_pPr()
        properties.addnext(start)
        paragraph._p.append(end)

    def _piece(self, piece: Piece) -> None:
        if piece.kind == "paragraph":
            self._paragraph(piece, "Remark" if piece.style == "note" else "Body")
        elif piece.kind == "heading":
            self.document.add_heading(piece.title.say(self.language), level=2)
        elif piece.kind == "table":
            self._caption(piece)
            self._table(piece)
        elif piece.kind == "chart":
            self._picture(piece, draw(piece, self.language), Mm(150))
        else:
            self._picture(piece, shapes_of(piece.drawing.say(self.language)), Mm(150))
            if piece.approval:
                said = layout.MAP_APPROVAL.format(number=piece.approval).say(self.language)
                self._plain(said, "Remark")

    def _styled(self, style: str) -> WordParagraph:
        """A paragraph by the id of its style: asking the document each time took a third of the work."""
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self.style_ids[style]
        return paragraph

    def _plain(self, text: str, style: str) -> None:
        self._styled(style).add_run(text)

    def _paragraph(self, piece: Paragraph, style: str) -> None:
        paragraph = self._styled(style)
        for run in piece.runs(self.language):
            self._run(paragraph, run)

    def _run(self, paragraph: WordParagraph, run: Run) -> None:
        text, url = run
        if url is None:
            paragraph.add_run(text)
            return
        link = OxmlElement("w:hyperlink")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        link.set(qn("r:id"), paragraph.part.relate_to(url, kind, is_external=True))
        link.append(_run_of(text))
        paragraph._p.append(link)

    def _caption(self, piece: Piece) -> None:
        text = layout.caption_of(piece, self.captions, self.language)
        self._plain(text, "Caption of")

    def _picture(self, piece: Piece, drawing: Drawing, wide: Emu) -> None:
        paragraph = self._styled("Picture")
        paragraph.paragraph_format.keep_with_next = True
        # Without it a picture lies over the last line of a table before it.
        paragraph.paragraph_format.space_before = Pt(12)
        picture = paragraph.add_run().add_picture(BytesIO(png_of(drawing, wide.pt)), width=wide)
        about = picture._inline.docPr
        about.set("descr", piece.title.say(self.language))
        below = self._styled("Caption of")
        below.add_run(layout.caption_of(piece, self.captions, self.language))
        below.paragraph_format.keep_with_next = False
        below.paragraph_format.space_before, below.paragraph_format.space_after = Pt(2), Pt(10)

    def _table(self, piece: Table) -> None:
        table = self.document.add_table(rows=1, cols=len(piece.columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _insert_room(table)
        widths = _widths(piece.columns)
        for place, column in enumerate(piece.columns):
            cell = table.rows[0].cells[place]
            self._cell(cell, words(column.title), head=True)
        self._repeat_head(table.rows[0])
        for row in piece.rows:
            cells = table.add_row().cells
            for place, value in enumerate(row):
                self._cell(cells[place], value)
        self._keep_together(table)
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = wide
        for row in table.rows:
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
            for cell, wide in zip(row.cells, widths, strict=True):
                cell.width = wide
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if piece.note:
            self._plain(layout.REMARK.format(text=piece.note.say(self.language)).say(self.language), "Remark")

    def _keep_together(self, table: object) -> None:
        """A short table is never cut; of a long one the head stays with the first row, two rows with the
        last."""
        rows = table.rows
        last = len(rows) - 1
        for place, row in enumerate(rows):
            if place < last and (last <= SHORT_TABLE or place == 0 or place == last - 1):
                for cell in row.cells:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True

    def _cell(self, cell: object, value: Cell, head: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = self.style_ids["Cell"]
        if value.numeric or head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if head else WD_ALIGN_PARAGRAPH.RIGHT
        self._run(paragraph, (value.text.say(self.language), value.url))
        if head:
            for run in paragraph.runs:
                face(run, HEITI)
            cell._tc.get_or_add_tcPr().append(
                parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="EEE9DA"/>')
            )

    def _repeat_head(self, row: object) -> None:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

    # ---- the end

    def _sign(self) -> None:
        head = self._line(layout.SIGN_TITLE.say(self.language), HEITI, Pt(16), after=Pt(10))
        head.paragraph_format.page_break_before = True
        note = self._line(layout.SIGN_NOTE.say(self.language), FANGSONG, Pt(12), after=Pt(10))
        head.paragraph_format.keep_with_next = note.paragraph_format.keep_with_next = True
        for text in layout.SIGN:
            paragraph = self.document.add_paragraph()
            paragraph.paragraph_format.left_indent = Mm(62)
            paragraph.paragraph_format.space_before = Pt(14)
            paragraph.paragraph_format.keep_with_next = text is not layout.SIGN[-1]
            paragraph.add_run(text.say(self.language))

    def _missing(self) -> None:
        self._annex_head(layout.missing_head(self.content, self.language), "chapter-missing")
        table = layout.missing_table(self.content)
        self._plain((layout.MISSING_LEAD if table else layout.NOTHING_MISSING).say(self.language), "Body")
        if table:
            self._table(table)
        self._plain(layout.proof_text(self.content).say(self.language), "Remark")

    def _footer(self, section: Section) -> None:
        """— 1 — in the middle."""
        section.footer.is_linked_to_previous = False
        section._sectPr.append(parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>'))
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        face(paragraph.add_run("— "), SONGTI, Pt(14))
        for part in _field("PAGE", "1"):
            paragraph._p.append(part)
        face(paragraph.add_run(" —"), SONGTI, Pt(14))


def _insert_room(table: object) -> None:
    """Before the look of the table: Word and WPS read the properties in their order or not at all."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    room = parse_xml(CELL_ROOM)
    properties.append(room) if look is None else look.addprevious(room)


def _lines(text: str, size: int) -> int:
    """How many lines a heading takes: a Chinese character is as wide as it is high, a Latin one half."""
    wide = sum(size if ord(letter) > 0x2E80 else size * 0.58 for letter in text)
    return max(1, math.ceil(wide / WIDTH.pt))


def _widths(columns: list[Column]) -> list[Emu]:
    whole = sum(column.width for column in columns)
    return [Emu(WIDTH * column.width // whole) for column in columns]


def _run_of(text: str) -> object:
    run = OxmlElement("w:r")
    said = OxmlElement("w:t")
    said.text = text
    said.set(qn("xml:space"), "preserve")
    run.append(said)
    return run


def _character(kind: str) -> object:
    return parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="{kind}"/></w:r>')


def _instruction(code: str) -> object:
    run = parse_xml(f'<w:r {nsdecls("w")}><w:instrText xml:space="preserve"/></w:r>')
    run[0].text = f" {code} "
    return run


def _field(code: str, shown: str) -> list[object]:
    return [
        _character("begin"),
        _instruction(code),
        _character("separate"),
        _run_of(shown),
        _character("end"),
    ]
