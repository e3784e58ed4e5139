"""/office/tips: the list, one tip with its steps, the board and the calendar of what is due."""

from datetime import date, timedelta
from io import BytesIO

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from portal.authorisation.blueprint_views import folder, keep_nowhere, me, tell, version_seen
from portal.authorisation.files import path_of
from portal.authorisation.queries import work_calendar
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.producers.rules import MICRO
from portal.regions.queries import region_line, regions_by_code
from portal.tips.actions import (
    join,
    look_at_sender,
    mark_told,
    pause_for_test,
    resume_after_test,
    take_step,
)
from portal.tips.due import AHEAD_DAYS, lines_for, month_of
from portal.tips.queries import (
    TipFilter,
    get_photograph_for,
    get_tip_for,
    joined_to,
    photographs_of,
    running_clock,
    scope_of,
    similar_to,
    steps_of,
    tips_in,
)
from portal.tips.rules import NEEDS_REASON, Clock, Kind, Matter, State, Step, open_steps, period_of

blueprint = Blueprint("tips_office", __name__, url_prefix="/office/tips")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50
# Steps with pages or fields of their own; the rest need a reason at most.
APART = frozenset({Step.FILE, Step.MOVE, Step.JOIN, Step.TELL})


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
        running=running_clock,
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
            (Text("已超期", "Overdue"), [x for x in lines if x.on < day]),
            (Text("七日内", "Within seven days"), [x for x in lines if day <= x.on <= week]),
            (Text("以后", "Later"), [x for x in lines if x.on > week]),
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


def _show(number: str, sender: dict[str, str] | None = None) -> str:
    account, tip = me(), get_tip_for(me(), number)
    steps = open_steps(tip.sort, tip.stands, account.role, account.region, tip.adcode)
    telling = [one for one in tip.clocks if one.what is Clock.TELL and one.done_on is None]
    return render_template(
        "tips/office_show.html",
        tip=tip,
        place=region_line(tip.place),
        county=region_line(tip.adcode),
        steps=[step for step in steps if step not in APART],
        may={step.value for step in steps},
        needs_reason=NEEDS_REASON,
        taken=steps_of(tip),
        step_names=Step,
        photographs=photographs_of(tip),
        same=similar_to(tip) if tip.stands in (State.RECEIVED, State.CHECKING) else [],
        joined=joined_to(tip),
        period_of=period_of,
        settling=next((x for x in tip.clocks if x.what is Clock.SETTLE and x.done_on is None), None)
        if steps
        else None,
        to_tell=bool(telling) and bool(account.role),
        may_look=tip.named and account.region == tip.adcode,
        sender=sender,
        today=today(),
        micro=MICRO,
    )


@blueprint.post("/<number>/step")
def step(number: str) -> ResponseReturnValue:
    try:
        taken = Step(request.form.get("step", ""))
    except ValueError:
        raise RuleBroken(Text("没有这一步", "There is no such step")) from None
    if taken in APART:
        raise RuleBroken(Text("这一步在别处办理", "That step is taken elsewhere"))
    with transaction():
        take_step(
            me(),
            get_tip_for(me(), number),
            taken,
            request.form.get("reason", ""),
            request.form.get("told", ""),
            version_seen(),
            work_calendar(),
            now(),
        )
    tell(Text("已办理：{step}。", "Done: {step}.").format(step=taken.text))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<number>/told")
def told(number: str) -> ResponseReturnValue:
    with transaction():
        mark_told(me(), get_tip_for(me(), number), request.form.get("how", ""), version_seen(), now())
    tell(Text("已记下告知。", "Noted that they were told."))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<number>/test")
def test(number: str) -> ResponseReturnValue:
    """Goods go to be tested, or are back: the time between does not count."""
    with transaction():
        tip = get_tip_for(me(), number)
        if request.form.get("back") == "y":
            resume_after_test(me(), tip, version_seen(), work_calendar(), now())
        else:
            pause_for_test(me(), tip, request.form.get("why", ""), version_seen(), now())
    tell(Text("期限已重新计算。", "The period was counted anew."))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<number>/join")
def join_to(number: str) -> ResponseReturnValue:
    with transaction():
        main = get_tip_for(me(), request.form.get("main", "").strip().upper()[:20])
        join(me(), get_tip_for(me(), number), main, version_seen(), work_calendar(), now())
    tell(Text("已并入 {n}。", "Joined to {n}.").format(n=main.number))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<number>/sender")
def sender(number: str) -> str:
    """Shown once, in the answer to this request; looked at again it is another entry."""
    keys = current_app.config["SETTINGS"].secret_keys
    with transaction():
        seen = look_at_sender(me(), get_tip_for(me(), number), request.form.get("why", ""), keys, now())
    return _show(number, seen)


@blueprint.get("/<number>/photographs/<int:photograph>.jpg")
def photograph(number: str, photograph: int) -> Response:
    found = get_photograph_for(me(), number, photograph)
    content = path_of(folder(), found.digest).read_bytes()
    return send_file(BytesIO(content), mimetype=found.media_type, download_name=f"{number}-{photograph}.jpg")
