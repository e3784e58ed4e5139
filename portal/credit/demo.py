"""Grades of the demonstration producers, from what stands on record of them, and one objection."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.queries import find_account_by_email
from portal.credit.actions import ask, ensure_shipped, store_grades
from portal.credit.models import CreditGrade, CreditRequest
from portal.credit.present import read_reason
from portal.credit.queries import current_grades, graded_producers, own_producers
from portal.credit.rules import RequestKind, RequestState, may_ask
from portal.db import db
from portal.producers.models import Producer
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal
from portal.register.rules import changed

OWNER = "coop@demo"
WORDS = "演示（DEMO）：我们认为这条与事实不符，纸质材料已交到县里，有收件回执，请核对。"


def load_demo_credit(today: date, now: datetime) -> int:
    """Grades of everyone on a roster, and an objection where something costs points."""
    touched = ensure_shipped(today, now)
    after = 0
    while producers := graded_producers(after, 500):
        after = producers[-1][0]
        touched += len(store_grades(PORTAL, producers, today, now))
    return touched + _object(today, now)


def _object(today: date, now: datetime) -> int:
    account = find_account_by_email(OWNER)
    if account is None or is_loaded(CreditRequest, _of_made_up(CreditRequest.producer_id)):
        return 0
    for producer in own_producers(account, today):
        grade = current_grades([producer.id]).get(producer.id)
        for stored in grade.reasons if grade else ():
            reason = read_reason(stored)
            if may_ask(RequestKind.OBJECTION, reason, today):
                ask(account, producer, RequestKind.OBJECTION, reason, WORDS, today, now)
                return 1
    return 0


def _of_made_up(producer: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return producer.in_(select(Producer.id).where(Producer.demo))


def remove_demo_credit(_today: date, now: datetime) -> int:
    """Grades of made-up producers stand no longer and what they asked is closed; the rows stay."""
    ended = db.session.execute(
        update(CreditGrade)
        .where(CreditGrade.current, _of_made_up(CreditGrade.producer_id))
        .values(current=False)
    ).rowcount
    asked = select(CreditRequest).where(
        CreditRequest.state == RequestState.OPEN, _of_made_up(CreditRequest.producer_id)
    )
    for one in db.session.scalars(asked):
        one.state, one.answer, one.decided_at = RequestState.REFUSED.value, "演示结束（DEMO）", now
    note_removal(CreditRequest)
    if ended:
        record(PORTAL, "ended", "credit:demo", changed({"grades": ended}, {"grades": 0}), public=False)
    return ended
