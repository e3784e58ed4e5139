"""Shapes as SVG path data inside a frame."""

from collections.abc import Iterable, Sequence

from maps.projection import Box, Frame
from maps.topology import Point, Polygon

# Points nearer than this to the one before are left out: a picture is looked at as it is.
LEAST_STEP = 0.9


def polygon_path(polygons: Iterable[Polygon], frame: Frame) -> str:
    """All rings in one path, to be filled by the even-odd rule."""
    return "".join(_path(ring, frame, closed=True) for rings in polygons for ring in rings)


def line_path(lines: Iterable[Sequence[Point]], frame: Frame) -> str:
    return "".join(_path(line, frame, closed=False) for line in lines)


def _path(points: Sequence[Point], frame: Frame, closed: bool) -> str:
    placed = _thinned([frame.place(lon, lat) for lon, lat in points])
    if len(placed) < (3 if closed else 2) or not _may_be_seen(placed, frame):
        return ""
    return _written(placed[:-1] if closed else placed) + ("z" if closed else "")


def _written(points: Sequence[Point]) -> str:
    """Tenths of a unit, each point as the step from the one before: half as long, and it compresses well."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [
        (x - before_x, y - before_y) for (before_x, before_y), (x, y) in zip(tenths, tenths[1:], strict=False)
    ]
    start = f"M{_decimal(tenths[0][0])} {_decimal(tenths[0][1])}"
    return start + "l" + " ".join(f"{_decimal(x)} {_decimal(y)}" for x, y in steps)


def _decimal(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest}"


def _thinned(points: Sequence[Point]) -> list[Point]:
    if not points:
        return []
    kept = [points[0]]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= LEAST_STEP:
            kept.append((x, y))
    kept.append(points[-1])
    # An island smaller than a dot is still drawn, as a dot.
    if len(kept) < 4 and points[0] == points[-1]:
        x, y = kept[0]
        return [(x, y), (x + LEAST_STEP, y), (x + LEAST_STEP, y + LEAST_STEP), (x, y + LEAST_STEP)]
    return kept


def _may_be_seen(points: Sequence[Point], frame: Frame) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) >= 0 and min(xs) <= frame.width and max(ys) >= 0 and min(ys) <= frame.height


def box_around(ring: Sequence[Point]) -> Box:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return min(lons), min(lats), max(lons), max(lats)


def touch(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
