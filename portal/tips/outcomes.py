"""What became of a tip in the rooms above, in words for whoever told: no name, no number, nothing secret."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.db import db
from portal.lib.text import Text
from portal.tips.models import Tip
from portal.tips.rules import State


@dataclass(frozen=True)
class Outcome:
    """`url` is a public page or none. A `beside` one adds to what is said of the tip, and is not its end."""

    said: Text
    tone: str
    on: date
    url: str | None = None
    beside: bool = False


Load = Callable[[str], list[Outcome]]
_loads: dict[str, Load] = {}
WAITS = Text("已收到，等待工作人员查看", "Received; a person will look at it")
JOINED = Text("已并入另一件，那一件：{said}", "Joined to another. That one: {said}")
SEVERAL = Text("分成几件办理，各件结果如下", "Handled as several; what became of each stands below")


def add_outcomes(key: str, load: Load) -> None:
    """Called once by a room; `load(number)` answers what became of the tip of that number."""
    _loads[key] = load


def handled_in(tip: Tip) -> Tip:
    """The one to which it was joined, at the end of the way, or itself."""
    seen = {tip.id}
    while tip.joined_to_id is not None and tip.joined_to_id not in seen:
        tip = db.session.get_one(Tip, tip.joined_to_id)
        seen.add(tip.id)
    return tip


def outcomes_of(tip: Tip) -> list[Outcome]:
    return [one for key in sorted(_loads) for one in _loads[key](tip.number)]


def standing_of(tip: Tip, main: Tip, outcomes: Sequence[Outcome]) -> tuple[Text, str]:
    """What stands at the head of the sender's page, with its tone; `main` is where it is handled."""
    ends = {one.said: one.tone for one in outcomes if not one.beside}
    if not ends:
        said, tone = WAITS if main.stands is State.HELD else main.stands.text, main.stands.tone
    else:
        said, tone = next(iter(ends.items())) if len(ends) == 1 else (SEVERAL, "waiting")
    return (said if main is tip else JOINED.format(said=said)), tone
