"""/office/checks: plans from draft to draw, and what each check found."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import scope_covers
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.authorisation.blueprint_views import REFUSALS
from portal.catalogue.models import Indication
from portal.checks import actions, audit, present, seeds, sheets
from portal.checks.blueprint_views import day_typed, number_typed, worded
from portal.checks.models import CheckPlan
from portal.checks.plan_data import PlanData, plan_faults
from portal.checks.queries import (
    checks_of,
    commitments_of,
    get_plan_for,
    officers_for,
    plans_for,
    scope_of,
    steps_open_to,
    subjects_for,
)
from portal.checks.rules import (
    FEWEST_OFFICERS,
    GRADES,
    KEEPERS,
    USUAL_FALLBACK,
    USUAL_WEIGHTS,
    PlanState,
    PlanStep,
    SeedKind,
    SubjectClass,
    stands_in,
)
from portal.credit.rules import Grade
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import Outdated, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.producers.queries import get_roster_for, indications_with_roster
from portal.regions.queries import children_of, regions_by_code

blueprint = Blueprint("checks_office", __name__, url_prefix="/office/checks")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    scope_of(me())


@blueprint.get("")
def show_list() -> str:
    state = request.args.get("state", "")
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    chosen = PlanState(state) if state in set(PlanState) else None
    found = page_of(plans_for(me(), chosen), number, PER_PAGE)
    return render_template(
        "checks/office_list.html",
        page=found,
        state=state,
        states=PlanState,
        regions=regions_by_code(one.adcode for one in found.items),
        keeper=me().role in KEEPERS,
    )


# ---- drafting


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    return _plan_form(None, _usual(), {}, None)


def _usual() -> dict[str, str]:
    """What a new plan begins with."""
    typed = {f"weight-{grade}": str(weight) for grade, weight in USUAL_WEIGHTS.items()}
    ends = date(today().year, 12, 31)
    by = ends if ends - today() > timedelta(30) else today() + timedelta(60)
    return typed | {
        "officers_each": str(FEWEST_OFFICERS),
        "seed_kind": SeedKind.COMMIT.value,
        "fallback": USUAL_FALLBACK.zh,
        "scope": me().region,
        "check_by": by.isoformat(),
        "wanted-authorised": "5",
    }


def _plan_form(
    plan: CheckPlan | None,
    typed: Mapping[str, str],
    faults: Mapping[str, Text],
    message: Text | None,
    status: int = 400,
) -> ResponseReturnValue:
    region = me().region
    places = [*regions_by_code([region]).values(), *(r for r in children_of(region) if len(r.adcode) == 6)]
    body = render_template(
        "checks/plan_form.html",
        plan=plan,
        typed=typed,
        faults=faults,
        message=message,
        places=places,
        gis=indications_with_roster(region),
        classes=SubjectClass,
        grades=[Grade(one) for one in GRADES],
        seed_kinds=SeedKind,
    )
    return (body, status) if message else body


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    try:
        with transaction():
            number = actions.draft_plan(me(), _read_plan(), today(), now()).number
    except RuleBroken as refusal:
        return _plan_form(None, request.form, refusal.fields, refusal.message)
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/<number>/edit")
def edit(number: str) -> ResponseReturnValue:
    plan = get_plan_for(me(), number)
    typed = {f"weight-{grade}": str(weight) for grade, weight in plan.weights.items()}
    typed |= {f"wanted-{name}": str(count) for name, count in plan.wanted.items()}
    typed |= {
        "title": plan.title,
        "basis": plan.basis,
        "scope": plan.adcode,
        "gi": plan.indication.slug if plan.indication else "",
        "officers_each": str(plan.officers_each),
        "seed_kind": plan.seed_kind,
        "fallback": plan.later_source or USUAL_FALLBACK.zh
        if plan.seeded_by is SeedKind.COMMIT
        else USUAL_FALLBACK.zh,
        "later_source": plan.later_source or "" if plan.seeded_by is SeedKind.LATER else "",
        "later_on": plan.later_on.isoformat() if plan.later_on else "",
        "check_by": plan.check_by.isoformat(),
    }
    return _plan_form(plan, typed, {}, None)


@blueprint.post("/<number>/edit")
def amend(number: str) -> ResponseReturnValue:
    try:
        with transaction():
            actions.amend_plan(me(), get_plan_for(me(), number), _read_plan(), version_seen(), today())
    except Outdated as refusal:
        # Pressed again over the new state, which the page says, it is meant.
        plan = get_plan_for(me(), number)
        typed = request.form.to_dict() | {"version": plan.version}
        return _plan_form(plan, typed, {}, refusal.message, refusal.status)
    except RuleBroken as refusal:
        return _plan_form(get_plan_for(me(), number), request.form, refusal.fields, refusal.message)
    return redirect(url_for(".show", number=number), 303)


OFFICERS_EACH = Text("每户执法人员数", "Officers for each")


def _read_plan() -> PlanData:
    form, faults = request.form, {}
    weights = {grade: number_typed(f"weight-{grade}", faults, Grade(grade).text) for grade in GRADES}
    wanted = {
        one.value: number_typed(f"wanted-{one.value}", faults, one.text)
        for one in SubjectClass
        if form.get(f"wanted-{one.value}", "").strip() not in ("", "0")
    }
    kind, scope = form.get("seed_kind", ""), form.get("scope", "")
    if kind not in set(SeedKind):
        faults["seed_kind"] = Text("请选择种子来源", "Choose where the seed comes from")
    if not scope_covers(me().region, scope):
        faults["scope"] = Text("应在您的地区之内", "Must lie in your region")
    check_by = day_typed("check_by", faults)
    later_on = day_typed("later_on", faults) if form.get("later_on") else None
    officers = number_typed("officers_each", faults, OFFICERS_EACH)
    data = PlanData(
        title=form.get("title", ""),
        adcode=scope,
        basis=form.get("basis", ""),
        wanted=wanted,
        officers_each=officers,
        weights=weights,
        seed_kind=SeedKind(kind) if kind in set(SeedKind) else SeedKind.COMMIT,
        check_by=check_by or today(),
        indication=_gi(form.get("gi", "")),
        later_source=form.get("fallback" if kind == SeedKind.COMMIT else "later_source", ""),
        later_on=later_on,
    )
    if faults:
        raise RuleBroken(actions.NOT_STORED, _judged(data, faults) | faults)
    return data


def _judged(data: PlanData, unread: dict[str, Text]) -> dict[str, Text]:
    """What the rules find in the rest; a table with a number that was not read is not judged."""
    tables = {"weights" if one.startswith("weight-") else one.partition("-")[0] for one in unread}
    return {name: text for name, text in plan_faults(data, today()).items() if name not in tables}


def _gi(slug: str) -> Indication | None:
    return get_roster_for(me(), slug) if slug else None


# ---- one plan


@blueprint.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return _show(number, {}, None)


def _show(
    number: str, faults: Mapping[str, Text], message: Text | None, status: int = 400
) -> ResponseReturnValue:
    plan = get_plan_for(me(), number)
    checks, commitments = checks_of(plan), commitments_of(plan)
    current = [c for c in commitments if c.round == plan.round]
    draft = plan.stands is PlanState.DRAFT
    body = render_template(
        "checks/office_show.html",
        plan=plan,
        answer=present.answer_of(plan, checks, today()),
        stations=worded(present.stations(plan, current, today())),
        commitments=commitments,
        mine=next((c for c in current if c.account_id == me().id), None),
        checks=[one for one in checks if one.round == plan.round],
        void=[one for one in checks if one.round != plan.round],
        waiting=sum(1 for one in checks if one.result and not one.published_at and one.round == plan.round),
        subjects={k: len(v) for k, v in subjects_for(plan, today()).items()} if draft else {},
        officers=len(officers_for(plan.adcode, today())) if draft else None,
        place=regions_by_code([plan.adcode]).get(plan.adcode),
        places=regions_by_code(one.adcode for one in checks),
        open_steps=steps_open_to(me(), plan),
        may_audit=audit.may_audit(me(), plan),
        stands_in=stands_in(plan.stands, plan.reveal_by, plan.later_source, today()),
        PlanStep=PlanStep,
        classes=SubjectClass,
        grades=[Grade(one) for one in GRADES],
        keeper=me().role in KEEPERS,
        typed=request.form,
        faults=faults,
        message=message,
        present=present,
        day=today(),
    )
    return (body, status) if message else body


@blueprint.post("/<number>/lists")
def take_lists(number: str) -> Response:
    """Taking them is an entry, so it is pressed and not merely read."""
    with transaction():
        plan = get_plan_for(me(), number)
        proof = json.dumps(actions.proof(plan), ensure_ascii=False, indent=1) if plan.drawn_at else ""
        pack = audit.hand_over_lists(me(), plan, proof)
    answer = Response(pack, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}-sealed-lists.zip"'
    return answer


@blueprint.post("/<number>/<any(freeze, commit, reveal, value, again, abandon, publish):step>")
def take_step(number: str, step: str) -> ResponseReturnValue:
    try:
        seen = version_seen()
        with transaction():
            plan = get_plan_for(me(), number)
            _take(plan, step, seen)
            drawn = step == "reveal" and plan.stands is PlanState.DRAWN
    except REFUSALS as refusal:
        return _show(number, refusal.fields, refusal.message, refusal.status)
    tell(BOTH_REVEALED if drawn else DONE[step])
    return redirect(url_for(".show", number=number), 303)


BOTH_REVEALED = Text("两人都已揭示，已经抽取", "Both are revealed, and it is drawn")
DONE = {
    "freeze": Text("名单已冻结，摘要已公布", "The lists are frozen, their digests published"),
    "commit": Text("承诺已公布；请保管好您的数", "Your commitment is published; keep your secret safe"),
    "reveal": Text("已揭示；另一人揭示后立即抽取", "Revealed; the draw follows as soon as the other reveals"),
    "value": Text("已录入并抽取", "Entered, and drawn"),
    "again": Text("名单已重新冻结，理由已公布", "The lists are frozen anew, the reason is published"),
    "abandon": Text("已放弃，理由已公布", "Abandoned; the reason is published"),
    "publish": Text("结果已公示", "The results are public"),
}


def _take(plan: CheckPlan, step: str, seen: int) -> None:
    form, account = request.form, me()
    if step == "freeze":
        actions.freeze_plan(account, plan, seen, today(), now())
    elif step == "commit":
        seeds.commit(account, plan, form.get("digest", ""), seen, today(), now())
    elif step == "reveal":
        seeds.reveal(account, plan, form.get("secret", ""), seen, today(), now())
    elif step == "value":
        value, source = form.get("value", ""), form.get("source", "")
        seeds.enter_value(account, plan, value, source, seen, today(), now())
    elif step == "again":
        faults: dict[str, Text] = {}
        on = day_typed("later_on", faults) if form.get("later_on") else None
        source = form.get("later_source", "")
        actions.draw_again(account, plan, form.get("reason", ""), seen, today(), now(), source, on)
    elif step == "abandon":
        actions.abandon(account, plan, form.get("reason", ""), seen)
    else:
        for one in checks_of(plan, plan.round):
            if one.result is not None:
                sheets.make_public(account, one, now())
