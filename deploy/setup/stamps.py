"""A stamp says which inputs a finished step was done with, so that the same step is not done twice."""

import hashlib
from pathlib import Path


def digest_of(inputs: list[Path]) -> str:
    """One digest over the names and contents of the files."""
    total = hashlib.sha256()
    for path in inputs:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_done(stamp: Path, inputs: list[Path]) -> bool:
    return stamp.is_file() and stamp.read_text() == digest_of(inputs)


def mark_done(stamp: Path, inputs: list[Path]) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest_of(inputs))
