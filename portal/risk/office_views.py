"""/office/risk: what the portal found by itself, for a person to dismiss with a reason or to take up."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, tell, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import regions_by_code
from portal.risk import actions, computing
from portal.risk.queries import (
    FindingFilter,
    counts_of,
    findings_for,
    get_finding_for,
    last_run,
    scope_of,
)
from portal.risk.rules import KEEPERS, FindingKind, FindingState, TakenAs, may_reopen
from portal.risk.taking_up import checks_open, tips_open

blueprint = Blueprint("risk_office", __name__, url_prefix="/office/risk")

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    scope_of(visitor())


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    args = request.args
    kind, state = args.get("kind", ""), args.get("state", FindingState.OPEN.value)
    asked = FindingFilter(
        FindingKind(kind) if kind in set(FindingKind) else None,
        FindingState(state) if state in set(FindingState) else None,
    )
    number = whole_number(args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(findings_for(visitor(), asked), number, PER_PAGE)
    counts = counts_of(visitor())
    return render_template(
        "risk/list.html",
        page=found,
        asked=asked,
        kinds=FindingKind,
        states=FindingState,
        by_kind={k: counts.get((k, asked.state), 0) for k in FindingKind} if asked.state else {},
        by_state={s: sum(n for (_, one), n in counts.items() if one is s) for s in FindingState},
        run=last_run(),
        regions=regions_by_code(one.adcode for one in found.items),
        keeper=visitor().role in KEEPERS,
    )


@blueprint.post("/compute")
def compute() -> ResponseReturnValue:
    if visitor().role not in KEEPERS:
        raise NotAllowed(actions.NOT_YOURS)
    count = computing.compute()
    tell(Text(f"已重新计算，全部地区共 {count} 条", f"Computed anew; in all regions: {count}"))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    return _show(number, {}, None)


def _show(number: int, faults: Mapping[str, Text], message: Text | None) -> ResponseReturnValue:
    me, one = visitor(), get_finding_for(visitor(), number)
    to_take = me.role in KEEPERS and one.stands is FindingState.OPEN
    body = render_template(
        "risk/show.html",
        one=one,
        place=regions_by_code([one.adcode]).get(one.adcode),
        keeper=me.role in KEEPERS,
        checks=checks_open(me, one) if to_take else [],
        tips=tips_open(me, one) if to_take else [],
        taken_as=TakenAs(one.taken_as) if one.taken_as else None,
        may_reopen=may_reopen(one.stands, one.taken_as),
        ways=TakenAs,
        typed=request.form,
        faults=faults,
        message=message,
    )
    return (body, 400) if message else body


@blueprint.post("/<int:number>/<any(dismiss, take, reopen):step>")
def take_step(number: int, step: str) -> ResponseReturnValue:
    me, form = visitor(), request.form
    seen = version_seen()
    try:
        with transaction():
            one = get_finding_for(me, number)
            if step == "dismiss":
                actions.dismiss(me, one, form.get("reason", ""), seen, now())
            elif step == "take":
                how, reason = form.get("how", ""), form.get("reason", "")
                where = form.get(how, "") if how in ("check", "tip") else ""
                became = actions.take_up(me, one, how, where, reason, seen, today(), now())
            else:
                actions.reopen(me, one, seen, now())
    except RuleBroken as refusal:
        return _show(number, refusal.fields, refusal.message)
    tell(DONE[step])
    if step == "take" and how == TakenAs.NEW_CHECK:
        # The draft is there with what is known; the rest is for the official to say.
        return redirect(url_for("checks_office.edit", number=became), 303)
    return redirect(url_for(".show", number=number), 303)


DONE = {
    "dismiss": Text(
        "已记下理由；数据变了会再提示", "The reason is kept; it comes back if its figures change"
    ),
    "take": Text("已办理", "Taken up"),
    "reopen": Text("已重新打开", "Opened again"),
}
