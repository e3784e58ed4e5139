"""What an entry is made of, how it is digested, and what of it the public may read."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import rfc8785

FIRST_PREVIOUS = "0" * 64
SUBJECT = re.compile(r"^[a-z][a-z_]*:[^\s]{1,110}$")
VERB = re.compile(r"^[a-z][a-z_]{1,39}$")

Changes = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class EntryBody:
    """Everything the digest of an entry covers."""

    n: int
    time: str
    actor: str
    actor_account: int | None
    verb: str
    subject: str
    changes: Changes
    public: bool
    sealed_digest: str | None
    previous: str


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_quoted = json.encoder.encode_basestring


def canonical(value: object) -> bytes:
    """The RFC 8785 form: one value, one sequence of bytes."""
    return _encode(value).encode() if _is_plain(value) else rfc8785.dumps(value)


def _is_plain(value: object) -> bool:
    """Whether Python's own JSON, thirty times as fast, gives the RFC's bytes: no fractions, no number
    beyond what JavaScript counts exactly, no key whose order depends on how letters are counted."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        for key, one in value.items():
            if type(key) is not str or not key.isascii():
                return False
            # Most values are texts or nothing: not asking again for these halves the time of an import.
            if one is not None and type(one) is not str and not _is_plain(one):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return isinstance(value, str) or (isinstance(value, int) and -EXACT < value < EXACT)


EXACT = 2**53


def digest_of(body: EntryBody) -> str:
    return entry_digest(vars(body), canonical(body.changes).decode())


def entry_digest(fields: Mapping[str, object], changes: str) -> str:
    """Of an entry whose changes are written already; they are the long part of it."""
    return sha256(_written(fields, changes, _WHOLE)).hexdigest()


# In the order of their letters, as the canonical form has them.
_WHOLE = (
    "actor", "actor_account", "changes", "n", "previous", "public", "sealed_digest", "subject", "time",
    "verb",
)  # fmt: skip
_LEAF = ("actor", "changes", "digest", "n", "previous", "subject", "time", "verb")


def leaf_form(fields: Mapping[str, object], changes: str, digest: str) -> bytes:
    """The canonical form of the public part of an entry: what its leaf in the tree is the hash of."""
    return _written({**fields, "digest": digest}, changes, _LEAF)


def _written(fields: Mapping[str, object], changes: str, names: Iterable[str]) -> bytes:
    told = [f'"{name}":{changes if name == "changes" else _scalar(fields[name])}' for name in names]
    return ("{" + ",".join(told) + "}").encode()


def _scalar(value: str | int | bool | None) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def public_leaf(body: EntryBody, digest: str) -> dict[str, object]:
    """The part of a public entry that anyone may read and that the tree holds."""
    return {
        "n": body.n,
        "time": body.time,
        "actor": body.actor,
        "verb": body.verb,
        "subject": body.subject,
        "changes": body.changes,
        "digest": digest,
        "previous": body.previous,
    }


def seal(salt: str, details: object) -> str:
    """A digest that says nothing about the details to someone who does not have the salt."""
    return sha256(canonical({"salt": salt, "details": details})).hexdigest()


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """What differs, field by field, in the shape an entry keeps."""
    fields = list(dict.fromkeys([*before, *after]))
    return {
        name: {"from": before.get(name), "to": after.get(name)}
        for name in fields
        if before.get(name) != after.get(name)
    }


def stated(values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """What is said for the first time, in the shape an entry keeps; nothing is left out."""
    return {name: {"from": None, "to": value} for name, value in values.items()}


def state_after(histories: list[Changes]) -> dict[str, object]:
    """The fields of a subject after these changes, oldest first; a field set to nothing is left out."""
    state: dict[str, object] = {}
    for changes in histories:
        for name, change in changes.items():
            state[name] = change.get("to")
    return {name: value for name, value in state.items() if value is not None}
