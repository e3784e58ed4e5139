"""One line of memory for each GI, as lists and filters need it: read in step, shared where GIs agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from sqlalchemy import Row as RowOfTable
from sqlalchemy import Select, select

from portal.catalogue.models import Indication, IndicationRegion, Protection
from portal.catalogue.rules import SUPPORT_ORDER, kinds_counted
from portal.db import db
from portal.lib.folding import folded
from portal.regions.rules import line_of, scope_prefix


@dataclass(frozen=True, slots=True)
class Row:
    """One GI as lists need it: no query is made to filter, count or sort. `text` has a line for each thing a
    person may type; of a register ten times as large the lines by themselves would be half of all memory."""

    id: int
    slug: str
    name_zh: str
    pinyin: str
    initials: str
    names: str
    text: str
    category: str
    status: str
    kinds: tuple[str, ...]
    regions: tuple[str, ...]
    places: frozenset[str]
    since: str
    weight: int

    @property
    def keys(self) -> list[str]:
        return self.text.split("\n")


ROWS_AT_ONCE = 2_000


def read_rows() -> list[Row]:
    """Three statements side by side in the order of the GIs, so that only the rows themselves take memory."""
    protections = _Beside(
        select(Protection.indication_id, Protection.kind, Protection.status, Protection.date_text)
        .where(Protection.withdrawn_on.is_(None))
        .order_by(Protection.indication_id, Protection.id)
    )
    regions = _Beside(
        select(IndicationRegion.indication_id, IndicationRegion.adcode).order_by(
            IndicationRegion.indication_id
        )
    )
    columns = (
        Indication.id,
        Indication.slug,
        Indication.name_zh,
        Indication.pinyin,
        Indication.initials,
        Indication.search_text,
        Indication.category,
        Indication.status,
        Indication.support,
    )
    query = select(*columns).where(Indication.withdrawn_on.is_(None)).order_by(Indication.id)
    return [
        _row(
            *one,
            [
                {"kind": kind, "status": status, "date": day}
                for _, kind, status, day in protections.of(one.id)
            ],
            [code for _, code in regions.of(one.id)],
        )
        for one in _streamed(query)
    ]


def _streamed(query: Select) -> Iterator[RowOfTable]:
    yield from db.session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})


class _Beside:
    """Rows that belong to GIs, read in step with them; each GI is asked for once, smallest number first."""

    def __init__(self, query: Select):
        self._rows = _streamed(query)
        self._next = next(self._rows, None)

    def of(self, owner: int) -> list[RowOfTable]:
        found = []
        while self._next is not None and self._next[0] <= owner:
            if self._next[0] == owner:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _row(
    number: int,
    slug: str,
    name_zh: str,
    pinyin: str,
    initials: str,
    search_text: str,
    category: str,
    status: str,
    support: str | None,
    protections: list[dict],
    regions: list[str],
) -> Row:
    days = [p["date"] for p in protections if p["date"]]
    widest = _widest(tuple(regions))
    return Row(
        id=number,
        slug=slug,
        name_zh=name_zh,
        pinyin=pinyin,
        initials=initials,
        names=f"{folded(name_zh)}\x00{folded(pinyin)}",
        text=search_text,
        category=intern(category),
        status=intern(status),
        kinds=_shared_kinds(tuple(kinds_counted(protections))),
        regions=widest,
        places=_places_of(widest),
        since=min(days, default=""),
        weight=SUPPORT_ORDER.index(support) if support in SUPPORT_ORDER else len(SUPPORT_ORDER),
    )


def row_of(indication: Indication) -> Row:
    """The same line for one GI that was read by itself, withdrawn or not."""
    protections = [{"kind": p.kind, "status": p.status, "date": p.date_text} for p in indication.protections]
    return _row(
        indication.id,
        indication.slug,
        indication.name_zh,
        indication.pinyin,
        indication.initials,
        indication.search_text,
        indication.category,
        indication.status,
        indication.support,
        protections,
        [region.adcode for region in indication.regions],
    )


@lru_cache(1_000)
def _shared_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return kinds


# Many GIs lie in the same places: they share what is said of them.
@lru_cache(20_000)
def _places_of(regions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(intern(code) for region in regions for code in line_of(region))


@lru_cache(20_000)
def _widest(regions: tuple[str, ...]) -> tuple[str, ...]:
    """The divisions without those that lie in another of them."""
    codes = sorted(set(regions))
    return tuple(
        intern(code)
        for code in codes
        if not any(code != other and code.startswith(scope_prefix(other)) for other in codes)
    )
