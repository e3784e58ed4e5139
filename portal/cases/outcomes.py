"""What whoever told is told of the case that came of it, whether or not anything of it is public."""

from collections.abc import Mapping
from datetime import date

from portal.cases.models import Case
from portal.cases.queries import cases_of, get_withdrawn
from portal.cases.rules import Origin, State
from portal.lib.clock import day_of, today
from portal.lib.text import Text
from portal.tips.outcomes import Outcome, add_outcomes

_INVESTIGATED = Text("已立案，正在调查", "A case was opened and is being investigated")
_DECIDED = Text("已立案，并已作出处理决定", "A case was opened and decided")
# No party learns of a case that is with the police; whoever told learns that it went on, not where to.
SAID: Mapping[State, Text] = {
    State.OPENED: _INVESTIGATED,
    State.REVIEW: _INVESTIGATED,
    State.DECIDED: _DECIDED,
    State.PUSHED: _DECIDED,
    State.PUBLISHED: Text("已立案，处理决定已公示", "A case was opened; the decision is published"),
    State.REMOVED: Text(
        "已立案并作出处理决定，公示已经结束", "A case was opened and decided; the decision is no longer shown"
    ),
    State.OVERTURNED: Text(
        "已立案，作出的决定后来被撤销", "A case was opened; what was decided was overturned later"
    ),
    State.DROPPED: Text(
        "立案后已撤销立案，没有作出处罚决定", "A case was opened and dropped again without a decision"
    ),
    State.CLOSED: Text("已立案，作出决定后结案", "A case was opened, decided and closed"),
    State.POLICE: Text("已立案，并已移送其他机关处理", "A case was opened and handed to another authority"),
}


def outcome_of(case: Case, day: date) -> Outcome:
    stands = case.stands_on(day)
    shown = stands is State.PUBLISHED or get_withdrawn(case.number, day) is not None
    url = f"/cases/{case.number}" if shown else None
    return Outcome(SAID[stands], stands.tone, _since(case, stands), url)


def _since(case: Case, stands: State) -> date:
    """The day on which it came to stand so."""
    days = {
        State.OPENED: case.opened_on,
        State.REVIEW: case.opened_on,
        State.DECIDED: case.decided_on,
        State.PUSHED: case.decided_on,
        State.CLOSED: case.decided_on,
        State.PUBLISHED: case.published_on,
        State.REMOVED: case.removed_on or case.shown_until,
        State.OVERTURNED: case.overturned_on,
    }
    return days.get(stands) or day_of(case.changed_at)


def of_tip(number: str) -> list[Outcome]:
    return [outcome_of(case, today()) for case in cases_of(Origin.TIP, number)]


add_outcomes("cases", of_tip)
