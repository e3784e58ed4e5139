"""Recompute the whole log from its rows and name the first entry that does not agree."""

import json
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Result, ScalarResult, select

from portal.db import db
from portal.register.edge import LOWEST
from portal.register.merkle import leaf_hash, nodes_completed_by, root_of
from portal.register.models import End, Entry, Head, Key, SealedDetail, TreeNode
from portal.register.queries import body_of, leaf_of
from portal.register.rules import FIRST_PREVIOUS, canonical, digest_of, seal
from portal.register.signing import signature_holds

ROWS_AT_A_TIME = 1000


@dataclass(frozen=True)
class Verdict:
    entries: int
    leaves: int
    root_hash: str
    fault: str | None = None
    bad_entry: int | None = None

    @property
    def sound(self) -> bool:
        return self.fault is None


@dataclass
class _Walk:
    """What has been recomputed so far."""

    n: int = 0
    previous: str = FIRST_PREVIOUS
    leaves: int = 0
    time: str = ""


def verify_log() -> Verdict:
    """Read everything once, in order; nothing is kept in memory but the edge of the tree."""
    # Both readings go on side by side and may end early, so both are closed whatever happens.
    with closing(_entries_with_sealed()) as entries, closing(_heads()) as heads:
        return _walk_through(entries, heads)


def _walk_through(entries: Result, heads: ScalarResult) -> Verdict:
    walk = _Walk()
    tree: dict[tuple[int, int], bytes] = {}
    head = next(heads, None)
    keys = {key.key_id: key.public_key for key in db.session.scalars(select(Key))}
    for entry, sealed in entries:
        fault = _entry_fault(entry, sealed, walk)
        if fault:
            return _verdict(walk, tree, fault, entry.n)
        walk.n, walk.previous, walk.time = entry.n, entry.digest, entry.time
        if not entry.public:
            continue
        fault = _grow(tree, walk, entry)
        if not fault and head is not None and head.size == walk.leaves:
            fault = _head_fault(head, tree, keys)
            head = next(heads, None)
        if fault:
            return _verdict(walk, tree, fault, entry.n)
    fault = "a signed head speaks of entries that are gone" if head is not None else _end_fault(walk, tree)
    return _verdict(walk, tree, fault, walk.n + 1 if fault else None)


def _entries_with_sealed() -> Result[tuple[Entry, SealedDetail | None]]:
    query = (
        select(Entry, SealedDetail)
        .outerjoin(SealedDetail, SealedDetail.n == Entry.n)
        .order_by(Entry.n)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    return db.session.execute(query)


def _heads() -> ScalarResult[Head]:
    query = select(Head).order_by(Head.size).execution_options(yield_per=ROWS_AT_A_TIME)
    return db.session.scalars(query)


def _entry_fault(entry: Entry, sealed: SealedDetail | None, walk: _Walk) -> str | None:
    if entry.n != walk.n + 1:
        return f"entry {walk.n + 1} is missing"
    if entry.previous != walk.previous:
        return "does not continue the entry before it"
    try:
        body = body_of(entry)
    except ValueError:
        return "its changes cannot be read"
    if canonical(body.changes).decode() != entry.changes or digest_of(body) != entry.digest:
        return "its content does not agree with its digest"
    if entry.time < walk.time:
        return "its time runs backwards"
    if sealed is not None and seal(sealed.salt, json.loads(sealed.details)) != entry.sealed_digest:
        return "its sealed part does not agree with its digest"
    if (entry.leaf_index, bool(entry.leaf_hash)) != ((walk.leaves, True) if entry.public else (None, False)):
        return "its place in the tree is wrong"
    return None


def _grow(tree: dict[tuple[int, int], bytes], walk: _Walk, entry: Entry) -> str | None:
    """Add the recomputed leaf; complain where the stored leaf or subtrees differ."""
    hashed = leaf_hash(canonical(leaf_of(entry)))
    if hashed.hex() != entry.leaf_hash:
        return "its leaf does not agree with its content"
    completed = list(nodes_completed_by(walk.leaves, hashed, lambda h, p: tree[h, p]))
    for height, place, value in completed:
        tree[height, place] = value
        _forget_below(tree, height, place)
        if height < LOWEST:
            continue
        stored = db.session.get(TreeNode, (height, place))
        if stored is None or stored.hash != value.hex():
            return f"tree node {height}/{place} is altered"
        db.session.expunge(stored)
    walk.leaves += 1
    return None


def _forget_below(tree: dict[tuple[int, int], bytes], height: int, place: int) -> None:
    """Only complete subtrees that nothing larger covers are needed again: memory stays logarithmic."""
    if height:
        tree.pop((height - 1, place * 2), None)
        tree.pop((height - 1, place * 2 + 1), None)


def _head_fault(head: Head, tree: dict[tuple[int, int], bytes], keys: dict[str, str]) -> str | None:
    root = root_of(head.size, lambda h, p: tree[h, p]).hex()
    if root != head.root_hash:
        return f"the signed head of size {head.size} has another root"
    message = canonical({"root_hash": head.root_hash, "size": head.size, "time": head.time})
    if head.key_id not in keys or not signature_holds(keys[head.key_id], message, head.signature):
        return f"the signature of the head of size {head.size} does not hold"
    return None


def _end_fault(walk: _Walk, tree: dict[tuple[int, int], bytes]) -> str | None:
    end = db.session.get(End, 1, populate_existing=True)
    if end is None or (end.n, end.digest, end.leaves) != (walk.n, walk.previous, walk.leaves):
        return "entries at the end are missing or were added past the log's own end"
    if walk.leaves and db.session.get(Head, walk.leaves) is None:
        return "the newest tree has no signed head"
    return None


def _verdict(walk: _Walk, tree: dict, fault: str | None, bad_entry: int | None) -> Verdict:
    root = "" if fault else root_of(walk.leaves, lambda h, p: tree[h, p]).hex()
    return Verdict(walk.n, walk.leaves, root, fault, bad_entry)
