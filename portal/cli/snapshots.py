"""`data snapshot`: keep the bulk files of this month."""

import click
from flask.cli import AppGroup

from portal.data.snapshots import make_snapshot
from portal.lib.clock import today

group = AppGroup("data", help="The bulk files that anyone may have.")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("snapshot")
def snapshot() -> None:
    """Keep every bulk file as it is now under this month; run again in the same month, it changes nothing."""
    month = f"{today():%Y-%m}"
    made = make_snapshot(month)
    click.echo(f"snapshot {month}: written to {made}" if made else f"snapshot {month}: there already")
