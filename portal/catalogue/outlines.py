"""Outlines of their own that GIs have: all in a few points, those of one square of the earth finely.

The country is drawn from the sketches that were stored with the outlines. Whoever looks closer asks for
squares of two degrees; a square is simplified for the screen when it is first asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from sqlalchemy import bindparam, select

from portal.catalogue.index import kept_by_version
from portal.catalogue.models import Outline
from portal.catalogue.sketch import UNIT, Sketch, read_sketch
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.register.queries import kind_version

SQUARE_DEGREES = 2
SQUARE = re.compile(r"(-?\d{1,3})_(-?\d{1,2})")
# About a hundred metres: finer than a screen shows at the closest view without a base map.
SCREEN_TOLERANCE = 0.001
SCREEN_DECIMALS = 4


def standing_outlines() -> dict[int, int]:
    """The number of the newest outline that has not ended, by GI."""
    query = select(Outline.indication_id, Outline.id).where(Outline.ended_on.is_(None)).order_by(Outline.id)
    return dict(db.session.execute(query).tuples().all())


_BY_NUMBER = select(Outline.id, Outline.wkb).where(Outline.id.in_(bindparam("numbers", expanding=True)))


def outlines_numbered(numbers: Sequence[int]) -> dict[int, bytes]:
    return dict(db.session.execute(_BY_NUMBER, {"numbers": numbers}).tuples().all())


@dataclass(frozen=True)
class Sketches:
    """`written` are the sketches as they are stored, by GI; `squares` the GIs of each square."""

    written: Mapping[int, str]
    squares: Mapping[str, tuple[int, ...]]
    read: Mapping[int, Sketch]


def outline_sketches() -> Mapping[int, Sketch]:
    return _sketches().read


def _sketches() -> Sketches:
    return kept_by_version("outline_sketches", kind_version("gi"), _read)


def _read() -> Sketches:
    query = select(Outline.indication_id, Outline.sketch).where(
        Outline.ended_on.is_(None), Outline.sketch != ""
    )
    written = dict(db.session.execute(query.order_by(Outline.id)).tuples().all())
    squares: dict[str, list[int]] = {}
    for number, text in written.items():
        squares.setdefault(_square_of(text), []).append(number)
    read = {number: read_sketch(text) for number, text in written.items()}
    return Sketches(written, {name: tuple(ids) for name, ids in squares.items()}, read)


def _square_of(sketch: str) -> str:
    """The square in which the south-western corner lies; the script works it out in the same way."""
    west, south = (int(part) / UNIT for part in sketch.split(" ", 4)[2:4])
    return "_".join(str(floor(one / SQUARE_DEGREES) * SQUARE_DEGREES) for one in (west, south))


def sketches_as_columns() -> dict[str, object]:
    """All of them column by column, neighbours together, numbers as differences: small once compressed."""
    rows = [(number, *text.split(" ", 5)[2:]) for number, text in _sketches().written.items()]
    rows.sort(key=lambda row: (int(row[1]) // UNIT, int(row[2]), row[0]))
    ids, west, south, step, rings = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return {
        "unit": UNIT,
        "square": SQUARE_DEGREES,
        "ids": steps_between(ids),
        "west": steps_between(west),
        "south": steps_between(south),
        "step": [int(one) for one in step],
        "rings": "\n".join(rings),
    }


def steps_between(numbers: Iterable[int | str]) -> list[int]:
    """Numbers as differences from the one before."""
    before, found = 0, []
    for number in map(int, numbers):
        found.append(number - before)
        before = number
    return found


def square_as_geojson(name: str) -> dict[str, object]:
    """The outlines of one square, simplified for the screen, by the number of their GI."""
    if not SQUARE.fullmatch(name):
        raise NotFound(Text("没有这一格", "There is no such square"))
    numbers = _sketches().squares.get(name, ())
    features = [_feature(number, wkb) for number, wkb in _of(numbers).items()]
    return {"type": "FeatureCollection", "features": features}


def _of(numbers: tuple[int, ...]) -> dict[int, bytes]:
    query = select(Outline.indication_id, Outline.wkb).where(
        Outline.indication_id.in_(numbers), Outline.ended_on.is_(None)
    )
    return dict(db.session.execute(query.order_by(Outline.id)).tuples().all()) if numbers else {}


def _feature(number: int, wkb: bytes) -> dict[str, object]:
    import numpy
    import shapely

    shape = shapely.simplify(shapely.from_wkb(wkb), SCREEN_TOLERANCE)
    # Digits beyond the tolerance are noise that does not compress.
    shape = shapely.transform(shape, lambda points: numpy.round(points, SCREEN_DECIMALS))
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "id": number, "properties": {}, "geometry": geometry}


def find_outline(number: int) -> bytes | None:
    """The outline of one GI in full."""
    return _of((number,)).get(number)
