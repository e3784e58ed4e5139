"""What was asked about a publication and what the office answered, as the party itself reads it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from portal.cases.clocks import Clock
from portal.cases.models import Case, CaseStep
from portal.cases.rules import Step
from portal.cases.step_actions import PARTY
from portal.db import db
from portal.lib.text import Text

ASKS = {Step.FAULT: Clock.CORRECT, Step.ASK_END: Clock.END_EARLY}
ANSWERS = {
    Step.CORRECT: Clock.CORRECT,
    Step.KEEP: Clock.CORRECT,
    Step.END_EARLY: Clock.END_EARLY,
    Step.REFUSE_END: Clock.END_EARLY,
}
SAID = {
    Step.CORRECT: Text("公示已更正", "What is published was corrected"),
    Step.KEEP: Text("核实无误，没有更正", "Found right, not corrected"),
    Step.END_EARLY: Text("准予提前停止公示", "It ended early"),
    Step.REFUSE_END: Text("不准提前停止公示", "It does not end early"),
}
# Written for the party; what any other answer says is public.
FOR_THE_PARTY = frozenset({Step.KEEP, Step.REFUSE_END})


@dataclass(frozen=True)
class Answer:
    """`asked` is empty where the words were somebody else's: whoever else called stays unnamed."""

    step: Step
    at: datetime
    words: str
    asked: str = ""


@dataclass(frozen=True)
class Dealings:
    """`waiting`: what the party asked and nobody answered yet."""

    answers: Sequence[Answer] = ()
    waiting: Mapping[Clock, str] = field(default_factory=dict)


def dealings_of(steps: Iterable[CaseStep]) -> Dealings:
    """Of one case; answers with the newest first."""
    waiting: dict[Clock, str] = {}
    answers = []
    for one in steps:
        if one.step in ASKS:
            waiting[ASKS[Step(one.step)]] = (one.note or "") if _is_own(one) else ""
        elif one.step in ANSWERS:
            step = Step(one.step)
            asked = waiting.pop(ANSWERS[step], "")
            words = (one.note or "") if asked or step not in FOR_THE_PARTY else ""
            answers.append(Answer(step, one.at, words, asked))
    return Dealings(answers[::-1], waiting)


def _is_own(one: CaseStep) -> bool:
    """An early end only the party can ask for, at the window or by itself."""
    return one.office == PARTY.zh or one.step == Step.ASK_END


def dealings_in(cases: Sequence[Case]) -> dict[int, Dealings]:
    wanted = [step.value for step in (*ASKS, *ANSWERS)]
    query = select(CaseStep).where(CaseStep.case_id.in_([one.id for one in cases]), CaseStep.step.in_(wanted))
    steps = defaultdict(list)
    for one in db.session.scalars(query.order_by(CaseStep.case_id, CaseStep.n)):
        steps[one.case_id].append(one)
    return {case.id: dealings_of(steps[case.id]) for case in cases}
