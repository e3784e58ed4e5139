"""/credit/: by which table grades come about. /workbench/credit: a producer's own grade with every reason."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, only_producers, tell
from portal.accounts.visitor_views import me as visitor
from portal.credit import actions, present
from portal.credit.criteria import source_of
from portal.credit.queries import (
    criteria_versions,
    current_grades,
    find_reason,
    get_own_producer,
    history_of,
    listings_of,
    own_producers,
    requests_of,
)
from portal.credit.rules import STATUTORY_LISTS, Grade, RequestKind
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.regions.queries import regions_by_code

public = Blueprint("credit_public", __name__)
blueprint = Blueprint("credit", __name__, url_prefix="/workbench/credit")


@public.get("/credit/")
def show_criteria() -> str:
    tables = criteria_versions()
    return render_template(
        "credit/criteria.html",
        tables=[(one, present.rows_of(one)) for one in tables],
        regions=regions_by_code(one.adcode for one in tables),
        grades=Grade,
        source_of=source_of,
        lists=STATUTORY_LISTS.values(),
        today=today(),
    )


blueprint.before_request(only_producers)


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    producers = own_producers(visitor(), today())
    grades = current_grades([one.id for one in producers])
    return render_template(
        "credit/mine.html", producers=producers, grades=grades, none=Grade.NONE, own=_shown(producers, grades)
    )


def _shown(producers: list[Producer], grades: dict) -> list:
    """The whole grade of one's only producer; of several, each has a page."""
    return [_parts(producers[0], grades.get(producers[0].id))] if len(producers) == 1 else []


def _parts(producer: Producer, grade: object) -> dict[str, object]:
    requests = requests_of(producer.id)
    return {
        "producer": producer,
        "grade": grade,
        "lines": present.lines_of(grade, requests, today()) if grade else [],
        "requests": requests,
        "listings": listings_of(producer.id),
        "history": history_of(producer.id),
    }


@blueprint.get("/<number>")
def show(number: str) -> str:
    producer = get_own_producer(visitor(), number, today())
    grade = current_grades([producer.id]).get(producer.id)
    return render_template("credit/my_grade.html", own=_parts(producer, grade))


@blueprint.get("/<number>/ask")
def ask_page(number: str) -> ResponseReturnValue:
    return _ask_page(get_own_producer(visitor(), number, today()), {})


def _ask_page(
    producer: Producer, faults: dict[str, Text], message: Text | None = None
) -> ResponseReturnValue:
    kind, ref = request.values.get("kind", ""), request.values.get("ref", "")
    if kind not in set(RequestKind):
        raise NotFound(Text("没有这种请求", "There is no such request"))
    body = render_template(
        "credit/ask.html",
        producer=producer,
        kind=RequestKind(kind),
        reason=find_reason(producer, ref, today()),
        words=request.form.get("words", ""),
        faults=faults,
        message=message,
    )
    return (body, 400) if faults or message else body


@blueprint.post("/<number>/ask")
def ask(number: str) -> ResponseReturnValue:
    me, producer = visitor(), get_own_producer(visitor(), number, today())
    kind, ref = request.form.get("kind", ""), request.form.get("ref", "")
    if kind not in set(RequestKind):
        raise NotFound(Text("没有这种请求", "There is no such request"))
    if any(one.ref == ref and one.stands == "open" for one in requests_of(producer.id)):
        return redirect(url_for(".show", number=number), 303)
    try:
        with transaction():
            producer = get_own_producer(me, number, today())
            reason = find_reason(producer, ref, today())
            asked = actions.ask(
                me, producer, RequestKind(kind), reason, request.form.get("words", ""), today(), now()
            )
            due = asked.due_on
    except RuleBroken as refusal:
        return _ask_page(get_own_producer(me, number, today()), refusal.fields, refusal.message)
    tell(Text("已提交，{due}前答复", "Sent; it will be answered by {due}").format(due=due))
    return redirect(url_for(".show", number=number), 303)
