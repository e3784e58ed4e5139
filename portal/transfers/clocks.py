"""When a transfer is to be signed for, answered and brought to a result. No law was found that says so: an
agreement may, else the office's own setting counts, and says that it is unverified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.lib.text import Text
from portal.lib.workdays import Due, WorkCalendar
from portal.transfers.rules import Pact, State


class Clock(StrEnum):
    RECEIPT = "receipt"
    ANSWER = "answer"
    RESULT = "result"

    @property
    def text(self) -> Text:
        return CLOCK_NAMES[self][0]

    @property
    def waiting(self) -> Text:
        """What the other side still has to do, as the sender reads it."""
        return CLOCK_NAMES[self][1]


CLOCK_NAMES = {
    Clock.RECEIPT: (
        Text("签收移送", "Sign for the transfer"),
        Text("对方签收", "The other side signs for it"),
    ),
    Clock.ANSWER: (
        Text("答复：接收、退回或拒绝", "Answer: accept, return or refuse"),
        Text("对方答复", "The other side answers"),
    ),
    Clock.RESULT: (
        Text("反馈结果", "Give the result"),
        Text("对方反馈结果", "The other side gives the result"),
    ),
}
BEGINS: Mapping[State, Clock] = {
    State.SENT: Clock.RECEIPT,
    State.RECEIVED: Clock.ANSWER,
    State.ACCEPTED: Clock.RESULT,
}
DEFAULT_DAYS = (3, 7, 30)


@dataclass(frozen=True)
class Counting:
    """How this portal counts: its working days, and the office's own periods where no agreement has any."""

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    days: tuple[int, int, int] = DEFAULT_DAYS

    def days_of(self, clock: Clock, pact: Pact | None) -> int:
        agreed = pact.days.get(clock.value) if pact else None
        return agreed or dict(zip(Clock, self.days, strict=True))[clock]

    def due(self, clock: Clock, start: date, pact: Pact | None) -> Due:
        return self.calendar.due_after(start, self.days_of(clock, pact))


def basis_of(pact: Pact | None, clock: str, working_days: int) -> Text:
    if pact is not None and clock in pact.days:
        said = Text("{pact}：{n} 个工作日", "{pact}: {n} [n:working day|working days]")
        return said.format(pact=pact.name, n=working_days)
    said = Text(
        "法律和协议都没有找到期限；本门户设为 {n} 个工作日（未核实）",
        "No period was found in law or agreement; this portal sets {n} "
        "[n:working day|working days] (unverified)",
    )
    return said.format(n=working_days)
