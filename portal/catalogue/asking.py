"""What a reader asks of the catalogue, read from an address: forgiving on a page, exact in the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal.catalogue.index import SORTS, Asked, facet_names, facet_values
from portal.catalogue.rules import Kind, Status
from portal.catalogue.vocabulary import vocabulary
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import MOST_PER_PAGE, whole_number
from portal.regions.queries import find_region

LONGEST_QUESTION = 100
FURTHEST_PAGE = 10**6
PER_PAGE = 20
PAGE_SIZES = (20, 50, 100, 200)
VIEWS = ("list", "cards")
WITHIN = ("", "name")


@dataclass(frozen=True)
class Question:
    asked: Asked
    page: int
    per_page: int
    view: str


def parameters() -> tuple[str, ...]:
    """Every parameter a list of GIs understands."""
    plain = ("q", "within", "kind", "category", "region", "status", "sort", "page", "per_page")
    return (*plain, *facet_names())


def forgiving(args: MultiDict) -> Question:
    """For a page: what is not understood is left out rather than refused."""
    faults: dict[str, Text] = {}
    asked = _asked(args, faults)
    return Question(
        asked,
        page=_number(args, "page", FURTHEST_PAGE, 1),
        per_page=_number(args, "per_page", MOST_PER_PAGE, PER_PAGE),
        view=args.get("view", "") if args.get("view") in VIEWS else VIEWS[0],
    )


def exact(args: MultiDict) -> Question:
    """For a program: a wrong value is refused by name."""
    faults: dict[str, Text] = {}
    asked = _asked(args, faults)
    if faults:
        raise RuleBroken(Text("有参数的值不正确", "Some parameters have values that are not right"), faults)
    page = whole_number(args.get("page", ""), "page", 1, FURTHEST_PAGE, 1)
    per_page = whole_number(args.get("per_page", ""), "per_page", 1, MOST_PER_PAGE, PER_PAGE)
    return Question(asked, page, per_page, VIEWS[0])


def _number(args: MultiDict, name: str, most: int, default: int) -> int:
    try:
        return whole_number(args.get(name, ""), name, 1, most, default)
    except RuleBroken:
        return default


def _asked(args: MultiDict, faults: dict[str, Text]) -> Asked:
    question = args.get("q", "").strip()
    if len(question) > LONGEST_QUESTION:
        faults["q"] = Text(f"最多 {LONGEST_QUESTION} 个字", f"At most {LONGEST_QUESTION} characters")
    return Asked(
        q=question[:LONGEST_QUESTION],
        within=_one(args, "within", WITHIN, faults),
        kind=_several(args, "kind", Kind.words(), faults),
        category=_several(args, "category", vocabulary().categories, faults),
        status=_several(args, "status", Status.words(), faults),
        region=_region(args, faults),
        facets=_facets(args, faults),
        sort=_one(args, "sort", SORTS, faults),
    )


def _facets(args: MultiDict, faults: dict[str, Text]) -> dict[str, tuple[str, ...]]:
    chosen = {}
    for name in facet_names():
        if args.get(name):
            known = frozenset().union(*facet_values(name).values())
            chosen[name] = _several(args, name, known, faults)
    return chosen


def _one(args: MultiDict, name: str, known: Iterable[str], faults: dict[str, Text]) -> str:
    value = args.get(name, "")
    if value in known:
        return value
    faults[name] = _choose_from(known)
    return ""


def _several(
    args: MultiDict, name: str, known: Iterable[str] | Mapping[str, object], faults: dict[str, Text]
) -> tuple[str, ...]:
    values = [value for value in args.getlist(name) if value]
    if any(value not in known for value in values):
        faults[name] = _choose_from(known)
    return tuple(dict.fromkeys(value for value in values if value in known))


def _choose_from(known: Iterable[str]) -> Text:
    listed = sorted(str(value) for value in known if value)
    if len(listed) > 30:
        return Text("没有这个值", "There is no such value")
    return Text("应为：" + "、".join(listed), "Must be one of: " + ", ".join(listed))


def _region(args: MultiDict, faults: dict[str, Text]) -> str:
    adcode = args.get("region", "").strip()
    if not adcode:
        return ""
    if adcode.isascii() and adcode.isdecimal() and len(adcode) in (6, 9) and find_region(adcode):
        return adcode
    faults["region"] = Text("没有这个行政区划代码", "There is no division with this code")
    return ""
