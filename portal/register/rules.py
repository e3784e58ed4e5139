"""What an entry is made of, how it is digested, and what of it the public may read."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter

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


_quoted = json.encoder.encode_basestring
EXACT = 2**53


class _NotPlain(Exception):
    """What only the careful way can write, or refuse."""


def canonical(value: object) -> bytes:
    """The RFC 8785 form: one value, one sequence of bytes."""
    try:
        return _written(value).encode()
    except (_NotPlain, AttributeError, TypeError):  # The last two are of keys that are no texts.
        return rfc8785.dumps(value)


def _written(value: object) -> str:
    """The RFC's form where it can be put together as it comes: no fractions, no number beyond what JavaScript
    counts exactly, no key whose order depends on how letters are counted. A tenth of the time of the careful
    way, and a seventh of that of Python's own JSON with its keys in order."""
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is dict:
        return _written_dict(value)
    if value is None or kind is bool:
        return _CONSTANTS[value]
    if kind is list or kind is tuple:
        return f"[{','.join(map(_written, value))}]"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int) and -EXACT < value < EXACT:
        return int.__repr__(value)
    raise _NotPlain


_CONSTANTS = {None: "null", True: "true", False: "false"}


_CHANGE = {"from", "to"}


def _written_dict(value: Mapping[object, object]) -> str:
    if len(value) == 2 and value.keys() == _CHANGE:
        # What changes are made of.
        before, after = value["from"], value["to"]
        first = "null" if before is None else _written(before)
        then = _quoted(after) if type(after) is str else _written(after)
        return f'{{"from":{first},"to":{then}}}'
    told = []
    for name in sorted(value):
        if not name.isascii():
            raise _NotPlain
        one = value[name]
        text = _written_dict(one) if type(one) is dict else _written(one)
        told.append(f"{_quoted(name)}:{text}")
    return f"{{{','.join(told)}}}"


def written_as_new(values: Mapping[str, object]) -> bytes:
    """The canonical form of `changed({}, values)`: what is said of a thing for the first time."""
    try:
        return _written_as_new(values).encode()
    except (_NotPlain, AttributeError, TypeError):
        return canonical(changed({}, values))


def _written_as_new(values: Mapping[str, object]) -> str:
    told = []
    for name, opening in _openings(tuple(values)):
        one = values[name]
        if one is not None:
            told.append(opening + (_quoted(one) if type(one) is str else _written(one)))
    return _joined(told)


def _joined(told: list[str]) -> str:
    """What is said of each name, all of it without the last bracket of its own."""
    return f"{{{'},'.join(told)}}}}}" if told else "{}"


@lru_cache(maxsize=500)
def _openings(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names in their order, each with all that stands before its value: things of one kind share them."""
    if not all(map(str.isascii, names)):
        raise _NotPlain
    return [(name, f'{_quoted(name)}:{{"from":null,"to":') for name in sorted(names)]


def writer_of_new(names: Sequence[str], same: Mapping[str, object]) -> Callable[[Sequence[object]], bytes]:
    """Writes as `written_as_new` what is said of many things of one kind: the values that belong to the names
    (English ones) are given for each, what is the same for all is written once."""
    places = sorted(range(len(names)), key=names.__getitem__)
    pick = itemgetter(*places) if len(places) > 1 else tuple
    form = _form_of_new(names, same)

    def write(values: Sequence[object]) -> bytes:
        try:
            return (form % tuple(map(_quoted, pick(values)))).encode()
        except TypeError:  # Not all of them are texts.
            return written_as_new(dict(zip(names, values, strict=True)) | same)

    return write


def _form_of_new(names: Sequence[str], same: Mapping[str, object]) -> str:
    """With a place for each value, in their order."""
    told = {name: canonical(value).decode() for name, value in same.items() if value is not None}
    told = {name: text.replace("%", "%%") for name, text in told.items()} | dict.fromkeys(names, "%s")
    return _joined([opening.replace("%", "%%") + told[name] for name, opening in _openings(tuple(told))])


def digest_of(body: EntryBody) -> str:
    return sha256(entry_form(**vars(body) | {"changes": canonical(body.changes)})).hexdigest()


def entry_form(
    n: int,
    time: str,
    actor: str,
    actor_account: int | None,
    verb: str,
    subject: str,
    changes: bytes,
    public: bool,
    sealed_digest: str | None,
    previous: str,
) -> bytes:
    """The canonical form of an entry whose changes are written already; they are the long part of it."""
    account = "null" if actor_account is None else actor_account
    seal = "null" if sealed_digest is None else _quoted(sealed_digest)
    before = f'{{"actor":{_quoted(actor)},"actor_account":{account},"changes":'
    after = (
        f',"n":{n},"previous":{_quoted(previous)},"public":{_CONSTANTS[public]},"sealed_digest":{seal},'
        f'"subject":{_quoted(subject)},"time":{_quoted(time)},"verb":{_quoted(verb)}}}'
    )
    return before.encode() + changes + after.encode()


def leaf_form(
    n: int, time: str, actor: str, verb: str, subject: str, changes: bytes, digest: str, previous: str
) -> bytes:
    """The canonical form of the public part of an entry: what its leaf in the tree is the hash of."""
    after = (
        f',"digest":{_quoted(digest)},"n":{n},"previous":{_quoted(previous)},"subject":{_quoted(subject)},'
        f'"time":{_quoted(time)},"verb":{_quoted(verb)}}}'
    )
    return f'{{"actor":{_quoted(actor)},"changes":'.encode() + changes + after.encode()


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
    return sealed_digest(salt, canonical(details).decode())


def sealed_digest(salt: str, details: str) -> str:
    """Of details that are written already."""
    return sha256(f'{{"details":{details},"salt":{_quoted(salt)}}}'.encode()).hexdigest()


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """What differs, field by field, in the shape an entry keeps."""
    if not before:
        return {name: {"from": None, "to": value} for name, value in after.items() if value is not None}
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
