"""The page on which a return is filled in: the same for a producer and for an official who helps."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import whole_number
from portal.papers.sent_views import folder, paper_sent
from portal.producers.models import RosterEntry
from portal.returns import actions
from portal.returns.amounts import SCALES, UNITS, read_values, shown_amount, typed_values
from portal.returns.models import AnnualReturn
from portal.returns.queries import (
    accepted_values,
    editions_of,
    get_line,
    get_return_for,
    land_of,
    neighbours_of,
    papers_of,
    steps_open_to,
)
from portal.returns.rules import FIRST_YEAR, LIMITS, REQUIRED, Finding, State, Step, Values, findings_in

EDITABLE = frozenset({State.DRAFT, State.SENT_BACK})


def open_one(account: Account, line_of: RosterEntry, blueprint: str) -> ResponseReturnValue:
    year = whole_number(request.form.get("year", ""), "year", FIRST_YEAR, today().year, today().year)
    with transaction():
        line = get_line(line_of.indication_id, line_of.producer_id, year)
        number = actions.open_return(account, line, year, today(), now()).id
    return redirect(url_for(f"{blueprint}.show", number=number), 303)


def page(
    account: Account,
    one: AnnualReturn,
    blueprint: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Text] | None = None,
    message: Text | None = None,
) -> ResponseReturnValue:
    last = accepted_values(one.indication_id, one.producer_id, one.year - 1)
    values = one.values
    if typed is None:
        typed = typed_values(_prefilled(one, values, last))
    body = render_template(
        "returns/file.html",
        one=one,
        blueprint=blueprint,
        editable=one.stands in EDITABLE,
        typed=typed,
        faults=faults or {},
        message=message,
        shown={name: shown_amount(name, getattr(values, name)) for name in SCALES},
        last={name: shown_amount(name, getattr(last, name)) for name in SCALES} if last else {},
        fields=[(name, LIMITS[name][1], UNITS[name], name in REQUIRED) for name in SCALES],
        findings=findings_of(one, values),
        steps=steps_open_to(account, one, today()),
        Step=Step,
        papers=papers_of(one),
        editions=editions_of(one.indication_id, one.producer_id, one.year),
    )
    return (body, 400) if faults else body


def _prefilled(one: AnnualReturn, values: Values, last: Values | None) -> Values:
    """A new draft begins with last year’s land, which seldom changes; sums stand beside the fields."""
    if values == Values() and last is not None and one.stands is State.DRAFT:
        return Values(area_m2=last.area_m2)
    return values


def findings_of(one: AnnualReturn, values: Values) -> list[Finding]:
    last = accepted_values(one.indication_id, one.producer_id, one.year - 1)
    near = neighbours_of(one.indication_id, one.year, one.producer_id)
    return findings_in(values, last, near, land_of(one.indication_id, one.producer_id, one.year))


def check(account: Account, number: int) -> ResponseReturnValue:
    """What looks odd in what was typed so far, for the script that asks while somebody types."""
    one = get_return_for(account, number, today())
    values, _ = read_values(request.args)
    return render_template("returns/findings.html", findings=findings_of(one, values))


def take_step(account: Account, number: int, blueprint: str) -> ResponseReturnValue:
    """Save, submit, take back, accept, send back or begin a correction, as the pressed button says."""
    form = request.form
    seen = whole_number(form.get("version", ""), "version", 0, 10**9, 0)
    step = form.get("step", "")
    try:
        with transaction():
            # Read inside the transaction, so that nothing is decided on an old row.
            one = get_return_for(account, number, today())
            number = _take(account, one, step, seen)
    except RuleBroken as refusal:
        one = get_return_for(account, number, today())
        if one.stands in EDITABLE and step in (Step.SAVE, Step.SUBMIT):
            return page(
                account, one, blueprint, form, refusal.fields or {"": refusal.message}, refusal.message
            )
        raise
    return redirect(url_for(f"{blueprint}.show", number=number), 303)


def _take(account: Account, one: AnnualReturn, step: str, seen: int) -> int:
    if step in (Step.SAVE, Step.SUBMIT):
        values, faults = read_values(request.form)
        if faults:
            raise RuleBroken(Text("有看不懂的数字", "Some numbers are not understood"), faults)
        actions.save_return(account, one, values, seen, today())
        if step == Step.SUBMIT:
            actions.submit_return(account, one, one.version, today(), now())
    elif step == Step.TAKE_BACK:
        actions.take_back(account, one, seen, today())
    elif step == Step.ACCEPT:
        actions.accept_return(account, one, seen, today(), now())
    elif step == Step.SEND_BACK:
        actions.send_back(account, one, request.form.get("reason", ""), seen, today(), now())
    elif step == Step.CORRECT:
        line = get_line(one.indication_id, one.producer_id, one.year)
        return actions.open_return(account, line, one.year, today(), now()).id
    else:
        raise RuleBroken(Text("没有这一步", "There is no such step"))
    return one.id


def add_file(account: Account, number: int, blueprint: str) -> ResponseReturnValue:
    paper = paper_sent()
    with transaction():
        one = get_return_for(account, number, today())
        actions.add_paper(account, one, paper, folder(), today(), now())
    return redirect(url_for(f"{blueprint}.show", number=number), 303)
