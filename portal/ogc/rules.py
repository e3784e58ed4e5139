"""What OGC API Features says of itself, and how its parameters are read (OGC 17-069r4)."""

import re
from datetime import date

from portal.lib.problems import RuleBroken
from portal.lib.text import Text

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEFAULT_LIMIT = 10
MOST_ITEMS = 1000
# The box around everything the boundaries draw, islands in the south included.
EXTENT = (73.0, 3.0, 136.0, 54.0)

Box = tuple[float, float, float, float]
Interval = tuple[str, str]
NUMBER = re.compile(r"[+-]?([0-9]{1,12}(\.[0-9]{0,18})?|\.[0-9]{1,18})([eE][+-]?[0-9]{1,2})?")
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?"
)


def refused(name: str, zh: str, en: str) -> RuleBroken:
    return RuleBroken(Text("参数不正确", "A parameter is not right"), {name: Text(zh, en)})


def read_limit(typed: str | None) -> int:
    """More than is given at once is not wrong: the answer then holds as many as are given, and a link."""
    if typed is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,9}", typed) or int(typed) < 1:
        raise refused("limit", "应为正整数", "Must be a whole number above 0")
    return min(int(typed), MOST_ITEMS)


def read_offset(typed: str | None) -> int:
    if typed is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", typed):
        raise refused("offset", "应为整数", "Must be a whole number")
    return int(typed)


def read_boxes(typed: str | None) -> tuple[Box, ...]:
    """Four edges, or six with heights that say nothing here; a box across the date line is two."""
    if typed is None:
        return ()
    parts = [part.strip() for part in typed.split(",")]
    if len(parts) not in (4, 6) or not all(NUMBER.fullmatch(part) for part in parts):
        raise refused("bbox", "应为四个数：西,南,东,北", "Must be four numbers: west,south,east,north")
    edges = [float(part) for part in parts]
    west, south, east, north = edges if len(edges) == 4 else (*edges[0:2], *edges[3:5])
    if not (south <= north and -180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
        raise refused("bbox", "不是地面上的范围", "Not a box on the ground")
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def read_interval(typed: str | None) -> Interval | None:
    """An instant or an interval as two days; an open end is the end of the calendar."""
    if typed is None:
        return None
    parts = typed.split("/")
    if len(parts) > 2:
        raise _not_a_time()
    days = [_day(part) for part in parts]
    if len(days) == 1:
        if days[0] is None:
            raise _not_a_time()
        return days[0], days[0]
    first, last = days[0] or "0000-00-00", days[1] or "9999-99-99"
    if first > last:
        raise _not_a_time()
    return first, last


def _day(part: str) -> str | None:
    if part in ("", ".."):
        return None
    found = MOMENT.fullmatch(part)
    if not found:
        raise _not_a_time()
    try:
        date.fromisoformat(found[1])
    except ValueError:
        raise _not_a_time() from None
    return found[1]


def _not_a_time() -> RuleBroken:
    return refused(
        "datetime",
        "应写作 2024-05-01、2024-01-01/2024-12-31 或 2024-01-01/..",
        "Write it like 2024-05-01, 2024-01-01/2024-12-31 or 2024-01-01/..",
    )


def meets(since: str, asked: Interval) -> bool:
    """Whether what began then (known to a year, a month or a day) and has not ended falls into the time."""
    return (since + "-00-00")[:10] <= asked[1]
