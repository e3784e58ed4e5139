"""What the parties of a case are told in the portal: something was decided, shown, answered or withdrawn."""

from datetime import datetime

from portal.accounts.actions import notify
from portal.accounts.rules import Role
from portal.authorisation.people import officials_of, people_of_producer
from portal.cases.models import Case
from portal.cases.rules import Step
from portal.lib.clock import day_of
from portal.lib.text import Text
from portal.regions.rules import line_of

PAGE = "/workbench/cases"
TOLD = {
    Step.DECIDE: Text("案件 {n} 已作出决定", "Case {n}: a decision was made"),
    Step.PUBLISH: Text("案件 {n} 的决定已公示", "Case {n}: the decision is published"),
    Step.CORRECT: Text("案件 {n} 的公示已更正", "Case {n}: what is published was corrected"),
    Step.KEEP: Text(
        "案件 {n} 的公示核实无误，没有更正，理由见", "Case {n}: the publication was found right; see why"
    ),
    Step.END_EARLY: Text("案件 {n} 已提前停止公示", "Case {n}: the publication ended early"),
    Step.REFUSE_END: Text(
        "案件 {n} 不准提前停止公示，理由见", "Case {n}: the publication does not end early; see why"
    ),
    Step.REMOVE: Text("案件 {n} 的公示已撤下", "Case {n}: the publication was taken down"),
    Step.OVERTURN: Text("案件 {n} 的决定已被撤销", "Case {n}: the decision was overturned"),
}


DIVIDED = Text(
    "您的决定现在单独列为案件 {n}，原来和别人合在案件 {old} 里",
    "Your decision is now case {n} by itself; it stood with others in case {old}",
)


def tell_of_division(case: Case, own: Case, now: datetime) -> None:
    for person in _people(own, now):
        notify(person, DIVIDED.format(n=own.number, old=case.number), f"{PAGE}#{own.number}", now)


def tell_parties(case: Case, step: Step, now: datetime) -> None:
    """Whoever acts for a party; what is with the police, or not yet decided, nobody is told."""
    if step not in TOLD:
        return
    for person in _people(case, now):
        notify(person, TOLD[step].format(n=case.number), f"{PAGE}#{case.number}", now)


TO_RESUME = Text(
    "案件 {n} 的决定已被撤销，被它取消的授权 {licence} 等待恢复",
    "Case {n}: the decision was overturned; licence {licence}, which it revoked, is to be given back",
)


def tell_who_resumes(case: Case, now: datetime) -> None:
    """The province: it alone gives a revoked licence back, and others may have noted the overturning."""
    said = TO_RESUME.format(n=case.number, licence=case.licence.number)
    for person in officials_of(Role.PROVINCE, line_of(case.licence.adcode[:6])):
        notify(person.id, said, f"/office/cases/{case.number}#resume", now)


def _people(case: Case, now: datetime) -> list[int]:
    firms = sorted(case.producer_ids)
    return sorted({person.id for firm in firms for person in people_of_producer(firm, day_of(now))})
