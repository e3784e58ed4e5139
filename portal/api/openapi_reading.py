"""A JSON Schema as rows that a person can read: the path of each field, what it is, what it means."""

from dataclasses import dataclass
from typing import Any

from portal.lib.text import Text

DEEPEST = 4
KINDS = {
    "string": Text("文字", "text"),
    "integer": Text("整数", "whole number"),
    "number": Text("数", "number"),
    "boolean": Text("是或否", "true or false"),
    "object": Text("一组", "object"),
    "array": Text("列表", "list"),
}
ANY = Text("任意", "anything")


@dataclass(frozen=True)
class Row:
    path: str
    depth: int
    kind: Text
    optional: bool
    about: str
    choices: tuple[str, ...]


def rows_of(schema: dict[str, Any], path: str = "", depth: int = 0) -> list[Row]:
    """The fields of an object, each followed by its own fields."""
    if depth >= DEEPEST:
        return []
    rows = []
    for name, inner in schema.get("properties", {}).items():
        bare, optional = _without_null(inner)
        place = f"{path}{name}"
        if bare.get("type") == "array":
            item, _ = _without_null(bare.get("items", {}))
            place += "[]"
            rows.append(_row(place, depth, bare, optional))
            rows += rows_of(item, f"{place}.", depth + 1)
        else:
            rows.append(_row(place, depth, bare, optional))
            rows += rows_of(bare, f"{place}.", depth + 1)
    return rows


def _row(place: str, depth: int, schema: dict[str, Any], optional: bool) -> Row:
    kind = KINDS.get(schema.get("type", ""), ANY)
    if "const" in schema:
        choices: tuple[str, ...] = (str(schema["const"]),)
    else:
        choices = tuple(str(choice) for choice in schema.get("enum", []) if choice is not None)
    return Row(place, depth, kind, optional, schema.get("description", ""), choices)


def _without_null(schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The schema of what may be null, with what is said of it, and whether it may."""
    if "anyOf" not in schema:
        return schema, False
    inner = [one for one in schema["anyOf"] if one.get("type") != "null"]
    said = {"description": schema["description"]} if "description" in schema else {}
    return (inner[0] | said if inner else {}), len(inner) < len(schema["anyOf"])
