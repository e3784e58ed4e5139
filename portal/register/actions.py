"""The only way into the log. Entries are appended at the very end of the transaction that made them.

Numbering and the tree need one writer at a time. Taking that turn last keeps it short and cannot
deadlock with the locks the change itself needed: nothing else is locked afterwards.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.db import before_commit_hooks, db, insert_rows
from portal.lib.clock import instant_text, now
from portal.register.merkle import leaf_hash, nodes_completed_by, root_of
from portal.register.models import End, Entry, Head, Key, KindEnd, SealedDetail, TreeNode
from portal.register.rules import (
    SUBJECT,
    VERB,
    Changes,
    canonical,
    entry_digest,
    leaf_form,
    seal,
)
from portal.register.signing import Signer, read_signer


@dataclass(frozen=True)
class Actor:
    """Who did it: the name the public reads, and the account behind it, which the public does not."""

    name: str
    account: int | None = None


PORTAL = Actor("portal")
"""The portal itself: set-up, loading of the shipped facts, clocks that ran out."""


@dataclass(slots=True)
class PendingEntry:
    """`changes` in their canonical form: half the memory, and what is recorded stays as it was said."""

    actor: Actor
    verb: str
    subject: str
    changes: str
    public: bool
    sealed: Mapping[str, object] | None = None


def record(
    actor: Actor,
    verb: str,
    subject: str,
    changes: Changes,
    public: bool = True,
    sealed: Mapping[str, object] | None = None,
) -> None:
    """Append an entry in this transaction. `sealed` is kept apart, bound to the entry by its digest."""
    session = db.session()
    if not session.info.get("writing"):
        raise RuntimeError("an entry outside a transaction")
    if not SUBJECT.match(subject) or not VERB.match(verb):
        raise ValueError(f"not a subject and verb: {subject!r} {verb!r}")
    pending = session.info.setdefault("pending_entries", [])
    pending.append(PendingEntry(actor, verb, subject, canonical(changes).decode(), public, sealed))


def _append_pending(session: Session) -> None:
    pending = session.info.pop("pending_entries", [])
    if pending:
        signer = read_signer(current_app.config["SETTINGS"].signing_key_file)
        _append(session, pending, signer)


before_commit_hooks.append(_append_pending)


ENTRIES_AT_ONCE = 2_000


@dataclass
class _Batch:
    """Rows that are not written yet, the nodes of the tree made so far, and where the log ends by now."""

    n: int
    digest: str
    leaves: int
    public_n: int
    entries: list[dict] = field(default_factory=list)
    sealed: list[dict] = field(default_factory=list)
    new_nodes: list[dict] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)


def _append(session: Session, pending: list[PendingEntry], signer: Signer) -> None:
    end = session.scalars(
        select(End).where(End.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    # The time is taken after the turn has come, so that times never run backwards against numbers.
    time = instant_text(now())
    batch = _Batch(end.n, end.digest, end.leaves, end.public_n)
    leaves_before = end.leaves
    for waiting in pending:
        _number(session, waiting, time, batch)
        if len(batch.entries) >= ENTRIES_AT_ONCE:
            _write(session, batch)
    _write(session, batch)
    end.n, end.digest, end.leaves, end.public_n = batch.n, batch.digest, batch.leaves, batch.public_n
    for kind, n in batch.kinds.items():
        session.merge(KindEnd(kind=kind, n=n))
    if end.leaves > leaves_before:
        _sign_head(session, end.leaves, time, signer, batch)
    session.flush()


def _write(session: Session, batch: _Batch) -> None:
    """Rows as they are, without an object for each: an import has two hundred thousand."""
    for table, rows in ((Entry, batch.entries), (SealedDetail, batch.sealed), (TreeNode, batch.new_nodes)):
        insert_rows(session, table.__table__, rows)
        rows.clear()


def _number(session: Session, waiting: PendingEntry, time: str, batch: _Batch) -> None:
    """Give the next number to one entry and move the end of the log past it."""
    salt = secrets.token_hex(16) if waiting.sealed is not None else None
    fields = {
        "n": batch.n + 1,
        "time": time,
        "actor": waiting.actor.name,
        "actor_account": waiting.actor.account,
        "verb": waiting.verb,
        "subject": waiting.subject,
        "public": waiting.public,
        "sealed_digest": seal(salt, waiting.sealed) if salt else None,
        "previous": batch.digest,
    }
    digest = entry_digest(fields, waiting.changes)
    hashed = leaf_hash(leaf_form(fields, waiting.changes, digest)) if waiting.public else None
    if salt:
        details = canonical(waiting.sealed).decode()
        batch.sealed.append({"n": fields["n"], "salt": salt, "details": details})
    place = {"leaf_index": batch.leaves if hashed else None, "leaf_hash": hashed.hex() if hashed else None}
    batch.entries.append({**fields, "changes": waiting.changes, "digest": digest, **place})
    if hashed:
        _grow(session, batch.leaves, hashed, batch)
        batch.leaves += 1
        batch.public_n = fields["n"]
        batch.kinds[waiting.subject.partition(":")[0]] = fields["n"]
    batch.n, batch.digest = fields["n"], digest


def _grow(session: Session, leaf_index: int, hashed: bytes, batch: _Batch) -> None:
    def node(height: int, place: int) -> bytes:
        return _stored_node(session, height, place, batch)

    for height, place, value in nodes_completed_by(leaf_index, hashed, node):
        batch.nodes[height, place] = value
        batch.new_nodes.append({"height": height, "place": place, "hash": value.hex()})


def _stored_node(session: Session, height: int, place: int, batch: _Batch) -> bytes:
    if (height, place) in batch.nodes:
        return batch.nodes[height, place]
    query = select(TreeNode.hash).where(TreeNode.height == height, TreeNode.place == place)
    return bytes.fromhex(session.scalars(query).one())


def _sign_head(session: Session, size: int, time: str, signer: Signer, batch: _Batch) -> None:
    root = root_of(size, lambda h, p: _stored_node(session, h, p, batch)).hex()
    if session.get(Key, signer.key_id) is None:
        session.add(Key(key_id=signer.key_id, public_key=signer.public_hex, since=time))
        session.flush()
    signature = signer.sign(canonical({"root_hash": root, "size": size, "time": time}))
    session.execute(
        insert(Head),
        [{"size": size, "root_hash": root, "time": time, "key_id": signer.key_id, "signature": signature}],
    )
