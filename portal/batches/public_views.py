"""/batches/<code>: what whoever holds a packet may know; and what marketplaces ask.

These answers change with every event of a batch and not with the version of the register, so they are
never kept by it (docs/decisions/023-batches-and-scans.md).
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.batches import (
    epcis_out,
    label_panels,  # noqa: F401 - the page of a label hears of batches by being read
    present,
)
from portal.batches.codes import is_miscopied, read_code
from portal.batches.epcis import MEDIA_TYPE
from portal.batches.listings import check as check_batch
from portal.batches.listings import licence_for, sold_out
from portal.batches.models import Batch
from portal.batches.queries import (
    COMPARE,
    MISCOPIED,
    NO_BATCH,
    batches_by_code,
    events_of_many,
    get_public_batch,
    get_public_test,
    labels_of,
)
from portal.batches.trace import Way, trace
from portal.catalogue.made_map import get_map
from portal.catalogue.map_pictures import draw_members
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.text import Text
from portal.limits import limiter
from portal.papers.sent_views import paper_answer
from portal.verification.many import Told, add_finder
from portal.verification.views import add_reader, add_resolver

blueprint = Blueprint("batches_public", __name__, url_prefix="/batches")

SOLD_OUT_SHOWN = 50


@blueprint.after_request
def _never_kept(response: Response) -> Response:
    """Asked again each time; an unchanged answer costs no bytes."""
    response.headers.setdefault("Cache-Control", "public, no-cache")
    if response.status_code == 200 and not response.is_streamed:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
        response.make_conditional(request)
    return response


def _leads_to(typed: str) -> str | None:
    code = read_code(typed)
    return url_for("batches_public.show", code=code) if code else None


def _resolve(code: str) -> ResponseReturnValue | None:
    address = _leads_to(code)
    return redirect(address) if address else None


def _tell_of_many(typed: Sequence[str], on: date) -> dict[str, Told]:
    codes = {one: code for one in typed if (code := read_code(one))}
    found = batches_by_code(codes.values()) if codes else {}
    return {one: _told(code, found.get(code)) for one, code in codes.items()}


def _told(code: str, batch: Batch | None) -> Told:
    if batch is None:
        return Told("negative", NO_BATCH, MISCOPIED if is_miscopied(code) else COMPARE)
    if batch.recall:
        return Told("negative", RECALLED, Text(batch.recall.reason, batch.recall.reason), batch.indication)
    note = Text("{goods}；点开看从地里到这里", "{goods}; open it for its way from the field")
    return Told("positive", ON_RECORD, note.format(goods=batch.goods), batch.indication)


ON_RECORD = Text("登记在册的批次", "A batch on record")
RECALLED = Text("已召回的批次", "A recalled batch")
add_finder(_tell_of_many)
add_reader(_leads_to)
add_resolver(_resolve)


@blueprint.get("/<code>")
@limiter.limit("300 per minute")
def show(code: str) -> ResponseReturnValue:
    batch = get_public_batch(code)
    story = present.story_of(batch)
    return render_template(
        "batches/show.html",
        batch=batch,
        story=story,
        test_codes=present.test_codes(story),
        days_text=present.days_text,
        producer=present.public_name(batch.producer),
        licence=licence_for(batch, today()),
        label_count=sum(one.count for one in labels_of([batch.id])),
        tip_url=tip_address(batch),
        present=present,
    )


def tip_address(batch: Batch, code: str = "") -> str | None:
    """Where something wrong is told, with all that is known filled in; None until tips can be taken."""
    if "tips.new" not in current_app.view_functions:
        return None
    known = {"code": code or batch.code, "batch": batch.code, "gi": batch.indication.slug}
    if batch.producer.name_public:
        known["producer"] = batch.producer.number
    return "/tips/new?" + urlencode(known)


@blueprint.get("/<code>/map.svg")
@limiter.limit("300 per minute")
def picture(code: str) -> Response:
    """The counties a batch passed."""
    batch = get_public_batch(code)
    title = Text(f"批次 {batch.code} 经过的县", f"The counties that batch {batch.code} passed")
    counties = present.story_of(batch).counties
    drawing = draw_members(get_map(), counties, [], title, current_language())
    return Response(drawing, mimetype="image/svg+xml")


@blueprint.get("/<code>/tests/<int:number>")
def send_test(code: str, number: int) -> ResponseReturnValue:
    return paper_answer(get_public_test(code, number))


@blueprint.get("/<code>/epcis.json")
@limiter.limit("60 per minute")
def epcis(code: str) -> Response:
    """The story as EPCIS 2.0, without receivers, notes and exact places."""
    batch = get_public_batch(code)
    ids = sorted(line.id for line in trace([batch.id], Way.BACK).lines)[-present.MOST_IN_STORY :]
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    events = [event for event in events_of_many(ids) if present.belongs(event, set(ids), batch.id)]
    said = epcis_out.document(events, base, batch.created_at, private=False)
    return Response(json.dumps(said, ensure_ascii=False), content_type=MEDIA_TYPE)


# ---- marketplaces


@blueprint.get("/check")
@limiter.limit("300 per minute")
def check() -> str:
    typed = {name: request.args.get(name, "").strip()[:200] for name in ("code", "seller", "shop")}
    asked = typed["code"] and (typed["seller"] or typed["shop"])
    return render_template(
        "batches/check.html",
        typed=typed,
        checked=check_batch(typed["code"], typed["seller"], typed["shop"], today()) if asked else None,
        sold=sold_out(None, SOLD_OUT_SHOWN),
        present=present,
        today=today(),
    )


@blueprint.get("/sold-out.atom")
def feed() -> Response:
    """The signal to marketplaces: these are sold out."""
    body = render_template(
        "batches/sold_out.atom.xml",
        sold=sold_out(None, SOLD_OUT_SHOWN),
        base=current_app.config["SETTINGS"].base_url.rstrip("/"),
        moment=now(),
        present=present,
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")
