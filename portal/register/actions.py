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

from portal.db import before_commit_hooks, db
from portal.lib.clock import instant_text, now
from portal.register.merkle import leaf_hash, nodes_completed_by, root_of
from portal.register.models import End, Entry, Head, Key, KindEnd, SealedDetail, TreeNode
from portal.register.rules import (
    SUBJECT,
    VERB,
    Changes,
    EntryBody,
    canonical,
    digest_of,
    public_leaf,
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


@dataclass
class PendingEntry:
    actor: Actor
    verb: str
    subject: str
    changes: Changes
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
    pending.append(PendingEntry(actor, verb, subject, changes, public, sealed))


def _append_pending(session: Session) -> None:
    pending = session.info.pop("pending_entries", [])
    if pending:
        signer = read_signer(current_app.config["SETTINGS"].signing_key_file)
        _append(session, pending, signer)


before_commit_hooks.append(_append_pending)


@dataclass
class _Batch:
    entries: list[dict] = field(default_factory=list)
    sealed: list[dict] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)


def _append(session: Session, pending: list[PendingEntry], signer: Signer) -> None:
    end = session.scalars(
        select(End).where(End.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    # The time is taken after the turn has come, so that times never run backwards against numbers.
    time = instant_text(now())
    batch = _Batch()
    leaves_before = end.leaves
    for waiting in pending:
        _number(session, waiting, end, time, batch)
    session.execute(insert(Entry), batch.entries)
    if batch.sealed:
        session.execute(insert(SealedDetail), batch.sealed)
    if batch.nodes:
        rows = [{"height": h, "place": p, "hash": v.hex()} for (h, p), v in batch.nodes.items()]
        session.execute(insert(TreeNode), rows)
    for kind, n in batch.kinds.items():
        session.merge(KindEnd(kind=kind, n=n))
    if end.leaves > leaves_before:
        _sign_head(session, end.leaves, time, signer, batch)
    session.flush()


def _number(session: Session, waiting: PendingEntry, end: End, time: str, batch: _Batch) -> None:
    """Give the next number to one entry and move the end of the log past it."""
    salt = secrets.token_hex(16) if waiting.sealed is not None else None
    body = EntryBody(
        n=end.n + 1,
        time=time,
        actor=waiting.actor.name,
        actor_account=waiting.actor.account,
        verb=waiting.verb,
        subject=waiting.subject,
        changes=waiting.changes,
        public=waiting.public,
        sealed_digest=seal(salt, waiting.sealed) if salt else None,
        previous=end.digest,
    )
    digest = digest_of(body)
    hashed = leaf_hash(canonical(public_leaf(body, digest))) if waiting.public else None
    batch.entries.append(
        vars(body)
        | {
            "changes": canonical(waiting.changes).decode(),
            "digest": digest,
            "leaf_index": end.leaves if hashed else None,
            "leaf_hash": hashed.hex() if hashed else None,
        }
    )
    if salt:
        details = canonical(waiting.sealed).decode()
        batch.sealed.append({"n": body.n, "salt": salt, "details": details})
    if hashed:
        _grow(session, end.leaves, hashed, batch)
        end.leaves += 1
        end.public_n = body.n
        batch.kinds[body.subject.partition(":")[0]] = body.n
    end.n, end.digest = body.n, digest


def _grow(session: Session, leaf_index: int, hashed: bytes, batch: _Batch) -> None:
    def node(height: int, place: int) -> bytes:
        return _stored_node(session, height, place, batch)

    for height, place, value in nodes_completed_by(leaf_index, hashed, node):
        batch.nodes[height, place] = value


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
