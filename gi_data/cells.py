"""One cell as a value: what people and table programs write, understood and reported, or refused by name.

Each reader takes what stood in the cell (never blank) and answers a `Cell`: the value, the codes of
what had to be understood, or the finding that refuses it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gi_data.sheet_findings import Finding, error
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.lib.uscc import ALPHABET, LENGTH, check_character, read_uscc

MICRO = 1_000_000
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})
# The table program counts days from here; it believes that 1900 had a 29th of February.
DAY_ZERO = date(1899, 12, 30)
SERIAL_FIRST, SERIAL_LAST = 20_000, 80_000


@dataclass(frozen=True)
class Cell:
    value: object = None
    notices: tuple[str, ...] = ()
    fault: Finding | None = None


Reader = Callable[[object], Cell]


def refused(code: str, **values: object) -> Cell:
    return Cell(fault=error(code, **values))


# ---- what every cell goes through

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_FORMULA = re.compile(r"^[=]")
# Exports put an apostrophe before a cell that could be taken for a formula; here it is taken off again.
_MADE_HARMLESS = re.compile(r"^'(?=[=+\-@\t\r])")


def as_text(raw: object) -> str:
    """What stood in the cell as a person saw it: 640521.0 is 640521, a day is written as a day."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d") if raw.time() == datetime.min.time() else raw.isoformat(" ")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw)


def faults_of_any(raw: object) -> Finding | None:
    """What no cell may hold, whatever its column: formulas, errors, control characters, lost characters."""
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    if text.upper() in EXCEL_ERRORS:
        return error("excel_error")
    if _FORMULA.match(text):
        return error("formula")
    if "\ufffd" in text or "???" in text:
        return error("replaced_character")
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in text):
        return error("control_character")
    return None


def _tidy(raw: object) -> tuple[str, tuple[str, ...]]:
    """Without invisible characters and stray spaces; letters keep their width."""
    typed = as_text(raw)
    text = " ".join(_MADE_HARMLESS.sub("", typed).translate(_INVISIBLE).split())
    return text, ("spaces",) if text != typed and text != _MADE_HARMLESS.sub("", typed) else ()


def _narrow(raw: object) -> tuple[str, tuple[str, ...]]:
    """As `_tidy`, with full-width letters, digits and signs made ordinary."""
    text, notices = _tidy(raw)
    narrow = " ".join(text.translate(_WIDTH).split())
    return narrow, (*notices, "full_width") if narrow != text else notices


# ---- the readers


def read_words(longest: int) -> Reader:
    """Names and sentences: full-width brackets belong to Chinese names and stay."""

    def read(raw: object) -> Cell:
        text, notices = _tidy(raw)
        if len(text) > longest:
            return refused("text_too_long", limit=longest, count=len(text))
        return Cell(text, notices)

    return read


def read_mark(longest: int) -> Reader:
    """Numbers that are names: no spaces inside, ordinary width, capitals."""

    def read(raw: object) -> Cell:
        text, notices = _narrow(raw)
        mark = text.replace(" ", "").upper()
        if len(mark) > longest:
            return refused("text_too_long", limit=longest, count=len(mark))
        return Cell(mark, notices)

    return read


_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")


def read_code(raw: object) -> Cell:
    """A unified social credit code, judged by portal/lib/uscc.py."""
    typed = as_text(raw)
    text = _MADE_HARMLESS.sub("", typed).translate(_INVISIBLE).strip()
    if _SCIENTIFIC.match(text) or (isinstance(raw, float | int) and len(text) == LENGTH):
        return refused("lost_digits")
    reading = read_uscc(text)
    if reading.error is not None:
        return refused(_code_fault(reading.code), reason=reading.error)
    return Cell(reading.code, _code_notices(typed, reading.code))


def _code_fault(code: str) -> str:
    if len(code) != LENGTH:
        return "uscc_length"
    if any(character not in ALPHABET for character in code):
        return "uscc_character"
    return "uscc_check" if code[17] != check_character(code[:17]) else "uscc_organisation"


