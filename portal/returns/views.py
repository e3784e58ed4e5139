"""/workbench/returns: what a producer files once a year for each GI."""

from collections import Counter

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, only_producers
from portal.accounts.visitor_views import me as visitor
from portal.authorisation.queries import get_producer_of
from portal.catalogue.queries import get_indication
from portal.lib.clock import today
from portal.paging import whole_number
from portal.papers.sent_views import paper_answer
from portal.returns import filing
from portal.returns.queries import get_line, get_paper_for, get_return_for, returns_due_for
from portal.returns.rules import FIRST_YEAR, year_due_on
from portal.returns.together import may_be_typed

blueprint = Blueprint("returns", __name__, url_prefix="/workbench/returns")

YEARS_SHOWN = 5


blueprint.before_request(only_producers)


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    years = range(today().year - YEARS_SHOWN + 1, today().year + 1)
    due = returns_due_for(visitor(), years, today())
    sheets = Counter((one.indication.slug, one.year) for one in due if may_be_typed(one.newest))
    ended = [one for one in due if one.year < today().year]
    return render_template(
        "returns/my_list.html",
        due=due,
        sheets=[(slug, year, n) for (slug, year), n in sheets.items() if n > 1],
        gis={one.indication.slug: one.indication for one in due},
        open_count=sum(1 for one in ended if one.newest is None),
        due_on=year_due_on,
        today=today(),
    )


@blueprint.post("")
def begin() -> ResponseReturnValue:
    me, form = visitor(), request.form
    producer = get_producer_of(me, form.get("producer", ""), today())
    indication = get_indication(form.get("gi", ""))
    year = whole_number(form.get("year", ""), "year", FIRST_YEAR, today().year, today().year)
    return filing.open_one(me, get_line(indication.id, producer.id, year), "returns")


@blueprint.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    return filing.page(visitor(), get_return_for(visitor(), number, today()), "returns")


@blueprint.post("/<int:number>")
def take_step(number: int) -> ResponseReturnValue:
    return filing.take_step(visitor(), number, "returns")


@blueprint.get("/<int:number>/check")
def check(number: int) -> ResponseReturnValue:
    return filing.check(visitor(), number)


@blueprint.get("/files/<int:number>")
def send_paper(number: int) -> ResponseReturnValue:
    return paper_answer(get_paper_for(visitor(), number, today()))
