"""One GI as its page needs it, from the facts of today or of a day gone by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.catalogue.amounts import COMPARATORS, Amount, amount
from portal.catalogue.chain import Column, Link
from portal.catalogue.completeness import Completeness, completeness
from portal.catalogue.footnotes import Footnote, Footnotes, Note, as_text
from portal.catalogue.genuine import LawfulMark, marks_of, years_to_ask
from portal.catalogue.listing import category_text, place_text, region_text
from portal.catalogue.models import Document
from portal.catalogue.panels import BrandName
from portal.catalogue.rules import (
    PRECISION_NAMES,
    RECORD_SUPPORT_NAMES,
    SUPPORT_NAMES,
    Kind,
    Standing,
    Status,
    kinds_counted,
    standing,
)
from portal.catalogue.timeline import Event, events
from portal.catalogue.tracks import TRACKS, Track, mark_of_the_year
from portal.catalogue.vocabulary import vocabulary
from portal.lib.text import Text
from portal.regions.models import Region

Facts = Mapping[str, object]


@dataclass(frozen=True)
class ProtectionShown:
    kind: Kind
    name: Text
    tone: str
    status: Text
    facts: Facts
    became: Text | None
    notes: list[Note]


@dataclass(frozen=True)
class Said:
    """A statement with its marks: of quality, an honour, a standard, a link, a note."""

    facts: Facts
    notes: list[Note]
    url: str | None = None
    name: object = None


@dataclass(frozen=True)
class FigureShown:
    value: str
    amount: Amount
    comparator: Text | None
    date: str | None
    when: Text | None
    note: Text | None
    notes: list[Note]
    support: Text


@dataclass(frozen=True)
class FigureGroup:
    metric: Text
    definition: Text | None
    figures: list[FigureShown]

    @property
    def single(self) -> bool:
        return len(self.figures) == 1


@dataclass(frozen=True)
class AreaShown:
    facts: Facts
    precision: Text
    units: list[tuple[Facts, Text | None]]
    history: list[Said]
    notes: list[Note]


@dataclass(frozen=True)
class MarksShown:
    year: int
    years: list[int]
    marks: list[LawfulMark]
    edition: Text | None

    @property
    def lawful(self) -> list[LawfulMark]:
        return [mark for mark in self.marks if mark.lawful]


@dataclass
class GiPage:
    slug: str
    facts: Facts
    standing: Standing
    status: Text
    tone: str
    category: Text
    place: Text
    crumbs: list[tuple[Text, str]]
    kinds: list[tuple[str, Text]]
    protections: list[ProtectionShown]
    events: list[tuple[Event, list[Note]]]
    marks: MarksShown
    area: AreaShown | None
    production: Said | None
    quality: list[Said]
    standards: list[Said]
    honours: list[Said]
    eu: Said | None
    figures: list[FigureGroup]
    brands: list[Said]
    related: list[Said]
    remarks: list[Said]
    tracks: list[tuple[Text, Track]]
    region_notes: list[Note]
    completeness: Completeness
    record_support: Text | None
    footnotes: list[Footnote] = field(default_factory=list)

    @property
    def protection_names(self) -> dict[str, Text]:
        return {one.facts["key"]: one.name for one in self.protections}


@dataclass(frozen=True)
class Around:
    """What stands around the facts of one GI: documents, divisions, and the names of what it points at."""

    documents: Mapping[str, Document]
    regions: Mapping[str, Region]
    brands: Mapping[str, BrandName]
    gis: Mapping[str, Mapping[str, str]]


def present(slug: str, facts: Facts, around: Around, year: int, today: date, withdrawn: bool) -> GiPage:
    """The parts of the page, in the order in which the page cites its documents."""
    notes = Footnotes(around.documents)
    status = Status(facts["status"])
    page = GiPage(
        slug=slug,
        facts=facts,
        standing=standing(facts, withdrawn),
        status=Status(status).text,
        tone=Status(status).tone,
        category=category_text(facts["category"]),
        place=_place(facts, around),
        crumbs=_crumbs(facts, around.regions),
        kinds=[(kind, Kind(kind).text) for kind in kinds_counted(facts.get("protections", []))],
        production=_production(facts, notes),
        protections=_protections(facts, notes),
        events=[(event, notes.cite(event.sources)) for event in events(facts)],
        marks=_marks(facts, year, today.year),
        area=_area(facts, around, notes),
        region_notes=notes.cite(facts["regions"].get("sources")),
        quality=_said(facts.get("quality"), notes),
        standards=_said(facts.get("standards"), notes),
        honours=_said(facts.get("honours"), notes),
        eu=_said([facts["eu_agreement"]], notes)[0] if facts.get("eu_agreement") else None,
        figures=_figures(facts, notes),
        brands=_brands(facts, around, notes),
        related=_related(facts, around, notes),
        remarks=_said(facts.get("notes"), notes),
        tracks=_tracks(facts),
        completeness=completeness(facts),
        record_support=RECORD_SUPPORT_NAMES.get(facts.get("support")),
    )
    page.footnotes = notes.listed()
    return page


def documents_cited(facts: object) -> set[str]:
    """The documents that stand anywhere in the facts as a source."""
    if isinstance(facts, Mapping):
        own = {source.partition("/")[0] for source in facts.get("sources", ())}
        return own.union(*(documents_cited(value) for value in facts.values()))
    if isinstance(facts, list):
        return set().union(*(documents_cited(value) for value in facts))
    return set()


def _place(facts: Facts, around: Around) -> Text:
    return place_text([place["code"] for place in facts["regions"]["places"]], around.regions)


def _crumbs(facts: Facts, regions: Mapping[str, Region]) -> list[tuple[Text, str]]:
    """The divisions that all places of the GI share, widest first, each leading to its list."""
    codes = [place["code"] for place in facts["regions"]["places"]]
    shared = []
    for length, zeros in ((2, "0000"), (4, "00"), (6, "")):
        starts = {code[:length] for code in codes}
        region = regions.get(starts.pop() + zeros) if len(starts) == 1 else None
        if region and region.adcode not in [code for _, code in shared]:
            shared.append((region_text(region), region.adcode))
    return [(name, f"/gi/?region={code}") for name, code in shared]


def _production(facts: Facts, notes: Footnotes) -> Said | None:
    production = facts.get("production")
    return Said(production, notes.cite(production.get("sources"))) if production else None


def _protections(facts: Facts, notes: Footnotes) -> list[ProtectionShown]:
    by_key = {one["key"]: one for one in facts.get("protections", [])}
    order = list(Kind)
    shown = []
    for one in sorted(by_key.values(), key=lambda p: (p["status"] == "converted", order.index(p["kind"]))):
        became = by_key.get(one.get("converted_to"))
        status = Status(one["status"])
        shown.append(
            ProtectionShown(
                kind=Kind(one["kind"]),
                name=Kind(one["kind"]).text,
                tone=Status(status).tone,
                status=Status(status).text,
                facts=one,
                became=Kind(became["kind"]).text if became else None,
                notes=notes.cite(one.get("sources")),
            )
        )
    return shown


def _marks(facts: Facts, year: int, this_year: int) -> MarksShown:
    years = years_to_ask(facts, this_year)
    year = year if year in years else this_year
    return MarksShown(year, years, marks_of(facts, year, this_year), mark_of_the_year(year))


def _area(facts: Facts, around: Around, notes: Footnotes) -> AreaShown | None:
    area = facts.get("area")
    if not area:
        return None
    units = [
        (unit, region_text(around.regions[unit["code"]]) if unit.get("code") in around.regions else None)
        for unit in area.get("units", [])
    ]
    cited = notes.cite(area.get("sources"))
    return AreaShown(
        area, PRECISION_NAMES[area["precision"]], units, _said(area.get("history"), notes), cited
    )


def _said(statements: Iterable[Facts] | None, notes: Footnotes) -> list[Said]:
    return [Said(one, notes.cite(one.get("sources"))) for one in statements or ()]


def _figures(facts: Facts, notes: Footnotes) -> list[FigureGroup]:
    """Figures of one metric side by side, by date; several sources of one metric come first."""
    words = vocabulary()
    groups: dict[str, list[FigureShown]] = {}
    for one in sorted(facts.get("figures", []), key=lambda figure: figure.get("date", "")):
        groups.setdefault(one["metric"], []).append(_figure(one, notes))
    shown = []
    for metric, figures in groups.items():
        named = words.metrics.get(metric)
        title = Text(named.zh, named.en) if named else Text(metric, metric)
        shown.append(FigureGroup(title, named.definition if named else None, figures))
    return sorted(shown, key=lambda group: len(group.figures) == 1)


def _figure(one: Facts, notes: Footnotes) -> FigureShown:
    unit = vocabulary().units.get(one["unit"])
    unit_words = Text(unit.zh, unit.en) if unit else Text(one["unit"], one["unit"])
    return FigureShown(
        value=one["value"],
        amount=amount(one["value"], one["unit"], unit_words),
        comparator=COMPARATORS.get(one.get("comparator", "=")),
        date=one.get("date"),
        when=as_text(one["when"]) if one.get("when") else None,
        note=as_text(one["note"]) if one.get("note") else None,
        notes=notes.cite(one.get("sources")),
        support=SUPPORT_NAMES[one["support"]],
    )


def _brands(facts: Facts, around: Around, notes: Footnotes) -> list[Said]:
    return [
        Said(
            one, notes.cite(one.get("sources")), around.brands[one["brand"]].url, around.brands[one["brand"]]
        )
        for one in facts.get("brands", [])
    ]


def _related(facts: Facts, around: Around, notes: Footnotes) -> list[Said]:
    return [
        Said(one, notes.cite(one.get("sources")), f"/gi/{one['gi']}", around.gis[one["gi"]])
        for one in facts.get("related", [])
        if one["gi"] in around.gis
    ]


def _tracks(facts: Facts) -> list[tuple[Text, Track]]:
    """How to apply, for each kind under which the name is protected now."""
    live = [one for one in facts.get("protections", []) if one["status"] in (Status.IN_FORCE, Status.UNKNOWN)]
    kinds = {Kind(one["kind"]) for one in live}
    return [(kind.text, TRACKS[kind]) for kind in Kind if kind in kinds]


# ---- the chain 标志—产品—品牌—产业

CHAIN_HEADS = (
    Text("标志", "Mark"),
    Text("产品", "Product"),
    Text("品牌", "Brand"),
    Text("产业", "Industry"),
)
INDUSTRY_METRICS = ("total_output", "stated_output", "quantity", "herd", "planted_area", "mark_users")
INDUSTRY_SHOWN = 3


def chain_of(page: GiPage, language: str) -> list[Column]:
    parts = (_mark_links, _product_links, _brand_links, _industry_links)
    return [
        Column(head.say(language), tuple(links(page, language)))
        for head, links in zip(CHAIN_HEADS, parts, strict=True)
    ]


def _mark_links(page: GiPage, language: str) -> Iterable[Link]:
    shown = [one for one in page.protections if one.facts["status"] not in ("converted", "refused")]
    for one in shown:
        number = one.facts.get("number")
        note = number or Text("编号未知", "number unknown").say(language)
        sure = one.facts["status"] == "in_force"
        status = "" if sure else f" · {one.status.say(language)}"
        yield Link(one.name.say(language), note + status, one.kind, sure)
    if not shown:
        yield Link(Text("没有查到保护", "No protection found").say(language), sure=False)


def _product_links(page: GiPage, language: str) -> Iterable[Link]:
    yield Link(page.facts["name"][language], page.category.say(language))


def _brand_links(page: GiPage, language: str) -> Iterable[Link]:
    for one in page.brands:
        sure = one.facts["standing"] == "stated"
        note = (
            "" if sure else Text("同地品牌，归属未证实", "same place, membership unconfirmed").say(language)
        )
        yield Link(getattr(one.name, language), note, "brand", sure)
    values = next((g for g in page.figures if g.metric.en == "Brand value"), None)
    if values:
        newest = values.figures[-1]
        several = Text("{n} 个来源的说法并列", "{n} [n:source|sources] side by side").format(
            n=len(values.figures)
        )
        note = several.say(language) if len(values.figures) > 1 else (newest.date or "")[:4]
        yield Link(_spoken(values.metric, newest, language), note, "brand")
    if not page.brands and not values:
        yield Link(Text("没有查到所属品牌", "No brand found").say(language), sure=False)


def _industry_links(page: GiPage, language: str) -> Iterable[Link]:
    words = vocabulary().metrics
    wanted = {words[name].zh for name in INDUSTRY_METRICS if name in words}
    found = [group for group in page.figures if group.metric.zh in wanted][:INDUSTRY_SHOWN]
    for group in found:
        newest = group.figures[-1]
        when = (newest.date or "")[:4] or Text("年份未写明", "year not stated").say(language)
        yield Link(_spoken(group.metric, newest, language), when)
    if not found:
        yield Link(Text("没有查到产业数据", "No figures found").say(language), sure=False)


def _spoken(metric: Text, figure: FigureShown, language: str) -> str:
    comparator = figure.comparator.say(language) + " " if figure.comparator else ""
    return f"{metric.say(language)} {comparator}{figure.amount.whole.say(language)}"
