"""The number printed on a label: short, not to be guessed, with a check character, and kept nowhere.

A label is (number of its set, place in the set). A keyed permutation turns that pair into ten characters
and back, so that fifteen million labels need no row each, and a number made up by somebody else leads, in
all but one of millions of tries, to a set that does not exist. The permutation is a Feistel network over
50 bits that is walked until it falls into the 31^10 numbers that ten characters can spell.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from portal.lib.uscc import ALPHABET, check_character
from portal.verification.rules import check_character as earlier_check_character

CHARACTERS = 10
PLACE_BITS = 20
MOST_IN_A_SET = 1 << PLACE_BITS
SPELLABLE = len(ALPHABET) ** CHARACTERS
HALF_BITS = 25
HALF = 1 << HALF_BITS
ROUNDS = 8
MOST_SETS = SPELLABLE >> PLACE_BITS

CODE = re.compile(rf"[{ALPHABET}]{{{CHARACTERS + 1}}}")
_BETWEEN = re.compile(r"[\s‐‑‒–—－−·-]")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


@dataclass(frozen=True)
class LabelNumber:
    """`set_id` is the set it was issued in, `place` counts from 1."""

    set_id: int
    place: int


@dataclass(frozen=True)
class Numbering:
    """What makes numbers of places: the secret, and the last set that was printed with the check character
    of licences, which takes some characters for others (decision 043)."""

    key: bytes
    last_earlier_set: int = 0


def code_of(numbering: Numbering, number: LabelNumber) -> str:
    """Ten characters and their check character, as printed without the hyphens."""
    if not (0 < number.set_id < MOST_SETS and 0 < number.place <= MOST_IN_A_SET):
        raise ValueError("no such label number")
    plain = (number.set_id << PLACE_BITS) | (number.place - 1)
    hidden = _forward(numbering.key, plain)
    while hidden >= SPELLABLE:
        hidden = _forward(numbering.key, hidden)
    body = _spelled(hidden)
    earlier = number.set_id <= numbering.last_earlier_set
    return body + (earlier_check_character(body) if earlier else check_character(body))


def number_of(numbering: Numbering, code: str) -> LabelNumber | None:
    """The pair behind a code that `read_code` accepted, whatever its check character; None where no set can
    have that number."""
    plain = _backward(numbering.key, _value(code[:CHARACTERS]))
    while plain >= SPELLABLE:
        plain = _backward(numbering.key, plain)
    set_id = plain >> PLACE_BITS
    return LabelNumber(set_id, (plain & (MOST_IN_A_SET - 1)) + 1) if 0 < set_id < MOST_SETS else None


def printed(code: str) -> str:
    """XXXX-XXXX-XXX: the way it is read aloud and typed."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def read_code(typed: str) -> str | None:
    """What was typed or scanned as a label's number; None where it does not look like one at all."""
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()
    return text if CODE.fullmatch(text) else None


def is_miscopied(code: str) -> bool:
    """How a number is written, to be asked only of one that no label has."""
    return check_character(code[:-1]) != code[-1]


def signed_words(code: str, gi: str, producer: str, year: int) -> bytes:
    """What the signature in a label's QR code is over."""
    return f"gi-label:{code}:{gi}:{producer}:{year}".encode()


def _spelled(value: int) -> str:
    characters = []
    for _ in range(CHARACTERS):
        value, rest = divmod(value, len(ALPHABET))
        characters.append(ALPHABET[rest])
    return "".join(reversed(characters))


def _value(text: str) -> int:
    value = 0
    for character in text:
        value = value * len(ALPHABET) + _VALUES[character]
    return value


def _forward(key: bytes, value: int) -> int:
    left, right = divmod(value, HALF)
    for mix in _rounds(key):
        left, right = right, left ^ _mixed(mix, right)
    return left * HALF + right


def _backward(key: bytes, value: int) -> int:
    left, right = divmod(value, HALF)
    for mix in reversed(_rounds(key)):
        left, right = right ^ _mixed(mix, left), left
    return left * HALF + right


@lru_cache(maxsize=4)
def _rounds(key: bytes) -> tuple["hmac.HMAC", ...]:
    return tuple(hmac.new(key, bytes([number]), sha256) for number in range(ROUNDS))


def _mixed(mix: "hmac.HMAC", half: int) -> int:
    turn = mix.copy()
    turn.update(half.to_bytes(4, "big"))
    return int.from_bytes(turn.digest()[:4], "big") & (HALF - 1)
