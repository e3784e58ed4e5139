"""The map of the stations, as a picture."""

from flask import Blueprint, Response

from portal.catalogue.made_map import get_map
from portal.language import current_language
from portal.targets import queries
from portal.targets.asked import read_region
from portal.targets.on_map import draw_stations, places_of
from portal.targets.programme_rules import (
    STATION_KINDS,
)
from portal.targets.zones import programme_rows

blueprint = Blueprint("targets_map", __name__)


@blueprint.get("/zones/stations/map.svg")
def stations() -> Response:
    region = read_region()
    rows = programme_rows(queries.programmes_asked(STATION_KINDS, region.adcode if region else ""))
    drawing = draw_stations(get_map(), places_of(rows), current_language())
    return Response(drawing, mimetype="image/svg+xml")
