"""The filters of indicators and programmes as they stand in an address, for the pages and the API."""

from flask import request

from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.queries import find_region
from portal.targets.rules import (
    Outcome,
)

PARTS = ("gi_brand_mark", "other_ip")


def read_region() -> Region | None:
    """The region asked for; a code that does not exist is refused rather than ignored."""
    code = request.args.get("region", "")
    region = find_region(code) if code else None
    if code and region is None:
        raise _wrong("region", Text("没有这个行政区划代码", "There is no division with this code"))
    return region


def read_outcome() -> Outcome | None:
    asked = request.args.get("outcome", "")
    if asked and asked not in list(Outcome):
        raise _wrong("outcome", Text("没有这个状态", "There is no such state"))
    return Outcome(asked) if asked else None


def _wrong(name: str, text: Text) -> RuleBroken:
    return RuleBroken(Text("地址中的条件不正确", "A condition in the address is not right"), {name: text})
