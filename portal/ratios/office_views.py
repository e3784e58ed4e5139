"""/office/ratios: the live shares of an official's region, what they rest on, what it takes, publication."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for

from portal.accounts.models import Account
from portal.accounts.visitor_views import keep_nowhere, tell
from portal.accounts.visitor_views import me as visitor
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_from, whole_number
from portal.producers.parts import parts_of
from portal.ratios import queries
from portal.ratios.actions import REMARK_LONGEST, Counted, count, publish
from portal.ratios.asked import read_adcode, zone_asked
from portal.ratios.change import (
    producers_change,
    users_change,
    value_change,
    values_are_known,
    whole_change,
)
from portal.ratios.downloads import csv_of_members
from portal.ratios.levels import LevelRow, level_rows, sums_of
from portal.ratios.live import figures_over
from portal.ratios.members import Member, inputs_file
from portal.ratios.needs import LISTED_MOST, ending_before, forecast, needs_of, what_if
from portal.ratios.office_asked import answer_for, read_asked
from portal.ratios.present import Falls, answer, bar_of, pair_of, waterfall
from portal.ratios.public import names_of_places, published_zones
from portal.ratios.rows import LiveRow
from portal.ratios.rules import DEFINITION, FIRST_YEAR, TARGET_PERCENT, Outcome, Why, WhyOutput, reference_day
from portal.regions.queries import find_region, regions_by_code
from portal.regions.rules import covers

blueprint = Blueprint("ratios_office", __name__, url_prefix="/office/ratios")

PER_PAGE, MOST_DIVISIONS = 50, 200
YEARS_SHOWN = 5
LEVEL_NAMES = {
    "nation": Text("合计", "Total"),
    "province": Text("省级", "Provinces"),
    "city": Text("地级", "Cities"),
    "county": Text("县级", "Counties"),
}


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    me, asked = visitor(), read_asked(today())
    found = answer_for(me, asked, today())
    page = page_from(found.rows, asked.page, PER_PAGE)
    years = list(range(asked.year - YEARS_SHOWN + 1, asked.year + 1))
    over_years = figures_over(years[:-1], [row.indication.id for row in page.items], today())
    scope = asked.region if asked.region and covers(me.region, asked.region) else me.region
    level = asked.level_in(scope)

    def rows_at(which: str) -> list[LevelRow]:
        return level_rows(found.outcomes(which, scope), sums_of(which, scope, asked.year, today()))

    levels = page_from(rows_at(level), asked.part, MOST_DIVISIONS)
    return render_template(
        "ratios/office_list.html",
        asked=asked,
        years=range(today().year, today().year - 8, -1),
        day=reference_day(asked.year, today()),
        rows=[_row(row, over_years, years) for row in page.items],
        page=page,
        counts=found.counts,
        outcomes=list(Outcome),
        places=names_of_places({row.indication.id: row.indication.regions for row in page.items}),
        level_page=levels,
        level=level,
        level_names=LEVEL_NAMES,
        names=regions_by_code(row.adcode for row in levels.items),
        total=rows_at("nation"),
        region=find_region(asked.region) if asked.region else None,
        target=TARGET_PERCENT,
    )


def _row(row: LiveRow, over_years: dict[int, dict], years: list[int]) -> dict[str, object]:
    points = [over_years[year].get(row.indication.id) for year in years[:-1]] + [row.figures]
    return {
        "gi": row.indication,
        "figures": row.figures,
        "short": row.short,
        "users": bar_of(row.figures.users_share),
        "output": bar_of(row.figures.output_share),
        "trend": [pair_of(point.users_share) if point else None for point in points],
    }


# ---- one GI


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    return render_template("ratios/office_show.html", **_page(slug))


def _asked_year() -> int:
    return whole_number(request.args.get("year", ""), "year", FIRST_YEAR, today().year, today().year)


def _page(slug: str) -> dict[str, object]:
    me = visitor()
    indication, year, zone = queries.get_indication_for(me, slug), _asked_year(), zone_asked()
    counted = count(indication, year, today(), zone)
    figures, last_day = counted.figures, date(year, 12, 31)
    running = year == today().year
    needs = needs_of(figures, counted.members)
    editions = queries.editions_of(indication.id, year, zone)
    return {
        "gi": indication,
        "year": year,
        "years": range(today().year, today().year - YEARS_SHOWN, -1),
        "zone": find_region(zone) if zone else None,
        "figures": figures,
        "answer": answer(figures.outcome, figures.users_share, figures.output_share),
        "users": bar_of(figures.users_share),
        "output": bar_of(figures.output_share),
        "official": counted.official,
        "falls": _falls(counted),
        "needs": needs,
        "contacts": queries.contacts_of(
            m.producer_id for m in needs.candidates[:LISTED_MOST] if covers(me.region, m.adcode)
        ),
        "listed_most": LISTED_MOST,
        "ending": ending_before(counted.members, today(), last_day) if running else [],
        "forecast": forecast(figures, counted.members, counted.before, last_day) if running else None,
        "bar_of": bar_of,
        "running": running,
        "editions": editions,
        "digest": counted.digest,
        "stands_published": bool(editions) and editions[0].inputs_digest == counted.digest,
        "may_publish": queries.may_publish(me, indication, zone),
        "parts": parts_of(indication, figures.day, zone),
        "zones": published_zones(indication.id),
        "definition": DEFINITION,
        "target": TARGET_PERCENT,
        **_what_if(counted),
        **_member_page(me, counted.members),
    }


def _falls(counted: Counted) -> list[Falls]:
    pair = counted.before, counted.members
    changes = {"users_change": users_change, "producers_change": producers_change}
    if all(values_are_known(one) for one in pair):
        changes |= {"value_change": value_change, "whole_change": whole_change}
    return [waterfall(key, change(*pair)) for key, change in changes.items()]


def _what_if(counted: Counted) -> dict[str, object]:
    """GET parameters only: nothing is stored."""
    add, drop = set(request.args.getlist("add")), set(request.args.getlist("drop"))
    known = {member.number for member in counted.members}
    add, drop = add & known, drop & known
    found = what_if(counted.figures, counted.members, add, drop) if add or drop else None
    users = sorted((m for m in counted.members if m.is_user), key=lambda m: (-(m.value_fen or 0), m.number))
    return {"add": add, "drop": drop, "supposed": found, "users_listed": users}


MEMBER_SORTS: dict[str, Callable[[Member], object]] = {
    "name": lambda m: m.name,
    "place": lambda m: m.adcode,
    "why": lambda m: list(Why).index(m.why),
    "output": lambda m: list(WhyOutput).index(m.output),
    "value": lambda m: -1 if m.value_fen is None else m.value_fen,
    "mark": lambda m: -1 if m.mark_value_fen is None else m.mark_value_fen,
}


def _unseen(member: Member) -> Member:
    """A producer of another region as this official knows it: no value, and a name only if it is public."""
    return replace(
        member,
        name=member.name if member.name_public else "",
        value_fen=None,
        mark_value_fen=None,
    )


def _member_page(me: Account, members: list[Member]) -> dict[str, object]:
    """Every producer counted or not; one outside the official's region is named only if that is public."""
    why, how = request.args.get("why", ""), request.args.get("return", "")
    wanted = [m for m in members if why in ("", m.why) and how in ("", m.output)]
    sort = request.args.get("sort", "")
    # By value only what this official may see: the order would tell about the others' returns.
    own = {m.producer_id for m in members if covers(me.region, m.adcode)}
    by = MEMBER_SORTS.get(sort.removeprefix("-"))
    if by:
        wanted.sort(key=lambda m: by(m) if m.producer_id in own else by(_unseen(m)), reverse=sort[:1] == "-")
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    page = page_from(wanted, number, PER_PAGE)
    return {
        "members": page.items,
        "member_page": page,
        "member_sort": sort,
        "member_why": why,
        "member_return": how,
        "why_counts": [(w, n) for w in Why if (n := sum(m.why is w for m in members))],
        "return_counts": [(w, n) for w in WhyOutput if (n := sum(m.output is w for m in members))],
        "named": {m.producer_id for m in members if m.name_public or covers(me.region, m.adcode)},
        "valued": own,
        "region_names": regions_by_code(m.adcode for m in page.items),
    }


