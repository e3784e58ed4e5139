"""What tips and complaints put on an official's desk."""

from datetime import timedelta

from portal.accounts.models import Account
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of
from portal.tips.due import lines_for
from portal.tips.models import Tip
from portal.tips.queries import TipFilter, running_clock, tips_in
from portal.tips.rules import HANDLERS

SHOWN = 5
SOON_DAYS = 5


def _tray(account: Account, title: Text, state: str) -> Tray | None:
    if account.role not in HANDLERS:
        return None
    found = page_of(tips_in(account, TipFilter(state=state)), 1, SHOWN)
    return Tray(title, found.total, [_item(tip) for tip in found.items], f"/office/tips?state={state}")


def _item(tip: Tip) -> Item:
    clock = running_clock(tip)
    name = Text(f"{tip.sort.text.zh} {tip.number}", f"{tip.sort.text.en} {tip.number}")
    return Item(name, f"/office/tips/{tip.number}", tip.about.text, clock.due_on if clock else None)


def received(account: Account) -> Tray | None:
    return _tray(account, Text("新收到的举报、投诉", "Tips and complaints received"), "received")


def held(account: Account) -> Tray | None:
    return _tray(account, Text("待甄别的举报、投诉", "Tips held for a look"), "held")


def due(account: Account) -> Tray | None:
    """Everything with a legal clock that ends in the next days or is over, of every room."""
    if account.role not in HANDLERS:
        return None
    lines = lines_for(account, today() + timedelta(days=SOON_DAYS))
    items = [Item(line.what, line.url, line.name, line.on) for line in lines[:SHOWN]]
    return Tray(
        Text("法定期限临近或已过", "Legal periods that end soon or are over"),
        len(lines),
        items,
        "/office/tips/due",
    )


add_tray("tips-due", 12, due)
add_tray("tips-received", 60, received)
add_tray("tips-held", 61, held)
