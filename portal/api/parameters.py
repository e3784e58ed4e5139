"""What an address of the API may be asked with: read, refused by name and described from one statement."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.lib.clock import NOT_A_DAY
from portal.lib.text import Text
from portal.regions.queries import find_region

Schema = dict[str, Any]
# The stores refuse the character nought, and no name or word has any of the others.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ASCII_DIGITS = re.compile(r"[0-9]{1,18}")


class Misread(Exception):
    """A value that cannot be taken; the message stands beside the parameter in the refusal."""

    def __init__(self, message: Text):
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Parameter:
    name: str
    about: Text
    read: Callable[[str], object]
    schema: Callable[[], Schema]
    default: object = None
    required: bool = False
    several: bool = False
    example: object = None
    more: Schema = field(default_factory=dict)


def whole(
    name: str,
    about: Text,
    low: int,
    high: int,
    default: int | None = None,
    required: bool = False,
    example: int | None = None,
) -> Parameter:
    """A whole number within bounds."""

    def read(typed: str) -> int:
        if ASCII_DIGITS.fullmatch(typed) and low <= int(typed) <= high:
            return int(typed)
        zh, en = f"应为 {low} 到 {high} 之间的整数", f"Must be a whole number from {low} to {high}"
        raise Misread(Text(zh, en))

    schema: Schema = {"type": "integer", "minimum": low, "maximum": high}
    if default is not None:
        schema["default"] = default
    return Parameter(name, about, read, lambda: schema, default, required, example=example)


def decimal(
    name: str, about: Text, low: float, high: float, required: bool = False, example: float | None = None
) -> Parameter:
    """A decimal number within bounds; what only looks like one to a computer (nan, inf) is refused."""

    def read(typed: str) -> float:
        if re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,18})?([eE]-?[0-9]{1,3})?", typed):
            value = float(typed)
            if low <= value <= high:
                return value
        raise Misread(Text(f"应为 {low} 到 {high} 之间的数", f"Must be a number from {low} to {high}"))

    schema: Schema = {"type": "number", "minimum": low, "maximum": high}
    return Parameter(name, about, read, lambda: schema, None, required, example=example)


def words(
    name: str,
    about: Text,
    longest: int = 100,
    required: bool = False,
    example: str | None = None,
    pattern: str | None = None,
) -> Parameter:
    """Free words, or words of one form."""

    def read(typed: str) -> str:
        if CONTROL.search(typed):
            raise Misread(Text("不能含有控制字符", "Must not contain control characters"))
        if len(typed) > longest:
            raise Misread(Text(f"最多 {longest} 个字", f"At most {longest} characters"))
        if pattern and not re.search(pattern, typed):
            raise Misread(Text(f"格式应符合 {pattern}", f"Must have the form {pattern}"))
        return typed

    schema: Schema = {"type": "string", "maxLength": longest, "pattern": pattern or r"^[^\x00-\x1f\x7f]*$"}
    return Parameter(name, about, read, lambda: schema, "", required, example=example)


def one_of(
    name: str,
    about: Text,
    choices: Iterable[str] | Callable[[], Iterable[str]],
    several: bool = False,
    required: bool = False,
    example: str | None = None,
) -> Parameter:
    """One of a few words; `several` may be given again for more than one."""

    def known() -> list[str]:
        return [str(choice) for choice in (choices if isinstance(choices, Iterable) else choices())]

    def read(typed: str) -> str:
        listed = known()
        if typed in listed or not (typed or required):
            return typed
        if len(listed) > 30:
            raise Misread(Text("没有这个值", "There is no such value"))
        said = [choice for choice in listed if choice]
        raise Misread(Text("应为：" + "、".join(said), "Must be one of: " + ", ".join(said)))

    def schema() -> Schema:
        nothing = [] if required or "" in known() else [""]
        return {"type": "string", "enum": [*nothing, *known()]}

    return Parameter(name, about, read, schema, "", required, several, example)


def day(name: str, about: Text, required: bool = False, example: str | None = None) -> Parameter:
    """A day like 2026-11-20."""

    def read(typed: str) -> date:
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
                return date.fromisoformat(typed)
        except ValueError:
            pass
        raise Misread(NOT_A_DAY)

    return Parameter(
        name, about, read, lambda: {"type": "string", "format": "date"}, None, required, example=example
    )


ADCODE_PATTERN = r"^([0-9]{6}|[0-9]{9})$"
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def adcode(name: str, about: Text, example: str = "640521", required: bool = False) -> Parameter:
    """The code of a division that exists."""

    def read(typed: str) -> str:
        if not typed and not required:
            return ""
        if re.search(ADCODE_PATTERN, typed) and find_region(typed):
            return typed
        raise Misread(Text("没有这个行政区划代码", "There is no division with this code"))

    return Parameter(
        name, about, read, lambda: {"$ref": "#/components/schemas/Adcode"}, "", required, example=example
    )


PAGE = whole("page", Text("第几页", "Which page"), 1, 10**6, 1)


def per_page(default: int) -> Parameter:
    return whole("per_page", Text("每页几条", "How many on a page"), 1, 200, default)
