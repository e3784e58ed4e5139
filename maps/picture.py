"""Draws a producing area, or all of them, as one SVG file: works without a script, prints, follows the theme.

Only the standard library is needed, so a web worker may draw.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import cos, pi, sin

from maps.drawing import box_around, line_path, polygon_path, touch
from maps.patterns import patterns
from maps.projection import Box, Frame
from maps.svg import dark_style, element
from maps.topology import Polygon, Topology

SERIF = "'Source Han Serif SC','Noto Serif CJK SC','Songti SC',SimSun,serif"
SANS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-serif"
TEXT_SIZE = 12.5
HALO = {"stroke": "land", "stroke_width": 4.5, "stroke_linejoin": "round", "paint_order": "stroke"}

# What helps a reader to find the way, by the kilometres in one unit of the picture.
COUNTY_NAMES_UP_TO, PREFECTURE_NAMES_UP_TO = 1.0, 4.0
CLOSE_UP_TO = 0.9
PROVINCE, PREFECTURE, COUNTY = 1, 2, 3

# (code, name, longitude, latitude, rank)
Label = Sequence[object]


@dataclass(frozen=True)
class Patch:
    """Ground of one kind: counties by code, each whole or not, or polygons of its own. Where the area is
    not `known` it is only where the name belongs, and gets a broken line and no ground."""

    kind: str
    units: Sequence[tuple[str, bool]] = ()
    own: Sequence[Polygon] = ()
    known: bool = True


@dataclass(frozen=True)
class Disc:
    """A number at a place: a disc with its words under it; `part` of it (0 to 1) is filled."""

    lon: float
    lat: float
    number: str
    words: str
    part: float | None = None


@dataclass(frozen=True)
class Ground:
    """What pictures are drawn on. `counties` gives the topology of a province, the finer one if asked."""

    base: Topology
    counties: Callable[[str, bool], Topology | None]
    labels: Sequence[Label]
    water: Mapping[str, object]
    province_boxes: Mapping[str, Box]


@dataclass(frozen=True)
class Picture:
    """`plain` draws provinces alone around the areas, however close: a look at many areas together."""

    title: str
    frame: Frame
    ground: Ground
    patches: Sequence[Patch]
    scale_words: Callable[[int], str]
    named: frozenset[str] = frozenset()
    dots: Sequence[tuple[float, float, str]] = ()
    discs: Sequence[Disc] = ()
    plain: bool = False

    def draw(self) -> str:
        width, height = self.frame.width, self.frame.height
        layers = [
            element("title", escape(self.title)),
            dark_style(),
            patterns(),
            element("rect", fill="sea", width=width, height=height),
            *self._land(),
            *self._water(),
            *(part for number, patch in enumerate(self.patches) for part in self._patch(number, patch)),
            *self._lines(),
            *self._dots(),
            *self._names(),
            *self._discs(),
            *self._scale(),
        ]
        return element(
            "svg",
            "".join(layers),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width} {height}",
            width=width,
            height=height,
            role="img",
            aria_label=self.title,
        )

    @property
    def _detailed(self) -> bool:
        return self.frame.km_per_unit <= PREFECTURE_NAMES_UP_TO and not self.plain

    @cached_property
    def _counties(self) -> dict[str, str]:
        """The counties in view as paths: all of them close by, at a distance only those of an area."""
        found, seen = {}, self.frame.degrees_seen()
        for topology in self._provinces():
            for code in topology.ids("counties"):
                # To place the points of a county takes longer than to see that it lies elsewhere.
                polygons = [
                    one for one in topology.polygons("counties", code) if touch(box_around(one[0]), seen)
                ]
                if path := polygon_path(polygons, self.frame):
                    found[code] = path
        return found

    def _provinces(self) -> Iterator[Topology]:
        seen = self.frame.degrees_seen()
        wanted = {code[:2] for patch in self.patches for code, _ in patch.units}
        close = self.frame.km_per_unit <= CLOSE_UP_TO
        for province, box in sorted(self.ground.province_boxes.items()):
            in_view = self._detailed and touch(box, seen)
            if (in_view or province in wanted) and (topology := self.ground.counties(province, close)):
                yield topology

    def _land(self) -> Iterator[str]:
        """Close by the counties with their borders, at a distance the provinces."""
        paths, thick = (
            ("".join(self._counties.values()), 0.45) if self._detailed else (self._province_paths, 0.7)
        )
        yield element(
            "path", fill="land", stroke="edge", d=paths, stroke_width=thick, stroke_linejoin="round"
        )

    @cached_property
    def _province_paths(self) -> str:
        base = self.ground.base
        return "".join(
            polygon_path(base.polygons("provinces", code), self.frame) for code in base.ids("provinces")
        )

    def _water(self) -> Iterator[str]:
        rivers, lakes = "", ""
        for feature in self.ground.water["features"]:
            shape = feature["geometry"]
            several = shape["coordinates"] if shape["type"].startswith("Multi") else [shape["coordinates"]]
            if feature["properties"]["kind"] == "river":
                rivers += line_path(several, self.frame)
            else:
                lakes += polygon_path(several, self.frame)
        thick = 1.6 if self._detailed else 0.7
        if rivers:
            yield element("path", stroke="water", d=rivers, stroke_opacity=".5", stroke_width=thick)
        if lakes:
            yield element("path", fill="water", d=lakes, fill_opacity=".35")

    def _patch(self, number: int, patch: Patch) -> Iterator[str]:
        whole = polygon_path(patch.own, self.frame)
        part = ""
        for code, entire in patch.units:
            if entire:
                whole += self._counties.get(code, "")
            else:
                part += self._counties.get(code, "")
        yield from self._area(number, patch, whole, exact=True)
        yield from self._area(number, patch, part, exact=False)

    def _area(self, number: int, patch: Patch, path: str, exact: bool) -> Iterator[str]:
        """A tint, a pattern and a line over the same path, which is written once and then referred to."""
        if not path:
            return
        solid = patch.kind == "gi_product"
        name = f"a{number}{'e' if exact else 'r'}"
        yield element("defs", element("path", id=name, d=path))
        drawn = {"href": f"#{name}", "fill_rule": "evenodd"}
        if patch.known and exact:
            yield element("use", fill=patch.kind, **drawn, fill_opacity=".26" if solid else ".16")
        if patch.known and not (exact and solid):
            yield element("use", fill_pattern=patch.kind, **drawn)
        yield element(
            "use",
            stroke=patch.kind,
            href=f"#{name}",
            stroke_width=1.8 if self._detailed else 0.9,
            stroke_linejoin="round",
            stroke_dasharray=None if patch.known and exact else "6 4",
        )

    def _lines(self) -> Iterator[str]:
        for name, dashes in (("九段线", None), ("未定国界", "4 3")):
            if path := line_path(self.ground.base.lines("lines", name), self.frame):
                yield element("path", stroke="edge", d=path, stroke_width=1.8, stroke_dasharray=dashes)

    def _dots(self) -> Iterator[str]:
        for lon, lat, kind in self.dots:
            x, y = self.frame.place(lon, lat)
            yield element("circle", fill=kind, stroke="land", cx=x, cy=y, r=3.6, stroke_width=1)

    def _names(self) -> Iterator[str]:
        """The area's own divisions first, then those around it, none over another."""
        rank = COUNTY if self.frame.km_per_unit <= COUNTY_NAMES_UP_TO else PREFECTURE
        rank = rank if self._detailed else PROVINCE
        taken = [box for placed in self._placed_discs for box in placed.boxes]
        for code, name, lon, lat, its_rank in sorted(self.ground.labels, key=self._own_first):
            if its_rank != rank and not (code in self.named and its_rank > rank):
                continue
            x, y = self.frame.place(lon, lat)
            half = text_width(name) / 2 + 3
            box = (x - half, y - 9, x + half, y + 6)
            inside = box[0] > 0 and box[2] < self.frame.width and 12 < y < self.frame.height - 26
            if inside and not any(touch(box, other) for other in taken):
                taken.append(box)
                yield self._name(name, x, y, strong=code in self.named)

    @cached_property
    def _placed_discs(self) -> list["PlacedDisc"]:
        """Each disc at its place or, where another lies there, at the nearest free place around it."""
        placed: list[PlacedDisc] = []
        for disc in self.discs:
            at = self.frame.place(disc.lon, disc.lat)
            tries = [PlacedDisc(disc, at, at)]
            tries += [PlacedDisc(disc, at, (at[0] + x, at[1] + y)) for x, y in AROUND]
            placed.append(next((one for one in tries if self._is_free(one, placed)), tries[0]))
        return placed

    def _is_free(self, one: "PlacedDisc", placed: Sequence["PlacedDisc"]) -> bool:
        frame = (0, 0, self.frame.width, self.frame.height - 30)
        inside = all(
            frame[0] < w and frame[1] < n and e < frame[2] and s < frame[3] for w, n, e, s in one.boxes
        )
        return inside and not any(touch(a, b) for other in placed for a in one.boxes for b in other.boxes)

    def _discs(self) -> Iterator[str]:
        for placed in self._placed_discs:
            yield from placed.draw_line()
        for placed in self._placed_discs:
            yield from placed.draw()

    def _own_first(self, label: Label) -> tuple[bool, object]:
        return label[0] not in self.named, label[0]

    def _name(self, name: str, x: float, y: float, strong: bool) -> str:
        return element(
            "text",
            escape(name),
            fill="ink" if strong else "name",
            **HALO,
            x=x,
            y=y + 4,
            text_anchor="middle",
            font_family=SERIF if strong else SANS,
            font_size=TEXT_SIZE + strong,
            font_weight=700 if strong else 400,
        )

    def _scale(self) -> Iterator[str]:
        kilometres, length = self.frame.scale_bar(self.frame.width / 5)
        x, y = 14, self.frame.height - 14
        yield element("path", stroke="ink", d=f"M{x} {y - 5}V{y}H{x + length:.1f}V{y - 5}", stroke_width=1.2)
        words = escape(self.scale_words(kilometres))
        place = {"x": x + length + 7, "y": y + 1}
        yield element("text", words, fill="ink", **HALO, **place, font_family=SANS, font_size=11.5)


