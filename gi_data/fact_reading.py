"""Turn one YAML value into one frozen shape, or refuse it by file and key."""

import dataclasses
import functools
import types
import typing
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from gi_data.fact_types import Citation, Document, PartialDate
from portal.lib.text import Text

# Exact decimal text: these stay text because "0.10" and "0.1" are different statements of precision.
DECIMAL_FIELDS = {"value", "count"}


class FactError(ValueError):
    """A file of the register that cannot be taken as it stands; names the file and the key."""

    def __init__(self, file: str, key: str, message: Text) -> None:
        super().__init__(f"{file}: {key}: {message.zh} / {message.en}")
        self.file = file
        self.key = key
        self.message = message


class _TextLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, reading every plain scalar but true, false and null as text.

    A year must not become a number, 0.10 must not become 0.1, and a key given twice must not win silently.
    """

    yaml_implicit_resolvers: typing.ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":bool", ":null"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict:
        seen = set()
        for key_node, _ in node.value:
            if repr(key_node.value) in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(repr(key_node.value))
        return super().construct_mapping(node, deep)


def load_yaml(folder: Path, file: str) -> Any:
    """The value of one file; a file that is missing, not UTF-8 or not YAML is a FactError."""
    try:
        with (folder / file).open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_TextLoader)  # noqa: S506 - a subclass of the safe loader
    except FileNotFoundError:
        raise FactError(file, "-", Text("文件不存在", "the file is missing")) from None
    except UnicodeDecodeError as error:
        raise FactError(file, "-", Text("文件不是 UTF-8 编码", f"not UTF-8: {error.reason}")) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "-" if mark is None else f"line {mark.line + 1}"
        problem = getattr(error, "problem", None) or "unreadable"
        raise FactError(file, line, Text("不是有效的 YAML", f"not valid YAML: {problem}")) from None


@functools.cache
def _hints_of(shape: type) -> dict[str, Any]:
    """Worked out once for each shape: fifty thousand GIs have eight hundred thousand of them."""
    return typing.get_type_hints(shape)


class Shaper:
    """Builds shapes for one file; knows the documents so that a citation can be checked at once."""

    def __init__(self, file: str, documents: dict[str, Document] | None = None) -> None:
        self.file = file
        self.documents = documents

    def refuse(self, key: str, zh: str, en: str) -> typing.NoReturn:
        raise FactError(self.file, key, Text(zh, en))

    def build(self, shape: type, raw: Any, key: str = "", **given: Any) -> Any:
        """The frozen `shape` made from `raw`; `given` are fields that come from outside the file."""
        if not isinstance(raw, dict):
            self.refuse(key or "-", "这里应是一组“键: 值”", "a mapping of keys and values is expected here")
        hints = _hints_of(shape)
        unknown = [name for name in raw if name not in hints or name in given]
        if unknown:
            self.refuse(_join(key, unknown[0]), "没有这个键", f"no such key in {shape.__name__}")
        values = dict(given)
        for field in dataclasses.fields(shape):
            if field.name in given:
                continue
            if field.name in raw:
                values[field.name] = self._value(hints[field.name], raw[field.name], _join(key, field.name))
            elif field.name == "support" and "sources" in values:
                values["support"] = self._support_of(values["sources"], _join(key, "support"))
            elif field.default is dataclasses.MISSING:
                if not _is_optional(hints[field.name]):
                    self.refuse(_join(key, field.name), "缺少这个键", "this key is missing")
                values[field.name] = None
        return shape(**values)

    def build_list(self, shape: type, raw: Any, key: str = "") -> tuple:
        return self._value(tuple[shape, ...], raw, key)

    def build_map(self, shape: type, raw: Any, key: str = "") -> dict:
        return self._value(dict[str, shape], raw, key)

    def _value(self, hint: Any, raw: Any, key: str) -> Any:
        origin = typing.get_origin(hint)
        if origin in (types.UnionType, typing.Union):
            inner = next(kind for kind in typing.get_args(hint) if kind is not types.NoneType)
            return None if raw is None else self._value(inner, raw, key)
        if origin is tuple:
            return self._tuple(typing.get_args(hint)[0], raw, key)
        if origin is dict:
            return self._mapping(typing.get_args(hint)[1], raw, key)
        if origin is typing.Literal:
            return self._choice(typing.get_args(hint), raw, key)
        if hint is bool:
            return (
                raw
                if isinstance(raw, bool)
                else self.refuse(key, "应为 true 或 false", "true or false is expected")
            )
        if hint is str:
            return self._text(raw, key)
        if hint is PartialDate:
            return self._date(raw, key)
        if hint is Citation:
            return self._citation(raw, key)
        return self.build(hint, raw, key)

    def _tuple(self, inner: Any, raw: Any, key: str) -> tuple:
        if not isinstance(raw, list):
            self.refuse(key, "这里应是列表", "a list is expected here")
        if not raw and key.rsplit(".", 1)[-1] == "sources":
            self.refuse(key, "每条事实都要有来源", "every fact needs a source")
        return tuple(self._value(inner, item, f"{key}[{number}]") for number, item in enumerate(raw))

    def _mapping(self, inner: Any, raw: Any, key: str) -> dict:
        if not isinstance(raw, dict):
            self.refuse(key, "这里应是一组“键: 值”", "a mapping of keys and values is expected here")
        return {name: self._value(inner, value, _join(key, name)) for name, value in raw.items()}

    def _choice(self, choices: tuple, raw: Any, key: str) -> str:
        if raw not in choices:
            self.refuse(key, f"“{raw}”不在允许的词中", f"{raw!r} is not one of {', '.join(choices)}")
        return raw

    def _text(self, raw: Any, key: str) -> str:
        if not isinstance(raw, str) or not raw.strip():
            self.refuse(key, "这里应有文字（两种语言都不能空）", "text is expected here (both languages)")
        if key.rsplit(".", 1)[-1] in DECIMAL_FIELDS:
            self._check_decimal(raw, key)
        return raw

    def _check_decimal(self, raw: str, key: str) -> None:
        try:
            exact = Decimal(raw)
        except InvalidOperation:
            exact = Decimal("NaN")
        if not exact.is_finite() or "e" in raw.lower() or "_" in raw:
            self.refuse(key, f"“{raw}”不是十进制数", f"{raw!r} is not a plain decimal number")

    def _date(self, raw: Any, key: str) -> PartialDate:
        pieces = raw.split("-") if isinstance(raw, str) else []
        widths = tuple(len(piece) for piece in pieces)
        if widths not in {(4,), (4, 2), (4, 2, 2)} or not all(p.isascii() and p.isdigit() for p in pieces):
            self.refuse(key, f"“{raw}”不是日期", f"{raw!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        numbers = [int(piece) for piece in pieces]
        try:
            date(*(numbers + [1, 1])[:3])
        except ValueError:
            self.refuse(key, f"历法中没有“{raw}”", f"there is no such day as {raw!r}")
        return PartialDate(raw, *numbers)

    def _citation(self, raw: Any, key: str) -> Citation:
        document_id, _, place_key = self._text(raw, key).partition("/")
        document = (self.documents or {}).get(document_id)
        if document is None:
            self.refuse(
                key, f"文件目录中没有“{document_id}”", f"no document {document_id!r} in documents.yaml"
            )
        if not place_key:
            return Citation(document_id)
        place = (document.places or {}).get(place_key)
        if place is None:
            self.refuse(
                key, f"“{document_id}”中没有位置“{place_key}”", f"{document_id!r} has no place {place_key!r}"
            )
        return Citation(document_id, place_key, place)

    def _support_of(self, sources: tuple[Citation, ...], key: str) -> str:
        """The support of the first document cited, unless the file says otherwise."""
        if not sources or self.documents is None:
            self.refuse(key, "没有来源就没有依据程度", "without a source there is no support")
        return self.documents[sources[0].document].kind


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else str(name)


def _is_optional(hint: Any) -> bool:
    return types.NoneType in typing.get_args(hint)
