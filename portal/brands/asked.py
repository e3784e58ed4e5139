"""The filters of the list of brands as they stand in an address, for the page and for the API."""

from flask import request

from portal.brands.queries import Asked
from portal.brands.rules import BrandKind, BrandStatus
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.regions.queries import find_region


def read_asked() -> Asked:
    """The filters of the list; a value that does not exist is refused rather than ignored."""
    asked = Asked(
        q=request.args.get("q", "").strip(),
        kind=request.args.get("kind", ""),
        status=request.args.get("status", ""),
        region=request.args.get("region", ""),
    )
    wrong = {}
    if asked.kind and asked.kind not in list(BrandKind):
        wrong["kind"] = Text("没有这个种类", "There is no such kind")
    if asked.status and asked.status not in list(BrandStatus):
        wrong["status"] = Text("没有这个状态", "There is no such state")
    if asked.region and find_region(asked.region) is None:
        wrong["region"] = Text("没有这个行政区划代码", "There is no division with this code")
    if wrong:
        raise RuleBroken(Text("地址中的条件不正确", "A condition in the address is not right"), wrong)
    return asked
