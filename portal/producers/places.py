"""A typed place as a division: by code, by name, or by name with what it lies in. Never by guessing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from portal.db import db
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.naming import could_be
from portal.regions.rules import covers, line_of

CODE = re.compile(r"(?<!\d)(\d{12}|\d{9}|\d{6})(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Place:
    """A division, or the name of what is wrong: unknown, outside or ambiguous (with what it could be)."""

    adcode: str | None = None
    fault: str | None = None
    could_be: Text | None = None
    shortened: bool = False


class Places:
    """Every division of the country by code and name, to look up thousands of places without asking again."""

    def __init__(self, scope: str):
        self._scope = scope
        rows = list(db.session.execute(select(Region.adcode, Region.name_zh, Region.name_en)))
        self.names = {code: name for code, name, _ in rows}
        self._by_name: dict[str, set[str]] = {}
        for code, name_zh, name_en in rows:
            for spelling in {*self._spellings(code), name_zh, name_en}:
                self._by_name.setdefault(folded(spelling), set()).add(code)
        self._known: dict[str, Place] = {}

    def _spellings(self, code: str) -> Iterable[str]:
        """中宁县宁安镇, 中卫市中宁县宁安镇, 宁夏回族自治区中卫市中宁县宁安镇, and with levels left out."""
        above = [self.names[one] for one in line_of(code)[:-1] if one in self.names]
        own = self.names[code]
        for start in range(len(above)):
            yield "".join(above[start:]) + own
        if len(above) > 1:
            yield above[0] + "".join(above[2:]) + own
            yield above[-1] + own

    def find(self, typed: str) -> Place:
        if typed not in self._known:
            self._known[typed] = self._find(typed)
        return self._known[typed]

    def _find(self, typed: str) -> Place:
        code = CODE.search(typed)
        if code:
            return self._by_code(code[1])
        found = self._by_name.get(folded(typed), set())
        inside = sorted(one for one in found if covers(self._scope, one))
        if len(inside) == 1:
            return Place(inside[0])
        if inside:
            return Place(fault="place_unclear", could_be=could_be(inside))
        return Place(fault="place_outside_scope" if found else "place_unknown")

    def _by_code(self, code: str) -> Place:
        shortened = len(code) == 12
        code = code[:9]
        if code not in self.names and code.endswith("000"):
            code = code[:6]
        if code not in self.names:
            return Place(fault="place_unknown")
        if not covers(self._scope, code):
            return Place(fault="place_outside_scope")
        return Place(code, shortened=shortened)
