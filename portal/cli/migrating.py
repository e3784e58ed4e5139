"""`db …`: Flask-Migrate's own commands, read when one of them is called (see Migrations in portal/app.py)."""

import click
from flask.cli import AppGroup


class _Later(click.Command):
    def make_context(self, *args: object, **more: object) -> click.Context:
        from flask_migrate.cli import db

        # From here on the context is theirs, and so is what is called.
        return db.make_context(*args, **more)


def add_commands(cli: AppGroup) -> None:
    cli.add_command(_Later("db", help="Perform database migrations."))
