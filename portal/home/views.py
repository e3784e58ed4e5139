"""The front page: the question most people come with, what the register holds, what is new in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, send_from_directory, url_for

from portal.catalogue.index import Asked, look_up
from portal.catalogue.rules import Kind, Status
from portal.lib.text import Text
from portal.ratios.queries import RatioFilter, holds_demo, outcome_counts, years_published
from portal.ratios.rules import TARGET_PERCENT, Outcome
from portal.regions.queries import regions_by_code
from portal.register import queries
from portal.register.models import Entry
from portal.register.views import describe_all

blueprint = Blueprint("home", __name__)

LATEST, LOOKED_AT = 5, 60
REGIONS_SHOWN = ("640500", "150200", "150800", "152200")


@dataclass(frozen=True)
class Door:
    """A way in for one kind of visitor; shown only where its page exists."""

    title: Text
    words: Text
    endpoint: str
    icon: str


DOORS = (
    Door(
        Text("核验一个商家", "Check a seller"),
        Text(
            "输入统一社会信用代码、许可编号或包装上的编码，看今天能不能用这个名称。",
            "Type a social credit code, a licence number or a package code: may it use the name today?",
        ),
        "verification.ask",
        "shield-check",
    ),
    Door(
        Text("发现假冒", "Report a fake"),
        Text(
            "买到或看到冒用的标志，说清东西和地点就行，可以不留名；凭编号查办理。",
            "Seen or bought a false mark? Say what and where, with or without your name; "
            "a number tells how it goes.",
        ),
        "tips.new",
        "flag",
    ),
    Door(
        Text("申请用标之前", "Before you apply"),
        Text(
            "不用登录，几个问题就知道够不够格、走哪条路、要什么材料、多久有结果。",
            "A few questions, no account: do you qualify, which way, which papers, how long.",
        ),
        "authorisation.precheck",
        "clipboard-check",
    ),
    Door(
        Text("看地图", "See the map"),
        Text(
            "产地范围一目了然；说得出一个地点，就能知道它属于哪些地理标志。",
            "The producing areas at a glance; name a place and see which GIs it belongs to.",
        ),
        "catalogue_map.show_map",
        "map",
    ),
    Door(
        Text("看品牌", "See the brands"),
        Text(
            "天赋河套、金翠九源、固阳八宝……谁发起，收了哪些产品，不保证什么。",
            "Tianfu Hetao, Jincui Jiuyuan, the eight treasures of Guyang: who runs them, what they hold, "
            "and what they do not promise.",
        ),
        "brands.show_list",
        "award",
    ),
    Door(
        Text("对照规划", "Compare with the plans"),
        Text(
            "五份规划里关于地理标志的每个指标：基数、目标、现状、出处，互相矛盾的也并列。",
            "Every GI figure of the five plans: base, target, actual, source, and where they disagree.",
        ),
        "targets.show_list",
        "target",
    ),
)


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """Asked for by browsers wherever an answer that is no page, a picture say, cannot name an icon."""
    return send_from_directory(current_app.static_folder, "img/seal-180.png", max_age=86_400)


@blueprint.get("/")
def show() -> str:
    everything = look_up(Asked(), filters=("kind", "status"))
    newest = queries.rows(queries.public_entries(queries.EntryFilter()).limit(LOOKED_AT))
    places = regions_by_code(REGIONS_SHOWN)
    return render_template(
        "home/home.html",
        total=len(everything.rows),
        in_force=everything.counts["status"][Status.IN_FORCE],
        kinds=[(kind, kind.text, everything.counts["kind"][kind]) for kind in Kind],
        regions=[(places[c], _in_region(c)) for c in REGIONS_SHOWN if c in places],
        doors=[(d, url_for(d.endpoint)) for d in DOORS if d.endpoint in current_app.view_functions],
        shares=_shares(),
        target=TARGET_PERCENT,
        latest=describe_all(one_each(newest)[:LATEST]),
        catalogue="catalogue.show_list" in current_app.view_functions,
    )


def _in_region(code: str) -> int:
    return len(look_up(Asked(region=code), filters=()).rows)


def _shares() -> dict[str, object] | None:
    """How many GIs reach both shares in the newest published year; nothing before the first publication."""
    years = years_published()
    if not years:
        return None
    counts = outcome_counts(RatioFilter(year=years[0]))
    return {
        "year": years[0],
        "demo": holds_demo(years[0]),
        "total": sum(counts.values()),
        "met": counts.get(Outcome.MET, 0),
        "counts": [(one, counts[one]) for one in Outcome if counts.get(one)],
    }


def one_each(entries: Iterable[Entry]) -> list[Entry]:
    """The newest entry about each subject; the years of one share are one subject."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        seen.setdefault(entry.subject.partition("/")[0], entry)
    return list(seen.values())
