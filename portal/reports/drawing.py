"""Charts and maps as a handful of plain shapes, which a page, a Word file and a PDF each draw their way.

Colours are roles; each way of drawing knows what they look like. y grows downwards, units are points.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.reports.pieces import Chart

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """Rings of points: filled by the even-odd rule, or lines. `see` is how much of it hides what is below."""

    rings: Sequence[Sequence[Point]]
    fill: str | None = None
    stroke: str | None = None
    thick: float = 1.0
    dashes: tuple[float, ...] = ()
    see: float = 1.0


@dataclass(frozen=True)
class Dot:
    at: Point
    radius: float
    fill: str
    stroke: str | None = None


@dataclass(frozen=True)
class Words:
    """`anchor`: start, middle or end of the line stands at the point."""

    at: Point
    text: str
    size: float
    fill: str = "ink"
    anchor: str = "start"
    halo: bool = False


@dataclass
class Drawing:
    width: float
    height: float
    shapes: list[Shape | Dot | Words] = field(default_factory=list)

    def add(self, *shapes: Shape | Dot | Words) -> None:
        self.shapes.extend(shapes)

    def words(self) -> str:
        return "".join(one.text for one in self.shapes if isinstance(one, Words))


SERIES = ("first", "second", "third", "fourth")
DASHES = ((), (6, 3), (2, 2), (8, 3, 2, 3))
WIDTH, HEIGHT = 460.0, 232.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 12.0, 14.0, 46.0
SIZE = 9.0


def draw(chart: Chart, language: str) -> Drawing:
    """Axes from 0, the target as a line, a legend; missing values leave a gap."""
    drawing = Drawing(WIDTH, HEIGHT)
    top = _round_up(max([*_values(chart), chart.target or 0, 1]))
    _grid(drawing, chart, top, language)
    (_lines if chart.shape == "lines" else _bars)(drawing, chart, top)
    if chart.target is not None:
        _target(drawing, chart.target, top)
    _labels(drawing, chart, language)
    _legend(drawing, chart, language)
    return drawing


def _values(chart: Chart) -> Iterable[float]:
    return [value for _, values in chart.series for value in values if value is not None]


def _round_up(most: float) -> int:
    """The end of the scale: a round number that four steps divide."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 4 >= most:
                return step * factor * 4
        step *= 10


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _grid(drawing: Drawing, chart: Chart, top: int, language: str) -> None:
    for part in range(5):
        value = top * part // 4
        y = _y(value, top)
        drawing.add(
            Shape([[(LEFT, y), (WIDTH - RIGHT, y)]], stroke="grid" if part else "soft", thick=0.6),
            Words((LEFT - 5, y + 3), f"{value:,}", SIZE, "soft", "end"),
        )
    drawing.add(Words((LEFT - 5, TOP - 5), chart.unit.say(language), SIZE, "soft", "end"))


def _slots(chart: Chart) -> float:
    return (WIDTH - LEFT - RIGHT) / max(len(chart.labels), 1)


def _bars(drawing: Drawing, chart: Chart, top: int) -> None:
    slot = _slots(chart)
    wide = min(slot * 0.68 / max(len(chart.series), 1), 44)
    for n, (_, values) in enumerate(chart.series):
        for place, value in enumerate(values):
            if value is None:
                continue
            x = LEFT + slot * (place + 0.5) + wide * (n - len(chart.series) / 2)
            y, floor = _y(value, top), _y(0, top)
            ring = [(x, y), (x + wide - 2, y), (x + wide - 2, floor), (x, floor), (x, y)]
            drawing.add(
                Shape([ring], fill=SERIES[n % 4]),
                Words((x + wide / 2 - 1, y - 3), f"{value:,}", SIZE, "ink", "middle"),
            )


def _lines(drawing: Drawing, chart: Chart, top: int) -> None:
    slot = _slots(chart)
    for n, (_, values) in enumerate(chart.series):
        colour, pieces = SERIES[n % 4], [[]]
        for place, value in enumerate(values):
            if value is None:
                pieces.append([])
                continue
            pieces[-1].append((LEFT + slot * (place + 0.5), _y(value, top)))
        drawing.add(
            *(Shape([one], stroke=colour, thick=1.8, dashes=DASHES[n % 4]) for one in pieces if len(one) > 1)
        )
        for place, value in enumerate(values):
            if value is not None:
                at = (LEFT + slot * (place + 0.5), _y(value, top))
                up = -7 if _is_highest(chart, n, place) else 14
                drawing.add(
                    Dot(at, 2.8, colour),
                    Words((at[0], at[1] + up), f"{value:,}", SIZE, "ink", "middle", halo=True),
                )


def _is_highest(chart: Chart, series: int, place: int) -> bool:
    """The highest of a place is written above its dot, the others below theirs."""
    known = [(values[place], -n) for n, (_, values) in enumerate(chart.series) if values[place] is not None]
    return max(known) == (chart.series[series][1][place], -series)


def _target(drawing: Drawing, target: int, top: int) -> None:
    y = _y(target, top)
    drawing.add(
        Shape([[(LEFT, y), (WIDTH - RIGHT, y)]], stroke="target", thick=1.1, dashes=(4, 3)),
        Words((WIDTH - RIGHT, y - 4), f"{target}%", SIZE, "target", "end", halo=True),
    )


def _labels(drawing: Drawing, chart: Chart, language: str) -> None:
    slot = _slots(chart)
    for place, label in enumerate(chart.labels):
        x = LEFT + slot * (place + 0.5)
        for n, line in enumerate(_lines_of(label.say(language), slot)):
            drawing.add(Words((x, HEIGHT - BOTTOM + 13 + n * 10), line, SIZE, "ink", "middle"))


def _lines_of(said: str, room: float) -> list[str]:
    """One line where it fits, else two of about the same length."""
    if _width(said) <= room - 4:
        return [said]
    middle = len(said) // 2
    blank = said.find(" ", middle - 6)
    cut = blank if 0 < blank < middle + 6 else middle
    return [said[:cut].strip(), said[cut:].strip()]


def _width(said: str) -> float:
    return sum(SIZE if ord(letter) > 0x2E80 else SIZE * 0.55 for letter in said)


def _legend(drawing: Drawing, chart: Chart, language: str) -> None:
    if len(chart.series) < 2:
        return
    x, y = LEFT, HEIGHT - 12
    for n, (name, _) in enumerate(chart.series):
        colour, said = SERIES[n % 4], name.say(language)
        if chart.shape == "lines":
            drawing.add(
                Shape([[(x, y - 3), (x + 18, y - 3)]], stroke=colour, thick=1.8, dashes=DASHES[n % 4])
            )
        else:
            drawing.add(Shape([[(x, y - 7), (x + 18, y - 7), (x + 18, y), (x, y), (x, y - 7)]], fill=colour))
        drawing.add(Words((x + 23, y), said, SIZE))
        x += 40 + _width(said)
