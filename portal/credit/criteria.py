"""Which facts can count: each room names its own here. The table of points is kept apart (CriteriaVersion).

    add_criterion("check_passed", Text("…", "…"), load)

`load(producer_ids, day)` answers the facts of these producers known on that day. A room above credit
registers at import, like a tray; a key that no table gives points to counts for nothing. What a room below
stated and a room above knows to be undone is left out: `add_undone("cases", undone)` answers its `ref`s.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.credit.rules import Criterion, Fact
from portal.lib.text import Text

Load = Callable[[Sequence[int], date], Iterable[Fact]]
Undone = Callable[[Sequence[int], date], Iterable[str]]


@dataclass(frozen=True)
class Kind:
    key: str
    text: Text
    order: int


_kinds: dict[str, Kind] = {}
_loads: dict[str, Load] = {}
_undone: dict[str, Undone] = {}


def add_criterion(key: str, text: Text, order: int = 500) -> None:
    _kinds[key] = Kind(key, text, order)


def add_facts(name: str, load: Load) -> None:
    """Called once by a room; `load` may answer facts of several criteria in one reading."""
    _loads[name] = load


def add_undone(name: str, undone: Undone) -> None:
    _undone[name] = undone


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda one: (one.order, one.key))


def text_of(key: str) -> Text:
    return _kinds[key].text if key in _kinds else Text(key, key.replace("_", " "))


def facts_of(producer_ids: Sequence[int], day: date) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = {number: [] for number in producer_ids}
    undone = {ref for refs in _undone.values() for ref in refs(producer_ids, day)}
    for name in sorted(_loads):
        for fact in _loads[name](producer_ids, day):
            if fact.producer_id in found and fact.ref not in undone:
                found[fact.producer_id].append(fact)
    return found


# ---- the table the portal ships with: provisional, until an authority adopts one of its own

SHIPPED_LABEL = "v0"
SHIPPED_ISSUER = Text("地理标志登记簿", "GI Register")
SHIPPED_DOCUMENT = Text(
    "门户预置的暂行表，不是法规条文：参照《知识产权信用管理规定》的框架，分值未经任何机关确认，"
    "由采用本门户的省级机关以文件公布自己的表后即行代替",
    "the provisional table this portal comes with, no text of law: it follows the frame of CNIPA's credit "
    "provisions, its points were confirmed by no authority, and the table a province publishes replaces it",
)


def source_of(issuer: str, document: str) -> Text:
    """Where a table comes from; an authority's own document has the one name it has."""
    source = Text("{issuer}，{document}", "{issuer}, {document}")
    if document == SHIPPED_DOCUMENT.zh:
        return source.format(issuer=SHIPPED_ISSUER, document=SHIPPED_DOCUMENT)
    return source.format(issuer=issuer, document=document)


SHIPPED_START, SHIPPED_A, SHIPPED_B, SHIPPED_C = 80, 90, 75, 60
SHIPPED = (
    Criterion("return_on_time", 4, 36),
    Criterion("return_late", -2, 24, 6),
    Criterion("return_missing", -5, 24, 3),
    Criterion("check_passed", 6, 36),
    Criterion("check_on_the_spot", -2, 24, 3),
    Criterion("check_ordered", -8, 24, 6),
    Criterion("correction_in_time", 4, 24),
    Criterion("correction_late", -8, 24, 6),
    Criterion("check_not_found", -10, 24, 6),
    Criterion("check_refused", -25, 36, 12),
    Criterion("licence_suspended", -15, 24, 6),
    Criterion("licence_revoked", -40, 36),
    Criterion("case_penalty", -20, 36, 12),
    Criterion("case_serious", -40, 36),
    Criterion("statutory_list", -60, 12),
)
