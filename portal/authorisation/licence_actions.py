"""Everything that changes a licence: issued, changed, renewed, suspended, resumed, revoked, cancelled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import Account
from portal.authorisation.models import Announcement, Application, Licence, LicenceSpell
from portal.authorisation.notices import tell_licensee
from portal.authorisation.queries import licence_beside, licence_steps_open_to
from portal.authorisation.rules import (
    LICENCE_MOVES,
    TEXT_LONGEST,
    TEXT_SHORTEST,
    Ground,
    LicenceState,
    LicenceStep,
    Purpose,
    may_reinstate,
    state_before,
)
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken, refuse
from portal.lib.text import Text
from portal.register.actions import Actor, record
from portal.register.rules import changed

VERBS = {
    LicenceStep.SUSPEND: "suspended",
    LicenceStep.RESUME: "resumed",
    LicenceStep.REVOKE: "revoked",
    LicenceStep.CANCEL: "cancelled",
}
ANNOUNCED_AS = {
    LicenceStep.SUSPEND: "suspended",
    LicenceStep.RESUME: "resumed",
    LicenceStep.REVOKE: "ended",
    LicenceStep.CANCEL: "ended",
}
EARLIEST = date(1999, 1, 1)
ONE_OF_TWO = Text(
    "要恢复原来的，先由企业注销新的那份；不恢复也可以，新的照常有效",
    "To give back the earlier one the producer first cancels the newer one; or leave it as it is",
)
LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Terms:
    """What a licence says, as the deciding office or the holder of the mark enters it."""

    goods: str
    valid_from: date | None = None
    valid_to: date | None = None
    record_number: str | None = None
    announcement: str | None = None


def next_number(series: str) -> int:
    """The next number of a series, the same on both databases and never given twice."""
    statement = text(
        "INSERT INTO authorisation_serial (name, last) VALUES (:name, 1) "
        "ON CONFLICT (name) DO UPDATE SET last = authorisation_serial.last + 1 RETURNING last"
    )
    return db.session.execute(statement, {"name": series}).scalar_one()


def check_terms(terms: Terms, by_holder: bool, today: date) -> None:
    """A use of a registered mark needs its record number and its term; the special mark has no term."""
    faults: dict[str, Text] = {}
    if not terms.goods.strip():
        faults["goods"] = Text("请写明产品", "Name the goods")
    if terms.valid_from is None:
        faults["valid_from"] = Text("请填起始日", "Enter the first day")
    elif not EARLIEST <= terms.valid_from <= today + LONGEST_AHEAD:
        faults["valid_from"] = Text("起始日不合理", "That cannot be the first day")
    if terms.valid_to and terms.valid_from and terms.valid_to < terms.valid_from:
        faults["valid_to"] = Text("截止日早于起始日", "The last day comes before the first")
    if by_holder and not terms.valid_to:
        faults["valid_to"] = Text(
            "请填截止日：商标使用许可要有期限", "Enter the last day: a licence of a mark has a term"
        )
    if by_holder and not (terms.record_number or "").strip():
        faults["record_number"] = Text("请填许可备案号", "Enter the number under which it is recorded")
    if not by_holder and not (terms.announcement or "").strip():
        faults["announcement"] = Text("请填公告号", "Enter the number of the announcement")
    refuse(faults)


def issue_licence(
    actor: Actor, application: Application, terms: Terms, issued_by: str, today: date, now: datetime
) -> Licence:
    """The licence that an application leads to; the terms were checked."""
    licence = Licence(
        number=f"L{today.year}-{next_number(f'licence-{today.year}'):06d}",
        indication_id=application.indication_id,
        protection_id=application.protection_id,
        producer_id=application.producer_id,
        track=application.track,
        adcode=application.adcode,
        goods=terms.goods.strip(),
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        record_number=terms.record_number or None,
        announcement=terms.announcement or None,
        issued_by=issued_by,
        issued_on=today,
        changed_at=now,
        demo=application.demo,
        indication=application.indication,
        protection=application.protection,
        producer=application.producer,
        spells=[],
    )
    open_licence(actor, licence, now)
    return licence


def open_licence(actor: Actor, licence: Licence, now: datetime) -> None:
    first = LicenceSpell(state=LicenceState.IN_FORCE, from_on=min(licence.valid_from, licence.issued_on))
    licence.spells.append(first)
    db.session.add(licence)
    db.session.flush()
    _record(actor, "issued", licence, {}, licence_fields(licence, LicenceState.IN_FORCE))
    announce(licence, "issued", licence.issued_on, now, announcement=licence.announcement)


def amend_licence(
    actor: Actor, licence: Licence, purpose: Purpose, terms: Terms, today: date, now: datetime
) -> None:
    """Carry out a change or a renewal that was approved; the number stays."""
    state = LicenceState(licence.spells[-1].state)
    before = licence_fields(licence, state)
    if purpose is Purpose.RENEW:
        if not terms.valid_to or (licence.valid_to and terms.valid_to <= licence.valid_to):
            fault = Text("续展后的截止日应晚于原来的", "The new last day must come after the old one")
            raise RuleBroken(fault, {"valid_to": fault})
        licence.valid_to = terms.valid_to
    else:
        licence.goods = terms.goods.strip()
    licence.changed_at = now
    licence.record_number = terms.record_number or licence.record_number
    licence.announcement = terms.announcement or licence.announcement
    verb = "renewed" if purpose is Purpose.RENEW else "changed"
    _record(actor, verb, licence, before, licence_fields(licence, state))
    announce(licence, "changed", today, now, announcement=terms.announcement, goods=licence.goods)


def move_licence(
    account: Account,
    licence: Licence,
    step: LicenceStep,
    reason: str,
    decision: str,
    version_seen: int,
    now: datetime,
) -> None:
    """Suspend, resume, revoke or cancel, from today on, with the reason and the decision's number."""
    ensure_current(licence, version_seen)
    today = day_of(now)
    if step not in licence_steps_open_to(account, licence, today) or step not in VERBS:
        raise NotAllowed(Text("这份授权现在不能由您这样办理", "You may not do this to this licence now"))
    faults: dict[str, Text] = {}
    if not TEXT_SHORTEST <= len(reason.strip()) <= TEXT_LONGEST:
        faults["reason"] = Text("请写明理由（至少 6 个字）", "Give the reason (six characters or more)")
    if step is not LicenceStep.CANCEL and not decision.strip():
        faults["decision"] = Text("请填决定文号", "Enter the number of the decision")
    refuse(faults)
    change_state(account.as_actor(), licence, step, reason.strip(), decision.strip() or None, today, now)


