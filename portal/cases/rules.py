"""A case: its states and steps, the three systems as gates, what may be decided, and what may be published.

Its legal periods stand in `portal/cases/clocks.py`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.accounts.rules import Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.lib.uscc import read_uscc

WORDS_SHORTEST, WORDS_LONGEST = 10, 5000
REASON_SHORTEST, REASON_LONGEST = 6, 1000
MOST_FEN = 10**13
MOST_OTHERS, MOST_BASES = 20, 20

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}


class Origin(Worded):
    TIP = "tip", Text("举报", "Tip")
    CHECK = "check", Text("抽查", "Check by lot")
    TRANSFER = "transfer", Text("移送", "Transfer")
    OWN = "own", Text("自行发现", "Own finding")
    RISK = "risk", Text("风险提示", "Finding of the portal")


class State(Said):
    OPENED = "opened", Text("调查取证", "Being investigated"), "waiting"
    REVIEW = "review", Text("法制审核", "In legal review"), "waiting"
    DECIDED = "decided", Text("已决定，待公示", "Decided, to be published"), "watch"
    PUSHED = "pushed", Text("已推送外省，待公示", "Pushed, to be published"), "watch"
    PUBLISHED = "published", Text("已公示", "Published"), "positive"
    REMOVED = "removed", Text("已撤下公示", "No longer shown"), "ended"
    OVERTURNED = (
        "overturned",
        Text("决定已被撤销，公示已撤回", "Overturned, publication withdrawn"),
        "negative",
    )
    DROPPED = "dropped", Text("已撤销立案", "Dropped"), "ended"
    CLOSED = "closed", Text("已结案，不公示", "Closed, not to be published"), "ended"
    POLICE = "police", Text("已移送公安机关", "Handed to the police"), "ended"


TO_BE_CLOSED = Text("已决定，不公示，待结案", "Decided, not published, to be closed")
OVERTURNED_UNSEEN = Text("决定已被撤销，没有公示过", "Overturned, never published")
OPEN = frozenset({State.OPENED, State.REVIEW, State.DECIDED, State.PUSHED})
BUILDING = frozenset({State.OPENED, State.REVIEW})
# Decisions from before each party got a case of its own may be shared by several.
MAY_BE_SHARED = (State.DECIDED, State.PUBLISHED, State.REMOVED, State.CLOSED)


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


class Step(Worded):
    EXTEND = "extend", Text("延长办案期限", "Extend the time")
    TO_REVIEW = "to_review", Text("送法制审核", "Send to legal review")
    SPLIT = "split", Text("按当事人分案", "Give each party a case")
    BACK = "back", Text("退回补充调查", "Back for more evidence")
    DECIDE = "decide", Text("作出决定", "Decide")
    POLICE = "police", Text("移送公安机关", "Hand to the police")
    TAKE_BACK = "take_back", Text("公安机关退回", "Returned by the police")
    PUSH = "push", Text("推送当事人所在省", "Push to the party's province")
    PUBLISH = "publish", Text("公示", "Publish")
    FAULT = "fault", Text("登记公示有误", "Note that the publication is wrong")
    CORRECT = "correct", Text("更正公示", "Correct what is published")
    KEEP = "keep", Text("核实无误，不更正", "Found right, not corrected")
    ASK_END = "ask_end", Text("登记提前停止公示的申请", "Note a request to end it early")
    END_EARLY = "end_early", Text("准予提前停止公示", "End it early")
    REFUSE_END = "refuse_end", Text("不准提前停止公示", "Do not end it early")
    REMOVE = "remove", Text("撤下公示", "Take it down")
    OVERTURN = "overturn", Text("决定被撤销", "The decision was overturned")
    TYPICAL = "typical", Text("列为典型案例", "Make it a typical case")
    END_TYPICAL = "end_typical", Text("撤下典型案例", "Take the typical case down")
    DROP = "drop", Text("撤销立案", "Drop the case")
    CLOSE = "close", Text("结案（不公示）", "Close without publication")


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
    *(Move(state, Step.SPLIT, state) for state in (State.OPENED, State.REVIEW, *MAY_BE_SHARED)),
    *(Move(state, Step.POLICE, State.POLICE) for state in (State.OPENED, State.REVIEW)),
    Move(State.POLICE, Step.TAKE_BACK, State.OPENED),
    Move(State.DECIDED, Step.PUSH, State.PUSHED),
    Move(State.DECIDED, Step.PUBLISH, State.PUBLISHED),
    Move(State.PUSHED, Step.PUBLISH, State.PUBLISHED),
    Move(State.DECIDED, Step.CLOSE, State.CLOSED),
    Move(State.PUBLISHED, Step.FAULT, State.PUBLISHED),
    Move(State.PUBLISHED, Step.CORRECT, State.PUBLISHED),
    Move(State.PUBLISHED, Step.KEEP, State.PUBLISHED),
    Move(State.PUBLISHED, Step.ASK_END, State.PUBLISHED),
    Move(State.PUBLISHED, Step.END_EARLY, State.REMOVED),
    Move(State.PUBLISHED, Step.REFUSE_END, State.PUBLISHED),
    Move(State.PUBLISHED, Step.REMOVE, State.REMOVED),
    *(
        Move(state, Step.OVERTURN, State.OVERTURNED)
        for state in (State.DECIDED, State.PUSHED, State.PUBLISHED, State.REMOVED, State.CLOSED)
    ),
    *(Move(state, Step.TYPICAL, state) for state in (State.PUBLISHED, State.REMOVED)),
    *(Move(state, Step.END_TYPICAL, state) for state in (State.PUBLISHED, State.REMOVED)),
)
TABLE = {(move.state, move.step): move for move in MOVES}
NEEDS_REASON = frozenset(
    {
        Step.EXTEND,
        Step.BACK,
        Step.DROP,
        Step.POLICE,
        Step.TAKE_BACK,
        Step.FAULT,
        Step.CORRECT,
        Step.KEEP,
        Step.ASK_END,
        Step.END_EARLY,
        Step.REFUSE_END,
        Step.REMOVE,
        Step.OVERTURN,
        Step.END_TYPICAL,
        Step.CLOSE,
    }
)


def find_move(state: State, step: Step, elsewhere: bool = False) -> Move | None:
    """A decision on a party of another province is pushed there first; any other is not pushed at all."""
    if state is State.DECIDED and step is (Step.PUBLISH if elsewhere else Step.PUSH):
        return None
    return TABLE.get((state, step))


def open_steps(
    state: State, role: Role | None, region: str | None, adcode: str, elsewhere: bool = False
) -> list[Step]:
    if role not in KEEPERS or not scope_covers(region, adcode):
        return []
    return [step for step in Step if find_move(state, step, elsewhere)]


class Outcome(Worded):
    NO_PENALTY = "no_penalty", Text("不予处罚", "No penalty")
    WARNING = "warning", Text("警告", "Warning")
    CRITICISM = "criticism", Text("通报批评", "Public criticism")
    FINE = "fine", Text("罚款", "Fine")
    CONFISCATION = "confiscation", Text("没收", "Confiscation")
    SUSPEND_LICENCE = "suspend_licence", Text("暂停使用专用标志", "Licence suspended")
    REVOKE_LICENCE = "revoke_licence", Text("取消使用专用标志资格", "Licence revoked")
    POLICE = "police", Text("移送公安机关", "Handed to the police")


# Handing over is a step of its own (行政处罚法第二十七条), not a penalty.
DECIDABLE = tuple(one for one in Outcome if one is not Outcome.POLICE)
ON_LICENCE = frozenset({Outcome.SUSPEND_LICENCE, Outcome.REVOKE_LICENCE})


def is_published(outcomes: frozenset[Outcome]) -> bool:
    """Only a warning, or no penalty at all, is not published (总局令第45号, art. 2)."""
    return bool(outcomes - {Outcome.WARNING, Outcome.NO_PENALTY, Outcome.POLICE})


def is_light(outcomes: frozenset[Outcome], fine_fen: int, high_fine_fen: int) -> bool:
    """Only public criticism or a lower fine: three months. What counts as lower is set by the office."""
    heavy = outcomes - {Outcome.CRITICISM, Outcome.FINE, Outcome.WARNING, Outcome.NO_PENALTY}
    return not heavy and fine_fen < high_fine_fen


class Condition(Worded):
    """What has to be so before a publication ends early (总局令第45号, art. 14)."""

    FULFILLED = "fulfilled", Text("已自觉履行处罚决定", "The decision was complied with")
    HARM_REMOVED = "harm_removed", Text("已主动消除危害后果和不良影响", "Harm was removed")
    NOT_REPEATED = "not_repeated", Text("没有再次被处罚", "No penalty again")
    NOT_LISTED = (
        "not_listed",
        Text(
            "不在经营异常名录和严重违法失信名单中", "On neither the list of abnormal nor of serious breaches"
        ),
    )


def may_end_early(outcomes: frozenset[Outcome]) -> bool:
    """Not for the severest: where the right itself was taken, the publication runs its time."""
    return Outcome.REVOKE_LICENCE not in outcomes


def missing_conditions(met: Iterable[Condition]) -> list[Condition]:
    known = frozenset(met)
    return [one for one in Condition if one not in known]


def missing_gates(passed: Mapping[str, object]) -> list[Gate]:
    return [gate for gate in Gate if gate.value not in passed]


# ---- what is published


def time_is_over(shown_until: date, day: date) -> bool:
    """Operators only, so that a query asks the same (`Case.is_over_on`, `queries.over_on`)."""
    return shown_until < day


_TELEPHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{16}[\dXx](?![0-9A-Za-z])")


def names_a_person(text: str, persons: Iterable[str]) -> bool:
    """A name of a party that is a person, a mobile number or an identity number."""
    if any(name and name in text for name in persons) or _TELEPHONE.search(text):
        return True
    return any(read_uscc(found).error for found in _IDENTITY.findall(text))


def without_persons(text: str, persons: Iterable[str]) -> str:
    """The words with 某 for every name of a person, mobile and identity number; what came from elsewhere
    cannot be sent back to be written again."""
    for name in persons:
        text = text.replace(name, f"{name[:1]}某") if name else text
    text = _TELEPHONE.sub("某", text)
    return _IDENTITY.sub(lambda found: "某" if read_uscc(found[0]).error else found[0], text)
