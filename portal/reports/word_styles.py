"""The typography of a Chinese official document (GB/T 9704) in Word's terms: 仿宋 for text, 黑体 and 楷体 for
headings, 宋体 in tables, real heading levels that Word numbers by itself, page numbers as fields."""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

FANGSONG, HEITI, KAITI, SONGTI = "仿宋", "黑体", "楷体", "宋体"
LATIN = "Times New Roman"


@dataclass(frozen=True)
class Sizes:
    """三号 on 28 points is what Chinese offices sign; Latin letters of that size would be a poster."""

    body: Pt
    line: Pt
    table: Pt
    remark: tuple[Pt, Pt]
    indented: bool


SIZES = {
    "zh": Sizes(Pt(16), Pt(28), Pt(10.5), (Pt(12), Pt(20)), True),
    "en": Sizes(Pt(12), Pt(18), Pt(9), (Pt(10), Pt(14)), False),
}
NUMBERING = "31"


def set_up(document: Document, language: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    _styles(document, SIZES[language])
    _number_headings(document, LEVELS[language])


def face(style_or_run: object, east: str, size: Pt | None = None, bold: bool | None = None) -> None:
    """Both faces: Word takes the East Asian one for Chinese and the Latin one for figures."""
    font = style_or_run.font
    font.name = LATIN
    properties = style_or_run.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), east)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        properties.rFonts.attrib.pop(qn(f"w:{theme}"), None)
    if size is not None:
        font.size = size
    if bold is not None:
        font.bold = bold


def _styles(document: Document, sizes: Sizes) -> None:
    styles = document.styles
    normal = styles["Normal"]
    face(normal, FANGSONG, sizes.body)
    layout = normal.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, sizes.line
    layout.space_before = layout.space_after = Pt(0)
    _black(normal)
    for name, east, size in (
        ("Heading 1", HEITI, sizes.body),
        ("Heading 2", KAITI, sizes.body),
        ("Heading 3", FANGSONG, sizes.body),
    ):
        style = styles[name]
        face(style, east, size, bold=not sizes.indented)
        style.font.italic = False
        _black(style)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.line_spacing = sizes.line
    _own(document, "Body", FANGSONG, sizes.body, indent=sizes.indented)
    _own(document, "Remark", FANGSONG, sizes.remark[0], indent=sizes.indented, spacing=sizes.remark[1])
    caption = _own(document, "Caption of", HEITI, sizes.remark[0], spacing=Pt(20))
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before = Pt(8)
    caption.paragraph_format.keep_with_next = True
    cell = _own(document, "Cell", SONGTI, sizes.table)
    cell.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    picture = _own(document, "Picture", SONGTI, sizes.table)
    picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    picture.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    contents = _own(document, "Contents", FANGSONG, Pt(14), spacing=Pt(26))
    contents.paragraph_format.tab_stops.add_tab_stop(Mm(156), alignment=2, leader=1)


def _own(
    document: Document, name: str, east: str, size: Pt, indent: bool = False, spacing: Pt | None = None
) -> ParagraphStyle:
    style = document.styles.add_style(name, 1)
    style.base_style = document.styles["Normal"]
    face(style, east, size)
    if indent:
        # Two characters, whatever the size of the type.
        properties = style.element.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:ind {nsdecls("w")} w:firstLineChars="200" w:firstLine="{size.twips * 2}"/>')
        )
    if spacing is not None:
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = spacing
    return style


def _black(style: ParagraphStyle) -> None:
    from docx.shared import RGBColor

    style.font.color.rgb = RGBColor(0, 0, 0)


# What Word puts before a heading, and whether the heading begins two characters in.
Level = tuple[str, str, str]
LEVELS: dict[str, tuple[tuple[Level, ...], str]] = {
    "zh": (
        (
            ("Heading1", "chineseCountingThousand", "%1、"),
            ("Heading2", "chineseCountingThousand", "（%2）"),
            ("Heading3", "decimal", "%3．"),
        ),
        '<w:ind w:left="0" w:firstLineChars="200" w:firstLine="640"/>',
    ),
    "en": (
        (
            ("Heading1", "decimal", "%1  "),
            ("Heading2", "decimal", "%1.%2  "),
            ("Heading3", "decimal", "%1.%2.%3  "),
        ),
        '<w:ind w:left="0" w:firstLine="0"/>',
    ),
}


def _number_headings(document: Document, numbered: tuple[tuple[Level, ...], str]) -> None:
    """一、（一）1． as one list of three levels, bound to the heading styles."""
    wanted, indent = numbered
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="{style}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f"<w:pPr>{indent}</w:pPr></w:lvl>"
        for n, (style, form, text) in enumerate(wanted)
    )
    names = nsdecls("w")
    abstract = parse_xml(
        f'<w:abstractNum {names} w:abstractNumId="{NUMBERING}"><w:multiLevelType w:val="multilevel"/>'
        f"{levels}</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    numbering.append(
        parse_xml(f'<w:num {names} w:numId="{NUMBERING}"><w:abstractNumId w:val="{NUMBERING}"/></w:num>')
    )
    for n in range(len(wanted)):
        properties = document.styles[f"Heading {n + 1}"].element.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {names}><w:ilvl w:val="{n}"/><w:numId w:val="{NUMBERING}"/></w:numPr>')
        )
