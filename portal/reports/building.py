"""The long work: chapters one after the other, then the data pack, the PDF and the Word file.

What a killed worker left is taken up again; nothing of it was stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from flask import current_app
from sqlalchemy import select, update

from portal.authorisation.models import Licence
from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import now, today
from portal.producers.models import Producer, RosterEntry
from portal.ratios.rules import DEFINITION
from portal.register.queries import public_version
from portal.register.rules import canonical
from portal.reports import sections
from portal.reports.files import Kept, ending_in, keep_files
from portal.reports.models import AnnualReport
from portal.reports.pack import as_plain, pack_file
from portal.reports.pieces import Chapter, Content, read_content
from portal.reports.queries import texts_of
from portal.reports.rules import STUCK_AFTER_SECONDS, About, State
from portal.reports.scope import Scope, get_subject, scope_of
from portal.reports.sections import (  # noqa: F401 - the chapters
    cases,
    checks,
    credit,
    indications,
    own_words,
    shares,
    standards,
    tips,
    traceability,
    transfers,
    users,
)
from portal.reports.words import title_of

log = structlog.get_logger()

FILES = ("zip", "pdf", "docx", "en.docx")
Progress = Callable[[int], None]


def build_waiting() -> int:
    """Make every report that waits; how many were taken."""
    take_up_again()
    query = select(AnnualReport.id).where(AnnualReport.state == State.WAITING.value).order_by(AnnualReport.id)
    waiting = list(db.session.scalars(query))
    return sum(build_report(number) for number in waiting)


def build_report(number: int) -> bool:
    """Whoever takes a waiting report makes it; anyone else does nothing."""
    if not _take(number):
        return False
    try:
        made = make(db.session.get_one(AnnualReport, number), lambda done: _say_progress(number, done))
    except Exception:
        log.exception("report_failed", report=number)
        _finish(number, None)
    else:
        _finish(number, made)
    return True


def _take(number: int) -> bool:
    with transaction():
        done = db.session.execute(
            update(AnnualReport)
            .where(AnnualReport.id == number, AnnualReport.state == State.WAITING.value)
            .values(
                state=State.BUILDING.value, done=0, whole=len(sections.sections()) + len(FILES),
                touched_at=now(),
                version=AnnualReport.version + 1,
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    return done.rowcount == 1


def take_up_again() -> None:
    """Whatever has not moved for minutes was left by a worker that is gone."""
    silent = now() - timedelta(seconds=STUCK_AFTER_SECONDS)
    stuck = (AnnualReport.state == State.BUILDING.value) & (AnnualReport.touched_at < silent)
    if db.session.scalar(select(AnnualReport.id).where(stuck).limit(1)) is None:
        return
    with transaction():
        db.session.execute(
            update(AnnualReport)
            .where(stuck)
            .values(state=State.WAITING.value, version=AnnualReport.version + 1)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True)
class Made:
    """What came of the work: the report as plain data, its digest, and the files drawn from it."""

    content: dict[str, object]
    digest: str
    missing: int
    files: dict[str, Kept]
    demo: bool


def make(report: AnnualReport, progress: Progress = lambda done: None) -> Made:
    content = content_now(report, progress)
    plain = as_plain(content)
    form = canonical(plain)
    digest = sha256(form).hexdigest()
    return Made(plain, digest, len(content.missing()), _files(plain, form, digest, progress), content.demo)


def content_now(report: AnnualReport, progress: Progress = lambda done: None) -> Content:
    """The report as it would be made now."""
    about = About(report.about)
    base = current_app.config["SETTINGS"].base_url
    scope = scope_of(get_subject(about, report.key), report.year, today(), base)
    texts = texts_of(about, report.key, report.year)
    asked = sections.Asked(
        scope,
        {key: one.body for key, one in texts.items()},
        public_version(),
        {key: one.carried_from for key, one in texts.items() if one.carried_from and one.body},
    )
    chapters: list[Chapter] = []
    annexes: list[Chapter] = []
    for place, section in enumerate(sections.sections(), 1):
        (annexes if section.annex else chapters).append(sections.chapter_of(section, asked))
        progress(place)
    return Content(
        title=title_of(scope.subject.name, report.year),
        subject=scope.subject.name,
        about=report.about,
        key=report.key,
        year=report.year,
        until=scope.until.isoformat(),
        office=asked.texts.get("office", ""),
        base=base,
        version=asked.version,
        definition=DEFINITION,
        demo=rests_on_demo(scope),
        chapters=chapters,
        annexes=annexes,
    )


def rests_on_demo(scope: Scope) -> bool:
    """Whether made-up rosters or licences are behind any of the numbers."""
    if not scope.ids:
        return False
    lines = (
        select(RosterEntry.id)
        .join(RosterEntry.producer)
        .where(RosterEntry.indication_id.in_(scope.ids), Producer.demo)
        .limit(1)
    )
    licensed = select(Licence.id).where(Licence.indication_id.in_(scope.ids), Licence.demo).limit(1)
    return db.session.scalar(lines) is not None or db.session.scalar(licensed) is not None


def _files(plain: dict, form: bytes, digest: str, progress: Progress) -> dict[str, Kept]:
    # Read by the process that makes a report, not by every worker.
    from portal.reports.pdf import pdf_files
    from portal.reports.word import word_file

    # What was stored is what is drawn, so that a page made of it later says the same.
    content, whole = read_content(plain), len(sections.sections())
    made = {"zip": pack_file(content, form, digest)}
    progress(whole + 1)
    pages = {}
    for language, (drawn, where) in pdf_files(content).items():
        made[ending_in(language, "pdf")], pages[language] = drawn, where
    progress(whole + 2)
    for place, language in enumerate(pages, whole + 3):
        made[ending_in(language, "docx")] = word_file(content, pages[language], language)
        progress(place)
    return keep_files(current_app.config["SETTINGS"].data_dir, made)


def _say_progress(number: int, done: int) -> None:
    with transaction():
        db.session.execute(
            update(AnnualReport)
            .where(AnnualReport.id == number)
            .values(done=done, touched_at=now())
            .execution_options(synchronize_session=False)
        )


def _finish(number: int, made: Made | None) -> None:
    with transaction():
        report = db.session.get_one(AnnualReport, number)
        if made is None:
            report.state = State.FAILED.value
        else:
            store_made(report, made, now())


def store_made(report: AnnualReport, made: Made, at: datetime) -> None:
    report.content, report.digest = made.content, made.digest
    report.missing, report.demo = made.missing, made.demo
    report.files = {name: vars(kept) for name, kept in made.files.items()}
    report.state, report.done, report.made_at, report.touched_at = State.READY.value, report.whole, at, at


add_work("annual reports", build_waiting)
