"""/office/returns: accepting, filing for those who cannot, who has not filed, official figures, files."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from portal.accounts.visitor_views import keep_nowhere, tell
from portal.accounts.visitor_views import me as visitor
from portal.catalogue.models import Indication
from portal.catalogue.queries import get_indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, Problem, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.papers.sent_views import paper_answer
from portal.producers.models import RosterEntry
from portal.producers.parts import parts_of
from portal.producers.queries import get_roster_for, indications_with_roster, within
from portal.regions.queries import regions_by_code
from portal.returns import actions, filing
from portal.returns.amounts import read_amount
from portal.returns.models import OfficialOutput
from portal.returns.queries import (
    ReturnFilter,
    get_paper_for,
    get_return_for,
    not_filed,
    official_outputs_of,
    returns_for,
    scope_of,
)
from portal.returns.reminders import last_reminder, remind_by
from portal.returns.rules import FIRST_YEAR, KEEPERS, State

blueprint = Blueprint("returns_office", __name__, url_prefix="/office/returns")

PER_PAGE = 50
REMIND_MOST = 5_000


@blueprint.before_request
def _only_readers() -> None:
    scope_of(visitor())


blueprint.after_request(keep_nowhere)


def _year(default: int) -> int:
    return whole_number(request.values.get("year", ""), "year", FIRST_YEAR, today().year, default)


def _page_number() -> int:
    return whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)


@blueprint.get("")
def show_list() -> str:
    me, args = visitor(), request.args
    state = args.get("state", State.SUBMITTED.value)
    asked = ReturnFilter(
        year=_year(0) or None,
        state=State(state) if state in set(State) else None,
        slug=args.get("gi", ""),
        text=args.get("q", "").strip()[:60],
        sort=args.get("sort", "-submitted"),
    )
    found = page_of(returns_for(me, asked), _page_number(), PER_PAGE)
    return render_template(
        "returns/office_list.html",
        asked=asked,
        chosen_state=state,
        page=found,
        rows=[(one, filing.findings_of(one, one.values)) for one in found.items]
        if asked.state is State.SUBMITTED
        else [(one, []) for one in found.items],
        states=[s for s in State if s not in (State.REPLACED, State.ENDED)],
        years=range(today().year, today().year - 6, -1),
        gis=indications_with_roster(me.region),
        regions=regions_by_code(one.adcode for one in found.items),
        keeper=me.role in KEEPERS,
    )


@blueprint.post("/accept")
def accept_many() -> ResponseReturnValue:
    """Accept what was ticked, each as it was seen; what changed meanwhile is left and said."""
    me, done, left = visitor(), 0, []
    for ticked in request.form.getlist("return")[:200]:
        number, _, seen = ticked.partition("-")
        try:
            with transaction():
                one = get_return_for(me, int(number or 0), today())
                actions.accept_return(me, one, int(seen or 0), today(), now())
            done += 1
        except (Problem, ValueError):
            left.append(number)
    if done:
        tell(Text(f"已接受 {done} 份申报", f"Returns accepted: {done}"))
    if left:
        tell(
            Text(
                f"有 {len(left)} 份已被更新或处理，没有接受", f"Not accepted, changed meanwhile: {len(left)}"
            ),
            "warning",
        )
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/missing")
def show_missing() -> str:
    me, year, slug = visitor(), _year(today().year - 1), request.args.get("gi", "")
    day = min(date(year, 12, 31), today())
    found = page_of(not_filed(me, year, day, slug), _page_number(), PER_PAGE)
    gis = indications_with_roster(me.region)
    return render_template(
        "returns/missing.html",
        year=year,
        slug=slug,
        page=found,
        years=range(today().year, today().year - 6, -1),
        gis=gis,
        reminded=last_reminder(me, [slug] if slug else [one.slug for one in gis], year),
        regions=regions_by_code(line.adcode for line in found.items),
        keeper=me.role in KEEPERS,
    )


@blueprint.post("/remind")
def remind() -> ResponseReturnValue:
    me, year, slug = visitor(), _year(today().year - 1), request.form.get("gi", "")
    day = min(date(year, 12, 31), today())
    with transaction():
        lines = list(db.session.scalars(not_filed(me, year, day, slug).limit(REMIND_MOST)))
        reached = remind_by(me, lines, year, now())
    tell(
        Text(
            f"应提醒 {len(lines)} 家，已通知有账号的 {reached} 家；其余请电话或上门联系",
            f"{len(lines)} to remind; {reached} with an account were told, reach the others yourself",
        ),
    )
    return redirect(url_for(".show_missing", year=year, gi=slug or None), 303)


@blueprint.post("/begin")
def begin() -> ResponseReturnValue:
    """File for somebody who cannot: the line must lie in the official's region."""
    me = visitor()
    number = whole_number(request.form.get("line", ""), "line", 1, 10**9, 1)
    line = db.session.scalar(
        select(RosterEntry).where(RosterEntry.id == number, within(RosterEntry.adcode, scope_of(me)))
    )
    if line is None:
        raise NotFound(Text("名录中没有这一条", "The roster has no such line"))
    return filing.open_one(me, line, "returns_office")


