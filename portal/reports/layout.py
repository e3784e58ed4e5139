"""How a report is numbered and what frames it, said once for the page, the Word file and the PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.lib.text import Text
from portal.reports.pieces import Chapter, Column, Content, Missing, Piece, Table, day_words, words

DIGITS = "零一二三四五六七八九十"
CONTENTS = Text("目录", "Contents")
ANNEX = Text("附件{n}", "Annex {n}")
TABLE_MARK = Text("表{n}", "Table {n}")
FIGURE_MARK = Text("图{n}", "Figure {n}")
MISSING_TITLE = Text("缺少的数据与说明", "Inputs that are missing")
MISSING_LEAD = Text(
    "以下数据在编制时没有，报告中相应位置写作“未知”或空缺，没有用估计数代替。",
    "These inputs were not there when the report was made. Their places say unknown or are left open; "
    "nothing "
    "was put in their stead.",
)
MISSING_COLUMNS = (Text("章节", "Chapter"), Text("缺少什么", "What is missing"), Text("原因", "Why"))
NOTHING_MISSING = Text("编制时没有缺少的数据。", "Nothing was missing when the report was made.")
SIGN = (
    Text("编制单位（盖章）：", "Issuing office (seal):"),
    Text("负责人（签字）：", "Responsible (signature):"),
    Text("审核人（签字）：", "Checked by (signature):"),
    Text("日期：　　　　年　　月　　日", "Date:"),
)
SIGN_TITLE = Text("签署页", "Signatures")
SIGN_NOTE = Text("本页由编制单位签字盖章后生效。", "To be signed and sealed by the issuing office.")
REGISTER = Text("地理标志登记簿", "Register of geographical indications")
LOCALE = Text("zh-CN", "en-GB")
COVER_YEAR = Text("{year} 年", "{year}")
COVER_TITLE = Text(
    "地理标志保护监管年度报告", "Yearly report on the protection and supervision of geographical indications"
)
NO_OFFICE = Text("编制单位：________________", "Issuing office: ________________")
NO_DATA = Text("本章没有可用的数据，见附件。", "There are no data for this chapter; see the annexes.")
REMARK = Text("注：{text}", "Note: {text}")
# The Chinese text is what the office signs; this stands on the English files.
TRANSLATION = Text("", "English version of the same content. The Chinese text is authoritative.")
DEMO = Text("演示数据，不是真实报告（DEMO）", "DEMO: made-up data, not a real report")
UNTIL = Text("数据截至{day}", "Figures as of {day}")
PROOF = Text(
    "登记簿第 {n} 条为止的数据；公布时内容摘要（SHA-256）写入登记簿，可在 {address} 核对。",
    "Data up to entry {n} of the register. Its digest (SHA-256) enters the register on publication: "
    "{address}",
)
MAP_APPROVAL = Text("审图号：{number}", "Map approval: {number}")


def chinese(number: int) -> str:
    """一 to 九十九, as headings count."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Numbered:
    """A chapter with its number in words; tables and figures count through the whole report."""

    chapter: Chapter
    mark: Text
    annex: bool = False

    @property
    def anchor(self) -> str:
        return f"chapter-{self.chapter.key}"


def numbered(content: Content) -> list[Numbered]:
    chapters = [
        Numbered(chapter, Text(f"{chinese(n)}、", f"{n}  ")) for n, chapter in enumerate(content.chapters, 1)
    ]
    annexes = [
        Numbered(chapter, ANNEX.format(n=n), annex=True) for n, chapter in enumerate(content.annexes, 1)
    ]
    return [*chapters, *annexes]


def captions(content: Content) -> dict[int, Text]:
    """表1, 图1 … by the identity of the piece, in the order in which they stand."""
    found: dict[int, Text] = {}
    tables = pictures = 0
    for piece in _every_piece(content):
        if piece.kind == "table":
            tables += 1
            found[id(piece)] = TABLE_MARK.format(n=tables)
        elif piece.kind in ("chart", "map"):
            pictures += 1
            found[id(piece)] = FIGURE_MARK.format(n=pictures)
    return found


def caption_of(piece: Piece, marks: dict[int, Text], language: str) -> str:
    return f"{marks[id(piece)].say(language)}　{piece.title.say(language)}"


def head_of(one: Numbered, language: str) -> str:
    mark, title = one.mark.say(language), one.chapter.title.say(language)
    return f"{mark}　{title}" if one.annex else f"{mark}{title}"


def missing_head(content: Content, language: str) -> str:
    return f"{ANNEX.format(n=len(content.annexes) + 1).say(language)}　{MISSING_TITLE.say(language)}"


def sub_mark(chapter: int, number: int, language: str) -> str:
    """（一） in Chinese, 3.1 in English: what Word puts before a heading by itself."""
    return f"（{chinese(number)}）" if language == "zh" else f"{chapter}.{number}  "


def own_words() -> Iterator[Text]:
    """Everything the frame itself says, for the font that is cut for a file."""
    frame = (
        CONTENTS, ANNEX, TABLE_MARK, FIGURE_MARK, MISSING_TITLE, MISSING_LEAD, NOTHING_MISSING,
        SIGN_TITLE, SIGN_NOTE, REGISTER, DEMO, UNTIL, PROOF, MAP_APPROVAL, COVER_YEAR, COVER_TITLE,
        NO_OFFICE, NO_DATA, REMARK, TRANSLATION,
    )  # fmt: skip
    yield from frame
    yield from MISSING_COLUMNS
    yield from SIGN


def missing_table(content: Content) -> Table | None:
    """What was missing as a table like any other."""
    rows = missing_rows(content)
    if not rows:
        return None
    columns = [Column(text, width=n) for text, n in zip(MISSING_COLUMNS, (3, 6, 6), strict=True)]
    cells = [[words(title), words(one.what, one.url), words(one.why)] for title, one in rows]
    return Table("missing", MISSING_TITLE, columns, cells)


def _every_piece(content: Content) -> Iterator[Piece]:
    for chapter in content.every_chapter():
        yield from chapter.pieces


def missing_rows(content: Content) -> list[tuple[Text, Missing]]:
    return [(chapter.title, one) for chapter, one in content.missing()]


def until_text(content: Content) -> Text:
    return UNTIL.format(day=day_words(content.until))


def address_of(content: Content) -> str:
    return f"{content.base}/reports/{content.about}/{content.key}/{content.year}"


def proof_text(content: Content) -> Text:
    return PROOF.format(n=content.version, address=address_of(content))
