"""Files that come in: templates, upload, progress, preview, decisions, the same sheet back with reasons."""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from gi_data.sheet_findings import MAX_FILE_BYTES
from gi_data.sheet_writing import CSV_TYPE, XLSX_TYPE, csv_lines, xlsx_bytes
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.catalogue.models import Indication
from portal.db import after_commit, transaction
from portal.fields import show_faults
from portal.jobs import start_worker
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import Page
from portal.producers import queries, trays  # noqa: F401 - what waits on the desk
from portal.producers.exports import template_notes
from portal.producers.forms import UploadForm
from portal.producers.import_files import RunFolder
from portal.producers.import_kinds import import_kind, import_kinds
from portal.producers.import_rules import Outcome, RunState
from portal.producers.import_shown import decisions_of, finding_texts, run_columns, shown_rows
from portal.producers.imports import (
    Incoming,
    approve,
    cancel,
    decide,
    get_run_for,
    is_at_work,
    is_small,
    receive,
    runs_for,
    work_on,
)
from portal.producers.models import ImportRun
from portal.producers.office_shared_views import asked_number
from portal.producers.roster_imports import PRODUCERS, ROSTER
from portal.producers.rules import may_keep_rosters
from portal.regions.naming import place_names

blueprint = Blueprint("imports", __name__, url_prefix="/office/imports")
blueprint.after_request(keep_nowhere)

PIECE = 1024 * 1024
PER_PAGE = 50
TEMPLATE_NAMES = {ROSTER: "roster-template", PRODUCERS: "producers-template"}


@blueprint.get("")
def show_list() -> str:
    runs = runs_for(me())
    return render_template(
        "roster/imports.html",
        runs=runs,
        kinds={key: import_kind(key).title for key in import_kinds()},
        regions=place_names(run.region for run in runs),
        may_keep=may_keep_rosters(me().role),
    )


