"""/api/v1/checks: checks by lot, how each was drawn and what was found."""

from flask import Blueprint, Response, current_app, jsonify

from portal.api.describing import asked, described
from portal.api.listing import page_listed
from portal.api.parameters import PAGE, adcode, one_of, per_page, words
from portal.api.shapes.checks import CHECK, CHECKS
from portal.checks.queries import checks_of, commitments_of, get_public_plan, public_plans
from portal.checks.rules import PUBLIC_STATES, PlanState
from portal.checks.schema import plan_as_item, plan_as_json
from portal.lib.clock import today
from portal.lib.text import Text
from portal.paging import page_of
from portal.regions.queries import regions_by_code

blueprint = Blueprint("api_checks", __name__, url_prefix="/api/v1/checks")

# The first of the demonstration, which numbers by the year it was loaded in.
FIRST = f"SJ{today().year}-0001"


def _base() -> str:
    return current_app.config["SETTINGS"].base_url


@blueprint.get("")
@described(
    Text("双随机抽查", "Checks by lot"),
    CHECKS,
    parameters=(
        adcode("region", Text("所在区划", "Division")),
        one_of("state", Text("状态", "State"), PUBLIC_STATES),
        PAGE,
        per_page(50),
    ),
    examples=("/api/v1/checks", "/api/v1/checks?state=drawn"),
)
def checks() -> Response:
    state = asked("state")
    query = public_plans(asked("region") or "", PlanState(state) if state else None)
    found = page_of(query, asked("page"), asked("per_page"))
    regions = regions_by_code(one.adcode for one in found.items)
    return page_listed(found, lambda one: plan_as_item(one, regions, _base()))


@blueprint.get("/<number>")
@described(
    Text("一次双随机抽查", "One check by lot"),
    CHECK,
    path=(words("number", Text("编号", "Number"), 20, required=True, example=FIRST),),
    examples=(f"/api/v1/checks/{FIRST}",),
    detail=Text(
        "签、种子和重抽所需的一切在 /checks/{number}/proof", "Tickets, seed and proof: /checks/{number}/proof"
    ),
)
def check(number: str) -> Response:
    plan = get_public_plan(number)
    found = plan_as_json(plan, regions_by_code([plan.adcode]), _base(), commitments_of(plan), checks_of(plan))
    return jsonify(found)
