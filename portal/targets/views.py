"""Plan indicators, conflicts of the plans, zones, projects, stations and agreements as pages."""

from collections import Counter
from datetime import date

from flask import Blueprint, render_template

from portal.brands.sources import Sources
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.ratios.on_map import places_counted
from portal.regions.queries import regions_by_code
from portal.register.queries import history_of
from portal.register.views import describe_all, parse_day
from portal.targets import queries
from portal.targets.asked import read_outcome, read_region
from portal.targets.on_map import places_of
from portal.targets.present import IndicatorRow, conflict_row, rows_of, text_of
from portal.targets.programme_rules import (
    PROGRAMME_NAMES,
    PROJECT_KINDS,
    STATION_KINDS,
    ZONE_KINDS,
)
from portal.targets.rules import (
    Outcome,
)
from portal.targets.summaries import sent_by, sent_summaries
from portal.targets.zones import Around, ProgrammeRow, programme_rows

blueprint = Blueprint("targets", __name__)

LATEST_ENTRIES = 5


# ---- indicators


@blueprint.get("/targets/")
def show_list() -> str:
    region, outcome = read_region(), read_outcome()
    indicators = queries.indicators_asked(region.adcode if region else "")
    rows = rows_of(indicators, today(), _conflicts_of(indicators), queries.LiveCounts())
    counts = Counter(row.verdict.outcome for row in rows if row.facts["table"] == "gi_brand_mark")
    shown = [row for row in rows if outcome is None or row.verdict.outcome is outcome]
    plans = queries.plans_with_titles()
    return render_template(
        "targets/list.html",
        plans=[_plan_section(plan, title, shown) for plan, title in plans],
        others=[row for row in shown if row.facts["table"] == "other_ip"],
        total=sum(counts.values()),
        counts=[(one, one.text, one.tone, counts[one]) for one in Outcome],
        titles={plan.id: title for plan, title in plans},
        regions=_region_choices([plan.region for plan, _ in plans]),
        region=region,
        outcome=outcome,
    )


def _plan_section(plan: object, title: Text, rows: list[IndicatorRow]) -> dict[str, object]:
    own = [row for row in rows if row.facts["plan"] == plan.id]
    return {
        "id": plan.id,
        "title": title,
        "note": text_of(plan.facts.get("note")),
        "region": plan.region,
        "rows": [row for row in own if row.facts["table"] == "gi_brand_mark"],
        "others": len([row for row in own if row.facts["table"] == "other_ip"]),
    }


def _region_choices(codes: list[str]) -> list[tuple[str, Text]]:
    known = regions_by_code(codes)
    return [(code, Text(known[code].name_zh, known[code].name_en)) for code in sorted(known)]


def _conflicts_of(indicators: list) -> dict:
    return queries.conflicts_by_id(key for one in indicators for key in one.facts.get("conflicts", []))


@blueprint.get("/targets/<key>")
def show(key: str) -> str:
    indicator = queries.get_indicator(key)
    day = _past_day()
    facts = queries.indicator_facts_on(key, day) if day else indicator.facts
    history = history_of(f"indicator:{key}")
    if not facts:
        raise NotFound(Text("那一天登记簿里还没有它", "On that day the register did not have it yet"))
    conflicts = queries.conflicts_by_id(facts.get("conflicts", []))
    sources = Sources(facts, [one.facts for one in conflicts.values()])
    live = None if day else queries.LiveCounts().of(facts)
    row = IndicatorRow(key, facts, day or today(), sources, conflicts, live)
    region = regions_by_code([facts["region"]]).get(facts["region"])
    return render_template(
        "targets/show.html",
        row=row,
        day=day,
        indicator=indicator,
        plan={plan.id: title for plan, title in queries.plans_with_titles()}[facts["plan"]],
        region=Text(region.name_zh, region.name_en) if region else None,
        programmes=programme_rows(queries.programmes_touching("indicators", key)),
        history=describe_all(history[: -LATEST_ENTRIES - 1 : -1]),
        entries=len(history),
    )


