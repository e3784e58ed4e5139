"""The yearly summary of a demonstration zone: the county writes it, the city passes it on, the province sends
it by 31 December (国知办发保字〔2021〕4号). MOVES is the only statement of the way it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.accounts.rules import Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text


class State(Said):
    DRAFT = "draft", Text("起草中", "being written"), "neutral"
    WITH_CITY = "with_city", Text("待市级审核", "with the city"), "waiting"
    WITH_PROVINCE = "with_province", Text("待省级上报", "with the province"), "waiting"
    RETURNED = "returned", Text("退回修改", "returned"), "watch"
    SENT = "sent", Text("已上报", "sent"), "positive"


class Step(Worded):
    SAVE = "save", Text("保存", "Save")
    SUBMIT = "submit", Text("报市级", "Hand to the city")
    FORWARD = "forward", Text("报省级", "Pass to the province")
    RETURN = "return", Text("退回修改", "Return")
    SEND = "send", Text("登记已上报", "Enter as sent")


@dataclass(frozen=True)
class Move:
    state: State
    step: Step
    to: State
    who: frozenset[Role]


WRITERS = frozenset({Role.COUNTY, Role.CITY})
_CITY, _PROVINCE = frozenset({Role.CITY}), frozenset({Role.PROVINCE})
MOVES = (
    Move(State.DRAFT, Step.SAVE, State.DRAFT, WRITERS),
    Move(State.DRAFT, Step.SUBMIT, State.WITH_CITY, WRITERS),
    Move(State.RETURNED, Step.SAVE, State.RETURNED, WRITERS),
    Move(State.RETURNED, Step.SUBMIT, State.WITH_CITY, WRITERS),
    Move(State.WITH_CITY, Step.FORWARD, State.WITH_PROVINCE, _CITY),
    Move(State.WITH_CITY, Step.RETURN, State.RETURNED, _CITY),
    Move(State.WITH_PROVINCE, Step.SEND, State.SENT, _PROVINCE),
    Move(State.WITH_PROVINCE, Step.RETURN, State.RETURNED, _PROVINCE),
)
TABLE = {(move.state, move.step): move for move in MOVES}
WRITABLE = frozenset({State.DRAFT, State.RETURNED})


def may_take(move: Move, role: Role | None, region: str | None, places: tuple[str, ...]) -> bool:
    """Whose region holds all of the zone or, for a county of a zone of several, one of its places."""
    if role not in move.who:
        return False
    held = [scope_covers(region, place) for place in places]
    return bool(held) and (any(held) if role is Role.COUNTY else all(held))


def open_steps(state: State, role: Role | None, region: str | None, places: tuple[str, ...]) -> list[Step]:
    found = (TABLE.get((state, step)) for step in Step)
    return [move.step for move in found if move and may_take(move, role, region, places)]


# What the rule asks a summary to speak of, and policy, which is a condition of the rule itself.
PARTS: Mapping[str, Text] = {
    "tasks": Text("任务完成情况", "Tasks and how far they are"),
    "economic": Text("经济效益", "Economic benefit"),
    "social": Text("社会效益", "Social benefit"),
    "ecological": Text("生态效益", "Ecological benefit"),
    "policy": Text("政策保障（文件名称和文号）", "Policy support (documents and their numbers)"),
    "problems": Text("问题和下一步", "Problems and what comes next"),
}
REQUIRED = ("tasks", "economic", "social", "ecological")
PART_LONGEST = 4000
PART_SHORTEST = 10
REASON_SHORTEST = 4
FIRST_YEAR = 2021


def part_faults(parts: Mapping[str, str]) -> dict[str, Text]:
    """What a summary lacks before it can be handed on."""
    found = {
        name: Text("请写明（至少 10 个字）", "Please write something, ten characters at least")
        for name in REQUIRED
        if len(parts.get(name, "").strip()) < PART_SHORTEST
    }
    return found | {
        name: Text(f"最多 {PART_LONGEST} 字", f"At most {PART_LONGEST} characters")
        for name, text in parts.items()
        if len(text) > PART_LONGEST
    }


def year_is_open(year: int, today: date) -> bool:
    """The summary of a year is written in that year, or made good later."""
    return FIRST_YEAR <= year <= today.year


def is_late(year: int, today: date) -> bool:
    return today > date(year, 12, 31)
