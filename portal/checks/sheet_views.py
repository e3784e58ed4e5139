"""The check sheet on a phone, with or without a network; the officers; a producer's own checks."""

import secrets
from collections.abc import Mapping

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, only_producers, tell, version_seen
from portal.checks import present, sheets
from portal.checks.blueprint_views import day_typed, number_typed
from portal.checks.models import Check
from portal.checks.queries import (
    get_check_for,
    get_own_check,
    get_photo_for,
    is_assigned,
    my_checks,
    own_checks,
    papers_of,
    scope_of,
    sheets_of,
)
from portal.checks.rules import (
    CORRECTION_WORKING_DAYS,
    FAILED,
    ITEMS,
    SHEET_POSSIBLE,
    UNDER_WAY,
    CheckState,
    Mark,
    Result,
)
from portal.checks.sheets import SheetData, standing_officers
from portal.db import transaction
from portal.fresh import release
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.papers.sent_views import folder, paper_answer, papers_sent
from portal.regions.queries import regions_by_code

office = Blueprint("check_sheets", __name__, url_prefix="/office/checks")
own = Blueprint("own_checks", __name__, url_prefix="/workbench/checks")
photos = Blueprint("check_photos", __name__, url_prefix="/check-photos")
for _one in (office, own, photos):
    _one.after_request(keep_nowhere)

WITHIN_DAYS = Text("改正的期限", "Time for putting it right")


@office.before_request
def _only_readers() -> None:
    scope_of(me())


# ---- the officer's own page


@office.get("/mine")
def show_mine() -> str:
    """What an officer still has to check. Once opened with a network it also opens without one."""
    checks = my_checks(me())
    return render_template(
        "checks/mine.html",
        checks=checks,
        places=regions_by_code(one.adcode for one in checks),
        day=today(),
        correction=present.correction_text,
        CheckState=CheckState,
        release=release(),
    )


@office.get("/sheet-worker.js")
def worker() -> Response:
    body = render_template("checks/worker.js", release=release())
    return Response(body, content_type="text/javascript; charset=utf-8")


@office.get("/made/<int:number>")
def show_check(number: int) -> ResponseReturnValue:
    return _check_page(get_check_for(me(), number), {}, None)


def _check_page(check: Check, faults: Mapping[str, Text], message: Text | None) -> ResponseReturnValue:
    account = me()
    assigned, keeps = is_assigned(account, check), sheets.keeps(account, check)
    body = render_template(
        "checks/check.html",
        check=check,
        sheets=sheets_of(check),
        papers=papers_of(check),
        may_hand_in=(assigned or keeps) and check.stands in SHEET_POSSIBLE,
        keeps=keeps,
        may_become_case=keeps and check.found in FAILED and not check.taken_to,
        possible=check.stands in SHEET_POSSIBLE,
        recheck=check.stands in UNDER_WAY,
        officers=standing_officers(check),
        items=ITEMS,
        marks=Mark,
        results=[one for one in Result if not (one is Result.ON_THE_SPOT and check.stands in UNDER_WAY)],
        client_key=request.form.get("client_key") or secrets.token_hex(16),
        correction_days=CORRECTION_WORKING_DAYS,
        typed=request.form,
        faults=faults,
        message=message,
        place=regions_by_code([check.adcode]).get(check.adcode),
        present=present,
        day=today(),
    )
    return (body, 400) if message else body


@office.post("/made/<int:number>/sheet")
def hand_in(number: int) -> ResponseReturnValue:
    """From the form, or later from the device that kept it: then the answer is short."""
    short = request.headers.get("Accept", "").startswith("application/json")
    try:
        papers = papers_sent("file")
        data = _read_sheet()
        with transaction():
            check = get_check_for(me(), number)
            sheets.hand_in(me(), check, data, papers, folder(), today(), now())
    except RuleBroken as refusal:
        if short:
            raise
        return _check_page(get_check_for(me(), number), refusal.fields, refusal.message)
    if short:
        return {"kept": data.client_key}
    tell(Text("检查记录已保存", "The sheet is stored"))
    return redirect(url_for(".show_check", number=number), 303)


