"""Checks by lot: states of a plan and of a check, what a sheet may say, and every limit.

The basis: 国发〔2019〕5号 (by lot, made public), 行政处罚法 art. 42 (at least two officers). The classes of
results and the days follow common practice and are to be checked against the province's own rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.accounts.rules import Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text

FEWEST_OFFICERS = 2
MOST_OFFICERS = 5
MOST_WANTED = 500
MOST_TICKETS = 50_000
MOST_WEIGHT = 20
TITLE_LONGEST = 120
REASON_SHORTEST, REASON_LONGEST = 10, 500
NOTE_LONGEST = 2000
SECRET_SHORTEST, SECRET_LONGEST = 16, 120
COMMITMENT = re.compile(r"[0-9a-f]{64}")
LICENCE_NUMBER = re.compile(r"[0-9A-Z-]{4,24}")
# 行政处罚法 and the rules on 双随机 set no number; these are the portal's own and can be typed over.
CORRECTION_WORKING_DAYS = 15
RECHECK_WORKING_DAYS = 10
PUBLISH_WORKING_DAYS = 20
REVEAL_WORKING_DAYS = 3
# Who committed and kept silent takes no part in a seed for this long.
SILENT_BARS_FOR = timedelta(days=365)
MOST_CORRECTION_DAYS = 60
MOST_PHOTOS = 12

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}
COMMITTERS = KEEPERS | {Role.INSPECTOR}


class PlanState(Said):
    DRAFT = "draft", Text("拟定中", "Being drafted"), "neutral"
    FROZEN = "frozen", Text("名单已冻结，等待种子", "Lists frozen, waiting for the seed"), "waiting"
    COMMITTED = "committed", Text("双方已承诺，等待揭示", "Both committed, waiting to be revealed"), "waiting"
    DRAWN = "drawn", Text("已抽取", "Drawn"), "positive"
    ABANDONED = "abandoned", Text("已放弃", "Abandoned"), "ended"


PUBLIC_STATES = tuple(state.value for state in PlanState if state is not PlanState.DRAFT)


class PlanStep(StrEnum):
    AMEND = "amend"
    FREEZE = "freeze"
    COMMIT = "commit"
    REVEAL = "reveal"
    ENTER_VALUE = "enter_value"
    DRAW_AGAIN = "draw_again"
    ABANDON = "abandon"


PLAN_MOVES: Mapping[PlanStep, frozenset[PlanState]] = {
    PlanStep.AMEND: frozenset({PlanState.DRAFT}),
    PlanStep.FREEZE: frozenset({PlanState.DRAFT}),
    PlanStep.COMMIT: frozenset({PlanState.FROZEN}),
    PlanStep.REVEAL: frozenset({PlanState.COMMITTED}),
    PlanStep.ENTER_VALUE: frozenset({PlanState.FROZEN, PlanState.COMMITTED}),
    PlanStep.DRAW_AGAIN: frozenset({PlanState.COMMITTED, PlanState.DRAWN}),
    PlanStep.ABANDON: frozenset({PlanState.DRAFT, PlanState.FROZEN, PlanState.COMMITTED}),
}
WHO: Mapping[PlanStep, frozenset[Role]] = {
    **dict.fromkeys(PlanStep, KEEPERS),
    PlanStep.COMMIT: COMMITTERS,
    PlanStep.REVEAL: COMMITTERS,
}


def may_take(step: PlanStep, state: PlanState, role: Role | None, region: str | None, adcode: str) -> bool:
    return state in PLAN_MOVES[step] and role in WHO[step] and scope_covers(region, adcode)


def stands_in(state: PlanState, reveal_by: date | None, named: str | None, today: date) -> bool:
    """Whether a public value that was named beforehand stands in for whoever did not reveal in time."""
    late = state is PlanState.COMMITTED and reveal_by is not None and today > reveal_by
    return late and bool(named)


class SeedKind(Worded):
    COMMIT = (
        "commit",
        Text("两人先承诺、后揭示：谁也不能单独决定", "Two people commit, then reveal: neither decides alone"),
    )
    LATER = (
        "later",
        Text(
            "事先写明、之后才产生的公开数值（如开奖号码）",
            "A public value named beforehand that does not exist yet, such as a lottery result",
        ),
    )


# What a plan of two people begins with; named before the lists are frozen, used only if somebody is silent.
USUAL_FALLBACK = Text(
    "揭示期限之后第一次开奖的双色球号码（六个红球从小到大和蓝球，以中国福利彩票公布的为准）",
    "the first double-colour lottery numbers drawn after the time to reveal (six red balls in order and the "
    "blue one, as China Welfare Lottery publishes them)",
)


def named_value(source: str | None) -> Text:
    """The public value as it was named; the usual one is said in both languages."""
    return USUAL_FALLBACK if source == USUAL_FALLBACK.zh else Text(source or "", source or "")


class SubjectClass(Worded):
    AUTHORISED = "authorised", Text("用标企业（授权有效）", "Authorised users")
    ROSTER = "roster", Text("名录内未用标的生产者", "Producers on the roster without a licence")


NO_GRADE = "none"
GRADES = ("A", "B", "C", "D", NO_GRADE)
USUAL_WEIGHTS = {"A": 1, "B": 2, "C": 4, "D": 8, NO_GRADE: 2}


def weights_are_monotone(weights: Mapping[str, int]) -> bool:
    """A worse grade is never drawn less often than a better one."""
    line = [weights.get(grade, 0) for grade in ("A", "B", "C", "D")]
    return line == sorted(line)


class Result(Said):
    PASSED = "passed", Text("未发现问题", "No problem found"), "positive"
    ON_THE_SPOT = "on_the_spot", Text("发现问题，当场改正", "A problem, put right on the spot"), "positive"
    ORDERED = "ordered", Text("发现问题，责令限期改正", "A problem, to be put right by a day"), "watch"
    CASE = "case", Text("发现问题，待后续处理", "A problem that goes further"), "negative"
    NOT_FOUND = "not_found", Text("通过登记的住所无法联系", "Not to be found at its address"), "watch"
    REFUSED = "refused", Text("不配合检查", "Did not cooperate"), "negative"
    CEASED = "ceased", Text("已停业", "Has ceased"), "ended"


FAILED = frozenset({Result.ORDERED, Result.CASE, Result.REFUSED})


class CheckState(Said):
    TO_DO = "to_do", Text("待检查", "To be checked"), "waiting"
    CORRECTING = "correcting", Text("改正中", "Being put right"), "watch"
    REPORTED = "reported", Text("已报告改正，待复查", "Said to be put right, to be re-checked"), "waiting"
    CLOSED = "closed", Text("已办结", "Closed"), "positive"
    VOID = "void", Text("作废（重新抽取）", "Void, drawn again"), "ended"


SHEET_POSSIBLE = frozenset({CheckState.TO_DO, CheckState.CORRECTING, CheckState.REPORTED})
UNDER_WAY = frozenset({CheckState.CORRECTING, CheckState.REPORTED})


def state_after(result: Result) -> CheckState:
    return CheckState.CORRECTING if result is Result.ORDERED else CheckState.CLOSED


class Mark(Worded):
    OK = "ok", Text("符合", "In order")
    PROBLEM = "problem", Text("有问题", "A problem")
    NOT_APPLICABLE = "na", Text("不涉及", "Not applicable")


@dataclass(frozen=True)
class SheetItem:
    key: str
    text: Text
    basis: Text


_SPECIAL = Text("《地理标志专用标志使用管理办法》", "Measures on the special mark")
_PRODUCTS = Text("《地理标志产品保护办法》", "Measures on GI products")
ITEMS = (
    SheetItem(
        "licence", Text("授权有效，产品在授权范围内", "Licence in force, the goods are its goods"), _SPECIAL
    ),
    SheetItem("mark", Text("专用标志样式完整、未变形", "The mark is whole and not distorted"), _SPECIAL),
    SheetItem(
        "code",
        Text("标志指定位置标明统一社会信用代码", "The USCC stands at its place in the mark"),
        _SPECIAL,
    ),
    SheetItem(
        "name",
        Text("同时使用地理标志名称和标准或公告号", "GI name with standard or announcement number"),
        _SPECIAL,
    ),
    SheetItem("origin", Text("产品、原料来自产地范围", "Goods and materials come from the area"), _PRODUCTS),
    SheetItem("process", Text("生产加工符合标准或规范", "Made as the standard says"), _PRODUCTS),
    SheetItem("test", Text("有期限内的检验报告", "A test report that is still good"), _PRODUCTS),
    SheetItem("records", Text("用标、批次和销售记录可查", "Records of marks, batches and sales"), _PRODUCTS),
)
ITEM_KEYS = tuple(item.key for item in ITEMS)


def sheet_faults(
    marks: Mapping[str, Mark], result: Result | None, officers: int, needs_recheck: bool
) -> dict[str, Text]:
    """What a sheet cannot be handed in without. Items are left open only where nobody could look."""
    faults = {}
    if result is None:
        return {"result": Text("请选择检查结果", "Choose the result")}
    looked = result not in (Result.NOT_FOUND, Result.REFUSED, Result.CEASED)
    if looked and set(ITEM_KEYS) - set(marks):
        faults["items"] = Text("每一项都要选", "Choose for every item")
    problems = Mark.PROBLEM in marks.values()
    if problems and result is Result.PASSED:
        faults["result"] = Text(
            "有问题的项目与“未发现问题”矛盾", "An item has a problem, so it is not in order"
        )
    if looked and not problems and result not in (Result.PASSED,):
        faults["result"] = Text("没有标出有问题的项目", "No item is marked as a problem")
    if needs_recheck and result is Result.ON_THE_SPOT:
        faults["result"] = Text("复查请选其他结果", "Choose another result for a re-check")
    if officers < FEWEST_OFFICERS:
        faults["officers"] = Text("到场的执法人员不少于两名", "At least two officers must be there")
    return faults
