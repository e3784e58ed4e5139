"""/cases/: decisions as they are published now, typical cases, campaigns; and a producer's own."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.authorisation.blueprint_views import refused_in_place
from portal.authorisation.queries import work_calendar
from portal.cases.answers import SAID, dealings_in
from portal.cases.clocks import Clock
from portal.cases.publishing_actions import ask_as_party
from portal.cases.queries import (
    campaign_figures,
    campaigns,
    cases_about,
    corrections_of,
    get_case_about,
    get_published,
    get_typical,
    get_withdrawn,
    published_cases,
    typical_cases,
)
from portal.cases.rules import may_end_early
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import region_line, regions_by_code

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
own = Blueprint("cases_own", __name__, url_prefix="/workbench/cases")
own.after_request(keep_nowhere)

PER_PAGE = 30


@blueprint.get("/")
def show_list() -> str:
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    typical = request.args.get("typical") == "1"
    shown = typical_cases if typical else published_cases
    found = page_of(shown(today(), gi=request.args.get("gi", "")[:80]), number, PER_PAGE)
    return render_template(
        "cases/list.html",
        page=found,
        typical=typical,
        regions=regions_by_code(one.adcode for one in found.items),
        campaigns=campaigns(),
        figures=campaign_figures(),
    )


@blueprint.get("/<number>")
def show(number: str) -> str:
    withdrawn = get_withdrawn(number, today())
    if withdrawn is not None:
        return render_template("cases/withdrawn.html", case=withdrawn, place=region_line(withdrawn.adcode))
    case = get_published(number, today())
    place, corrections = region_line(case.adcode), corrections_of(case)
    return render_template("cases/show.html", case=case, place=place, corrections=corrections)


@blueprint.get("/typical/<number>")
def show_typical(number: str) -> str:
    case = get_typical(number, today())
    return render_template("cases/typical.html", case=case, place=region_line(case.adcode))


# ---- a party's own


@own.get("")
def show_own() -> str:
    return _own_page(None)


def _own_page(refused: object) -> str:
    mine = cases_about(me(), today())
    return render_template(
        "cases/own.html",
        cases=mine,
        dealings=dealings_in(mine),
        answered=SAID,
        refused=refused,
        clocks=Clock,
        may_end_early=may_end_early,
        today=today(),
    )


@own.post("/<number>/ask")
def ask(number: str) -> ResponseReturnValue:
    """A correction, or an early end: the office has its days to answer."""
    typed = request.form.get("clock", "")
    if typed not in (Clock.CORRECT, Clock.END_EARLY):
        raise RuleBroken(Text("没有这一种申请", "There is no such request"))
    try:
        with transaction():
            case = get_case_about(me(), number, today())
            words = request.form.get("reason", "").replace("\x00", "")
            ask_as_party(me(), case, Clock(typed), words, work_calendar(), now())
    except RuleBroken as refusal:
        return _own_page(refused_in_place(f"{typed}-{number}", refusal)), 400
    tell(Text("已提交，办案机关会在期限内答复。", "Sent; the office answers within its period."))
    return redirect(url_for(".show_own"), 303)
