"""What was typed or scanned, which answer a licence gives, and how the code on a certificate is built."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import capwords

from portal.authorisation.rules import LicenceState, Spell, licence_state_on
from portal.lib.uscc import ALPHABET

LONGEST_QUESTION = 4000


class Answer(StrEnum):
    AUTHORISED = "authorised"
    NOT_AUTHORISED = "not_authorised"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


ANSWER_OF_STATE = {
    LicenceState.IN_FORCE: Answer.AUTHORISED,
    LicenceState.SUSPENDED: Answer.SUSPENDED,
    LicenceState.REVOKED: Answer.REVOKED,
    LicenceState.CANCELLED: Answer.CANCELLED,
    LicenceState.EXPIRED: Answer.EXPIRED,
    LicenceState.NOT_YET: Answer.NOT_YET,
}

# Of several licences the one that lets its holder do most answers; of two alike, the newer.
RANK = {
    Answer.AUTHORISED: 0,
    Answer.SUSPENDED: 1,
    Answer.NOT_YET: 2,
    Answer.REVOKED: 3,
    Answer.EXPIRED: 4,
    Answer.CANCELLED: 5,
}


def answer_of(valid_from: date, valid_to: date | None, spells: Iterable[Spell], day: date) -> Answer:
    return ANSWER_OF_STATE[licence_state_on(valid_from, valid_to, spells, day)]


def name_in_pinyin(pinyin: str) -> str:
    """a'ershan buliuke as a name: an apostrophe parts syllables, not words."""
    return capwords(pinyin)


# ---- what was typed


class Sort(StrEnum):
    NOTHING = "nothing"
    USCC = "uscc"
    LICENCE = "licence"
    SIGNED = "signed"
    NAME = "name"


@dataclass(frozen=True)
class Typed:
    """What a question is about. `wrong_check` is set where the check character of a code disagrees."""

    sort: Sort
    value: str
    wrong_check: bool = False


LICENCE_NUMBER = re.compile(r"L[0-9]{4}-[0-9]{6,12}")
CODE = re.compile(rf"(L[0-9]{{4}}-[0-9]{{6,12}})(?:-([{ALPHABET}]))?")
ADDRESS = re.compile(r"/v/([A-Za-z0-9-]{6,30})")
SIGNED = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_DASHES = re.compile(r"[‐‑‒–—－−]")
_CODE_LIKE = re.compile(r"[0-9A-Z][0-9A-Z \-.·]{12,30}")


def read_question(typed: str) -> Typed:
    """An address from a QR code, a signed text, a licence number, a USCC, or else a name."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return Typed(Sort.NOTHING, "")
    if found := ADDRESS.search(text):
        return _of_code(found[1]) or Typed(Sort.NAME, found[1])
    if text.startswith("eyJ") and SIGNED.fullmatch(text):
        return Typed(Sort.SIGNED, text)
    upper = _DASHES.sub("-", text).upper()
    if read := _of_code(upper.replace(" ", "")):
        return read
    if _CODE_LIKE.fullmatch(upper) and any(c.isdigit() for c in upper):
        # The reader of such codes says itself what it had to change, so it gets what was typed.
        return Typed(Sort.USCC, typed.strip())
    return Typed(Sort.NAME, text[:100])


def _of_code(text: str) -> Typed | None:
    found = CODE.fullmatch(text.upper())
    if not found:
        return None
    number, check = found.groups()
    return Typed(Sort.LICENCE, number, wrong_check=check is not None and check != check_character(number))


# ---- the code that a certificate carries

PLACES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


def check_character(number: str) -> str:
    """One character that changes whenever one digit of a licence's number is miscopied or two change places.

    It stands on every certificate and never changes. Letters would not all be told apart; a licence's number
    has none, and numbers with letters have another (decision 043).
    """
    total = 0
    for character in number:
        total = (total * 3 + PLACES.index(character)) % 31
    return ALPHABET[total]


def code_of(number: str) -> str:
    """L2026-000123 as it is printed and scanned: with its check character."""
    return f"{number}-{check_character(number)}"


# ---- the status list

LIST_BITS = 131_072


class Purpose(StrEnum):
    REVOCATION = "revocation"
    SUSPENSION = "suspension"


STATES_OF_PURPOSE = {
    Purpose.REVOCATION: (LicenceState.REVOKED, LicenceState.CANCELLED),
    Purpose.SUSPENSION: (LicenceState.SUSPENDED,),
}


def list_place(licence_id: int) -> tuple[int, int]:
    """Which list a licence stands in (from 1) and at which bit."""
    number, bit = divmod(licence_id, LIST_BITS)
    return number + 1, bit


def ids_of_list(number: int) -> range:
    return range((number - 1) * LIST_BITS, number * LIST_BITS)


def bits_set(bits: Iterable[int]) -> bytes:
    """The first bit is the highest of the first byte, as Bitstring Status List 1.0 wants it."""
    row = bytearray(LIST_BITS // 8)
    for bit in bits:
        row[bit // 8] |= 128 >> (bit % 8)
    return bytes(row)
