"""Reads a file in which each shape is a piece of land of its own: every one judged by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gi_data.outlines.findings import Refused
from gi_data.outlines.incoming import OutlineReading, judge, read_any
from gi_data.outlines.raw import RawOutline

# How people head the columns of their plots, before anything that only looks like it.
NAMES = ("名称", "地块名称", "地块名", "地块", "name", "plot", "地块编码", "dkmc", "dkbm", "id")
VARIETIES = ("品种", "variety", "cultivar")
YEARS = ("种植年份", "种植年", "定植年份", "planted", "year", "年份")


@dataclass(frozen=True)
class PieceReading:
    """One shape of a file with what its row says of it."""

    number: int
    outline: OutlineReading
    name: str = ""
    variety: str = ""
    planted: str = ""


def read_pieces(content: bytes, most: int) -> tuple[list[PieceReading], OutlineReading | None]:
    """Every shape by itself, at most so many; or what is wrong with the file as a whole."""
    try:
        raw = read_any(content, None)
    except Refused as refused:
        return [], OutlineReading(None, (refused.finding,))
    rows = [*raw.attributes, *({} for _ in range(len(raw.shapes) - len(raw.attributes)))]
    pairs = list(zip(raw.shapes, rows, strict=False))[: most + 1]
    return [_piece(number, raw, shape, row) for number, (shape, row) in enumerate(pairs, 1)], None


def _piece(number: int, raw: RawOutline, shape: object, row: dict[str, object]) -> PieceReading:
    try:
        reading = judge(replace(raw, shapes=[shape], attributes=[row], notices=[]))
    except Refused as refused:
        reading = OutlineReading(None, (refused.finding,))
    return PieceReading(number, reading, _said(row, NAMES), _said(row, VARIETIES), _said(row, YEARS))


def _said(row: dict[str, object], headings: Iterable[str]) -> str:
    folded = {key.strip().lower(): value for key, value in row.items()}
    for heading in headings:
        value = folded.get(heading)
        if value not in (None, ""):
            return str(value).strip()[:200]
    return ""
