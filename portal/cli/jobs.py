"""`jobs run`: the work that waits, such as mail that could not be delivered at once."""

import time

import click
from flask.cli import AppGroup

from portal.mail import deliver_waiting

group = AppGroup("jobs", help="Work that is done outside a page.")
SECONDS_BETWEEN = 20


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("run")
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
def run(once: bool) -> None:
    """Do what waits, again and again, until stopped."""
    while True:
        delivered = deliver_waiting()
        if delivered:
            click.echo(f"mail delivered: {delivered}")
        if once:
            return
        time.sleep(SECONDS_BETWEEN)
