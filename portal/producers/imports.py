"""A file that comes in: kept, checked whole, shown, decided, and stored in one transaction or not at all.

Each kind of file says which columns it has, how a row is judged and how judged rows are stored
(`ImportKind`); everything else is the same for all. Rooms above add their kinds with `add_import_kind`.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import select, update

from gi_data.sheet_findings import NOTICES, SheetRefused
from gi_data.tables import in_batches, read_table
from portal.accounts.models import Account
from portal.db import db, ensure_current, transaction
from portal.jobs import add_work
from portal.lib.clock import day_of, now
from portal.lib.problems import NotFound, Outdated, Problem, RuleBroken
from portal.lib.text import Text
from portal.producers.import_files import JudgedRow, RunFolder
from portal.producers.import_kinds import import_kind
from portal.producers.import_rules import (
    AT_WORK,
    BATCH,
    MAY_CANCEL,
    SHOWN_FINDINGS,
    SMALL_FILE,
    SMALL_STORE,
    STUCK_AFTER_SECONDS,
    Outcome,
    RunState,
)
from portal.producers.models import ImportRun
from portal.producers.queries import ensure_keeper, scope_of, within
from portal.register.actions import PORTAL, record
from portal.register.words import describe_subject

log = structlog.get_logger()


describe_subject(
    "import",
    Text("导入", "Import"),
    {
        "kind": Text("种类", "kind"),
        "digest": Text("文件摘要", "digest of the file"),
        "rows": Text("行数", "rows"),
        "new": Text("新增", "new"),
        "changed": Text("有变更", "changed"),
    },
)


# ---- a file arrives


@dataclass(frozen=True)
class Incoming:
    """What was sent: the file's own name and its bytes, and what was chosen beside it."""

    kind: str
    file_name: str
    content: Sequence[bytes]
    region: str
    indication_id: int | None
    default_day: date


