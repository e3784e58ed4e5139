"""What happened to a producer or a roster line, in words, with what is sealed: for officials only."""

import json
from collections.abc import Mapping

from portal.lib.text import Text
from portal.producers.queries import entries_about
from portal.regions.queries import regions_by_code
from portal.register import words


def history_for(subject: str, with_sealed: bool = True) -> list[dict[str, object]]:
    """The newest first; each change with its field, from and to in words."""
    shown = []
    for entry, details in entries_about(subject):
        changes = json.loads(entry.changes)
        if with_sealed and details:
            changes |= {name: _as_change(value) for name, value in json.loads(details).items()}
        shown.append((entry, changes))
    names = _division_names(changes for _, changes in shown)
    return [
        {
            "n": entry.n if entry.public else None,
            "time": entry.time,
            "actor": words.say_actor(entry.actor),
            "verb": words.say_verb(entry.verb),
            "changes": [_in_words(subject, name, change, names) for name, change in changes.items()],
        }
        for entry, changes in shown
    ]


def _as_change(value: object) -> Mapping[str, object]:
    """Sealed details are changes as well, but for single facts such as who joined."""
    if isinstance(value, dict) and value.keys() <= {"from", "to"}:
        return value
    return {"from": None, "to": value}


PLACES = ("county", "adcode")


def _division_names(all_changes: object) -> dict[str, Text]:
    codes = {
        code
        for changes in all_changes
        for name, change in changes.items()
        if name in PLACES
        for code in (change.get("from"), change.get("to"))
        if code
    }
    return {code: Text(r.name_zh, r.name_en) for code, r in regions_by_code(codes).items()}


def _in_words(
    subject: str, name: str, change: Mapping[str, object], names: Mapping[str, Text]
) -> dict[str, object]:
    def say(value: object) -> object:
        if name in PLACES and value in names:
            return Text("{name} {code}", "{name} {code}").format(name=names[value], code=value)
        if isinstance(value, bool):
            return Text("是", "yes") if value else Text("否", "no")
        return words.say_value(subject, name, value)

    return {
        "name": name,
        "field": words.say_field(subject, name),
        "from": say(change.get("from")),
        "to": say(change.get("to")),
    }
