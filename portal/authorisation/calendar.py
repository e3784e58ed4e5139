"""Keeping the working calendar: the days that are not what their weekday says."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import select

from portal.authorisation.models import Holiday
from portal.db import db
from portal.lib.text import Text
from portal.register.actions import PORTAL, record
from portal.register.rules import canonical
from portal.register.words import describe_subject

describe_subject(
    "calendar",
    Text("工作日历", "Working calendar"),
    {"days": Text("特别日子数", "special days"), "digest": Text("内容摘要", "digest of the content")},
)


def load_special_days(days: Iterable[object]) -> int:
    """Bring the stored days into line with the shipped ones; how many are new or changed. Days that an
    operator added, which no file names, stay."""
    known = {row.day: row for row in db.session.scalars(select(Holiday))}
    changed = 0
    for day in days:
        row = known.get(day.day)
        if row is None:
            row = Holiday(day=day.day)
            db.session.add(row)
            known[day.day] = row
        elif (row.working, row.name, row.source) == (day.working, day.name, day.source):
            continue
        row.working, row.name, row.source = day.working, day.name, day.source
        changed += 1
    if changed:
        rows = [[str(row.day), row.working, row.name] for row in sorted(known.values(), key=lambda r: r.day)]
        digest = sha256(canonical(rows)).hexdigest()
        changes = {"days": {"from": None, "to": len(rows)}, "digest": {"from": None, "to": digest}}
        record(PORTAL, "loaded", "calendar:workdays", changes)
    return changed
