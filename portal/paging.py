"""One page of a longer list, with what a pager and a JSON list need to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Select, func, select

from portal.db import db
from portal.lib.problems import RuleBroken
from portal.lib.text import Text

MOST_PER_PAGE = 200


@dataclass(frozen=True)
class Page:
    items: Sequence
    total: int
    number: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.per_page))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.total)


def page_of(query: Select, number: int, per_page: int, total: int | None = None) -> Page:
    """The rows of one page and how many there are in all: two queries, whatever the size."""
    if total is None:
        total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = db.session.execute(query.limit(per_page).offset((number - 1) * per_page))
    items = rows.scalars().all() if len(query.column_descriptions) == 1 else rows.all()
    return Page(items, total, number, per_page)


def page_from(rows: Sequence, number: int, per_page: int) -> Page:
    """One page of what is in memory."""
    return Page(rows[(number - 1) * per_page : number * per_page], len(rows), number, per_page)


def whole_number(text: str, name: str, low: int, high: int, default: int) -> int:
    """A number from an address; anything else is refused by name rather than guessed."""
    if text == "":
        return default
    if not (text.isascii() and text.isdecimal() and low <= int(text[:12]) <= high):
        message = Text(f"应为 {low} 到 {high} 之间的整数", f"Must be a whole number from {low} to {high}")
        raise RuleBroken(
            Text("地址中的参数不正确", "A parameter in the address is not right"), {name: message}
        )
    return int(text)
