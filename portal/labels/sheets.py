"""Sheets of many labels: asked for on a page, made in the background file by file, cleared after a week.

What a killed worker left is taken up again after the last file it finished.
"""

from datetime import datetime, timedelta
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.db import after_commit, db, transaction
from portal.jobs import add_work, start_worker
from portal.labels.models import LabelPart, LabelSet, LabelSheets
from portal.labels.rules import SHEETS_AT_WORK, SHEETS_KEPT, SheetsState, Span
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import stated

log = structlog.get_logger()

STUCK_AFTER = timedelta(minutes=5)
MOST_WAITING = 5
BUSY = Text("已有几份打印页在制作，请等它们完成", "Several are being made already; wait for them")


STILL_THERE = SHEETS_AT_WORK | {SheetsState.READY}


def ask_for_sheets(account: Account, part: LabelPart, span: Span, now: datetime) -> LabelSheets:
    """Asked for twice they are made once."""
    known = _known(account, part, span)
    if known is not None:
        return known
    at_work = select(LabelSheets.id).where(LabelSheets.by_account == account.id, _in(SHEETS_AT_WORK))
    if len(list(db.session.scalars(at_work))) >= MOST_WAITING:
        raise RuleBroken(BUSY, {"first": BUSY})
    one = LabelSheets(
        set_id=part.set_id,
        part_id=part.id,
        first=span.first,
        last=span.last,
        by_account=account.id,
        asked_at=now,
        touched_at=now,
    )
    db.session.add(one)
    db.session.flush()
    said = stated({"first": span.first, "last": span.last})
    record(account.as_actor(), "sheets_asked", part.set.subject, said, public=False)
    after_commit(start_worker)
    return one


def _known(account: Account, part: LabelPart, span: Span) -> LabelSheets | None:
    same = (LabelSheets.part_id == part.id, LabelSheets.first == span.first, LabelSheets.last == span.last)
    query = select(LabelSheets).where(*same, LabelSheets.by_account == account.id, _in(STILL_THERE))
    return db.session.scalars(query.order_by(LabelSheets.id.desc())).first()


def give_up(sheets: LabelSheets) -> bool:
    """No longer wanted: the file in hand is the last. False where all are made already."""
    for known in SHEETS_AT_WORK:
        if _move(sheets.id, known, state=SheetsState.GONE.value):
            _remove_files(sheets)
            return True
    return False


def _remove_files(sheets: LabelSheets) -> None:
    for piece in sheets.pieces:
        file_of(sheets, piece).unlink(missing_ok=True)


def file_of(sheets: LabelSheets, piece: Span) -> Path:
    folder = current_app.config["SETTINGS"].data_dir / "labels"
    return folder / f"sheets-{sheets.id}-{piece.first}.pdf"


def make_waiting() -> int:
    """Make all sheets that wait; how many were taken."""
    _take_up_again()
    _clear_old()
    query = select(LabelSheets.id).where(_in({SheetsState.WAITING})).order_by(LabelSheets.id)
    return sum(_make(number) for number in list(db.session.scalars(query)))


def _make(number: int) -> bool:
    if not _move(number, SheetsState.WAITING, state=SheetsState.MAKING.value):
        return False
    try:
        sheets = db.session.get_one(LabelSheets, number)
        for piece in sheets.pieces:
            if not sheets.has(piece):
                _make_file(sheets, piece)
                if not _move(number, SheetsState.MAKING, done=piece.last - sheets.first + 1):
                    file_of(sheets, piece).unlink(missing_ok=True)
                    return False
                db.session.refresh(sheets)
        _move(number, SheetsState.MAKING, state=SheetsState.READY.value)
    except Exception:
        log.exception("sheets_failed", sheets=number)
        _move(number, SheetsState.MAKING, state=SheetsState.FAILED.value)
    return True


def _make_file(sheets: LabelSheets, piece: Span) -> None:
    """Whole or not at all."""
    from portal.labels.printing import sheets_pdf

    both = (joinedload(LabelSet.producer), joinedload(LabelSet.indication))
    label_set = db.session.scalars(select(LabelSet).where(LabelSet.id == sheets.set_id).options(*both)).one()
    content = sheets_pdf(label_set, piece, current_app.config["SETTINGS"].base_url.rstrip("/"))
    target = file_of(sheets, piece)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(target)


def _in(states: frozenset[SheetsState] | set[SheetsState]) -> object:
    return LabelSheets.state.in_([state.value for state in states])


def _move(number: int, known: SheetsState, **values: object) -> bool:
    """False where somebody else has changed it since."""
    with transaction():
        done = db.session.execute(
            update(LabelSheets)
            .where(LabelSheets.id == number, LabelSheets.state == known.value)
            .values(touched_at=now(), **values)
            .execution_options(synchronize_session=False)
        )
    return done.rowcount == 1


def _take_up_again() -> None:
    """What has not moved for minutes was left by a worker that is gone."""
    silent = LabelSheets.touched_at < now() - STUCK_AFTER
    for number in db.session.scalars(select(LabelSheets.id).where(_in({SheetsState.MAKING}), silent)).all():
        _move(number, SheetsState.MAKING, state=SheetsState.WAITING.value)


def make_lost_again() -> None:
    """After a restore the rows speak of files that lie in no backup: they are made once more."""
    made = select(LabelSheets).where(_in({SheetsState.READY, SheetsState.MAKING}))
    for sheets in db.session.scalars(made).all():
        if not all(file_of(sheets, piece).exists() for piece in sheets.pieces):
            _move(sheets.id, sheets.stands, state=SheetsState.WAITING.value, done=0)


def _clear_old() -> None:
    old = select(LabelSheets).where(
        _in({SheetsState.READY, SheetsState.FAILED}), LabelSheets.touched_at < now() - SHEETS_KEPT
    )
    for sheets in db.session.scalars(old).all():
        if _move(sheets.id, sheets.stands, state=SheetsState.GONE.value):
            _remove_files(sheets)


add_work("label-sheets", make_waiting)
