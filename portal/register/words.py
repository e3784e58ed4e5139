"""How entries speak: each capability says once what its objects, fields and verbs are called."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from portal.lib.text import Text


@dataclass(frozen=True)
class SubjectWords:
    kind: str
    name: Text
    fields: Mapping[str, Text] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


_subjects: dict[str, SubjectWords] = {}
_verbs: dict[str, Text] = {}
_parts: dict[str, Text] = {}
_codes: dict[str, Text] = {}
_links: dict[str, Callable[[str], str]] = {}
_names: dict[str, Callable[[set[str]], Mapping[str, Text]]] = {}


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


def describe_parts(parts: Mapping[str, Text], codes: Mapping[str, Text] | None = None) -> None:
    """What the parts inside a field are called, and what the code words in them mean."""
    _parts.update(parts)
    _codes.update(codes or {})


def say_part(name: str) -> Text:
    return _parts.get(name) or Text(name, name.replace("_", " "))


def say_code(value: object) -> Text | object:
    return _codes.get(value, value) if isinstance(value, str) else value


def link_subject(kind: str, address: Callable[[str], str]) -> None:
    """Where the page of an object of this kind is, given what stands after the colon."""
    _links[kind] = address


def name_subjects(kind: str, names: Callable[[set[str]], Mapping[str, Text]]) -> None:
    """What objects of this kind are called, many at once, given what stands after the colon."""
    _names[kind] = names


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


def say_field(subject: str, name: str) -> Text:
    """What a field is called; `member/x` is the field `member` with the name of the item."""
    words = _subjects.get(subject.partition(":")[0])
    known = words.fields if words else {}
    head, _, item = name.partition("/")
    if item and head in known:
        return Text(f"{known[head].zh} {item}", f"{known[head].en} {item}")
    return known.get(name) or Text(name, name.replace("_", " "))


def say_value(subject: str, name: str, value: object) -> Text | object:
    words = _subjects.get(subject.partition(":")[0])
    known = words.values.get(name, {}) if words else {}
    return known.get(value, value) if isinstance(value, str) else value


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
