"""/workbench/batches: what a producer has, what happened to it, and where it came from."""

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, only_producers, tell
from portal.authorisation.present import places_of
from portal.authorisation.queries import get_producer_of, producers_of
from portal.batches import labelling, panels, present
from portal.batches.actions import enter_event, rename_lot
from portal.batches.entry import OUTPUT_ROWS, read_beginning, read_event, typed_kg
from portal.batches.handovers import waiting_days
from portal.batches.models import Batch
from portal.batches.queries import (
    BatchFilter,
    batches_for,
    events_of,
    get_batch_for,
    gis_of,
    handovers_of,
    handovers_to,
    labels_of,
    listings_of,
    tests_of,
    usable_batches,
)
from portal.batches.rules import (
    SHAPES,
    TURNING,
    WATCHING,
    BatchState,
    Kind,
    Result,
    Stage,
)
from portal.catalogue.queries import get_indication
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number

blueprint = Blueprint("batches", __name__, url_prefix="/workbench/batches")

PER_PAGE = 50
BEGINNINGS = (Kind.HARVEST, Kind.PLANT)


blueprint.before_request(only_producers)


blueprint.after_request(keep_nowhere)


def asked_filter() -> BatchFilter:
    args = request.args
    state, stage = args.get("state", ""), args.get("stage", "")
    return BatchFilter(
        gi=args.get("gi", "")[:80],
        state=BatchState(state) if state in set(BatchState) else None,
        stage=Stage(stage) if stage in set(Stage) else None,
        text=args.get("q", "").strip()[:60],
        sort=args.get("sort", "-made"),
    )


@blueprint.get("")
def show_list() -> str:
    asked = asked_filter()
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(batches_for(me(), asked, today()), number, PER_PAGE)
    waiting = handovers_to(me(), today())
    return render_template(
        "batches/my_list.html",
        asked=asked,
        page=found,
        places=places_of([one.adcode for one in found.items]),
        waiting=waiting,
        waited={one.id: present.waited(waiting_days(one, today())) for one in waiting},
        states=list(BatchState),
        stages=list(Stage),
        present=present,
        producers=producers_of(me(), today()),
    )


# ---- beginning


@blueprint.route("/begin", methods=["GET", "POST"])
def begin() -> ResponseReturnValue:
    if request.method == "GET":
        return _beginning({"key": secrets.token_hex(12), "on": today().isoformat()}, {})
    form = request.form
    try:
        with transaction():
            producer = get_producer_of(me(), form.get("producer", ""), today())
            kind = Kind(form.get("kind")) if form.get("kind") in BEGINNINGS else Kind.HARVEST
            indication = get_indication(form.get("gi", "")) if form.get("gi") else None
            wanted = read_beginning(form, kind, indication, panels.plot_asked(producer, form), now())
            event = enter_event(me(), producer, wanted, now())
            code = event.parts[-1].batch.code
    except RuleBroken as refusal:
        return _beginning(form, refusal.fields or {"": refusal.message}), 400
    return redirect(url_for(".show", code=code), 303)


def _beginning(typed: object, faults: dict[str, Text]) -> str:
    producers = producers_of(me(), today())
    gis = {one.slug: one for producer in producers for one in gis_of(producer.id, today())}
    return render_template(
        "batches/begin.html",
        producers=producers,
        gis=[(slug, one.name) for slug, one in gis.items()],
        plots=panels.plots_for(producers),
        kinds=[(kind.value, kind.text) for kind in BEGINNINGS],
        typed=typed,
        faults=faults,
        today=today(),
    )


# ---- one batch


@blueprint.get("/<code>")
def show(code: str) -> str:
    return batch_page(get_batch_for(me(), code, today()))


