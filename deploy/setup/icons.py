"""One SVG sprite of the icons named in icons.txt, so that a page fetches one small file of our own."""

import re
from pathlib import Path

from commands import stop

NAMES = Path(__file__).with_name("icons.txt")
# The set draws every icon on the same grid with the same pen; these stand once per symbol.
PEN = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def icon_names() -> list[str]:
    """Names from icons.txt: one a line, in order, without comments."""
    if not NAMES.is_file():
        return []
    lines = (line.partition("#")[0].strip() for line in NAMES.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line})


def write_sprite(icons: Path, target: Path) -> Path:
    symbols = "\n".join(_symbol(icons / f"{name}.svg") for name in icon_names())
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_file() or target.read_text(encoding="utf-8") != sprite:
        target.write_text(sprite, encoding="utf-8")
    return target


def _symbol(path: Path) -> str:
    if not path.is_file():
        stop(f"icons.txt names {path.stem}, which the icon set does not have.")
    drawing = re.search(r"<svg\b[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    inside = re.sub(r"\s*\n\s*", "", drawing.group(1)).strip()
    return f'<symbol id="{path.stem}" {PEN}>{inside}</symbol>'
