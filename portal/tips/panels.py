"""What tips and complaints put on an official's desk."""

from datetime import date, timedelta

from portal.accounts.models import Account
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.office.due import DueLine, add_due, lines_for
from portal.paging import page_of
from portal.papers.binders import Binder, add_binder, sheets_of
from portal.tips.models import Tip
from portal.tips.queries import TipFilter, due_by, get_tip_for, photographs_of, tips_in
from portal.tips.rules import HANDLERS, period_of

SHOWN = 5
SOON_DAYS = 5


def _tray(account: Account, title: Text, state: str) -> Tray | None:
    if account.role not in HANDLERS:
        return None
    found = page_of(tips_in(account, TipFilter(state=state)), 1, SHOWN)
    return Tray(title, found.total, [_item(tip) for tip in found.items], f"/office/tips?state={state}")


def _item(tip: Tip) -> Item:
    clock = tip.next_clock
    return Item(_name(tip), f"/office/tips/{tip.number}", tip.about.text, clock.due_on if clock else None)


def _name(tip: Tip) -> Text:
    return Text(f"{tip.sort.text.zh} {tip.number}", f"{tip.sort.text.en} {tip.number}")


def received(account: Account) -> Tray | None:
    return _tray(account, Text("新收到的举报、投诉", "Tips and complaints received"), "received")


def held(account: Account) -> Tray | None:
    return _tray(account, Text("待甄别的举报、投诉", "Tips held for a look"), "held")


def due(account: Account) -> Tray | None:
    """Everything with a legal clock that ends in the next days or is over, of every room."""
    if account.role not in HANDLERS:
        return None
    lines = lines_for(account, today() + timedelta(days=SOON_DAYS))
    items = [Item(line.what, line.url, line.name, line.due_on) for line in lines[:SHOWN]]
    return Tray(
        Text("法定期限临近或已过", "Legal periods that end soon or are over"),
        len(lines),
        items,
        "/office/tips/due",
    )


def due_tips(viewer: Account, last: date) -> list[DueLine]:
    return [
        DueLine(
            clock.due_on,
            clock.what.text,
            _name(tip),
            f"/office/tips/{tip.number}",
            clock.estimated,
            period_of(clock.what, tip.sort, tip.stands).basis,
        )
        for clock, tip in due_by(viewer, last)
    ]


def photographs_binder(viewer: Account, number: str) -> Binder:
    tip = get_tip_for(viewer, number)
    url = f"/office/tips/{tip.number}"
    return Binder(_name(tip), url, sheets_of(photographs_of(tip), url + "/photographs/{}.jpg"))


add_due("tips", due_tips)
add_tray("tips-due", 12, due)
add_tray("tips-received", 60, received)
add_tray("tips-held", 61, held)
add_binder("tip", photographs_binder)
