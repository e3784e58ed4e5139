"""The whole catalogue in the worker's memory, to be searched, filtered and counted in one pass.

It is rebuilt when the newest entry about a GI (or whatever a facet counts) has another number, so an
edit shows on the next request. Substrings are found in one long string by the interpreter's own
search: fractions of a millisecond for 5,066 names, the same answers on both databases
(docs/decisions/007-search-in-memory.md).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from flask import current_app

from portal.catalogue.index_rows import Row, read_rows
from portal.catalogue.rules import Status
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.regions.rules import line_of, scope_prefix
from portal.register.queries import kind_version


@dataclass(frozen=True)
class Asked:
    """What a reader wants of the catalogue; empty means no limit."""

    q: str = ""
    within: str = ""
    kind: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    region: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""


Names = Callable[[Iterable[str]], Mapping[str, Text]]


@dataclass(frozen=True)
class Facet:
    """Something a capability above counts: the choices of each GI, and what the choices are called."""

    name: str
    version: Callable[[], int]
    values: Callable[[], Mapping[int, frozenset[str]]]
    title: Text
    names: Names | None


_facets: dict[str, Facet] = {}
FACET_TITLES = {
    "brand": Text("所属品牌", "Brand"),
    "outcome": Text("60 % 指标", "60 % shares"),
}


def add_facet(
    name: str,
    version: Callable[[], int],
    values: Callable[[], Mapping[int, frozenset[str]]],
    title: Text | None = None,
    names: Names | None = None,
) -> None:
    """Let a capability above add something to filter by: brands, the outcome of the 60 % shares."""
    _facets[name] = Facet(name, version, values, title or FACET_TITLES.get(name) or Text(name, name), names)


def facets() -> tuple[Facet, ...]:
    return tuple(_facets.values())


def facet_names() -> tuple[str, ...]:
    return tuple(_facets)


class Index:
    def __init__(self, rows: list[Row]):
        self.rows = rows
        self._by_name = "\n".join(row.names for row in rows)
        self._by_key = "\n".join(row.text.replace("\n", "\x00") for row in rows)
        self._name_starts = _starts(row.names for row in rows)
        self._key_starts = _starts(row.text for row in rows)

    def containing(self, wanted: str, names_only: bool = False) -> list[Row]:
        """The rows in which the folded words occur, in the order of the rows."""
        text, starts = (self._by_name, self._name_starts) if names_only else (self._by_key, self._key_starts)
        found, place = [], text.find(wanted)
        while place >= 0:
            number = bisect_right(starts, place) - 1
            found.append(self.rows[number])
            place = text.find(wanted, starts[number + 1]) if number + 1 < len(starts) else -1
        return found


def _starts(texts: Iterable[str]) -> list[int]:
    starts, place = [], 0
    for text in texts:
        starts.append(place)
        place += len(text) + 1
    return starts


_lock = Lock()


def current_index() -> Index:
    """The index as of the newest entry about a GI; one worker builds it once."""
    return kept_by_version("catalogue_index", kind_version("gi"), lambda: Index(read_rows()))


def facet_values(name: str) -> Mapping[int, frozenset[str]]:
    facet = _facets[name]
    return kept_by_version(f"facet_{name}", facet.version(), facet.values)


def kept_by_version(name: str, version: object, build: Callable[[], object]) -> object:
    """What `build` makes, kept in the worker until the version is another."""
    kept = current_app.extensions.get(name)
    if kept is None or kept[0] != version:
        with _lock:
            kept = current_app.extensions.get(name)
            if kept is None or kept[0] != version:
                kept = (version, build())
                current_app.extensions[name] = kept
    return kept[1]


@dataclass(frozen=True)
class Found:
    rows: list[Row]
    counts: Mapping[str, Counter]


def look_up(asked: Asked, filters: Iterable[str] | None = None) -> Found:
    """The rows that fit, best first, and for each filter (or only some) how many each choice would leave."""
    index = current_index()
    wanted = folded(asked.q)
    words = (wanted,) if wanted else ()
    rows = index.rows
    if asked.q.strip():
        rows, words = _containing(index, asked, wanted)
    tests = _tests(asked)
    names = filters if filters is not None else (*FIELDS, *_facets)
    counts = {name: _count(rows, name, tests) for name in names}
    fitting = [row for row in rows if all(test(row) for test in tests.values())]
    return Found(_sorted(fitting, words, asked.sort), counts)


def _containing(index: Index, asked: Asked, wanted: str) -> tuple[list[Row], tuple[str, ...]]:
    """Rows with the words as typed; where there are none, rows with each of the words somewhere."""
    if not wanted:
        return [], ()
    names_only = asked.within == "name"
    rows = index.containing(wanted, names_only)
    parts = tuple(folded(word) for word in asked.q.split())
    if rows or len(parts) < 2 or not all(parts):
        return rows, (wanted,)
    held = [{row.id for row in index.containing(part, names_only)} for part in parts]
    common = set.intersection(*held)
    return [row for row in index.rows if row.id in common], parts


def nearest(typed: str, limit: int = 5) -> list[Row]:
    """The names that share most with what was typed, for a search that found nothing."""
    wanted = _pieces(folded(typed))
    if not wanted:
        return []
    scored = ((_likeness(wanted, row), row) for row in current_index().rows)
    close = sorted((pair for pair in scored if pair[0] > 0.2), key=lambda pair: (-pair[0], pair[1].id))
    return [row for _, row in close[:limit]]


def _likeness(wanted: frozenset[str], row: Row) -> float:
    return max(len(wanted & own) / len(wanted | own) for own in map(_pieces, row.names.split("\x00")))


def _pieces(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters; of Chinese also each character, which says more than a letter."""
    pairs = {text[place : place + 2] for place in range(len(text) - 1)}
    return frozenset(pairs | {letter for letter in text if ord(letter) > 0x2E80})


