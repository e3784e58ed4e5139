"""/office/transfers/peers: keys of other portals, our own as a file, and what waits to be sent to them."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal.accounts.rules import Role
from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.authorisation.blueprint_views import REFUSALS, Refused, refused_in_place
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, refuse
from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.transfers.blueprint_views import ensure_reader, own_signer
from portal.transfers.models import Peer
from portal.transfers.peer_actions import MOST_KEY_BYTES, end_peer, read_key_file, replace_key, trust_peer
from portal.transfers.queries import (
    all_peers,
    earlier_keys,
    keys_of,
    own_key_ids,
    peers,
    waiting_bundles,
    waiting_of,
)

blueprint = Blueprint("transfers_peers", __name__, url_prefix="/office/transfers")
blueprint.after_request(keep_nowhere)
blueprint.before_request(ensure_reader)


SAYS_BEFORE = Text(
    "这个文件说，它接替“{name}”原来的密钥。是它换了密钥，就在这里选它；不是，就不要登记，先打电话核对",
    "This file says that it replaces the key of “{name}”. If that portal changed its key, choose it here; if "
    "not, do not register it and ask by telephone",
)


@blueprint.get("/peers")
def show_peers() -> str:
    return _peers_page(None)


def _peers_page(refused: Refused | None) -> str:
    signer, settings = own_signer(), current_app.config["SETTINGS"]
    return render_template(
        "transfers/peers.html",
        peers=peers(),
        signer=signer,
        own_before=sorted(own_key_ids(signer) - {signer.key_id}),
        earlier=earlier_keys(),
        address=settings.base_url,
        admin=me().role is Role.ADMIN,
        waiting=waiting_bundles(),
        regions=regions_by_code({one.adcode for one in peers()}),
        by_number={one.id: one for one in all_peers()},
        keys=keys_of(waiting_of(me())),
        refused=refused,
        said=refused.typed if refused else {},
        faults=refused.fields if refused else {},
    )


@blueprint.post("/peers")
def add_peer() -> ResponseReturnValue:
    typed = request.form.to_dict()
    try:
        with transaction():
            typed |= _in_key_file(typed)
            _register(typed)
    except REFUSALS as refusal:
        refused = replace(refused_in_place("new", refusal), typed=MultiDict(typed))
        return _peers_page(refused), refusal.status
    tell(Text("已登记对方的密钥。", "The key is registered."))
    return redirect(url_for(".show_peers"), 303)


def _register(typed: Mapping[str, str]) -> None:
    """A new portal, or the new key of one that is known."""
    own, known = own_signer().public_hex, {str(one.id): one for one in peers()}
    before = known.get(typed.get("instead", ""))
    said_of = next((one for one in known.values() if one.key_id in typed.get("before", "").split()), None)
    if before is not None:
        key, address = typed.get("public_key", ""), typed.get("address", "")
        replace_key(me(), before, key, address, own, now())
    elif said_of is not None:
        refuse({"instead": SAYS_BEFORE.format(name=said_of.name)})
    else:
        names = ("name", "address", "public_key", "adcode")
        trust_peer(me(), *(typed.get(name, "") for name in names), own, now())


def _in_key_file(typed: Mapping[str, str]) -> dict[str, str]:
    """What the chosen file says; an address that was typed besides is the one that counts."""
    sent = request.files.get("key_file")
    if not sent or not sent.filename:
        return {}
    found = read_key_file(sent.stream.read(MOST_KEY_BYTES))
    return found | {"address": typed.get("address", "").strip() or found["address"]}


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
    before = sorted(own_key_ids(signer) - {signer.key_id})
    return jsonify(key_id=signer.key_id, public_key=signer.public_hex, address=address, before=before)
