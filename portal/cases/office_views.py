"""/office/cases: the list, a case opened from a tip or by oneself, its file, campaigns. Its steps stand in
`step_views.py`."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.authorisation.blueprint_views import REFUSALS, Refused, day_typed, refused_in_place
from portal.authorisation.queries import work_calendar
from portal.authorisation.rules import Ground, LicenceState
from portal.cases.actions import add_evidence, open_case
from portal.cases.answers import FOR_THE_PARTY
from portal.cases.asked import opening_of, typed_fine, typed_in, typed_of
from portal.cases.campaign_actions import begin_campaign
from portal.cases.clocks import Clock
from portal.cases.models import Case
from portal.cases.queries import (
    CaseFilter,
    campaign_figures,
    campaigns,
    cases_in,
    evidence_of,
    get_case_for,
    get_evidence_for,
    get_withdrawn,
    scope_of,
    steps_of,
)
from portal.cases.resuming_actions import RESUMED, is_to_be_resumed, may_resume
from portal.cases.rules import (
    BUILDING,
    DECIDABLE,
    KEEPERS,
    NEEDS_REASON,
    Condition,
    Gate,
    Origin,
    State,
    Step,
    missing_gates,
    open_steps,
)
from portal.cases.step_actions import APART, NO_OFFICE, PUBLIC
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken, said_with
from portal.lib.text import Text
from portal.office.beside import stands_beside
from portal.paging import page_of, whole_number
from portal.papers.captions import OF_A_TIP
from portal.papers.files import ACCEPT
from portal.papers.sent_views import folder, paper_answer
from portal.producers.queries import indications_with_roster
from portal.regions.queries import children_of, regions_by_code
from portal.tips import actions as tip_actions
from portal.tips.models import Tip
from portal.tips.queries import get_tip_for, photographs_of
from portal.tips.rules import CASE_OPENED
from portal.tips.rules import Step as TipStep

blueprint = Blueprint("cases_office", __name__, url_prefix="/office/cases")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    scope_of(me())


@blueprint.get("")
def show_list() -> str:
    args = request.args
    asked = CaseFilter(
        state=args.get("state", "open"),
        origin=args.get("origin", "") if args.get("origin") in set(Origin) else "",
        campaign=args.get("campaign", "")[:40],
        text=args.get("q", "").strip()[:60],
    )
    number = whole_number(args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(cases_in(me(), asked, today()), number, PER_PAGE)
    return render_template(
        "cases/office_list.html",
        asked=asked,
        page=found,
        states=State,
        origins=Origin,
        campaigns=campaigns(),
        regions=regions_by_code(one.adcode for one in found.items),
        today=today(),
        keeper=me().role in KEEPERS,
    )


def _choices() -> dict[str, object]:
    return {
        "gis": indications_with_roster(me().region),
        "campaigns": campaigns(),
        "provinces": children_of(None),
        "accept": ACCEPT,
    }


@blueprint.get("/new")
def new() -> str:
    """From a tip its place, subject and words are taken over; who told is not."""
    tip = get_tip_for(me(), request.args["tip"]) if request.args.get("tip") else None
    return _new_form(tip, _from_tip(tip) if tip else {}, None)


def _new_form(tip: Tip | None, typed: Mapping[str, str], refused: Refused | None) -> str:
    return render_template(
        "cases/new.html", tip=tip, typed=typed_in(typed), refused=refused, said=typed, **_choices()
    )


def _from_tip(tip: Tip) -> dict[str, str]:
    firm = tip.producer
    return {
        "title": tip.about.text.zh,
        "party": (firm.name if firm else tip.respondent) or "不明",
        "party_uscc": (firm.uscc or "") if firm else "",
        "facts": tip.facts,
        "gi": tip.indication.slug if tip.indication else "",
    }


@blueprint.post("/new")
def open_() -> ResponseReturnValue:
    """The case and the step of the tip that led to it are one transaction."""
    account, form, moment = me(), request.form, now()
    try:
        with transaction():
            opening = opening_of(account, form, today())
            tip = get_tip_for(account, form["tip"]) if form.get("tip") else None
            origin, ref = (Origin.TIP, tip.number) if tip else (Origin.OWN, None)
            adcode = tip.adcode if tip else account.region
            case = open_case(account, origin, ref, adcode, opening, moment)
            if tip:
                _file_tip(tip, case)
            number = case.number
    except REFUSALS as refusal:
        again = refused_in_place("new", refusal)
        tip = get_tip_for(account, form["tip"]) if form.get("tip") else None
        return _new_form(tip, form, again), refusal.status
    tell(Text("已立案：{n}。", "Case {n} is open.").format(n=number))
    return redirect(url_for(".show", number=number), 303)


def _file_tip(tip: Tip, case: Case) -> None:
    """Its photographs are the first evidence, by their digests."""
    account, moment = me(), now()
    for n, photograph in enumerate(photographs_of(tip), 1):
        words = OF_A_TIP.format(n=photograph.digest[:12]).zh
        row = add_evidence(account, case, words, today(), None, folder(), moment)
        row.digest, row.name = photograph.digest, f"photograph-{n}.jpg"
        row.media_type, row.size = photograph.media_type, photograph.size
    told = request.form.get("told", "") or CASE_OPENED.zh
    tip_actions.take_step(
        account, tip, TipStep.FILE, "", told, version_seen(), work_calendar(), moment, {"case": case.number}
    )


@blueprint.get("/campaigns")
def show_campaigns() -> str:
    return _campaigns_page(None)


def _campaigns_page(refused: Refused | None) -> str:
    return render_template(
        "cases/campaigns.html",
        campaigns=campaigns(),
        figures=campaign_figures(),
        keeper=me().role in KEEPERS,
        refused=refused,
        said=refused.typed if refused else {},
        faults=refused.fields if refused else {},
    )


@blueprint.post("/campaigns")
def add_campaign() -> ResponseReturnValue:
    form = request.form
    try:
        unread: dict[str, Text] = {}
        begun, ends = day_typed("from_on", unread) or today(), day_typed("to_on", unread)
        name = Text(form.get("name_zh", ""), form.get("name_en", ""))
        with transaction(), said_with(unread):
            begin_campaign(me(), form.get("slug", "").strip(), name, begun, ends)
    except RuleBroken as refusal:
        return _campaigns_page(refused_in_place("new", refusal)), 400
    tell(Text("已登记行动。", "The campaign is registered."))
    return redirect(url_for(".show_campaigns"), 303)


@blueprint.get("/<number>")
def show(number: str) -> str:
    return render_template("cases/office_show.html", **_case_view(get_case_for(me(), number)))


@blueprint.get("/<number>/file")
def printed(number: str) -> str:
    """The whole file on paper, as an office files it."""
    return render_template("cases/file.html", **_case_view(get_case_for(me(), number)))


def case_page(number: str, refused: Refused) -> ResponseReturnValue:
    """The page again, with the form that was refused open."""
    return render_template(
        "cases/office_show.html", **_case_view(get_case_for(me(), number), refused)
    ), refused.status


def _case_view(case: Case, refused: Refused | None = None) -> dict[str, object]:
    account = me()
    stands = case.stands_on(today())
    steps = open_steps(stands, account.role, account.region, case.adcode, case.elsewhere)
    if case.is_kept_from_public:
        steps = [step for step in steps if step not in (Step.PUBLISH, Step.PUSH)]
    return _choices() | {
        "case": case,
        "refused": refused,
        "typed": typed_in(refused.typed) if refused and refused.key == "amend" else typed_of(case),
        "evidence": evidence_of(case),
        "taken": steps_of(case),
        "no_office": NO_OFFICE,
        "step_names": {step.value: step.text for step in Step} | _GATE_STEPS,
        "gates": Gate,
        "missing": missing_gates(case.gates),
        "steps": [step for step in steps if step not in APART and _is_called_for(case, step)],
        "may": {step.value for step in steps},
        "asked": {one.value: case.running(one) for one in (Clock.CORRECT, Clock.END_EARLY)},
        "conditions": Condition,
        "fine": typed_fine(case),
        "resumable": _is_resumable(case),
        "revoked": is_to_be_resumed(case, today()),
        "may_resume": may_resume(account, case, today()),
        "grounds": Ground,
        "public_page": stands is State.PUBLISHED or get_withdrawn(case.number, today()) is not None,
        "needs_reason": NEEDS_REASON,
        "public_steps": PUBLIC,
        "party_steps": FOR_THE_PARTY,
        "outcomes": DECIDABLE,
        "stands": stands,
        "over": case.is_over_on(today()),
        "building": bool(steps) and stands in BUILDING,
        "own": account.id == case.opened_by,
        "today": today(),
        "region": regions_by_code([case.adcode]).get(case.adcode),
        "source": _source_of(case),
        "beside": stands_beside(account, case.subject),
    }


def _is_resumable(case: Case) -> bool:
    """Suspended by this decision and still so; what another decided stays as it is."""
    if case.licence is None or case.licence.state_on(today()) is not LicenceState.SUSPENDED:
        return False
    return case.licence.spells[-1].decision == case.decision_number


SOURCES = {Origin.TIP: "/office/tips/", Origin.TRANSFER: "/office/transfers/"}
SOURCES |= {Origin.CHECK: "/office/checks/", Origin.RISK: "/office/risk/"}


def _source_of(case: Case) -> str | None:
    """The page of what the case came of; a single check stands on the page of its plan."""
    page = SOURCES.get(case.came_from)
    if page is None or not case.origin_ref:
        return None
    return page + case.origin_ref.rpartition(":")[2].partition("/")[0]


def _is_called_for(case: Case, step: Step) -> bool:
    """An answer is offered only where something was asked, and more time only once."""
    time = case.running(Clock.DECIDE)
    return {
        Step.EXTEND: time is not None and time.extended_on is None,
        Step.CLOSE: case.is_kept_from_public,
        Step.KEEP: case.running(Clock.CORRECT) is not None,
        Step.REFUSE_END: case.running(Clock.END_EARLY) is not None,
        Step.END_TYPICAL: case.typical is not None,
    }.get(step, True)


_GATE_STEPS = {f"gate_{gate.value}"[:12]: gate.text for gate in Gate} | {
    "open": Text("立案", "Opened"),
    RESUMED: Text("恢复被取消的授权", "Revoked licence given back"),
}


@blueprint.get("/<number>/evidence/<int:n>")
def evidence_file(number: str, n: int) -> Response:
    found = get_evidence_for(me(), number, n)
    return paper_answer(found)
