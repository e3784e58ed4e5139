"""/office/tips: the list, one tip with its steps, the board and the calendar of what is due."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.authorisation.blueprint_views import REFUSALS, Refused, refused_in_place
from portal.authorisation.queries import work_calendar
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.office.beside import stands_beside
from portal.office.due import AHEAD_DAYS, lines_for, month_of
from portal.paging import page_of, whole_number
from portal.papers.sent_views import paper_answer
from portal.producers.rules import MICRO
from portal.regions.queries import region_line, regions_by_code
from portal.tips.actions import join, mark_told, take_step
from portal.tips.clock_actions import pause_for_test, resume_after_test
from portal.tips.clues import clue_of, note_clue
from portal.tips.models import Tip
from portal.tips.queries import (
    TipFilter,
    get_photograph_for,
    get_tip_for,
    joined_to,
    photographs_of,
    scope_of,
    similar_to,
    steps_of,
    tips_in,
)
from portal.tips.rules import (
    NEEDS_REASON,
    Clock,
    Kind,
    Matter,
    NotAccepted,
    State,
    Step,
    may_handle,
    may_open_seal,
    open_steps,
    period_of,
)
from portal.tips.senders import look_at_sender

blueprint = Blueprint("tips_office", __name__, url_prefix="/office/tips")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50
# Steps with pages or fields of their own; the rest need a reason at most.
APART = frozenset({Step.FILE, Step.MOVE, Step.JOIN, Step.CLUE, Step.TELL})


@blueprint.before_request
def _only_readers() -> None:
    scope_of(me())


@blueprint.get("")
def show_list() -> str:
    args = request.args
    asked = TipFilter(
        kind=args.get("kind", "") if args.get("kind") in set(Kind) else "",
        state=args.get("state", "open"),
        matter=args.get("matter", "") if args.get("matter") in set(Matter) else "",
        text=args.get("q", "").strip()[:60],
    )
    number = whole_number(args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(tips_in(me(), asked), number, PER_PAGE)
    return render_template(
        "tips/office_list.html",
        asked=asked,
        page=found,
        kinds=Kind,
        states=State,
        matters=Matter,
        regions=regions_by_code(one.adcode for one in found.items),
        today=today(),
    )


@blueprint.get("/due")
def show_due() -> str:
    """The board: late, this week, later; and the month as a calendar."""
    day = today()
    first = _month(request.args.get("month", ""), day)
    lines = lines_for(me(), max(day + timedelta(days=AHEAD_DAYS), first + timedelta(days=42)))
    week = day + timedelta(days=7)
    return render_template(
        "tips/due.html",
        today=day,
        first=first,
        before=first - timedelta(days=1),
        after=first + timedelta(days=32),
        weeks=month_of(first, lines),
        groups=(
            (Text("已超期", "Overdue"), [x for x in lines if x.due_on < day]),
            (Text("七日内", "Within seven days"), [x for x in lines if day <= x.due_on <= week]),
            (Text("以后", "Later"), [x for x in lines if x.due_on > week]),
        ),
        calendar=work_calendar(),
    )


def _month(typed: str, day: date) -> date:
    try:
        first = date.fromisoformat(f"{typed}-01") if typed else day.replace(day=1)
    except ValueError:
        raise RuleBroken(Text("月份写作 2026-11", "Write the month like 2026-11")) from None
    return first if abs(first.year - day.year) <= 5 else day.replace(day=1)


@blueprint.get("/<number>")
def show(number: str) -> str:
    return _show(number)


def _show(number: str, sender: dict[str, str] | None = None, refused: Refused | None = None) -> str:
    account, tip = me(), get_tip_for(me(), number)
    steps = open_steps(tip.sort, tip.stands, account.role, account.region, tip.adcode)
    return render_template(
        "tips/office_show.html",
        tip=tip,
        refused=refused,
        place=region_line(tip.place),
        county=region_line(tip.adcode),
        steps=[step for step in steps if step not in APART],
        may={step.value for step in steps},
        needs_reason=NEEDS_REASON,
        grounds=NotAccepted,
        taken=steps_of(tip),
        beside=stands_beside(me(), tip.subject),
        step_names=Step,
        photographs=photographs_of(tip),
        same=similar_to(tip) if tip.stands in (State.RECEIVED, State.CHECKING) else [],
        joined=joined_to(tip),
        period_of=period_of,
        clue=clue_of(tip) if tip.sort is Kind.COMPLAINT else None,
        may_note_clue=bool(steps) and tip.sort is Kind.COMPLAINT and tip.stands is State.ACCEPTED,
        settling=tip.running(Clock.SETTLE) if steps else None,
        to_tell=tip.running(Clock.TELL) is not None and may_handle(account.role, account.region, tip.adcode),
        may_look=tip.named and may_open_seal(account.role, account.region, tip.adcode),
        sender=sender,
        today=today(),
        micro=MICRO,
    )


def _do(number: str, key: str, act: Callable[[Tip], Text]) -> ResponseReturnValue:
    """One transaction; refused, the page comes back with what was typed in the form `key`."""
    try:
        with transaction():
            done = act(get_tip_for(me(), number))
    except REFUSALS as refusal:
        return _show(number, None, refused_in_place(key, refusal)), refusal.status
    tell(done)
    return redirect(url_for(".show", number=number), 303)


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "")


@blueprint.post("/<number>/step")
def step(number: str) -> ResponseReturnValue:
    try:
        taken = Step(request.form.get("step", ""))
    except ValueError:
        raise RuleBroken(Text("没有这一步", "There is no such step")) from None
    if taken in APART:
        raise RuleBroken(Text("这一步在别处办理", "That step is taken elsewhere"))

    def act(tip: Tip) -> Text:
        said = (_typed("reason"), _typed("told"))
        more = {"ground": _typed("ground")} if taken is Step.NOT_ACCEPT else None
        take_step(me(), tip, taken, *said, version_seen(), work_calendar(), now(), more)
        return Text("已办理：{step}。", "Done: {step}.").format(step=taken.text)

    return _do(number, f"step-{taken.value}", act)


@blueprint.post("/<number>/told")
def told(number: str) -> ResponseReturnValue:
    def act(tip: Tip) -> Text:
        mark_told(me(), tip, _typed("how"), version_seen(), now())
        return Text("已记下告知。", "Noted that they were told.")

    return _do(number, "told", act)


@blueprint.post("/<number>/test")
def test(number: str) -> ResponseReturnValue:
    """Goods go to be tested, or are back: the time between does not count."""

    def act(tip: Tip) -> Text:
        if request.form.get("back") == "y":
            resume_after_test(me(), tip, version_seen(), work_calendar(), now())
            return Text(
                "继续计时，检验的时间没有计入。", "The clock runs on; the time of the test does not count."
            )
        pause_for_test(me(), tip, _typed("why"), version_seen(), now())
        return Text("计时已暂停，结果到了再继续。", "The clock stands still until the result is there.")

    return _do(number, "test", act)


@blueprint.post("/<number>/clue")
def clue(number: str) -> ResponseReturnValue:
    """What was found while settling is a tip of its own, with a period of its own."""

    def act(tip: Tip) -> Text:
        found = note_clue(me(), tip, _typed("facts"), version_seen(), work_calendar(), now())
        return Text(
            "线索已登记为 {n}，十五个工作日内核查。", "Noted as {n}: checked within 15 working days."
        ).format(n=found.number)

    return _do(number, "clue", act)


@blueprint.post("/<number>/join")
def join_to(number: str) -> ResponseReturnValue:
    def act(tip: Tip) -> Text:
        main = _other_tip(_typed("main").strip().upper()[:20])
        join(me(), tip, main, version_seen(), work_calendar(), now())
        return Text("已并入 {n}。", "Joined to {n}.").format(n=main.number)

    return _do(number, "join", act)


def _other_tip(number: str) -> Tip:
    try:
        return get_tip_for(me(), number)
    except NotFound:
        fault = Text(
            "本地区没有这个编号，请照另一件页面上的编号填写",
            "No such number in your region; copy it from the other one",
        )
        raise RuleBroken(fault, {"main": fault}) from None


@blueprint.post("/<number>/sender")
def sender(number: str) -> ResponseReturnValue:
    """Shown once, in the answer to this request; looked at again it is another entry."""
    keys = current_app.config["SETTINGS"].secret_keys
    try:
        with transaction():
            seen = look_at_sender(me(), get_tip_for(me(), number), _typed("why"), keys, now())
    except REFUSALS as refusal:
        return _show(number, None, refused_in_place("sender", refusal)), refusal.status
    return _show(number, seen)


@blueprint.get("/<number>/photographs/<int:photograph>.jpg")
def photograph(number: str, photograph: int) -> Response:
    found = get_photograph_for(me(), number, photograph)
    return paper_answer(found, f"{number}-{photograph}.jpg")
