"""What an adcode says by itself (GB/T 2260): its level, what it stands in, what it covers."""

from gi_data.divisions import NATION, scope_prefix
from portal.lib.said import Worded
from portal.lib.text import Text

__all__ = ["NATION", "Level", "county_of", "covers", "line_of", "scope_prefix"]


class Level(Worded):
    PROVINCE = "province", Text("省级", "province")
    PREFECTURE = "prefecture", Text("地级", "prefecture")
    COUNTY = "county", Text("县级", "county")
    TOWNSHIP = "township", Text("乡级", "township")


def covers(scope: str, adcode: str) -> bool:
    """Whether a division lies in the scope (or is the scope)."""
    return adcode.startswith(scope_prefix(scope))


def county_of(adcode: str) -> str:
    """The county-level code of a township code; any other code as it is."""
    return adcode[:6]


def line_of(adcode: str) -> list[str]:
    """The codes above a division and its own, highest first: 150000, 150800, 150821."""
    line = [adcode[:2] + "0000", adcode[:4] + "00", adcode[:6], adcode]
    return list(dict.fromkeys(line))
