"""Monthly snapshots: the bulk files as they were, with their digests and the signed head of that moment."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import current_app

from portal.data.bulk import file_names, find_file
from portal.lib.clock import instant_text, now
from portal.register.queries import find_head, public_version
from portal.register.schema import head_as_json

MANIFEST = "manifest.json"
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Snapshot:
    month: str
    made_at: str
    version: int
    files: list[dict[str, object]]


def folder() -> Path:
    return current_app.config["SETTINGS"].data_dir / "snapshots"


def snapshots() -> list[Snapshot]:
    """The finished ones, newest first."""
    found = []
    for manifest in sorted(folder().glob(f"*/{MANIFEST}"), reverse=True):
        told = json.loads(manifest.read_text(encoding="utf-8"))
        found.append(Snapshot(manifest.parent.name, told["made_at"], told["version"], told["files"]))
    return found


def find_snapshot_file(month: str, name: str) -> Path | None:
    if not MONTH.fullmatch(month) or name not in (*file_names(), MANIFEST):
        return None
    path = folder() / month / name
    return path if path.is_file() else None


def make_snapshot(month: str) -> Path | None:
    """Write every bulk file of this moment; None where the month has its snapshot already."""
    target = folder() / month
    if target.exists():
        return None
    making = folder() / f".{month}"
    making.mkdir(parents=True, exist_ok=True)
    head = find_head()
    manifest = {
        "made_at": instant_text(now()),
        "version": public_version(),
        "head": head_as_json(head) if head else None,
        "files": [_write(making, name) for name in file_names()],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (making / MANIFEST).write_text(text, encoding="utf-8")
    making.rename(target)
    return target


def _write(target: Path, name: str) -> dict[str, object]:
    digest, size = sha256(), 0
    with (target / name).open("wb") as file:
        for chunk in find_file(name, "zh").chunks():
            raw = chunk.encode() if isinstance(chunk, str) else chunk
            file.write(raw)
            digest.update(raw)
            size += len(raw)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}
