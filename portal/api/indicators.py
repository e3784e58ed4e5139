"""/api/v1/indicators: plan figures with base, yearly path, target, actual values and conflicts."""

from flask import Blueprint, Response, jsonify

from portal.api.describing import asked, described
from portal.api.listing import listed
from portal.api.parameters import PAGE, adcode, one_of, per_page, words
from portal.api.shapes.indicators import INDICATOR, INDICATORS
from portal.lib.clock import today
from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.targets import queries
from portal.targets.asked import PARTS
from portal.targets.present import IndicatorRow, rows_of
from portal.targets.rules import (
    Outcome,
)
from portal.targets.schema import indicator_as_json

blueprint = Blueprint("api_indicators", __name__, url_prefix="/api/v1/indicators")


@blueprint.get("")
@described(
    Text("规划指标", "Plan indicators"),
    INDICATORS,
    parameters=(
        adcode(
            "region", Text("规划的地区，含上级和下级", "Region of the plan, those above and below it too")
        ),
        one_of("part", Text("分表", "Part"), PARTS),
        one_of("outcome", Text("状态", "State"), Outcome),
        PAGE,
        per_page(50),
    ),
    detail=Text(
        "不同规划的数口径不同，不能相加。", "Figures of different plans differ in kind; do not add them."
    ),
    examples=(
        "/api/v1/indicators",
        "/api/v1/indicators?region=150800&part=gi_brand_mark",
        "/api/v1/indicators?outcome=unknown&per_page=5&page=2",
    ),
)
def indicators() -> Response:
    number, size = asked("page"), asked("per_page")
    found = queries.indicators_asked(asked("region"), asked("part"))
    rows = _rows(found)
    if asked("outcome"):
        rows = [row for row in rows if row.verdict.outcome == asked("outcome")]
    shown = rows[(number - 1) * size : number * size]
    return listed(_as_json(shown), len(rows), number, size)


@blueprint.get("/<key>")
@described(
    Text("一个规划指标", "One plan indicator"),
    INDICATOR,
    path=(
        words("key", Text("指标的代号", "Key of the indicator"), 80, required=True, example="bayannur-gis"),
    ),
    examples=("/api/v1/indicators/bayannur-gis", "/api/v1/indicators/zhongwei-certification-marks"),
)
def indicator(key: str) -> Response:
    return jsonify(_as_json(_rows([queries.get_indicator(key)]))[0])


def _rows(found: list) -> list[IndicatorRow]:
    conflicts = queries.conflicts_by_id(key for one in found for key in one.facts.get("conflicts", []))
    return rows_of(found, today(), conflicts, queries.LiveCounts())


def _as_json(rows: list[IndicatorRow]) -> list[dict[str, object]]:
    regions = regions_by_code(row.region for row in rows)
    names = {code: Text(region.name_zh, region.name_en) for code, region in regions.items()}
    titles = {plan.id: title for plan, title in queries.plans_with_titles()}
    return [indicator_as_json(row, names, titles[row.facts["plan"]]) for row in rows]