@blueprint.get("/<slug>/inputs.csv")
def download_inputs(slug: str) -> Response:
    """Exactly the bytes whose digest a publication states; only who sees all of the GI may have it."""
    me = visitor()
    indication = queries.get_indication_for(me, slug)
    _needs_whole(me, indication)
    counted = count(indication, _asked_year(), today(), zone_asked())
    headers = {"Content-Disposition": f'attachment; filename="inputs-{slug}-{counted.figures.year}.csv"'}
    return Response(inputs_file(counted.members, counted.official), mimetype="text/csv", headers=headers)


@blueprint.get("/<slug>/members.csv")
def download_members(slug: str) -> Response:
    """The producers of the official's own region with their names and values."""
    me = visitor()
    indication = queries.get_indication_for(me, slug)
    counted = count(indication, _asked_year(), today(), zone_asked())
    own = [member for member in counted.members if covers(me.region, member.adcode)]
    headers = {"Content-Disposition": f'attachment; filename="members-{slug}-{counted.figures.year}.csv"'}
    return Response("\ufeff" + csv_of_members(own), mimetype="text/csv", headers=headers)


def _needs_whole(me: Account, indication: Indication) -> None:
    codes = queries.regions_of([indication.id]).get(indication.id, [])
    if not codes or not all(covers(me.region, code) for code in codes):
        raise RuleBroken(
            Text(
                "全部底数含其他地区的申报，只有管辖整个产地的官员能下载",
                "The inputs hold returns of other regions; only officials over the whole area may have them",
            )
        )


@blueprint.post("/<slug>/publish")
def publish_year(slug: str) -> Response:
    me = visitor()
    form = request.form
    zone = read_adcode(form, "zone")
    year = whole_number(form.get("year", ""), "year", FIRST_YEAR, today().year, today().year - 1)
    remark, digest = form.get("remark", "").strip(), form.get("digest")
    try:
        with transaction():
            indication = queries.get_indication_for(me, slug)
            publish(me, indication, year, today(), now(), zone, remark or None, digest)
    except RuleBroken as refusal:
        db.session.rollback()
        if not _stands_published(slug, year, zone, digest):
            tell(refusal.said(), "error")
            kept = remark[:REMARK_LONGEST] or None
            back = url_for(".show", slug=slug, year=year, zone=zone or None, remark=kept)
            return redirect(f"{back}#publication", 303)
    return redirect(url_for("ratios.show", slug=slug, year=year, zone=zone or None), 303)


def _stands_published(slug: str, year: int, zone: str, digest: str | None) -> bool:
    """Whether the button was only pressed twice: what was seen is what stands published."""
    editions = queries.editions_of(queries.get_indication_for(visitor(), slug).id, year, zone)
    return bool(editions) and editions[0].inputs_digest == digest
