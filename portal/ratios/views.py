"""/ratios/: the published shares, for everyone."""

import json
from datetime import date

from flask import Blueprint, Response, render_template, request

from portal.catalogue.models import Indication
from portal.catalogue.queries import get_indication
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.producers.models import Producer
from portal.ratios import queries
from portal.ratios.asked import outcome_asked, region_asked, zone_asked
from portal.ratios.change import from_plain
from portal.ratios.downloads import csv_of_published, csv_of_years
from portal.ratios.models import PublishedRatio
from portal.ratios.on_map import places_counted
from portal.ratios.present import TITLES, Falls, answer, bar_of, output_gap, pair_of, waterfall
from portal.ratios.public import firms_behind, published_zones, region_names
from portal.ratios.queries import RatioFilter
from portal.ratios.rules import DEFINITION, FIRST_YEAR, TARGET_PERCENT, Outcome, Why, WhyOutput
from portal.ratios.whole_year import year_items
from portal.regions.queries import find_region, regions_by_code
from portal.register.queries import public_version
from portal.register.views import parse_day

blueprint = Blueprint("ratios", __name__, url_prefix="/ratios")

PER_PAGE = 50
YEARS_SHOWN = 5


def _asked() -> RatioFilter:
    years = queries.years_published()
    year = whole_number(request.args.get("year", ""), "year", FIRST_YEAR, 2100, years[0] if years else 0)
    return RatioFilter(
        year=year or None,
        region=region_asked(),
        outcome=outcome_asked(),
        text=request.args.get("q", "").strip()[:60],
        on=parse_day("on"),
        sort=request.args.get("sort", "name"),
    )


@blueprint.get("/")
def show_list() -> str:
    asked = _asked()
    page = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(queries.published(asked), page, PER_PAGE)
    years = [asked.year - back for back in range(YEARS_SHOWN - 1, -1, -1)] if asked.year else []
    trends = queries.shares_by_indication(years, [one.indication_id for one in found.items])
    region = find_region(asked.region) if asked.region else None
    by_place = queries.published_by_place(asked) if asked.year else {}
    return render_template(
        "ratios/list.html",
        asked=asked,
        by_place=by_place,
        names=regions_by_code(by_place),
        years=queries.years_published(),
        page=found,
        rows=[_row(one, trends.get(one.indication_id, {}), years) for one in found.items],
        counts=queries.outcome_counts(asked),
        outcomes=list(Outcome),
        region=Text(region.name_zh, region.name_en) if region else None,
        places=region_names(found.items),
        target=TARGET_PERCENT,
    )


def _row(one: PublishedRatio, over_years: dict[int, PublishedRatio], years: list[int]) -> dict[str, object]:
    points = [over_years.get(year) for year in years]
    return {
        "one": one,
        "users": bar_of(one.users),
        "output": bar_of(one.output),
        "trend": [pair_of(point.users) if point else None for point in points],
    }


@blueprint.get("/list.csv")
def download_list() -> Response:
    asked = _asked()
    return _csv(
        csv_of_published(page_of(queries.published(asked), 1, 10_000).items), f"ratios-{asked.year}.csv"
    )


@blueprint.get("/list.json")
def download_list_json() -> Response:
    """All GIs of a year in one answer, for programs that would otherwise turn many pages."""
    asked = _asked()
    told = f'{{"year":{json.dumps(asked.year)},"version":{public_version()},"items":{year_items(asked)}}}'
    return Response(told, mimetype="application/json")


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    indication, zone, on = get_indication(slug), zone_asked(), parse_day("on")
    rows = queries.published_of(indication.id, zone, on)
    if not rows:
        return _nothing_published(indication, zone, on)
    year = whole_number(request.args.get("year", ""), "year", FIRST_YEAR, 2100, rows[-1].year)
    newest = next((row for row in rows if row.year == year), None)
    if newest is None:
        raise NotFound(Text(f"{year} 年没有公布", f"Nothing was published for {year}"))
    one = _edition_asked(newest)
    rows = [one if row is newest else row for row in rows]
    return render_template("ratios/show.html", newest=newest, **_page(indication, one, rows, on))


def _edition_asked(newest: PublishedRatio) -> PublishedRatio:
    """The edition that stands, or an earlier one that somebody wants to see as it was."""
    wanted = whole_number(request.args.get("edition", ""), "edition", 1, 100_000, newest.edition)
    editions = queries.editions_of(newest.indication_id, newest.year, newest.zone)
    found = next((row for row in editions if row.edition == wanted), None)
    if found is None or wanted > newest.edition:
        raise NotFound(Text(f"没有第 {wanted} 版", f"There is no edition {wanted}"))
    return found


def _page(
    indication: Indication, one: PublishedRatio, rows: list[PublishedRatio], on: date | None
) -> dict[str, object]:
    firms: dict[str, list[Producer]] = firms_behind(one)
    return {
        "gi": indication,
        "one": one,
        "rows": rows,
        "on": on,
        "answer": answer(one.judged, one.users, one.output),
        "users": bar_of(one.users),
        "output": bar_of(one.output),
        "gap": output_gap(one.output),
        "years": [row.year for row in rows],
        "users_line": [bar_of(row.users) for row in rows],
        "output_line": [bar_of(row.output) for row in rows],
        "firms": [(Why(why), firms.get(why, []), one.counted["others"].get(why, 0)) for why in _reasons(one)],
        "places": places_counted(one),
        "returns": [(WhyOutput(why), n) for why, n in one.counted["output"].items()],
        "falls": _falls(one),
        "editions": [
            (row, bar_of(row.users), bar_of(row.output))
            for row in queries.editions_of(indication.id, one.year, one.zone)
        ],
        "zones": published_zones(indication.id),
        "zone": find_region(one.zone) if one.zone else None,
        "target": TARGET_PERCENT,
        "definition": DEFINITION,
        "today": today(),
    }


def _reasons(one: PublishedRatio) -> list[str]:
    known = {*one.counted["firms"], *one.counted["others"]}
    return [why.value for why in Why if why.value in known]


def _falls(one: PublishedRatio) -> list[Falls]:
    return [waterfall(key, from_plain(one.counted[key])) for key in TITLES if key in one.counted]


def _nothing_published(indication: Indication, zone: str, on: date | None) -> str:
    since = bool(on and queries.published_of(indication.id, zone))
    return render_template("ratios/none.html", gi=indication, zone=zone, on=on, published_since=since)


@blueprint.get("/<slug>/years.csv")
def download_years(slug: str) -> Response:
    indication = get_indication(slug)
    rows = queries.published_of(indication.id, zone_asked(), parse_day("on"))
    return _csv(csv_of_years(indication, rows), f"ratios-{slug}.csv")


def _csv(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)
