"""How typed words and stored words are made alike before they are compared."""

import unicodedata


def folded(text: str) -> str:
    """Small letters, half width, no tone marks, no spaces or quotation marks."""
    if text.isascii() and text.isalnum():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    kept = (c for c in plain if not unicodedata.combining(c) and (c.isalnum()))
    return "".join(kept).lower()
