"""/workbench/batches/…: reports, hand-overs, shops, the trace and EPCIS of one's own batches."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import me, tell, version_seen
from portal.authorisation.queries import acts_for
from portal.batches import handovers, labelling, listings, present, trace_views
from portal.batches.entry import Typed
from portal.batches.models import BatchLabels, Listing
from portal.batches.papers import attach_test, check_report, remove_test
from portal.batches.queries import (
    find_receiver,
    get_batch_for,
    get_handover_for,
    get_test_for,
    handovers_of,
)
from portal.batches.rules import HandoverState, Result
from portal.batches.views import batch_page, blueprint
from portal.db import db, ensure_current, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, Outdated, Problem, RuleBroken, said_with
from portal.lib.text import Text
from portal.paging import whole_number
from portal.papers.sent_views import folder, paper_answer, papers_sent


def _again(code: str, refusal: Problem, at: str) -> ResponseReturnValue:
    """The page of the batch with what was wrong beside its field."""
    faults = refusal.fields or {"": refusal.message}
    return batch_page(get_batch_for(me(), code, today()), faults, at, request.form), refusal.status


# ---- test reports


NO_REPORT = Text("请选择报告的文件", "Choose the file of the report")


@blueprint.post("/<code>/tests")
def add_test(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        typed, papers = Typed(form), papers_sent("file")
        if not papers:
            typed.faults["file"] = NO_REPORT
        said = {
            "tested_on": typed.day("tested_on"),
            "laboratory": typed.words("laboratory"),
            "subject": typed.words("subject"),
            "result": Result(form["result"]) if form.get("result") in set(Result) else None,
            "public": bool(form.get("public")),
        }
        with transaction(), said_with(typed.faults):
            batch = get_batch_for(me(), code, today())
            check_report(said, today())
            if papers:
                attach_test(me(), batch, papers[0], said, folder(), today(), now())
    except RuleBroken as refusal:
        return _again(code, refusal, "tests")
    tell(Text("报告已附上", "The report was attached"))
    return redirect(url_for(".show", code=code) + "#tests", 303)


@blueprint.get("/tests/<int:number>")
def send_test(number: int) -> ResponseReturnValue:
    return paper_answer(get_test_for(me(), number, today()))


@blueprint.post("/<code>/tests/<int:number>/remove")
def take_test_away(code: str, number: int) -> ResponseReturnValue:
    with transaction():
        test = get_test_for(me(), number, today())
        remove_test(me(), get_batch_for(me(), code, today()), test, today())
    return redirect(url_for(".show", code=code) + "#tests", 303)


# ---- labels


@blueprint.post("/<code>/labels")
def put_labels_on(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        first = whole_number(form.get("first", "").strip(), "first", 1, 10**7, 0) or None
        last = whole_number(form.get("last", "").strip(), "last", 1, 10**7, 0) or None
        with transaction():
            batch = get_batch_for(me(), code, today())
            labelling.put_on(
                me(), batch, form.get("range", ""), first, last, now(), in_use=form.get("in_use") == "1"
            )
    except RuleBroken as refusal:
        return _again(code, refusal, "labels")
    return redirect(url_for(".show", code=code) + "#labels", 303)


@blueprint.post("/<code>/labels/<int:number>/remove")
def take_labels_off(code: str, number: int) -> ResponseReturnValue:
    with transaction():
        batch, line = get_batch_for(me(), code, today()), db.session.get(BatchLabels, number)
        if line is None or line.batch_id != batch.id:
            raise NotFound(Text("没有这些标签", "There are no such labels"))
        labelling.take_off(me(), batch, line, today())
    return redirect(url_for(".show", code=code) + "#labels", 303)


# ---- hand-over


@blueprint.post("/<code>/handover")
def hand_over(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        typed = Typed(form)
        grams = typed.grams("grams")
        with transaction(), said_with(typed.faults):
            batch = get_batch_for(me(), code, today())
            ensure_current(batch, whole_number(form.get("version", ""), "version", 0, 10**9, 0))
            receiver = find_receiver(typed.words("receiver"))
            handovers.offer(me(), batch, receiver, grams, typed.words("note"), now())
    except (RuleBroken, Outdated) as refusal:
        db.session.rollback()
        if not (isinstance(refusal, Outdated) and _is_offered(code, form, grams)):
            return _again(code, refusal, "handover")
    tell(Text("已交出，等对方确认", "Handed over; the receiver has to confirm"))
    return redirect(url_for(".show", code=code) + "#handover", 303)


def _is_offered(code: str, form: Mapping[str, str], grams: int | None) -> bool:
    """The button was pressed twice: the newest hand-over of the batch is the one that was asked for."""
    batch, receiver = get_batch_for(me(), code, today()), find_receiver(form.get("receiver", "").strip())
    known = next(iter(handovers_of(batch)), None)
    return (
        known is not None
        and known.stands is HandoverState.OFFERED
        and (known.offered_by, known.grams) == (me().id, grams)
        and receiver is not None
        and known.to_producer_id == receiver.id
    )


@blueprint.get("/handovers/<int:number>")
def show_handover(number: int) -> str:
    return _handover_page(number, {}, {})


def _handover_page(number: int, typed: object, faults: dict[str, Text]) -> str:
    one = get_handover_for(me(), number, today())
    return render_template(
        "batches/handover.html",
        one=one,
        mine=acts_for(me(), one.to_producer_id, today()),
        sent_by_me=acts_for(me(), one.batch.producer_id, today()),
        waiting=one.stands is HandoverState.OFFERED,
        typed=typed,
        faults=faults,
        present=present,
    )


@blueprint.post("/handovers/<int:number>")
def answer_handover(number: int) -> ResponseReturnValue:
    """The receiver confirms or refuses, or the sender takes it back, as the pressed button says."""
    form = request.form
    seen = version_seen()
    step = form.get("step", "")
    try:
        typed = Typed(form)
        grams = typed.grams("grams") if step == "receive" else None
        with transaction(), said_with(typed.faults):
            one = get_handover_for(me(), number, today())
            if step == "receive":
                made = handovers.receive(
                    me(), one, grams, typed.words("lot"), typed.words("note"), seen, now()
                )
                target = url_for(".show", code=made.code)
            elif step == "refuse":
                handovers.refuse(me(), one, typed.words("note"), seen, now())
                target = url_for(".show_list")
            elif step == "take_back":
                handovers.take_back(me(), one, seen, now())
                target = url_for(".show", code=one.batch.code)
            else:
                raise RuleBroken(Text("没有这一步", "There is no such step"))
    except (RuleBroken, Outdated) as refusal:
        db.session.rollback()
        received = get_handover_for(me(), number, today()).received
        if isinstance(refusal, Outdated) and step == "receive" and received is not None:
            # The button was pressed twice: the first time did it.
            return redirect(url_for(".show", code=received.code), 303)
        return _handover_page(number, form, refusal.fields or {"": refusal.message}), refusal.status
    return redirect(target, 303)


# ---- shops


@blueprint.post("/<code>/listings")
def add_listing(code: str) -> ResponseReturnValue:
    try:
        typed = Typed(request.form)
        grams = typed.grams("grams")
        with transaction(), said_with(typed.faults):
            batch = get_batch_for(me(), code, today())
            listings.verify_quantity(me(), batch, typed.words("platform"), typed.words("shop"), grams, now())
    except RuleBroken as refusal:
        return _again(code, refusal, "listings")
    return redirect(url_for(".show", code=code) + "#listings", 303)


@blueprint.post("/<code>/listings/<int:number>/end")
def end_listing(code: str, number: int) -> ResponseReturnValue:
    with transaction():
        batch, one = get_batch_for(me(), code, today()), db.session.get(Listing, number)
        if one is None or one.batch_id != batch.id:
            raise NotFound(Text("没有这家店", "There is no such shop"))
        listings.end_listing(me(), batch, one, today())
    return redirect(url_for(".show", code=code) + "#listings", 303)


# ---- trace and EPCIS


@blueprint.get("/<code>/trace")
def show_trace(code: str) -> ResponseReturnValue:
    return trace_views.page(me(), [get_batch_for(me(), code, today())], "batches")


@blueprint.get("/<code>/epcis.json")
def export_epcis(code: str) -> ResponseReturnValue:
    return trace_views.epcis(me(), get_batch_for(me(), code, today()))