def reinstate_licence(
    account: Account,
    licence: Licence,
    ground: Ground,
    overturned: str,
    by: str,
    reason: str,
    on: date,
    now: datetime,
) -> None:
    """The decision `overturned` that revoked it fell on a day, by a document: from that day it stands as it
    stood before. Its dates stay; that it was revoked until then stays too."""
    today = day_of(now)
    state, running = licence.state_on(today), licence.spells[-1]
    may = may_reinstate(state, licence.tracked, account.role, account.region, licence.adcode)
    if not may or running.decision != overturned:
        raise NotAllowed(Text("这份授权现在不能由您恢复", "You may not give this licence back now"))
    other = licence_beside(licence, today)
    if other is not None:
        said = Text(
            "这家企业已有同一项保护的授权 {n}，两份不能同时有效",
            "This producer has licence {n} for the same protection; there cannot be two",
        )
        raise RuleBroken(said.format(n=other.number), next_step=ONE_OF_TWO)
    step, to = LicenceStep.RESUME, state_before(licence.spells)
    change_state(account.as_actor(), licence, step, reason, by, on, now, to, ground)


def change_state(
    actor: Actor,
    licence: Licence,
    step: LicenceStep,
    reason: str,
    decision: str | None,
    on: date,
    now: datetime,
    to: LicenceState | None = None,
    ground: Ground | None = None,
) -> None:
    """End the running spell and begin the next: the state to which the step leads, unless another is said."""
    to = to or LICENCE_MOVES[step].to
    running = licence.spells[-1]
    before = {"state": running.state}
    running.ended_on = on
    # The old spell must be closed before the new one stands: only one may be open.
    db.session.flush()
    licence.spells.append(
        LicenceSpell(state=to, from_on=max(on, running.from_on), reason=reason, decision=decision)
    )
    licence.changed_at = now
    # The spells are rows of their own; the licence must be stored too, so that its stale copies are refused.
    flag_modified(licence, "changed_at")
    after = {"state": to.value, "from_on": on.isoformat(), "decision": decision, "reason": reason}
    after["ground"] = ground.value if ground else None
    _record(actor, VERBS[step], licence, before, {k: v for k, v in after.items() if v is not None})
    announce(licence, ANNOUNCED_AS[step], on, now, state=to.value, decision=decision)
    tell_licensee(licence, to.text, Text(reason, reason), now)


def announce(licence: Licence, kind: str, on: date, now: datetime, **said: object) -> None:
    said = {name: value for name, value in said.items() if value is not None}
    db.session.add(Announcement(kind=kind, licence_id=licence.id, on=on, at=now, text=said))


def licence_fields(licence: Licence, state: LicenceState) -> dict[str, object]:
    """What the register states of a licence. A person's name and code stand apart, sealed."""
    values = {
        "gi": licence.indication.slug,
        "protection": licence.protection.key,
        "track": licence.track,
        "uscc": licence.producer.uscc,
        "producer": licence.producer.name,
        "region": licence.adcode[:6],
        "goods": licence.goods,
        "valid_from": licence.valid_from.isoformat(),
        "valid_to": licence.valid_to.isoformat() if licence.valid_to else None,
        "record_number": licence.record_number,
        "announcement": licence.announcement,
        "issued_by": licence.issued_by,
        "state": state.value,
        "demo": licence.demo or None,
    }
    return {name: value for name, value in values.items() if value is not None}


PERSONAL = frozenset({"uscc", "producer", "reason"})


def _record(actor: Actor, verb: str, licence: Licence, before: dict, after: dict) -> None:
    changes = changed(before, after) if verb in ("issued", "changed", "renewed") else _forward(before, after)
    shut = {} if licence.producer.name_public else {k: v for k, v in changes.items() if k in PERSONAL}
    opened = {name: change for name, change in changes.items() if name not in shut}
    record(actor, verb, licence.subject, opened, sealed=shut or None)


def _forward(before: dict, after: dict) -> dict[str, dict[str, object]]:
    return {name: {"from": before.get(name), "to": value} for name, value in after.items()}
