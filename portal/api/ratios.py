"""/api/v1/ratios: the published shares for everyone, the live ones for officials."""

from flask import Blueprint, Response, current_app, request
from flask_login import current_user

from portal.api.asked import number_asked
from portal.api.describing import described
from portal.api.listing import listed
from portal.api.parameters import adcode, day, one_of, per_page, whole, words
from portal.api.shapes.ratios import RATIOS
from portal.catalogue.queries import find_alone, get_indication
from portal.lib.clock import today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import MOST_PER_PAGE, page_of
from portal.ratios.asked import outcome_asked, region_asked, zone_asked
from portal.ratios.ledger import Figures, figures_of
from portal.ratios.live import live_figures
from portal.ratios.queries import (
    SORTS,
    RatioFilter,
    get_indication_for,
    indications_for,
    published,
    published_of,
    scope_of,
    years_published,
)
from portal.ratios.rules import FIRST_YEAR, Outcome, reference_day
from portal.ratios.schema import live_as_json, published_as_json
from portal.regions.rules import covers
from portal.register.views import parse_day

blueprint = Blueprint("api_ratios", __name__, url_prefix="/api/v1/ratios")

LAST_YEAR = 2100
ON = day("on", Text("那一天公布的是什么", "As it was published on that day"))
FIGURES = one_of(
    "figures",
    Text("公布的，或（工作人员）此刻算得的", "As published, or (for officials) as counted now"),
    ("published", "live"),
)


@blueprint.get("")
@described(
    Text("一年的两个 60%", "The 60 % shares of one year"),
    RATIOS,
    parameters=(
        whole(
            "year", Text("哪一年；不写是最新公布的", "Newest published if not given"), FIRST_YEAR, LAST_YEAR
        ),
        adcode("region", Text("所在区划", "Division")),
        one_of("outcome", Text("结论", "Outcome"), Outcome),
        words("q", Text("名称中的一段", "Part of the name")),
        one_of("sort", Text("次序", "Order"), [*SORTS, *(f"-{name}" for name in SORTS)]),
        ON,
        whole("page", Text("第几页", "Which page"), 1, 100_000, 1),
        per_page(50),
        FIGURES,
    ),
    examples=("/api/v1/ratios", "/api/v1/ratios?year=2024&outcome=met"),
    refusals=(401, 403),
)
def ratios() -> Response:
    """The shares of one year, the newest published one if none is asked for."""
    page = number_asked("page", 1, 100_000, 1)
    per_page = number_asked("per_page", 1, MOST_PER_PAGE, 50)
    if _wants_live():
        return _live_list(page, per_page)
    year = number_asked("year", FIRST_YEAR, LAST_YEAR, next(iter(years_published()), today().year - 1))
    asked = RatioFilter(
        year=year,
        region=region_asked(),
        outcome=outcome_asked(),
        text=request.args.get("q", ""),
        on=parse_day("on"),
        sort=request.args.get("sort") or "name",
    )
    found = page_of(published(asked), page, per_page)
    items = [published_as_json(one, one.indication, _base()) for one in found.items]
    return listed(items, found.total, page, per_page)


@blueprint.get("/<slug>")
@described(
    Text("一个地理标志历年的两个 60%", "The 60 % shares of one GI, year by year"),
    RATIOS,
    parameters=(
        whole("from", Text("从哪一年", "From the year"), FIRST_YEAR, LAST_YEAR),
        whole("to", Text("到哪一年", "To the year"), FIRST_YEAR, LAST_YEAR),
        adcode("zone", Text("示范区；不写是整个产地", "Demonstration zone; the whole area if not given")),
        ON,
        FIGURES,
    ),
    path=(words("slug", Text("地理标志的代号", "Key"), 80, required=True, example="zhongning-gouqi"),),
    examples=("/api/v1/ratios/zhongning-gouqi",),
    refusals=(401, 403),
)
def ratio(slug: str) -> Response:
    """The shares of one GI, one item a year, the newest first."""
    first = number_asked("from", FIRST_YEAR, LAST_YEAR, FIRST_YEAR)
    last = number_asked("to", FIRST_YEAR, LAST_YEAR, LAST_YEAR)
    if _wants_live():
        return _live_years(slug, first, last)
    indication = get_indication(slug, find_alone)
    rows = [r for r in published_of(indication.id, zone_asked(), parse_day("on")) if first <= r.year <= last]
    items = [published_as_json(one, indication, _base()) for one in reversed(rows)]
    return listed(items, len(items), 1, max(len(items), 1))


def _wants_live() -> bool:
    asked = request.args.get("figures") or "published"
    if asked not in ("published", "live"):
        fault = Text("应为 published 或 live", "Must be published or live")
        raise RuleBroken(Text("参数不正确", "A parameter is not right"), {"figures": fault})
    if asked == "live":
        scope_of(current_user)
    return asked == "live"


def _live_list(page: int, per_page: int) -> Response:
    year = number_asked("year", FIRST_YEAR, today().year, today().year)
    figures, outcome = live_figures(year, today()), outcome_asked()
    region, text = region_asked(), request.args.get("q", "")
    rows = []
    for indication in indications_for(current_user):
        one = figures.get(indication.id) or Figures(indication.id, year, reference_day(year, today()))
        if outcome in (None, one.outcome) and (not text or text in indication.search_text):
            rows.append((one, indication))
    if region:
        rows = _in_region(rows, region)
    shown = rows[(page - 1) * per_page : page * per_page]
    items = [live_as_json(one, indication, "", _base()) for one, indication in shown]
    return _private(listed(items, len(rows), page, per_page))


def _in_region(rows: list, region: str) -> list:
    return [row for row in rows if any(covers(region, code) for code in row[1].regions)]


def _live_years(slug: str, first: int, last: int) -> Response:
    indication, zone = get_indication_for(current_user, slug), zone_asked()
    years = range(min(last, today().year), max(first, today().year - 5) - 1, -1)
    figures = [figures_of(indication.id, year, today(), zone) for year in years]
    items = [live_as_json(one, indication, zone, _base()) for one in figures]
    return _private(listed(items, len(items), 1, max(len(items), 1)))


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _base() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")