FIELDS: dict[str, Callable[[Row], Iterable[str]]] = {
    "kind": lambda row: row.kinds,
    "category": lambda row: (row.category,),
    "status": lambda row: (row.status,),
    "region": lambda row: row.places,
}


def _values_of(name: str) -> Callable[[Row], Iterable[str]]:
    if name in FIELDS:
        return FIELDS[name]
    values = facet_values(name)
    return lambda row: values.get(row.id, frozenset())


def _tests(asked: Asked) -> dict[str, Callable[[Row], bool]]:
    """For each filter in use, what a row must satisfy."""
    tests: dict[str, Callable[[Row], bool]] = {}
    chosen = {"kind": asked.kind, "category": asked.category, "status": asked.status, **asked.facets}
    for name, choices in chosen.items():
        if choices:
            tests[name] = _any_of(_values_of(name), frozenset(choices))
    if asked.region:
        prefix = scope_prefix(asked.region)
        # A GI of a whole prefecture is a GI of each of its counties too.
        tests["region"] = lambda row: any(
            code.startswith(prefix) or prefix.startswith(scope_prefix(code)) for code in row.regions
        )
    return tests


def _any_of(values: Callable[[Row], Iterable[str]], choices: frozenset[str]) -> Callable[[Row], bool]:
    return lambda row: any(value in choices for value in values(row))


def _count(rows: list[Row], name: str, tests: dict[str, Callable[[Row], bool]]) -> Counter:
    """How many rows each choice of this filter would show, given the other filters."""
    others = [test for other, test in tests.items() if other != name]
    values = _values_of(name)
    counter: Counter = Counter()
    wide: Counter = Counter()
    for row in rows:
        if not others or all(test(row) for test in others):
            counter.update(values(row))
            if name == "region":
                wide.update(code for code in row.regions if len(scope_prefix(code)) < 6)
    for code in counter if wide else ():
        # A GI of a whole prefecture is found under each county, so it is counted there too.
        counter[code] += sum(wide[above] for above in line_of(code)[:2] if above != code)
    return counter


def _sorted(rows: list[Row], words: tuple[str, ...], sort: str) -> list[Row]:
    if sort == "number":
        return rows
    if sort in ("name", "-name"):
        return sorted(rows, key=lambda row: folded(row.pinyin), reverse=sort == "-name")
    if sort in ("since", "-since"):
        known = sorted((r for r in rows if r.since), key=lambda r: r.since, reverse=sort == "-since")
        return known + [row for row in rows if not row.since]
    return sorted(rows, key=lambda row: _closeness(row, words)) if words else rows


def _closeness(row: Row, words: tuple[str, ...]) -> tuple[int, bool, int, int]:
    """Names before pinyin before the rest, whole before beginning before middle; then what is in force
    and what is best documented."""
    return sum(_distance(row, word) for word in words), row.status != Status.IN_FORCE, row.weight, row.id


def _distance(row: Row, word: str) -> int:
    best = 99
    for place, key in enumerate(row.keys):
        if word in key:
            how = 0 if key == word else 1 if key.startswith(word) else 2
            best = min(best, how * 3 + min(place, 2))
    return best


SORTS = ("", "number", "name", "-name", "since", "-since")
