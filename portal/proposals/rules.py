"""How a change comes about: one official drafts and proposes it, a second one of fitting scope decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from os.path import commonprefix

from portal.accounts.rules import Role, scope_covers
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.regions.rules import scope_prefix

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
"""The roles that keep the catalogue; inspectors, auditors and administrators only look."""

REASON_LONGEST = 2000

Changes = Mapping[str, Mapping[str, object]]


class State(Said):
    DRAFT = "draft", Text("草稿", "Draft"), "neutral"
    PROPOSED = "proposed", Text("待复核", "Awaiting a second person"), "waiting"
    CONFIRMED = "confirmed", Text("已确认", "Confirmed"), "positive"
    DECLINED = "declined", Text("未同意", "Declined"), "negative"
    WITHDRAWN = "withdrawn", Text("已撤回", "Withdrawn"), "ended"


class Step(StrEnum):
    PROPOSE = "propose"
    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class Who(StrEnum):
    PROPOSER = "proposer"
    SECOND = "second"


STEPS: Mapping[tuple[State, Step], tuple[State, Who]] = {
    (State.DRAFT, Step.PROPOSE): (State.PROPOSED, Who.PROPOSER),
    (State.DRAFT, Step.WITHDRAW): (State.WITHDRAWN, Who.PROPOSER),
    (State.PROPOSED, Step.WITHDRAW): (State.WITHDRAWN, Who.PROPOSER),
    (State.PROPOSED, Step.CONFIRM): (State.CONFIRMED, Who.SECOND),
    (State.PROPOSED, Step.DECLINE): (State.DECLINED, Who.SECOND),
}


class Act(Worded):
    """What a proposal would do, in one word: for lists, and the verb of the public entry."""

    CREATE = "create", Text("新建", "New record")
    AMEND = "amend", Text("修改", "Amendment")
    CONVERT = "convert", Text("转换保护形式", "Conversion")
    WITHDRAW = "withdraw", Text("撤下", "Withdrawal")
    RESTORE = "restore", Text("恢复", "Restoration")


ACT_VERBS = {
    Act.CREATE: "created",
    Act.AMEND: "amended",
    Act.CONVERT: "converted",
    Act.WITHDRAW: "withdrawn",
    Act.RESTORE: "restored",
}


@dataclass(frozen=True)
class Person:
    """An official as far as these rules ask."""

    id: int
    role: Role
    region: str | None


def may_keep(person: Person, regions: Iterable[str]) -> bool:
    """Whether a person may propose changes to what belongs to these divisions."""
    return person.role in KEEPERS and reaches(person, regions)


def reaches(person: Person, regions: Iterable[str]) -> bool:
    """Whether a person's scope holds one of these divisions, so that they may look at what is done there."""
    return any(scope_covers(person.region, code) for code in regions)


def parts_played(person: Person, proposed_by: int, region: str) -> frozenset[Who]:
    """The proposer is never the second person, whatever their scope."""
    if person.role not in KEEPERS:
        return frozenset()
    if person.id == proposed_by:
        return frozenset({Who.PROPOSER})
    return frozenset({Who.SECOND}) if scope_covers(person.region, region) else frozenset()


def open_steps(state: State, parts: frozenset[Who]) -> list[Step]:
    """The steps a page offers; the action asks `next_state`, which reads the same table."""
    return [step for (at, step), (_, who) in STEPS.items() if at is state and who in parts]


def next_state(state: State, step: Step, parts: frozenset[Who]) -> State:
    """The state after a step, or the refusal that says why not."""
    found = STEPS.get((state, step))
    if found is None:
        raise RuleBroken(
            Text(
                "这件事已经是“{state}”，不能再办这一步",
                "This is already “{state}”; the step is not open any more",
            ).format(state=state.text)
        )
    following, who = found
    if who not in parts:
        raise NotAllowed(_REFUSALS[who], next_step=_NEXT_STEPS[who])
    return following


_REFUSALS = {
    Who.PROPOSER: Text("只有提出人自己可以这样做", "Only the person who proposed it may do this"),
    Who.SECOND: Text(
        "须由提出人以外、管辖范围合适的另一人办理", "A second person of fitting scope must decide this"
    ),
}
_NEXT_STEPS = {
    Who.PROPOSER: Text("可以另行提出变更", "You may propose a change of your own"),
    Who.SECOND: Text(
        "请同单位的同事或上级单位复核", "Ask a colleague of the same office, or the office above"
    ),
}


def deciding_region(own: str, touched: Iterable[str]) -> str:
    """The smallest division that holds the proposer's own and every one the change touches.

    Its officials, and those above, may confirm: a county cannot settle alone what reaches into its
    neighbour. Where only the nation would hold all, the proposer's province decides.
    """
    shared = commonprefix([scope_prefix(code) for code in (own, *touched)])
    for length, zeros in ((9, ""), (6, ""), (4, "00"), (2, "0000")):
        if len(shared) >= length:
            return shared[:length] + zeros
    return own[:2] + "0000"


def merged(fields: Mapping[str, object], changes: Changes) -> dict[str, object]:
    """The fields as they would stand after the changes; a field set to nothing is gone."""
    after = dict(fields)
    for name, change in changes.items():
        if change.get("to") is None:
            after.pop(name, None)
        else:
            after[name] = change["to"]
    return after


def overtaken(fields: Mapping[str, object], changes: Changes) -> list[str]:
    """The fields that say something else now than when the change was drafted."""
    return [
        name
        for name, change in changes.items()
        if fields.get(name) != change.get("from") and fields.get(name) != change.get("to")
    ]


def reversed_changes(changes: Changes) -> dict[str, dict[str, object]]:
    """What would undo a change: each field back to what it was."""
    return {name: {"from": change.get("to"), "to": change.get("from")} for name, change in changes.items()}


def redrafted(fields: Mapping[str, object], changes: Changes) -> dict[str, dict[str, object]]:
    """The same intentions on top of what stands now; what is already so falls away."""
    return {
        name: {"from": fields.get(name), "to": change.get("to")}
        for name, change in changes.items()
        if fields.get(name) != change.get("to")
    }


def act_of(exists: bool, changes: Changes) -> Act:
    if not exists:
        return Act.CREATE
    if "withdrawn_on" in changes:
        return Act.WITHDRAW if changes["withdrawn_on"].get("to") else Act.RESTORE
    if any(_becomes_converted(change) for name, change in changes.items() if name.startswith("protection/")):
        return Act.CONVERT
    return Act.AMEND


def _becomes_converted(change: Mapping[str, object]) -> bool:
    def status(side: str) -> object:
        return (change.get(side) or {}).get("status")

    return status("to") == "converted" and status("from") != "converted"
