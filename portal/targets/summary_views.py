"""/office/zones/<key>/summary/<year>: the yearly summary of a zone, from the county to the province."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.catalogue.models import Indication
from portal.catalogue.queries import find_indication
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.returns.rules import READERS
from portal.targets.models import Programme
from portal.targets.present import text_of
from portal.targets.summaries import (
    Given,
    find_summary,
    get_zone_for,
    register_figures,
    steps_open_to,
    summaries_of,
    take_step,
    zones_owing,
)
from portal.targets.summary_rules import (
    FIRST_YEAR,
    PARTS,
    REQUIRED,
    WRITABLE,
    State,
    Step,
    is_late,
)

blueprint = Blueprint("zone_summaries", __name__, url_prefix="/office/zones")

YEARS_SHOWN = 5
# Before autumn nobody writes the summary of the running year.
TRAY_FROM_MONTH = 10


blueprint.after_request(keep_nowhere)


@blueprint.get("/<key>/summary")
def show_newest(key: str) -> ResponseReturnValue:
    return redirect(url_for(".show", key=key, year=today().year), 302)


@blueprint.get("/<key>/summary/<int:year>")
def show(key: str, year: int) -> str:
    return _page(get_zone_for(me(), key), year, None, {})


def _page(zone: Programme, year: int, typed: dict | None, faults: dict, message: Text | None = None) -> str:
    summary = find_summary(zone.id, year)
    steps = steps_open_to(me(), zone, summary)
    state = summary.stands if summary else State.DRAFT
    return render_template(
        "targets_office/summary.html",
        zone=zone,
        name=text_of(zone.facts["name"]),
        year=year,
        years=range(today().year, max(FIRST_YEAR, today().year - YEARS_SHOWN) - 1, -1),
        summary=summary,
        state=state,
        late=state is not State.SENT and is_late(year, today()),
        due=date(year, 12, 31),
        parts=PARTS,
        required=REQUIRED,
        typed=typed if typed is not None else (summary.parts if summary else {}),
        faults=faults,
        message=message,
        writable=state in WRITABLE and Step.SAVE in steps,
        steps=steps,
        step_names=Step.words(),
        Step=Step,
        figures=_figures(zone, summary, year),
        others=[one for one in summaries_of([zone.id]).get(zone.id, []) if one.year != year],
        today=today(),
    )


def _figures(zone: Programme, summary: object, year: int) -> dict[str, object]:
    """As they were when it was handed on; before that, as they are."""
    if summary is not None and summary.figures and summary.stands not in WRITABLE:
        return summary.figures
    return register_figures(_gi_of(zone), year, today()) if year <= today().year else {}


def _gi_of(zone: Programme) -> Indication | None:
    slugs = zone.facts.get("gis", [])
    return find_indication(slugs[0]) if len(slugs) == 1 else None


@blueprint.post("/<key>/summary/<int:year>")
def act(key: str, year: int) -> ResponseReturnValue:
    form = request.form
    asked = form.get("step", "")
    if asked not in set(Step):
        raise RuleBroken(Text("没有这个步骤", "There is no such step"))
    seen = version_seen()
    try:
        given = Given(form.get("reason", ""), form.get("document", ""), _day(form.get("sent_on", "")))
        with transaction():
            zone = get_zone_for(me(), key)
            take_step(me(), zone, year, Step(asked), form, given, seen, _gi_of(zone), now())
    except RuleBroken as refused:
        if not refused.fields:
            raise
        zone = get_zone_for(me(), key)
        typed = form.to_dict() if asked in (Step.SAVE, Step.SUBMIT) else None
        return _page(zone, year, typed, refused.fields, refused.message), 400
    said = Text("已办理：{step}。", "Done: {step}.").format(step=Step(asked).text)
    tell(said)
    return redirect(url_for(".show", key=key, year=year), 303)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        fault = Text("日期应写作 2026-12-20", "Write the day like 2026-12-20")
        raise RuleBroken(fault, {"sent_on": fault}) from None


def waiting_summaries(account: Account) -> Tray | None:
    """Those whose turn it is; the writing of this year's only from autumn on."""
    if account.role not in READERS or not account.region:
        return None
    year = today().year
    owing = [
        (zone, summary)
        for zone, summary in zones_owing(account, today())
        if today().month >= TRAY_FROM_MONTH or (summary and summary.stands not in WRITABLE)
    ]
    if not owing:
        return None
    items = [
        Item(
            Text("{name} {year} 年度总结", "{name}, summary of {year}").format(
                name=text_of(zone.facts["name"]), year=year
            ),
            url_for("zone_summaries.show", key=zone.id, year=year),
            summary.stands.text if summary else Text("还没有起草", "not begun"),
            date(year, 12, 31),
        )
        for zone, summary in owing
    ]
    title = Text("示范区年度总结", "Yearly summaries of zones")
    return Tray(title, len(items), items, "/office/targets", due=date(year, 12, 31))


add_tray("zone-summaries", 60, waiting_summaries)
