"""What the inspector's page kept without a network and sends when there is one: a tip with its photograph.

The device gives each a key of its own, so that one sent twice is one tip."""

import re

from flask import Blueprint, Response, current_app, jsonify, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from portal.accounts.rules import OFFICIALS
from portal.accounts.visitor_views import keep_nowhere, me
from portal.lib.clock import day_of, now
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.regions.queries import find_region
from portal.tips import places
from portal.tips.codes import read_scanned
from portal.tips.once import receive_once
from portal.tips.photographs import read_photograph
from portal.tips.receiving import VISITOR, Told, known_receipt, sender_digest
from portal.tips.rules import MOST_PHOTOGRAPHS, Kind

blueprint = Blueprint("tips_field", __name__, url_prefix="/tips")

KEY = re.compile(r"[0-9a-f-]{32,64}")
NO_KEY = Text("缺少设备给的编号", "The key of the device is missing")
TOO_MANY = Text("最多 {n} 张照片", "At most {n} photographs").format(n=MOST_PHOTOGRAPHS)
FIELDS = ("matter", "facts", "where", "respondent", "code")


blueprint.after_request(keep_nowhere)


@blueprint.get("/token.json")
def token() -> Response:
    """What the page needs to send: a form's token, and whether an official has signed in."""
    return jsonify(csrf_token=generate_csrf(), official=_is_official())


def _is_official() -> bool:
    return current_user.is_authenticated and current_user.role in OFFICIALS


@blueprint.post("/field")
@limiter.limit("120/hour")
def take() -> Response:
    key = request.form.get("key", "")
    if not KEY.fullmatch(key):
        raise RuleBroken(NO_KEY, {"key": NO_KEY})
    settings, moment = current_app.config["SETTINGS"], now()
    known = known_receipt(key, settings.secret_keys)
    if known is not None:
        return jsonify(number=known.number, secret=known.secret, known=True)
    official = me() if _is_official() else None
    typed = {name: request.form.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    place = _place(request.form.get("place_name", ""), official.region if official else "")
    scanned = read_scanned(typed["code"])
    told = Told(
        typed | {"kind": Kind.TIP.value, "place": place},
        place[:6],
        scanned.indication.id if scanned and scanned.indication else None,
        scanned.producer.id if scanned and scanned.producer else None,
        photographs=_photographs(),
        channel="inspector" if official else "web",
        sender=None
        if official
        else sender_digest(request.remote_addr or "", settings.secret_key, day_of(moment)),
        client_key=key,
    )
    actor = official.as_actor() if official else VISITOR
    receipt = receive_once(told, settings, moment, actor)
    answer = jsonify(number=receipt.number, secret=receipt.secret, known=False)
    answer.status_code = 201
    return answer


def _place(typed: str, own: str) -> str:
    """The county that was written down; an official who wrote none means the own one."""
    if not typed.strip() and len(own) >= 6 and find_region(own):
        return own
    found = places.find_places(typed)
    if len(found) != 1:
        fault = places.CHOOSE if found else places.TYPE_A_PLACE
        raise RuleBroken(Text("地点不清楚", "The place is not clear"), {"place_name": fault})
    return found[0].adcode


def _photographs() -> list:
    sent = [file for file in request.files.getlist("photographs") if file.filename]
    if len(sent) > MOST_PHOTOGRAPHS:
        raise RuleBroken(TOO_MANY, {"photographs": TOO_MANY})
    return [read_photograph(file.stream.read()) for file in sent]
