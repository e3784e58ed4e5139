"""Old against new, down to the single value: what a second person must see before confirming."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from portal.lib.text import Text
from portal.proposals.fact_words import field_name, item_name, order_of, part_name, said
from portal.register.words import say_field, say_value

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Difference:
    """One value: where it stands, what it said, what it will say; None where it said nothing."""

    where: Text
    old: Text | None
    new: Text | None


@dataclass(frozen=True)
class FieldDifference:
    field: str
    name: Text
    rows: tuple[Difference, ...]
    overtaken: bool = False


def differences(
    changes: Mapping[str, Facts],
    documents: Mapping[str, Facts],
    overtaken: tuple[str, ...] = (),
    subject: str = "gi:",
) -> list[FieldDifference]:
    """The changes of an entry or a proposal, field by field in the order of the record. What the fields
    of other objects than GIs are called, their own rooms say."""
    found = []
    for field in sorted(changes, key=order_of):
        change = changes[field]
        rows = tuple(_rows(field, change, documents, subject))
        own = subject.startswith("gi:")
        name = field_name(field, change) if own else say_field(subject, field)
        found.append(FieldDifference(field, name, rows, field in overtaken))
    return found


def _rows(field: str, change: Facts, documents: Mapping[str, Facts], subject: str) -> Iterator[Difference]:
    old, new = _told(field, change)
    plain = all(side is None or isinstance(side, str) for side in (old, new))
    if subject.startswith("gi:") or not plain:
        return compare(field, old, new, documents)
    return iter([Difference(Text("", ""), _said_of(subject, field, old), _said_of(subject, field, new))])


def _said_of(subject: str, field: str, value: str | None) -> Text | None:
    said_value = say_value(subject, field, value)
    return said_value if isinstance(said_value, Text) or value is None else Text(value, value)


def _told(field: str, change: Facts) -> tuple[object, object]:
    """Both sides of a change. Where an outline lies is told by its picture and its own table, the key of an
    item by the name of its field."""
    sides = change.get("from"), change.get("to")
    beside = ("overlaps", "digest") if field == "outline" else ("key",) if "/" in field else ()
    return tuple(
        {name: one for name, one in side.items() if name not in beside} if isinstance(side, Mapping) else side
        for side in sides
    )


def compare(field: str, old: object, new: object, documents: Mapping[str, Facts]) -> Iterator[Difference]:
    """Every value that differs. A sentence in two languages is one value."""
    yield from _compare(field, (), old, new, documents)


def _compare(
    name: str, path: tuple[Text, ...], old: object, new: object, documents: Mapping[str, Facts]
) -> Iterator[Difference]:
    if old == new:
        return
    if _is_words(old, new):
        yield Difference(_joined(path), _words(old), _words(new))
    elif isinstance(old, Mapping) or isinstance(new, Mapping):
        for part in dict.fromkeys([*(old or {}), *(new or {})]):
            inner = (*path, part_name(part))
            yield from _compare(part, inner, (old or {}).get(part), (new or {}).get(part), documents)
    elif isinstance(old, list) or isinstance(new, list):
        yield from _compare_lists(name, path, old or [], new or [], documents)
    else:
        yield Difference(_joined(path), _plain(name, old, documents), _plain(name, new, documents))


def _compare_lists(
    name: str, path: tuple[Text, ...], old: list, new: list, documents: Mapping[str, Facts]
) -> Iterator[Difference]:
    if not any(isinstance(one, Mapping) for one in (*old, *new)):
        yield Difference(_joined(path), _list(name, old, documents), _list(name, new, documents))
        return
    for before, after in _paired(old, new):
        label = item_name(name, after if after is not None else before, documents)
        yield from _compare(name, (*path, label) if label else path, before, after, documents)


def _paired(old: list, new: list) -> Iterator[tuple[object, object]]:
    """Items that differ, side by side; what stayed is left out, what came or went has no partner."""
    keys = [[json.dumps(one, sort_keys=True, ensure_ascii=False) for one in side] for side in (old, new)]
    for tag, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        before, after = old[a:b], new[c:d]
        for at in range(max(len(before), len(after))):
            yield (
                before[at] if at < len(before) else None,
                after[at] if at < len(after) else None,
            )


def _is_words(old: object, new: object) -> bool:
    sides = [side for side in (old, new) if side is not None]
    return all(isinstance(side, Mapping) and set(side) == {"zh", "en"} for side in sides)


def _words(side: Facts | None) -> Text | None:
    return Text(side["zh"], side["en"]) if side else None


def _plain(name: str, value: object, documents: Mapping[str, Facts]) -> Text | None:
    return None if value is None else said(name, value, documents)


def _list(name: str, values: list, documents: Mapping[str, Facts]) -> Text | None:
    if not values:
        return None
    each = [said(name, one, documents) for one in values]
    return Text("；".join(one.zh for one in each), "; ".join(one.en for one in each))


def _joined(path: tuple[Text, ...]) -> Text:
    return Text(" · ".join(one.zh for one in path), " · ".join(one.en for one in path))
