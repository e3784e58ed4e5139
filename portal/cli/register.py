"""`register load | verify | export`."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli.loading import load_register
from portal.register.queries import entries_after, find_head, signing_keys
from portal.register.schema import entry_as_json, head_as_json
from portal.register.verify import verify_log

group = AppGroup("register", help="The log: load the shipped facts, verify everything, export it.")
ENTRIES_AT_A_TIME = 1000


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("load")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def load(dry_run: bool) -> None:
    """Bring the stored facts into line with the shipped files; each difference becomes an entry."""
    load_register(dry_run)


@group.command("verify")
def verify() -> None:
    """Recompute chain, tree and signatures; end with status 1 and the first bad entry if any differs."""
    verdict = verify_log()
    if not verdict.sound:
        click.echo(f"entry {verdict.bad_entry}: {verdict.fault}", err=True)
        raise SystemExit(1)
    click.echo(f"sound: {verdict.entries} entries, {verdict.leaves} public, root {verdict.root_hash}")


@group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the public log (one JSON a line), its newest head and the public keys."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "entries.jsonl").open("w", encoding="utf-8") as file:
        last = 0
        while batch := entries_after(last, ENTRIES_AT_A_TIME):
            for entry in batch:
                file.write(json.dumps(entry_as_json(entry), ensure_ascii=False) + "\n")
            count, last = count + len(batch), batch[-1].n
    head = find_head()
    _write(folder / "head.json", head_as_json(head) if head else None)
    _write(folder / "keys.json", {key.key_id: key.public_key for key in signing_keys()})
    click.echo(f"{count} public entries written to {folder}")


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
