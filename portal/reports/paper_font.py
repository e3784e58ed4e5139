"""The characters of one report, cut out of the fonts that come with the portal, for reportlab."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from portal.verification.certificate_font import font_for


@contextmanager
def fonts_of(wanted: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The names of fonts with these characters, by face, cut beside each other; they are forgotten
    afterwards, a worker keeps none of them."""
    needed = {face: "".join(sorted(set(said) - set("\n\r\t"))) for face, said in wanted.items()}
    names = {face: f"Report-{face}-{sha256(said.encode()).hexdigest()[:12]}" for face, said in needed.items()}
    with ThreadPoolExecutor(len(needed)) as pool:
        cut = dict(zip(needed, pool.map(font_for, needed.values(), needed), strict=True))
    for face, name in names.items():
        pdfmetrics.registerFont(TTFont(name, cut[face]))
    try:
        yield names
    finally:
        for name in names.values():
            pdfmetrics._fonts.pop(name, None)
