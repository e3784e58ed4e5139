"""A point on the ground as somebody gives it: two decimal numbers, refused by name where they are none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.lib.problems import RuleBroken
from portal.lib.text import Text

DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,18})?")
BOUNDS = {"lon": 180, "lat": 90}
NAMES = {"lon": Text("经度", "Longitude"), "lat": Text("纬度", "Latitude")}

# What people paste: full-width digits and signs, a degree sign, a leading E or N.
SPELLINGS = str.maketrans("０１２３４５６７８９．－＋", "0123456789.-+", " 　°ENen东经北纬")


@dataclass(frozen=True)
class Point:
    lon: float
    lat: float


def point_asked(args: Mapping[str, str]) -> Point:
    """The point in an address, or a refusal that names what is wrong."""
    point, faults = point_typed(args)
    if point is None:
        faults = faults or {name: Text("必须给出", "Must be given") for name in BOUNDS}
        raise RuleBroken(Text("这不是一个地点", "That is not a place"), faults)
    return point


def point_typed(args: Mapping[str, str]) -> tuple[Point | None, dict[str, Text]]:
    """The point that was typed and, by field, what is wrong; nothing typed is no fault."""
    typed = {name: args.get(name, "").strip() for name in BOUNDS}
    if not any(typed.values()):
        return None, {}
    values = {name: _degrees(name, text) for name, text in typed.items()}
    faults = {name: value for name, value in values.items() if isinstance(value, Text)}
    return (None, faults) if faults else (Point(values["lon"], values["lat"]), {})


def _degrees(name: str, typed: str) -> float | Text:
    plain, most = typed.translate(SPELLINGS), BOUNDS[name]
    if not plain:
        return Text("请填写{name}", "Give the {name}").format(name=_lower(NAMES[name]))
    if not DECIMAL.fullmatch(plain) or abs(float(plain)) > most:
        return Text(
            "{name}应为 -{most} 到 {most} 之间的小数，如 {example}",
            "The {name} is a decimal number from -{most} to {most}, such as {example}",
        ).format(name=_lower(NAMES[name]), most=most, example="105.68" if name == "lon" else "37.49")
    return float(plain)


def _lower(name: Text) -> Text:
    return Text(name.zh, name.en.lower())
