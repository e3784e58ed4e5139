"""Everything that changes returns and official figures. The open part of an entry says what happened;
what a producer earns is sealed beside it."""

from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode, scope_covers
from portal.catalogue.models import Indication
from portal.db import db, ensure_current
from portal.lib.problems import DAY_AHEAD, NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.papers.files import Paper
from portal.papers.keeping import file_paper
from portal.producers.models import RosterEntry
from portal.producers.parts import is_whole
from portal.register.actions import Actor, record
from portal.register.rules import changed
from portal.returns import words  # noqa: F401 - gives the entries written here their words
from portal.returns.models import AnnualReturn, OfficialOutput, ReturnPaper
from portal.returns.queries import (
    editions_of,
    find_accepted,
    find_official,
    find_open,
    may_take_step,
)
from portal.returns.rules import (
    FILERS,
    KEEPERS,
    MOST_FEN,
    OPEN,
    REASON_LONGEST,
    REASON_SHORTEST,
    State,
    Step,
    Values,
    find_move,
    value_faults,
    year_is_open,
)
from portal.returns.telling import tell_accepted, tell_sent_back

NOT_YOURS = Text("您不能办理这份申报的这一步", "You may not take this step of this return")
NOT_NOW = Text("这份申报现在不能走这一步", "This return cannot take that step now")
IT_STANDS = Text("它现在是：{state}", "It stands: {state}")


def subject_of(one: AnnualReturn) -> str:
    return f"return:{one.indication.slug}/{one.producer.number}/{one.year}"


# ---- filing


def open_return(account: Account, line: RosterEntry, year: int, today: date, now: datetime) -> AnnualReturn:
    """The draft of a year: the one there is, or a new one; after acceptance a new version of it."""
    if not year_is_open(year, today):
        raise RuleBroken(Text("这一年还不能申报", "That year cannot be reported yet"))
    if account.role not in FILERS:
        raise NotAllowed(NOT_YOURS)
    waiting = find_open(line.indication_id, line.producer_id, year)
    if waiting is not None:
        return waiting
    known = editions_of(line.indication_id, line.producer_id, year)
    accepted = next((one for one in known if one.stands is State.ACCEPTED), None)
    one = _new(line, year, 1 + max((k.edition for k in known), default=0), now, account)
    if accepted is not None:
        _set(one, accepted.values)
    db.session.add(one)
    db.session.flush()
    verb = "correction_opened" if accepted else "drafted"
    _record(account.as_actor(), verb, one, None, {})
    return one


def _new(line: RosterEntry, year: int, edition: int, now: datetime, account: Account | None) -> AnnualReturn:
    return AnnualReturn(
        indication=line.indication,
        indication_id=line.indication_id,
        producer=line.producer,
        producer_id=line.producer_id,
        adcode=line.adcode,
        year=year,
        edition=edition,
        state=State.DRAFT.value,
        filed_as="producer" if account is not None and account.role is Role.PRODUCER else "official",
        filed_by=account.id if account else None,
        created_at=now,
        demo=line.producer.demo,
    )


def save_return(account: Account, one: AnnualReturn, values: Values, version_seen: int, today: date) -> None:
    """Keep what was typed so far. Only what could never be true is refused."""
    _check(account, one, Step.SAVE, version_seen, today)
    _refuse(value_faults(values, complete=False))
    before = one.values
    _set(one, values)
    if before != values:
        _record(account.as_actor(), "saved", one, one.stands, _values(before))


def submit_return(account: Account, one: AnnualReturn, version_seen: int, today: date, now: datetime) -> None:
    _check(account, one, Step.SUBMIT, version_seen, today)
    _refuse(value_faults(one.values, complete=True))
    was = one.stands
    one.state, one.submitted_at = State.SUBMITTED.value, now
    _record(account.as_actor(), "submitted", one, was)


def take_back(account: Account, one: AnnualReturn, version_seen: int, today: date) -> None:
    _check(account, one, Step.TAKE_BACK, version_seen, today)
    one.state = State.DRAFT.value
    _record(account.as_actor(), "taken_back", one, State.SUBMITTED)


def give_up(account: Account, one: AnnualReturn, version_seen: int, today: date) -> AnnualReturn:
    """A correction that was begun and is not wanted ends; the accepted version, which is returned, stands."""
    _check(account, one, Step.GIVE_UP, version_seen, today)
    accepted = find_accepted(one.indication_id, one.producer_id, one.year)
    if accepted is None:
        raise RuleBroken(NOT_NOW)
    was, one.state = one.stands, State.ENDED.value
    _record(account.as_actor(), "given_up", one, was)
    return accepted


