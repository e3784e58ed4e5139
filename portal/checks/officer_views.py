"""/office/checks/officers: who can be drawn to check, and whom each may not check."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me
from portal.checks import officers as actions
from portal.checks.queries import conflicts_of, get_officer_for, officers_of, scope_of
from portal.checks.rules import KEEPERS
from portal.db import transaction
from portal.lib.clock import today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.producers.queries import get_producer_for
from portal.regions.queries import children_of, regions_by_code

blueprint = Blueprint("check_officers", __name__, url_prefix="/office/checks/officers")
blueprint.after_request(keep_nowhere)

PER_PAGE = 100
NO_SUCH_PRODUCER = Text(
    "您的地区没有这个生产者，请填它的登记编号或信用代码",
    "No such producer in your region; give its registered number or USCC",
)


@blueprint.before_request
def _only_readers() -> None:
    scope_of(me())


@blueprint.get("")
def show_list() -> ResponseReturnValue:
    return _page({}, None)


def _page(
    faults: Mapping[str, Text], message: Text | None, declaring: int | None = None
) -> ResponseReturnValue:
    """`declaring` is the officer whose declaration was refused: it is shown open, with what was typed."""
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(officers_of(me()), number, PER_PAGE)
    conflicts: dict[int, list] = {}
    for one in conflicts_of(officer.id for officer in found.items):
        conflicts.setdefault(one.officer_id, []).append(one)
    region = me().region
    places = [*regions_by_code([region]).values(), *(r for r in children_of(region) if len(r.adcode) == 6)]
    body = render_template(
        "checks/officers.html",
        page=found,
        conflicts=conflicts,
        regions=regions_by_code(one.adcode for one in found.items),
        places=places,
        keeper=me().role in KEEPERS,
        own_id=me().id,
        typed=request.form,
        declaring=declaring,
        places_of_faults={
            f"{name}-{declaring}" if declaring else name: text for name, text in faults.items()
        },
        faults=faults,
        message=message,
    )
    return (body, 400) if message else body


@blueprint.post("")
def enlist() -> ResponseReturnValue:
    form = request.form
    try:
        with transaction():
            actions.enlist(
                me(),
                form.get("licence", ""),
                form.get("name", ""),
                form.get("unit", ""),
                form.get("place", ""),
                form.get("email", ""),
                today(),
            )
    except RuleBroken as refusal:
        return _page(refusal.fields, refusal.message)
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<int:number>/<any(end, return):step>")
def move(number: int, step: str) -> ResponseReturnValue:
    with transaction():
        officer = get_officer_for(me(), number)
        if step == "end":
            actions.end_officer(me(), officer, today())
        else:
            actions.bring_back(me(), officer)
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<int:number>/conflicts")
def declare(number: int) -> ResponseReturnValue:
    form = request.form
    try:
        with transaction():
            officer = get_officer_for(me(), number)
            producer = get_producer_for(me(), form.get("producer", "").strip().upper())
            actions.declare_conflict(me(), officer, producer, form.get("reason", ""), today())
    except NotFound:
        faults = actions.conflict_faults(form.get("reason", ""))
        return _page({"producer": NO_SUCH_PRODUCER} | faults, actions.NOT_STORED, number)
    except RuleBroken as refusal:
        return _page(refusal.fields, refusal.message, number)
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<int:number>/conflicts/<int:conflict>/end")
def end_conflict(number: int, conflict: int) -> ResponseReturnValue:
    with transaction():
        officer = get_officer_for(me(), number)
        one = next((c for c in conflicts_of([officer.id]) if c.id == conflict), None)
        if one is None:
            raise NotFound(Text("没有这条回避", "There is no such conflict"))
        actions.end_conflict(me(), officer, one, today())
    return redirect(url_for(".show_list"), 303)
