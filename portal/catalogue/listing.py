"""One page of the catalogue as a template needs it: rows, filters with counts, the tree of regions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.asking import Question
from portal.catalogue.index import Asked, Facet, facets, look_up
from portal.catalogue.index_rows import Row
from portal.catalogue.marking import marked
from portal.catalogue.models import Indication
from portal.catalogue.queries import indications_of
from portal.catalogue.rules import Kind, Status
from portal.catalogue.vocabulary import vocabulary
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.paging import Page
from portal.regions.models import Region
from portal.regions.queries import regions_by_code
from portal.regions.rules import line_of, scope_prefix

WHOLE_TREE = 60


@dataclass(frozen=True)
class Choice:
    value: str
    text: Text
    count: int
    chosen: bool


@dataclass(frozen=True)
class Branch:
    """A division in the tree of the filter, how many GIs it has, and how deep it stands."""

    adcode: str
    name: Text
    count: int
    depth: int
    chosen: bool


@dataclass(frozen=True)
class Listing:
    question: Question
    page: Page
    filters: dict[str, tuple[Text, list[Choice]]]
    branches: list[Branch]
    region: Text | None


TITLES = {
    "kind": Text("保护形式", "Kind of protection"),
    "status": Text("状态", "State"),
    "category": Text("产品类别", "Category"),
}


def list_page(question: Question) -> Listing:
    found = look_up(question.asked)
    first = (question.page - 1) * question.per_page
    rows = found.rows[first : first + question.per_page]
    indications = indications_of(rows)
    shown = _branches_shown(found.counts["region"], question.asked.region)
    regions = regions_by_code(_codes(rows, shown, question.asked.region))
    words = [folded(question.asked.q), *map(folded, question.asked.q.split())]
    items = [list_item(*pair, regions, words) for pair in zip(rows, indications, strict=True)]
    chosen = regions.get(question.asked.region)
    return Listing(
        question=question,
        page=Page(items, len(found.rows), question.page, question.per_page),
        filters=_filters(found.counts, question.asked),
        branches=_branches(shown, found.counts["region"], regions, question.asked.region),
        region=region_text(chosen) if chosen else None,
    )


def list_item(
    row: Row, indication: Indication, regions: Mapping[str, Region], words: Iterable[str]
) -> dict[str, object]:
    """One GI of a list; what was looked for is marked where it was found."""
    words = [word for word in words if word]
    status = Status(row.status)
    return {
        "slug": row.slug,
        "url": f"/gi/{row.slug}",
        "name": marked(row.name_zh, words),
        "plain_name": row.name_zh,
        "name_en": marked(indication.name_en, words),
        "pinyin": marked(row.pinyin, words),
        "kinds": [(kind, Kind(kind).text) for kind in row.kinds],
        "status": Status(status).text,
        "tone": Status(status).tone,
        "category": category_text(row.category),
        "places": place_text(row.regions, regions),
        "since": row.since,
        "also": _matched_elsewhere(row, indication, words),
        "summary": indication.facts.get("summary"),
        "demo": indication.demo,
        "ended": indication.facts.get("production", {}).get("status") == "ended",
    }


def _matched_elsewhere(row: Row, indication: Indication, words: list[str]) -> object:
    """The alias, number or place that matched, where the name itself did not."""
    shown = folded(row.name_zh + row.pinyin + indication.name_en)
    if not words or words[0] in shown:
        return None
    places = [place["name"] for place in indication.facts["regions"]["places"]]
    numbers = [protection.number for protection in indication.protections if protection.number]
    for text in [row.initials, *indication.facts.get("aliases", []), *numbers, *places]:
        if any(word in folded(text) for word in words):
            return marked(text, words)
    return None


def category_text(key: str) -> Text:
    words = vocabulary().categories.get(key)
    return Text(words.zh, words.en) if words else Text(key, key)


def region_text(region: Region) -> Text:
    return Text(region.name_zh, region.name_en)


def place_text(codes: Iterable[str], regions: Mapping[str, Region]) -> Text:
    """Where a GI belongs: each county by name, or its prefecture when there are many."""
    codes = list(codes)
    if len(codes) > 2:
        above = {line_of(code)[1] for code in codes if len(scope_prefix(code)) > 2}
        if len(above) == 1 and (shared := regions.get(above.pop())):
            return Text("{place} {n} 个县级区划", "{n} [n:county|counties] of {place}").format(
                place=region_text(shared), n=len(codes)
            )
    named = [region_text(regions[code]) for code in codes if code in regions]
    return Text("、".join(name.zh for name in named), ", ".join(name.en for name in named))


def _codes(rows: Iterable[Row], shown: Iterable[str], chosen: str) -> set[str]:
    codes = {code for row in rows for region in row.regions for code in line_of(region)}
    return codes.union(shown, line_of(chosen) if chosen else ())


def _branches_shown(counts: Counter, chosen: str) -> list[str]:
    """The whole tree while it is small; later the provinces and what stands on the way to the choice."""
    codes = [code for code in counts if len(code) == 6]
    if len(codes) > WHOLE_TREE:
        line = line_of(chosen) if chosen else []
        codes = [code for code in codes if len(line_of(code)) == 1 or line_of(code)[-2] in line]
    if chosen and len(chosen) == 6:
        codes = list(dict.fromkeys([*codes, *line_of(chosen)]))
    return sorted(codes)


def _branches(
    shown: Iterable[str], counts: Counter, regions: Mapping[str, Region], chosen: str
) -> list[Branch]:
    return [
        Branch(code, region_text(regions[code]), counts[code], len(line_of(code)), code == chosen)
        for code in shown
        if code in regions
    ]


def _filters(counts: Mapping[str, Counter], asked: Asked) -> dict[str, tuple[Text, list[Choice]]]:
    """Filters that have something to choose; a choice that leads nowhere is not offered."""
    words = vocabulary().categories
    categories = {key: Text(one.zh, one.en) for key, one in words.items()}
    filters = {
        "kind": _choices(Kind.words(), counts["kind"], asked.kind),
        "status": _choices(Status.words(), counts["status"], asked.status),
        "category": _choices(categories, counts["category"], asked.category),
    }
    offered = {name: (TITLES[name], choices) for name, choices in filters.items() if choices}
    for facet in facets():
        choices = _facet_choices(facet, counts[facet.name], asked.facets.get(facet.name, ()))
        if choices:
            offered[facet.name] = (facet.title, choices)
    return offered


def _choices(names: Mapping[str, Text], counts: Counter, chosen: Iterable[str]) -> list[Choice]:
    return [
        Choice(str(value), text, counts[value], value in chosen)
        for value, text in names.items()
        if counts[value] or value in chosen
    ]


def _facet_choices(facet: Facet, counts: Counter, chosen: Iterable[str]) -> list[Choice]:
    values = sorted({*counts, *chosen}, key=lambda value: (-counts[value], value))
    names = facet.names(values) if facet.names else {}
    return _choices({value: names.get(value) or Text(value, value) for value in values}, counts, chosen)


SORT_NAMES = {
    "": Text("默认次序", "Default order"),
    "name": Text("按拼音", "By pinyin"),
    "since": Text("最早的在前", "Oldest first"),
    "-since": Text("最新的在前", "Newest first"),
}
CLOSEST = Text("最相近的在前", "Closest first")


def sort_choices(asked: Asked) -> list[tuple[str, Text]]:
    """The orders a page offers; without a search there is nothing to be close to."""
    first = CLOSEST if asked.q else SORT_NAMES[""]
    return [("", first), *((value, text) for value, text in SORT_NAMES.items() if value)]


def chosen_conditions(listing: Listing) -> list[tuple[Text, str, list[str] | None]]:
    """Each condition in use: its words, its parameter, and the parameter without it."""
    asked, conditions = listing.question.asked, []
    if asked.q:
        conditions.append((Text(f"“{asked.q}”", f"“{asked.q}”"), "q", None))
    if asked.within:
        conditions.append((Text("只在名称里找", "in names only"), "within", None))
    for name, (_, choices) in listing.filters.items():
        kept = [choice.value for choice in choices if choice.chosen]
        for choice in choices:
            if choice.chosen:
                rest = [value for value in kept if value != choice.value]
                conditions.append((choice.text, name, rest or None))
    if listing.region:
        conditions.append((listing.region, "region", None))
    return conditions
