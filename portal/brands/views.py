"""The brands as pages: the list, one brand today, one brand as it stood on a day."""

from datetime import date

from flask import Blueprint, render_template

from portal.brands import queries
from portal.brands.asked import read_asked
from portal.brands.panels import panels_of
from portal.brands.present import BrandPage
from portal.brands.rows import list_row, region_names_for
from portal.brands.rules import NOT_CERTIFIED, BrandKind, BrandStatus
from portal.catalogue.chain import draw_tall, draw_wide
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.queries import find_region
from portal.register.queries import history_of
from portal.register.views import describe_all, parse_day

blueprint = Blueprint("brands", __name__, url_prefix="/brands")

LATEST_ENTRIES = 5


@blueprint.get("/")
def show_list() -> str:
    asked = read_asked()
    brands = queries.brands_asked(asked)
    names = region_names_for(brands)
    region = find_region(asked.region) if asked.region else None
    return render_template(
        "brands/list.html",
        asked=asked,
        region=Text(region.name_zh, region.name_en) if region else None,
        rows=[list_row(brand, names) for brand in brands],
        kinds=list(BrandKind.words().items()),
        statuses=list(BrandStatus.words().items()),
    )


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    brand = queries.get_brand(slug)
    day = parse_day("on")
    history = history_of(f"brand:{slug}")
    if day:
        _refuse_future(day)
    facts = queries.facts_on(slug, day) if day else brand.facts
    if not facts:
        return render_template("brands/not_yet.html", brand=brand, day=day, first=history[0].time)
    page = BrandPage(slug, facts, day or today())
    chain = page.chain(current_language())
    return render_template(
        "brands/show.html",
        brand=brand,
        page=page,
        chain=chain,
        chain_wide=draw_wide(chain),
        chain_tall=draw_tall(chain),
        day=day,
        not_certified=NOT_CERTIFIED,
        history=describe_all(history[: -LATEST_ENTRIES - 1 : -1]),
        entries=len(history),
        panels=panels_of(slug) if day is None else [],
        why_withdrawn=queries.withdrawal_reason(slug, today()) if brand.withdrawn_on else None,
    )


def _refuse_future(day: date) -> None:
    if day > today():
        raise NotFound(
            Text("这一天还没有到", "That day has not come yet"),
            next_step=Text("请选择今天或以前的日期", "Choose today or a day before it"),
        )
