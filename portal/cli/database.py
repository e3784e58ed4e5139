"""`database grant ROLE`: what the role that the portal runs as may do on PostgreSQL."""

import re

import click
from flask.cli import AppGroup
from sqlalchemy import Connection, text

from portal.db import db

group = AppGroup("database", help="Rights in PostgreSQL.")

# The log is only ever added to: the application's own role cannot do otherwise even by plain SQL.
APPEND_ONLY = ("register_entry", "register_node", "register_head", "register_key")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("grant")
@click.argument("role")
def grant(role: str) -> None:
    """Let ROLE read and write the portal's tables, but only append to the register. Run as the owner."""
    with db.engine.begin() as connection:
        grant_to(connection, role)
    click.echo(f"{role} may read and write; the register it may only append to")


def grant_to(connection: Connection, role: str) -> None:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise SystemExit(f"not the name of a role: {role}")
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"))
    for table in APPEND_ONLY:
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"))
