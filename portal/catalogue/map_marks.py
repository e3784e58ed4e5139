"""What stands on the map: layers of marks, each with its place, its kinds and the divisions of its area.

The catalogue's own layer is the GIs; rooms above add theirs (regional brands) with `add_layer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from maps.made import MadeMap, Place
from portal.catalogue.area_rules import Unit, units_of
from portal.catalogue.index import current_index, kept_by_version
from portal.catalogue.made_map import get_map
from portal.catalogue.outlines import outline_sketches, steps_between
from portal.catalogue.places import area_scopes
from portal.catalogue.rules import Kind, Status
from portal.catalogue.sketch import Sketch
from portal.lib.text import Text
from portal.regions.rules import scope_prefix
from portal.register.queries import kind_version

# How a mark is drawn, by the state of the name: full, hollow, ended.
STANDINGS: Mapping[str, str] = {
    Status.IN_FORCE: "full",
    Status.CONVERTED: "full",
    Status.APPLIED: "hollow",
    Status.PUBLISHED: "hollow",
    Status.UNKNOWN: "hollow",
    Status.REFUSED: "ended",
    Status.CANCELLED: "ended",
    Status.ENDED: "ended",
}
OUTLINED = 0


@dataclass(frozen=True)
class Mark:
    """One object on the map; `codes` are empty where its area is not known; `outline` is its own, in a few
    points."""

    number: int
    name: Text
    kinds: tuple[str, ...]
    standing: str
    regions: tuple[str, ...]
    codes: tuple[str, ...]
    outline: Sketch | None = None


@dataclass(frozen=True)
class Layer:
    key: str
    title: Text
    version: Callable[[], object]
    marks: Callable[[], Sequence[Mark]]
    card: Callable[[int], Mapping[str, object] | None]


_layers: dict[str, Layer] = {}


def add_layer(layer: Layer) -> None:
    _layers[layer.key] = layer


def layers() -> tuple[Layer, ...]:
    return tuple(_layers.values())


def find_layer(key: str) -> Layer | None:
    return _layers.get(key)


def indication_marks() -> list[Mark]:
    scopes, drawn = area_scopes(), outline_sketches()
    return [
        Mark(
            number=row.id,
            name=Text(row.name_zh, row.pinyin),
            kinds=row.kinds,
            standing=STANDINGS[row.status],
            regions=row.regions,
            codes=scopes[row.id].codes,
            outline=drawn.get(row.id),
        )
        for row in current_index().rows
        if row.id in scopes
    ]


def indication_version() -> int:
    return kind_version("gi")


KIND_ORDER = (*(kind.value for kind in Kind), "brand")


def layer_as_columns(layer: Layer, language: str) -> dict[str, object]:
    """A layer as the map's script reads it, made once for each version and language."""
    made = get_map()
    version = (layer.version(), made.version)
    marks = layer.marks()
    return kept_by_version(
        f"map_layer_{layer.key}_{language}", version, lambda: as_columns(marks, made, language)
    )


def as_columns(marks: Iterable[Mark], made: MadeMap, language: str) -> dict[str, object]:
    """Column by column, each row near its neighbour on the ground: much smaller once it is compressed.

    A division is the leading digits of its code as a number, below nought where only townships of it are
    named, `OUTLINED` where the mark has an outline of its own; numbers are differences from the row before.
    """
    places = sorted(((anchor_of(mark, made), mark) for mark in marks), key=_on_the_ground)
    kept = [(anchor, mark) for anchor, mark in places if anchor is not None]
    return {
        "ids": steps_between(mark.number for _, mark in kept),
        "names": "\n".join(mark.name.say(language) for _, mark in kept),
        "kinds": "".join(_letter(mark.kinds) for _, mark in kept),
        "standings": "".join(mark.standing[0] for _, mark in kept),
        "lon": steps_between(round(anchor[0] * 100) for anchor, _ in kept),
        "lat": steps_between(round(anchor[1] * 100) for anchor, _ in kept),
        "areas": [_area_numbers(mark) for _, mark in kept],
        "places": [_region_numbers(mark) for _, mark in kept],
    }


def _on_the_ground(placed: tuple[tuple[float, float] | None, Mark]) -> tuple[str, int]:
    mark = placed[1]
    return (mark.codes or mark.regions or ("",))[0], mark.number


def _letter(kinds: Iterable[str]) -> str:
    """Which of the five kinds, as one character from 0 to v."""
    return "0123456789abcdefghijklmnopqrstuv"[sum(1 << KIND_ORDER.index(kind) for kind in set(kinds))]


def _area_numbers(mark: Mark) -> list[int]:
    if mark.outline is not None:
        return [OUTLINED]
    whole = {scope_prefix(code) for code in mark.codes if len(code) == 6}
    part = {code[:6] for code in mark.codes if len(code) > 6}
    parts = {code for code in part if not any(code.startswith(prefix) for prefix in whole)}
    return sorted([*map(int, whole), *(-int(code) for code in parts)])


def _region_numbers(mark: Mark) -> list[int]:
    """Where a mark belongs whose area is not known: shown only when somebody chooses it."""
    if mark.codes or mark.outline is not None:
        return []
    return [int(scope_prefix(code)) for code in mark.regions]


def anchor_of(mark: Mark, made: MadeMap) -> tuple[float, float] | None:
    """Where the sign of a mark stands: where the name of its middle division is written."""
    if mark.outline is not None:
        return mark.outline.inside
    named = [code[:6] for code in dict.fromkeys(mark.codes or mark.regions)]
    known = [made.places[code] for code in dict.fromkeys(named) if code in made.places]
    return middle_of(known) if known else None


def middle_of(places: Sequence[Place]) -> tuple[float, float]:
    """The place nearest to the common middle, each counted by its size."""
    whole = sum(place.km2 or 1 for place in places)
    lon = sum(place.lon * (place.km2 or 1) for place in places) / whole
    lat = sum(place.lat * (place.km2 or 1) for place in places) / whole
    nearest = min(places, key=lambda place: (place.lon - lon) ** 2 + (place.lat - lat) ** 2)
    return nearest.lon, nearest.lat


def box_of(units: Iterable[Unit], made: MadeMap) -> tuple[float, float, float, float] | None:
    boxes = [made.places[unit.code].box for unit in units if unit.code in made.places]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def drawn_units(codes: Iterable[str], made: MadeMap) -> list[Unit]:
    return units_of(codes, made.codes_by_prefix)