def batch_page(
    batch: Batch, faults: dict[str, Text] | None = None, at: str = "", typed: object = None
) -> str:
    """The page of a batch; `at` names the form in which something was wrong."""
    events = events_of(batch)
    return render_template(
        "batches/my_batch.html",
        batch=batch,
        events=events,
        places=places_of([batch.adcode, *(event.adcode for event in events)]),
        tests=tests_of([batch.id]),
        labels=labelling.lines_of(labels_of([batch.id])),
        ranges=labelling.ranges_for(batch),
        handovers=handovers_of(batch),
        listings=listings_of([batch.id]),
        kinds=_kinds_open(batch),
        results=list(Result),
        present=present,
        faults=faults or {},
        at=at,
        typed=typed or {},
        today=today(),
        token=secrets.token_hex(12),
    )


LIKELY_NEXT = {
    Stage.DRYING: (Kind.PROCESS,),
    Stage.STORING: (Kind.PROCESS,),
    Stage.PROCESSING: (Kind.SELL,),
    Stage.TRADING: (Kind.SELL,),
}


def _kinds_open(batch: Batch) -> list[Kind]:
    """What can happen next, the likely first."""
    if batch.stands is BatchState.RECALLED:
        return [Kind.LOSE] if batch.grams_left else []
    if batch.grams is None:
        return [Kind.TEND, Kind.HARVEST]
    if not batch.grams_left:
        return []
    likely = LIKELY_NEXT.get(batch.staged, ())
    every = [
        Kind.DRY, Kind.PROCESS, Kind.MOVE, Kind.STORE, Kind.SPLIT, Kind.JOIN, Kind.SELL, Kind.LOSE,
    ]  # fmt: skip
    return list(dict.fromkeys([*likely, *every]))


@blueprint.post("/<code>/lot")
def change_lot(code: str) -> ResponseReturnValue:
    try:
        with transaction():
            rename_lot(me(), get_batch_for(me(), code, today()), request.form.get("lot", ""), today())
    except RuleBroken as refusal:
        batch = get_batch_for(me(), code, today())
        return batch_page(batch, refusal.fields, "lot", request.form), 400
    return redirect(url_for(".show", code=code), 303)


# ---- an event


@blueprint.route("/<code>/event", methods=["GET", "POST"])
def enter(code: str) -> ResponseReturnValue:
    batch = get_batch_for(me(), code, today())
    kind = _kind_asked(batch)
    if request.method == "GET":
        typed = {"key": secrets.token_hex(12), "on": today().isoformat()}
        if kind in TURNING:
            typed["grams"] = typed_kg(batch.grams_left)
        return _event_form(batch, kind, typed, {})
    try:
        with transaction():
            batch = get_batch_for(me(), code, today())
            event = enter_event(me(), batch.producer, read_event(request.form, batch, kind, now()), now())
            made = [part.batch.code for part in event.parts if part.role == "out"]
    except RuleBroken as refusal:
        batch = get_batch_for(me(), code, today())
        return _event_form(batch, kind, request.form, refusal.fields or {"": refusal.message}), 400
    tell(Text("已登记", "Recorded"))
    return redirect(url_for(".show", code=made[0] if len(made) == 1 else code), 303)


def _kind_asked(batch: Batch) -> Kind:
    asked = request.values.get("kind", "")
    if asked not in set(Kind) or Kind(asked) not in _kinds_open(batch):
        raise NotFound(
            Text("这个批次现在不能这样登记", "Nothing of that kind can be recorded of this batch now")
        )
    return Kind(asked)


def _event_form(batch: Batch, kind: Kind, typed: object, faults: dict[str, Text]) -> str:
    joins = kind in (Kind.JOIN, Kind.PROCESS, Kind.DRY)
    return render_template(
        "batches/event.html",
        batch=batch,
        kind=kind,
        shape=SHAPES[kind],
        takes=kind in TURNING or kind is Kind.SELL,
        makes=kind in TURNING or kind is Kind.HARVEST,
        watches=kind in WATCHING,
        rows=1 if kind is Kind.JOIN else OUTPUT_ROWS,
        others=usable_batches(batch.producer_id, batch.indication_id, batch.id) if joins else [],
        listings=listings_of([batch.id]) if kind is Kind.SELL else [],
        typed=typed,
        faults=faults,
        present=present,
        today=today(),
        Kind=Kind,
    )
