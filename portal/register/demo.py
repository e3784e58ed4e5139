"""What the log knows of the demonstration: how far each of its tables had come when it was last removed.

Rows of a removed demonstration stay, so whether it is there cannot be asked of the rows alone.
"""

import json
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.db import db
from portal.lib.text import Text
from portal.register.actions import PORTAL, record
from portal.register.models import Entry
from portal.register.words import describe_subject, describe_verbs

describe_subject("demo", Text("演示", "Demonstration"), {"last": Text("最后一行", "Last row")})
describe_verbs({"demo_removed": Text("移除了演示数据", "demonstration removed")})


def is_loaded(table: type[Any], made_up: ColumnElement[bool]) -> bool:
    """Whether such rows were made since the demonstration was last removed, whatever became of them."""
    query = select(table.id).where(made_up, table.id > _last_removed(table)).limit(1)
    return db.session.scalar(query) is not None


def note_removal(table: type[Any]) -> None:
    db.session.flush()
    before, newest = _last_removed(table), db.session.scalar(select(func.max(table.id))) or 0
    if newest > before:
        changes = {"last": {"from": before or None, "to": newest}}
        record(PORTAL, "demo_removed", _subject(table), changes, public=False)


def _last_removed(table: type[Any]) -> int:
    query = select(Entry.changes).where(Entry.subject == _subject(table)).order_by(Entry.n.desc()).limit(1)
    said = db.session.scalar(query)
    return json.loads(said)["last"]["to"] if said else 0


def _subject(table: type[Any]) -> str:
    return f"demo:{table.__tablename__}"
