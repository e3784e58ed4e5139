"""A place that an official types by its name or its code, or takes from the list offered while typing."""

from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.naming import could_be
from portal.regions.queries import find_region, search_regions

OFFERED_BY = "/office/rosters/places"


def place_shown(region: Region | None) -> str:
    """As the list offers it, so that it is read again as it stands."""
    return f"{region.name_zh} {region.adcode}" if region else ""


def places_typed(field: str, typed: str, scope: str) -> list[Region]:
    """Codes are taken as they are; a name is looked for in the official's own region first."""
    words = typed.split()
    found = {word: _by_code(field, word) for word in words if word.isdecimal()}
    named = {name for one in found.values() for name in (one.name_zh, one.name_en)}
    names = [word for word in words if word not in found and word not in named]
    for word in [" ".join(names)] if " ".join(names).isascii() and names else names:
        found[word] = _by_name(field, word, scope)
    return list({one.adcode: one for one in found.values()}.values())


def place_typed(field: str, typed: str, scope: str) -> Region:
    found = places_typed(field, typed, scope)
    if len(found) != 1:
        raise _wrong(field, Text("请只写一个地方", "Name one place only"))
    return found[0]


def _by_code(field: str, code: str) -> Region:
    region = find_region(code)
    if region is None:
        text = Text(
            "没有行政区划代码 {code}，可以写名称", "There is no division {code}; write its name instead"
        )
        raise _wrong(field, text.format(code=code))
    return region


def _by_name(field: str, name: str, scope: str) -> Region:
    found = search_regions(name, scope, limit=200) or search_regions(name, limit=200)
    same = [one for one in found if name.casefold() in (one.name_zh, one.name_en.casefold())]
    meant = same or found
    if len(meant) == 1:
        return meant[0]
    if not meant:
        text = Text(
            "没有叫“{name}”的地方，请写县、区、旗或市的名称",
            "No place is called “{name}”; name a county or city",
        )
        raise _wrong(field, text.format(name=name))
    text = Text(
        "“{name}”可能是：{listed}。请写全称或代码",
        "“{name}” may be {listed}: write the full name or the code",
    )
    raise _wrong(field, text.format(name=name, listed=could_be([one.adcode for one in meant])))


def _wrong(field: str, text: Text) -> RuleBroken:
    return RuleBroken(text, {field: text})
