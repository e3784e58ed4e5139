"""The map of one zone: where its users are and where its other producers, as a picture."""

from flask import Blueprint, Response, request

from portal.catalogue.made_map import get_map
from portal.catalogue.map_marks import indication_marks
from portal.catalogue.queries import get_indication
from portal.language import current_language
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.paging import whole_number
from portal.ratios import queries
from portal.ratios.asked import zone_asked
from portal.ratios.on_map import draw_users
from portal.ratios.rules import FIRST_YEAR
from portal.register.views import parse_day

blueprint = Blueprint("ratios_map", __name__)


@blueprint.get("/ratios/<slug>/map.svg")
def picture(slug: str) -> Response:
    indication = get_indication(slug)
    rows = queries.published_of(indication.id, zone_asked(), parse_day("on"))
    year = whole_number(request.args.get("year", ""), "year", FIRST_YEAR, 2100, rows[-1].year if rows else 0)
    one = next((row for row in rows if row.year == year), None)
    mark = next((mark for mark in indication_marks() if mark.number == indication.id), None)
    if one is None or mark is None:
        raise NotFound(Text("还没有公布", "Nothing has been published yet"))
    return Response(draw_users(get_map(), one, mark, current_language()), mimetype="image/svg+xml")
