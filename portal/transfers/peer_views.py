"""/office/transfers/peers: keys of other portals, our own as a file, and what waits to be sent to them."""

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import Role
from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.authorisation.blueprint_views import Refused, refused_in_place
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.transfers.blueprint_views import ensure_reader, own_signer
from portal.transfers.models import Peer
from portal.transfers.peer_actions import end_peer, trust_peer
from portal.transfers.queries import peers, waiting_bundles

blueprint = Blueprint("transfers_peers", __name__, url_prefix="/office/transfers")
blueprint.after_request(keep_nowhere)
blueprint.before_request(ensure_reader)


@blueprint.get("/peers")
def show_peers() -> str:
    return _peers_page(None)


def _peers_page(refused: Refused | None) -> str:
    signer, settings = own_signer(), current_app.config["SETTINGS"]
    return render_template(
        "transfers/peers.html",
        peers=peers(),
        signer=signer,
        address=settings.base_url,
        admin=me().role is Role.ADMIN,
        waiting=waiting_bundles(),
        names={one.id: one.name for one in peers()},
        refused=refused,
        said=refused.typed if refused else {},
        faults=refused.fields if refused else {},
    )


@blueprint.post("/peers")
def add_peer() -> ResponseReturnValue:
    form = request.form
    try:
        with transaction():
            typed = (form.get("name", ""), form.get("address", ""), form.get("public_key", ""))
            trust_peer(me(), *typed, form.get("adcode", "").strip(), now())
    except RuleBroken as refusal:
        return _peers_page(refused_in_place("new", refusal)), 400
    tell(Text("已登记对方的密钥。", "The key is registered."))
    return redirect(url_for(".show_peers"), 303)


@blueprint.post("/peers/<int:number>/end")
def remove_peer(number: int) -> ResponseReturnValue:
    with transaction():
        peer = db.session.get(Peer, number)
        if peer is None:
            raise NotFound(Text("没有这个门户", "There is no such portal"))
        end_peer(me(), peer, today())
    tell(Text("不再接受它的移送。", "Nothing more is taken from it."))
    return redirect(url_for(".show_peers"), 303)


@blueprint.get("/key.json")
def own_key() -> Response:
    """Our own key as a file, to be given to the administrator of another portal."""
    signer = own_signer()
    address = current_app.config["SETTINGS"].base_url
    return jsonify(key_id=signer.key_id, public_key=signer.public_hex, address=address)
