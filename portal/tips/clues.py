"""A breach of law found while a complaint is being settled: a matter of its own, with its own period."""

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar
from portal.register.actions import record
from portal.register.rules import stated
from portal.tips.actions import note_step
from portal.tips.models import Tip, TipClock, TipStep
from portal.tips.queries import ensure_handler
from portal.tips.receiving import number_for, unknown_secret
from portal.tips.rules import (
    CLUE_PERIOD,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Clock,
    Kind,
    State,
    Step,
    due_on,
)

CHANNEL = "mediation"
# What a clue has in common with the complaint in which it was found.
SHARED = (
    "matter", "adcode", "place", "where", "respondent", "code", "indication_id", "producer_id", "demo",
)  # fmt: skip


def note_clue(
    account: Account, complaint: Tip, facts: str, version_seen: int, calendar: WorkCalendar, now: datetime
) -> Tip:
    """The complaint goes on; the clue is a tip beside it (art. 7 and 23). Who complained stays with the
    complaint."""
    ensure_current(complaint, version_seen)
    ensure_handler(account, complaint)
    if complaint.sort is not Kind.COMPLAINT or complaint.stands is not State.ACCEPTED:
        raise RuleBroken(Text("只在调解中登记", "Only while a complaint is being settled"))
    if clue_of(complaint) is not None:
        raise RuleBroken(Text("这件投诉的线索已经登记过", "The clue of this complaint was noted already"))
    if not WORDS_SHORTEST <= len(facts.strip()) <= WORDS_LONGEST:
        fault = Text("请写明发现了什么（至少 10 个字）", "Say what was found (ten characters or more)")
        refuse({"facts": fault})
    clue = _clue_beside(complaint, facts.strip(), calendar, now)
    db.session.add(clue)
    db.session.flush()
    complaint.changed_at = now
    note_step(account, complaint, Step.CLUE, "", "", now, {"tip": clue.number})
    note_step(account, clue, Step.CLUE, "", "", now, {"tip": complaint.number})
    said = {"kind": clue.kind, "matter": clue.matter, "state": clue.state, "adcode": clue.adcode}
    record(account.as_actor(), "clue_found", clue.subject, stated(said), public=False)
    return clue


def _clue_beside(complaint: Tip, facts: str, calendar: WorkCalendar, now: datetime) -> Tip:
    today = day_of(now)
    due = due_on(CLUE_PERIOD, today, calendar)
    return Tip(
        number=number_for(Kind.TIP, today),
        secret=unknown_secret(),
        kind=Kind.TIP.value,
        state=State.RECEIVED.value,
        facts=facts,
        channel=CHANNEL,
        received_at=now,
        changed_at=now,
        clocks=[TipClock(clock=Clock.CLUE.value, from_on=today, due_on=due.day, estimated=due.estimated)],
        **{name: getattr(complaint, name) for name in SHARED},
    )


def clue_of(complaint: Tip) -> str | None:
    """The number of what was found while this was settled."""
    query = select(TipStep.more).where(TipStep.tip_id == complaint.id, TipStep.step == Step.CLUE.value)
    more = db.session.scalar(query)
    return more["tip"] if more else None
