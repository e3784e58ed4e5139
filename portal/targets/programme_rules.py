"""Which stages a zone, project or station has, what the national rule asks of a zone, what is due when."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.targets.rules import first_day, last_day, sorted_out

Facts = Mapping[str, object]


class Stage(Said):
    PLANNED = "planned", Text("规划提出", "planned"), "neutral"
    UNDER_WAY = "under_way", Text("在建", "under way"), "waiting"
    REPORTED = "reported", Text("见于报道", "reported"), "neutral"
    LISTED = "listed", Text("已列入", "listed"), "positive"
    IN_PLACE = "in_place", Text("已设立", "in place"), "positive"
    ACCEPTED = "accepted", Text("已认定", "accepted"), "positive"
    ENDED = "ended", Text("已结束", "ended"), "ended"


STANDING_STAGES = frozenset({Stage.LISTED, Stage.IN_PLACE, Stage.ACCEPTED})
"""Stages at which a programme exists and is counted."""

PROGRAMME_NAMES = {
    "zone": Text("国家地理标志保护示范区", "National GI protection demonstration zone"),
    "promotion_project": Text("地理标志运用促进工程", "GI promotion project"),
    "key_contact_list": Text("重点联系指导名录", "Key contact list"),
    "advantage_area": Text("中国特色农产品优势区", "Speciality farm product advantage area"),
    "pilot_enterprises": Text("试点企业和龙头企业", "Pilot and leading firms"),
    "brand_station": Text("商标品牌指导站", "Trade mark and brand guidance station"),
    "gi_station": Text("地理标志工作站", "GI work station"),
    "rights_station": Text("维权援助分中心和工作站", "Rights-aid centre or station"),
    "guidance_station": Text("知识产权指导服务站", "IP guidance station"),
    "information_station": Text("信息公共服务网点", "Public information outlet"),
    "exhibition_centre": Text("展示交易中心", "Exhibition and trade centre"),
    "standards_body": Text("标准化组织", "Standards body"),
    "traceability": Text("溯源体系", "Tracing system"),
    "traditional_knowledge_pilot": Text("传统知识试点县", "Traditional-knowledge pilot county"),
    "rewards": Text("奖励政策", "Rewards"),
}
ZONE_KINDS = ("zone",)
PROJECT_KINDS = (
    "promotion_project", "key_contact_list", "advantage_area", "pilot_enterprises", "traceability",
    "exhibition_centre", "standards_body", "traditional_knowledge_pilot", "rewards",
)  # fmt: skip
STATION_KINDS = ("brand_station", "gi_station", "rights_station", "guidance_station", "information_station")


def current_stage(stages: Sequence[Facts]) -> Stage:
    """The last stage in the record: stages are listed in the order they were reached."""
    return Stage(stages[-1]["stage"])


# ---- the national rule on zones (国知办发保字〔2021〕4号)

ZONE_RULES = "law-zone-rules"


class Check(Said):
    MET = "met", Text("符合", "met"), "positive"
    NOT_MET = "not_met", Text("不符合", "not met"), "negative"
    UNDETERMINED = "undetermined", Text("尚不能定", "undetermined"), "watch"
    INCONSISTENT = "inconsistent", Text("数据矛盾", "inconsistent"), "watch"
    NOT_PUBLISHED = "not_published", Text("尚未公布", "not yet published"), "neutral"
    NOT_COMPUTED = "not_computed", Text("尚未计算", "not yet computed"), "neutral"
    UNKNOWN = "unknown", Text("未知", "unknown"), "neutral"


ZONE_YEARS = 3


def protected_long_enough(dates: Iterable[str], on: date) -> Check:
    """Whether some protection is three years old on a day; a date known only in part is read both ways.

    Met if even the latest day it can mean is old enough, not met if even the earliest is too young.
    """
    known = list(dates)
    if not known:
        return Check.UNKNOWN
    limit = years_before(on, ZONE_YEARS)
    if any(last_day(text) <= limit for text in known):
        return Check.MET
    return Check.UNKNOWN if any(first_day(text) <= limit for text in known) else Check.NOT_MET


def years_after(day: date, years: int) -> date:
    return years_before(day, -years)


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 29 February becomes 28 February."""
    last = monthrange(day.year - years, day.month)[1]
    return date(day.year - years, day.month, min(day.day, last))


