"""Edits of the producing area and of the regions of a GI: divisions in, divisions out, with their history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.lib.problems import Outdated, RuleBroken
from portal.lib.text import Text
from portal.proposals.record_edits import Facts, state_seen
from portal.regions.models import Region
from portal.regions.queries import regions_by_code

NONE_NAMED = "未列区划"


@dataclass(frozen=True)
class Move:
    """That the area itself changed, as the official says it: when, and on what ground. Not given where
    the record was only put right."""

    date: str | None
    note: Facts | None
    sources: list[str]
    support: str


def units_of(facts: Facts) -> list[Facts]:
    return list((facts.get("area") or {}).get("units", []))


def unit_name(unit: Facts) -> str:
    name = unit.get("name_now") or unit["name_in_source"]
    part = unit.get("part")
    return f"{name}（{part['zh']}）" if part else name


def unit_texts(units: Sequence[Facts]) -> list[Text]:
    """The divisions of an area in both languages; one without a code has only the name of its source."""
    regions = regions_by_code(unit["code"] for unit in units if unit.get("code"))
    return [_unit_text(unit, regions.get(unit.get("code") or "")) for unit in units]


def _unit_text(unit: Facts, region: Region | None) -> Text:
    name = unit_name(unit)
    if region is None:
        return Text(name, name)
    part = unit.get("part")
    return Text(name, f"{region.name_en} ({part['en']})" if part else region.name_en)


def change_area(
    value: Facts, joining: Sequence[Region], leaving: set[int], move: Move | None, seen: str
) -> Callable[[Facts], Facts]:
    """Fill in the area; divisions that come and go leave a line in the area's own history if they moved."""

    def change(facts: Facts) -> Facts:
        _refuse_stale(facts.get("area"), seen)
        area = dict(facts.get("area") or {})
        units = units_of(facts)
        known = {unit.get("code") for unit in units}
        new = [_unit(region) for region in joining if region.adcode not in known]
        kept = [unit for at, unit in enumerate(units) if at not in leaving]
        history = [*area.get("history", [])]
        if move and new:
            history.append(_line("joined", units, [*units, *new], move))
        if move and len(kept) < len(units):
            history.append(_line("left", [*units, *new], [*kept, *new], move))
        untouched = {name: area[name] for name in ("coordinates_usable", "bbox") if name in area}
        after = {**untouched, **value, "units": [*kept, *new], "history": history}
        return {**facts, "area": {name: one for name, one in after.items() if one or name == "units"}}

    return change


def _unit(region: Region) -> Facts:
    return {"name_in_source": region.name_zh, "name_now": region.name_zh, "code": region.adcode}


def _line(kind: str, before: list[Facts], after: list[Facts], move: Move) -> Facts:
    line: Facts = {
        "kind": kind,
        "before": "、".join(map(unit_name, before)) or NONE_NAMED,
        "after": "、".join(map(unit_name, after)) or NONE_NAMED,
        "sources": move.sources,
        "support": move.support,
    }
    return line | {name: one for name, one in (("date", move.date), ("note", move.note)) if one}


def change_regions(
    joining: Sequence[Region], leaving: set[int], value: Facts, seen: str
) -> Callable[[Facts], Facts]:
    """The divisions a GI belongs to; they decide which officials keep it."""

    def change(facts: Facts) -> Facts:
        regions = dict(facts.get("regions") or {})
        _refuse_stale(regions or None, seen)
        places = [place for at, place in enumerate(regions.get("places", [])) if at not in leaving]
        known = {place["code"] for place in places}
        new = [{"code": r.adcode, "name": r.name_zh} for r in joining if r.adcode not in known]
        if not places and not new:
            text = Text("至少要有一个所在地区", "A GI belongs to at least one division")
            raise RuleBroken(text, {"places": text})
        return {**facts, "regions": {**value, "places": [*places, *new]}}

    return change


def _refuse_stale(value: object, seen: str) -> None:
    if state_seen(value) != seen:
        raise Outdated(
            Text(
                "您打开页面之后，这一部分已经变了。您填写的内容还在，请核对后再存",
                "This part changed after you opened the page. What you typed is kept; check and store it",
            )
        )
