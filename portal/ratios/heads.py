"""The GIs as the ledger lists them, kept in the worker until an entry about a GI says otherwise: the
facts of five thousand GIs are not read to print their names."""

from dataclasses import dataclass, field
from threading import Lock

from flask import current_app
from sqlalchemy import ColumnElement, func, select

from portal.catalogue.models import AreaUnit, Indication, IndicationRegion
from portal.db import db
from portal.regions.rules import covers, line_of
from portal.register.queries import kind_version


@dataclass(frozen=True)
class Head:
    id: int
    slug: str
    name_zh: str
    name_en: str
    pinyin: str
    search_text: str
    regions: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}

    def in_reach(self, scope: str, above: set[str]) -> bool:
        """Of the region, or of one it lies in: the same GIs whose roster the region keeps a part of."""
        return any(covers(scope, code) or code in above for code in (*self.regions, *self.units))


@dataclass
class _Held:
    """All heads as of a version, and those of each scope that was asked for."""

    version: int
    every: list[Head]
    of_scope: dict[str, list[Head]] = field(default_factory=dict)


MOST_SCOPES = 400
_lock = Lock()


def _held() -> _Held:
    version = kind_version("gi")
    held: _Held | None = current_app.extensions.get("ratio_heads")
    if held is None or held.version != version:
        with _lock:
            held = current_app.extensions["ratio_heads"] = _Held(version, _read())
    return held


def heads_in(scope: str) -> list[Head]:
    """Those whose roster the region keeps a part of; the same list until a GI changes."""
    of_scope = _held().of_scope
    if scope not in of_scope:
        if len(of_scope) >= MOST_SCOPES:
            of_scope.clear()
        above = set(line_of(scope))
        of_scope[scope] = [head for head in _held().every if head.in_reach(scope, above)]
    return of_scope[scope]


def _read() -> list[Head]:
    """From the tables themselves, without an object for each of thousands of rows."""
    regions, units = IndicationRegion.__table__.c, AreaUnit.__table__.c
    regions = _codes(regions.indication_id, regions.adcode)
    units = _codes(units.indication_id, units.code)
    gi = Indication.__table__.c
    query = select(gi.id, gi.slug, gi.name_zh, gi.name_en, gi.pinyin, gi.search_text)
    rows = db.session.execute(query.where(gi.withdrawn_on.is_(None)).order_by(gi.pinyin))
    return [Head(*row, regions.get(row[0], ()), units.get(row[0], ())) for row in rows]


def _codes(owner: ColumnElement[int], code: ColumnElement[str]) -> dict[int, tuple[str, ...]]:
    """One row for each GI: there are several codes of most."""
    query = select(owner, func.aggregate_strings(code, " ")).group_by(owner)
    return {number: tuple(sorted(codes.split())) for number, codes in db.session.execute(query)}
