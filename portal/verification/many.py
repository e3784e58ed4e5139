"""Many codes at once: pasted, or a table in which one column holds codes; the same table comes back
with the answers. Nothing is stored."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gi_data.sheet_findings import SheetRefused
from gi_data.sheets import is_blank, read_sheet
from gi_data.tables import plain
from portal.authorisation.models import Licence
from portal.lib.folding import folded
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.verification import words
from portal.verification.queries import (
    answer_on,
    answers_by_codes,
    known_codes,
    licences_by_numbers,
)
from portal.verification.rules import Answer, Sort, read_question

MOST_ROWS = 5000
CODE_HEADINGS = frozenset(
    folded(word)
    for word in (
        "统一社会信用代码", "信用代码", "社会信用代码", "代码", "授权编号", "编号", "编码",
        "USCC", "code", "licence", "licence_no", "licence number", "license",
    )
)  # fmt: skip
ADDED = {
    "zh": ("核验结果", "地理标志", "授权编号", "产品", "起始日", "截止日", "核验日", "说明"),
    "en": ("answer", "gi", "licence_no", "goods", "valid_from", "valid_to", "on", "note"),
}


@dataclass(frozen=True)
class Line:
    """One row that came in, and what the register says of the code in it."""

    values: tuple[object, ...]
    typed: str
    answer: Answer | None
    licence: Licence | None
    note: Text

    @property
    def name(self) -> Text:
        return words.NAMES[self.answer] if self.answer else UNREADABLE

    @property
    def tone(self) -> str:
        return words.TONES[self.answer] if self.answer else "neutral"

    def added(self, on: date, language: str) -> tuple[object, ...]:
        one = self.licence
        about = (
            (one.indication.slug, one.number, one.goods, one.valid_from, one.valid_to) if one else (None,) * 5
        )
        return (self.name.say(language), *about, on, self.note.say(language))


UNREADABLE = Text("代码有误", "Code not right")
NO_COLUMN = Text(
    "表中没有代码这一列；请把列名写作“统一社会信用代码”或“授权编号”",
    "The table has no column of codes; head it “USCC” or “licence_no”",
)
TOO_MANY = Text("一次最多核验 {n} 行", "At most {n} rows at a time").format(n=f"{MOST_ROWS:,}")


def lines_of_text(text: str) -> list[tuple[tuple[object, ...], str]]:
    """One code a line; commas and semicolons part them too."""
    for mark in ",;，；、\t":
        text = text.replace(mark, "\n")
    codes = [line.strip() for line in text.splitlines() if line.strip()]
    if len(codes) > MOST_ROWS:
        raise RuleBroken(TOO_MANY, {"codes": TOO_MANY})
    return [((code[:100],), code[:100]) for code in codes]


def lines_of_file(raw: bytes) -> tuple[tuple[str, ...], list[tuple[tuple[object, ...], str]], str]:
    """Headings, rows with their codes, and which form the file has."""
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(raw)
        kept.flush()
        try:
            sheet = read_sheet(Path(kept.name), lambda row: 2 if _column(row) is not None else 0)
            rows = _rows(sheet.rows, _column(sheet.headings))
        except SheetRefused as refused:
            said = NO_COLUMN if refused.finding.code == "no_headings" else refused.finding.message
            raise RuleBroken(said, {"file": said}) from None
    return sheet.headings, rows, sheet.form


def _column(headings: Sequence[str]) -> int | None:
    return next((i for i, heading in enumerate(headings) if plain(heading) in CODE_HEADINGS), None)


def _rows(rows: object, column: int) -> list[tuple[tuple[object, ...], str]]:
    kept = []
    for _, values in rows:
        if len(kept) == MOST_ROWS:
            raise RuleBroken(TOO_MANY, {"file": TOO_MANY})
        value = values[column] if column < len(values) else None
        kept.append((_without_tail(values), "" if value is None else str(value).strip()[:100]))
    return kept


def _without_tail(values: Sequence[object]) -> tuple[object, ...]:
    """Without the empty cells that table programs put behind the last column in use."""
    row = list(values)
    while row and is_blank(row[-1]):
        row.pop()
    return tuple(row)


def verify_all(rows: Sequence[tuple[tuple[object, ...], str]], on: date) -> list[Line]:
    """A handful of queries for the whole table."""
    read = [_read(typed) for _, typed in rows]
    codes = sorted({value for sort, value, _ in read if sort is Sort.USCC})
    numbers = sorted({value for sort, value, _ in read if sort is Sort.LICENCE})
    by_code, by_number = answers_by_codes(codes, on), licences_by_numbers(numbers)
    known = known_codes([code for code in codes if code not in by_code])
    lines = []
    for (values, typed), (sort, value, fault) in zip(rows, read, strict=True):
        if sort is Sort.USCC:
            found = by_code.get(value, [])
            lines.append(_line(values, typed, found[0] if found else None, on, value in known))
        elif sort is Sort.LICENCE:
            lines.append(_line(values, typed, by_number.get(value), on, False))
        else:
            lines.append(Line(values, typed, None, None, fault))
    return lines


def _read(typed: str) -> tuple[Sort, str, Text]:
    question = read_question(typed)
    if question.sort is Sort.LICENCE and not question.wrong_check:
        return Sort.LICENCE, question.value, Text("", "")
    if question.sort is Sort.LICENCE:
        return Sort.NOTHING, "", Text("校验码不符", "The check character does not agree")
    if question.sort is Sort.NOTHING:
        return Sort.NOTHING, "", Text("空白", "empty")
    reading = read_uscc(typed)
    if reading.error:
        return Sort.NOTHING, "", reading.error
    return Sort.USCC, reading.code, Text("", "")


def _line(values: tuple, typed: str, licence: Licence | None, on: date, known: bool) -> Line:
    if licence is None:
        answer = Answer.NOT_AUTHORISED if known else Answer.UNKNOWN
        return Line(values, typed, answer, None, words.NO_LICENCE if known else words.NOT_KNOWN)
    answer = answer_on(licence, on)
    return Line(values, typed, answer, licence, words.REASONS[answer])
