"""Requests for correction: anyone files one, an official answers; the sender is never named in public."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import Account
from portal.catalogue.correction_rules import (
    PARTS,
    RECEIPT_ALPHABET,
    RECEIPT_LENGTH,
    CorrectionState,
    may_answer,
)
from portal.catalogue.models import Correction
from portal.db import db, ensure_current
from portal.lib.problems import NotAllowed, Outdated
from portal.lib.text import Text
from portal.register.actions import Actor, record

VISITOR = Actor("visitor")


@dataclass(frozen=True)
class Request:
    """What a sender says; `contact` stays with the officials who answer."""

    subject: str
    region: str
    part: str
    message: str
    evidence: str | None = None
    contact: str | None = None


def file_correction(request: Request, now: datetime) -> Correction:
    """Keep a request and give it a receipt. The entry is not public and does not hold what was written."""
    correction = Correction(
        receipt="".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(RECEIPT_LENGTH)),
        subject=request.subject,
        region=request.region,
        field=request.part,
        message=request.message,
        evidence=request.evidence or None,
        contact=request.contact or None,
        received_at=now,
        state=CorrectionState.RECEIVED,
    )
    db.session.add(correction)
    db.session.flush()
    changes = {
        "about": {"from": None, "to": request.subject},
        "part": {"from": None, "to": request.part},
        "state": {"from": None, "to": CorrectionState.RECEIVED.value},
    }
    record(VISITOR, "received", subject_of(correction), changes, public=False)
    return correction


def answer_correction(
    official: Account, correction: Correction, accepted: bool, answer: str, version_seen: int, now: datetime
) -> None:
    """Close a request with reasons; its subject and the answer become public, the sender does not."""
    if not may_answer(official.role, official.region, correction.region):
        raise NotAllowed(
            Text("您不能答复这条更正请求", "You may not answer this request"),
            next_step=Text("由本地区的经办人答复", "An official of the region answers it"),
        )
    ensure_current(correction, version_seen)
    if correction.state != CorrectionState.RECEIVED:
        raise Outdated(Text("这条请求已经答复过", "This request has been answered already"))
    state = CorrectionState.ACCEPTED if accepted else CorrectionState.DECLINED
    correction.state, correction.answer = state, answer
    correction.answered_by, correction.answered_at = official.id, now
    changes = {
        "about": {"from": None, "to": correction.subject},
        "part": {"from": None, "to": PARTS[correction.field].as_json()},
        "state": {"from": CorrectionState.RECEIVED.value, "to": state.value},
        "answer": {"from": None, "to": answer},
    }
    record(official.as_actor(), "answered", subject_of(correction), changes)


def subject_of(correction: Correction) -> str:
    """By its number, not its receipt: who reads the log cannot open the sender's page."""
    return f"correction:{correction.id}"
