"""The characters of one paper, cut out of the fonts of the portal, known to reportlab while it is drawn.

reportlab takes a font for known when it has seen one of the same face before, and would draw the second
paper of a worker with the characters of the first. So its table is written here, and each font is taken out
again when nobody draws with it any more; a worker keeps none of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from threading import Lock

from reportlab.lib import fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from portal.verification.certificate_font import font_for

_turn = Lock()
_drawn_with: Counter[str] = Counter()


@contextmanager
def fonts_of(wanted: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The names of fonts with these characters, by face ("serif", "sans"), cut beside each other."""
    needed = {face: "".join(sorted(set(said) - set("\n\r\t"))) for face, said in wanted.items()}
    names = {
        face: f"Register-{face}-{sha256(said.encode()).hexdigest()[:12]}" for face, said in needed.items()
    }
    with ThreadPoolExecutor(len(needed)) as pool:
        cut = dict(zip(needed, pool.map(font_for, needed.values(), needed), strict=True))
    with _turn:
        for face, name in names.items():
            _take(name, cut[face])
    try:
        yield names
    finally:
        with _turn:
            for name in names.values():
                _give_back(name)


def _take(name: str, cut: BytesIO) -> None:
    if not _drawn_with[name]:
        pdfmetrics._fonts[name] = TTFont(name, cut)
        pdfmetrics.registerFontFamily(name)
    _drawn_with[name] += 1


def _give_back(name: str) -> None:
    """Two threads may draw with the same font; the last one takes it away."""
    _drawn_with[name] -= 1
    if _drawn_with[name]:
        return
    del _drawn_with[name]
    del pdfmetrics._fonts[name]
    fonts._ps2tt_map.pop(name.lower())
    for bold in (0, 1):
        for italic in (0, 1):
            fonts._tt2ps_map.pop((name.lower(), bold, italic))
