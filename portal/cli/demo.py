"""`demo load | remove | set-aside`: everything made up for trying the portal, room by room, lowest first."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import make_url

from config import Settings
from portal.accounts.demo import (
    DEMO_ACCOUNTS,
    DEMO_PASSWORD,
    load_demo_accounts,
    remove_demo_accounts,
)
from portal.authorisation.demo import load_demo_authorisation, remove_demo_authorisation
from portal.batches.demo import load_demo_batches, remove_demo_batches
from portal.cases.demo import load_demo_cases, remove_demo_cases
from portal.catalogue.made_map import FOLDER as MAPS
from portal.checks.demo import load_demo_checks, remove_demo_checks
from portal.credit.demo import load_demo_credit, remove_demo_credit
from portal.db import db, transaction
from portal.labels.demo import load_demo_labels, remove_demo_labels
from portal.land.demo import load_demo_land, remove_demo_land
from portal.lib.clock import now, today
from portal.producers.demo import load_demo_producers, remove_demo_producers
from portal.ratios.demo import load_demo_ratios, remove_demo_ratios
from portal.reports.demo import load_demo_reports, remove_demo_reports
from portal.returns.demo import load_demo_returns, remove_demo_returns
from portal.risk.demo import load_demo_risk, remove_demo_risk
from portal.scans.demo import load_demo_scans, remove_demo_scans
from portal.targets.demo import load_demo_summaries, remove_demo_summaries
from portal.tips.demo import load_demo_tips, remove_demo_tips
from portal.transfers.demo import load_demo_transfers, remove_demo_transfers

group = AppGroup("demo", help="Demonstration accounts and rosters, all marked DEMO.")


@dataclass(frozen=True)
class DemoPart:
    """What one room brings to the demonstration; both are idempotent and say how many things they touched.

    Nothing is ever deleted from the register: what is removed is ended, with an entry. Loaded again it is
    opened again where there can be only one of it, and made anew beside what ended where there can be more.
    """

    name: str
    load: Callable[[date, datetime], int]
    remove: Callable[[date, datetime], int]


PARTS = [
    DemoPart("accounts", lambda _today, at: load_demo_accounts(at), remove_demo_accounts),
    DemoPart("rosters", load_demo_producers, remove_demo_producers),
    DemoPart("licences", load_demo_authorisation, remove_demo_authorisation),
    DemoPart("land", load_demo_land, remove_demo_land),
    DemoPart("labels", load_demo_labels, remove_demo_labels),
    DemoPart("batches", load_demo_batches, remove_demo_batches),
    DemoPart("scans", load_demo_scans, remove_demo_scans),
    DemoPart("returns", load_demo_returns, remove_demo_returns),
    DemoPart("shares", load_demo_ratios, remove_demo_ratios),
    DemoPart("summaries of zones", load_demo_summaries, remove_demo_summaries),
    DemoPart("findings of risk", load_demo_risk, remove_demo_risk),
    DemoPart("checks by lot", load_demo_checks, remove_demo_checks),
    DemoPart("credit grades", load_demo_credit, remove_demo_credit),
    DemoPart("tips", load_demo_tips, remove_demo_tips),
    DemoPart("cases", load_demo_cases, remove_demo_cases),
    DemoPart("transfers", load_demo_transfers, remove_demo_transfers),
    DemoPart("yearly reports", load_demo_reports, remove_demo_reports),
]


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("load")
def load() -> None:
    """Load what the demonstration needs; run again, it changes nothing, after `remove` it brings all back."""
    load_demonstration()


@group.command("remove")
def remove() -> None:
    """End everything that was loaded for the demonstration, the last room first."""
    for part in reversed(PARTS):
        with transaction():
            count = part.remove(today(), now())
        click.echo(f"demo {part.name}: {count} ended")
    click.echo("What ended stays in the register; `demo load` brings the demonstration back beside it")


EARLIER = "earlier"
"""The folder in DATA_DIR that keeps what was set aside."""


@group.command("set-aside")
def set_aside() -> None:
    """Move the demonstration's register, whole, to DATA_DIR/earlier, so that `setup` begins a new one.

    A register is never emptied: what ended could not begin again under its number. Stop the portal first.
    """
    settings: Settings = current_app.config["SETTINGS"]
    register = _own_register(settings)
    if not register.exists():
        return
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    _fold_into_one_file(register)
    kept = settings.data_dir / EARLIER / f"{now():%Y-%m-%dT%H%M%SZ}"
    kept.mkdir(parents=True)
    # The key stays, so that what was signed can still be verified; the map is the same.
    stays = {EARLIER, MAPS, settings.signing_key_file.name}
    for one in settings.data_dir.iterdir():
        if one.name not in stays:
            one.rename(kept / one.name)
    click.echo(f"The register as it was is kept in {kept}")


def _own_register(settings: Settings) -> Path:
    """The file of the demonstration's register; a real one, or one of a database server, is not moved."""
    url = make_url(settings.database_url)
    if not settings.demo:
        raise SystemExit("PORTAL_ENV: only the register of a demonstration is set aside")
    if url.get_backend_name() != "sqlite" or Path(url.database).parent != settings.data_dir:
        raise SystemExit("DATABASE_URL: the register is not in DATA_DIR; name a new, empty database instead")
    return Path(url.database)


def _fold_into_one_file(register: Path) -> None:
    """Leaving the write-ahead log needs the database for itself, which nobody has while the portal runs."""
    connection = sqlite3.connect(register, timeout=1)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise SystemExit("The register is in use: stop the portal first") from None
    finally:
        connection.close()


def load_demonstration() -> None:
    for part in PARTS:
        with transaction():
            count = part.load(today(), now())
        if count:
            click.echo(f"demo {part.name}: {count} new")
    click.echo(_sheet(current_app.config["SETTINGS"].base_url))


def _sheet(base_url: str) -> str:
    lines = [f"  {account.email:<18} {account.name}" for account in DEMO_ACCOUNTS]
    heading = f"Demonstration accounts (演示账号), all with the password {DEMO_PASSWORD}"
    return "\n".join([f"The portal: {base_url}", heading, *lines])
