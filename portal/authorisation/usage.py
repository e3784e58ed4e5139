"""That a mark was used: reported by its user, looked at by the two-year watch."""

from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.authorisation.models import Licence, UsageRecord
from portal.authorisation.queries import acts_for
from portal.authorisation.rules import TEXT_LONGEST, TEXT_SHORTEST
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import record


def record_use(account: Account, licence: Licence, note: str, now: datetime) -> None:
    """Keep what the user of a mark says about its use."""
    if not acts_for(account, licence.producer_id, day_of(now)):
        raise NotAllowed(Text("只有使用人可以报告", "Only the user of the mark may report its use"))
    said = note.strip()
    if not TEXT_SHORTEST <= len(said) <= TEXT_LONGEST:
        fault = Text("请写明用在什么产品上、大约多少", "Say on which goods and about how many")
        raise RuleBroken(fault, {"note": fault})
    day = day_of(now)
    db.session.add(
        UsageRecord(licence_id=licence.id, on=day, kind="reported", note=said, by_account=account.id, at=now)
    )
    changes = {"used_on": {"from": None, "to": day.isoformat()}}
    record(account.as_actor(), "used", licence.subject, changes, public=False, sealed={"note": said})


def uses_of(licence: Licence) -> list[UsageRecord]:
    query = select(UsageRecord).where(UsageRecord.licence_id == licence.id)
    return list(db.session.scalars(query.order_by(UsageRecord.id.desc()).limit(20)))


def last_use(licence_id: int) -> date | None:
    query = select(UsageRecord.on).where(UsageRecord.licence_id == licence_id)
    return db.session.scalar(query.order_by(UsageRecord.on.desc()).limit(1))
