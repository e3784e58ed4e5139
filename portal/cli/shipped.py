"""What a product update may change: the shipped facts against the last loaded and the present ones.

Officials amend the register in the portal. A field they amended is theirs: a later file that says
something else is reported and left alone. Everything else follows the shipped files.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portal.db import db
from portal.register.models import Entry
from portal.register.rules import state_after

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Merge:
    """The fields an object is to have, which of them the file changed, and which stay as amended."""

    key: str
    fields: dict[str, object]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    new: bool


def merge_shipped(key: str, base: Fields, current: Fields | None, shipped: Fields) -> Merge:
    """Take from the file what the portal has not amended since the file was last loaded."""
    present = current or {}
    fields: dict[str, object] = {}
    taken, kept = [], []
    for name in dict.fromkeys([*shipped, *present]):
        value = present.get(name)
        wanted = shipped.get(name)
        if wanted != base.get(name) and wanted != value:
            if value == base.get(name):
                value = wanted
                taken.append(name)
            else:
                kept.append(name)
        if value is not None:
            fields[name] = value
    return Merge(key, fields, tuple(taken), tuple(kept), current is None)


def plan_loading(kind: str, shipped: Mapping[str, Fields], current: Mapping[str, Fields]) -> list[Merge]:
    """For each shipped object of a kind, what loading it would do."""
    bases = loaded_fields(kind)
    return [
        merge_shipped(key, bases.get(key, {}), current.get(key), fields) for key, fields in shipped.items()
    ]


def loaded_fields(kind: str) -> dict[str, dict[str, object]]:
    """Each object of a kind as the shipped files last said it, whatever was amended since."""
    histories: dict[str, list] = {}
    query = select(Entry.subject, Entry.changes).where(
        Entry.verb == "loaded", Entry.subject.startswith(f"{kind}:", autoescape=True)
    )
    for subject, changes in db.session.execute(query.order_by(Entry.n)):
        histories.setdefault(subject.partition(":")[2], []).append(json.loads(changes))
    return {key: state_after(history) for key, history in histories.items()}


def describe_loading(title: str, merges: list[Merge]) -> Iterator[str]:
    """One line of counts, then a line for each object that is not simply new or as it was."""
    new = [merge for merge in merges if merge.new]
    changed = [merge for merge in merges if merge.changed and not merge.new]
    kept = [merge for merge in merges if merge.kept]
    yield (
        f"{title}: {len(new)} new, {len(changed)} changed, "
        f"{len(merges) - len(new) - len(changed)} as before, {len(kept)} with amendments kept"
    )
    for merge in changed:
        yield f"  {merge.key}: changed {', '.join(merge.changed)}"
    for merge in kept:
        yield f"  {merge.key}: kept {', '.join(merge.kept)} (amended in the portal)"


def apply_loading(merges: list[Merge], state: Callable[[str, dict[str, object]], object]) -> None:
    """State every object that differs, by the one action that stores its kind."""
    for merge in merges:
        if merge.changed:
            state(merge.key, merge.fields)
