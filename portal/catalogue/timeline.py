"""Everything dated that a record says of a GI, in one line of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.rules import AREA_CHANGE_NAMES, Kind, Status
from portal.lib.text import Text

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Event:
    """What happened on a day, in a month or a year, as exact as the source; None where no date is known."""

    on: str | None
    text: Text
    detail: object
    sources: tuple[str, ...]
    authority: bool = False


_HAPPENED = {
    Status.APPLIED: Text("{kind}：申请", "{kind}: applied for"),
    Status.PUBLISHED: Text("{kind}：公示", "{kind}: published for opposition"),
    Status.REFUSED: Text("{kind}：未获批准", "{kind}: refused"),
}
_REGISTERED = {
    Kind.GI_PRODUCT: Text("获得地理标志产品保护", "Protected as a GI product"),
    Kind.CERTIFICATION_MARK: Text("注册证明商标", "Registered as a certification mark"),
    Kind.COLLECTIVE_MARK: Text("注册集体商标", "Registered as a collective mark"),
    Kind.AGRI_GI: Text("登记为农产品地理标志", "Registered as an agricultural GI"),
}


def events(facts: Facts) -> list[Event]:
    """Oldest first; a year alone stands before the days of that year, what has no date at the end."""
    found = [
        *_protection_events(facts.get("protections", [])),
        *_honour_events(facts.get("honours", [])),
        *_production_events(facts.get("production")),
        *_area_events(facts.get("area", {}).get("history", [])),
    ]
    return sorted(found, key=lambda event: event.on or "9")


def _protection_events(protections: list[Facts]) -> Iterable[Event]:
    for one in protections:
        kind, status = Kind(one["kind"]), Status(one["status"])
        if status is Status.UNKNOWN:
            continue
        words = _HAPPENED.get(status, _REGISTERED[kind]).format(kind=Kind(kind).text)
        yield Event(one.get("date"), words, one.get("announcement"), _sources(one), authority=True)


def _honour_events(honours: list[Facts]) -> Iterable[Event]:
    for one in honours:
        name = one["name"]
        words = Text(f"荣誉：{name['zh']}", f"Honour: {name['en']}")
        yield Event(one.get("date"), words, one.get("number"), _sources(one))


def _production_events(production: Facts | None) -> Iterable[Event]:
    if production and production["status"] == "ended":
        words = Text("生产停止", "Production ended")
        yield Event(production.get("date"), words, production.get("note"), _sources(production))


def _area_events(history: list[Facts]) -> Iterable[Event]:
    for one in history:
        change = AREA_CHANGE_NAMES[one["kind"]]
        words = Text("产地区划{change}：{before} → {after}", "Division {change}: {before} → {after}").format(
            change=change, before=one["before"], after=one["after"]
        )
        yield Event(one.get("date"), words, one.get("note"), _sources(one))


def _sources(one: Facts) -> tuple[str, ...]:
    return tuple(one.get("sources", ()))
