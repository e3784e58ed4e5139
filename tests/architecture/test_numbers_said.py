"""“1 days” is no English: a counted noun stands as [n:day|days], so that one is spoken of as one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT

BY_NUMBER = re.compile(r"\[\w+:[^|\]]*\|[^\]]*\]")
COUNTED = re.compile(
    r"\{(?:n|m|count|counted|days|done|found|left|score|least|shown|sum|total|waiting|len\(.*?\))\}"
    r" (?:[a-z]+ ){0,2}(?!always\b|is\b|was\b|has\b|this\b|across\b)[a-z-]*(?:[a-z]s|people|were|are|have)\b"
)
LIMIT = re.compile(r"(?:[Aa]t most|[Aa]t least|[Mm]ore than|[Ff]ewer than|to) \{\w+\}|\{\w+\} ms\b")
# Sentences that are filled on the page; without values a script fills them.
FILLED = re.compile(r"\bt\(\s*'(?:[^'\\]|\\.)*'\s*,\s*'((?:[^'\\]|\\.)*)'\s*,")


def test_what_is_counted_is_said_by_its_number():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {found[0]}"
        for path, line, sentence in _english()
        if (found := COUNTED.search(LIMIT.sub("", BY_NUMBER.sub("", sentence))))
    ]
    assert wrong == []


def test_a_sentence_with_one_as_many_is_found():
    assert COUNTED.search("{n} working days") and COUNTED.search("{count} others were not")
    assert not COUNTED.search(BY_NUMBER.sub("", "{n} [n:day|days] left"))


def _english() -> Iterator[tuple[Path, int, str]]:
    for folder in ("portal", "gi_data", "maps"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node) == "Text" and len(node.args) == 2:
                    yield path, node.lineno, _written(node.args[1])
    for path in sorted((ROOT / "templates").rglob("*.*")):
        text = path.read_text(encoding="utf-8")
        for found in FILLED.finditer(text):
            yield path, text.count("\n", 0, found.start()) + 1, found[1]


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"
            for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
