"""Everything that reads the log: the version, entries, histories, a day gone by, heads and proofs."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from flask import has_request_context, request
from sqlalchemy import Select, or_, select, text

from portal.db import db
from portal.lib.clock import end_of_day, instant_text
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.register.edge import stored_node
from portal.register.merkle import consistency_path, inclusion_path
from portal.register.models import End, Entry, Head, Key
from portal.register.rules import EntryBody, public_leaf, state_after

VERSIONS_KEPT = "portal.register_versions"
_VERSIONS = text(
    "SELECT kind, n FROM register_kind UNION ALL SELECT '', public_n FROM register_end WHERE id = 1"
)


def public_version() -> int:
    """The number of the newest public entry: the key of everything the public sees."""
    return _versions().get("", 0)


def public_version_anew() -> int:
    """For a page that waits: what it kept of the numbers is let go and read again."""
    if has_request_context():
        request.environ.pop(VERSIONS_KEPT, None)
    return public_version()


def kind_version(kind: str) -> int:
    """The number of the newest public entry about any object of this kind; 0 where there is none."""
    return _versions().get(kind, 0)


def _versions() -> dict[str, int]:
    """All the numbers in one statement. A page that only reads keeps them to its end: it asks a dozen
    times, and all of its parts are of one version then."""
    if not has_request_context() or request.method not in ("GET", "HEAD"):
        return _read_versions()
    if VERSIONS_KEPT not in request.environ:
        request.environ[VERSIONS_KEPT] = _read_versions()
    return request.environ[VERSIONS_KEPT]


def _read_versions() -> dict[str, int]:
    return dict(db.session.execute(_VERSIONS).tuples().all())


def body_of(entry: Entry) -> EntryBody:
    return EntryBody(
        n=entry.n,
        time=entry.time,
        actor=entry.actor,
        actor_account=entry.actor_account,
        verb=entry.verb,
        subject=entry.subject,
        changes=json.loads(entry.changes),
        public=entry.public,
        sealed_digest=entry.sealed_digest,
        previous=entry.previous,
    )


def leaf_of(entry: Entry) -> dict[str, object]:
    """The public part of an entry: exactly what the tree holds."""
    return public_leaf(body_of(entry), entry.digest)


@dataclass(frozen=True)
class EntryFilter:
    """What a reader of the log may ask for; empty means everything."""

    subject: str = ""
    verb: str = ""
    until: date | None = None
    text: str = ""


def public_entries(asked: EntryFilter) -> Select[tuple[Entry]]:
    """The public entries that fit, newest first."""
    query = select(Entry).where(Entry.public).order_by(Entry.n.desc())
    if asked.subject:
        prefix = asked.subject if ":" in asked.subject else asked.subject + ":"
        query = query.where(
            Entry.subject == prefix
            if ":" in asked.subject
            else Entry.subject.startswith(prefix, autoescape=True)
        )
    if asked.verb:
        query = query.where(Entry.verb == asked.verb)
    if asked.until:
        query = query.where(Entry.time <= instant_text(end_of_day(asked.until)))
    if asked.text:
        query = query.where(
            or_(
                Entry.subject.contains(asked.text, autoescape=True),
                Entry.actor.contains(asked.text, autoescape=True),
                Entry.changes.contains(asked.text, autoescape=True),
            )
        )
    return query


def verbs_in_use() -> list[str]:
    return list(db.session.scalars(select(Entry.verb).where(Entry.public).distinct().order_by(Entry.verb)))


def entries_after(number: int, limit: int) -> list[Entry]:
    """The public entries with a higher number, oldest first: the change feed."""
    query = select(Entry).where(Entry.public, Entry.n > number).order_by(Entry.n).limit(limit)
    return list(db.session.scalars(query))


def count_public() -> int:
    return db.session.scalar(select(End.leaves).where(End.id == 1)) or 0


def get_public_entry(number: int) -> Entry:
    entry = db.session.scalar(select(Entry).where(Entry.public, Entry.n == number))
    if entry is None:
        raise NotFound(
            Text(f"没有编号为 {number} 的公开条目", f"There is no public entry number {number}"),
            next_step=Text("从登记簿首页查找", "Look it up from the front page of the log"),
        )
    return entry


def history_of(subject: str, public_only: bool = True, until: date | None = None) -> list[Entry]:
    """Every entry about one object, oldest first."""
    query = select(Entry).where(Entry.subject == subject).order_by(Entry.n)
    if public_only:
        query = query.where(Entry.public)
    if until:
        query = query.where(Entry.time <= instant_text(end_of_day(until)))
    return list(db.session.scalars(query))


def state_on(subject: str, day: date) -> dict[str, object]:
    """A public object as it stood at the end of a day, recomputed from its entries."""
    return state_after([json.loads(entry.changes) for entry in history_of(subject, until=day)])


def find_head(size: int | None = None) -> Head | None:
    """The newest signed head, or the one for exactly this size."""
    query = select(Head).order_by(Head.size.desc()).limit(1)
    return db.session.scalar(query if size is None else query.where(Head.size == size))


def head_at(moment: datetime) -> Head | None:
    """The newest head that was signed by then."""
    query = select(Head).where(Head.time <= instant_text(moment)).order_by(Head.size.desc()).limit(1)
    return db.session.scalar(query)


def signing_keys() -> list[Key]:
    return list(db.session.scalars(select(Key).order_by(Key.since)))


def prove_inclusion(entry: Entry, size: int | None) -> tuple[int, list[str]]:
    """The size asked for (or the newest) and the path from the entry's leaf to that tree's root."""
    total = count_public()
    size = total if size is None else size
    if not entry.leaf_index < size <= total:
        raise RuleBroken(
            Text("树的大小不合适", "That is not a fitting tree size"),
            {
                "size": Text(
                    f"应在 {entry.leaf_index + 1} 与 {total} 之间",
                    f"Must be between {entry.leaf_index + 1} and {total}",
                )
            },
        )
    return size, [h.hex() for h in inclusion_path(entry.leaf_index, size, _node)]


def prove_consistency(old_size: int, new_size: int) -> list[str]:
    total = count_public()
    if not 0 < old_size <= new_size <= total:
        raise RuleBroken(
            Text("树的大小不合适", "Those are not fitting tree sizes"),
            {"from": Text(f"应有 0 < from ≤ to ≤ {total}", f"0 < from ≤ to ≤ {total} must hold")},
        )
    return [h.hex() for h in consistency_path(old_size, new_size, _node)]


def _node(height: int, place: int) -> bytes:
    return stored_node(db.session(), height, place)


def rows(query: Select[tuple[Entry]]) -> list[Entry]:
    return list(db.session.scalars(query))
