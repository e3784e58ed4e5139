"""What may be handed across a border, how it goes on, and where a result may count as one's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from portal.accounts.rules import OFFICIALS, Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.regions.rules import covers


class Kind(Worded):
    LEAD = "lead", Text("线索移送", "Transfer of a lead")
    ASSISTANCE = "assistance", Text("协助请求", "Request for assistance")
    JOINT = "joint", Text("联合执法", "Joint action")


class State(Said):
    SENT = "sent", Text("已发出，对方尚未签收", "Sent, not yet signed for"), "waiting"
    RECEIVED = "received", Text("已签收，待答复", "Signed for, waits for an answer"), "waiting"
    ACCEPTED = "accepted", Text("已接收，办理中", "Accepted, in hand"), "waiting"
    RETURNED = "returned", Text("已退回", "Returned"), "ended"
    REFUSED = "refused", Text("已拒绝", "Refused"), "negative"
    RESULT = "result", Text("已反馈结果", "Result given"), "positive"
    RECOGNISED = "recognised", Text("结果互认", "Result recognised"), "authority"
    WITHDRAWN = "withdrawn", Text("已撤回", "Withdrawn"), "ended"


FINAL = frozenset({State.RETURNED, State.REFUSED, State.RECOGNISED, State.WITHDRAWN})
OPEN = frozenset({State.SENT, State.RECEIVED, State.ACCEPTED})


class Step(Worded):
    RECEIVE = "receive", Text("签收", "Sign for it")
    ACCEPT = "accept", Text("接收办理", "Accept")
    RESULT = "result", Text("反馈结果", "Give the result")
    RECOGNISE = "recognise", Text("互认结果", "Recognise the result")
    RETURN = "return", Text("退回", "Return")
    REFUSE = "refuse", Text("拒绝", "Refuse")
    WITHDRAW = "withdraw", Text("撤回", "Withdraw")


# state -> step -> (next state, whose step: the receiver's or the sender's)
RECEIVER, SENDER = "receiver", "sender"
MOVES: Mapping[State, Mapping[Step, tuple[State, str]]] = {
    State.SENT: {
        Step.RECEIVE: (State.RECEIVED, RECEIVER),
        Step.WITHDRAW: (State.WITHDRAWN, SENDER),
    },
    State.RECEIVED: {
        Step.ACCEPT: (State.ACCEPTED, RECEIVER),
        Step.RETURN: (State.RETURNED, RECEIVER),
        Step.REFUSE: (State.REFUSED, RECEIVER),
    },
    State.ACCEPTED: {Step.RESULT: (State.RESULT, RECEIVER), Step.RETURN: (State.RETURNED, RECEIVER)},
    State.RESULT: {Step.RECOGNISE: (State.RECOGNISED, SENDER)},
}
NEEDS_WORDS = frozenset({Step.RESULT, Step.RETURN, Step.REFUSE, Step.WITHDRAW})
# With these it is with the sender again; of those it is told.
CAME_BACK = frozenset({Step.RETURN, Step.REFUSE, Step.WITHDRAW})
TOLD = frozenset({Step.RETURN, Step.REFUSE, Step.RESULT})
HANDLERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = OFFICIALS | {Role.AUDITOR}
WORDS_SHORTEST, WORDS_LONGEST = 6, 4000
MUTUAL_RECOGNITION = "结果互认"
MOST_BUNDLE_BYTES = 2 * 1024 * 1024
MOST_ATTACHED_BYTES = 12 * 1024 * 1024
# A bundle with its documents, which grow by a third in base 64.
MOST_TRAVELLING_BYTES = MOST_BUNDLE_BYTES + MOST_ATTACHED_BYTES * 4 // 3 + 64 * 1024


def open_steps(
    state: State, role: Role | None, scope: str | None, from_adcode: str, to_adcode: str, recognition: bool
) -> list[Step]:
    """Each side has its own steps; a result is recognised only where an agreement says so."""
    if role not in HANDLERS:
        return []
    sides = {SENDER: scope_covers(scope, from_adcode), RECEIVER: scope_covers(scope, to_adcode)}
    return [
        step
        for step in Step
        if step in MOVES.get(state, {})
        and sides[MOVES[state][step][1]]
        and (step is not Step.RECOGNISE or recognition)
    ]


@dataclass(frozen=True)
class Pact:
    """An agreement: who is party to it, what it covers, the brands it is limited to and the periods it sets,
    if any, in working days."""

    key: str
    name: Text
    parties: tuple[str, ...]
    covers: tuple[str, ...]
    brands: tuple[str, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict)

    def binds(self, one: str, other: str) -> bool:
        """Both places lie in parties, and in two different ones."""
        mine = [p for p in self.parties if covers(p, one)]
        theirs = [p for p in self.parties if covers(p, other)]
        return bool(mine and theirs) and mine != theirs

    def recognises(self) -> bool:
        return any(MUTUAL_RECOGNITION in words for words in self.covers)


def pacts_between(pacts: Iterable[Pact], one: str, other: str) -> list[Pact]:
    return [pact for pact in pacts if pact.binds(one, other)]


def wait_before(attempts: int) -> timedelta:
    """Half a minute, then twice as long each time, an hour at most; it never gives up."""
    return timedelta(seconds=min(30 * 2 ** min(attempts, 12), 3600))
