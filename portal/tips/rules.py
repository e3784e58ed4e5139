"""Complaint and tip: two legal procedures, their states, steps and clocks. MOVES and CLOCKS are the only
statement of them (市场监督管理投诉举报处理暂行办法, the text of 2022; a later revision was not checked)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.accounts.rules import Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.lib.workdays import Due, WorkCalendar

WORDS_SHORTEST, WORDS_LONGEST = 10, 3000
REASON_SHORTEST, REASON_LONGEST = 6, 1000
MOST_PHOTOGRAPHS = 6
FIELD_LONGEST = 200
# A form filled in more quickly than this was hardly filled in by a person; it is held, never dropped.
QUICKEST_SECONDS = 5
# So many from one sender within an hour are held for a look before they start a clock.
HELD_FROM_THE_SAME = 5
MOST_LINKS = 3
# Fewer than so many are published as “fewer than”, so that no single one is told apart.
FEWEST_SHOWN = 5

HANDLERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = HANDLERS | {Role.INSPECTOR, Role.AUDITOR}


class Kind(Worded):
    """投诉 asks for one's own right (a consumer dispute); 举报 tells of a breach of law."""

    TIP = "tip", Text("举报", "Tip")
    COMPLAINT = "complaint", Text("投诉", "Complaint")


class Matter(Worded):
    """What it is about; what the page offers in plain words."""

    FALSE_MARK = "false_mark", Text("标志或标签像是假的", "The mark or label looks false")
    NO_LICENCE = "no_licence", Text("没有授权却用了名称或标志", "The name or mark is used without a licence")
    NOT_FROM_HERE = "not_from_here", Text("货不是这个产地的", "The goods are not from this place")
    NEAR_NAME = "near_name", Text("名称与地理标志相近，容易混淆", "A name so close that people mistake it")
    BAD_LABEL = (
        "bad_label",
        Text("标签编号查不到、过期或重复", "A label number unknown, expired or seen twice"),
    )
    BAD_GOODS = "bad_goods", Text("买到的东西质量有问题", "What I bought is not good")
    OTHER = "other", Text("其他", "Something else")


class State(Said):
    HELD = "held", Text("待甄别", "Held for a look"), "watch"
    RECEIVED = "received", Text("已收到", "Received"), "waiting"
    ACCEPTED = "accepted", Text("已受理，调解中", "Accepted, being settled"), "waiting"
    NOT_ACCEPTED = "not_accepted", Text("不予受理", "Not accepted"), "ended"
    SETTLED = "settled", Text("已达成一致", "Settled"), "positive"
    ENDED = "ended", Text("调解终止", "Ended without a settlement"), "ended"
    CHECKING = "checking", Text("核查中", "Being checked"), "waiting"
    FILED = "filed", Text("已立案", "A case was opened"), "positive"
    NOT_FILED = "not_filed", Text("不予立案", "No case was opened"), "ended"
    MOVED = "moved", Text("已移送其他地区", "Handed to another region"), "ended"
    JOINED = "joined", Text("已并入另一件", "Joined to another"), "ended"
    SET_ASIDE = "set_aside", Text("不作处理", "Set aside"), "ended"


OPEN = frozenset({State.HELD, State.RECEIVED, State.ACCEPTED, State.CHECKING})


class Step(Worded):
    RELEASE = "release", Text("放行，自收到之日计时", "Let it in: time counts from its receipt")
    SET_ASIDE = "set_aside", Text("不作处理", "Set aside")
    ACCEPT = "accept", Text("受理", "Accept")
    NOT_ACCEPT = "not_accept", Text("不予受理", "Do not accept")
    SETTLE = "settle", Text("达成一致", "Settled")
    END = "end", Text("终止调解", "End the settlement")
    BEGIN_CHECK = "begin_check", Text("开始核查", "Begin the check")
    EXTEND = "extend", Text("延长期限", "Extend the time")
    FILE = "file", Text("立案", "Open a case")
    NOT_FILE = "not_file", Text("不予立案", "Open no case")
    MOVE = "move", Text("移送其他地区", "Hand to another region")
    GIVEN_BACK = "given_back", Text("移送被退回，继续办理", "Came back, goes on here")
    CALLED_BACK = "called_back", Text("撤回移送，继续办理", "Called back, goes on here")
    JOIN = "join", Text("并入另一件", "Join to another")
    CASE_DROPPED = "case_dropped", Text("立案已撤销", "The case was dropped")
    CLUE = "clue", Text("调解中发现违法线索", "A breach found while settling")
    TELL = "tell", Text("已告知", "The sender was told")


NEEDS_REASON = frozenset(
    {Step.SET_ASIDE, Step.NOT_ACCEPT, Step.END, Step.EXTEND, Step.NOT_FILE, Step.MOVE, Step.SETTLE}
)