RADIUS = 15
# Where a disc may move to, nearest first: rings of eight directions.
AROUND = [
    (radius * cos(turn * pi / 4), radius * sin(turn * pi / 4))
    for radius in range(16, 150, 8)
    for turn in range(8)
]


@dataclass(frozen=True)
class PlacedDisc:
    """A disc with the point it speaks of and where it was put; a line joins the two."""

    disc: Disc
    point: tuple[float, float]
    centre: tuple[float, float]

    @property
    def boxes(self) -> tuple[Box, Box]:
        (x, y), half = self.centre, text_width(self.disc.words) / 2 + 2
        return (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), (
            x - half,
            y + RADIUS,
            x + half,
            y + RADIUS + 17,
        )

    def draw_line(self) -> Iterator[str]:
        x, y = self.centre
        if self.centre != self.point:
            px, py = self.point
            yield element("path", stroke="ink", d=f"M{px:.1f} {py:.1f}L{x:.1f} {y:.1f}", stroke_width=0.9)
            yield element("circle", fill="ink", cx=px, cy=py, r=2)

    def draw(self) -> Iterator[str]:
        x, y = self.centre
        yield element("circle", fill="land", stroke="ink", cx=x, cy=y, r=RADIUS, stroke_width=1.4)
        if self.disc.part:
            yield element("path", fill="share", d=self._sector(self.disc.part))
        if self.disc.part is not None:
            yield element("circle", fill="land", cx=x, cy=y, r=RADIUS * 0.66)
        middle = {"text_anchor": "middle", "font_family": SANS}
        size = 11 if len(self.disc.number) < 3 else 9
        number = {"x": x, "y": y + 4, "font_size": size, "font_weight": 700}
        yield element("text", escape(self.disc.number), fill="ink", **number, **middle)
        words = {"x": x, "y": y + RADIUS + 13, "font_size": TEXT_SIZE}
        yield element("text", escape(self.disc.words), fill="ink", **HALO, **words, **middle)

    def _sector(self, part: float) -> str:
        """From twelve o'clock on; a whole one is two halves, for an arc cannot end where it began."""
        (x, y), radius = self.centre, RADIUS - 0.7
        steps = [0, part] if part < 1 else [0, 0.5, 1]
        ends = [(x + radius * sin(2 * pi * one), y - radius * cos(2 * pi * one)) for one in steps]
        far = int(0.5 < part < 1)
        arcs = "".join(f"A{radius:.1f} {radius:.1f} 0 {far} 1 {ex:.1f} {ey:.1f}" for ex, ey in ends[1:])
        return f"M{x:.1f} {y:.1f}L{ends[0][0]:.1f} {ends[0][1]:.1f}{arcs}Z"


def text_width(text: str) -> float:
    """About how wide a name is: a Chinese character takes a whole square, a Latin letter about half."""
    return sum(TEXT_SIZE if ord(letter) > 0x2E80 else TEXT_SIZE * 0.55 for letter in text)


def padded(box: Box, share: float, least_degrees: float) -> Box:
    """The box with room around it; a small one gets enough that its neighbours are seen."""
    west, south, east, north = box
    side = max((east - west) * share, (least_degrees - (east - west)) / 2)
    up = max((north - south) * share, (least_degrees - (north - south)) / 2)
    return west - side, south - up, east + side, north + up
