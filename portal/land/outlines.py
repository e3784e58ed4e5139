"""The outline of a plot: from a file through the same checks as a producing area, or from typed corners.

The libraries that read files are heavy, so they are loaded by the first plot and not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.catalogue.point_asked import point_typed
from portal.lib.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_CORNERS = 2_000
MOST_KM2 = 500
MOST_BYTES = 20 * 1024 * 1024

TOO_FEW = Text("至少要三个角点", "At least three corners are needed")
TOO_MANY = Text("角点太多，请上传文件", "Too many corners; upload a file instead")
CROSSING = Text(
    "边线互相交叉，请按顺序沿着地边走一圈", "The border crosses itself; go round the field in order"
)
TOO_LARGE = Text("面积不合理，请核对坐标", "That cannot be a plot; check the coordinates")


@dataclass(frozen=True)
class Outline:
    """A shape, or what is wrong with what was given; `notices` say what was understood or repaired."""

    shape: BaseGeometry | None = None
    fault: Text | None = None
    notices: tuple[Text, ...] = ()


def from_file(content: bytes, encoding: str = "") -> Outline:
    from gi_data.outlines import read_outline

    reading = read_outline(content, encoding or None)
    said = [one.message for one in reading.findings]
    if reading.geometry is None:
        return Outline(fault=said[0] if said else Text("这个文件不能用", "This file cannot be used"))
    return _judged(reading.geometry, tuple(said))


def from_corners(typed: str) -> Outline:
    """One corner a line, longitude then latitude; the last joins the first by itself."""
    corners = []
    for number, line in enumerate(_lines(typed), 1):
        parts = line.replace("，", ",").replace("\t", ",").replace(";", ",").split(",")
        if len(parts) == 1:
            parts = line.split()
        point = point_typed(dict(zip(("lon", "lat"), parts, strict=False)))[0] if len(parts) == 2 else None
        if point is None:
            fault = Text(
                "第 {n} 行应为“经度, 纬度”，如 105.676, 37.491",
                "Line {n}: write longitude, latitude, such as 105.676, 37.491",
            )
            return Outline(fault=fault.format(n=number))
        corners.append((point.lon, point.lat))
    if len(corners) > MOST_CORNERS:
        return Outline(fault=TOO_MANY)
    if len(set(corners)) < 3:
        return Outline(fault=TOO_FEW)
    import shapely

    shape = shapely.Polygon(corners)
    return _judged(shape, ()) if shape.is_valid else Outline(fault=CROSSING)


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()][: MOST_CORNERS + 1]


def _judged(shape: BaseGeometry, notices: tuple[Text, ...]) -> Outline:
    return Outline(shape, None, notices) if fits_a_plot(shape) else Outline(fault=TOO_LARGE)


def fits_a_plot(shape: BaseGeometry) -> bool:
    from gi_data.areas import area_km2

    return 0.000001 <= area_km2(shape) <= MOST_KM2


def corners_of(wkb: bytes | None) -> str:
    """The corners of a plot of one ring as they would be typed; nothing for one with holes or parts."""
    if wkb is None:
        return ""
    import shapely

    parts = shapely.get_parts(shapely.from_wkb(wkb))
    if len(parts) != 1 or parts[0].geom_type != "Polygon" or parts[0].interiors:
        return ""
    ring = list(parts[0].exterior.coords)[:-1]
    return "\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat, *_ in ring) if len(ring) <= MOST_CORNERS else ""
