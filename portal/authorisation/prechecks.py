"""Before applying: what can be answered at once about a GI and a place, without an account."""

from dataclasses import dataclass

from portal.authorisation import words
from portal.authorisation.answers import required_papers
from portal.authorisation.places import FIT_TONES, POINT_WORDS, point_answer
from portal.authorisation.queries import approval_route, route_for
from portal.authorisation.rules import (
    ACTING,
    DUE_WORKING_DAYS,
    TRACK_OF_KIND,
    Paper,
    Purpose,
    State,
    Track,
    stations,
)
from portal.catalogue.models import Indication, Protection
from portal.catalogue.rules import SUPPORT_NAMES, Kind
from portal.lib.text import Text
from portal.producers.rules import PlaceFit, place_fit
from portal.regions.rules import covers


@dataclass(frozen=True)
class PlaceAnswer:
    tone: str
    text: Text
    by: Text


@dataclass(frozen=True)
class Way:
    """One track: who decides, in which steps, how long, with which papers."""

    protection: Protection
    kind: Text
    track: Text
    route: Text
    source: Text | None
    steps: list[tuple[Text, int | None]]
    total_days: int | None
    open_ended: bool
    papers: list[Text]


def place_answer(
    indication: Indication, adcode: str, lon: float | None, lat: float | None
) -> PlaceAnswer | None:
    """By the point where one is given and the area has an outline, else by the division."""
    if lon is not None and lat is not None:
        answer = point_answer(indication, lon, lat)
        if answer.inside is not PlaceFit.UNKNOWN:
            return PlaceAnswer(answer.tone, answer.text, Text("按经纬度比对", "by the point"))
    if not adcode:
        return None
    units = [unit.code for unit in indication.units]
    if units:
        fit = place_fit(adcode, units)
        return PlaceAnswer(
            FIT_TONES[fit], _FIT_SAID[fit], Text("按登记的产地范围比对", "by the area on record")
        )
    inside = any(covers(region.adcode, adcode) for region in indication.regions)
    return _by_region(inside)


def _by_region(inside: bool) -> PlaceAnswer:
    by = Text(
        "登记簿没有逐乡镇的产地范围，只能按所在地区比对",
        "no township list on record; compared with the region only",
    )
    if inside:
        return PlaceAnswer(
            "watch",
            Text(
                "在产地所在的地区内，是否在范围内由受理部门认定",
                "In the region of the GI; the office decides whether it is inside",
            ),
            by,
        )
    return PlaceAnswer("negative", Text("不在产地所在的地区内", "Outside the region of the GI"), by)


_FIT_SAID = {
    PlaceFit.INSIDE: Text("在产地范围内", "Inside the producing area"),
    PlaceFit.PARTLY: Text(
        "只有一部分在产地范围内，请选到乡镇", "Only part of it is inside; choose the township"
    ),
    PlaceFit.OUTSIDE: Text(
        "不在产地范围内，不能申请", "Outside the producing area; it cannot be applied for"
    ),
    PlaceFit.UNKNOWN: POINT_WORDS[PlaceFit.UNKNOWN],
}


def ways_of(indication: Indication, adcode: str) -> list[Way]:
    """Every track that is open for this GI, in the order in which its protections stand."""
    home = adcode or (indication.regions[0].adcode if indication.regions else "")
    open_ = [
        p
        for p in indication.protections
        if p.status == "in_force" and p.withdrawn_on is None and p.kind in TRACK_OF_KIND
    ]
    return [_way(protection, home) for protection in open_]


def _way(protection: Protection, adcode: str) -> Way:
    kind = Kind(protection.kind)
    track = TRACK_OF_KIND[kind]
    route = route_for(track, adcode)
    line = [state for state in stations(route, adcode) if state in ACTING]
    days = [DUE_WORKING_DAYS.get(state) for state in line]
    known = [number for number in days if number]
    return Way(
        protection,
        Kind(kind).text,
        words.TRACK_NAMES[track],
        words.ROUTE_NAMES[route],
        route_source(track, adcode),
        [(words.STATION_NAMES[state], number) for state, number in zip(line, days, strict=True)],
        sum(known) if known else None,
        None in days or State.NATIONAL_DECISION in line,
        [words.PAPER_NAMES[Paper(paper)] for paper in required_papers(Purpose.NEW, track)],
    )


def route_source(track: Track, adcode: str) -> Text | None:
    """Where it is said who approves the special mark, and how good a source that is."""
    if track is not Track.SPECIAL_MARK:
        return None
    found = approval_route(adcode)
    if found is None:
        return Text(
            "没有查到本省的规定，按国家知识产权局核准办理",
            "No rule of this province was found; the national office is taken to decide",
        )
    source = Text("{said}（{kind}，请核对）", "{said} ({kind}; please check)")
    return source.format(said=Text(found.source_zh, found.source_en), kind=SUPPORT_NAMES[found.support])
