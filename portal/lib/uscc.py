"""The unified social credit code (GB 32100-2015) and the organisation code inside it (GB 11714)."""

import re
from string import ascii_uppercase, digits
from typing import NamedTuple

from portal.lib.text import Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""As the standard has them: the powers of 3 by 31."""
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""The powers of 2 by 11, falling."""
LENGTH = 18

_DIGITS = str.maketrans(ALPHABET, (digits + ascii_uppercase)[: len(ALPHABET)])
_WRITTEN_REST = {rest: str(rest) for rest in range(1, 10)} | {10: "X", 11: "0"}
_ALPHABET = frozenset(ALPHABET)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SEPARATORS = re.compile(r"[\s\-‐‑–—－·.]+")


class Reading(NamedTuple):
    """What was understood of a typed code: the code, what had to be changed, and what is wrong with it."""

    code: str
    notices: tuple[Text, ...] = ()
    error: Text | None = None

    @property
    def valid(self) -> bool:
        return self.error is None


def read_uscc(typed: str) -> Reading:
    """Understand full width, small letters and separators, say so, and judge both check characters."""
    if len(typed) == LENGTH and _ALPHABET.issuperset(typed):
        return Reading(typed, (), _fault_of_checks(typed))
    code, notices = _normalised(typed)
    return Reading(code, notices, _fault(code))


def _normalised(typed: str) -> tuple[str, tuple[Text, ...]]:
    notices = []
    half = typed.translate(_FULL_WIDTH)
    if half != typed:
        notices.append(Text("全角字符已按半角理解", "Full-width characters were read as ordinary ones"))
    joined = _SEPARATORS.sub("", half)
    if joined != half.strip():
        notices.append(Text("空格和连接符已略去", "Spaces and hyphens were left out"))
    upper = joined.upper()
    if upper != joined:
        notices.append(Text("小写字母已按大写理解", "Small letters were read as capitals"))
    return upper, tuple(notices)


def _fault(code: str) -> Text | None:
    if len(code) != LENGTH:
        return Text(
            f"统一社会信用代码应为 18 位，这里有 {len(code)} 位",
            f"A unified social credit code has 18 characters; this has {len(code)}",
        )
    if not _ALPHABET.issuperset(code):
        place, character = next((p, c) for p, c in enumerate(code, 1) if c not in _ALPHABET)
        return Text(
            f"第 {place} 位“{character}”不会出现在统一社会信用代码中（不用 I、O、S、V、Z）",
            f"Character {place}, “{character}”, is never used in such a code (I, O, S, V, Z are not)",
        )
    return _fault_of_checks(code)


def _fault_of_checks(code: str) -> Text | None:
    if code[17] != check_character(code[:17]):
        return Text(
            "最后一位校验码不符：至少有一位抄错",
            "The last (check) character does not agree: at least one character is miscopied",
        )
    if code[16] != organisation_check_character(code[8:16]):
        return Text(
            "第 17 位（主体标识码的校验码）不符：第 9 至 17 位中有一位抄错",
            "Character 17 (check of the organisation code) does not agree: one of characters 9 to 17 "
            "is miscopied",
        )
    return None


def check_character(body: str) -> str:
    """The last character of a credit code, and of every number of ours over the same alphabet (decision 043).

    31 is prime, each character counts for itself, and no two places within thirty weigh the same, nor as
    much as the check character: one wrong character, and two that changed places, are always found. 34 is
    3 by 31, so the code read backwards as one number has the weighted sum as its remainder.
    """
    total = int(body[::-1].translate(_DIGITS), 34)
    return ALPHABET[-total % 31]


def organisation_check_character(first_eight: str) -> str:
    """GB 11714: letters count from A = 10; a remainder of 10 is written X and of 11 is written 0. 35 is 2 by
    11, so the code as one number has half the weighted sum as its remainder (Z is in no code)."""
    return _WRITTEN_REST[11 - int(first_eight, 35) * 2 % 11]


def complete_uscc(first_eight: str, organisation: str) -> str:
    """The whole code for its first eight characters and the eight of the organisation: for DEMO data."""
    body = first_eight + organisation + organisation_check_character(organisation)
    return body + check_character(body)
