"""What this room puts on an official's desk: files that wait for a decision or came back with faults."""

from sqlalchemy import select

from portal.accounts.models import Account
from portal.db import db
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.producers.import_rules import RunState
from portal.producers.models import ImportRun
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


add_tray("imports", 300, files_waiting)
