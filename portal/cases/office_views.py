"""/office/cases: opened from a tip or by oneself, filled, reviewed, decided, published."""

from io import BytesIO

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from portal.authorisation.blueprint_views import (
    day_typed,
    folder,
    keep_nowhere,
    me,
    papers_sent,
    tell,
    version_seen,
)
from portal.authorisation.files import ACCEPT, path_of
from portal.authorisation.queries import work_calendar
from portal.cases.actions import (
    add_evidence,
    amend_case,
    begin_campaign,
    correct,
    decide,
    open_case,
    pass_gate,
    publish,
    take_step,
)
from portal.cases.asked import decision_of, opening_of, typed_of
from portal.cases.models import Case
from portal.cases.queries import (
    CaseFilter,
    campaign_figures,
    campaigns,
    cases_in,
    evidence_of,
    get_case_for,
    get_evidence_for,
    scope_of,
    steps_of,
)
from portal.cases.rules import (
    BASES,
    KEEPERS,
    NEEDS_REASON,
    Gate,
    Origin,
    Outcome,
    State,
    Step,
    missing_gates,
    open_steps,
)
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.producers.queries import indications_with_roster
from portal.regions.queries import children_of, regions_by_code
from portal.tips import actions as tip_actions
from portal.tips.models import Tip
from portal.tips.queries import get_tip_for, photographs_of
from portal.tips.rules import Step as TipStep

blueprint = Blueprint("cases_office", __name__, url_prefix="/office/cases")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50
# Steps with more to fill in than a reason.
APART = frozenset({Step.DECIDE, Step.PUBLISH, Step.CORRECT})


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
    found = page_of(cases_in(me(), asked), number, PER_PAGE)
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
    typed = _from_tip(tip) if tip else {}
    return render_template("cases/new.html", tip=tip, typed=typed, **_choices())


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
    with transaction():
        opening = opening_of(account, form, today())
        tip = get_tip_for(account, form["tip"]) if form.get("tip") else None
        origin, ref = (Origin.TIP, tip.number) if tip else (Origin.OWN, None)
        adcode = tip.adcode if tip else account.region
        case = open_case(account, origin, ref, adcode, opening, moment)
        if tip:
            _file_tip(tip, case)
        number = case.number
    tell(Text("已立案：{n}。", "Case {n} is open.").format(n=number))
    return redirect(url_for(".show", number=number), 303)


def _file_tip(tip: Tip, case: Case) -> None:
    """Its photographs are the first evidence, by their digests."""
    account, moment = me(), now()
    for photograph in photographs_of(tip):
        words = f"举报照片 {photograph.digest[:12]}"
        row = add_evidence(account, case, words, today(), None, folder(), moment)
        row.digest, row.name = photograph.digest, photograph.name
        row.media_type, row.size = photograph.media_type, photograph.size
    told = request.form.get("told", "") or "已经立案。"
    tip_actions.take_step(
        account, tip, TipStep.FILE, "", told, version_seen(), work_calendar(), moment, {"case": case.number}
    )


@blueprint.get("/campaigns")
def show_campaigns() -> str:
    return render_template(
        "cases/campaigns.html",
        campaigns=campaigns(),
        figures=campaign_figures(),
        keeper=me().role in KEEPERS,
    )


@blueprint.post("/campaigns")
def add_campaign() -> ResponseReturnValue:
    form = request.form
    with transaction():
        begun = day_typed("from_on") or today()
        name = Text(form.get("name_zh", ""), form.get("name_en", ""))
        begin_campaign(me(), form.get("slug", "").strip(), name, begun, day_typed("to_on"))
    tell(Text("已登记行动。", "The campaign is registered."))
    return redirect(url_for(".show_campaigns"), 303)


@blueprint.get("/<number>")
def show(number: str) -> str:
    return render_template("cases/office_show.html", **_case_view(get_case_for(me(), number)))


@blueprint.get("/<number>/file")
def printed(number: str) -> str:
    """The whole file on paper, as an office files it."""
    return render_template("cases/file.html", **_case_view(get_case_for(me(), number)))