def accept_return(account: Account, one: AnnualReturn, version_seen: int, today: date, now: datetime) -> int:
    """From now on this version counts; the one before it stays to be seen. How many people were told."""
    _check(account, one, Step.ACCEPT, version_seen, today)
    accept(account.as_actor(), one, now, account.id)
    return tell_accepted(one, now)


def accept(actor: Actor, one: AnnualReturn, now: datetime, by: int | None = None) -> None:
    old = find_accepted(one.indication_id, one.producer_id, one.year)
    if old is not None:
        old.state = State.REPLACED.value
        # The database holds one accepted version at most: the old one steps aside first.
        db.session.flush()
    was = one.stands
    one.state, one.decided_at, one.decided_by = State.ACCEPTED.value, now, by
    before = _values(old.values) if old else {}
    _record(actor, "accepted" if old is None else "corrected", one, was, before)


def send_back(
    account: Account, one: AnnualReturn, reason: str, version_seen: int, today: date, now: datetime
) -> int:
    """Back to the producer with the reason; how many people were told."""
    _check(account, one, Step.SEND_BACK, version_seen, today)
    reason = reason.strip()
    if not REASON_SHORTEST <= len(reason) <= REASON_LONGEST:
        fault = Text("请说明要补正什么", "Say what has to be corrected")
        raise RuleBroken(Text("没有退回", "It was not sent back"), {"reason": fault})
    one.state, one.sent_back_reason = State.SENT_BACK.value, reason
    one.decided_at, one.decided_by = now, account.id
    _record(account.as_actor(), "sent_back", one, State.SUBMITTED, sealed={"reason": reason})
    return tell_sent_back(one, now)


def add_paper(
    account: Account, one: AnnualReturn, paper: Paper, folder: Path, today: date, now: datetime
) -> ReturnPaper:
    """Evidence may be added while the return can still be changed."""
    if one.stands not in OPEN - {State.SUBMITTED}:
        raise RuleBroken(NOT_NOW)
    _check(account, one, Step.SAVE, one.version, today)
    row = file_paper(ReturnPaper, paper, folder, now, return_id=one.id, by_account=account.id)
    sealed = {"name": paper.name, "digest": paper.digest}
    record(account.as_actor(), "paper_added", subject_of(one), {}, public=False, sealed=sealed)
    return row


def _check(account: Account, one: AnnualReturn, step: Step, version_seen: int, today: date) -> None:
    ensure_current(one, version_seen)
    move = find_move(one.stands, step)
    if move is None:
        raise RuleBroken(NOT_NOW, next_step=IT_STANDS.format(state=one.stands.text))
    if not may_take_step(account, move, one, today):
        raise NotAllowed(NOT_YOURS)


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise RuleBroken(Text("申报没有保存", "The return was not kept"), faults)


def _set(one: AnnualReturn, values: Values) -> None:
    for field in fields(Values):
        value = getattr(values, field.name)
        if field.name == "months":
            value = [list(month) for month in value] or None
        if getattr(one, field.name) != value:
            setattr(one, field.name, value)


def _values(values: Values) -> dict[str, object]:
    plain = {field.name: getattr(values, field.name) for field in fields(Values)}
    plain["months"] = [list(month) for month in values.months] or None
    return {name: value for name, value in plain.items() if value is not None}


def _record(
    actor: Actor,
    verb: str,
    one: AnnualReturn,
    was: State | None,
    before: dict[str, object] | None = None,
    sealed: dict[str, object] | None = None,
) -> None:
    opened = changed({"state": was.value} if was else {}, {"state": one.state})
    shut = dict(sealed or {})
    if before is not None:
        shut |= changed(before, _values(one.values))
    record(actor, verb, subject_of(one), opened, public=False, sealed=shut or None)


# ---- official figures


def enter_official(
    account: Account,
    indication: Indication,
    stated: OfficialOutput,
    today: date,
    now: datetime,
) -> OfficialOutput:
    """Enter what a statistics office states; an earlier figure for the same year is ended, not removed."""
    _check_official(account, indication, stated, today)
    actor = account.as_actor()
    return store_official(actor, indication, stated, today, now, account.id)