def receive(account: Account | None, incoming: Incoming, moment: datetime) -> ImportRun:
    """Keep a file and make its run; nothing has been looked at yet."""
    if account is not None:
        ensure_keeper(account)
    digest = hashlib.sha256()
    for piece in incoming.content:
        digest.update(piece)
    run = ImportRun(
        kind=incoming.kind, region=incoming.region, indication_id=incoming.indication_id,
        file_name=incoming.file_name[-200:] or "?", size=sum(map(len, incoming.content)),
        digest=digest.hexdigest(), options={"default_day": incoming.default_day.isoformat()},
        state=RunState.WAITING, rows=None, progress=0, counts={}, findings=[], decisions={},
        account_id=account.id if account else None, created_at=moment,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    RunFolder(run.id).keep_source(incoming.content)
    return run


# ---- who sees which run


def runs_for(viewer: Account) -> list[ImportRun]:
    query = select(ImportRun).where(within(ImportRun.region, scope_of(viewer)))
    return list(db.session.scalars(query.order_by(ImportRun.id.desc()).limit(100)))


def get_run_for(viewer: Account, number: int) -> ImportRun:
    query = select(ImportRun).where(ImportRun.id == number, within(ImportRun.region, scope_of(viewer)))
    run = db.session.scalar(query)
    if run is None:
        raise NotFound(Text("没有这次导入", "There is no such import"))
    return run


# ---- checking


def check_run(run_id: int) -> None:
    """Judge every row of a waiting run; whoever takes it first does it, anyone else does nothing."""
    if not _take(run_id, RunState.WAITING, RunState.CHECKING):
        return
    run = db.session.get_one(ImportRun, run_id)
    try:
        result = _check(run)
    except SheetRefused as refusal:
        result = _Result(RunState.REFUSED, None, {}, [refusal.finding.as_json()])
    except Exception:
        log.exception("import_check_failed", run=run_id)
        result = _Result(RunState.FAILED, None, {}, [_failure()])
    _finish(run_id, result)


@dataclass(frozen=True)
class _Result:
    state: RunState
    rows: int | None
    counts: dict[str, int]
    findings: list[dict]
    headings: tuple[str, ...] = ()


def _check(run: ImportRun) -> _Result:
    kind, folder = import_kind(run.kind), RunFolder(run.id)
    folder.say_progress(0, None)
    table = read_table(folder.source, kind.columns)
    checker = kind.check(run)
    noticed: Counter[tuple[str, str]] = Counter()

    def judged() -> Iterator[JudgedRow]:
        for batch in in_batches(table.rows, BATCH, lambda passed: folder.say_progress(passed, None)):
            for row in batch:
                noticed.update(row.notices)
            yield from checker.judge(batch, table)

    folder.write_rows(judged())
    later = checker.afterthoughts()
    counts: Counter[str] = Counter()
    findings: list[dict] = []

    def amended() -> Iterator[JudgedRow]:
        for row in folder.read_rows():
            if row.number in later:
                row = later[row.number](row)
            counts[row.outcome] += 1
            findings.extend(row.findings[: max(0, SHOWN_FINDINGS - len(findings))])
            yield row

    folder.write_rows(amended())
    rows = sum(counts.values())
    if rows == 0:
        raise SheetRefused("no_rows")
    notices = [*(f.as_json() for f in table.notices), *_spoken(noticed), *checker.warnings()]
    if table.sheet.blank_rows:
        notices.append(_notice("blank_rows", NOTICES["blank_rows"].format(count=table.sheet.blank_rows)))
    return _Result(_verdict(counts), rows, dict(counts), [*findings, *notices], table.sheet.headings)


def _spoken(noticed: Counter[tuple[str, str]]) -> Iterator[dict]:
    for (heading, code), count in sorted(noticed.items()):
        yield _notice(code, NOTICES[code], heading, count)


def _notice(code: str, message: Text, column: str | None = None, count: int | None = None) -> dict:
    return {
        "code": code, "message": message.as_json(), "severity": "notice",
        "row": None, "column": column, "value": None, "count": count,
    }  # fmt: skip


warning = _notice


def _verdict(counts: Mapping[str, int]) -> RunState:
    if counts.get(Outcome.REFUSED):
        return RunState.REFUSED
    if counts.get(Outcome.CONFLICT):
        return RunState.UNDECIDED
    return RunState.READY if counts.get(Outcome.NEW) or counts.get(Outcome.CHANGED) else RunState.NOTHING_NEW


def _failure() -> dict:
    message = Text(
        "检查时门户出了故障，什么都没有保存；请再试一次，若仍不行请告诉管理员",
        "The portal had a fault; nothing was stored. Try again, and tell the administrator if it persists",
    )
    return {"code": "fault_of_ours", "message": message.as_json(), "severity": "error",
            "row": None, "column": None, "value": None}  # fmt: skip


def _take(run_id: int, expected: RunState, taken: RunState) -> bool:
    """Move a run on if it still is where it was expected: of two workers one does it."""
    with transaction():
        done = db.session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.state == expected)
            .values(state=taken, started_at=now(), version=ImportRun.version + 1)
            .execution_options(synchronize_session=False)
        )
    RunFolder(run_id).say_progress(0, None)
    return done.rowcount == 1


def _finish(run_id: int, result: _Result) -> None:
    with transaction():
        run = db.session.get_one(ImportRun, run_id)
        run.state, run.rows, run.counts, run.findings = (
            result.state,
            result.rows,
            result.counts,
            result.findings,
        )
        run.progress, run.finished_at = result.rows or 0, now()
        run.options = {**run.options, "headings": list(result.headings)}


# ---- deciding


def decide(official: Account, run: ImportRun, decisions: Mapping[str, str], version_seen: int) -> None:
    """Say for codes under two names which name is right; the run is then judged again."""
    ensure_keeper(official)
    ensure_current(run, version_seen)
    if run.state != RunState.UNDECIDED:
        raise RuleBroken(Text("这次导入没有要决定的", "This import has nothing to decide"))
    offered = {
        row.place["code"]: row.place["names"] for row in RunFolder(run.id).read_rows([Outcome.CONFLICT])
    }
    chosen = {code: name for code, name in decisions.items() if name in offered.get(code, ())}
    if len(chosen) < len(offered):
        raise RuleBroken(
            Text("还有没决定的代码", "Some codes are not decided yet"),
            {"decisions": Text("每个代码都要选一个名称", "Choose a name for every code")},
        )
    run.decisions = {**run.decisions, **chosen}
    run.state = RunState.WAITING


def approve(official: Account, run: ImportRun, version_seen: int) -> None:
    """Let a checked run be stored. Sent twice it is stored once."""
    ensure_keeper(official)
    if run.state in (RunState.APPROVED, RunState.STORING, RunState.STORED):
        return
    ensure_current(run, version_seen)
    if run.state != RunState.READY:
        raise RuleBroken(Text("这次导入还不能保存", "This import cannot be stored yet"))
    run.state = RunState.APPROVED
    RunFolder(run.id).say_progress(0, to_store(run))


