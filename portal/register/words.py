"""How entries speak: each capability says once what its objects, fields and verbs are called."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from portal.lib.text import Text, day_words

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DIVISION = re.compile(r"\d{6}(?:\d{3})?")
# Fields whose value is the code of a division; inside facts a division is written {code, name}.
PLACES = frozenset({"adcode", "county", "place", "region", "scope", "zone"})


@dataclass(frozen=True)
class SubjectWords:
    kind: str
    name: Text
    fields: Mapping[str, Text] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


_subjects: dict[str, SubjectWords] = {}
_verbs: dict[str, Text] = {}
_speakers: list["Speaker"] = []
_links: dict[str, Callable[[str], str]] = {}
_names: dict[str, Callable[[set[str]], Mapping[str, Text]]] = {}
_divisions: list[Callable[[Iterable[str]], Mapping[str, Text]]] = []


def describe_subject(
    kind: str,
    name: Text,
    fields: Mapping[str, Text] | None = None,
    values: Mapping[str, Mapping[str, Text]] | None = None,
) -> None:
    """Called once by the capability that owns this kind of object."""
    _subjects[kind] = SubjectWords(kind, name, fields or {}, values or {})


def describe_verbs(verbs: Mapping[str, Text]) -> None:
    _verbs.update(verbs)


@dataclass(frozen=True)
class Speaker:
    """How a room speaks of what is inside a field: names of fields and parts, and what their values say."""

    field: Callable[[str, Mapping[str, object] | None], Text]
    part: Callable[[str], Text]
    value: Callable[[str, object], Text]


def describe_parts(speaker: Speaker) -> None:
    """Called once by the room that owns the shape of facts."""
    _speakers[:] = [speaker]


def say_part(name: str) -> Text:
    return _speakers[0].part(name) if _speakers else Text(name, name.replace("_", " "))


def say_inner(name: str, value: object) -> Text | object:
    return _speakers[0].value(name, value) if _speakers else value


def link_subject(kind: str, address: Callable[[str], str]) -> None:
    """Where the page of an object of this kind is, given what stands after the colon."""
    _links[kind] = address


def name_subjects(kind: str, names: Callable[[set[str]], Mapping[str, Text]]) -> None:
    """What objects of this kind are called, many at once, given what stands after the colon."""
    _names[kind] = names


def name_divisions(names: Callable[[Iterable[str]], Mapping[str, Text]]) -> None:
    """Called once by the room of divisions: what they are called, many at once."""
    _divisions[:] = [names]


def say_divisions(values: Iterable[tuple[str, object]]) -> Mapping[str, Text]:
    """The names of all divisions in the values of fields, in one query."""
    codes = {code for name, value in values for code in _codes_in(name, value)}
    return _divisions[0](codes) if codes and _divisions else {}


def _codes_in(name: str, value: object) -> Iterator[str]:
    if isinstance(value, str) and name in PLACES and DIVISION.fullmatch(value):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _codes_in(name, one)
    elif isinstance(value, dict) and value.keys() == {"code", "name"}:
        yield value["code"]
    elif isinstance(value, dict):
        for part, one in value.items():
            yield from _codes_in(part, one)


def _with_divisions(name: str, value: object, divisions: Mapping[str, Text]) -> object:
    if isinstance(value, str):
        return divisions.get(value, value) if name in PLACES else value
    if isinstance(value, list):
        return [_with_divisions(name, one, divisions) for one in value]
    if isinstance(value, dict) and value.keys() == {"code", "name"}:
        return divisions[value["code"]].as_json() if value["code"] in divisions else value
    if isinstance(value, dict):
        return {part: _with_divisions(part, one, divisions) for part, one in value.items()}
    return value


def subject_kinds() -> dict[str, Text]:
    return {kind: words.name for kind, words in _subjects.items()}


def say_subjects(subjects: Iterable[str]) -> dict[str, Text]:
    """The names of objects, with one query for each kind among them."""
    keys: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        keys.setdefault(kind, set()).add(key)
    said = {}
    for kind, wanted in keys.items():
        names = _names[kind](wanted) if kind in _names else {}
        what = _subjects[kind].name if kind in _subjects else Text(kind, kind)
        for key in wanted:
            fallback = Text(f"{what.zh} {key}", f"{what.en} {key}")
            said[f"{kind}:{key}"] = names.get(key, fallback)
    return said


def say_kind(subject: str) -> Text | None:
    words = _subjects.get(subject.partition(":")[0])
    return words.name if words else None


def say_subject(subject: str) -> Text:
    return say_subjects([subject])[subject]


def say_verb(verb: str) -> Text:
    return _verbs.get(verb) or Text(verb, verb.replace("_", " "))


def say_actor(actor: str) -> Text:
    """The portal itself acts in both languages; an office or a firm has the one name it has."""
    return Text("门户", "the portal") if actor == "portal" else Text(actor, actor)


def say_field(subject: str, name: str, change: Mapping[str, object] | None = None) -> Text:
    words = _subjects.get(subject.partition(":")[0])
    known = words.fields.get(name) if words else None
    if known:
        return known
    whole, _, part = name.partition("/")
    if words and part and whole in words.fields:
        return Text("{what} {which}", "{what} {which}").format(what=words.fields[whole], which=part)
    return _speakers[0].field(name, change) if _speakers else Text(name, name.replace("_", " "))


def say_value(
    subject: str, name: str, value: object, divisions: Mapping[str, Text] | None = None
) -> Text | object:
    words = _subjects.get(subject.partition(":")[0])
    known = words.values.get(name, {}) if words else {}
    value = _with_divisions(name, value, divisions) if divisions else value
    if not isinstance(value, str):
        return value
    return known.get(value) or (day_words(value) if DAY.fullmatch(value) else value)


def address_of(subject: str) -> str | None:
    kind, _, key = subject.partition(":")
    return _links[kind](key) if kind in _links else None


describe_verbs(
    {
        "created": Text("新建", "created"),
        "loaded": Text("载入", "loaded"),
        "amended": Text("修改", "amended"),
        "withdrawn": Text("撤下", "withdrawn"),
    }
)
