"""Where the points of an indicator's picture stand: the plan's line, its target, the actual values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor, log10

from portal.targets.rules import Point

WIDE, TALL = 600, 220
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Chart:
    """Everything in the units of a picture 600 wide and 220 high; y grows downwards."""

    grid: list[tuple[float, str]]
    years: list[tuple[float, int]]
    plan: str
    plan_dots: list[tuple[float, float]]
    actual: str
    actual_dots: list[tuple[float, float]]
    target: float | None


def draw(
    base: Point | None, path: Sequence[Point | None], target: Point | None, actuals: Sequence[Point]
) -> Chart | None:
    """The picture, or None where there are fewer than two figures to see."""
    planned = [point for point in (base, *path) if point is not None]
    alone = target if target and target.on not in {point.on for point in planned} else None
    points = [*planned, *([alone] if alone else []), *actuals]
    if len(points) < 2:
        return None
    top, step = _scale(max(point.value for point in points))
    first = date(min(point.on.year for point in points), 1, 1)
    last = date(max(point.on.year for point in points), 12, 31)
    place = _Place(first, last, top)
    return Chart(
        grid=[(_y(value, top), _label(value)) for value in _ticks(top, step)],
        years=[(place.x(min(date(year, 12, 31), last)), year) for year in range(first.year, last.year + 1)],
        plan=_broken_line(base, path, place),
        plan_dots=[place.at(point) for point in planned],
        actual=_line(sorted(actuals, key=lambda point: point.on), place),
        actual_dots=[place.at(point) for point in actuals],
        target=round(_y(target.value, top), 1) if target else None,
    )


@dataclass(frozen=True)
class _Place:
    first: date
    last: date
    top: Fraction

    def x(self, day: date) -> float:
        return round(WIDE * (day - self.first).days / max(1, (self.last - self.first).days), 1)

    def at(self, point: Point) -> tuple[float, float]:
        return self.x(point.on), round(_y(point.value, self.top), 1)


def _y(value: Fraction, top: Fraction) -> float:
    return float(TALL - TALL * value / top)


def _scale(highest: Fraction) -> tuple[Fraction, Fraction]:
    """A round top above the highest figure, and the step of the grid: four or five lines."""
    if highest <= 0:
        return Fraction(1), Fraction(1)
    rough = float(highest) / 4
    size = Fraction(10) ** floor(log10(rough))
    step = next(Fraction(str(step)) * size for step in STEPS if Fraction(str(step)) * size >= rough)
    count = -(-highest // step)
    return count * step, step


def _ticks(top: Fraction, step: Fraction) -> list[Fraction]:
    return [step * number for number in range(int(top / step) + 1)]


def _label(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):g}"


def _line(points: Sequence[Point], place: _Place) -> str:
    pairs = [place.at(point) for point in points]
    return "M" + "L".join(f"{x} {y}" for x, y in pairs) if len(pairs) > 1 else ""


def _broken_line(base: Point | None, path: Sequence[Point | None], place: _Place) -> str:
    """The plan's line; a year left open lifts the pen. A base without a path is a point, not a line."""
    if not path:
        return ""
    runs: list[list[Point]] = [[]]
    for point in (*([base] if base else []), *path):
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return "".join(_line(run, place) for run in runs)
