"""Small words to write JSON Schema with; the shapes of the answers stand beside, one file a subject."""

from typing import Any

Schema = dict[str, Any]


def text(about: str = "", **more: object) -> Schema:
    return _said({"type": "string", **more}, about)


def whole(about: str = "", **more: object) -> Schema:
    return _said({"type": "integer", **more}, about)


def number(about: str = "", **more: object) -> Schema:
    return _said({"type": "number", **more}, about)


def truth(about: str = "") -> Schema:
    return _said({"type": "boolean"}, about)


def either(*choices: str, about: str = "") -> Schema:
    return _said({"type": "string", "enum": list(choices)}, about)


def many(item: Schema, about: str = "", **more: object) -> Schema:
    return _said({"type": "array", "items": item, **more}, about)


def maybe(schema: Schema, about: str = "") -> Schema:
    """May be null, which says that it is not known."""
    return _said({"anyOf": [schema, {"type": "null"}]}, about)


def fields(about: str = "", /, **named: Schema) -> Schema:
    """An object that has all of these; later versions may add others."""
    return _said({"type": "object", "properties": named, "required": list(named)}, about)


def free(about: str = "") -> Schema:
    """An object whose fields are not fixed."""
    return _said({"type": "object"}, about)


def anything(about: str = "") -> Schema:
    return _said({}, about)


def list_of(item: Schema, **more: Schema) -> Schema:
    """The shape of every list."""
    return fields(
        total=whole("how many there are in all", minimum=0),
        page=whole(minimum=1),
        per_page=whole(minimum=1, maximum=200),
        items=many(item),
        version=whole("number of the newest public entry of the register", minimum=0),
        **more,
    )


def _said(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about} if about else schema


HASH = text("lower-case hex", pattern="^[0-9a-f]{64}$")
TIME = text("UTC, to the microsecond", pattern="^[0-9T:.-]{26}Z$")
NAME = fields("the name in both languages", zh=text(), en=text())
NAME_WITH_PINYIN = fields(zh=text(), en=text(), pinyin=text())
ADCODE = text("division code, GB/T 2260", pattern="^([0-9]{6}|[0-9]{9})$")
REGION = fields(adcode=ADCODE, name=maybe(NAME))
PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457), in the language asked for",
    "properties": {
        "type": text("which refusal this is, explained at this address", format="uri-reference"),
        "title": text(),
        "status": whole(),
        "detail": text("what happened"),
        "next": text("what to do next"),
        "request": text("number to tell the operator"),
        "errors": {
            "type": "object",
            "description": "what is wrong, field by field",
            "additionalProperties": {"type": "string"},
        },
    },
    "required": ["type", "title", "status", "detail", "request"],
}
