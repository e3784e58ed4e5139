"""The patterns of the kinds, as badge and legend show them; several may lie on the same ground."""

from maps.svg import element

LINE = {"stroke_width": 1}

# 地理标志产品 is a solid tint; where its area is not exact it is lined like the others.
RISING, FALLING = "M-1.5 1.5 1.5-1.5M0 6 6 0M4.5 7.5 7.5 4.5", "M-1.5 4.5 1.5 7.5M0 0 6 6M4.5-1.5 7.5 1.5"
LINES = {
    "gi_product": (6, "M0 3H6"),
    "certification_mark": (6, RISING),
    "agri_gi": (6, FALLING),
    "brand": (7, "M0 3.5H7M3.5 0V7"),
    "none": (6, "M0 3H6"),
}


def patterns() -> str:
    lined = [
        _pattern(kind, size, element("path", stroke=kind, d=path, **LINE))
        for kind, (size, path) in LINES.items()
    ]
    dotted = _pattern("collective_mark", 6, element("circle", fill="collective_mark", cx=3, cy=3, r=1.5))
    return element("defs", "".join([*lined, dotted]))


def _pattern(kind: str, size: int, content: str) -> str:
    return element("pattern", content, id=f"p-{kind}", width=size, height=size, patternUnits="userSpaceOnUse")
