"""From the words read off a photograph to what the label check asks. Pure; what is unsure stays empty."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from portal.lib.uscc import read_uscc

# A code holds no I, O, S, V or Z, so where the eye reads one it saw the digit beside it.
LOOKS_LIKE = str.maketrans({"I": "1", "O": "0", "S": "5", "Z": "2", "L": "1"})
CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z](?:[ \-]?[0-9A-Z]){17}(?![0-9A-Z])")
STANDARD = re.compile(
    r"(?:GB|DB\s?\d{2,4}|NY|LY|SC|QB|GH|T/[A-Z]{2,10}|Q/[A-Z0-9]{2,10})"
    r"\s?(?:/\s?T)?\s?\d{1,6}(?!\d)(?:\.\d+)?(?:[-—–]\d{4})?"
)
ANNOUNCEMENT = re.compile(
    r"(?:\d{4}\s?年\s?)?第?\s?(\d{1,4})\s?号\s?公告|公告\s?(?:\d{4}\s?年\s?)?第?\s?(\d{1,4})\s?号"
)
REGISTRATION = re.compile(r"(?:注册号|注册证|商标注册|第)\s*[:：]?\s*(?:第\s?)?([0-9]{6,9})")
SPECIAL_MARK = ("中华人民共和国地理标志", "GEOGRAPHICALINDICATION")
SHORTEST_NAME = 2


def find_code(lines: Iterable[str]) -> str:
    """The first USCC whose check digits are right; if there is none, the first 18 characters that look like
    one, so that the check says what is wrong with them."""
    likely = ""
    for line in lines:
        plain = unicodedata.normalize("NFKC", line).upper()
        for found in CODE.finditer(plain):
            typed = re.sub(r"[^0-9A-Z]", "", found.group())
            for text in (typed, typed.translate(LOOKS_LIKE)):
                reading = read_uscc(text)
                if not reading.error:
                    return reading.code
            likely = likely or typed
    return likely


def find_number(lines: Sequence[str], marks: bool) -> str:
    """The number of a standard or an announcement or, for a mark, its registration number."""
    plain = [unicodedata.normalize("NFKC", line) for line in lines]
    for wanted in (REGISTRATION,) if marks else (STANDARD, ANNOUNCEMENT):
        for line in plain:
            if found := wanted.search(line.upper() if wanted is STANDARD else line):
                return next((group for group in found.groups() if group), found.group()).strip()
    return ""


def find_gi(lines: Iterable[str], names: Mapping[str, str]) -> tuple[str, str]:
    """The key of the GI whose name stands on the label, the longest name first, and the line it stands in."""
    plain = [_folded(line) for line in lines]
    for slug, name in sorted(names.items(), key=lambda pair: -len(pair[1])):
        wanted = _folded(name)
        for line in plain:
            if len(wanted) >= SHORTEST_NAME and wanted in line:
                return slug, line[:60]
    return "", ""


def shows_mark(lines: Iterable[str]) -> bool:
    """Whether the words that stand round the special mark were read; not that the sign itself is right."""
    whole = _folded("".join(lines)).upper()
    return any(words in whole for words in SPECIAL_MARK)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
