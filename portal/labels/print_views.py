"""Printing files of labels that somebody holds: the producer's page and the office's lead here."""

from flask import Blueprint, Response, current_app, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.labels.models import LabelPart
from portal.labels.queries import get_part_for, get_set_for
from portal.labels.rules import OPEN, PartState, Span
from portal.lib.clock import today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.paging import whole_number

blueprint = Blueprint("labels_print", __name__, url_prefix="/workbench/labels")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


@blueprint.get("/parts/<int:number>/labels.csv")
@limiter.limit("20 per minute")
def rows(number: int) -> ResponseReturnValue:
    """For a printing house: one row a label, made while it is being sent."""
    from portal.labels.printing import csv_lines

    part, span = _asked(number)
    label_set = get_set_for(current_user._get_current_object(), part.set_id, today())
    lines = stream_with_context(csv_lines(label_set, span, _base()))
    answer = Response(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(part, span)}.csv"'
    return answer


@blueprint.get("/parts/<int:number>/labels.pdf")
@limiter.limit("10 per minute")
def sheets(number: int) -> ResponseReturnValue:
    """Sheets of A4 with 24 labels each, to be printed on ready-cut paper."""
    # reportlab and the font are read by who asks for sheets, not by every worker.
    from portal.labels.printing import MOST_IN_PDF, sheets_pdf

    part, span = _asked(number)
    if span.count > MOST_IN_PDF:
        fault = Text("一次最多 {n} 枚，请分几次", "At most {n} at a time").format(n=MOST_IN_PDF)
        raise RuleBroken(fault, {"last": fault}, next_step=MORE)
    label_set = get_set_for(current_user._get_current_object(), part.set_id, today())
    answer = Response(sheets_pdf(label_set, span, _base()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{_name(part, span)}.pdf"'
    return answer


MORE = Text("量大时请把 CSV 交给印刷厂", "For many labels give the CSV to a printing house")
NOT_TO_PRINT = Text(
    "这些标签已退回、销毁或遗失，不能再印",
    "These labels were given back, destroyed or lost: not to be printed",
)


def _asked(number: int) -> tuple[LabelPart, Span]:
    part = get_part_for(current_user._get_current_object(), number, today())
    if part.stands not in OPEN | {PartState.USED}:
        raise RuleBroken(NOT_TO_PRINT)
    first = whole_number(request.args.get("first", ""), "first", part.first, part.last, part.first)
    last = whole_number(request.args.get("last", ""), "last", first, part.last, part.last)
    return part, Span(first, last)


def _base() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")


def _name(part: LabelPart, span: Span) -> str:
    return f"labels-{part.set_id}-{span.first}-{span.last}"
