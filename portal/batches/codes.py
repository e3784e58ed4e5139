"""The code of a batch: short, not to be guessed, with a character that shows a copying error."""

import re
import secrets
import unicodedata
from datetime import date

from portal.lib.uscc import ALPHABET
from portal.verification.rules import check_character

CODE = re.compile(rf"B[0-9]{{2}}-[{ALPHABET}]{{9}}")
_DASHES = re.compile(r"[‐‑‒–—－−]")


def new_code(on: date) -> str:
    """B26-7K3MNPQ4 and its check character: 8 characters of 31 are 850 thousand million."""
    body = f"B{on.year % 100:02d}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))
    return body + check_character(body)


def read_code(typed: str) -> str | None:
    """The code in what was typed or scanned, or None where it is not one or was miscopied."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip().upper()
    text = text.rpartition("/")[2].replace(" ", "")
    if not CODE.fullmatch(text):
        return None
    return text if check_character(text[:-1]) == text[-1] else None
