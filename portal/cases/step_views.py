"""What is done with a case at /office/cases/<number>/…; refused, it comes back where it was typed in."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.authorisation.blueprint_views import REFUSALS, day_typed, refused_in_place
from portal.authorisation.queries import work_calendar
from portal.authorisation.rules import Ground
from portal.cases.actions import add_evidence, amend_case, pass_gate
from portal.cases.asked import bases_typed, decision_of, opening_of, parts_of, recorded_of
from portal.cases.clocks import Clock
from portal.cases.deciding_actions import decide, hand_to_police
from portal.cases.dividing_actions import divide_decision
from portal.cases.models import Case
from portal.cases.office_views import case_page
from portal.cases.publishing_actions import (
    correct,
    end_early,
    make_typical,
    note_fault,
    note_request_to_end,
    overturn,
    publish,
    push,
)
from portal.cases.queries import get_case_for, get_withdrawn, scope_of
from portal.cases.resuming_actions import resume_revoked
from portal.cases.rules import Condition, Gate, Step
from portal.cases.splitting_actions import split_by_party
from portal.cases.step_actions import take_step
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken, said_with
from portal.lib.text import Text
from portal.papers.sent_views import folder, papers_sent

blueprint = Blueprint("cases_steps", __name__, url_prefix="/office/cases/<number>")
blueprint.after_request(keep_nowhere)


@blueprint.before_request
def _only_readers() -> None:
    scope_of(me())


def _do(number: str, key: str, act: Callable[[Case], Text]) -> ResponseReturnValue:
    """One transaction; refused, the page comes back with what was typed in the form `key`."""
    try:
        with transaction():
            done = act(get_case_for(me(), number))
    except REFUSALS as refusal:
        return case_page(number, refused_in_place(key, refusal))
    tell(done)
    return redirect(url_for("cases_office.show", number=number), 303)


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "")


@blueprint.post("/amend")
def amend(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        opening = opening_of(me(), request.form, today())
        amend_case(me(), case, opening, bases_typed(request.form), version_seen(), now())
        return Text("案卷已保存。", "The file is saved.")

    return _do(number, "amend", act)


@blueprint.post("/evidence")
def evidence(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        papers = papers_sent("file")
        paper = papers[0] if papers else None
        unread: dict[str, Text] = {}
        taken_on = day_typed("taken_on", unread)
        with said_with(unread):
            add_evidence(me(), case, _typed("what"), taken_on, paper, folder(), now())
        return Text("证据已入卷。", "The evidence is in the file.")

    return _do(number, "evidence", act)


@blueprint.post("/gate")
def gate(number: str) -> ResponseReturnValue:
    typed = _typed("gate")
    if typed not in set(Gate):
        raise RuleBroken(Text("没有这一项", "There is no such system"))

    def act(case: Case) -> Text:
        pass_gate(me(), case, Gate(typed), _typed("note"), version_seen(), now())
        return Text("已记录：{g}。", "Recorded: {g}.").format(g=Gate(typed).text)

    return _do(number, f"gate-{typed}", act)


@blueprint.post("/step")
def step(number: str) -> ResponseReturnValue:
    typed = _typed("step")
    if typed not in set(Step):
        raise RuleBroken(Text("没有这一步", "There is no such step"))

    def act(case: Case) -> Text:
        take_step(me(), case, Step(typed), _typed("reason"), version_seen(), now(), _typed("told"))
        return Text("已办理：{s}。", "Done: {s}.").format(s=Step(typed).text)

    return _do(number, f"step-{typed}", act)


@blueprint.post("/split")
def split(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        new = split_by_party(me(), case, version_seen(), now())
        numbers = "、".join(one.number for one in new)
        return Text("已分案：{n}。", "Each party has a case now: {n}.").format(n=numbers)

    return _do(number, "split", act)


@blueprint.post("/divide")
def divide(number: str) -> ResponseReturnValue:
    """A decision that several share, from before each party got a case of its own."""

    def act(case: Case) -> Text:
        new = divide_decision(me(), case, parts_of(request.form, case), version_seen(), now())
        numbers = "、".join(one.number for one in new)
        return Text("已分开：{n}。", "Each party has its own decision now: {n}.").format(n=numbers)

    return _do(number, "divide", act)


@blueprint.post("/decide")
def decide_(number: str) -> ResponseReturnValue:
    """Suspending or revoking a licence happens here and in the licence at once, or not at all."""

    def act(case: Case) -> Text:
        unread: dict[str, Text] = {}
        until = day_typed("until", unread)
        decision = decision_of(request.form, request.form.getlist("outcomes"), until)
        version = case.licence.version if case.licence else None
        with said_with(unread):
            decide(me(), case, decision, case.licence, version, version_seen(), work_calendar(), now())
        return Text("决定已作出。", "The decision is made.")

    return _do(number, "decide", act)


@blueprint.post("/police")
def police(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        typed = (_typed("to_office"), _typed("document"), _typed("reason"))
        hand_to_police(me(), case, *typed, version_seen(), now())
        return Text("已移送公安机关。", "Handed to the police.")

    return _do(number, "police", act)


@blueprint.post("/push")
def push_(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        typed = (_typed("to_office"), _typed("reference"))
        push(me(), case, *typed, version_seen(), work_calendar(), now())
        return Text("已登记推送；对方的十个工作日开始计算。", "The push is noted; ten working days begin.")

    return _do(number, "push", act)


@blueprint.post("/publish")
def publish_(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        publish(me(), case, _typed("published"), version_seen(), now())
        return Text("已公示。", "Published.")

    return _do(number, "publish", act)


@blueprint.post("/correct")
def correct_(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        typed = (_typed("published"), _typed("reason"))
        correct(me(), case, *typed, version_seen(), now(), recorded_of(request.form))
        return Text("公示已更正。", "What is published is corrected.")

    return _do(number, "correct", act)


ASKED = {
    Clock.CORRECT.value: ("fault", note_fault),
    Clock.END_EARLY.value: ("ask-end", note_request_to_end),
}


@blueprint.post("/ask")
def ask(number: str) -> ResponseReturnValue:
    """What is said to be wrong, or an early end that was asked for: a clock begins."""
    if _typed("clock") not in ASKED:
        raise RuleBroken(Text("没有这一步", "There is no such step"))
    key, begin = ASKED[_typed("clock")]

    def act(case: Case) -> Text:
        begin(me(), case, _typed("reason"), version_seen(), work_calendar(), now())
        return Text("已登记，期限开始计算。", "Noted; the period begins.")

    return _do(number, key, act)


@blueprint.post("/end-early")
def end_early_(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        met = [Condition(one) for one in request.form.getlist("met") if one in set(Condition)]
        end_early(me(), case, met, _typed("reason"), version_seen(), now())
        return Text("已提前停止公示。", "The publication ended early.")

    return _do(number, "end-early", act)


@blueprint.post("/overturn")
def overturn_(number: str) -> ResponseReturnValue:
    """A licence that the decision suspended is given back here and in the licence at once, or not at all."""

    def act(case: Case) -> Text:
        licence = case.licence if _typed("resume") == "y" else None
        unread: dict[str, Text] = {}
        said = (day_typed("overturned_on", unread), _typed("overturned_by"), _typed("reason"))
        with said_with(unread):
            overturn(me(), case, *said, licence, version_seen(), work_calendar(), now())
        if get_withdrawn(number, today()) is None:
            return Text("已登记撤销。", "Noted.")
        return Text("已登记撤销，公示已撤回。", "Noted; what was published is withdrawn.")

    return _do(number, "overturn", act)


@blueprint.post("/resume")
def resume(number: str) -> ResponseReturnValue:
    """The licence that the overturned decision had revoked."""
    typed = _typed("ground")

    def act(case: Case) -> Text:
        ground = Ground(typed) if typed in set(Ground) else None
        resume_revoked(me(), case, ground, version_seen(), now())
        licence = case.licence
        return Text("授权 {n} 已恢复，现在：{s}。", "Licence {n} is given back; it stands: {s}.").format(
            n=licence.number, s=licence.state_on(today()).text
        )

    return _do(number, "resume", act)


@blueprint.post("/typical")
def typical(number: str) -> ResponseReturnValue:
    def act(case: Case) -> Text:
        make_typical(me(), case, _typed("typical_title"), _typed("typical"), version_seen(), now())
        return Text("典型案例已公开。", "The typical case is public.")

    return _do(number, "typical", act)
