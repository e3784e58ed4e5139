"""The inspector's page: opened once, it verifies certificates with the camera and without a network."""

from flask import Blueprint, Response, jsonify, render_template

from portal.fresh import release
from portal.lib.clock import instant_text, now, today
from portal.register.queries import public_version
from portal.register.views import keys
from portal.verification import credentials, queries
from portal.verification.rules import Purpose, ids_of_list, list_place
from portal.verification.views import base_address

blueprint = Blueprint("inspector", __name__)

MODULES = ("inspector", "signed", "kept", "camera", "tips", "photographs")


@blueprint.get("/inspector")
def show() -> str:
    return render_template("verification/inspector.html", release=release())


@blueprint.get("/inspector/kept.json")
def kept() -> Response:
    """All a page needs to judge a certificate without a network: the keys and every status list."""
    day, moment = today(), now()
    highest, _ = list_place(queries.newest_licence_id())
    lists = {
        purpose.value: [_list(purpose, number, day, moment) for number in range(1, highest + 1)]
        for purpose in Purpose
    }
    gis = {slug: {"zh": zh, "en": en} for slug, zh, en in queries.licensed_gis()}
    return jsonify(
        at=instant_text(moment), version=public_version(), keys=keys().json["keys"], lists=lists, gis=gis
    )


def _list(purpose: Purpose, number: int, day: object, moment: object) -> str:
    first = ids_of_list(number).start
    bits = [one - first for one in queries.ids_standing(purpose, number, day)]
    return credentials.status_list(purpose, number, bits, base_address(), moment)


@blueprint.get("/inspector-worker.js")
def worker() -> Response:
    """It stands at the top, because a worker may only serve what lies beside or below it."""
    body = render_template("verification/worker.js", release=release(), modules=MODULES)
    return Response(body, content_type="text/javascript; charset=utf-8")


@blueprint.get("/inspector/app.webmanifest")
def manifest() -> Response:
    answer = jsonify(
        name="地理标志核验",
        short_name="核验",
        start_url="/inspector",
        scope="/inspector",
        display="standalone",
        background_color="#f8f5ec",
        theme_color="#f8f5ec",
        lang="zh-Hans",
        icons=[
            {"src": "/static/img/seal-180.png", "sizes": "180x180", "type": "image/png"},
            {"src": "/static/img/seal-512.png", "sizes": "512x512", "type": "image/png"},
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer
