"""/office/ratios/publish: a finished year of all GIs of a region at once: look, confirm, see the result."""

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for

from portal.accounts.visitor_views import keep_nowhere, tell
from portal.accounts.visitor_views import me as visitor
from portal.db import db, transaction
from portal.lib.clock import instant_text, now, parse_instant, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import Page, whole_number
from portal.ratios.actions import REMARK_LONGEST
from portal.ratios.present import bar_of
from portal.ratios.queries import published_in_one_go
from portal.ratios.rules import FIRST_YEAR, TARGET_PERCENT, Outcome
from portal.ratios.year_publication import (
    LeftOut,
    Plan,
    publish_together,
    published_already,
    publishing_plan,
    refuse_others,
)

blueprint = Blueprint("ratios_publish", __name__, url_prefix="/office/ratios/publish")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50
YEARS_SHOWN = 5


def _asked_year(text: str) -> int:
    last = today().year - 1
    return whole_number(text, "year", FIRST_YEAR, last, last)


@blueprint.get("")
def show() -> str:
    me, year = visitor(), _asked_year(request.args.get("year", ""))
    plan = publishing_plan(me, year, today())
    wanted = _reason_asked(plan)
    lines = [line for line in plan.lines if line.left_out is wanted]
    page = _page_of(lines)
    return render_template(
        "ratios/office_publish.html",
        plan=plan,
        years=_years(),
        wanted=wanted,
        tabs=_tabs(plan, wanted),
        page=page,
        rows=[(one, bar_of(one.figures.users_share), bar_of(one.figures.output_share)) for one in page.items],
        counts={one: sum(line.figures.outcome is one for line in plan.ready) for one in Outcome},
        target=TARGET_PERCENT,
    )


def _years() -> range:
    return range(today().year - 1, today().year - 1 - YEARS_SHOWN, -1)


def _page_of(items: list) -> Page:
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    return Page(items[(number - 1) * PER_PAGE : number * PER_PAGE], len(items), number, PER_PAGE)


def _reason_asked(plan: Plan) -> LeftOut | None:
    """Those that are ready; where there are none and nothing was asked for, the first of the others."""
    name = request.args.get("show", "")
    if name in set(LeftOut):
        return LeftOut(name)
    if name or plan.ready or not plan.reasons:
        return None
    return next(reason for reason in LeftOut if plan.reasons[reason])


def _tabs(plan: Plan, wanted: LeftOut | None) -> list[dict[str, object]]:
    kinds = [(None, Text("可以公布", "Ready"), len(plan.ready))]
    kinds += [(reason, reason.text, plan.reasons[reason]) for reason in LeftOut if plan.reasons[reason]]
    return [
        {
            "text": text,
            "count": number,
            "current": reason is wanted,
            "url": url_for(".show", year=plan.year, show=reason.value if reason else "ready"),
        }
        for reason, text, number in kinds
    ]


@blueprint.post("")
def publish() -> Response:
    me, form, at = visitor(), request.form, now()
    year = _asked_year(form.get("year", ""))
    remark, digest = form.get("remark", "").strip(), form.get("digest", "")
    try:
        with transaction():
            publish_together(me, year, today(), at, digest, remark or None)
    except RuleBroken as refusal:
        db.session.rollback()
        at = published_already(me, year, digest)
        if at is None:
            tell(refusal.said(), "error")
            kept = remark[:REMARK_LONGEST] or None
            return redirect(url_for(".show", year=year, remark=kept), 303)
    return redirect(url_for(".show_published", year=year, at=instant_text(at)), 303)


@blueprint.get("/done")
def show_published() -> str:
    me, year = visitor(), _asked_year(request.args.get("year", ""))
    refuse_others(me)
    rows = published_in_one_go(me, year, _instant_asked())
    page = _page_of(rows)
    return render_template(
        "ratios/office_published.html",
        year=year,
        page=page,
        rows=[(one, bar_of(one.users), bar_of(one.output)) for one in page.items],
        counts={one: sum(row.judged is one for row in rows) for one in Outcome},
        corrections=sum(row.edition > 1 for row in rows),
        target=TARGET_PERCENT,
    )


def _instant_asked() -> datetime:
    try:
        return parse_instant(request.args.get("at", ""))
    except ValueError:
        raise RuleBroken(
            Text("地址中的参数不正确", "A parameter in the address is not right"),
            {"at": Text("不是一个时刻", "Not an instant")},
        ) from None
