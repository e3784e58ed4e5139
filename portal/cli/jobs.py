"""`jobs run`: the work that waits, such as files to be imported or mail that could not be delivered."""

import click
from flask.cli import AppGroup

from portal.jobs import do_waiting_work, names_of_work, wait_for_work
from portal.mail import deliver_waiting

group = AppGroup("jobs", help="Work that is done outside a page.")
SECONDS_BETWEEN = 20


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("run")
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@click.option("--only", help="This work alone, such as: figures of the shares.")
def run(once: bool, only: str | None) -> None:
    """Do what waits, again and again, until stopped."""
    if only is not None and only not in names_of_work():
        raise SystemExit(f"jobs run: there is no work {only!r}, only {', '.join(names_of_work())}")
    while True:
        delivered = 0 if only else deliver_waiting()
        if delivered:
            click.echo(f"mail delivered: {delivered}")
        for name, count in do_waiting_work(only).items():
            click.echo(f"{name}: {count}")
        if once:
            return
        wait_for_work(SECONDS_BETWEEN)
