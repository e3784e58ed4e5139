"""Bulk files as they were last made, kept on disk until the register has another version.

The first reader gets the rows while they are read, and the file is written beside; the next ones get the
file. Its name holds the tag that readers see, so a kept file is never another than the one to be made.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import structlog

log = structlog.get_logger()

TAG = re.compile(r"[0-9a-f]{32}")


def find_kept(folder: Path, name: str, tag: str) -> Path | None:
    path = folder / f"{tag}-{name}"
    return path if path.is_file() else None


def keeping(folder: Path, name: str, tag: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks as they come; once all have gone by, they are the kept file of this name."""
    written = _begun(folder)
    if written is None:
        yield from chunks
        return
    path = Path(written.name)
    try:
        with written:
            whole = True
            for chunk in chunks:
                whole = whole and _added(written, chunk)
                yield chunk
        if whole:
            path.replace(folder / f"{tag}-{name}")
            _forget_others(folder, name, tag)
    finally:
        # Whoever broke off half-way leaves half a file.
        path.unlink(missing_ok=True)


def _begun(folder: Path) -> object | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return NamedTemporaryFile(dir=folder, prefix="making-", delete=False)
    except OSError as error:
        log.warning("file_not_kept", error=str(error))
        return None


def _added(written: object, chunk: bytes) -> bool:
    """A disk that is full takes the keeping away, not the answer."""
    try:
        written.write(chunk)
    except OSError as error:
        log.warning("file_not_kept", error=str(error))
        return False
    return True


def _forget_others(folder: Path, name: str, tag: str) -> None:
    for path in folder.glob(f"*-{name}"):
        found, _, of = path.name.partition("-")
        if of == name and found != tag and TAG.fullmatch(found):
            path.unlink(missing_ok=True)