def _case_view(case: Case) -> dict[str, object]:
    account = me()
    steps = open_steps(case.stands, account.role, account.region, case.adcode)
    building = bool(steps) and case.stands in (State.OPENED, State.REVIEW)
    return _choices() | {
        "case": case,
        "typed": typed_of(case),
        "evidence": evidence_of(case),
        "taken": steps_of(case),
        "step_names": {step.value: step.text for step in Step} | _GATE_STEPS,
        "gates": Gate,
        "missing": missing_gates(case.gates),
        "steps": [step for step in steps if step not in APART],
        "may": {step.value for step in steps},
        "needs_reason": NEEDS_REASON,
        "outcomes": Outcome,
        "building": building,
        "own": account.id == case.opened_by,
        "bases": BASES,
        "today": today(),
        "region": regions_by_code([case.adcode]).get(case.adcode),
    }


_GATE_STEPS = {f"gate_{gate.value}"[:12]: gate.text for gate in Gate} | {"open": Text("立案", "Opened")}


def _back(number: str, text: Text) -> ResponseReturnValue:
    tell(text)
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<number>/amend")
def amend(number: str) -> ResponseReturnValue:
    form = request.form
    with transaction():
        case = get_case_for(me(), number)
        opening = opening_of(me(), form, today())
        basis = form.get("legal_basis", ""), form.get("basis_version", "")
        amend_case(me(), case, opening, *basis, version_seen(), now())
    return _back(number, Text("案卷已保存。", "The file is saved."))


@blueprint.post("/<number>/evidence")
def evidence(number: str) -> ResponseReturnValue:
    papers = papers_sent("file")
    with transaction():
        case = get_case_for(me(), number)
        paper = papers[0] if papers else None
        add_evidence(me(), case, request.form.get("what", ""), day_typed("taken_on"), paper, folder(), now())
    return _back(number, Text("证据已入卷。", "The evidence is in the file."))


@blueprint.get("/<number>/evidence/<int:n>")
def evidence_file(number: str, n: int) -> Response:
    found = get_evidence_for(me(), number, n)
    content = BytesIO(path_of(folder(), found.digest).read_bytes())
    return send_file(content, mimetype=found.media_type, as_attachment=True, download_name=found.name)


@blueprint.post("/<number>/gate")
def gate(number: str) -> ResponseReturnValue:
    typed = request.form.get("gate", "")
    if typed not in set(Gate):
        raise RuleBroken(Text("没有这一项", "There is no such system"))
    with transaction():
        case = get_case_for(me(), number)
        pass_gate(me(), case, Gate(typed), request.form.get("note", ""), version_seen(), now())
    return _back(number, Text("已记录：{g}。", "Recorded: {g}.").format(g=Gate(typed).text))


@blueprint.post("/<number>/step")
def step(number: str) -> ResponseReturnValue:
    typed = request.form.get("step", "")
    if typed not in set(Step):
        raise RuleBroken(Text("没有这一步", "There is no such step"))
    with transaction():
        case = get_case_for(me(), number)
        take_step(me(), case, Step(typed), request.form.get("reason", ""), version_seen(), now())
    return _back(number, Text("已办理：{s}。", "Done: {s}.").format(s=Step(typed).text))


@blueprint.post("/<number>/decide")
def decide_(number: str) -> ResponseReturnValue:
    """Suspending or revoking a licence happens here and in the licence at once, or not at all."""
    with transaction():
        case = get_case_for(me(), number)
        decision = decision_of(request.form, request.form.getlist("outcomes"))
        version = case.licence.version if case.licence else None
        decide(me(), case, decision, case.licence, version, version_seen(), work_calendar(), now())
    return _back(number, Text("决定已作出。", "The decision is made."))


@blueprint.post("/<number>/publish")
def publish_(number: str) -> ResponseReturnValue:
    with transaction():
        case = get_case_for(me(), number)
        form = request.form
        publish(me(), case, form.get("published", ""), form.get("typical", ""), version_seen(), now())
    return _back(number, Text("已公示。", "Published."))


@blueprint.post("/<number>/correct")
def correct_(number: str) -> ResponseReturnValue:
    with transaction():
        case = get_case_for(me(), number)
        form = request.form
        correct(me(), case, form.get("published", ""), form.get("reason", ""), version_seen(), now())
    return _back(number, Text("公示已更正。", "What is published is corrected."))
