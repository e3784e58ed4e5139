"""Yearly summaries of a zone for the demonstration: one sent, one being written; all marked 演示 (DEMO)."""

from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.catalogue.queries import find_indication
from portal.db import db
from portal.register.actions import PORTAL, record
from portal.targets.models import ZoneSummary
from portal.targets.queries import find_programme
from portal.targets.summaries import Given, find_summary, owes_summary, take_step
from portal.targets.summary_rules import PARTS, State, Step

ZONE, GI = "zone-wuyuan-sunflower", "wuyuan-xiangrikui"
MARK = "演示"
SAID = {
    "tasks": "演示（DEMO）：核对生产者名录，办理用标申请，收齐年度申报。",
    "economic": "演示（DEMO）：产值与用标产值见登记簿里的数，不是真实数字。",
    "social": "演示（DEMO）：合作社带动农户，培训若干场，数字为虚构。",
    "ecological": "演示（DEMO）：推广节水和残膜回收，数字为虚构。",
    "policy": "演示（DEMO）：没有引用真实文件。",
    "problems": "演示（DEMO）：部分农户尚未申报，下一步逐户上门。",
}
WAY = (("county2@demo", Step.SUBMIT), ("city2@demo", Step.FORWARD), ("province2@demo", Step.SEND))


def load_demo_summaries(today: date, now: datetime) -> int:
    zone, last = find_programme(ZONE), today.year - 1
    people = {email: find_account_by_email(email) for email, _ in WAY}
    if zone is None or not owes_summary(zone) or _is_written(last) or None in people.values():
        return 0
    given = Given(document=f"演示〔{last}〕1号（DEMO）", sent_on=today)

    def take(account: Account, year: int, step: Step) -> None:
        known = find_summary(ZONE, year)
        version = known.version if known else 0
        take_step(account, zone, year, step, SAID, given, version, find_indication(GI), now)
        db.session.flush()

    for email, step in WAY:
        take(people[email], last, step)
    take(people["county2@demo"], today.year, Step.SAVE)
    return 2


def _is_written(year: int) -> bool:
    """One that was removed is there, and empty."""
    found = find_summary(ZONE, year)
    return found is not None and any(found.parts.values())


def remove_demo_summaries(_today: date, now: datetime) -> int:
    """They are emptied, with an entry: nothing stands any more in the name of a real zone."""
    touched = 0
    for one in db.session.scalars(select(ZoneSummary)):
        if not any(text.startswith(MARK) for text in one.parts.values()):
            continue
        sent = one.stands is State.SENT
        one.state, one.parts, one.figures = State.DRAFT.value, dict.fromkeys(PARTS, ""), {}
        one.document, one.sent_on, one.changed_at = None, None, now
        record(PORTAL, "summary_emptied", f"zonesummary:{one.programme_id}/{one.year}", {}, public=sent)
        touched += 1
    return touched
