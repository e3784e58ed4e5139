"""The catalogue as the public sees it: the list, suggestions, the page of one GI, a comparison."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for

from portal.catalogue import words as _words  # noqa: F401 - teaches the log what GIs are called
from portal.catalogue.asking import PAGE_SIZES, Question, forgiving
from portal.catalogue.chain import draw_tall, draw_wide
from portal.catalogue.comparing import MOST_COMPARED, compare, read_choice
from portal.catalogue.index import Asked, look_up, nearest
from portal.catalogue.linked_data import as_linked_data, as_script
from portal.catalogue.listing import chosen_conditions, list_page, place_text, sort_choices
from portal.catalogue.panels import MIDDLE, TOP, brand_names, panels_of
from portal.catalogue.present import Around, GiPage, chain_of, documents_cited, present
from portal.catalogue.queries import (
    documents_by_id,
    facts_on,
    find_indication,
    get_indication,
    names_of,
    searches_about,
)
from portal.language import current_language
from portal.lib.clock import today
from portal.pages import page_address
from portal.regions.queries import regions_by_code
from portal.regions.rules import line_of
from portal.register.queries import history_of
from portal.register.views import describe_all, parse_day

blueprint = Blueprint("catalogue", __name__)

SUGGESTED = 8
LATEST_ENTRIES = 5


@blueprint.get("/gi/")
def show_list() -> str:
    question = forgiving(request.args)
    listing = list_page(question)
    if not listing.page.items and listing.page.total:
        listing = list_page(Question(question.asked, listing.page.pages, question.per_page, question.view))
    return render_template(
        "catalogue/list.html",
        listing=listing,
        asked=question.asked,
        page=listing.page,
        view=question.view,
        page_sizes=PAGE_SIZES,
        sorts=sort_choices(question.asked),
        chosen=[
            (words, page_address(**{name: rest, "page": None}))
            for words, name, rest in chosen_conditions(listing)
        ],
        clear_url=url_for("catalogue.show_list"),
        near=[] if listing.page.items else nearest(question.asked.q),
    )


@blueprint.get("/gi/suggest")
def suggest() -> Response:
    """A few GIs for what has been typed so far; with `pick` they fill the field, else lead to the page."""
    question = forgiving(request.args)
    found = look_up(Asked(q=question.asked.q), filters=()) if question.asked.q else None
    rows = found.rows[:SUGGESTED] if found else []
    language, regions = current_language(), regions_by_code({code for row in rows for code in row.regions})
    items = [
        {
            "text": row.name_zh,
            "detail": f"{row.pinyin} · {place_text(row.regions, regions).say(language)}",
            "value": row.name_zh,
        }
        | ({} if request.args.get("pick") else {"url": url_for("catalogue.show", slug=row.slug)})
        for row in rows
    ]
    return jsonify(items=items)


@blueprint.get("/gi/<slug>")
def show(slug: str) -> str:
    indication = get_indication(slug)
    day = _past_day()
    facts = facts_on(slug, day) if day else indication.facts
    history = history_of(f"gi:{slug}", until=day)
    if not facts:
        return render_template("catalogue/not_yet.html", indication=indication, day=day)
    withdrawn = bool(facts.get("withdrawn_on")) if day else indication.withdrawn_on is not None
    page = _page(slug, facts, withdrawn)
    chain = chain_of(page, current_language())
    panels = [] if day else panels_of(indication)
    return render_template(
        "catalogue/show.html",
        indication=indication,
        gi=facts,
        page=page,
        day=day,
        chain=chain,
        chain_wide=draw_wide(chain),
        chain_tall=draw_tall(chain),
        panels_top=[panel for panel in panels if panel.order < TOP],
        panels_middle=[panel for panel in panels if TOP <= panel.order < MIDDLE],
        panels_end=[panel for panel in panels if panel.order >= MIDDLE],
        searches=searches_about(slug),
        history=describe_all(history[: -LATEST_ENTRIES - 1 : -1]),
        history_length=len(history),
        linked_data=as_script(as_linked_data(page, _address(slug))),
    )


@blueprint.get("/gi/<slug>.jsonld")
def linked_data(slug: str) -> Response:
    indication = get_indication(slug)
    page = _page(slug, indication.facts, indication.withdrawn_on is not None)
    response = jsonify(as_linked_data(page, _address(slug)))
    response.mimetype = "application/ld+json"
    return response


@blueprint.get("/gi/compare")
def show_comparison() -> str | Response:
    chosen = read_choice(request.args)
    if chosen.redirected:
        return redirect(url_for("catalogue.show_comparison", gi=chosen.slugs))
    found = [one for slug in chosen.slugs if (one := find_indication(slug))]
    pages = [_page(one.slug, one.facts, one.withdrawn_on is not None) for one in found]
    return render_template(
        "catalogue/compare.html",
        pages=pages,
        rows=compare(pages),
        most=MOST_COMPARED,
        unknown=chosen.unknown,
    )


def _page(slug: str, facts: Mapping[str, object], withdrawn: bool) -> GiPage:
    codes = {place["code"] for place in facts["regions"]["places"]}
    units = {unit["code"] for unit in facts.get("area", {}).get("units", []) if unit.get("code")}
    around = Around(
        documents=documents_by_id(documents_cited(facts)),
        regions=regions_by_code({above for code in codes | units for above in line_of(code)}),
        brands=brand_names({one["brand"] for one in facts.get("brands", [])}),
        gis=names_of({one["gi"] for one in facts.get("related", [])}),
    )
    day = today()
    return present(slug, facts, around, _year_asked(day.year), day, withdrawn)


def _year_asked(this_year: int) -> int:
    typed = request.args.get("year", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else this_year


def _past_day() -> date | None:
    """The day asked for, None for today and for days to come."""
    day = parse_day("on")
    return day if day and day < today() else None


def _address(slug: str) -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/") + url_for("catalogue.show", slug=slug)
