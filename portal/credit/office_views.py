"""/office/credit: grades of the region, requests to answer, statutory listings, a province's own table."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, tell, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.credit import actions, grading, present
from portal.credit.criteria import SHIPPED, kinds
from portal.credit.queries import (
    GradeFilter,
    counts_by_grade,
    criteria_for,
    criteria_versions,
    current_grades,
    get_graded_for,
    get_listing,
    get_request_for,
    grades_for,
    history_of,
    last_computed,
    listings_of,
    requests_for,
    requests_of,
    scope_of,
)
from portal.credit.rules import KEEPERS, PUBLISHERS, STATUTORY_LISTS, Criteria, Criterion, Grade
from portal.db import transaction
from portal.lib.clock import NOT_A_DAY, now, today
from portal.lib.problems import NotAllowed, RuleBroken, said_with
from portal.lib.quantity import read_number
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import regions_by_code

blueprint = Blueprint("credit_office", __name__, url_prefix="/office/credit")

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    scope_of(visitor())


blueprint.after_request(keep_nowhere)


def _page_number() -> int:
    return whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)


@blueprint.get("")
def show_list() -> str:
    me, args = visitor(), request.args
    grade = args.get("grade", "")
    asked = GradeFilter(
        Grade(grade) if grade in set(Grade) else None,
        args.get("q", "").strip()[:60],
        args.get("sort", "score"),
    )
    found = page_of(grades_for(me, asked), _page_number(), PER_PAGE)
    return render_template(
        "credit/office_list.html",
        asked=asked,
        page=found,
        counts=counts_by_grade(me),
        computed_at=last_computed(me),
        waiting=page_of(requests_for(me, only_open=True), 1, 1).total,
        regions=regions_by_code(one.adcode for one in found.items),
        keeper=me.role in KEEPERS,
        publisher=me.role in PUBLISHERS,
        grades=Grade,
    )


@blueprint.post("/compute")
def compute() -> ResponseReturnValue:
    """Not waiting for the night: the grades of the official's own region, now."""
    me = visitor()
    if me.role not in KEEPERS:
        raise NotAllowed(actions.NOT_YOURS)
    count = grading.grade_all(scope_of(me))
    tell(Text(f"已重新计算，{count} 家有变化", f"Computed anew; {count} changed"))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/producers/<number>")
def show(number: str) -> ResponseReturnValue:
    return _show(number, {}, None)


def _show(number: str, faults: dict[str, Text], message: Text | None) -> ResponseReturnValue:
    producer = get_graded_for(visitor(), number)
    grade, requests = current_grades([producer.id]).get(producer.id), requests_of(producer.id)
    body = render_template(
        "credit/office_show.html",
        own={
            "producer": producer,
            "grade": grade,
            "lines": present.lines_of(grade, requests, today()) if grade else [],
            "requests": requests,
            "listings": listings_of(producer.id),
            "history": history_of(producer.id),
        },
        lists=STATUTORY_LISTS.values(),
        keeper=visitor().role in KEEPERS,
        typed=request.form,
        faults=faults,
        message=message,
        today=today(),
    )
    return (body, 400) if message else body