def _code_notices(typed: str, code: str) -> tuple[str, ...]:
    narrow = typed.translate(_WIDTH)
    notices = []
    if narrow != typed:
        notices.append("full_width")
    if narrow.upper() != narrow:
        notices.append("small_letters")
    if len(narrow) != len(code):
        notices.append("separators")
    return tuple(notices)


def read_choice(words: Mapping[str, tuple[Text, tuple[str, ...]]]) -> Reader:
    """One of the known words in either language, or its key. `words`: key → (text, other spellings)."""
    known: dict[str, str] = {}
    for key, (text, others) in words.items():
        known.update({folded(spelling): key for spelling in (key, text.zh, text.en, *others)})
    listed = Text(
        "、".join(text.zh for text, _ in words.values()), ", ".join(text.en for text, _ in words.values())
    )

    def read(raw: object) -> Cell:
        key = known.get(folded(as_text(raw)))
        return Cell(key) if key is not None else refused("unknown_word", known=listed)

    return read


_PHONE = re.compile(r"^[+()\d][\d ()+\-/转x,;]{4,}$")


def read_phone(longest: int) -> Reader:
    def read(raw: object) -> Cell:
        text, notices = _narrow(raw)
        if len(text) > longest:
            return refused("text_too_long", limit=longest, count=len(text))
        if not _PHONE.match(text) or sum(c.isdigit() for c in text) < 5:
            return refused("bad_phone")
        return Cell(text, notices)

    return read


# ---- days

_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?$")
_YEAR_LAST = re.compile(r"^\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}$")
_SHORT_YEAR = re.compile(r"^\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?$")
_EIGHT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_WITH_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


def read_day(raw: object) -> Cell:
    """A day in any usual spelling. Where day and month could be exchanged it is refused, not guessed."""
    if isinstance(raw, datetime):
        return Cell(raw.date())
    if isinstance(raw, date):
        return Cell(raw)
    text, notices = _narrow(raw)
    text = _WITH_TIME.sub("", text)
    if text.isdecimal() and len(text) == 5:
        return _serial(int(text), notices)
    found = _YEAR_FIRST.match(text) or _EIGHT.match(text)
    if found:
        spelled = notices if re.match(r"^\d{4}-\d\d-\d\d$", text) else (*notices, "day_spelling")
        return _day(int(found[1]), int(found[2]), int(found[3]), spelled)
    if month := _MONTH.match(text):
        return _day(int(month[1]), int(month[2]), 1, (*notices, "month_only"))
    if _YEAR_LAST.match(text):
        return refused("unclear_day")
    return refused("two_digit_year" if _SHORT_YEAR.match(text) else "bad_day")


def _serial(number: int, notices: tuple[str, ...]) -> Cell:
    if not SERIAL_FIRST <= number <= SERIAL_LAST:
        return refused("bad_day")
    return Cell(DAY_ZERO + timedelta(days=number), (*notices, "day_number"))


def _day(year: int, month: int, day: int, notices: tuple[str, ...]) -> Cell:
    try:
        return Cell(date(year, month, day), notices)
    except ValueError:
        return refused("impossible_day")


# ---- places on the globe

_DECIMAL = re.compile(r"^[EN东经北纬]*\s*(-?\d{1,3}(?:\.\d+)?)\s*[°度]?\s*[EN]?$", re.IGNORECASE)
_SEXAGESIMAL = re.compile(
    r"^[EN东经北纬]*\s*(\d{1,3})\s*[°度]\s*(\d{1,2})\s*['′分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[\"″秒]|'')?\s*[EN]?$",
    re.IGNORECASE,
)


def read_degrees(raw: object) -> Cell:
    """Degrees as whole micro-degrees."""
    text, notices = _narrow(raw)
    if found := _DECIMAL.match(text):
        return Cell(round(float(found[1]) * MICRO), notices)
    if found := _SEXAGESIMAL.match(text):
        minutes, seconds = int(found[2]), float(found[3] or 0)
        if minutes < 60 and seconds < 60:
            degrees = int(found[1]) + minutes / 60 + seconds / 3600
            return Cell(round(degrees * MICRO), (*notices, "degree_sign"))
    return refused("bad_degrees")
