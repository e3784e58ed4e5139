"""What happened to a producer or a roster line, in words, with what is sealed: for officials only."""

import json
from collections.abc import Mapping

from portal.lib.text import Text
from portal.producers.queries import entries_about
from portal.register import words


def history_for(subject: str, with_sealed: bool = True) -> list[dict[str, object]]:
    """The newest first; each change with its field, from and to in words."""
    shown = []
    for entry, details in entries_about(subject):
        changes = json.loads(entry.changes)
        if with_sealed and details:
            changes |= {name: _as_change(value) for name, value in json.loads(details).items()}
        shown.append((entry, changes))
    sides = (
        (name, change.get(side))
        for _, changes in shown
        for name, change in changes.items()
        for side in ("from", "to")
    )
    divisions = words.say_divisions(sides)
    return [
        {
            "n": entry.n if entry.public else None,
            "time": entry.time,
            "actor": words.say_actor(entry.actor),
            "verb": words.say_verb(entry.verb),
            "changes": [_in_words(subject, name, change, divisions) for name, change in changes.items()],
        }
        for entry, changes in shown
    ]


def _as_change(value: object) -> Mapping[str, object]:
    """Sealed details are changes as well, but for single facts such as who joined."""
    if isinstance(value, dict) and value.keys() <= {"from", "to"}:
        return value
    return {"from": None, "to": value}


def _in_words(
    subject: str, name: str, change: Mapping[str, object], divisions: Mapping[str, Text]
) -> dict[str, object]:
    def say(value: object) -> object:
        if isinstance(value, bool):
            return Text("是", "yes") if value else Text("否", "no")
        return words.say_value(subject, name, value, divisions)

    return {
        "name": name,
        "field": words.say_field(subject, name),
        "from": say(change.get("from")),
        "to": say(change.get("to")),
    }