@blueprint.get("/targets/conflicts")
def show_conflicts() -> str:
    found = queries.conflicts()
    sources = Sources([one.facts for one in found])
    indicators = queries.indicators_by_id(key for one in found for key in one.facts.get("indicators", []))
    rows = [
        (
            conflict_row(one, sources),
            [
                (text_of(indicators[key].facts["name"]), key)
                for key in one.facts.get("indicators", [])
                if key in indicators
            ],
        )
        for one in found
    ]
    return render_template("targets/conflicts.html", rows=rows)


# ---- zones, projects, stations, agreements


@blueprint.get("/zones/")
def show_zones() -> str:
    region = read_region()
    code = region.adcode if region else ""
    found = programme_rows(queries.programmes_asked((*ZONE_KINDS, *PROJECT_KINDS), code))
    return render_template(
        "targets/zones.html",
        zones=[row for row in found if row.kind in ZONE_KINDS],
        projects=[row for row in found if row.kind in PROJECT_KINDS],
        sent=sent_by([row.key for row in found if row.owes_summary], today()),
        region=region,
        today=today(),
    )


@blueprint.get("/zones/stations")
def show_stations() -> str:
    region = read_region()
    rows = programme_rows(queries.programmes_asked(STATION_KINDS, region.adcode if region else ""))
    groups = [(kind, PROGRAMME_NAMES[kind], [r for r in rows if r.kind == kind]) for kind in STATION_KINDS]
    return render_template(
        "targets/stations.html", groups=groups, region=region, total=len(rows), where=places_of(rows)
    )


@blueprint.get("/zones/agreements")
def show_agreements() -> str:
    found = queries.agreements()
    sources = Sources([one.facts for one in found])
    codes = {p["code"] for one in found for p in one.facts.get("parties", [])}
    codes |= {one.facts["place"]["code"] for one in found if "place" in one.facts}
    regions = {code: Text(r.name_zh, r.name_en) for code, r in regions_by_code(codes).items()}
    return render_template(
        "targets/agreements.html",
        agreements=[one for one in found if one.facts["kind"] != "outsider"],
        outsiders=[one for one in found if one.facts["kind"] == "outsider"],
        sources=sources,
        regions=regions,
        text_of=text_of,
    )


@blueprint.get("/zones/<key>")
def show_programme(key: str) -> str:
    programme = queries.get_programme(key)
    day = _past_day()
    facts = queries.programme_facts_on(key, day) if day else programme.facts
    if not facts:
        raise NotFound(Text("那一天登记簿里还没有它", "On that day the register did not have it yet"))
    around = Around([facts], day)
    row = ProgrammeRow(key, facts, around)
    history = history_of(f"programme:{key}")
    indication = row.indications[0] if row.kind == "zone" and row.one_gi and row.indications else None
    share = around.shares.get(indication.id) if indication else None
    return render_template(
        "targets/programme.html",
        programme=programme,
        row=row,
        day=day,
        today=day or today(),
        summaries=sent_summaries(key) if not day else [],
        deadlines=row.deadlines(day or today(), sent_by([key], day or today())),
        indication=indication,
        share=share,
        users_by_place=places_counted(share) if share else [],
        conflicts=[conflict_row(one, around.sources) for one in around.conflicts.values()],
        indicators=[(text_of(one.facts["name"]), one.id) for one in around.indicators.values()],
        history=describe_all(history[: -LATEST_ENTRIES - 1 : -1]),
        entries=len(history),
    )


def _past_day() -> date | None:
    day = parse_day("on")
    if day and day > today():
        raise NotFound(
            Text("这一天还没有到", "That day has not come yet"),
            next_step=Text("请选择今天或以前的日期", "Choose today or a day before it"),
        )
    return day