class NotAccepted(Worded):
    """Why a complaint may be refused (投诉举报处理暂行办法, art. 15); there is no other ground."""

    NO_POWER = "no_power", Text("不属于本机关职责，或没有处理权限", "Not for this office to handle")
    HANDLED = (
        "handled",
        Text(
            "法院、仲裁、其他机关已经受理或处理",
            "Already handled by a court, an arbitrator or another office",
        ),
    )
    NOT_CONSUMER = "not_consumer", Text("不是为生活消费购买、使用", "Not bought or used for daily life")
    TOO_OLD = "too_old", Text("知道权益受损已超过三年", "Known for more than three years")
    INCOMPLETE = "incomplete", Text("没有提供规定的材料", "What the rules ask for was not given")


@dataclass(frozen=True)
class Move:
    kind: Kind
    state: State
    step: Step
    to: State
    who: frozenset[Role] = HANDLERS


def _both(state: State, step: Step, to: State) -> tuple[Move, ...]:
    return tuple(Move(kind, state, step, to) for kind in Kind)


MOVES = (
    *_both(State.HELD, Step.RELEASE, State.RECEIVED),
    *_both(State.HELD, Step.SET_ASIDE, State.SET_ASIDE),
    *_both(State.RECEIVED, Step.MOVE, State.MOVED),
    *_both(State.RECEIVED, Step.JOIN, State.JOINED),
    Move(Kind.COMPLAINT, State.RECEIVED, Step.ACCEPT, State.ACCEPTED),
    Move(Kind.COMPLAINT, State.RECEIVED, Step.NOT_ACCEPT, State.NOT_ACCEPTED),
    Move(Kind.COMPLAINT, State.ACCEPTED, Step.SETTLE, State.SETTLED),
    Move(Kind.COMPLAINT, State.ACCEPTED, Step.END, State.ENDED),
    Move(Kind.TIP, State.RECEIVED, Step.BEGIN_CHECK, State.CHECKING),
    Move(Kind.TIP, State.CHECKING, Step.EXTEND, State.CHECKING),
    Move(Kind.TIP, State.CHECKING, Step.FILE, State.FILED),
    Move(Kind.TIP, State.CHECKING, Step.NOT_FILE, State.NOT_FILED),
    Move(Kind.TIP, State.CHECKING, Step.MOVE, State.MOVED),
    Move(Kind.TIP, State.CHECKING, Step.JOIN, State.JOINED),
)
TABLE = {(move.kind, move.state, move.step): move for move in MOVES}


def find_move(kind: Kind, state: State, step: Step) -> Move | None:
    return TABLE.get((kind, state, step))


def may_handle(role: Role | None, region: str | None, adcode: str) -> bool:
    return role in HANDLERS and scope_covers(region, adcode)


def may_open_seal(role: Role | None, region: str | None, adcode: str) -> bool:
    """Only those who handle it in the very place; an office above does not see who told."""
    return role in HANDLERS and region == adcode


def open_steps(kind: Kind, state: State, role: Role | None, region: str | None, adcode: str) -> list[Step]:
    """The steps this official may take now, in the order in which they are offered."""
    moves = (find_move(kind, state, step) for step in Step)
    return [m.step for m in moves if m and role in m.who and scope_covers(region, adcode)]


# What the portal itself tells the sender. It is stored in Chinese like what an official writes, and said in
# the reader's language.
MOVED_ON = Text("您反映的事项已移送有管辖权的地区办理。", "It was handed to the region that is to handle it.")
CAME_BACK = {
    Step.GIVEN_BACK: Text(
        "移送的地区没有接办，由本局继续办理。",
        "The other region did not take it up; this office goes on with it.",
    ),
    Step.CALLED_BACK: Text(
        "移送已撤回，由本局继续办理。",
        "It was called back; this office goes on with it.",
    ),
}
CASE_OPENED = Text("已经立案。", "A case was opened.")
CASE_DROPPED = Text("立案已撤销，理由：", "The case was dropped, because: ")
_SAID = {said.zh: said for said in (MOVED_ON, *CAME_BACK.values(), CASE_OPENED)}


def in_both(told: str | None) -> Text | str | None:
    if told and told.startswith(CASE_DROPPED.zh):
        return Text(told, CASE_DROPPED.en + told.removeprefix(CASE_DROPPED.zh))
    return _SAID.get(told or "", told)


# ---- clocks


class Clock(Worded):
    ACCEPT = "accept", Text("决定是否受理", "Decide whether to accept")
    SETTLE = "settle", Text("达成一致或终止", "Settle or end")
    CHECK = "check", Text("核查并决定是否立案", "Check and decide on a case")
    CLUE = "clue", Text("核查调解中发现的线索", "Check what was found while settling")
    TELL = "tell", Text("告知", "Tell the sender")


@dataclass(frozen=True)
class Period:
    """A legal period in working days, how far it can be extended once, and where it is said."""

    days: int
    extension: int
    basis: Text


