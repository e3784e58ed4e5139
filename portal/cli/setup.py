"""`setup`: all between an empty folder and a portal that can be opened. Run again, it changes nothing."""

import click
from flask import current_app
from flask.cli import AppGroup

from gi_data.divisions import read_divisions
from gi_data.office_tables import read_special_days
from portal.authorisation.calendar import load_special_days
from portal.cli.demo import load_demonstration
from portal.cli.loading import load_register
from portal.cli.maps import build_map
from portal.db import transaction
from portal.regions.actions import load_regions
from portal.register.signing import create_key_file


def add_commands(cli: AppGroup) -> None:
    cli.add_command(setup)


def bring_tables_up_to_date() -> None:
    from flask_migrate import upgrade  # Only here: see Migrations in portal/app.py.

    upgrade()


@click.command("setup")
def setup() -> None:
    """Prepare database, signing key, divisions, register facts and, in demonstration, demo data."""
    settings = current_app.config["SETTINGS"]
    if not settings.signing_key_file.exists():
        if not settings.demo:
            raise SystemExit(
                f"SIGNING_KEY_FILE: {settings.signing_key_file} does not exist; make it once with "
                "`flask --app wsgi keys create` and keep a copy in a safe place"
            )
        create_key_file(settings.signing_key_file)
    bring_tables_up_to_date()
    with transaction():
        changed = load_regions(read_divisions())
        days = load_special_days(read_special_days())
    click.echo(f"divisions: {changed} rows new or changed; working calendar: {days}")
    load_register()
    build_map()
    if settings.demo:
        load_demonstration()
