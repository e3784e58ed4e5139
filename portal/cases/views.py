"""/cases/: decisions as they are published now, typical cases, campaigns; and a producer's own."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from portal.authorisation.blueprint_views import keep_nowhere
from portal.cases.queries import (
    campaign_figures,
    campaigns,
    cases_about,
    get_published,
    published_cases,
)
from portal.lib.clock import today
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
    query = published_cases(today(), gi=request.args.get("gi", "")[:80], typical=typical)
    found = page_of(query, number, PER_PAGE)
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
    case = get_published(number, today())
    return render_template("cases/show.html", case=case, place=region_line(case.adcode))


@own.get("")
def show_own() -> str:
    mine = cases_about(current_user._get_current_object(), today())
    return render_template("cases/own.html", cases=mine)
