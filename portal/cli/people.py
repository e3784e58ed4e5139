"""`users`: the first administrator, made from the command line, and second factors under a new key."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal.accounts.actions import add_account
from portal.accounts.credentials import seal_again
from portal.accounts.rules import Role
from portal.db import transaction
from portal.lib.clock import now
from portal.lib.problems import Problem
from portal.register.actions import PORTAL
from portal.tips.senders import seal_senders_again

group = AppGroup("users", help="People who sign in.")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--region", help="adcode of the region the person works for")
@click.option("--organisation", default="", help="the name that stands in public entries")
@click.password_option()
def add(email: str, name: str, role: str, region: str | None, organisation: str, password: str) -> None:
    """Add an account. Officials set up their second factor when they first sign in."""
    try:
        with transaction():
            add_account(
                PORTAL,
                email=email,
                name=name,
                role=Role(role),
                region=region,
                organisation=organisation,
                password=password,
                now=now(),
            )
    except Problem as problem:
        details = "; ".join(f"{field}: {text.en}" for field, text in problem.fields.items())
        raise SystemExit(f"{problem.message.en} {details}".strip()) from None
    click.echo(f"added {email}")


@group.command("reseal")
def reseal() -> None:
    """Seal second factors and who told of a tip with SECRET_KEY; SECRET_KEY_BEFORE still opens them."""
    with transaction():
        counts = (seal_again(), seal_senders_again(current_app.config["SETTINGS"].secret_keys))
    done, lost = (sum(one) for one in zip(*counts, strict=True))
    click.echo(f"sealed anew: {done}; readable with no key that is set: {lost}")
    if lost:
        raise SystemExit(1)
