"""`backup DIR` and `restore DIR`: while the portal runs, and proven by verifying the log of the copy."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import make_url, text

from config import Settings
from portal.db import db
from portal.labels.sheets import make_lost_again
from portal.lib.clock import instant_text, now
from portal.register.verify import verify_log
from portal.scans.queries import counter

DATABASE_FILE = "portal.db.gz"
DUMP_FILE = "portal.pgdump"
# What cannot be made again: what people handed in, the reports, the months as they were published. The rest
# of DATA_DIR can, or is chosen again (docs/operations.md).
FOLDERS = ("documents", "snapshots")
HALF_MADE = shutil.ignore_patterns(".*")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(backup)
    cli.add_command(restore)


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy the database as of one moment, documents and snapshots into FOLDER, while the portal runs."""
    settings: Settings = current_app.config["SETTINGS"]
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty: a backup never overwrites another")
    folder.mkdir(parents=True, exist_ok=True)
    end = db.session.execute(text("SELECT n, digest FROM register_end")).one()
    db.session.rollback()
    if settings.database_url.startswith("sqlite"):
        _copy_sqlite(_sqlite_path(settings), folder / DATABASE_FILE)
    else:
        _run_postgresql("pg_dump", settings, "--format=custom", f"--file={folder / DUMP_FILE}")
    _copy_folders(settings.data_dir, folder)
    note = {"made": instant_text(now()), "at_least_entry": end.n, "digest": end.digest}
    (folder / "backup.json").write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    click.echo(
        f"backup up to entry {end.n} or later in {folder} (the signing key is not in it: keep it apart)"
    )


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a database that already holds entries.")
def restore(folder: Path, replace: bool) -> None:
    """Put a backup back and verify its log. Stop the portal first."""
    settings: Settings = current_app.config["SETTINGS"]
    if not replace and _holds_entries():
        raise SystemExit("the database holds entries: add --replace if they may go")
    db.session.remove()
    db.engine.dispose()
    if (folder / DATABASE_FILE).exists():
        _put_sqlite_back(folder / DATABASE_FILE, _sqlite_path(settings))
    else:
        dump = str(folder / DUMP_FILE)
        _run_postgresql("pg_restore", settings, "--clean", "--if-exists", "--no-owner", dump)
    _copy_folders(folder, settings.data_dir)
    verdict = verify_log()
    if not verdict.sound:
        raise SystemExit(f"restored, but entry {verdict.bad_entry}: {verdict.fault}")
    make_lost_again()
    counter().bring_again()
    click.echo(f"restored and verified: {verdict.entries} entries, root {verdict.root_hash}")


def _copy_folders(source: Path, target: Path) -> None:
    for name in FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=HALF_MADE, dirs_exist_ok=True)


def _holds_entries() -> bool:
    try:
        return bool(db.session.scalar(text("SELECT n FROM register_end")))
    except Exception:  # An empty database has no such table, which is just what a restore wants.
        db.session.rollback()
        return False


def _sqlite_path(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online backup: consistent, while others write."""
    plain = target.with_suffix("")
    with sqlite3.connect(source) as live, sqlite3.connect(plain) as copy:
        live.backup(copy)
        # One file is easier to carry than a file with its write-ahead log.
        copy.execute("PRAGMA journal_mode=DELETE")
    copy.close()
    live.close()
    with plain.open("rb") as file, gzip.open(target, "wb", compresslevel=5) as zipped:
        shutil.copyfileobj(file, zipped)
    plain.unlink()


def _put_sqlite_back(source: Path, target: Path) -> None:
    unpacked = target.with_suffix(".restoring")
    with gzip.open(source, "rb") as zipped, unpacked.open("wb") as file:
        shutil.copyfileobj(zipped, file)
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    unpacked.replace(target)


def _run_postgresql(program: str, settings: Settings, *arguments: str) -> None:
    parts = urlsplit(settings.database_url.replace("+psycopg", ""))
    # The password goes through the environment: a command line can be read by others.
    environment = os.environ | ({"PGPASSWORD": parts.password} if parts.password else {})
    address = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")).geturl()
    subprocess.run([program, f"--dbname={address}", *arguments], check=True, env=environment)
