"""A trace as a picture: batches in columns by how far they are from the start, lines from one to another.

Past MOST_DRAWN batches the picture shows the stages instead, each with how many batches stand in it, so that
it stays readable; the table under it always has every batch.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from portal.batches.rules import Stage, grams_text
from portal.batches.trace import Line, Trace
from portal.lib.text import Text

MOST_DRAWN, MOST_IN_COLUMN = 60, 12
BOX_WIDE, BOX_HIGH, GAP_WIDE, GAP_HIGH, EDGE = 150, 54, 56, 16, 8


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    title: str | Text
    below: str | Text
    weight: Text | None
    url: str | None
    start: bool
    tone: str


@dataclass(frozen=True)
class Curve:
    """From the right side of one box to the left side of another."""

    path: str


@dataclass(frozen=True)
class Picture:
    wide: int
    high: int
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    by_stage: bool


def draw(found: Trace, folder: str, opened: Container[int]) -> Picture:
    """`opened`: the batches whose page the reader may open."""
    columns = _columns(found)
    fits = len(found.lines) <= MOST_DRAWN and all(len(ids) <= MOST_IN_COLUMN for ids in columns)
    return _tree(found, columns, folder, opened) if fits else _stages(found)


def _columns(found: Trace) -> list[list[int]]:
    """Ids by the longest way from the start, in the direction of time; walks each link once."""
    after, waiting = defaultdict(set), defaultdict(int)
    for one, other, _ in found.links():
        if other not in after[one]:
            after[one].add(other)
            waiting[other] += 1
    depth = {line.id: 0 for line in found.lines}
    ready = [number for number in depth if not waiting[number]]
    while ready:
        one = ready.pop()
        for other in after[one]:
            depth[other] = max(depth[other], depth[one] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    columns: dict[int, list[int]] = defaultdict(list)
    for line in found.lines:
        columns[depth[line.id]].append(line.id)
    return [columns[n] for n in sorted(columns)]


def _tree(found: Trace, columns: list[list[int]], folder: str, opened: Container[int]) -> Picture:
    lines, places = {line.id: line for line in found.lines}, {}
    tallest = max(len(ids) for ids in columns)
    boxes = []
    for n, ids in enumerate(columns):
        top = (tallest - len(ids)) * (BOX_HIGH + GAP_HIGH) // 2
        for m, number in enumerate(ids):
            x, y = n * (BOX_WIDE + GAP_WIDE) + EDGE, top + m * (BOX_HIGH + GAP_HIGH) + EDGE
            places[number] = (x, y)
            url = f"{folder}/{lines[number].code}" if number in opened else None
            boxes.append(_box(lines[number], x, y, number in found.start, url))
    pairs = {(one, other) for one, other, _ in found.links()}
    curves = [_curve(places[one], places[other]) for one, other in sorted(pairs)]
    return _whole(boxes, curves, len(columns), tallest, False)


def _box(line: Line, x: int, y: int, start: bool, url: str | None) -> Box:
    weight = None if line.grams is None else grams_text(line.grams)
    tone = "negative" if line.recall_id else "neutral"
    return Box(x, y, line.code, _short(line.goods), weight, url, start, tone)


def _short(words: str) -> str:
    return words if len(words) <= 9 else words[:8] + "…"


def _curve(one: tuple[int, int], other: tuple[int, int]) -> Curve:
    x1, y1 = one[0] + BOX_WIDE, one[1] + BOX_HIGH // 2
    x2, y2 = other[0], other[1] + BOX_HIGH // 2
    middle = (x1 + x2) // 2
    return Curve(f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}")


def _stages(found: Trace) -> Picture:
    count, grams = defaultdict(int), defaultdict(int)
    for line in found.lines:
        count[line.stage] += 1
        grams[line.stage] += line.left or 0
    reached = [stage for stage in Stage if count[stage]]
    boxes = [
        Box(
            EDGE + n * (BOX_WIDE + GAP_WIDE), EDGE, stage.text,
            Text("{n} 个批次", "{n} [n:batch|batches]").format(n=f"{count[stage]:,}"),
            Text("现存 {w}", "{w} there now").format(w=grams_text(grams[stage])), None, False, "neutral",
        )
        for n, stage in enumerate(reached)
    ]  # fmt: skip
    curves = [
        _curve((one.x, one.y), (other.x, other.y)) for one, other in zip(boxes, boxes[1:], strict=False)
    ]
    return _whole(boxes, curves, len(reached), 1, True)


def _whole(
    boxes: Iterable[Box], curves: Iterable[Curve], columns: int, tallest: int, by_stage: bool
) -> Picture:
    wide = columns * (BOX_WIDE + GAP_WIDE) - GAP_WIDE + 2 * EDGE
    high = tallest * (BOX_HIGH + GAP_HIGH) - GAP_HIGH + 2 * EDGE
    return Picture(wide, high, tuple(boxes), tuple(curves), by_stage)