@blueprint.get("/template/<kind>.<form>")
def template(kind: str, form: str) -> Response:
    """An empty table with the headings in the reader's language; the XLSX says how to fill it in."""
    queries.scope_of(me())
    if kind not in import_kinds() or form not in ("csv", "xlsx"):
        raise NotFound(Text("没有这个模板", "There is no such template"))
    language, columns = current_language(), import_kind(kind).columns
    headings = [column.title.say(language) for column in columns]
    if form == "csv":
        body, media = b"".join(csv_lines(headings, [])), CSV_TYPE
    else:
        body = xlsx_bytes(
            import_kind(kind).title.say(language),
            headings,
            [],
            notes=template_notes(columns, language),
            notes_title=Text("填写说明", "How to fill in").say(language),
        )
        media = XLSX_TYPE
    name = f"{TEMPLATE_NAMES.get(kind, kind)}.{form}"
    return Response(
        body, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.route("/new", methods=["GET", "POST"])
def upload() -> Response | tuple[str, int]:
    kind, gi = _asked()
    form = UploadForm(default_day=today())
    if form.validate_on_submit():
        try:
            run = _receive(form, kind, gi)
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            return redirect(url_for("imports.show", number=run))
    page = render_template(
        "roster/upload.html", form=form, kind=kind, gi=gi, title=import_kind(kind).title,
        columns=import_kind(kind).columns, most_megabytes=MAX_FILE_BYTES // 1_048_576,
    )  # fmt: skip
    return page, 400 if form.errors else 200


def _asked() -> tuple[str, Indication | None]:
    queries.scope_of(me())
    queries.ensure_keeper(me())
    kind = request.args.get("kind", ROSTER)
    if kind not in import_kinds():
        raise NotFound(Text("没有这种文件", "There is no such kind of file"))
    slug = request.args.get("gi", "")
    return kind, queries.get_roster_for(me(), slug) if slug else None


def _receive(form: UploadForm, kind: str, gi: Indication | None) -> int:
    sent: FileStorage = form.file.data
    incoming = Incoming(
        kind=kind,
        file_name=(sent.filename or "").replace("\\", "/").rpartition("/")[2],
        content=list(iter(lambda: sent.stream.read(PIECE), b"")),
        region=queries.scope_of(me()),
        indication_id=gi.id if gi else None,
        default_day=form.default_day.data,
    )
    with transaction():
        run = receive(me(), incoming, now())
        number = run.id
        if not is_small(run):
            after_commit(start_worker)
    _do_small_step(number)
    return number


def _do_small_step(number: int) -> None:
    """A small file is done while the person waits; a large one goes on by itself."""
    run = get_run_for(me(), number)
    if is_at_work(run) and is_small(run):
        work_on(run)


# ---- one run


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    run = get_run_for(me(), number)
    state, folder = RunState(run.state), RunFolder(run.id)
    if is_at_work(run):
        done, whole = folder.progress()
        return render_template(
            "roster/import_at_work.html", run=run, state=state, title=import_kind(run.kind).title,
            done=done, whole=whole,
        )  # fmt: skip
    outcome = _outcome(run)
    return render_template(
        "roster/import.html",
        run=run,
        state=state,
        title=import_kind(run.kind).title,
        gi=queries.indication_of(run.indication_id),
        errors=[f for f in run.findings if f["severity"] == "error"],
        notices=[f for f in run.findings if f["severity"] == "notice"],
        decisions=decisions_of(run) if state is RunState.UNDECIDED else [],
        outcomes=[(one, run.counts.get(one, 0)) for one in Outcome],
        outcome=outcome,
        page=_rows(run, outcome),
        columns=run_columns(run),
        may_keep=may_keep_rosters(me().role),
    )


def _outcome(run: ImportRun) -> Outcome | None:
    typed = request.args.get("show", "")
    if typed in {one.value for one in Outcome}:
        return Outcome(typed)
    return next((one for one in Outcome if run.counts.get(one)), None)


def _rows(run: ImportRun, outcome: Outcome | None) -> Page:
    number = asked_number("page")
    total = run.counts.get(outcome, 0) if outcome else 0
    items = shown_rows(run, outcome, (number - 1) * PER_PAGE, PER_PAGE) if outcome else []
    return Page(items, total, number, PER_PAGE)


@blueprint.get("/<int:number>/progress")
def progress(number: int) -> Response:
    run = get_run_for(me(), number)
    done, whole = RunFolder(run.id).progress()
    finished = not is_at_work(run)
    return jsonify(
        done=done,
        whole=whole or max(done, 1),
        finished=finished,
        url=url_for("imports.show", number=number) if finished else None,
    )


@blueprint.post("/<int:number>/decide")
def choose(number: int) -> Response:
    with transaction():
        run = get_run_for(me(), number)
        offered = {one.code: one.names for one in decisions_of(run)}
        # A choice is sent by its place among the names offered, never as free text.
        picked = {code: request.form.get(f"choice-{code}", "") for code in offered}
        chosen = {
            code: offered[code][int(place)]
            for code, place in picked.items()
            if place.isascii() and place.isdecimal() and int(place) < len(offered[code])
        }
        decide(me(), run, chosen, version_seen())
        if not is_small(run):
            after_commit(start_worker)
    _do_small_step(number)
    return redirect(url_for("imports.show", number=number))


@blueprint.post("/<int:number>/store")
def store(number: int) -> Response:
    with transaction():
        run = get_run_for(me(), number)
        approve(me(), run, version_seen())
        if not is_small(run):
            after_commit(start_worker)
    _do_small_step(number)
    return redirect(url_for("imports.show", number=number))


@blueprint.post("/<int:number>/cancel")
def give_up(number: int) -> Response:
    with transaction():
        cancel(me(), get_run_for(me(), number))
    tell(Text("已放弃，什么都没有保存", "Given up; nothing was stored"))
    return redirect(url_for("imports.show", number=number))


@blueprint.get("/<int:number>/findings.<form>")
def findings(number: int, form: str) -> Response:
    """The same sheet back, with a last column that says what is wrong in each row."""
    run = get_run_for(me(), number)
    if form not in ("csv", "xlsx") or not run.rows:
        raise NotFound(Text("没有可以退回的表格", "There is no sheet to send back"))
    language, columns = current_language(), run_columns(run)
    headings = [*columns, Text("问题", "Problems").say(language)]
    marked: set[tuple[int, int]] = set()
    rows = _with_reasons(run, language, columns, marked)
    name = f"findings-{run.id}.{form}"
    if form == "csv":
        body, media = csv_lines(headings, rows), CSV_TYPE
    else:
        # The marks are known only when the rows have been gone through.
        body, media = xlsx_bytes(run.file_name, headings, list(rows), marked), XLSX_TYPE
    return Response(
        body, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _with_reasons(
    run: ImportRun, language: str, columns: list[str], marked: set[tuple[int, int]]
) -> Iterator[list[object]]:
    width = len(columns)
    for at, row in enumerate(RunFolder(run.id).read_rows()):
        cells = [*row.raw, *[""] * (width - len(row.raw))][:width]
        marked |= {(at, columns.index(f["column"])) for f in row.findings if f["column"] in columns}
        yield [*cells, "；".join(finding_texts(row.findings, language))]


@blueprint.app_template_filter("import_state")
def as_state(word: str) -> RunState:
    return RunState(word)
