"""The GIs as the ledger lists them, kept in the worker until an entry about a GI says otherwise: the
facts of five thousand GIs are not read to print their names."""

from dataclasses import dataclass
from threading import Lock

from flask import current_app
from sqlalchemy import select

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


_lock = Lock()


def heads() -> list[Head]:
    version = kind_version("gi")
    kept = current_app.extensions.get("ratio_heads")
    if kept is None or kept[0] != version:
        with _lock:
            kept = (version, _read())
            current_app.extensions["ratio_heads"] = kept
    return kept[1]


def heads_in(scope: str) -> list[Head]:
    above = set(line_of(scope))
    return [head for head in heads() if head.in_reach(scope, above)]


def _read() -> list[Head]:
    regions = _codes(IndicationRegion.indication_id, IndicationRegion.adcode)
    units = _codes(AreaUnit.indication_id, AreaUnit.code)
    columns = (
        Indication.id,
        Indication.slug,
        Indication.name_zh,
        Indication.name_en,
        Indication.pinyin,
        Indication.search_text,
    )
    query = select(*columns).where(Indication.withdrawn_on.is_(None)).order_by(Indication.pinyin)
    return [
        Head(*row, tuple(regions.get(row.id, ())), tuple(units.get(row.id, ())))
        for row in db.session.execute(query)
    ]


def _codes(owner: object, code: object) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number, adcode in db.session.execute(select(owner, code).order_by(code)):
        found.setdefault(number, []).append(adcode)
    return found
