"""Making, writing and publishing yearly reports. What was published is never changed: only corrected."""

from collections.abc import Mapping
from datetime import date, datetime

from portal.accounts.models import Account
from portal.db import after_commit, db, ensure_current
from portal.jobs import start_worker
from portal.lib.problems import NotAllowed, Outdated, RuleBroken
from portal.lib.text import Text
from portal.register.actions import Actor, record
from portal.register.rules import changed
from portal.reports import words  # noqa: F401 - gives the entries written here their words
from portal.reports.models import AnnualReport, ReportText
from portal.reports.queries import editions_of, find_open, last_edition, texts_before, texts_of
from portal.reports.rules import (
    DOCUMENT_LONGEST,
    FIRST_YEAR,
    MAY_GIVE_UP,
    MAY_REBUILD,
    PARTS,
    REMARK_LONGEST,
    REMARK_SHORTEST,
    State,
    may_make,
    read_part,
)
from portal.reports.scope import Subject

NOT_YOURS = Text(
    "由范围全部在本辖区的官员编制和公布", "Whoever keeps all of its ground makes and publishes it"
)


def ask_report(account: Account, subject: Subject, year: int, today: date, now: datetime) -> AnnualReport:
    """Begin a report, or go on with the draft there is."""
    if not may_make(account.role, account.region, subject.adcode, subject.about):
        raise NotAllowed(NOT_YOURS)
    if not FIRST_YEAR <= year <= today.year:
        fault = Text(
            f"年度应在 {FIRST_YEAR} 与 {today.year} 之间", f"A year from {FIRST_YEAR} to {today.year}"
        )
        raise RuleBroken(Text("没有开始", "It was not begun"), {"year": fault})
    found = find_open(subject.about, subject.key, year)
    if found is None:
        found = new_report(subject, year, now, account.id)
        after_commit(start_worker)
    return found


def new_report(subject: Subject, year: int, now: datetime, by: int | None = None) -> AnnualReport:
    """The next edition, waiting to be made, with last year's texts carried over."""
    one = AnnualReport(
        about=subject.about.value, key=subject.key, adcode=subject.adcode, year=year,
        edition=1 + last_edition(subject.about, subject.key, year),
        name_zh=subject.name.zh, name_en=subject.name.en,
        state=State.WAITING.value, done=0, whole=0, touched_at=now, asked_by=by,
    )  # fmt: skip
    db.session.add(one)
    _carry_over(subject, year, now)
    db.session.flush()
    return one


def _carry_over(subject: Subject, year: int, now: datetime) -> None:
    """What was written in an earlier year stands as a proposal until somebody has looked at it."""
    have = texts_of(subject.about, subject.key, year)
    for old in texts_before(subject.about, subject.key, year):
        if old.part not in have:
            db.session.add(
                ReportText(
                    about=old.about,
                    key=old.key,
                    year=year,
                    part=old.part,
                    body=old.body,
                    carried_from=old.year,
                    changed_at=now,
                    changed_by=None,
                )  # fmt: skip
            )


def ensure_maker(account: Account, report: AnnualReport) -> None:
    if not may_make(account.role, account.region, report.adcode, report.about):
        raise NotAllowed(NOT_YOURS)


def write_texts(
    account: Account, report: AnnualReport, typed: Mapping[str, str], version_seen: int, now: datetime
) -> None:
    """Store what was written and have the draft made anew with it."""
    ensure_maker(account, report)
    ensure_current(report, version_seen)
    _ensure_draft(report)
    read = {part.key: read_part(part, typed[part.key]) for part in PARTS if part.key in typed}
    faults = {key: fault for key, (_, fault) in read.items() if fault}
    if faults:
        raise RuleBroken(Text("没有保存", "It was not saved"), faults)
    store_texts(account.as_actor(), report, {key: body for key, (body, _) in read.items()}, now, account.id)
    _wait(report, now)


