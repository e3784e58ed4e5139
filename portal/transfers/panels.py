"""What transfers put on an official's desk and on the board of what is due."""

from datetime import date

from portal.accounts.models import Account
from portal.lib.clock import day_of
from portal.lib.text import Text
from portal.office.beside import Beside, add_beside
from portal.office.desk import Item, Tray, add_tray
from portal.office.due import DueLine, add_due
from portal.paging import page_of
from portal.papers.binders import Binder, Sheet, add_binder
from portal.papers.files import ENDINGS
from portal.transfers import (
    outbox,  # noqa: F401 - the job that delivers
    outcomes,  # noqa: F401 - what whoever told is told of it
)
from portal.transfers.clocks import basis_of
from portal.transfers.models import Transfer
from portal.transfers.queries import (
    TransferFilter,
    due_by,
    get_transfer_for,
    is_ours_to_answer,
    pact_of,
    pacts,
    transfers_for,
    transfers_of,
    waiting_of,
)
from portal.transfers.rules import HANDLERS, READERS

SHOWN = 5


def incoming(account: Account) -> Tray | None:
    if account.role not in HANDLERS:
        return None
    found = page_of(transfers_for(account, TransferFilter(side="in")), 1, SHOWN)
    title = Text("移送来的线索和请求", "Transfers and requests received")
    return Tray(title, found.total, [_item(one) for one in found.items], "/office/transfers?side=in")


def _item(one: Transfer) -> Item:
    day = one.next_clock.due_on if one.next_clock else None
    return Item(Text(one.title, one.title), f"/office/transfers/{one.key}", one.stands.text, day)


def of_subject(viewer: Account, subject: str) -> list[Beside]:
    if viewer.role not in READERS:
        return []
    return [
        Beside(
            Text("{k} {n}", "{k} {n}").format(k=one.sort.text, n=one.number),
            f"/office/transfers/{one.key}",
            one.stands.text,
            one.stands.tone,
            day_of(one.sent_at),
        )
        for one in transfers_of(viewer, subject)
    ]


def stuck(account: Account) -> Tray | None:
    """Bundles that another portal has not signed for: seen, and tried again by themselves."""
    if account.role not in HANDLERS:
        return None
    mine = waiting_of(account)
    items = [
        Item(Text(f"移送包 {one.digest[:12]}", f"Bundle {one.digest[:12]}"), "/office/transfers/peers")
        for one in mine[:SHOWN]
    ]
    title = Text("等待对方门户签收", "Waiting for another portal")
    return Tray(title, len(mine), items, "/office/transfers/peers", quiet=True)


def due_transfers(viewer: Account, last: date) -> list[DueLine]:
    """What we have to do by a day, and what we wait for: both sides see the same day."""
    lines, known = due_by(viewer, last), pacts()
    return [
        DueLine(
            clock.due_on,
            clock.what.text if is_ours_to_answer(viewer, transfer) else clock.what.waiting,
            Text(f"{transfer.sort.text.zh} {transfer.number}", f"{transfer.sort.text.en} {transfer.number}"),
            f"/office/transfers/{transfer.key}",
            clock.estimated,
            basis_of(pact_of(transfer, known), clock.clock, clock.days),
        )
        for clock, transfer in lines
    ]


def evidence_binder(viewer: Account, key: str) -> Binder:
    """What came along and lies here; of the rest there is the list only."""
    transfer = get_transfer_for(viewer, key)
    url = f"/office/transfers/{transfer.key}"
    sheets = []
    for n, row in enumerate(transfer.evidence, 1):
        if row.get("sent"):
            name = f"evidence-{n}{ENDINGS[row['media_type']]}"
            file, told = f"{url}/evidence/{n}", row["title"]
            sheets.append(Sheet(n, name, row["media_type"], row["size"], row["digest"], file, what=told))
    return Binder(Text(transfer.title, transfer.title), url, sheets)


add_due("transfers", due_transfers)
add_tray("transfers-in", 64, incoming)
add_tray("transfers-stuck", 65, stuck)
add_binder("transfer", evidence_binder)
add_beside("transfers", of_subject)
