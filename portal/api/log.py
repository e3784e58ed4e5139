"""/api/v1/log: the change feed, signed heads and proofs as in RFC 9162."""

from flask import Blueprint, Response, jsonify

from portal.api.describing import asked, described
from portal.api.parameters import whole
from portal.api.shapes.log import CONSISTENCY, ENTRIES, ENTRY_WITH_LEAF, HEAD, PROOF
from portal.api.waiting import LONGEST_WAIT, wait_for_entry_after
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.paging import MOST_PER_PAGE
from portal.register import queries
from portal.register.schema import entry_as_json, head_as_json

blueprint = Blueprint("api_log", __name__, url_prefix="/api/v1/log")

# What the databases can count to.
HIGHEST = 2**31 - 1
NUMBER = whole("number", Text("条目编号", "Number of the entry"), 1, HIGHEST, example=1)


@blueprint.get("")
@described(
    Text("登记簿的公开条目，从旧到新", "Public entries of the log, oldest first"),
    ENTRIES,
    parameters=(
        whole("after", Text("只要编号更大的条目", "Only entries with a higher number"), 0, HIGHEST, 0),
        whole("limit", Text("最多几条", "At most how many"), 1, MOST_PER_PAGE, 50),
        whole(
            "wait",
            Text("没有新条目时最多等几秒", "Seconds to wait when there is nothing new"),
            0,
            LONGEST_WAIT,
            0,
        ),
    ),
    detail=Text(
        "变更流：从任意编号重放。下一次用 next_after 作 after。带 wait 时，没有新条目就等到有为止，"
        "最多等这么久；等的人太多时立刻回答，并用 Retry-After 说明多久后再来。",
        "The change feed, replayed from any number: give next_after as after the next time. With wait, an "
        "answer without entries is held back until there is one or the time is over; where too many wait "
        "already it comes at once, with Retry-After.",
    ),
    examples=("/api/v1/log", "/api/v1/log?after=1&limit=2"),
)
def entries() -> Response:
    after, limit, seconds = asked("after"), asked("limit"), asked("wait")
    waited = wait_for_entry_after(after, seconds) if seconds else True
    found = queries.entries_after(after, limit)
    answer = jsonify(
        total=queries.count_public(),
        page=1,
        per_page=limit,
        items=[entry_as_json(entry) for entry in found],
        version=queries.public_version(),
        next_after=found[-1].n if found else after,
    )
    if seconds:
        answer.headers["Cache-Control"] = "no-store"
    if not waited:
        answer.headers["Retry-After"] = "5"
    return answer


@blueprint.get("/head")
@described(
    Text("最新的签名树头", "The newest signed tree head"),
    HEAD,
    detail=Text(
        "存下它，以后就能查出登记簿有没有被改写。",
        "Keep it, and you can later find out whether the log was rewritten.",
    ),
    examples=("/api/v1/log/head",),
    refusals=(404,),
)
def head() -> Response:
    newest = queries.find_head()
    if newest is None:
        raise NotFound(
            Text("登记簿还是空的，没有签名的树头", "The log is empty: there is no signed head yet")
        )
    return jsonify(head_as_json(newest))


@blueprint.get("/<int:number>")
@described(
    Text("一条公开条目", "One public entry"),
    ENTRY_WITH_LEAF,
    path=(NUMBER,),
    examples=("/api/v1/log/1",),
)
def entry(number: int) -> Response:
    found = queries.get_public_entry(number)
    return jsonify(entry_as_json(found) | {"leaf": queries.leaf_of(found)})


@blueprint.get("/<int:number>/proof")
@described(
    Text("条目在册的证明路径", "Proof that an entry stands in the log"),
    PROOF,
    parameters=(
        whole(
            "size",
            Text("对哪个大小的树；不写就是最新的", "Against the tree of this size; the newest if not given"),
            1,
            HIGHEST,
        ),
    ),
    path=(NUMBER,),
    detail=Text("RFC 9162 第 2.1.3 节。", "RFC 9162, section 2.1.3."),
    examples=("/api/v1/log/1/proof", "/api/v1/log/1/proof?size=1"),
)
def inclusion(number: int) -> Response:
    found = queries.get_public_entry(number)
    _check_sizes(found.leaf_index + 1, asked("size") or found.leaf_index + 1)
    size, path = queries.prove_inclusion(found, asked("size"))
    return jsonify(leaf_index=found.leaf_index, size=size, leaf_hash=found.leaf_hash, path=path)


@blueprint.get("/consistency")
@described(
    Text("后来的登记簿只是加长了：证明", "Proof that the later log is only longer"),
    CONSISTENCY,
    parameters=(
        whole("from", Text("旧的大小", "The old size"), 1, HIGHEST, required=True, example=1),
        whole("to", Text("新的大小", "The new size"), 1, HIGHEST, required=True, example=2),
    ),
    detail=Text("RFC 9162 第 2.1.4 节。", "RFC 9162, section 2.1.4."),
    examples=("/api/v1/log/consistency?from=1&to=2",),
    refusals=(404,),
)
def consistency() -> Response:
    old_size, new_size = asked("from"), asked("to")
    _check_sizes(old_size, new_size)
    return jsonify({"from": old_size, "to": new_size, "path": queries.prove_consistency(old_size, new_size)})


def _check_sizes(old_size: int, new_size: int) -> None:
    """A tree that does not exist (yet) has no proof: that is not found rather than ill asked."""
    total = queries.count_public()
    if not old_size <= new_size <= total:
        raise NotFound(
            Text("没有这样大小的树", "There is no tree of that size"),
            next_step=Text(
                f"大小应在 {old_size} 与 {total} 之间", f"The size must be between {old_size} and {total}"
            ),
        )
