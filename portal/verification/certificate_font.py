"""The few characters a certificate needs, cut out of Noto Serif SC (OFL) and turned into TrueType outlines.

reportlab embeds TrueType only, and the font as shipped has cubic outlines; converting the hundred or two
characters of one certificate takes half a second. It is done in a process of its own: inside a web worker
the reading of the twelve megabytes left a hundred behind (measured).
"""

import subprocess
import sys
from collections.abc import Iterable
from io import BytesIO

from config import ROOT

ASCENT, DESCENT = 880, -120
SECONDS = 30


def font_for(characters: Iterable[str], face: str = "serif") -> BytesIO:
    """A TrueType font with these characters, serif or sans; what the source lacks is left out."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, face],
        input="".join(characters).encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=SECONDS,
        check=True,
    )
    return BytesIO(done.stdout)


def _cut(characters: Iterable[str], face: str) -> BytesIO:
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    with TTFont(sans_path() if face == "sans" else serif_path(), lazy=True) as source:
        known = source.getBestCmap()
        characters = sorted({ord(c) for c in characters} | {ord(" "), ord("?")})
        chosen = {code: known[code] for code in characters if code in known}
        names = [".notdef", *sorted(set(chosen.values()) - {".notdef"})]
        outlines, glyphs, widths = source.getGlyphSet(), {}, {}
        for name in names:
            pen = TTGlyphPen(None)
            outlines[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
            glyphs[name] = pen.glyph()
            widths[name] = source["hmtx"][name][0]
        return _built(face, source["head"].unitsPerEm, names, chosen, glyphs, widths)


def _built(face: str, units: int, names: list[str], chosen: dict, glyphs: dict, widths: dict) -> BytesIO:
    from fontTools.fontBuilder import FontBuilder

    builder = FontBuilder(units, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(chosen)
    builder.setupGlyf(glyphs)
    outline = builder.font["glyf"]
    sides = {name: getattr(outline[name], "xMin", 0) for name in names}
    builder.setupHorizontalMetrics({name: (widths[name], sides[name]) for name in names})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    family = f"Register {face.title()}"
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, fsType=0)
    builder.setupPost()
    kept = BytesIO()
    builder.save(kept)
    kept.seek(0)
    return kept


if __name__ == "__main__":
    sys.stdout.buffer.write(_cut(sys.stdin.buffer.read().decode(), sys.argv[1]).getvalue())
