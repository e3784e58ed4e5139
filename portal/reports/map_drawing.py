"""A map as the map machinery drew it (SVG), turned into plain shapes for paper.

Only what maps/picture.py writes is understood: rect, path with M, l, z, H and V, use, circle, text. Anything
else is a fault of ours and raises, so that a change there is noticed by the tests.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from maps import colours
from portal.reports.drawing import Dot, Drawing, Point, Shape, Words

SVG = "{http://www.w3.org/2000/svg}"
STEP = re.compile(r"([MlHVz])|(-?\d*\.?\d+)")
LEFT_OUT = ("title", "style", "defs")


def shapes_of(svg: str) -> Drawing:
    # The text is our own: drawn by maps/picture.py from the register.
    root = ElementTree.fromstring(svg)  # noqa: S314
    _, _, width, height = map(float, root.get("viewBox").split())
    drawing = Drawing(width, height)
    known = {path.get("id"): path.get("d") for path in root.iter(f"{SVG}path") if path.get("id")}
    for element in root:
        for shape in _shapes(element, known):
            drawing.add(shape)
    return drawing


def _shapes(element: ElementTree.Element, known: dict[str, str]) -> Iterator[Shape | Dot | Words]:
    name = element.tag.removeprefix(SVG)
    if name == "rect":
        width, height = float(element.get("width")), float(element.get("height"))
        yield Shape([[(0, 0), (width, 0), (width, height), (0, height), (0, 0)]], fill=element.get("fill"))
    elif name == "path":
        yield _drawn(element, element.get("d"))
    elif name == "use":
        yield _drawn(element, known[element.get("href").removeprefix("#")])
    elif name == "circle":
        at = float(element.get("cx")), float(element.get("cy"))
        yield Dot(at, float(element.get("r")), element.get("fill"), element.get("stroke"))
    elif name == "text":
        at = float(element.get("x")), float(element.get("y"))
        yield Words(
            at, element.text or "", float(element.get("font-size")), element.get("fill"),
            element.get("text-anchor", "start"), halo=True,
        )  # fmt: skip
    elif name not in LEFT_OUT:
        raise ValueError(f"a map with <{name}>")


def _drawn(element: ElementTree.Element, path: str) -> Shape:
    fill, stroke = element.get("fill"), element.get("stroke")
    see = float(element.get("fill-opacity") or element.get("stroke-opacity") or 1)
    if fill and fill.startswith("url("):
        # A pattern becomes a light tint of its kind on paper.
        fill, see = colours.light()[fill[7:-1]], 0.22
    dashes = tuple(float(part) for part in (element.get("stroke-dasharray") or "").split())
    return Shape(
        rings_of(path), None if fill in (None, "none") else fill, stroke,
        float(element.get("stroke-width") or 1), dashes, see,
    )  # fmt: skip


def rings_of(path: str) -> list[list[Point]]:
    rings: list[list[Point]] = []
    step, numbers = "M", []
    x = y = 0.0
    for command, number in STEP.findall(path):
        if command == "z":
            rings[-1].append(rings[-1][0])
        if command:
            step, numbers = command, []
            continue
        numbers.append(float(number))
        if step in "HV":
            x, y = (numbers[0], y) if step == "H" else (x, numbers[0])
        elif len(numbers) < 2:
            continue
        else:
            x, y = (numbers[0], numbers[1]) if step == "M" else (x + numbers[0], y + numbers[1])
            if step == "M":
                rings.append([])
        numbers = []
        rings[-1].append((x, y))
    return rings