# ---- what officials state of a condition, each with its document


class Proof(Worded):
    POLICY = "policy", Text("政策保障文件", "policy document")
    GRAVE_EVENT = "grave_event", Text("重大事件、通报或曝光", "grave event, notification or exposure")
    NONE_FOUND = "none_found", Text("查证三年内没有重大事件", "looked for: no grave event in three years")


LOOKED_FOR_DAYS = 366
"""A statement that nothing was found holds for a year; then somebody has to look again."""


def proofs_of(facts: Facts, kind: Proof, first: date, last: date) -> list[Facts]:
    """What is on record of one kind from one day to another, newest first."""
    found = [one for one in facts.get("proofs", []) if one["kind"] == kind]
    between = [one for one in found if first.isoformat() <= one["date"] <= last.isoformat()]
    return sorted(between, key=lambda one: one["date"], reverse=True)


# ---- deadlines

SOON_DAYS = 60


@dataclass(frozen=True)
class Deadline:
    what: Text
    on: date
    days_left: int

    @property
    def tone(self) -> str:
        return "negative" if self.days_left < 0 else "watch" if self.days_left <= SOON_DAYS else "waiting"

    @property
    def text(self) -> Text:
        if self.days_left < 0:
            late = -self.days_left
            return Text("已过 {n} 天", "{n} [n:day|days] over").format(n=f"{late:,}")
        if self.days_left == 0:
            return Text("今天到期", "due today")
        return Text("还有 {n} 天", "{n} [n:day|days] left").format(n=f"{self.days_left:,}")


def deadlines_of(facts: Facts, today: date, summary_sent: bool = False) -> list[Deadline]:
    """What a zone or project has to have done by when, soonest first; what is only planned owes nothing."""
    newest, stage = facts["stages"][-1], current_stage(facts["stages"])
    due = []
    if newest.get("due"):
        due.append((Text("文件规定的期限", "Deadline set by the document"), last_day(newest["due"])))
    if facts["kind"] in ZONE_KINDS and stage is Stage.UNDER_WAY and newest.get("date"):
        built = years_after(last_day(newest["date"]), ZONE_YEARS)
        due.append((Text("筹建期三年届满", "The three years of building end"), built))
    if facts["kind"] in ZONE_KINDS and stage in OWING:
        due.append(
            (
                Text("年度总结经省级报送", "Yearly summary, through the province"),
                next_summary(today, summary_sent),
            )
        )
    return sorted((Deadline(what, on, (on - today).days) for what, on in due), key=lambda one: one.on)


OWING = frozenset({Stage.UNDER_WAY, Stage.ACCEPTED})
"""Stages at which a zone owes a yearly summary; one that a plan only intends owes none."""


def next_summary(today: date, sent: bool = False) -> date:
    """The yearly summary of a zone goes to the national office through the province by 31 December."""
    return date(today.year + sent, 12, 31)


# ---- how complete a record is

PROGRAMME_QUALITY: tuple[tuple[str, Text], ...] = (
    ("places", Text("地点", "place")),
    ("date", Text("阶段的日期", "dates of its stages")),
    ("number", Text("批准或认定的文号", "number of the decision")),
    ("gis", Text("涉及的地理标志", "GI")),
    ("contact", Text("联系方式", "contact")),
)


def programme_quality(facts: Facts) -> tuple[list[Text], list[Text]]:
    """What is known of a zone, project or station; a station is about no GI, only a station has a contact."""
    station = facts["kind"] in STATION_KINDS
    asked = [(field, name) for field, name in PROGRAMME_QUALITY if field != ("gis" if station else "contact")]

    def known(field: str) -> bool:
        if field in ("date", "number"):
            return any(stage.get(field) for stage in facts["stages"])
        return bool(facts.get(field))

    return sorted_out(asked, known)