def _read_sheet() -> SheetData:
    form, faults = request.form, {}
    marks = {
        item.key: Mark(form[f"item-{item.key}"])
        for item in ITEMS
        if form.get(f"item-{item.key}") in set(Mark)
    }
    notes = {item.key: form.get(f"note-{item.key}", "") for item in ITEMS}
    result = form.get("result", "")
    days = (
        number_typed("correction_days", faults, WITHIN_DAYS)
        if result == Result.ORDERED
        else CORRECTION_WORKING_DAYS
    )
    return SheetData(
        client_key=form.get("client_key", "").strip()[:80],
        visited_on=day_typed("visited_on", {}),
        present=tuple(form.getlist("present")),
        marks=marks,
        notes=notes,
        result=Result(result) if result in set(Result) else None,
        words=form.get("words", ""),
        correction_days=days,
    )


@office.post("/made/<int:number>/replace")
def replace(number: int) -> ResponseReturnValue:
    form = request.form
    try:
        seen = version_seen()
        with transaction():
            check = get_check_for(me(), number)
            officer = sheets.replace_officer(
                me(), check, form.get("licence", ""), form.get("reason", ""), seen, today()
            )
            following = officer.licence
    except RuleBroken as refusal:
        return _check_page(get_check_for(me(), number), refusal.fields, refusal.message)
    tell(Text(f"由 {following} 接替", f"{following} takes the place"))
    return redirect(url_for(".show_check", number=number), 303)


@office.post("/made/<int:number>/case")
def become_case(number: int) -> ResponseReturnValue:
    seen = version_seen()
    with transaction():
        opened = sheets.become_case(me(), get_check_for(me(), number), seen, now()).number
    tell(Text(f"已立案：{opened}", f"The case {opened} is open"))
    return redirect(url_for(".show_check", number=number), 303)


@office.post("/made/<int:number>/publish")
def publish(number: int) -> ResponseReturnValue:
    with transaction():
        sheets.make_public(me(), get_check_for(me(), number), now())
    tell(Text("结果已公示", "The result is public"))
    return redirect(url_for(".show_check", number=number), 303)


# ---- photographs


@photos.get("/<int:number>")
def show_photo(number: int) -> Response:
    photo = get_photo_for(me(), number, today())
    return paper_answer(photo)


# ---- a producer's own


own.before_request(only_producers)


@own.get("")
def show_own_list() -> str:
    return render_template(
        "checks/own_list.html", checks=own_checks(me(), today()), present=present, day=today()
    )


@own.get("/<int:number>")
def show_own(number: int) -> ResponseReturnValue:
    return _own_page(get_own_check(me(), number, today()), {}, None)


def _own_page(check: Check, faults: Mapping[str, Text], message: Text | None) -> ResponseReturnValue:
    body = render_template(
        "checks/own.html",
        check=check,
        sheets=sheets_of(check),
        papers=papers_of(check),
        items={item.key: item for item in ITEMS},
        Mark=Mark,
        CheckState=CheckState,
        typed=request.form,
        faults=faults,
        message=message,
        present=present,
        day=today(),
    )
    return (body, 400) if message else body


@own.post("/<int:number>")
def report(number: int) -> ResponseReturnValue:
    try:
        papers, seen = papers_sent("file"), version_seen()
        with transaction():
            check = get_own_check(me(), number, today())
            sheets.report_correction(
                me(), check, request.form.get("words", ""), papers, folder(), seen, today(), now()
            )
            by = check.recheck_by
    except RuleBroken as refusal:
        return _own_page(get_own_check(me(), number, today()), refusal.fields, refusal.message)
    tell(Text("已报告，{by}前复查", "Reported; the re-check comes by {by}").format(by=by))
    return redirect(url_for(".show_own", number=number), 303)