ACCEPT_PERIOD = Period(
    7,
    0,
    Text("投诉举报处理暂行办法第十四条：七个工作日", "Interim rules on complaints, art. 14: 7 working days"),
)
SETTLE_PERIOD = Period(
    45,
    0,
    Text("同办法第二十一条：受理起四十五个工作日", "Same rules, art. 21: 45 working days from acceptance"),
)
CHECK_PERIOD = Period(
    15,
    15,
    Text(
        "行政处罚程序规定：十五个工作日，可延长十五个工作日",
        "Rules of procedure for penalties: 15 working days, once extended by 15",
    ),
)
CLUE_PERIOD = Period(
    15,
    15,
    Text(
        "投诉举报处理暂行办法第二十三条：发现线索起十五个工作日核查，可延长十五个工作日",
        "Interim rules on complaints, art. 23: checked within 15 working days, once extended by 15",
    ),
)
TOLD_OF_SETTLEMENT = Period(
    7,
    0,
    Text("投诉举报处理暂行办法：七个工作日内告知", "Interim rules on complaints: told within 7 working days"),
)
TOLD_OF_FILING = Period(
    5,
    0,
    Text(
        "同办法第三十一条：实名举报，作出决定起五个工作日",
        "Same rules, art. 31: whoever gave a name is told within 5 working days",
    ),
)


def clocks_of(kind: Kind, state: State, named: bool) -> tuple[tuple[Clock, Period], ...]:
    """The clocks that begin when a matter comes into a state."""
    if state is State.RECEIVED:
        first = (Clock.ACCEPT, ACCEPT_PERIOD) if kind is Kind.COMPLAINT else (Clock.CHECK, CHECK_PERIOD)
        return (first,)
    if state is State.ACCEPTED:
        return ((Clock.SETTLE, SETTLE_PERIOD),)
    if state in (State.SETTLED, State.ENDED, State.NOT_ACCEPTED):
        return ((Clock.TELL, TOLD_OF_SETTLEMENT),)
    if state in (State.FILED, State.NOT_FILED) and named:
        return ((Clock.TELL, TOLD_OF_FILING),)
    return ()


ENDS_CLOCKS: Mapping[Step, frozenset[Clock]] = {
    Step.ACCEPT: frozenset({Clock.ACCEPT}),
    Step.NOT_ACCEPT: frozenset({Clock.ACCEPT}),
    Step.SETTLE: frozenset({Clock.SETTLE}),
    Step.END: frozenset({Clock.SETTLE}),
    Step.FILE: frozenset({Clock.CHECK, Clock.CLUE}),
    Step.NOT_FILE: frozenset({Clock.CHECK, Clock.CLUE}),
    Step.MOVE: frozenset(Clock),
    Step.JOIN: frozenset(Clock),
    Step.SET_ASIDE: frozenset(Clock),
    Step.TELL: frozenset({Clock.TELL}),
}


def period_of(clock: Clock, kind: Kind, state: State) -> Period:
    periods = {
        Clock.ACCEPT: ACCEPT_PERIOD,
        Clock.SETTLE: SETTLE_PERIOD,
        Clock.CHECK: CHECK_PERIOD,
        Clock.CLUE: CLUE_PERIOD,
        Clock.TELL: TOLD_OF_FILING if kind is Kind.TIP else TOLD_OF_SETTLEMENT,
    }
    return periods[clock]


def due_on(
    period: Period, start: date, calendar: WorkCalendar, extended: bool = False, paused: int = 0
) -> Due:
    """The last day; an extension is counted on from the first start, so it costs no day in between. Working
    days that a test took (`paused`) do not count (art. 20)."""
    return calendar.due_after(start, period.days + (period.extension if extended else 0) + paused)


# ---- what was told


def word_faults(values: Mapping[str, str]) -> dict[str, Text]:
    """What is missing; a complaint needs a name, a telephone and a request (art. 9), a tip needs none."""
    faults: dict[str, Text] = {}
    facts = values.get("facts", "").strip()
    if not WORDS_SHORTEST <= len(facts) <= WORDS_LONGEST:
        faults["facts"] = Text(
            "请用 {least} 到 {most} 个字写下看到了什么", "Say what you saw in {least} to {most} characters"
        ).format(least=WORDS_SHORTEST, most=WORDS_LONGEST)
    if not values.get("place", "").strip():
        faults["place"] = Text("请选择发生在哪里", "Choose where it happened")
    if values.get("kind") == Kind.COMPLAINT.value:
        for name, text in (
            ("name", Text("投诉要写姓名", "A complaint needs your name")),
            ("phone", Text("投诉要写联系电话", "A complaint needs a telephone number")),
            ("respondent", Text("请写明投诉的是哪家", "Say whom you complain of")),
            ("request", Text("请写明您的要求", "Say what you ask for")),
        ):
            if not values.get(name, "").strip():
                faults[name] = text
    for name in ("name", "phone", "address", "respondent", "where"):
        if len(values.get(name, "").strip()) > FIELD_LONGEST:
            faults[name] = Text("最多 {n} 个字", "At most {n} characters").format(n=FIELD_LONGEST)
    return faults


def looks_like_a_flood(quick: bool, left_empty: bool, links: int, from_the_same: int) -> bool:
    """Whether to hold it for a person to look at first. It is never dropped, and its sender has a receipt."""
    return quick or not left_empty or links > MOST_LINKS or from_the_same >= HELD_FROM_THE_SAME
