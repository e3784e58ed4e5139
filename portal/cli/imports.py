"""`import KIND FILE`: the same check as on the page, said in lines; nothing is stored unless all is well."""

from datetime import datetime
from pathlib import Path

import click

from portal.catalogue.queries import find_indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.producers import roster_imports  # noqa: F401 - names the kinds
from portal.producers.import_kinds import import_kinds
from portal.producers.import_rules import Outcome, RunState
from portal.producers.imports import Incoming, check_run, receive, store_run
from portal.producers.models import ImportRun
from portal.regions.rules import NATION

PIECE = 1024 * 1024
SHOWN = 50


def add_commands(cli: click.Group) -> None:
    cli.add_command(import_file)


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gi", help="slug of the GI, where the file does not name it")
@click.option("--region", default=NATION, show_default=True, help="adcode that the rows must lie in")
@click.option("--from", "default_day", help="day from which rows without one count, YYYY-MM-DD")
@click.option("--dry-run", is_flag=True, help="Only check and say what would be stored.")
def import_file(
    kind: str, file: Path, gi: str | None, region: str, default_day: str | None, dry_run: bool
) -> None:
    """Check FILE whole (KIND is roster, producers or another that a room offers) and store it."""
    if kind not in import_kinds():
        raise SystemExit(f"{kind}: not a kind of file; there are {', '.join(import_kinds())}")
    run_id = _receive(kind, file, gi, region, default_day)
    check_run(run_id)
    run = db.session.get_one(ImportRun, run_id)
    _tell(run)
    if run.state in (RunState.REFUSED, RunState.UNDECIDED, RunState.FAILED):
        raise SystemExit(1)
    if dry_run or run.state == RunState.NOTHING_NEW:
        click.echo("nothing was stored")
        return
    with transaction():
        db.session.get_one(ImportRun, run_id).state = RunState.APPROVED
    store_run(run_id)
    run = db.session.get_one(ImportRun, run_id)
    if run.state != RunState.STORED:
        _tell(run)
        raise SystemExit(1)
    click.echo(f"stored as import {run.id}")


def _receive(kind: str, file: Path, gi: str | None, region: str, default_day: str | None) -> int:
    indication = find_indication(gi) if gi else None
    if gi and indication is None:
        raise SystemExit(f"--gi {gi}: the catalogue has no such GI")
    day = datetime.strptime(default_day, "%Y-%m-%d").date() if default_day else today()  # noqa: DTZ007
    with file.open("rb") as opened:
        content = list(iter(lambda: opened.read(PIECE), b""))
    incoming = Incoming(kind, file.name, content, region, indication.id if indication else None, day)
    with transaction():
        return receive(None, incoming, now()).id


def _tell(run: ImportRun) -> None:
    counts = ", ".join(f"{run.counts.get(one, 0)} {one.text.en.lower()}" for one in Outcome)
    click.echo(f"{run.file_name}: {run.rows or 0} rows: {counts}")
    for finding in run.findings[:SHOWN]:
        click.echo(f"  {_place(finding)}{finding['message']['en']}{_value(finding)}")
    if len(run.findings) > SHOWN:
        click.echo(f"  … and {len(run.findings) - SHOWN} more")


def _place(finding: dict) -> str:
    parts = [f"row {finding['row']}" if finding["row"] else "", finding["column"] or ""]
    place = ", ".join(part for part in parts if part)
    return f"{place}: " if place else ""


def _value(finding: dict) -> str:
    if finding.get("count"):
        return f" ({finding['count']} times)"
    return f" [{finding['value']}]" if finding["value"] else ""
