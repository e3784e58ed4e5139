"""The picture of the house as data: docs/house.md draws it, test_layers.py holds the imports to it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Lowest first. A room may import from rooms below it, never from one above.
ROOMS = (
    "lib",
    "db",
    "register",
    "regions",
    "accounts",
    "papers",
    "office",
    "catalogue",
    "proposals",
    "brands",
    "producers",
    "authorisation",
    "verification",
    "land",
    "labels",
    "batches",
    "scans",
    "returns",
    "ratios",
    "targets",
    "credit",
    "tips",
    "cases",
    "transfers",
    "checks",
    "risk",
    "reports",
    "following",
    "workbench",
    "home",
    "about",
    "api",
    "data",
    "ogc",
)

# What a file of this name inside a room may not import from any room.
INNER_ORDER = ("rules", "models", "queries", "actions", "forms", "schema", "views")

# Files directly in portal/ that serve rooms: what stands beside `db` at the bottom, and the frame on top.
GROUND = {
    "db": "db",
    "storing": "db",
    "paging": "db",
    "fields": "db",
    "mail": "accounts",
    "jobs": "accounts",
}
FRAME = {
    "access",
    "app",
    "cli",
    "errors",
    "fresh",
    "headers",
    "language",
    "limits",
    "logs",
    "models",
    "navigation",
    "opening",
    "pages",
    "probes",
    "rooms",
    "serving",
    "static_files",
}
# The parts of the frame that views (and only views) may use.
FOR_VIEWS = {"access", "errors", "headers", "language", "limits", "pages", "fresh"}


def python_files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def imports_of(path: Path, everywhere: bool = True) -> Iterator[str]:
    """The modules a file imports, `from a.b import c` given as a.b.c; only at the top if asked."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    """portal.catalogue.rules → catalogue; portal.access → None (a part of the frame)."""
    parts = module.split(".")
    if parts[0] != "portal" or len(parts) < 2:
        return None
    name = parts[1]
    return GROUND.get(name) or (name if name in ROOMS else None)
