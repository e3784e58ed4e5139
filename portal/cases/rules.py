"""A case: its states and steps, the three systems as gates, its clocks, and how long a decision is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.accounts.rules import Role, scope_covers
from portal.lib.text import Text
from portal.lib.workdays import Due, WorkCalendar

WORDS_SHORTEST, WORDS_LONGEST = 10, 5000
REASON_SHORTEST, REASON_LONGEST = 6, 1000
MOST_FEN = 10**13

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}


class Origin(StrEnum):
    TIP = "tip"
    CHECK = "check"
    TRANSFER = "transfer"
    OWN = "own"
    RISK = "risk"

    @property
    def text(self) -> Text:
        return ORIGIN_NAMES[self]


ORIGIN_NAMES = {
    Origin.TIP: Text("举报", "Tip"),
    Origin.CHECK: Text("抽查", "Check by lot"),
    Origin.TRANSFER: Text("移送", "Transfer"),
    Origin.OWN: Text("自行发现", "Own finding"),
    Origin.RISK: Text("风险提示", "Finding of the portal"),
}


class State(StrEnum):
    OPENED = "opened"
    REVIEW = "review"
    DECIDED = "decided"
    PUBLISHED = "published"
    REMOVED = "removed"
    DROPPED = "dropped"
    CLOSED = "closed"

    @property
    def text(self) -> Text:
        return STATE_NAMES[self][0]

    @property
    def tone(self) -> str:
        return STATE_NAMES[self][1]


STATE_NAMES = {
    State.OPENED: (Text("调查取证", "Being investigated"), "waiting"),
    State.REVIEW: (Text("法制审核", "In legal review"), "waiting"),
    State.DECIDED: (Text("已决定，待公示", "Decided, to be published"), "watch"),
    State.PUBLISHED: (Text("已公示", "Published"), "positive"),
    State.REMOVED: (Text("公示期满，已撤下", "No longer shown"), "ended"),
    State.DROPPED: (Text("已撤销立案", "Dropped"), "ended"),
    State.CLOSED: (Text("已结案，不公示", "Closed, not to be published"), "ended"),
}
OPEN = frozenset({State.OPENED, State.REVIEW, State.DECIDED})


class Gate(StrEnum):
    """行政执法三项制度: each has to be passed before a decision."""

    PUBLICITY = "publicity"
    RECORD = "record"
    REVIEW = "review"

    @property
    def text(self) -> Text:
        return GATE_NAMES[self][0]

    @property
    def hint(self) -> Text:
        return GATE_NAMES[self][1]


GATE_NAMES = {
    Gate.PUBLICITY: (
        Text("执法公示", "Publicity"),
        Text(
            "亮证执法，事前公开了依据、程序和权利",
            "Badges shown; basis, procedure and rights made known before",
        ),
    ),
    Gate.RECORD: (
        Text("执法全过程记录", "Full record"),
        Text("现场、询问、取证都有文字或音像记录", "Visits, questions and evidence are recorded throughout"),
    ),
    Gate.REVIEW: (
        Text("重大执法决定法制审核", "Legal review"),
        Text("由未参与办案的人审核", "By somebody who took no part in the case"),
    ),
}


class Step(StrEnum):
    EXTEND = "extend"
    TO_REVIEW = "to_review"
    BACK = "back"
    DECIDE = "decide"
    PUBLISH = "publish"
    CORRECT = "correct"
    REMOVE = "remove"
    DROP = "drop"
    CLOSE = "close"

    @property
    def text(self) -> Text:
        return STEP_NAMES[self]


STEP_NAMES = {
    Step.EXTEND: Text("延长办案期限", "Extend the time"),
    Step.TO_REVIEW: Text("送法制审核", "Send to legal review"),
    Step.BACK: Text("退回补充调查", "Back for more evidence"),
    Step.DECIDE: Text("作出决定", "Decide"),
    Step.PUBLISH: Text("公示", "Publish"),
    Step.CORRECT: Text("更正公示", "Correct what is published"),
    Step.REMOVE: Text("撤下公示", "Take it down"),
    Step.DROP: Text("撤销立案", "Drop the case"),
    Step.CLOSE: Text("结案（不公示）", "Close without publication"),
}


@dataclass(frozen=True)
class Move:
    state: State
    step: Step
    to: State


MOVES = (
    Move(State.OPENED, Step.EXTEND, State.OPENED),
    Move(State.OPENED, Step.TO_REVIEW, State.REVIEW),
    Move(State.OPENED, Step.DROP, State.DROPPED),
    Move(State.REVIEW, Step.EXTEND, State.REVIEW),
    Move(State.REVIEW, Step.BACK, State.OPENED),
    Move(State.REVIEW, Step.DECIDE, State.DECIDED),
    Move(State.REVIEW, Step.DROP, State.DROPPED),
    Move(State.DECIDED, Step.PUBLISH, State.PUBLISHED),
    Move(State.DECIDED, Step.CLOSE, State.CLOSED),
    Move(State.PUBLISHED, Step.CORRECT, State.PUBLISHED),
    Move(State.PUBLISHED, Step.REMOVE, State.REMOVED),
)
TABLE = {(move.state, move.step): move for move in MOVES}
NEEDS_REASON = frozenset({Step.EXTEND, Step.BACK, Step.DROP, Step.REMOVE, Step.CORRECT, Step.CLOSE})


def find_move(state: State, step: Step) -> Move | None:
    return TABLE.get((state, step))


def open_steps(state: State, role: Role | None, region: str | None, adcode: str) -> list[Step]:
    if role not in KEEPERS or not scope_covers(region, adcode):
        return []
    return [step for step in Step if find_move(state, step)]


class Outcome(StrEnum):
    NO_PENALTY = "no_penalty"
    WARNING = "warning"
    CRITICISM = "criticism"
    FINE = "fine"
    CONFISCATION = "confiscation"
    SUSPEND_LICENCE = "suspend_licence"
    REVOKE_LICENCE = "revoke_licence"

    @property
    def text(self) -> Text:
        return OUTCOME_NAMES[self]


OUTCOME_NAMES = {
    Outcome.NO_PENALTY: Text("不予处罚", "No penalty"),
    Outcome.WARNING: Text("警告", "Warning"),
    Outcome.CRITICISM: Text("通报批评", "Public criticism"),
    Outcome.FINE: Text("罚款", "Fine"),
    Outcome.CONFISCATION: Text("没收", "Confiscation"),
    Outcome.SUSPEND_LICENCE: Text("暂停使用专用标志", "Licence suspended"),
    Outcome.REVOKE_LICENCE: Text("取消使用专用标志资格", "Licence revoked"),
}
ON_LICENCE = frozenset({Outcome.SUSPEND_LICENCE, Outcome.REVOKE_LICENCE})


def is_published(outcomes: frozenset[Outcome]) -> bool:
    """Only a warning, or no penalty at all, is not published (总局令第45号, art. 2)."""
    return bool(outcomes - {Outcome.WARNING, Outcome.NO_PENALTY})


# ---- clocks

DECIDE_DAYS, DECIDE_EXTENSION = 90, 30
PUBLISH_WORKING_DAYS = 20
PUSH_WORKING_DAYS, OTHER_PROVINCE_WORKING_DAYS = 10, 10
CORRECT_WORKING_DAYS = 3
BASES = {
    "decide": Text(
        "行政处罚法第六十条、处罚程序规定：立案起九十日，经批准可延长三十日",
        "Law on penalties art. 60 and rules of procedure: 90 days from opening, 30 more with approval",
    ),
    "publish": Text(
        "总局令第45号：决定作出之日起二十个工作日内公示",
        "Order 45: published within 20 working days of the decision",
    ),
    "elsewhere": Text(
        "总局令第45号：当事人在外省的，十个工作日内推送，对方收到后十个工作日内公示",
        "Order 45: to another province within 10 working days, published there within 10 more",
    ),
    "correct": Text(
        "总局令第45号：三个工作日内更正或撤下", "Order 45: corrected or taken down within 3 working days"
    ),
}


def decide_by(opened_on: date, extended: bool) -> date:
    """Calendar days: the law says days, not working days."""
    return opened_on + timedelta(days=DECIDE_DAYS + (DECIDE_EXTENSION if extended else 0))


def publish_by(decided_on: date, elsewhere: bool, calendar: WorkCalendar) -> Due:
    """Within the province 20 working days; otherwise 10 to push it there and 10 there."""
    if not elsewhere:
        return calendar.due_after(decided_on, PUBLISH_WORKING_DAYS)
    pushed = calendar.due_after(decided_on, PUSH_WORKING_DAYS)
    there = calendar.due_after(pushed.day, OTHER_PROVINCE_WORKING_DAYS)
    return Due(there.day, pushed.estimated or there.estimated)


def is_light(outcomes: frozenset[Outcome], fine_fen: int, high_fine_fen: int) -> bool:
    """Only public criticism or a lower fine: three months. What counts as lower is set by the office."""
    heavy = outcomes - {Outcome.CRITICISM, Outcome.FINE, Outcome.WARNING, Outcome.NO_PENALTY}
    return not heavy and fine_fen < high_fine_fen


def shown_until(published_on: date, light: bool) -> date:
    """Three months or three years from publication."""
    if light:
        month = published_on.month + 3
        year, month = published_on.year + (month - 1) // 12, (month - 1) % 12 + 1
    else:
        year, month = published_on.year + 3, published_on.month
    day = published_on.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def missing_gates(passed: Mapping[str, object]) -> list[Gate]:
    return [gate for gate in Gate if gate.value not in passed]
