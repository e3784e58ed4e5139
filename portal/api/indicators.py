"""/api/v1/indicators: plan figures with base, yearly path, target, actual values and conflicts."""

from flask import Blueprint, Response, jsonify

from portal.api.asked import allow_only, number_asked
from portal.lib.clock import today
from portal.lib.text import Text
from portal.paging import MOST_PER_PAGE
from portal.regions.queries import regions_by_code
from portal.register.queries import public_version
from portal.targets import queries
from portal.targets.asked import read_outcome, read_part, read_region
from portal.targets.present import rows_of
from portal.targets.schema import indicator_as_json

blueprint = Blueprint("api_indicators", __name__, url_prefix="/api/v1/indicators")


@blueprint.get("")
def indicators() -> Response:
    allow_only("region", "part", "outcome", "page", "per_page")
    per_page = number_asked("per_page", 1, MOST_PER_PAGE, 50)
    number = number_asked("page", 1, 10**6, 1)
    region, outcome = read_region(), read_outcome()
    found = queries.indicators_asked(region.adcode if region else "", read_part())
    conflicts = queries.conflicts_by_id(key for one in found for key in one.facts.get("conflicts", []))
    rows = rows_of(found, today(), conflicts, queries.LiveCounts())
    rows = [row for row in rows if outcome is None or row.verdict.outcome is outcome]
    shown = rows[(number - 1) * per_page : number * per_page]
    return jsonify(
        total=len(rows),
        page=number,
        per_page=per_page,
        items=_as_json(shown),
        version=public_version(),
    )


@blueprint.get("/<key>")
def indicator(key: str) -> Response:
    allow_only()
    found = queries.get_indicator(key)
    conflicts = queries.conflicts_by_id(found.facts.get("conflicts", []))
    return jsonify(_as_json(rows_of([found], today(), conflicts, queries.LiveCounts()))[0])


def _as_json(rows: list) -> list[dict[str, object]]:
    regions = regions_by_code(row.region for row in rows)
    names = {code: Text(region.name_zh, region.name_en) for code, region in regions.items()}
    titles = {plan.id: title for plan, title in queries.plans_with_titles()}
    return [indicator_as_json(row, names, titles[row.facts["plan"]]) for row in rows]
