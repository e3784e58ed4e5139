"""`bench load | edit-return`: the made-up register of the side-by-side benchmark.

A development command (docs/performance.md): it refuses a database in which GIs or producers stand.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from time import perf_counter

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import create_engine, event, make_url, select
from sqlalchemy.orm import joinedload

from gi_data import bench_files as files
from gi_data.divisions import read_divisions
from portal.catalogue.models import Indication
from portal.cli.bench_loading import load_counties, load_gis, load_producers, load_returns
from portal.cli.bench_publishing import OFFICE, publish_years
from portal.cli.bench_users import Known, good_users, known_gis, load_licences
from portal.cli.maps import build_map
from portal.cli.setup import bring_tables_up_to_date
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.producers.models import Producer, RosterEntry
from portal.ratios.actions import count, store_publication
from portal.regions.actions import load_regions
from portal.register.signing import create_key_file
from portal.returns.actions import store_filed
from portal.returns.rules import Values

ROWS_AT_ONCE, GIS_AT_ONCE = 50_000, 4_000
PAGES_KEPT = 256 * 1024
YEARS = [2021, 2022, 2023, 2024, 2025]


def add_commands(cli: AppGroup) -> None:
    cli.add_command(load)
    cli.add_command(edit_return)


@click.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--year", "years", type=int, multiple=True, help="Publish these years only.")
@click.option("--copy", help="Copy as it is before licences: a file, or on PostgreSQL a database.")
@with_appcontext
def load(folder: Path, years: tuple[int, ...], copy: str | None) -> None:
    """Load FOLDER into an empty database; everything in it is marked DEMO."""
    _prepare()
    refuse_if_used()
    _keep_pages()
    known = Known()
    _stage("counties added", lambda: load_counties(folder))
    _stages("GIs", files.read_gis(folder), lambda rows: load_gis(rows, today()), itemgetter(0), GIS_AT_ONCE)
    known.gis = known_gis()
    _stages("producers on rosters", files.read_producers(folder), lambda rows: load_producers(rows, known))
    if copy:
        _copy_database(copy)
    users = list(good_users(folder / "users.csv"))
    _stages("licences", users, lambda rows: load_licences(rows, known, now(), len(rows)))
    _stages(
        "returns",
        files.read_returns(folder),
        lambda rows: load_returns(rows, known, now()),
        lambda row: known.standing[row.producer][0],
    )
    started = perf_counter()
    published = publish_years(list(years) or YEARS, today(), now())
    click.echo(f"shares published: {published} in {perf_counter() - started:.1f} s")
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


@click.command("edit-return")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("slug")
@click.argument("producer_id", type=int)
@click.argument("year", type=int)
@click.argument("value")
@click.argument("mark")
@with_appcontext
def edit_return(folder: Path, slug: str, producer_id: int, year: int, value: str, mark: str) -> None:
    """File a corrected return (in 万元), have it accepted, and publish the GI's year anew."""
    uscc = next(p.uscc for p in files.read_producers(folder) if p.file_id == producer_id)
    with transaction():
        line = db.session.scalars(
            select(RosterEntry)
            .join(RosterEntry.producer)
            .join(RosterEntry.indication)
            .where(Producer.uscc == uscc, Indication.slug == slug)
            .options(
                joinedload(RosterEntry.producer),
                joinedload(RosterEntry.indication).selectinload(Indication.regions),
            )
        ).one()
        fen = [files.hundredths(text) * files.FEN_PER_HUNDREDTH_WAN for text in (value, mark)]
        values = Values(None, 1_000_000, fen[0], fen[1], None, (), None)
        store_filed(OFFICE, line, year, values, True, now(), None)
        db.session.flush()
        counted = count(line.indication, year, today())
        store_publication(OFFICE, line.indication, counted, today(), now(), remark="演示 (DEMO)")


def _prepare() -> None:
    """What an empty portal has: tables, a key, the divisions, the map of the counties."""
    settings = current_app.config["SETTINGS"]
    if not settings.signing_key_file.exists():
        create_key_file(settings.signing_key_file)
    bring_tables_up_to_date()
    with transaction():
        load_regions(read_divisions())
    build_map()


def _keep_pages() -> None:
    """SQLite keeps two megabytes of its file in memory. Digests come in no order: each entry of a larger log
    asks for other pages, which would be written and read again and again within one transaction."""
    if db.engine.dialect.name != "sqlite":
        return

    def keep(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA cache_size=-{PAGES_KEPT}").close()

    event.listen(db.engine, "connect", keep)
    db.engine.dispose()


def refuse_if_used() -> None:
    for model in (Indication, Producer):
        if db.session.scalar(select(model.id).limit(1)) is not None:
            raise SystemExit("bench load: the database is not empty; use one of its own (DATA_DIR)")


def _stage(title: str, work: Callable[[], int]) -> None:
    started = perf_counter()
    with transaction():
        number = work()
    db.session.remove()
    click.echo(f"{title}: {number} in {perf_counter() - started:.1f} s")


def _stages(
    title: str,
    rows: Iterable,
    work: Callable[[list], int],
    gi: Callable = attrgetter("gi"),
    at_once: int = ROWS_AT_ONCE,
) -> None:
    """In one transaction after the other: the entries of one wait in memory until it commits."""
    started, number = perf_counter(), 0
    for part in _whole_gis(rows, gi, at_once):
        with transaction():
            number += work(part)
        db.session.remove()
    click.echo(f"{title}: {number} in {perf_counter() - started:.1f} s")


def _whole_gis(rows: Iterable, gi: Callable, at_once: int) -> Iterator[list]:
    """The files have each GI's rows together; no GI is split."""
    part: list = []
    for _, of_one in groupby(rows, key=gi):
        part += of_one
        if len(part) >= at_once:
            yield part
            part = []
    if part:
        yield part


def _copy_database(copy: str) -> None:
    url = make_url(current_app.config["SETTINGS"].database_url)
    if url.get_backend_name() == "sqlite":
        Path(copy).unlink(missing_ok=True)
        with sqlite3.connect(url.database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        return
    quote = db.engine.dialect.identifier_preparer.quote
    # Only a database that nobody uses can be copied, and not within a transaction.
    db.session.remove()
    db.engine.dispose()
    with create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {quote(copy)} TEMPLATE {quote(url.database)}")
