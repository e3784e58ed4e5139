"""Many codes at once: pasted, or a table in which one column holds codes; the same table comes back
with the answers. Nothing is stored."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gi_data.sheet_findings import SheetRefused
from gi_data.sheets import is_blank, read_sheet
from gi_data.tables import plain
from portal.authorisation.models import Licence
from portal.catalogue.models import Indication
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
# A label's number without its hyphens.
SHORTEST_CODE = 11
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
class Told:
    """What a room above says of a number that is printed on goods: of a label, of a batch."""

    tone: str
    name: Text
    note: Text
    gi: Indication | None = None
    licence: Licence | None = None


@dataclass(frozen=True)
class Line:
    """One row that came in, and what the register says of the code in it."""

    values: tuple[object, ...]
    typed: str
    tone: str
    name: Text
    note: Text
    gi: Indication | None = None
    licence: Licence | None = None
    answer: Answer | None = None

    def added(self, on: date, language: str) -> tuple[object, ...]:
        one = self.licence
        about = (one.number, one.goods, one.valid_from, one.valid_to) if one else (None,) * 4
        slug = self.gi.slug if self.gi else None
        return (self.name.say(language), slug, *about, on, self.note.say(language))


UNREADABLE = Text("代码有误", "Code not right")
A_NAME = Text("像是名称", "Looks like a name")
FIND_IT = Text("点开，按名称查", "Open it to look for the name")
Finder = Callable[[Sequence[str], date], dict[str, Told]]
_finders: list[Finder] = []


def add_finder(find: Finder) -> None:
    """Rooms above say of many numbers at once which are theirs."""
    _finders.append(find)


NO_COLUMN = Text(
    "表中没有代码这一列；请把列名写作“统一社会信用代码”或“授权编号”",
    "The table has no column of codes; head it “USCC” or “licence_no”",
)
TOO_MANY = Text("一次最多核验 {n} 行", "At most {n} rows at a time").format(n=f"{MOST_ROWS:,}")


def lines_of_text(text: str) -> list[tuple[tuple[object, ...], str]]:
    """One code a line; commas and semicolons part them too, and spaces where each part is long enough to be
    a code by itself: a code may be written in groups."""
    for mark in ",;，；、\t":
        text = text.replace(mark, "\n")
    codes = [code for line in text.splitlines() for code in _parts(line.strip())]
    if len(codes) > MOST_ROWS:
        raise RuleBroken(TOO_MANY, {"codes": TOO_MANY})
    return [((code[:100],), code[:100]) for code in codes]


def _parts(line: str) -> list[str]:
    parts = line.split()
    return parts if all(len(part) >= SHORTEST_CODE for part in parts) else [line]


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
    plain_codes = [_after_colon(typed) for _, typed in rows]
    read = [_read(code) for code in plain_codes]
    codes = sorted({value for sort, value, _ in read if sort is Sort.USCC})
    numbers = sorted({value for sort, value, _ in read if sort is Sort.LICENCE})
    by_code, by_number = answers_by_codes(codes, on), licences_by_numbers(numbers)
    known = known_codes([code for code in codes if code not in by_code])
    others = [code for code, (sort, *_) in zip(plain_codes, read, strict=True) if _is_open(sort)]
    told = told_of(others, on)
    lines = []
    for (values, typed), code, (sort, value, fault) in zip(rows, plain_codes, read, strict=True):
        if one := told.get(code):
            lines.append(Line(values, typed, one.tone, one.name, one.note, one.gi, one.licence))
        elif sort is Sort.USCC:
            found = by_code.get(value, [])
            lines.append(_line(values, typed, found[0] if found else None, on, value in known))
        elif sort is Sort.LICENCE:
            lines.append(_line(values, typed, by_number.get(value), on, False))
        else:
            name = A_NAME if sort is Sort.NAME else UNREADABLE
            lines.append(Line(values, typed, "neutral", name, fault))
    return lines


def told_of(typed: Sequence[str], on: date) -> dict[str, Told]:
    """What the rooms above know of these; what is none of theirs is left out."""
    return {one: told for find in _finders for one, told in find(typed, on).items()}


def _is_open(sort: Sort) -> bool:
    """Neither a firm nor a licence: perhaps a number of another room."""
    return sort in (Sort.NOTHING, Sort.NAME)


def _after_colon(typed: str) -> str:
    """编号：R2Q0-K93F-0XX, as it is copied off a package; an address stays whole."""
    return typed if "/" in typed else typed.replace("：", ":").rpartition(":")[2].strip()


def _read(typed: str) -> tuple[Sort, str, Text]:
    question = read_question(typed)
    if question.sort is Sort.LICENCE and not question.wrong_check:
        return Sort.LICENCE, question.value, Text("", "")
    if question.sort is Sort.LICENCE:
        return Sort.NOTHING, "", Text("校验码不符", "The check character does not agree")
    if question.sort is Sort.NOTHING:
        return Sort.NOTHING, "", Text("空白", "empty")
    reading = read_uscc(typed)
    if not reading.error:
        return Sort.USCC, reading.code, Text("", "")
    if question.sort is Sort.NAME and not any(one.isdigit() for one in typed):
        return Sort.NAME, "", FIND_IT
    return Sort.NOTHING, "", reading.error


def _line(values: tuple, typed: str, licence: Licence | None, on: date, known: bool) -> Line:
    if licence is None:
        answer = Answer.NOT_AUTHORISED if known else Answer.UNKNOWN
        note = words.NO_LICENCE if known else words.NOT_KNOWN
        return Line(values, typed, words.TONES[answer], words.NAMES[answer], note, answer=answer)
    answer = answer_on(licence, on)
    said = (words.TONES[answer], words.NAMES[answer], words.REASONS[answer])
    return Line(values, typed, *said, licence.indication, licence, answer)