def store_official(
    actor: Actor,
    indication: Indication,
    stated: OfficialOutput,
    today: date,
    now: datetime,
    by: int | None = None,
) -> OfficialOutput:
    old = find_official(indication.id, stated.year, stated.zone)
    if old is not None:
        if _official_fields(old) == _official_fields(stated):
            return old
        old.ended_on = today
        db.session.flush()
    stated.indication_id, stated.entered_by, stated.entered_at = indication.id, by, now
    db.session.add(stated)
    before = _official_fields(old) if old else {}
    changes = changed(before, _official_fields(stated))
    record(actor, "stated" if old is None else "amended", _official_subject(indication, stated), changes)
    return stated


def end_official(account: Account, indication: Indication, stated: OfficialOutput, today: date) -> None:
    if account.role not in KEEPERS or not _reaches(account, indication, stated.zone):
        raise NotAllowed(NOT_YOURS)
    if stated.ended_on is not None:
        return
    stated.ended_on = today
    changes = {"ended_on": {"from": None, "to": today.isoformat()}}
    record(account.as_actor(), "withdrawn", _official_subject(indication, stated), changes)


def _official_subject(indication: Indication, stated: OfficialOutput) -> str:
    zone = f"@{stated.zone}" if stated.zone else ""
    return f"output:{indication.slug}/{stated.year}{zone}"


def _official_fields(stated: OfficialOutput) -> dict[str, object]:
    return {
        "value_fen": stated.value_fen,
        "issuer": stated.issuer,
        "document": stated.document,
        "document_on": stated.document_on.isoformat(),
    }


def _reaches(account: Account, indication: Indication, zone: str) -> bool:
    if zone:
        return scope_covers(account.region, zone)
    return any(scope_covers(account.region, region.adcode) for region in indication.regions)


def _check_official(account: Account, indication: Indication, stated: OfficialOutput, today: date) -> None:
    if account.role not in KEEPERS or not _reaches(account, indication, stated.zone):
        raise NotAllowed(
            Text("这个地理标志不在您的地区内", "This GI does not belong to your region"),
        )
    faults = official_faults(indication.id, stated, today)
    if faults:
        raise RuleBroken(Text("没有录入", "It was not entered"), faults)


def official_faults(indication_id: int, stated: OfficialOutput, today: date) -> dict[str, Text]:
    """What keeps a figure from being entered, field by field."""
    faults = {}
    if not year_is_open(stated.year, today):
        faults["year"] = Text("应为已开始的年份", "Must be a year that has begun")
    if not 0 <= stated.value_fen <= MOST_FEN:
        faults["value"] = Text("金额超出范围", "The sum is out of range")
    if stated.zone and (not is_adcode(stated.zone) or is_whole(indication_id, stated.zone)):
        faults["zone"] = Text(
            "请选产地的一部分；整个产地就不选", "Choose a part of the area, or none for all"
        )
    if not stated.issuer.strip():
        faults["issuer"] = Text("请写明发布单位", "Say who issued it")
    if not stated.document.strip():
        faults["document"] = Text("没有文件的数字不能录入", "A figure without a document cannot be entered")
    if stated.document_on > today:
        faults["document_on"] = DAY_AHEAD
    return faults


# ---- many at once, from a file


def store_filed(
    actor: Actor, line: RosterEntry, year: int, values: Values, accepted: bool, now: datetime, by: int | None
) -> str:
    """Bring one row of a file into the register: "new", "changed" or "unchanged". Months and the note, which
    a file does not have, stay as they are."""
    known = find_accepted(line.indication_id, line.producer_id, year)
    waiting = find_open(line.indication_id, line.producer_id, year)
    if known is not None:
        values = replace(values, months=known.values.months, note=known.values.note)
    if waiting is None and known is not None and known.values == values:
        return "unchanged"
    if (
        waiting is not None
        and waiting.stands is State.SUBMITTED
        and waiting.values == values
        and not accepted
    ):
        return "unchanged"
    one = waiting or _new(line, year, 1 + (known.edition if known else 0), now, None)
    was = one.stands if waiting else None
    before = _values(one.values) if waiting else {}
    _set(one, values)
    one.filed_as, one.filed_by = "file", by
    one.state, one.submitted_at = State.SUBMITTED.value, now
    db.session.add(one)
    db.session.flush()
    if accepted:
        accept(actor, one, now, by)
    else:
        _record(actor, "submitted", one, was, before)
    return "changed" if known is not None or waiting is not None else "new"
