"""What this room puts on an official's desk: files that wait for a decision or came back with faults, and
accounts for which no producer is named yet."""

from flask import url_for
from sqlalchemy import select

from portal.accounts.models import Account
from portal.db import db
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.producers.import_rules import RunState
from portal.producers.models import ImportRun
from portal.producers.queries import accounts_without_producer
from portal.producers.rules import may_keep_rosters

SHOWN = 5
WAITING = (RunState.UNDECIDED, RunState.READY, RunState.FAILED)


def files_waiting(account: Account) -> Tray | None:
    """Own files only: what a colleague sent, the colleague decides."""
    if not may_keep_rosters(account.role):
        return None
    query = select(ImportRun).where(ImportRun.account_id == account.id, ImportRun.state.in_(WAITING))
    runs = list(db.session.scalars(query.order_by(ImportRun.id.desc())))
    items = [
        Item(Text(run.file_name, run.file_name), f"/office/imports/{run.id}", RunState(run.state).text)
        for run in runs[:SHOWN]
    ]
    return Tray(Text("等您确认的导入文件", "Imports that wait for you"), len(runs), items, "/office/imports")


def accounts_waiting(account: Account) -> Tray | None:
    """Somebody was invited and signed in, and can do nothing until a producer is named."""
    if not may_keep_rosters(account.role):
        return None
    people = list(db.session.scalars(accounts_without_producer(account)))
    items = [
        Item(
            Text(one.organisation or one.name, one.organisation or one.name),
            url_for("producers_office.show_list", q=one.organisation or one.name),
            Text("{name} · {email}", "{name} · {email}").format(name=one.name, email=one.email),
        )
        for one in people[:SHOWN]
    ]
    title = Text("新账号，等您指定它替谁办", "New accounts that act for nobody yet")
    return Tray(title, len(people), items, url_for("producers_office.show_list"))


add_tray("accounts", 290, accounts_waiting)
add_tray("imports", 300, files_waiting)
