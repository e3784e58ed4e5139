"""/workbench/returns/together: one sheet for all the producers that somebody files for."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, only_producers, tell
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, Outdated, RuleBroken
from portal.lib.text import Text
from portal.paging import whole_number
from portal.returns import together
from portal.returns.amounts import SCALES, UNITS
from portal.returns.rules import FIRST_YEAR, LIMITS, REQUIRED, Step
from portal.returns.together import Row

blueprint = Blueprint("returns_together", __name__, url_prefix="/workbench/returns/together")
blueprint.before_request(only_producers)
blueprint.after_request(keep_nowhere)

DONE = {
    Step.SAVE: Text("已保存 {n} 户的草稿，还没有提交", "Drafts saved, not submitted yet: {n}"),
    Step.SUBMIT: Text("已提交 {n} 户，等县里审核", "Submitted: {n}; the county looks at them next"),
}
NOTHING_TYPED = Text("还没有填任何一户", "Nothing was typed for anybody yet")


@blueprint.get("")
def show() -> str:
    return _page(_rows(), None, None)


@blueprint.post("")
def keep() -> ResponseReturnValue:
    step = Step.SUBMIT if request.form.get("step") == Step.SUBMIT else Step.SAVE
    rows = _rows()
    touched = [row for row in rows if _typed_into(row) and together.is_touched(row, _typed(row), step)]
    wrong = {row.number: refusal for row in touched if (refusal := _keep_one(row, step)) is not None}
    done = len(touched) - len(wrong)
    if done:
        tell(DONE[step].format(n=done))
    if touched and not wrong:
        return redirect(url_for(".show", gi=request.args.get("gi"), year=request.args.get("year")), 303)
    rows = _rows()
    for row in rows:
        if row.editable and _typed_into(row):
            row.typed = _typed(row)
        if row.number in wrong:
            refusal = wrong[row.number]
            row.faults, row.message = dict(refusal.fields), None if refusal.fields else refusal.message
    return _page(rows, step, NOTHING_TYPED if not touched else None), 400


def _keep_one(row: Row, step: Step) -> RuleBroken | Outdated | NotAllowed | None:
    seen = whole_number(request.form.get(f"{row.number}:version", ""), "version", 0, 10**6, 0)
    try:
        with transaction():
            together.keep_row(me(), row, _typed(row), seen, step, today(), now())
    except (RuleBroken, Outdated, NotAllowed) as refusal:
        db.session.rollback()
        return refusal
    return None


def _typed_into(row: Row) -> bool:
    return f"{row.number}:version" in request.form


def _typed(row: Row) -> dict[str, str]:
    return together.typed_in(request.form, row.number)


def _rows() -> list[Row]:
    year = whole_number(request.args.get("year", ""), "year", FIRST_YEAR, today().year, today().year - 1)
    return together.rows_for(me(), request.args.get("gi", ""), year, today())


def _page(rows: list[Row], step: Step | None, message: Text | None) -> str:
    return render_template(
        "returns/together.html",
        rows=rows,
        gi=rows[0].due.indication,
        year=rows[0].due.year,
        open_rows=[row for row in rows if row.editable],
        wrong=[row for row in rows if row.wrong],
        refused=step,
        message=message,
        fields=[(name, LIMITS[name][1], UNITS[name], name in REQUIRED) for name in SCALES],
        most=together.MOST_AT_ONCE,
    )
