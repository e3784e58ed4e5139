"""What an adcode says by itself (GB/T 2260): its level, what it stands in, what it covers."""

from enum import StrEnum

from portal.lib.text import Text

NATION = "000000"


class Level(StrEnum):
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"


LEVEL_NAMES = {
    Level.PROVINCE: Text("省级", "province"),
    Level.PREFECTURE: Text("地级", "prefecture"),
    Level.COUNTY: Text("县级", "county"),
    Level.TOWNSHIP: Text("乡级", "township"),
}


def scope_prefix(adcode: str) -> str:
    """The beginning that every code inside this division shares: 150000 → 15, 150800 → 1508."""
    if adcode == NATION:
        return ""
    if len(adcode) == 6 and adcode.endswith("0000"):
        return adcode[:2]
    if len(adcode) == 6 and adcode.endswith("00"):
        return adcode[:4]
    return adcode


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
