"""A group whose commands are read when they are called: a command that needs no rooms of the portal begins in
half the time."""

from collections.abc import Mapping
from importlib import import_module

import click
from flask.cli import AppGroup


class Later(AppGroup):
    """`files`: the file beside this one in which a command stands, by its name."""

    def __init__(self, name: str, files: Mapping[str, str], **more: object):
        super().__init__(name, **more)
        self._files = files

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self._files, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in self._files and name not in self.commands:
            import_module(f"portal.cli.{self._files[name]}").add_commands(self)
        return super().get_command(ctx, name)
