"""The page on which a return is filled in: the same for a producer and for an official who helps."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.visitor_views import tell, version_seen
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import Outdated, Problem, RuleBroken
from portal.lib.text import Text
from portal.paging import whole_number
from portal.papers.sent_views import folder, papers_sent
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
from portal.returns.rules import (
    EDITABLE,
    FIRST_YEAR,
    LIMITS,
    OPEN,
    REQUIRED,
    Finding,
    State,
    Step,
    Values,
    findings_in,
)

# Steps with something typed that must not be lost.
TYPED = frozenset({Step.SAVE, Step.SUBMIT, Step.SEND_BACK})
OTHER_LABELS = {
    "months": Text("分月产值", "Month by month"),
    "file": Text("材料", "Document"),
    "reason": Text("退回原因", "Reason"),
}
LABELS = {name: LIMITS[name][1] for name in SCALES} | OTHER_LABELS

GIVEN_UP = Text("不更正了，已接受的那一版照旧", "The correction is given up; the accepted version stands")
KEPT = Text("草稿已保存，还没有提交", "The draft is saved; it is not submitted yet")
SUBMITTED = Text(
    "已提交，等县里审核；审核之前可以撤回修改",
    "Submitted. The county looks at it next; until then you can take it back",
)
SUBMITTED_FOR = Text("已提交。请核对后接受", "Submitted. Look at it once more, then accept it")
TAKEN_BACK = Text("已撤回，可以修改", "Taken back; it can be changed")
ACCEPTED = Text("已接受，从现在起计入占比{told}", "Accepted; it counts from now on{told}")
SENT_BACK = Text("已退回，等生产者补正{told}", "Sent back; the producer mends it next{told}")
TOLD = Text("，已通知 {n} 人", "; people told: {n}")
NOBODY_TOLD = Text(
    "；没有人在本系统代表它，请电话告知", "; nobody acts for it here, so tell them by telephone"
)


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
    refusal: Problem | None = None,
) -> ResponseReturnValue:
    """The return as it stands; after a refusal with what was typed and what is wrong with it."""
    last = accepted_values(one.indication_id, one.producer_id, one.year - 1)
    values, steps = one.values, steps_open_to(account, one, today())
    if typed is None:
        typed = typed_values(_prefilled(one, values, last))
    written = read_values(typed)[0] if refusal and one.stands in EDITABLE else values
    editions = editions_of(one.indication_id, one.producer_id, one.year)
    body = render_template(
        "returns/file.html",
        one=one,
        blueprint=blueprint,
        editable=one.stands in EDITABLE and Step.SAVE in steps,
        typed=typed,
        months_typed=any(typed.get(f"month_{month}") for month in range(1, 13)),
        faults=refusal.fields if refusal else {},
        refusal=refusal,
        stored=_differing(values, written) if isinstance(refusal, Outdated) else {},
        shown=_shown(values),
        last=_shown(last),
        earlier=_earlier(one, editions),
        fields=[(name, LIMITS[name][1], UNITS[name], name in REQUIRED) for name in SCALES],
        labels=LABELS,
        findings=findings_of(one, written),
        steps=steps,
        Step=Step,
        State=State,
        papers=papers_of(one),
        editions=editions,
    )
    return (body, refusal.status) if refusal else body


def _shown(values: Values | None) -> dict[str, str]:
    return {name: shown_amount(name, getattr(values, name)) for name in SCALES} if values else {}


def _earlier(one: AnnualReturn, editions: list[AnnualReturn]) -> dict[str, str]:
    """What the version said that a correction is to replace, where it said something else."""
    old = next((known for known in editions if known.stands is State.ACCEPTED), None)
    if old is None or one.stands not in OPEN:
        return {}
    return _differing(old.values, one.values)


def _differing(old: Values, new: Values) -> dict[str, str]:
    """What the old values said of whatever the new ones say otherwise."""
    said, other = _shown(old) | {"note": old.note}, _shown(new) | {"note": new.note}
    return {name: text for name, text in said.items() if text and text != other[name]}


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
    values, faults = read_values(request.args)
    return render_template(
        "returns/findings.html",
        findings=findings_of(one, values),
        unread=[(LABELS[name], fault) for name, fault in faults.items()],
        editable=True,
    )


def take_step(account: Account, number: int, blueprint: str) -> ResponseReturnValue:
    """Save, submit, take back, accept, send back or begin a correction, as the pressed button says."""
    form = request.form
    seen = version_seen()
    step = form.get("step", "")
    try:
        with transaction():
            # Read inside the transaction, so that nothing is decided on an old row.
            one = get_return_for(account, number, today())
            number, said = _take(account, one, step, seen)
    except (RuleBroken, Outdated) as refusal:
        db.session.rollback()
        one = get_return_for(account, number, today())
        if isinstance(refusal, Outdated) and _is_as_asked(account, one, step):
            # The button was pressed twice: the first time did it.
            return redirect(url_for(f"{blueprint}.show", number=number), 303)
        if step in TYPED and Step(step) in steps_open_to(account, one, today()):
            return page(account, one, blueprint, form, refusal)
        raise
    if said:
        tell(said)
    return redirect(url_for(f"{blueprint}.show", number=number), 303)


def _take(account: Account, one: AnnualReturn, step: str, seen: int) -> tuple[int, Text | None]:
    """The return to look at next, and what there is to say about the step."""
    if step in (Step.SAVE, Step.SUBMIT):
        _keep(account, one, seen)
        if step == Step.SAVE:
            return one.id, KEPT
        actions.submit_return(account, one, one.version, today(), now())
        return one.id, SUBMITTED if account.role is Role.PRODUCER else SUBMITTED_FOR
    if step == Step.TAKE_BACK:
        actions.take_back(account, one, seen, today())
        return one.id, TAKEN_BACK
    if step == Step.GIVE_UP:
        return actions.give_up(account, one, seen, today()).id, GIVEN_UP
    if step == Step.ACCEPT:
        return one.id, _told(ACCEPTED, actions.accept_return(account, one, seen, today(), now()))
    if step == Step.SEND_BACK:
        reason = request.form.get("reason", "")
        return one.id, _told(SENT_BACK, actions.send_back(account, one, reason, seen, today(), now()))
    if step == Step.CORRECT:
        line = get_line(one.indication_id, one.producer_id, one.year)
        return actions.open_return(account, line, one.year, today(), now()).id, None
    raise RuleBroken(Text("没有这一步", "There is no such step"))


def _keep(account: Account, one: AnnualReturn, seen: int) -> None:
    """The figures, and the document if one was chosen: all of it or nothing."""
    values, faults = read_values(request.form)
    papers = []
    try:
        papers = papers_sent()
    except RuleBroken as refusal:
        faults |= refusal.fields
    if faults:
        raise RuleBroken(Text("还没有保存，请看下面", "Not saved yet: please look below"), faults)
    actions.save_return(account, one, values, seen, today())
    for paper in papers:
        actions.add_paper(account, one, paper, folder(), today(), now())


def _told(said: Text, people: int) -> Text:
    return said.format(told=TOLD.format(n=people) if people else NOBODY_TOLD)


def _is_as_asked(account: Account, one: AnnualReturn, step: str) -> bool:
    """Whether the return stands already as the step would have it, by the same hand."""
    if step in (Step.SAVE, Step.SUBMIT):
        values, faults = read_values(request.form)
        wanted = (State.SUBMITTED,) if step == Step.SUBMIT else tuple(EDITABLE)
        return not faults and one.stands in wanted and values == one.values
    if step == Step.TAKE_BACK:
        return one.stands is State.DRAFT
    done = {Step.ACCEPT: State.ACCEPTED, Step.SEND_BACK: State.SENT_BACK}.get(step)
    return one.stands is done and one.decided_by == account.id
