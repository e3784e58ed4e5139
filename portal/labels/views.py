"""/workbench/labels: what a producer may ask for, what it has to answer for, what became of the rest."""

from flask import (
    Blueprint,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, only_producers, tell, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.authorisation.queries import get_licence_for, producers_of
from portal.db import db, transaction
from portal.labels import actions, part_actions, present
from portal.labels.amounts import LABELS, read_request
from portal.labels.lookup import find_label
from portal.labels.part_pages import part_page
from portal.labels.queries import (
    accounts_of,
    find_request_of_just_now,
    get_handover_for,
    get_paper_for,
    get_part_for,
    get_request_for,
    handovers_of,
    parts_ended_by,
    parts_held_by,
    requests_of,
)
from portal.labels.room import Room, room_of, rooms_of
from portal.labels.rules import ENDS, HandoverState, PartState, Span
from portal.labels.sums import balances_of
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken, all_at_once, refuse, said_with
from portal.lib.quantity import read_whole
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.paging import page_of, whole_number
from portal.papers.sent_views import folder, paper_answer, papers_sent
from portal.producers.models import Producer
from portal.producers.queries import find_producer_by_number

blueprint = Blueprint("labels", __name__, url_prefix="/workbench/labels")

PER_PAGE = 50
SHOWN = 20


blueprint.before_request(only_producers)


blueprint.after_request(keep_nowhere)


def _page_number() -> int:
    return whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)


@blueprint.get("")
def show_list() -> str:
    me, day = visitor(), today()
    accounts = accounts_of(me, day)
    moves = list(db.session.scalars(handovers_of(me, day).limit(SHOWN)))
    mine = {producer.id for producer in producers_of(me, day)}
    waiting = [one for one in moves if one.stands is HandoverState.OFFERED]
    return render_template(
        "labels/my_list.html",
        rooms=rooms_of(me, day.year, day),
        year=day.year,
        held=page_of(parts_held_by(me, day), _page_number(), PER_PAGE),
        coming=[one for one in waiting if one.to_producer_id in mine],
        going=[one for one in waiting if one.to_producer_id not in mine],
        requests=list(db.session.scalars(requests_of(me, day).limit(SHOWN))),
        ended=list(db.session.scalars(parts_ended_by(me, day).limit(SHOWN))),
        accounts=accounts,
        balances=balances_of([one.id for one in accounts]),
        present=present,
        today=day,
    )


@blueprint.get("/find")
def find() -> ResponseReturnValue:
    """Where one's own label lies: its part, by the number printed on it."""
    label = find_label(request.args.get("code", "")[:40])
    if label is None:
        raise NotFound(Text("没有这个编号的标签", "No label has this number"))
    return redirect(url_for(".show_part", number=get_part_for(visitor(), label.part.id, today()).id))


# ---- asking


@blueprint.get("/new")
def begin() -> str:
    licence = get_licence_for(visitor(), request.args.get("licence", ""), today())
    year = whole_number(request.args.get("year", ""), "year", 2020, today().year, today().year)
    return _form(room_of(licence, year, today()), {}, {})


@blueprint.post("/new")
def ask() -> ResponseReturnValue:
    me, form, day = visitor(), request.form, today()
    year = whole_number(form.get("year", ""), "year", 2020, day.year, day.year)
    number = form.get("licence", "")
    try:
        unread: dict[str, Text] = {}
        wanted = read_request(form, unread)
        with transaction(), said_with(unread):
            licence = get_licence_for(me, number, day)
            one = find_request_of_just_now(me, licence, year, wanted, now()) or actions.ask_for_labels(
                me, licence, year, wanted.count, wanted.grams_each, wanted.goods, wanted.gtin, day, now()
            )
            made = one.number
    except RuleBroken as refused:
        licence = get_licence_for(me, number, day)
        return _form(room_of(licence, year, day), form, refused.fields, refused), 400
    tell(Text("已提交，等县里审核", "Sent; the county decides"))
    return redirect(url_for(".show_request", number=made), 303)


def _form(room: Room, typed: object, faults: dict[str, Text], refused: RuleBroken | None = None) -> str:
    return render_template(
        "labels/ask.html",
        room=room,
        typed=typed,
        faults=faults,
        refused=refused,
        present=present,
        today=today(),
    )


