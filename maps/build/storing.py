"""Stores the parts of a map, plain and compressed, and knows whether they still fit their sources."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class MapParts:
    """What lies in the folder of map parts; `version` changes whenever one byte of a part changes."""

    folder: Path
    inputs: str
    version: str
    source: dict[str, str]
    files: dict[str, dict[str, Any]]

    def path(self, name: str) -> Path:
        return self.folder / name

    def compressed(self, name: str) -> Path:
        return self.folder / f"{name}.gz"


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def store(folder: Path, parts: Mapping[str, bytes], inputs: str, source: dict[str, str]) -> MapParts:
    """Write every part plain and compressed; the manifest comes last, so that half a build is no build."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    files = {name: _store_one(folder / name, content) for name, content in sorted(parts.items())}
    version = hashlib.sha256("".join(each["sha256"] for each in files.values()).encode()).hexdigest()
    manifest = {"inputs": inputs, "version": version[:16], "source": source, "files": files}
    _replace(folder / MANIFEST, as_json(manifest))
    return MapParts(folder, **manifest)


def read_manifest(folder: Path) -> MapParts | None:
    """The parts in a folder, None where there are none or not all of them."""
    file = folder / MANIFEST
    if not file.exists():
        return None
    parts = MapParts(folder, **json.loads(file.read_text(encoding="utf-8")))
    complete = all(parts.path(name).exists() and parts.compressed(name).exists() for name in parts.files)
    return parts if complete else None


def _store_one(file: Path, content: bytes) -> dict[str, Any]:
    # Without a time in the header the same content gives the same compressed bytes.
    compressed = gzip.compress(content, 9, mtime=0)
    _replace(file, content)
    _replace(file.with_name(f"{file.name}.gz"), compressed)
    return {"bytes": len(content), "gzip": len(compressed), "sha256": hashlib.sha256(content).hexdigest()}


def _replace(file: Path, content: bytes) -> None:
    """A reader sees the old file or the new one, never half of one."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(content)
    fresh.replace(file)