def store_texts(
    actor: Actor, report: AnnualReport, bodies: Mapping[str, str], now: datetime, by: int | None = None
) -> None:
    have = texts_of(report.about, report.key, report.year)
    before = {key: have[key].body if key in have else "" for key in bodies}
    for key, body in bodies.items():
        one = have.get(key)
        if one is None:
            one = ReportText(about=report.about, key=report.key, year=report.year, part=key)
            db.session.add(one)
        one.body, one.carried_from, one.changed_at, one.changed_by = body, None, now, by
    changes = changed(before, dict(bodies))
    if changes:
        record(actor, "written", report.subject, changes, public=False)


def rebuild(account: Account, report: AnnualReport, version_seen: int, now: datetime) -> None:
    ensure_maker(account, report)
    ensure_current(report, version_seen)
    _ensure_draft(report)
    _wait(report, now)


def _wait(report: AnnualReport, now: datetime) -> None:
    report.state, report.done, report.touched_at = State.WAITING.value, 0, now
    after_commit(start_worker)


def _ensure_draft(report: AnnualReport) -> None:
    if report.stands not in MAY_REBUILD:
        raise RuleBroken(
            Text("这一版正在生成或已经公布", "This edition is being made or was published"),
            next_step=Text("公布过的报告用更正版改正", "A published report is corrected by a new edition"),
        )


def give_up(account: Account, report: AnnualReport) -> None:
    """Put a draft away; what was written for the year is kept."""
    ensure_maker(account, report)
    if report.stands not in MAY_GIVE_UP:
        raise RuleBroken(Text("这一版不能放弃", "This edition cannot be given up"))
    report.state = State.GIVEN_UP.value
    record(account.as_actor(), "given_up", report.subject, {}, public=False)


def publish(
    account: Account,
    report: AnnualReport,
    digest_seen: str,
    now: datetime,
    document_number: str = "",
    remark: str = "",
) -> None:
    """Freeze what was seen and enter its digest."""
    ensure_maker(account, report)
    if report.stands is not State.READY:
        raise RuleBroken(Text("只有生成好的草稿可以公布", "Only a draft that has been made can be published"))
    if digest_seen != report.digest:
        raise Outdated(
            Text(
                "您看过之后草稿又生成过；没有公布",
                "The draft was made anew after you looked; nothing was published",
            ),
            next_step=Text("请看过新的草稿再公布", "Look at the new draft, then publish"),
        )
    earlier = editions_of(report.about, report.key, report.year)
    _refuse_unfit(document_number, remark, correcting=bool(earlier))
    store_publication(account.as_actor(), report, now, document_number, remark, account.id)


def _refuse_unfit(document_number: str, remark: str, correcting: bool) -> None:
    faults = {}
    if len(document_number) > DOCUMENT_LONGEST:
        faults["document_number"] = Text(
            f"最多 {DOCUMENT_LONGEST} 字", f"At most {DOCUMENT_LONGEST} characters"
        )
    shortest = REMARK_SHORTEST if correcting else 0
    if not shortest <= len(remark) <= REMARK_LONGEST:
        faults["remark"] = (
            Text("请写明更正了什么", "Say what is corrected")
            if len(remark) < shortest
            else Text(f"最多 {REMARK_LONGEST} 字", f"At most {REMARK_LONGEST} characters")
        )
    if faults:
        raise RuleBroken(Text("没有公布", "Nothing was published"), faults)


def store_publication(
    actor: Actor, report: AnnualReport, now: datetime, document_number: str = "", remark: str = "",
    by: int | None = None,
) -> None:  # fmt: skip
    earlier = editions_of(report.about, report.key, report.year)
    before = _stated(earlier[0]) if earlier else {}
    report.state, report.published_at, report.published_by = State.PUBLISHED.value, now, by
    report.published_as = actor.name
    report.document_number, report.remark = document_number or None, remark or None
    record(actor, "republished" if earlier else "published", report.subject, changed(before, _stated(report)))


def _stated(report: AnnualReport) -> dict[str, object]:
    values = {
        name: getattr(report, name) for name in ("edition", "digest", "missing", "document_number", "remark")
    }
    values |= {name: file["digest"] for name, file in (report.files or {}).items()}
    return {name: value for name, value in values.items() if value is not None}
