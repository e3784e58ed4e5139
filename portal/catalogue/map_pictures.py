"""Pictures of producing areas as SVG, drawn when somebody first asks and kept by version like any answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app

from maps.made import MadeMap
from maps.picture import Box, Disc, Ground, Patch, Picture, padded
from maps.projection import Frame
from maps.topology import Polygon, Topology
from portal.catalogue.area_rules import Unit, units_of
from portal.catalogue.map_marks import Mark, anchor_of, box_of
from portal.catalogue.outlines import find_outline
from portal.lib.text import Text

SMALL, MIDDLE, LARGE = (480, 330), (720, 440), (960, 760)
WHOLE_COUNTRY: Box = (73.5, 3.4, 135.2, 53.7)
ROOM, LEAST_DEGREES = 0.16, 1.1
KEPT_PROVINCES = 12
SCALE = Text("{n} 千米", "{n} km")


def draw_area(made: MadeMap, mark: Mark, title: Text, language: str) -> str:
    """One area with its neighbours by name; without a known area only the divisions the name belongs to."""
    patch, box = _ground_of(mark, made)
    box = padded(box or (*_anchor(mark, made), *_anchor(mark, made)), ROOM, LEAST_DEGREES)
    named = frozenset(code for code, _ in patch.units)
    return _picture(made, title, [patch], Frame.around(box, *SMALL, 10), language, named)


def draw_areas(made: MadeMap, marks: Iterable[Mark], title: Text, language: str, close: bool = False) -> str:
    """The country with every area of the list, for readers without scripts; close: only where they lie."""
    together: dict[str, dict[str, bool]] = {}
    dots = []
    for mark in marks:
        for unit in units_of(mark.codes, made.codes_by_prefix):
            for kind in mark.kinds or ("none",):
                covered = together.setdefault(kind, {})
                covered[unit.code] = covered.get(unit.code, False) or unit.whole
        if (mark.outline is not None or not mark.codes) and (anchor := anchor_of(mark, made)):
            dots.append((*anchor, mark.kinds[0] if mark.kinds else "none"))
    patches = [Patch(kind, sorted(units.items())) for kind, units in together.items()]
    drawn = {code for units in together.values() for code in units}
    box = _box_of_codes(drawn, made) if close else None
    frame = Frame.around(padded(box, 0.06, LEAST_DEGREES), *MIDDLE, 12) if box else _country()
    return _picture(made, title, patches, frame, language, dots=dots, plain=close)


def _country() -> Frame:
    return Frame.around(WHOLE_COUNTRY, *LARGE, 12)


def _box_of_codes(codes: Iterable[str], made: MadeMap) -> Box | None:
    return box_of([Unit(code, whole=True) for code in codes], made)


def draw_members(
    made: MadeMap, codes: Sequence[str], marks: Sequence[Mark], title: Text, language: str
) -> str:
    """The ground of a brand with a dot for each member GI."""
    units = units_of(codes, made.codes_by_prefix)
    members = [
        (*anchor, mark.kinds[0] if mark.kinds else "none")
        for mark in marks
        if (anchor := anchor_of(mark, made))
    ]
    patch = Patch("brand", [(unit.code, unit.whole) for unit in units])
    box = padded(box_of(units, made) or WHOLE_COUNTRY, ROOM, LEAST_DEGREES)
    named = frozenset(unit.code for unit in units)
    return _picture(made, title, [patch], Frame.around(box, *SMALL, 10), language, named, members)


@dataclass(frozen=True)
class Counted:
    """Something counted in one division; the ring shows its part of a `whole`."""

    code: str
    words: str
    number: int
    whole: int | None = None

    @property
    def share(self) -> float | None:
        return self.number / self.whole if self.whole else None


def draw_counts(
    made: MadeMap, mark: Mark | None, counts: Sequence[Counted], title: Text, language: str
) -> str:
    """Numbers where they were counted, over the area of a mark; without a mark over the country alone."""
    patch, box = _ground_of(mark, made) if mark else (None, None)
    box = box or _box_of_places(counts, made) or WHOLE_COUNTRY
    discs = [
        Disc(place.lon, place.lat, str(one.number), one.words, one.share)
        for one in counts
        if (place := made.places.get(one.code))
    ]
    frame = Frame.around(padded(box, ROOM, LEAST_DEGREES), *SMALL, 10 if mark else 34)
    named = frozenset(code for code, _ in patch.units) if patch else frozenset()
    written = named - {one.code for one in counts}
    return _picture(made, title, [patch] if patch else [], frame, language, written, discs=discs)


def _box_of_places(counts: Sequence[Counted], made: MadeMap) -> Box | None:
    points = [(place.lon, place.lat) for one in counts if (place := made.places.get(one.code))]
    return _box_around(points) if points else None


def _ground_of(mark: Mark, made: MadeMap) -> tuple[Patch, Box | None]:
    """What a mark covers and the box around it; where no area is known, the divisions it belongs to."""
    own = _own_polygons(mark)
    units = [] if own else units_of(mark.codes or mark.regions, made.codes_by_prefix)
    kind = mark.kinds[0] if mark.kinds else "none"
    patch = Patch(kind, [(unit.code, unit.whole) for unit in units], own, bool(mark.codes) or bool(own))
    return patch, _box_of_polygons(own) if own else box_of(units, made)


def _picture(
    made: MadeMap,
    title: Text,
    patches: Sequence[Patch],
    frame: Frame,
    language: str,
    named: frozenset[str] = frozenset(),
    dots: Sequence[tuple[float, float, str]] = (),
    discs: Sequence[Disc] = (),
    plain: bool = False,
) -> str:
    return Picture(
        title=title.say(language),
        frame=frame,
        ground=_ground(made, language),
        patches=patches,
        scale_words=lambda kilometres: SCALE.format(n=kilometres).say(language),
        named=named,
        dots=dots,
        discs=discs,
        plain=plain,
    ).draw()


def _ground(made: MadeMap, language: str) -> Ground:
    kept = current_app.extensions.setdefault("picture_grounds", {})
    if (made.version, language) not in kept:
        kept[made.version, language] = Ground(
            base=Topology(made.read("base.json")),
            counties=_counties_reader(made),
            labels=made.read(f"labels-{language}.json") + made.read(f"county-labels-{language}.json"),
            water=made.read("water.json"),
            province_boxes={
                code[:2]: place.box for code, place in made.places.items() if code.endswith("0000")
            },
        )
    return kept[made.version, language]


def _counties_reader(made: MadeMap) -> Callable[[str, bool], Topology | None]:
    @lru_cache(maxsize=KEPT_PROVINCES)
    def read(province: str, close: bool) -> Topology | None:
        names = [f"counties-{province}.json"] * close + [f"near-{province}.json"]
        found = next((name for name in names if name in made.parts), None)
        return Topology(made.read(found)) if found else None

    return read


def _own_polygons(mark: Mark) -> list[Polygon]:
    if mark.outline is None:
        return []
    import shapely

    shape = shapely.from_wkb(find_outline(mark.number))
    polygons = getattr(shape, "geoms", [shape])
    return [[list(ring.coords) for ring in (one.exterior, *one.interiors)] for one in polygons]


def _box_of_polygons(polygons: Sequence[Polygon]) -> Box:
    return _box_around([point for rings in polygons for ring in rings for point in ring])


def _box_around(points: Sequence[Sequence[float]]) -> Box:
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), min(lats), max(lons), max(lats)


def _anchor(mark: Mark, made: MadeMap) -> tuple[float, float]:
    return anchor_of(mark, made) or (105.0, 36.0)
