"""How grades and their reasons are shown: stored rows made into what a page prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.credit.criteria import kinds, text_of
from portal.credit.facts import STILL_LISTED
from portal.credit.models import CreditGrade, CreditRequest, CriteriaVersion
from portal.credit.rules import Reason, RequestKind, Standing, may_ask
from portal.lib.text import Text


@dataclass(frozen=True)
class Line:
    """One reason as a table prints it, with what may be asked about it today."""

    reason: Reason
    text: Text
    until: date | None
    open_request: CreditRequest | None
    may: tuple[RequestKind, ...]

    @property
    def points(self) -> str:
        return f"{self.reason.points:+d}".replace("-", "−")


def read_reason(stored: Mapping[str, object]) -> Reason:
    return Reason(
        stored["key"],
        stored["ref"],
        stored["points"],
        date.fromisoformat(stored["on"]),
        date.fromisoformat(stored["until"]),
        Standing(stored["standing"]),
        Text(stored["source"]["zh"], stored["source"]["en"]),
        stored["url"],
        date.fromisoformat(stored["repair_from"]) if stored["repair_from"] else None,
    )


def lines_of(grade: CreditGrade, requests: Iterable[CreditRequest], day: date) -> list[Line]:
    waiting = {one.ref: one for one in requests if one.stands == "open"}
    lines = []
    for stored in grade.reasons:
        reason = read_reason(stored)
        may = tuple(kind for kind in RequestKind if may_ask(kind, reason, day))
        until = None if reason.until >= STILL_LISTED else reason.until
        asked = waiting.get(reason.ref)
        lines.append(Line(reason, text_of(reason.key), until, asked, () if asked else may))
    return lines


@dataclass(frozen=True)
class TableRow:
    text: Text
    points: str
    months: int
    repair_months: int | None


def rows_of(table: CriteriaVersion) -> list[TableRow]:
    known = {kind.key: kind.order for kind in kinds()}
    rows = sorted(table.criteria.rows.values(), key=lambda row: known.get(row.key, 999))
    return [
        TableRow(text_of(row.key), f"{row.points:+d}".replace("-", "−"), row.months, row.repair_months)
        for row in rows
    ]
