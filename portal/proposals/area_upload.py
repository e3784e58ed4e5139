"""An uploaded outline, looked at before anything is kept: findings, size, where it lies, and a picture.

The libraries that read such files are heavy, so they are loaded by the first upload and not before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from portal.lib.text import Text
from portal.regions.queries import regions_by_code

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ENCODINGS = (
    ("", Text("自动（按文件说明）", "as the file says")),
    ("GBK", Text("GBK（常见于国内软件）", "GBK (usual in Chinese programs)")),
    ("UTF-8", Text("UTF-8", "UTF-8")),
)
ACCEPTED = ".geojson,.json,.kml,.gpkg,.zip"
PICTURE_WIDTH = 720
PICTURE_LEAST_HEIGHT, PICTURE_MOST_HEIGHT = 320, 760
MARGIN = 0.15
SHOWN_OVERLAPS = 20


@dataclass(frozen=True)
class Upload:
    """What came of a file. Without `wkb` it cannot be used and the findings say why."""

    findings: tuple[Mapping[str, object], ...]
    wkb: bytes | None = None
    digest: str | None = None
    square_metres: int | None = None
    overlaps: tuple[Mapping[str, object], ...] = ()
    picture: Mapping[str, object] | None = None
    form: str | None = None
    repair: Mapping[str, str] | None = None

    @property
    def is_usable(self) -> bool:
        return self.wkb is not None


def read_upload(content: bytes, encoding: str | None, codes: Iterable[str]) -> Upload:
    """Read a file and lay it over the divisions; `codes` are those the area names in words."""
    from gi_data.areas import area_km2, area_of, outside_km2, overlaps
    from gi_data.boundaries import BoundariesMissing, read_boundaries
    from gi_data.outlines import read_outline

    reading = read_outline(content, encoding or None)
    findings = tuple(_finding(one) for one in reading.findings)
    if reading.geometry is None:
        return Upload(findings)
    wkb = reading.geometry.wkb
    basics = {
        "wkb": wkb,
        "digest": sha256(wkb).hexdigest(),
        "square_metres": round(area_km2(reading.geometry) * 1_000_000),
        "form": reading.form,
        "repair": reading.repair.report.as_json() if reading.repair and reading.repair.was_needed else None,
    }
    try:
        boundaries = read_boundaries()
    except BoundariesMissing as missing:
        without = {"code": "boundaries_missing", "severity": "notice", "text": missing.message.as_json()}
        return Upload((*findings, without), **basics)
    found = overlaps(reading.geometry, boundaries)[:SHOWN_OVERLAPS]
    named = area_of([code for code in codes if code], boundaries)
    if named.geometry is not None:
        outside = outside_km2(reading.geometry, named.geometry)
        if outside >= 0.01:
            findings = (*findings, _outside(outside))
    return Upload(
        findings,
        **basics,
        overlaps=tuple(_overlap(one) for one in found),
        picture=draw(reading.geometry, boundaries.county_tree, {one.adcode for one in found}),
    )


def _finding(finding: object) -> dict[str, object]:
    return {"code": finding.code, "severity": finding.severity, "text": finding.message.as_json()}


def _outside(km2: float) -> dict[str, object]:
    text = Text(
        "界线有 {n} 平方千米在文字所列的区划之外，请核对。",
        "{n} km² of the outline [n:lies|lie] outside the divisions named in words; please check.",
    ).format(n=f"{km2:,.2f}")
    return {"code": "outside_divisions", "severity": "notice", "text": text.as_json()}


def _overlap(overlap: object) -> dict[str, object]:
    return {
        "adcode": overlap.adcode,
        "km2": round(overlap.km2, 2),
        "share": round(overlap.share_of_outline, 4),
        "of_division": round(overlap.share_of_division, 4),
    }


def draw(outline: "BaseGeometry", counties: tuple, inside: set[str]) -> dict[str, object]:
    """The outline over the counties around it as paths of a plain drawing, north up."""
    import shapely

    west, south, east, north = _frame(outline.bounds)
    scale = PICTURE_WIDTH / ((east - west) * _squeeze(south, north))
    height = round((north - south) * scale)
    codes, shapes, tree = counties
    frame = shapely.box(west, south, east, north)
    across = scale * _squeeze(south, north)

    def path(shape: "BaseGeometry") -> str:
        simple = shapely.simplify(shapely.intersection(shape, frame), 0.7 / scale)
        return " ".join(_ring(ring, west, north, across, scale) for ring in _rings(simple))

    near = sorted(int(at) for at in tree.query(frame, predicate="intersects"))
    drawn = [{"adcode": codes[at], "path": path(shapes[at]), "inside": codes[at] in inside} for at in near]
    return {
        "width": PICTURE_WIDTH,
        "height": height,
        "outline": path(outline),
        "counties": [one for one in drawn if one["path"]],
        "labels": [_label(codes[at], shapes[at], frame, west, north, across, scale) for at in near],
    }


def _frame(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The bounds with a margin, kept between the flattest and the tallest picture."""
    west, south, east, north = bounds
    wide, tall = max(east - west, 0.02) * (1 + 2 * MARGIN), max(north - south, 0.02) * (1 + 2 * MARGIN)
    squeeze = _squeeze(south, north)
    tall = max(tall, wide * squeeze * PICTURE_LEAST_HEIGHT / PICTURE_WIDTH)
    wide = max(wide, tall / squeeze * PICTURE_WIDTH / PICTURE_MOST_HEIGHT)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def _squeeze(south: float, north: float) -> float:
    """How much shorter a degree of longitude is than one of latitude in the middle of the picture."""
    from math import cos, radians

    return cos(radians((south + north) / 2))


def _rings(shape: "BaseGeometry") -> Iterable:
    import shapely

    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors


def _ring(ring: object, west: float, north: float, across: float, down: float) -> str:
    points = [f"{(x - west) * across:.1f} {(north - y) * down:.1f}" for x, y in ring.coords]
    return f"M{points[0]}L{' '.join(points[1:])}Z" if len(points) > 3 else ""


def _label(
    code: str,
    shape: "BaseGeometry",
    frame: "BaseGeometry",
    west: float,
    north: float,
    across: float,
    down: float,
) -> dict[str, object]:
    point = shape.intersection(frame).representative_point()
    return {"adcode": code, "x": round((point.x - west) * across), "y": round((north - point.y) * down)}


def division_names(upload: Mapping[str, object]) -> dict[str, Text]:
    """The names of every division in a picture and its list of overlaps, in one query."""
    codes = {one["adcode"] for one in upload.get("overlaps", ())}
    codes |= {one["adcode"] for one in (upload.get("picture") or {}).get("labels", ())}
    return {code: Text(region.name_zh, region.name_en) for code, region in regions_by_code(codes).items()}