def cancel(official: Account, run: ImportRun) -> None:
    ensure_keeper(official)
    if run.state == RunState.CANCELLED:
        return
    if run.state not in MAY_CANCEL:
        raise RuleBroken(Text("这次导入已不能放弃", "This import can no longer be given up"))
    run.state = RunState.CANCELLED


# ---- storing


def store_run(run_id: int) -> None:
    """Store an approved run: every row of it in one transaction, or none."""
    if not _take(run_id, RunState.APPROVED, RunState.STORING):
        return
    try:
        with transaction():
            run = db.session.get_one(ImportRun, run_id)
            _store(run)
            run.state, run.finished_at, run.progress = RunState.STORED, now(), run.rows
    except Outdated:
        # Somebody changed what the preview was held against: it is held against the register again.
        _finish_as(run_id, RunState.WAITING)
        check_run(run_id)
    except Problem as problem:
        log.warning("import_refused", run=run_id, reason=problem.message.en)
        _finish_as(run_id, RunState.FAILED, problem.message)
    except Exception:
        log.exception("import_store_failed", run=run_id)
        _finish_as(run_id, RunState.FAILED)


def _store(run: ImportRun) -> None:
    folder = RunFolder(run.id)
    whole = to_store(run)
    account = db.session.get(Account, run.account_id) if run.account_id else None
    actor = account.as_actor() if account else PORTAL
    rows = folder.read_rows([Outcome.NEW, Outcome.CHANGED])
    import_kind(run.kind).store(run, actor, rows, lambda done: folder.say_progress(done, whole))
    changes = {
        name: {"from": None, "to": value}
        for name, value in {
            "kind": run.kind,
            "digest": run.digest,
            "rows": run.rows,
            "new": run.counts.get(Outcome.NEW, 0),
            "changed": run.counts.get(Outcome.CHANGED, 0),
        }.items()
    }
    record(actor, "imported", f"import:{run.id}", changes, public=False)


def _finish_as(run_id: int, state: RunState, message: Text | None = None) -> None:
    with transaction():
        run = db.session.get_one(ImportRun, run_id)
        run.state = state
        if state is RunState.FAILED:
            failure = _failure() | ({"message": message.as_json()} if message else {})
            run.findings, run.finished_at = [failure], now()


# ---- work that waits


def is_small(run: ImportRun) -> bool:
    """Whether it is done while the person waits for the page."""
    if run.state == RunState.WAITING:
        return run.size <= SMALL_FILE
    return to_store(run) <= SMALL_STORE


def to_store(run: ImportRun) -> int:
    """How many rows storing a run would touch."""
    return run.counts.get(Outcome.NEW, 0) + run.counts.get(Outcome.CHANGED, 0)


def work_on(run: ImportRun) -> None:
    """Do the next step of one run, here and now."""
    if run.state == RunState.WAITING:
        check_run(run.id)
    elif run.state == RunState.APPROVED:
        store_run(run.id)


def work_through_imports() -> int:
    """Do what waits, and take up again what a stopped worker left behind; the number of runs."""
    _take_up_again()
    query = select(ImportRun.id).where(ImportRun.state.in_([RunState.WAITING, RunState.APPROVED]))
    waiting = list(db.session.scalars(query.order_by(ImportRun.id)))
    for number in waiting:
        work_on(db.session.get_one(ImportRun, number))
    return len(waiting)


def _take_up_again() -> None:
    """Nothing is stored of what was interrupted, so it simply begins anew."""
    back = {RunState.CHECKING: RunState.WAITING, RunState.STORING: RunState.APPROVED}
    query = select(ImportRun.id, ImportRun.state).where(ImportRun.state.in_(list(back)))
    stuck = [
        (number, state) for number, state in db.session.execute(query)
        if RunFolder(number).seconds_silent() > STUCK_AFTER_SECONDS
    ]  # fmt: skip
    for number, state in stuck:
        _finish_as(number, back[RunState(state)])


add_work("imports", work_through_imports)


def is_at_work(run: ImportRun) -> bool:
    return run.state in AT_WORK


def default_day_of(run: ImportRun) -> date:
    return date.fromisoformat(run.options["default_day"])


def day_made(run: ImportRun) -> date:
    return day_of(run.created_at)
