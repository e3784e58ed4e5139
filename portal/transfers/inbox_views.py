"""/transfers/inbox: another portal brings a signed bundle and takes a signed receipt. Open to anyone, for
whoever has no registered key gets nothing done."""

from flask import Blueprint, Response, jsonify, request

from portal.accounts.sessions import csrf
from portal.db import transaction
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.limits import limiter
from portal.papers.sent_views import folder
from portal.transfers.arrivals import accept_receipt, take_in
from portal.transfers.blueprint_views import counting, own_signer
from portal.transfers.bundles import FROM_A_TRANSFER, NOT_A_BUNDLE, Bundle, read
from portal.transfers.rules import MOST_TRAVELLING_BYTES

blueprint = Blueprint("transfers_inbox", __name__, url_prefix="/transfers")
# A program has no form of ours; what it sends is believed for its signature alone.
csrf.exempt(blueprint)


@blueprint.post("/inbox")
@limiter.limit("120/minute")
def receive() -> Response:
    if (request.content_length or 0) > MOST_TRAVELLING_BYTES:
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER)
    said = read(request.stream.read(MOST_TRAVELLING_BYTES + 1))
    with transaction():
        if isinstance(said, Bundle):
            answer = take_in(said, own_signer(), counting(), folder(), now())
        else:
            accept_receipt(said, counting(), now())
            answer = {"taken": True}
    response = jsonify(answer)
    response.headers["Cache-Control"] = "private, no-store"
    return response
