"""The characters of one report, cut out of the fonts that come with the portal, for reportlab."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from portal.verification.certificate_font import font_for


@contextmanager
def font_of(characters: str, face: str = "serif") -> Iterator[str]:
    """The name of a font with these characters; it is forgotten afterwards, a worker keeps none of them."""
    wanted = "".join(sorted(set(characters) - set("\n\r\t")))
    name = f"Report-{face}-{sha256(wanted.encode()).hexdigest()[:12]}"
    pdfmetrics.registerFont(TTFont(name, font_for(wanted, face)))
    try:
        yield name
    finally:
        pdfmetrics._fonts.pop(name, None)
