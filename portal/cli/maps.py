"""`maps build`: the parts of the country and the page of the map, made before the portal is opened."""

from time import monotonic

import click
from flask import current_app
from flask.cli import AppGroup

from portal.catalogue.made_map import map_folder

group = AppGroup("maps", help="The map: outlines, names and water of the country, and its page.")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)


@group.command("build")
def build() -> None:
    """Make what the map shows; nothing is done where boundaries, names and settings are as before."""
    build_map()


def build_map() -> None:
    # GeoPandas, folium and the boundaries are loaded here and nowhere in a web worker.
    from gi_data.boundaries import BoundariesMissing
    from maps.making import make_map
    from maps.page import Tiles

    settings, began = current_app.config["SETTINGS"], monotonic()
    tiles = Tiles(settings.tile_url, settings.map_approval_number) if settings.tile_url else None
    try:
        made = make_map(map_folder(), settings.data_dir, tiles)
    except BoundariesMissing as missing:
        click.echo(f"map: not built. {missing.message.zh} / {missing.message.en}", err=True)
        return
    click.echo(f"map: {made.version}, {len(made.files)} parts, {monotonic() - began:.1f} s")
