"""/embed/: a map or the badge of an authorised user inside other people's pages, as a picture or a frame.

These addresses, and no others, may be framed by other sites (portal/headers.py). They use no cookie and no
script; their answers are kept by the register's version like every public page.
"""

from flask import Blueprint, Response, current_app, render_template, request, url_for

from portal.authorisation.models import Licence
from portal.authorisation.queries import get_licence
from portal.catalogue.index import Asked, look_up
from portal.catalogue.made_map import get_map
from portal.catalogue.map_marks import indication_marks
from portal.catalogue.map_pictures import draw_area
from portal.catalogue.models import Indication
from portal.catalogue.queries import find_indication, get_indication
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.verification.queries import Answered, answer_by_number

blueprint = Blueprint("embeds", __name__, url_prefix="/embed")


def _base() -> str:
    return current_app.config["SETTINGS"].base_url


@blueprint.get("/")
def show() -> str:
    """The snippets to copy, for a GI or a licence that is named."""
    slug, number = request.args.get("gi", "").strip()[:80], request.args.get("licence", "").strip()[:20]
    return render_template(
        "following/embeds.html",
        gi=_find_gi(slug) if slug else None,
        licence=_find_licence(number) if number else None,
        slug=slug,
        number=number,
        base=_base(),
    )


def _find_gi(typed: str) -> Indication | None:
    """By its key, or as the catalogue finds what is typed."""
    known = find_indication(typed)
    rows = [] if known else look_up(Asked(q=typed), filters=()).rows
    return find_indication(rows[0].slug) if rows else known


def _find_licence(number: str) -> Licence | None:
    try:
        return get_licence(number.upper())
    except NotFound:
        return None


# ---- the map of a GI


def _map_of(indication: Indication) -> str:
    mark = next((one for one in indication_marks() if one.number == indication.id), None)
    if mark is None:
        raise NotFound(Text("这个地理标志没有地图", "This GI has no map"))
    title = Text(f"{indication.name_zh}的产地", f"The producing area of {indication.name_en}")
    return draw_area(get_map(), mark, title, current_language())


@blueprint.get("/map/<slug>.svg")
def map_picture(slug: str) -> Response:
    return Response(_map_of(get_indication(slug)), mimetype="image/svg+xml")


@blueprint.get("/map/<slug>")
def map_frame(slug: str) -> str:
    indication = get_indication(slug)
    _map_of(indication)
    return render_template(
        "following/map_frame.html",
        gi=indication,
        base=_base(),
        picture=url_for(".map_picture", slug=slug, lang=current_language()),
    )


# ---- the badge of an authorised user


def _answered(number: str) -> tuple[Licence, Answered]:
    """What the register says of the licence today; a badge never says more than that."""
    licence = get_licence(number)
    return licence, answer_by_number(licence.number, "", today())


@blueprint.get("/badge/<number>.svg")
def badge_picture(number: str) -> Response:
    licence, answered = _answered(number)
    body = render_template("following/badge.svg", licence=licence, answered=answered, today=today())
    return Response(body, mimetype="image/svg+xml")


@blueprint.get("/badge/<number>")
def badge_frame(number: str) -> str:
    licence, answered = _answered(number)
    return render_template(
        "following/badge_frame.html", licence=licence, answered=answered, today=today(), base=_base()
    )
