"""/office/batches: what stands where, the trace both ways, recalls."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import scope_covers
from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.authorisation.present import places_of
from portal.batches import labelling, panels, present, recalls, trace_views
from portal.batches.models import Batch
from portal.batches.queries import (
    batches_by_id,
    batches_for,
    events_of,
    get_batch_for,
    get_test_for,
    handovers_of,
    labels_of,
    listings_of,
    scope_of,
    tests_of,
)
from portal.batches.rules import RECALLERS, BatchState, Stage
from portal.batches.trace import Way, starts_of_plot, trace
from portal.batches.views import asked_filter
from portal.db import transaction
from portal.land.queries import get_plot_for
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.papers.sent_views import paper_answer
from portal.producers.queries import indications_with_roster

blueprint = Blueprint("batches_office", __name__, url_prefix="/office/batches")

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    scope_of(me())


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    asked = asked_filter()
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(batches_for(me(), asked, today()), number, PER_PAGE)
    return render_template(
        "batches/office_list.html",
        asked=asked,
        page=found,
        places=places_of([one.adcode for one in found.items]),
        states=list(BatchState),
        stages=list(Stage),
        gis=indications_with_roster(me().region),
        present=present,
    )


@blueprint.get("/<code>")
def show(code: str) -> str:
    return _batch_page(get_batch_for(me(), code, today()), {}, {})


def _batch_page(batch: Batch, typed: object, faults: dict[str, Text]) -> str:
    events = events_of(batch)
    return render_template(
        "batches/office_batch.html",
        batch=batch,
        events=events,
        places=places_of([batch.adcode, *(event.adcode for event in events)]),
        tests=tests_of([batch.id]),
        labels=labelling.lines_of(labels_of([batch.id])),
        plot=panels.plot_numbers([batch.plot_id]).get(batch.plot_id),
        handovers=handovers_of(batch),
        listings=listings_of([batch.id]),
        may_recall=me().role in RECALLERS and scope_covers(me().region, batch.adcode),
        typed=typed,
        faults=faults,
        present=present,
        Way=Way,
    )


@blueprint.get("/tests/<int:number>")
def send_test(number: int) -> ResponseReturnValue:
    return paper_answer(get_test_for(me(), number, today()))


@blueprint.get("/<code>/trace")
def show_trace(code: str) -> str:
    return trace_views.page(me(), [get_batch_for(me(), code, today())], "batches_office")


@blueprint.get("/<code>/trace.<form>")
def download_trace(code: str, form: str) -> ResponseReturnValue:
    """The recall list: one click."""
    batch, way = get_batch_for(me(), code, today()), trace_views.way_asked()
    return trace_views.file_of(me(), trace([batch.id], way), form, f"{batch.code}-{way.value}")


@blueprint.get("/<code>/epcis.json")
def export_epcis(code: str) -> ResponseReturnValue:
    return trace_views.epcis(me(), get_batch_for(me(), code, today()))


@blueprint.get("/plot/<number>")
def show_plot(number: str) -> str:
    """Which batches did this plot reach?"""
    plot = get_plot_for(me(), number, today())
    start = list(batches_by_id(starts_of_plot(plot.id)).values())
    title = Text("地块 {name}", "Plot {name}").format(name=plot.name)
    return trace_views.page(me(), start, "batches_office", title)


@blueprint.post("/<code>/recall")
def take_recall(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        with transaction():
            batch = get_batch_for(me(), code, today())
            if form.get("step") == "end":
                recalls.end_recall(me(), batch, form.get("reason", ""), now())
                said = Text("召回已解除", "The recall has ended")
            else:
                one = recalls.recall(me(), batch, form.get("reason", ""), now())
                said = Text(
                    "已召回 {n} 个批次，有关生产者已收到通知",
                    "{n} [n:batch|batches] recalled; the producers were told",
                )
                said = said.format(n=one.batches)
    except RuleBroken as refusal:
        batch = get_batch_for(me(), code, today())
        return _batch_page(batch, form, refusal.fields or {"": refusal.message}), 400
    tell(said)
    return redirect(url_for(".show", code=code), 303)


@blueprint.get("/find")
def find() -> ResponseReturnValue:
    """Where did this packet come from: by the code on a label or of a batch."""
    typed = request.args.get("code", "").strip()[:120]
    found = labelling.batch_of_code(typed)
    if found is None:
        raise NotFound(
            Text("没有批次带这个编码", "No batch carries this code"),
            next_step=Text(
                "标签可能还没有登记到批次；请核对编码",
                "The label may not be put on a batch yet; check the code",
            ),
        )
    batch = get_batch_for(me(), found.code, today())
    return redirect(url_for(".show_trace", code=batch.code, way=Way.BACK.value), 303)
