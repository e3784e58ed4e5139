"""`keys create`: the Ed25519 key that signs the register."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal.register.signing import create_key_file, read_signer

group = AppGroup("keys", help="The key that signs tree heads and licences.")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("create")
def create() -> None:
    """Write a new key to SIGNING_KEY_FILE; an existing one is never replaced.

    To rotate: point SIGNING_KEY_FILE to a new path and run this again. Old signatures stay verifiable,
    because the public half of every key that ever signed is kept in the register.
    """
    path = current_app.config["SETTINGS"].signing_key_file
    if path.exists():
        raise SystemExit(f"SIGNING_KEY_FILE: {path} exists and is left alone")
    create_key_file(path)
    click.echo(f"key {read_signer(path).key_id} written to {path}: keep a copy in a safe place")
