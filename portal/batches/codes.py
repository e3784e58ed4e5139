"""The code of a batch: short, not to be guessed, with a character that shows a copying error."""

import re
import secrets
import unicodedata
from datetime import date

from portal.lib.uscc import ALPHABET, check_character

CODE = re.compile(rf"B[0-9]{{2}}-[{ALPHABET}]{{9}}")
_DASHES = re.compile(r"[‐‑‒–—－−]")


def new_code(on: date) -> str:
    """B26-7K3MNPQ4 and its check character: 8 characters of 31 are 850 thousand million."""
    return with_check(f"B{on.year % 100:02d}-" + "".join(secrets.choice(ALPHABET) for _ in range(8)))


def with_check(body: str) -> str:
    return body + check_character(body.replace("-", ""))


def read_code(typed: str) -> str | None:
    """The code in what was typed or scanned, or None where it does not look like one."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip().upper()
    text = text.rpartition("/")[2].replace(" ", "")
    return text if CODE.fullmatch(text) else None


def is_miscopied(code: str) -> bool:
    """How a code is written, to be asked only of one that no batch has: an earlier one was made otherwise."""
    return with_check(code[:-1]) != code