@blueprint.get("/requests/<number>")
def show_request(number: str) -> str:
    one = get_request_for(visitor(), number, today())
    return render_template("labels/request.html", one=one, present=present, own=True)


@blueprint.post("/requests/<number>/withdraw")
def withdraw(number: str) -> ResponseReturnValue:
    with transaction():
        one = get_request_for(visitor(), number, today())
        actions.withdraw_request(visitor(), one, version_seen(), today(), now())
    return redirect(url_for(".show_request", number=number), 303)


# ---- a piece of a set


@blueprint.get("/parts/<int:number>")
def show_part(number: int) -> str:
    return part_page(get_part_for(visitor(), number, today()), {}, {})


@blueprint.post("/parts/<int:number>")
def end(number: int) -> ResponseReturnValue:
    me, form, day = visitor(), request.form, today()
    state = form.get("state", "")
    try:
        paper = next(iter(papers_sent()), None)
        piece = _piece(form)
        with transaction():
            part = get_part_for(me, number, day)
            if state not in {one.value for one in ENDS}:
                fault = Text("请选择这些标签的去向", "Choose what became of these labels")
                raise RuleBroken(fault, {"state": fault})
            taken = part_actions.end_labels(
                me,
                part,
                piece or part.span,
                PartState(state),
                form.get("reason", ""),
                version_seen(),
                day,
                now(),
            )
            if paper is not None:
                part_actions.add_paper(me, taken, paper, folder(), now())
            made = taken.id
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return part_page(get_part_for(me, number, day), form, refused.fields), 400
    tell(present.ENDED[PartState(state)])
    return redirect(url_for(".show_part", number=made), 303)


def _piece(form: object) -> Span | None:
    """From which place to which; both empty means all of it."""
    typed = [form.get(name, "").strip() for name in ("first", "last")]
    if not any(typed):
        return None
    values = [read_whole(one, LABELS) for one in typed]
    if None in values or values[0] > values[1] or values[0] < 1:
        fault = Text("起止应为整数，起不大于止", "Whole numbers, the first not above the last")
        raise RuleBroken(fault, {"first": fault})
    return Span(*values)


@blueprint.post("/parts/<int:number>/offer")
def offer(number: int) -> ResponseReturnValue:
    me, form, day = visitor(), request.form, today()
    try:
        piece, taker = all_at_once(lambda: _piece(form), lambda: _taker(form.get("taker", "")))
        with transaction():
            part = get_part_for(me, number, day)
            to = db.session.get_one(Producer, taker)
            part_actions.offer(me, part, piece or part.span, to, version_seen(), day, now())
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return part_page(get_part_for(me, number, day), form, refused.fields), 400
    tell(Text("已提出转交，等对方确认", "Offered; the other side has to confirm"))
    return redirect(url_for(".show_list"), 303)


NO_TAKER = Text("请填写接收方的信用代码或登记编号", "Give the USCC or number of whoever receives them")


def _taker(typed: str) -> int:
    """Whom the labels go to, by code: names can be alike, codes cannot."""
    refuse({} if typed.strip() else {"taker": NO_TAKER})
    number, reading = typed.strip().upper(), read_uscc(typed)
    found = find_producer_by_number(reading.code if reading.valid else number[:18])
    if found is None:
        fault = Text("登记簿中没有这个代码", "The register has no such code")
        fault = fault if reading.valid or number.startswith("P") else reading.error
        raise RuleBroken(Text("没有找到对方", "The other side was not found"), {"taker": fault})
    return found.id


@blueprint.post("/handovers/<int:number>")
def answer(number: int) -> ResponseReturnValue:
    me, day, step = visitor(), today(), request.form.get("step", "")
    with transaction():
        one = get_handover_for(me, number, day)
        if step == "take":
            part_actions.take(me, one, version_seen(), day, now())
        elif step == "decline":
            part_actions.decline(me, one, request.form.get("reason", ""), version_seen(), day, now())
        else:
            part_actions.take_back(me, one, version_seen(), day, now())
    tell(Text("已办好", "Done"))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/papers/<int:number>")
def send_paper(number: int) -> ResponseReturnValue:
    return paper_answer(get_paper_for(visitor(), number, today()))
