"""Printing files of labels that somebody holds: the producer's page and the office's lead here."""

from collections.abc import Mapping

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from portal.accounts.rules import Role
from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.db import transaction
from portal.labels.models import LabelPart
from portal.labels.part_pages import part_page
from portal.labels.queries import get_part_for, get_set_for, get_sheets_for
from portal.labels.rules import MOST_AT_ONCE, OPEN, SHEETS_AT_WORK, SHEETS_KEPT, PartState, Span
from portal.labels.sheets import ask_for_sheets, file_of, give_up
from portal.lib.clock import day_of, now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.quantity import read_whole
from portal.lib.text import Text
from portal.limits import limiter

blueprint = Blueprint("labels_print", __name__, url_prefix="/workbench/labels")


blueprint.after_request(keep_nowhere)


@blueprint.get("/parts/<int:number>/labels.csv")
@limiter.limit("20 per minute")
def rows(number: int) -> ResponseReturnValue:
    """For a printing house: one row a label, made while it is being sent."""
    from portal.labels.printing import csv_lines

    part, span = _asked(number, request.args)
    label_set = get_set_for(me(), part.set_id, today())
    lines = stream_with_context(csv_lines(label_set, span, _base()))
    answer = Response(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(part.set_id, span)}.csv"'
    return answer


@blueprint.get("/parts/<int:number>/labels.pdf")
@limiter.limit("10 per minute")
def sheets(number: int) -> ResponseReturnValue:
    """Sheets of A4 with 24 labels each, to be printed on ready-cut paper."""
    # reportlab and the font are read by who asks for sheets, not by every worker.
    from portal.labels.printing import sheets_pdf

    part, span = _asked(number, request.args)
    if span.count > MOST_AT_ONCE:
        fault = Text("马上打开的最多 {n} 枚", "At most {n} are opened at once").format(n=MOST_AT_ONCE)
        raise RuleBroken(fault, {"last": fault})
    label_set = get_set_for(me(), part.set_id, today())
    answer = Response(sheets_pdf(label_set, span, _base()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{_name(part.set_id, span)}.pdf"'
    return answer


@blueprint.post("/parts/<int:number>/sheets")
@limiter.limit("20 per minute")
def ask(number: int) -> ResponseReturnValue:
    """A few sheets at once; many in the background, with a page that says how far they are."""
    try:
        part, span = _asked(number, request.form)
    except RuleBroken as refused:
        if not refused.fields:
            raise
        part = get_part_for(me(), number, today())
        return part_page(part, request.form, refused.fields, printing=True), 400
    if span.count <= MOST_AT_ONCE:
        return redirect(url_for(".sheets", number=number, first=span.first, last=span.last), 303)
    with transaction():
        made = ask_for_sheets(me(), get_part_for(me(), part.id, today()), span, now()).id
    return redirect(url_for(".show", number=made), 303)


@blueprint.get("/sheets/<int:number>")
def show(number: int) -> str:
    one = get_sheets_for(me(), number, today())
    return render_template(
        "labels/sheets.html",
        sheets=one,
        at_work=one.stands in SHEETS_AT_WORK,
        files=[(piece, one.has(piece)) for piece in one.pieces],
        kept_until=day_of(one.touched_at + SHEETS_KEPT),
        own=me().role is Role.PRODUCER,
    )


@blueprint.post("/sheets/<int:number>/give-up")
def stop(number: int) -> ResponseReturnValue:
    one = get_sheets_for(me(), number, today())
    if give_up(one):
        tell(Text("不做了；要的时候可以再做一次", "Given up; ask once more when they are wanted"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/sheets/<int:number>/progress")
def progress(number: int) -> Response:
    one = get_sheets_for(me(), number, today())
    finished = one.stands not in SHEETS_AT_WORK
    url = url_for(".show", number=number) if finished else None
    return jsonify(done=one.done, whole=one.span.count, finished=finished, url=url)


@blueprint.get("/sheets/<int:number>/<int:first>.pdf")
def send(number: int, first: int) -> ResponseReturnValue:
    one = get_sheets_for(me(), number, today())
    piece = next((piece for piece in one.pieces if piece.first == first and one.has(piece)), None)
    file = file_of(one, piece) if piece else None
    if file is None or not file.is_file():
        raise NotFound(Text("没有这个文件", "There is no such file"))
    return send_file(file, "application/pdf", download_name=f"{_name(one.set_id, piece)}.pdf", etag=False)


NOT_MADE = Text("没有生成打印文件", "No file was made for printing")
NO_PLACE = Text(
    "请填 {first} 到 {last} 之间的整数，起不大于止",
    "Give whole numbers from {first} to {last}, the first not above the last",
)
NOT_TO_PRINT = Text(
    "这些标签已退回、销毁或遗失，不能再印",
    "These labels were given back, destroyed or lost: not to be printed",
)


def _asked(number: int, typed: Mapping[str, str]) -> tuple[LabelPart, Span]:
    part = get_part_for(me(), number, today())
    if part.stands not in OPEN | {PartState.USED}:
        raise RuleBroken(NOT_TO_PRINT)
    first = _place(typed.get("first", ""), part.first)
    last = _place(typed.get("last", ""), part.last)
    wrong = {name for name, at in (("first", first), ("last", last)) if not _within(part, at)}
    if not wrong and first > last:
        wrong = {"last"}
    if wrong:
        fault = NO_PLACE.format(first=f"{part.first:,}", last=f"{part.last:,}")
        raise RuleBroken(NOT_MADE, dict.fromkeys(sorted(wrong), fault))
    return part, Span(first, last)


def _within(part: LabelPart, at: int | None) -> bool:
    return at is not None and part.first <= at <= part.last


def _place(typed: str, otherwise: int) -> int | None:
    return read_whole(typed) if typed.strip() else otherwise


def _base() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")


def _name(set_id: int, span: Span) -> str:
    return f"labels-{set_id}-{span.first}-{span.last}"
