"""The colours of pictures, read from the portal's own style sheets so that they are stated once."""

import re
from functools import lru_cache
from pathlib import Path

STYLES = Path(__file__).resolve().parents[1] / "portal" / "static" / "css"
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")

# What a picture is made of → the token it takes its colour from.
ROLES = {
    "sea": "paper-sunken",
    "land": "paper-raised",
    "line": "rule",
    "edge": "rule-strong",
    "water": "kind-brand",
    "name": "ink-soft",
    "ink": "ink",
    "share": "teal",
    **{
        kind: f"kind-{kind.replace('_', '-')}"
        for kind in ("gi_product", "certification_mark", "collective_mark", "agri_gi", "brand")
    },
    "none": "ink-faint",
}


@lru_cache(maxsize=1)
def light() -> dict[str, str]:
    return _read("tokens.css")


@lru_cache(maxsize=1)
def dark() -> dict[str, str]:
    return light() | _read("dark.css")


def _read(name: str) -> dict[str, str]:
    tokens = dict(TOKEN.findall((STYLES / name).read_text(encoding="utf-8")))
    return {role: tokens[token] for role, token in ROLES.items() if token in tokens}
