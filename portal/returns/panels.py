"""What returns put on a desk: of an official who accepts them, of a producer who owes them."""

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.db import db
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.papers.binders import Binder, add_binder, number_in, sheets_of
from portal.returns import imports, reminders  # noqa: F401 - names the kinds of files, the work of the day
from portal.returns.models import AnnualReturn
from portal.returns.queries import (
    Due,
    ReturnFilter,
    count_waiting,
    declared_output,
    get_return_for,
    papers_of,
    returns_due_for,
    returns_for,
)
from portal.returns.rules import KEEPERS, State, year_due_on
from portal.scans.balance import provide_declared

SHOWN = 5
YEARS_BACK = 4


def to_accept(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    asked = ReturnFilter(state=State.SUBMITTED, sort="submitted")
    oldest = db.session.scalars(returns_for(account, asked).limit(SHOWN))
    return Tray(
        Text("待审核的年度申报", "Returns waiting for acceptance"),
        count_waiting(account),
        [_item(one, "/office/returns") for one in oldest],
        "/office/returns",
    )


def to_file(account: Account) -> Tray | None:
    """What was sent back and what was begun, of any year, and what is owed for the year that ended."""
    if account.role is not Role.PRODUCER:
        return None
    last = today().year - 1
    due = returns_due_for(account, range(last - YEARS_BACK, today().year + 1), today())
    open_ = [one for one in due if (one.newest is None and one.year == last) or _is_to_finish(one)]
    open_.sort(key=lambda one: one.newest is None or one.newest.stands is not State.SENT_BACK)
    items = [_owed(one) for one in open_[:SHOWN]]
    return Tray(Text("年度产值申报", "Yearly returns"), len(open_), items, "/workbench/returns")


def _is_to_finish(one: Due) -> bool:
    return one.newest is not None and one.newest.stands in (State.DRAFT, State.SENT_BACK)


def _owed(one: Due) -> Item:
    gi, due = Text(one.indication.name_zh, one.indication.name_en), year_due_on(one.year)
    said = Text("{gi} {year} 年申报 · {who}", "{gi}, return for {year} · {who}")
    return Item(
        said.format(gi=gi, year=one.year, who=one.producer.name),
        f"/workbench/returns/{one.newest.id}" if one.newest else "/workbench/returns",
        one.newest.stands.text if one.newest else None,
        due if today() <= due and one.year < today().year else None,
    )


def _item(one: AnnualReturn, folder: str) -> Item:
    gi = Text(one.indication.name_zh, one.indication.name_en)
    text = Text("{who} · {gi} {year} 年", "{who} · {gi}, {year}").format(
        who=one.producer.name, gi=gi, year=one.year
    )
    return Item(text, f"{folder}/{one.id}")


def papers_binder(viewer: Account, key: str) -> Binder:
    one = get_return_for(viewer, number_in(key), today())
    at = "/workbench/returns" if viewer.role is Role.PRODUCER else "/office/returns"
    gi = Text(one.indication.name_zh, one.indication.name_en)
    title = Text("{gi} {year} 年申报", "Return for {gi}, {year}").format(gi=gi, year=one.year)
    return Binder(title, f"{at}/{one.id}", sheets_of(papers_of(one), at + "/files/{}"))


provide_declared(declared_output)
add_tray("returns", 40, to_accept)
add_tray("returns-own", 41, to_file)
add_binder("return", papers_binder)