@blueprint.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    return filing.page(visitor(), get_return_for(visitor(), number, today()), "returns_office")


@blueprint.post("/<int:number>")
def take_step(number: int) -> ResponseReturnValue:
    return filing.take_step(visitor(), number, "returns_office")


@blueprint.get("/<int:number>/check")
def check(number: int) -> ResponseReturnValue:
    return filing.check(visitor(), number)


@blueprint.get("/files/<int:number>")
def send_paper(number: int) -> ResponseReturnValue:
    return paper_answer(get_paper_for(visitor(), number, today()))


# ---- official figures


@blueprint.get("/official/<slug>")
def show_official(slug: str) -> str:
    return _official_page(get_roster_for(visitor(), slug), {}, {})


@blueprint.post("/official/<slug>")
def enter_official(slug: str) -> ResponseReturnValue:
    indication, form = get_roster_for(visitor(), slug), request.form
    try:
        stated = _read_official(form, indication)
        with transaction():
            actions.enter_official(visitor(), get_indication(slug), stated, today(), now())
    except RuleBroken as refusal:
        if not refusal.fields:
            raise
        return _official_page(indication, form, refusal.fields), 400
    tell(
        Text(
            f"已录入：{stated.year} 年的产值占比从现在起以它为分母，并注明出处",
            f"Entered: it is now the whole of the output share of {stated.year}, and named as its source",
        )
    )
    return redirect(url_for(".show_official", slug=slug), 303)


@blueprint.post("/official/<slug>/<int:number>/end")
def end_official(slug: str, number: int) -> ResponseReturnValue:
    get_roster_for(visitor(), slug)
    with transaction():
        indication = get_indication(slug)
        known = {one.id: one for one in official_outputs_of(indication.id)}
        if number not in known:
            raise NotFound(Text("没有这个数字", "There is no such figure"))
        actions.end_official(visitor(), indication, known[number], today())
    return redirect(url_for(".show_official", slug=slug), 303)


def _read_official(form: Mapping[str, str], indication: Indication) -> OfficialOutput:
    """What was typed, or everything that is wrong with it at once."""
    unread = {}
    value, fault = read_amount("value_fen", form.get("value", ""))
    if fault or value is None:
        unread["value"] = fault or Text("请填金额", "Enter the sum")
    try:
        on = date.fromisoformat(form.get("document_on", ""))
    except ValueError:
        on, unread["document_on"] = today(), Text("日期应写作 2026-03-20", "Write the day like 2026-03-20")
    stated = OfficialOutput(
        year=whole_number(form.get("year", ""), "year", FIRST_YEAR, today().year, today().year - 1),
        zone=form.get("zone", "").strip(),
        value_fen=value or 0,
        issuer=form.get("issuer", "").strip()[:120],
        document=form.get("document", "").strip()[:300],
        document_on=on,
    )
    if unread:
        faults = unread | actions.official_faults(indication.id, stated, today())
        raise RuleBroken(Text("没有录入", "It was not entered"), faults)
    return stated


def _official_page(indication: Indication, typed: object, faults: dict[str, Text]) -> str:
    outputs = official_outputs_of(indication.id)
    return render_template(
        "returns/official.html",
        gi=indication,
        outputs=outputs,
        typed=typed,
        faults=faults,
        parts=parts_of(indication, today(), typed.get("zone", "")),
        zone_names=regions_by_code(one.zone for one in outputs if one.zone),
        years=range(today().year, today().year - 8, -1),
        chosen_year=today().year - 1,
        keeper=visitor().role in KEEPERS,
    )
