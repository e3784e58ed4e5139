"""/api/v1/log: the change feed, signed heads and proofs as in RFC 9162."""

from flask import Blueprint, Response, jsonify

from portal.api.asked import allow_only, number_asked, required_number
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.paging import MOST_PER_PAGE
from portal.register import queries
from portal.register.schema import entry_as_json, head_as_json

blueprint = Blueprint("api_log", __name__, url_prefix="/api/v1/log")

HIGHEST = 10**12 - 1


@blueprint.get("")
def entries() -> Response:
    """Public entries after a number, oldest first; ask again after the last one to follow the log."""
    allow_only("after", "limit")
    after = number_asked("after", 0, HIGHEST, 0)
    limit = number_asked("limit", 1, MOST_PER_PAGE, 50)
    found = queries.entries_after(after, limit)
    return jsonify(
        total=queries.count_public(),
        page=1,
        per_page=limit,
        items=[entry_as_json(entry) for entry in found],
        version=queries.public_version(),
        next_after=found[-1].n if found else after,
    )


@blueprint.get("/head")
def head() -> Response:
    allow_only()
    newest = queries.find_head()
    if newest is None:
        raise NotFound(
            Text("登记簿还是空的，没有签名的树头", "The log is empty: there is no signed head yet")
        )
    return jsonify(head_as_json(newest))


@blueprint.get("/<int:number>")
def entry(number: int) -> Response:
    allow_only()
    found = queries.get_public_entry(number)
    return jsonify(entry_as_json(found) | {"leaf": queries.leaf_of(found)})


@blueprint.get("/<int:number>/proof")
def inclusion(number: int) -> Response:
    allow_only("size")
    found = queries.get_public_entry(number)
    size = number_asked("size", 1, HIGHEST, 0) or None
    size, path = queries.prove_inclusion(found, size)
    return jsonify(leaf_index=found.leaf_index, size=size, leaf_hash=found.leaf_hash, path=path)


@blueprint.get("/consistency")
def consistency() -> Response:
    allow_only("from", "to")
    old_size = required_number("from", 1, HIGHEST)
    new_size = required_number("to", 1, HIGHEST)
    return jsonify({"from": old_size, "to": new_size, "path": queries.prove_consistency(old_size, new_size)})