@blueprint.post("/producers/<number>/listings")
def refer(number: str) -> ResponseReturnValue:
    me, form = visitor(), request.form
    try:
        unread: dict[str, Text] = {}
        from_on = _day("from_on", unread)
        with transaction(), said_with(unread):
            producer = get_graded_for(me, number)
            actions.refer_to_listing(
                me,
                producer,
                form.get("list", ""),
                form.get("authority", ""),
                form.get("decision", ""),
                from_on,
                today(),
                now(),
            )
    except RuleBroken as refusal:
        return _show(number, refusal.fields, refusal.message)
    tell(Text("已登记，等级已重新计算", "Recorded; the grade was computed anew"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/producers/<number>/listings/<int:listing>/end")
def end_listing(number: str, listing: int) -> ResponseReturnValue:
    me = visitor()
    try:
        with transaction():
            producer = get_graded_for(me, number)
            actions.end_listing(
                me,
                producer,
                get_listing(producer, listing),
                request.form.get("ended_decision", ""),
                today(),
                now(),
            )
    except RuleBroken as refusal:
        return _show(number, refusal.fields, refusal.message)
    return redirect(url_for(".show", number=number), 303)


def _day(name: str, unread: dict[str, Text]) -> date:
    """The day typed; today stands in for one that is not understood, which is noted in `unread`."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        unread[name] = NOT_A_DAY
        return today()


# ---- objections and repairs


@blueprint.get("/requests")
def show_requests() -> str:
    found = page_of(requests_for(visitor()), _page_number(), PER_PAGE)
    return render_template(
        "credit/requests.html",
        page=found,
        regions=regions_by_code(one.adcode for one in found.items),
        texts={kind.key: kind.text for kind in kinds()},
        today=today(),
    )


@blueprint.get("/requests/<int:number>")
def show_request(number: int) -> ResponseReturnValue:
    return _show_request(number, {}, None)


def _show_request(number: int, faults: dict[str, Text], message: Text | None) -> ResponseReturnValue:
    one = get_request_for(visitor(), number)
    grade = current_grades([one.producer_id]).get(one.producer_id)
    lines = present.lines_of(grade, [], today()) if grade else []
    body = render_template(
        "credit/request.html",
        one=one,
        line=next((line for line in lines if line.reason.ref == one.ref), None),
        grade=grade,
        keeper=visitor().role in KEEPERS,
        typed=request.form,
        faults=faults,
        message=message,
        today=today(),
    )
    return (body, 400) if message else body


@blueprint.post("/requests/<int:number>")
def answer(number: int) -> ResponseReturnValue:
    me, form = visitor(), request.form
    seen = version_seen()
    choice = {"grant": True, "refuse": False}.get(form.get("choice", ""))
    try:
        with transaction():
            one = get_request_for(me, number)
            actions.answer(me, one, choice, form.get("answer", ""), seen, today(), now())
    except RuleBroken as refusal:
        return _show_request(number, refusal.fields, refusal.message)
    tell(Text("已答复并通知生产者", "Answered; the producer was told"))
    return redirect(url_for(".show_requests"), 303)


# ---- a province's own table


@blueprint.get("/criteria")
def show_criteria() -> ResponseReturnValue:
    return _criteria_page({}, None)


def _criteria_page(faults: dict[str, Text], message: Text | None) -> ResponseReturnValue:
    me = visitor()
    if me.role not in PUBLISHERS:
        raise NotAllowed(Text("标准表由省级机关公布", "Tables are published by provinces"))
    now_in_force = criteria_for(me.region, today(), criteria_versions())
    known = now_in_force.criteria if now_in_force else None
    body = render_template(
        "credit/new_criteria.html",
        kinds=kinds(),
        rows=known.rows if known else {row.key: row for row in SHIPPED},
        known=known,
        table=now_in_force,
        typed=request.form,
        faults=faults,
        message=message,
        today=today(),
    )
    return (body, 400) if message else body


@blueprint.post("/criteria")
def publish_criteria() -> ResponseReturnValue:
    me, form = visitor(), request.form
    if me.role not in PUBLISHERS:
        raise NotAllowed(Text("标准表由省级机关公布", "Tables are published by provinces"))
    try:
        unread: dict[str, Text] = {}
        criteria, from_on = _typed_criteria(unread), _day("from_on", unread)
        with transaction(), said_with(unread):
            actions.publish_criteria(
                me,
                form.get("label", ""),
                from_on,
                form.get("issuer", ""),
                form.get("document", ""),
                criteria,
                today(),
                now(),
            )
    except RuleBroken as refusal:
        return _criteria_page(refusal.fields, refusal.message)
    tell(Text("已公布；等级在施行当天重新计算", "Published; grades are computed anew on its day"))
    return redirect(url_for("credit_public.show_criteria"), 303)


def _typed_criteria(faults: dict[str, Text]) -> Criteria:
    """Rows left empty do not count. A number that is none is noted in `faults`, for its field."""
    rows = {}

    def number(name: str, low: int, high: int) -> int:
        typed, _ = read_number(request.form.get(name, ""))
        value = int(typed) if typed is not None and typed % 1 == 0 else high + 1
        if not low <= value <= high:
            faults[name] = Text(f"请填 {low} 到 {high} 的整数", f"Give a whole number from {low} to {high}")
            return low
        return value

    for kind in kinds():
        if not request.form.get(f"points-{kind.key}", "").strip():
            continue
        repair = request.form.get(f"repair-{kind.key}", "").strip()
        rows[kind.key] = Criterion(
            kind.key,
            number(f"points-{kind.key}", -100, 100),
            number(f"months-{kind.key}", 1, 120),
            number(f"repair-{kind.key}", 0, 120) if repair else None,
        )
    lines = [number(name, 0, 100) for name in ("start", "a_from", "b_from", "c_from")]
    return Criteria(*lines, rows)
