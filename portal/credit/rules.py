"""How a credit grade comes about: criteria with points, facts that meet them, what no longer counts and why.

The portal keeps no list of its own. A grade decides how often somebody is drawn for a check, nothing else;
who is on a statutory list is decided by the authorities named in STATUTORY_LISTS and only referred to here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.accounts.rules import Role
from portal.lib.said import Said, Worded
from portal.lib.text import Text

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}
PUBLISHERS = frozenset({Role.PROVINCE})

MOST_POINTS = 100
MOST_MONTHS = 120
WORDS_SHORTEST, WORDS_LONGEST = 10, 1000
# The time an office gives itself to answer; no rule found gives one.
ANSWER_WORKING_DAYS = 15


class Grade(Said):
    A = "A", Text("A 级 · 信用好", "A · good"), "positive"
    B = "B", Text("B 级 · 一般", "B · fair"), "neutral"
    C = "C", Text("C 级 · 较差", "C · poor"), "watch"
    D = "D", Text("D 级 · 差", "D · bad"), "negative"
    NONE = "none", Text("尚无记录，不评级", "Nothing on record, not graded"), "neutral"


@dataclass(frozen=True)
class Criterion:
    """`months`: how long a fact counts. `repair_months`: after how long it may be repaired; None: never."""

    key: str
    points: int
    months: int
    repair_months: int | None = None


@dataclass(frozen=True)
class Criteria:
    start: int
    a_from: int
    b_from: int
    c_from: int
    rows: Mapping[str, Criterion]


@dataclass(frozen=True)
class Fact:
    """Something that happened. `ref` names it for ever; `ended_on`: it no longer holds from that day."""

    producer_id: int
    key: str
    ref: str
    on: date
    source: Text
    url: str | None = None
    ended_on: date | None = None


class Standing(Said):
    COUNTED = "counted", Text("计入", "Counts"), "neutral"
    EXPIRED = "expired", Text("已过期，不再计入", "Expired, no longer counts"), "ended"
    OBJECTED = "objected", Text("异议成立，不计入", "Objection upheld, does not count"), "ended"
    REPAIRED = "repaired", Text("已修复，不再计入", "Repaired, no longer counts"), "ended"


@dataclass(frozen=True)
class Reason:
    key: str
    ref: str
    points: int
    on: date
    until: date
    standing: Standing
    source: Text
    url: str | None
    repair_from: date | None


def months_after(day: date, months: int) -> date:
    """The same day of a later month; its last day where there is no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - date.resolution).day))


def reasons_for(
    criteria: Criteria, facts: Iterable[Fact], granted: Mapping[str, Standing], day: date
) -> list[Reason]:
    """Every fact that the table knows, the newest first, with what it counts for on a day."""
    reasons = []
    for fact in facts:
        row = criteria.rows.get(fact.key)
        if row is None or fact.on > day:
            continue
        until = months_after(fact.ended_on or fact.on, row.months)
        standing = granted.get(fact.ref, Standing.COUNTED)
        if standing is Standing.COUNTED and day >= until:
            standing = Standing.EXPIRED
        repair_from = None
        if row.points < 0 and row.repair_months is not None:
            repair_from = months_after(fact.on, row.repair_months)
        reasons.append(
            Reason(
                fact.key, fact.ref, row.points, fact.on, until, standing, fact.source, fact.url, repair_from
            )
        )
    return sorted(reasons, key=lambda one: (one.on, one.ref), reverse=True)


def score_of(criteria: Criteria, reasons: Iterable[Reason]) -> int:
    counted = sum(one.points for one in reasons if one.standing is Standing.COUNTED)
    return max(0, min(100, criteria.start + counted))


def grade_of(criteria: Criteria, reasons: Iterable[Reason]) -> Grade:
    """Nobody is graded on nothing."""
    reasons = list(reasons)
    if not any(one.standing is Standing.COUNTED for one in reasons):
        return Grade.NONE
    score = score_of(criteria, reasons)
    for grade, least in ((Grade.A, criteria.a_from), (Grade.B, criteria.b_from), (Grade.C, criteria.c_from)):
        if score >= least:
            return grade
    return Grade.D


def criteria_faults(criteria: Criteria) -> dict[str, Text]:
    faults = {}
    if not 0 <= criteria.c_from < criteria.b_from < criteria.a_from <= 100:
        faults["thresholds"] = Text(
            "分数线应由高到低，在 0 与 100 之间", "Thresholds fall from A to C, 0 to 100"
        )
    if not 0 <= criteria.start <= 100:
        faults["start"] = Text("起评分应在 0 与 100 之间", "The start lies between 0 and 100")
    for row in criteria.rows.values():
        if not -MOST_POINTS <= row.points <= MOST_POINTS:
            faults[row.key] = Text("分值应在 -100 与 100 之间", "Points lie between -100 and 100")
        elif not 1 <= row.months <= MOST_MONTHS:
            faults[row.key] = Text("有效期应为 1 至 120 个月", "A fact counts for 1 to 120 months")
        elif row.repair_months is not None and not 0 <= row.repair_months <= row.months:
            faults[row.key] = Text("修复等待期不能长于有效期", "The wait for repair cannot exceed the term")
    return faults


class RequestKind(Worded):
    OBJECTION = "objection", Text("异议", "Objection")
    REPAIR = "repair", Text("信用修复", "Repair")


class RequestState(Said):
    OPEN = "open", Text("待答复", "Waiting for an answer"), "waiting"
    GRANTED = "granted", Text("成立", "Granted"), "positive"
    REFUSED = "refused", Text("不成立", "Refused"), "ended"


# What answers an objection; a repair is allowed or not.
REPAIR_ANSWERS = {
    RequestState.GRANTED: Text("准予修复", "Repair allowed"),
    RequestState.REFUSED: Text("不予修复", "Repair not allowed"),
}


def said_of(kind: RequestKind, state: RequestState) -> Text:
    return REPAIR_ANSWERS.get(state, state.text) if kind is RequestKind.REPAIR else state.text


STANDING_OF = {RequestKind.OBJECTION: Standing.OBJECTED, RequestKind.REPAIR: Standing.REPAIRED}


def may_ask(kind: RequestKind, reason: Reason, day: date) -> bool:
    """Against whatever counts one may object; repaired can be what costs points, after its wait."""
    if reason.standing is not Standing.COUNTED or reason.points >= 0:
        return False
    return kind is RequestKind.OBJECTION or (reason.repair_from is not None and day >= reason.repair_from)


@dataclass(frozen=True)
class StatutoryList:
    key: str
    name: Text
    rule: Text
    kept_by: Text


_NATIONAL = Text("国家企业信用信息公示系统", "National Enterprise Credit Information Publicity System")
STATUTORY_LISTS = {
    one.key: one
    for one in (
        StatutoryList(
            "serious",
            Text("严重违法失信名单", "List of serious violations"),
            Text(
                "市场监督管理严重违法失信名单管理办法（总局令第44号）",
                "Measures on the List of Serious Violations in Market Regulation (SAMR Order 44)",
            ),
            _NATIONAL,
        ),
        StatutoryList(
            "abnormal",
            Text("经营异常名录", "List of abnormal operations"),
            Text("企业信息公示暂行条例", "Interim Regulations on Enterprise Information Disclosure"),
            _NATIONAL,
        ),
        StatutoryList(
            "ip",
            Text("知识产权失信行为认定", "IP dishonesty as found by CNIPA"),
            Text("知识产权信用管理规定", "Provisions on the Administration of Intellectual Property Credit"),
            Text("国家知识产权局", "CNIPA"),
        ),
    )
}
