"""How a report is numbered and what frames it, said once for the page, the Word file and the PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.lib.text import Text
from portal.reports.pieces import Chapter, Content, Missing, Piece, day_words

DIGITS = "零一二三四五六七八九十"
CONTENTS = Text("目录", "Contents")
ANNEX = Text("附件{n}", "Annex {n}")
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
            found[id(piece)] = Text(f"表{tables}", f"Table {tables}")
        elif piece.kind in ("chart", "map"):
            pictures += 1
            found[id(piece)] = Text(f"图{pictures}", f"Figure {pictures}")
    return found


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
