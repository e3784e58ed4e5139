"""The only way into the log. Entries are appended at the very end of the transaction that made them.

Numbering and the tree need one writer at a time. Taking that turn last keeps it short and cannot
deadlock with the locks the change itself needed: nothing else is locked afterwards.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from flask import current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.db import before_commit_hooks, db
from portal.lib.clock import instant_text, now
from portal.register.edge import Edge
from portal.register.merkle import leaf_hash
from portal.register.models import End, Entry, Head, Key, KindEnd, SealedDetail, TreeNode
from portal.register.rules import (
    SUBJECT,
    VERB,
    Changes,
    canonical,
    entry_form,
    leaf_form,
    sealed_digest,
    writer_of_new,
    written_as_new,
)
from portal.register.signing import Signer, read_signer
from portal.storing import ROWS_AT_ONCE, Store, storing


@dataclass(frozen=True)
class Actor:
    """Who did it: the name the public reads, and the account behind it, which the public does not."""

    name: str
    account: int | None = None


PORTAL = Actor("portal")
"""The portal itself: set-up, loading of the shipped facts, clocks that ran out."""


@dataclass(slots=True)
class PendingEntry:
    """`changes` in their canonical form: a quarter of the memory, and what was said stays as it was."""

    actor: Actor
    verb: str
    subject: str
    changes: bytes
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
    _wait(_waiting(), PendingEntry(actor, verb, subject, canonical(changes), public, sealed))


def record_new(
    actor: Actor,
    verb: str,
    subject: str,
    values: Mapping[str, object],
    public: bool = True,
    sealed: Mapping[str, object] | None = None,
) -> None:
    """The same for what had no state before: a file of new things is written in half the time."""
    _wait(_waiting(), PendingEntry(actor, verb, subject, written_as_new(values), public, sealed))


def record_many_new(
    actor: Actor,
    verb: str,
    names: Sequence[str],
    same: Mapping[str, object],
    said: Iterable[tuple[str, Sequence[object]]],
) -> None:
    """The same for many subjects of one kind, with the values of each that belong to the names, and those
    that all share; all of it public."""
    waiting, write = _waiting(), writer_of_new(names, same)
    for subject, values in said:
        _wait(waiting, PendingEntry(actor, verb, subject, write(values), True))


def _waiting() -> list[PendingEntry]:
    session = db.session()
    if not session.info.get("writing"):
        raise RuntimeError("an entry outside a transaction")
    return session.info.setdefault("pending_entries", [])


def _wait(waiting: list[PendingEntry], entry: PendingEntry) -> None:
    if not SUBJECT.match(entry.subject) or not VERB.match(entry.verb):
        raise ValueError(f"not a subject and verb: {entry.subject!r} {entry.verb!r}")
    waiting.append(entry)


def _append_pending(session: Session) -> None:
    pending = session.info.pop("pending_entries", [])
    if pending:
        signer = read_signer(current_app.config["SETTINGS"].signing_key_file)
        _append(session, pending, signer)


before_commit_hooks.append(_append_pending)


ENTRY = (
    "n", "time", "actor", "actor_account", "verb", "subject", "changes", "public", "sealed_digest",
    "previous", "digest", "leaf_index", "leaf_hash",
)  # fmt: skip
NODE = ("height", "place", "hash")
SEALED = ("n", "salt", "details")


@dataclass
class _End:
    """Where the log ends by now, and the rows of the part in hand, in the order of ENTRY and SEALED; the few
    nodes of all parts."""

    n: int
    digest: str
    leaves: int
    public_n: int
    kinds: dict[str, int] = field(default_factory=dict)
    entries: list[tuple] = field(default_factory=list)
    sealed: list[tuple] = field(default_factory=list)
    hashed: list[bytes] = field(default_factory=list)
    nodes: list[tuple] = field(default_factory=list)


def _append(session: Session, pending: list[PendingEntry], signer: Signer) -> None:
    stored = session.scalars(
        select(End).where(End.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()
    # The time is taken after the turn has come, so that times never run backwards against numbers.
    time = instant_text(now())
    end = _End(stored.n, stored.digest, stored.leaves, stored.public_n)
    edge = Edge(session, stored.leaves)
    with storing(session) as store:
        for first in range(0, len(pending), ROWS_AT_ONCE):
            for waiting in pending[first : first + ROWS_AT_ONCE]:
                _number(waiting, time, end)
            _write(store, edge, end)
        store.add(TreeNode.__table__, NODE, end.nodes)
    grown = end.leaves > stored.leaves
    stored.n, stored.digest, stored.leaves, stored.public_n = end.n, end.digest, end.leaves, end.public_n
    for kind, n in end.kinds.items():
        session.merge(KindEnd(kind=kind, n=n))
    if grown:
        _sign_head(session, edge, time, signer)
    session.flush()


def _write(store: Store, edge: Edge, end: _End) -> None:
    store.add(Entry.__table__, ENTRY, end.entries)
    store.add(SealedDetail.__table__, SEALED, end.sealed)
    end.nodes += edge.append(end.hashed)
    end.entries, end.sealed, end.hashed = [], [], []


def _number(waiting: PendingEntry, time: str, end: _End) -> None:
    """Give the next number to one entry and move the end of the log past it."""
    n, previous, changes = end.n + 1, end.digest, waiting.changes
    verb, subject, actor = waiting.verb, waiting.subject, waiting.actor
    sealed = None
    if waiting.sealed is not None:
        salt, details = secrets.token_hex(16), canonical(waiting.sealed).decode()
        sealed = sealed_digest(salt, details)
        end.sealed.append((n, salt, details))
    form = entry_form(
        n, time, actor.name, actor.account, verb, subject, changes, waiting.public, sealed, previous
    )
    digest = sha256(form).hexdigest()
    place = (None, None)
    if waiting.public:
        hashed = leaf_hash(leaf_form(n, time, actor.name, verb, subject, changes, digest, previous))
        place = (end.leaves, hashed.hex())
        end.hashed.append(hashed)
        end.leaves += 1
        end.public_n = end.kinds[subject.partition(":")[0]] = n
    end.entries.append(
        (n, time, actor.name, actor.account, verb, subject, changes.decode(), waiting.public, sealed)
        + (previous, digest, *place)
    )
    end.n, end.digest = n, digest


def _sign_head(session: Session, edge: Edge, time: str, signer: Signer) -> None:
    size, root = edge.size, edge.root().hex()
    if session.get(Key, signer.key_id) is None:
        session.add(Key(key_id=signer.key_id, public_key=signer.public_hex, since=time))
        session.flush()
    signature = signer.sign(canonical({"root_hash": root, "size": size, "time": time}))
    session.execute(
        insert(Head),
        [{"size": size, "root_hash": root, "time": time, "key_id": signer.key_id, "signature": signature}],
    )
