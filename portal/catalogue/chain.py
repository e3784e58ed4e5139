"""标志—产品—品牌—产业 of one GI as one picture: where each box and line stands, in either language."""

from collections.abc import Iterable
from dataclasses import dataclass, field

GAP, LINE, PAD, HEAD = 14, 22, 12, 44
WIDE_BOX, WIDE_STEP = 184, 219
TALL_BOX = 320
LETTERS_WIDE, LETTERS_TALL = 10.4, 19
NEVER_FIRST = frozenset("，。、；：？！）】」』》”")


@dataclass(frozen=True)
class Link:
    """One thing in the chain: what it is called, a smaller second line, a kind for its colour."""

    title: str
    note: str = ""
    kind: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Column:
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    kind: str
    sure: bool

    @property
    def texts(self) -> list[tuple[float, str, bool]]:
        """Each line of words with its height on the page and whether it is the small kind."""
        all_lines = [(line, False) for line in self.lines] + [(note, True) for note in self.notes]
        return [
            (self.y + PAD + LINE * number + 15, words, small)
            for number, (words, small) in enumerate(all_lines)
        ]


@dataclass(frozen=True)
class Picture:
    width: float
    height: float
    heads: list[tuple[float, float, str]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    lines: list[tuple[str, bool]] = field(default_factory=list)


def draw_wide(columns: list[Column]) -> Picture:
    """Four columns side by side, each box joined to every box of the column before."""
    stacks = [
        _stack(column, number * WIDE_STEP, HEAD, WIDE_BOX, LETTERS_WIDE)
        for number, column in enumerate(columns)
    ]
    height = max(stack[-1].y + stack[-1].height for stack in stacks)
    stacks = [_centred(stack, height) for stack in stacks]
    lines = [
        (_curve(left, right), left.sure and right.sure)
        for before, after in zip(stacks, stacks[1:], strict=False)
        for left in before
        for right in after
    ]
    heads = [(number * WIDE_STEP, 20.0, column.title) for number, column in enumerate(columns)]
    width = (len(columns) - 1) * WIDE_STEP + WIDE_BOX
    return Picture(width, height + 4, heads, [box for stack in stacks for box in stack], lines)


def draw_tall(columns: list[Column]) -> Picture:
    """The same for a narrow screen: one column under the other, an arrow between."""
    heads, boxes, lines, y = [], [], [], 0.0
    for number, column in enumerate(columns):
        heads.append((0.0, y + 20, column.title))
        stack = _stack(column, 0, y + HEAD - 10, TALL_BOX, LETTERS_TALL)
        boxes += stack
        end = stack[-1].y + stack[-1].height
        if number < len(columns) - 1:
            sure = all(box.sure for box in stack)
            lines.append((f"M{TALL_BOX / 2:.0f} {end + 5:.0f}V{end + 25:.0f}", sure))
        y = end + 26
    return Picture(TALL_BOX, y - 22, heads, boxes, lines)


def _stack(column: Column, x: float, y: float, width: float, letters: float) -> list[Box]:
    boxes = []
    for link in column.links:
        lines = tuple(wrapped(link.title, letters))
        notes = tuple(wrapped(link.note, letters * 1.15)) if link.note else ()
        height = 2 * PAD + LINE * (len(lines) + len(notes)) - 4
        boxes.append(Box(x, y, width, height, lines, notes, link.kind, link.sure))
        y += height + GAP
    return boxes


def _centred(stack: list[Box], bottom: float) -> list[Box]:
    spare = (bottom - stack[-1].y - stack[-1].height) / 2
    return [
        Box(box.x, box.y + spare, box.width, box.height, box.lines, box.notes, box.kind, box.sure)
        for box in stack
    ]


def _curve(left: Box, right: Box) -> str:
    x1, y1 = left.x + left.width + 2, left.y + left.height / 2
    x2, y2 = right.x - 2, right.y + right.height / 2
    middle = (x1 + x2) / 2
    return f"M{x1:.0f} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"


def wrapped(words: str, letters: float) -> Iterable[str]:
    """Lines of at most so many Chinese letters; Latin words are about half as wide and stay whole."""
    line, width = "", 0.0
    for piece in _pieces(words):
        wide = sum(1.0 if ord(letter) > 0x2E80 else 0.56 for letter in piece)
        if line and width + wide > letters and piece not in NEVER_FIRST:
            yield line.rstrip()
            line, width = "", 0.0
            if piece == " ":
                continue
        line, width = line + piece, width + wide
    if line.strip():
        yield line.rstrip()


def _pieces(words: str) -> Iterable[str]:
    word = ""
    for letter in words:
        if ord(letter) > 0x2E80 or letter == " ":
            if word:
                yield word
            word = ""
            yield letter
        else:
            word += letter
    if word:
        yield word
