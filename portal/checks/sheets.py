"""Everything that changes a check: sheets, corrections reported, officers replaced, results made public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.people import people_of_producer
from portal.authorisation.queries import acts_for, work_calendar
from portal.cases.actions import Opening, open_case
from portal.cases.models import Case
from portal.cases.rules import Origin
from portal.checks import words as _words  # noqa: F401 - gives the entries written here their words
from portal.checks.drawing import next_officer
from portal.checks.models import Check, CheckOfficer, CheckPhoto, CheckSheet, Officer
from portal.checks.queries import find_sheet, is_assigned
from portal.checks.rules import (
    CORRECTION_WORKING_DAYS,
    FAILED,
    KEEPERS,
    MOST_CORRECTION_DAYS,
    MOST_PHOTOS,
    NOTE_LONGEST,
    PUBLISH_WORKING_DAYS,
    REASON_LONGEST,
    REASON_SHORTEST,
    RECHECK_WORKING_DAYS,
    SHEET_POSSIBLE,
    UNDER_WAY,
    CheckState,
    Mark,
    Result,
    sheet_faults,
    state_after,
)
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text, day_text
from portal.papers.files import Paper
from portal.papers.keeping import file_paper
from portal.register.actions import Actor, record
from portal.register.rules import changed

NOT_YOURS = Text("您不在这项检查的执法人员之内", "You are not an officer of this check")
NOT_NOW = Text("这项检查现在不能这样办理", "That cannot be done with this check now")
NOT_STORED = Text("检查记录没有保存", "The sheet was not stored")


@dataclass(frozen=True)
class SheetData:
    """What was written down at a visit. `client_key` was made where it was written."""

    client_key: str
    visited_on: date | None
    present: tuple[str, ...]
    marks: Mapping[str, Mark]
    notes: Mapping[str, str]
    result: Result | None
    words: str
    correction_days: int = CORRECTION_WORKING_DAYS


def standing_officers(check: Check) -> list[Officer]:
    return [one.officer for one in check.officers if one.replaced_on is None]


def hand_in(
    account: Account,
    check: Check,
    sheet: SheetData,
    photos: Sequence[Paper],
    folder: Path,
    today: date,
    now: datetime,
) -> CheckSheet:
    """Keep a sheet and move the check on. Sent twice, as happens without a network, it is one sheet."""
    if not is_assigned(account, check) and not keeps(account, check):
        raise NotAllowed(NOT_YOURS)
    known = find_sheet(sheet.client_key)
    if known is not None and known.check_id == check.id:
        return known
    if check.stands not in SHEET_POSSIBLE:
        raise RuleBroken(NOT_NOW, next_step=check.stands.text)
    _refuse(check, sheet, photos, today)
    return store_sheet(account.as_actor(), check, sheet, photos, folder, today, now, account.id)


def _refuse(check: Check, sheet: SheetData, photos: Sequence[Paper], today: date) -> None:
    licences = {one.licence for one in standing_officers(check)}
    present = set(sheet.present) & licences
    faults = sheet_faults(sheet.marks, sheet.result, len(present), check.stands in UNDER_WAY)
    drawn_on = day_of(check.plan.drawn_at)
    if sheet.visited_on is None or not drawn_on <= sheet.visited_on <= today:
        faults["visited_on"] = Text(
            "检查日期请填抽取日（{day}）到今天之间的一天", "Give a day from the draw ({day}) to today"
        ).format(day=drawn_on)
    if sheet.result is Result.ORDERED and not 1 <= sheet.correction_days <= MOST_CORRECTION_DAYS:
        faults["correction_days"] = Text(
            f"请填 1 至 {MOST_CORRECTION_DAYS} 个工作日", f"Give 1 to {MOST_CORRECTION_DAYS} working days"
        )
    if sheet.result is not Result.PASSED and len(sheet.words.strip()) < 4:
        faults["words"] = Text(
            "请写明看到的情况（至少 4 个字）", "Say what was found (four characters or more)"
        )
    if len(photos) > MOST_PHOTOS:
        faults["file"] = Text(f"照片最多 {MOST_PHOTOS} 张", f"At most {MOST_PHOTOS} photographs")
    if not 16 <= len(sheet.client_key) <= 64:
        faults["client_key"] = Text("页面已过期，请重新打开", "The page is out of date; open it again")
    if faults:
        raise RuleBroken(NOT_STORED, faults)


def store_sheet(
    actor: Actor,
    check: Check,
    sheet: SheetData,
    photos: Sequence[Paper],
    folder: Path | None,
    today: date,
    now: datetime,
    by: int | None = None,
) -> CheckSheet:
    recheck, was = check.stands in UNDER_WAY, check.state
    row = CheckSheet(
        check_id=check.id,
        client_key=sheet.client_key,
        recheck=recheck,
        visited_on=sheet.visited_on,
        present=sorted(sheet.present),
        marks={key: mark.value for key, mark in sheet.marks.items()},
        notes={key: note[:NOTE_LONGEST] for key, note in sheet.notes.items() if note.strip()},
        result=sheet.result.value,
        words=sheet.words.strip()[:NOTE_LONGEST],
        by_account=by,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    for paper in photos:
        _keep_photo(check, row, paper, folder, by, now)
    _move_on(check, sheet, recheck)
    stated = {"state": check.state, "result": sheet.result.value, "visited_on": sheet.visited_on.isoformat()}
    if check.due_on:
        stated["due_on"] = check.due_on.isoformat()
    sealed = {"words": row.words, "photographs": [paper.digest for paper in photos]}
    record(
        actor,
        "sheet_handed_in",
        check.subject,
        changed({"state": was}, stated),
        public=False,
        sealed=sealed,
    )
    if check.published_at is not None and check.final is not None:
        record(actor, "made_public", check.subject, changed({}, {"final": check.final}))
    _tell(check, sheet.result, today, now)
    return row


def _move_on(check: Check, sheet: SheetData, recheck: bool) -> None:
    calendar = work_calendar()
    state = state_after(sheet.result)
    check.state, check.recheck_by = state.value, None
    if not recheck:
        check.result, check.visited_on = sheet.result.value, sheet.visited_on
        check.publish_by = calendar.due_after(sheet.visited_on, PUBLISH_WORKING_DAYS).day
    if state is CheckState.CORRECTING:
        due = calendar.due_after(sheet.visited_on, sheet.correction_days)
        check.due_on, check.due_estimated, check.reported_at = due.day, due.estimated, None
    else:
        check.final, check.closed_on = sheet.result.value, sheet.visited_on


def _keep_photo(
    check: Check,
    sheet: CheckSheet | None,
    paper: Paper,
    folder: Path,
    by: int | None,
    now: datetime,
) -> None:
    own = {"check_id": check.id, "sheet_id": sheet.id if sheet else None, "by_account": by}
    file_paper(CheckPhoto, paper, folder, now, **own)


def _tell(check: Check, result: Result, today: date, now: datetime) -> None:
    message = Text("检查结果：{result}", "Result of a check: {result}").format(result=result.text)
    if check.stands is CheckState.CORRECTING:
        due = Text("，请在{day}前改正并报告", "; put it right and report by {day}")
        due = due.format(day=day_text(check.due_on))
        message = Text(message.zh + due.zh, message.en + due.en)
    for person in people_of_producer(check.producer_id, today):
        notify(person.id, message, f"/workbench/checks/{check.id}", now)


# ---- correction


def report_correction(
    account: Account,
    check: Check,
    typed: str,
    papers: Sequence[Paper],
    folder: Path,
    version_seen: int,
    today: date,
    now: datetime,
) -> None:
    """The producer says that it has been put right; the clock for the re-check begins."""
    ensure_current(check, version_seen)
    if not acts_for(account, check.producer_id, today):
        raise NotAllowed(NOT_YOURS)
    if check.stands is not CheckState.CORRECTING:
        raise RuleBroken(NOT_NOW, next_step=check.stands.text)
    typed, faults = typed.strip(), {}
    if not REASON_SHORTEST <= len(typed) <= NOTE_LONGEST:
        faults["words"] = Text("请写明怎样改正的，至少 10 个字", "Say how, in at least 10 characters")
    if len(papers) > MOST_PHOTOS:
        faults["file"] = Text(f"最多 {MOST_PHOTOS} 份", f"At most {MOST_PHOTOS}")
    if faults:
        raise RuleBroken(Text("没有提交", "It was not sent"), faults)
    for paper in papers:
        _keep_photo(check, None, paper, folder, account.id, now)
    check.state, check.reported_at = CheckState.REPORTED.value, now
    check.recheck_by = work_calendar().due_after(today, RECHECK_WORKING_DAYS).day
    stated = changed({"state": CheckState.CORRECTING.value}, {"state": check.state})
    sealed = {"words": typed, "papers": [paper.digest for paper in papers]}
    record(account.as_actor(), "correction_reported", check.subject, stated, public=False, sealed=sealed)
    message = Text(
        "{who} 报告已改正，请在{day}前复查", "{who} says it has put things right; re-check by {day}"
    ).format(who=check.producer.name, day=check.recheck_by)
    for officer in standing_officers(check):
        if officer.account_id:
            notify(officer.account_id, message, f"/office/checks/made/{check.id}", now)


# ---- officers who cannot come


def replace_officer(
    account: Account,
    check: Check,
    licence: str,
    reason: str,
    version_seen: int,
    today: date,
) -> Officer:
    """The next of the subject’s own lot takes the place of an officer who cannot come; nobody is chosen."""
    ensure_current(check, version_seen)
    if not keeps(account, check):
        raise NotAllowed(NOT_YOURS)
    if check.stands not in SHEET_POSSIBLE:
        raise RuleBroken(NOT_NOW, next_step=check.stands.text)
    reason = reason.strip()
    if not REASON_SHORTEST <= len(reason) <= REASON_LONGEST:
        fault = Text("请写明原因，至少 10 个字", "Give the reason, at least 10 characters")
        raise RuleBroken(Text("没有更换", "Nobody was replaced"), {"reason": fault})
    old = next(
        (one for one in check.officers if one.replaced_on is None and one.officer.licence == licence), None
    )
    if old is None:
        raise RuleBroken(NOT_NOW)
    taken = {one.officer.licence for one in check.officers}
    following = next_officer(check.plan, check.producer.number, check.ticket, taken)
    if following is None:
        raise RuleBroken(Text("名单上没有可以接替的执法人员", "No officer of the list is left"))
    officer = db.session.scalars(select(Officer).where(Officer.licence == following)).one()
    old.replaced_on, old.replaced_why = today, reason
    check.officers.append(CheckOfficer(place=len(check.officers) + 1, officer_id=officer.id))
    stated = {"officers": {"from": licence, "to": following}}
    sealed = {"reason": reason}
    record(account.as_actor(), "officer_replaced", check.subject, stated, sealed=sealed)
    # A page shown before this is out of date.
    flag_modified(check, "adcode")
    return officer


# ---- what goes further


def become_case(account: Account, check: Check, version_seen: int, now: datetime) -> Case:
    """A check that failed, or was not put right in time, becomes a case of the place, once."""
    ensure_current(check, version_seen)
    if not keeps(account, check):
        raise NotAllowed(NOT_YOURS)
    if check.found not in FAILED or check.stands is CheckState.VOID or check.taken_to:
        raise RuleBroken(NOT_NOW, next_step=check.stands.text)
    producer = check.producer
    opening = Opening(
        title=f"双随机抽查 {check.plan.number} 发现的问题",
        party=producer.name,
        facts=f"{check.visited_on} 检查结果：{check.found.text.zh}。记录、照片见 {check.subject}。",
        party_uscc=producer.uscc or "",
        party_is_person=not producer.name_public,
        indication_id=check.plan.indication_id,
        producer_id=producer.id,
        demo=producer.demo,
    )
    case = open_case(account, Origin.CHECK, check.subject, check.adcode, opening, now)
    check.taken_to = case.number
    stated = changed({}, {"case": case.number})
    record(account.as_actor(), "became_case", check.subject, stated, public=False)
    return case


# ---- making public


def make_public(account: Account, check: Check, now: datetime) -> None:
    """The result, and after a correction how it ended, for everyone; a person is named by number only."""
    if not keeps(account, check):
        raise NotAllowed(NOT_YOURS)
    publish(account.as_actor(), check, now)


def publish(actor: Actor, check: Check, now: datetime) -> None:
    if check.result is None or check.stands is CheckState.VOID:
        raise RuleBroken(NOT_NOW, next_step=check.stands.text)
    if check.published_at is not None:
        return
    check.published_at = now
    stated = {
        "subject": check.producer.number,
        "result": check.result,
        "visited_on": check.visited_on.isoformat(),
        "due_on": check.due_on.isoformat() if check.due_on else None,
        "final": check.final if check.final != check.result else None,
    }
    record(actor, "made_public", check.subject, changed({}, stated))


def keeps(account: Account, check: Check) -> bool:
    return account.role in KEEPERS and scope_covers(account.region, check.plan.adcode)
