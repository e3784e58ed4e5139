"""A photograph of a label: made small, read by a program of its own, shown beside the check, never stored."""

import base64
import binascii
import fcntl
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import structlog

from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.papers.files import read_paper, refusal

log = structlog.get_logger()

READER = Path(__file__).with_name("label_reader.py")
READ_SECONDS = 45
WAIT_SECONDS = 20
# Small enough to be sent along with a form, large enough for the small print of a label.
READ_PIXELS, SHOWN_PIXELS, SHOWN_QUALITY = 2400, 1000, 70
MOST_SHOWN_BYTES = 600_000

ONLY_PICTURES = Text("请选择照片（JPEG 或 PNG）", "Choose a photograph (JPEG or PNG)")
NOT_READABLE = Text(
    "这台服务器没有装文字识别，照片只显示在旁边，请对照着填",
    "This server has no text recognition; the photograph stands beside the form for you to compare",
)
BUSY = Text(
    "正在识别别的照片；这张先显示在旁边，请对照着填，或稍后再传",
    "Another photograph is being read; this one stands beside the form: type along, or try again later",
)
FAILED = Text("照片上的文字没有读出来，请对照着填", "Nothing could be read from it; type what it shows")


@dataclass(frozen=True)
class Photo:
    """`shown` is the small picture as a JPEG; `said` why nothing was read, where that is so."""

    shown: bytes
    lines: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    said: Text | None = None

    @property
    def carried(self) -> str:
        """The small picture as text, so that a form can carry it from page to page without our storing it."""
        return base64.b64encode(self.shown).decode()


def take_photo(name: str, content: bytes, folder: Path) -> Photo:
    """Judge a photograph by its content, make it small and upright without what the camera wrote into
    it (place, device), and read what is on it."""
    paper = read_paper(name, content)
    if not paper.media_type.startswith("image/"):
        raise refusal(ONLY_PICTURES)
    shown = _smaller(paper.content, SHOWN_PIXELS, SHOWN_QUALITY)
    lines, codes, said = _read(_smaller(paper.content, READ_PIXELS, 92), folder)
    return Photo(shown, lines, codes, said)


def carried_photo(text: str) -> Photo | None:
    """A small picture that came back with a form; nothing if it is not one of ours any more."""
    if not text or len(text) > MOST_SHOWN_BYTES:
        return None
    try:
        content = base64.b64decode(text, validate=True)
        return Photo(_smaller(read_paper("label.jpg", content).content, SHOWN_PIXELS, SHOWN_QUALITY))
    except (binascii.Error, ValueError, RuleBroken):
        return None


def _smaller(content: bytes, most: int, quality: int) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((most, most))
    kept = BytesIO()
    upright.save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def can_read() -> bool:
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def _read(picture: bytes, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...], Text | None]:
    if not can_read():
        return (), (), NOT_READABLE
    with _turn(folder) as ours:
        if not ours:
            return (), (), BUSY
        return _read_apart(picture)


def _read_apart(picture: bytes) -> tuple[tuple[str, ...], tuple[str, ...], Text | None]:
    command = [sys.executable, "-I", str(READER)]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=READ_SECONDS, check=True)
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as problem:
        log.warning("label_not_read", problem=type(problem).__name__)
        return (), (), FAILED
    lines, codes = tuple(found["lines"]), tuple(found["codes"])
    return lines, codes, None if lines or codes else FAILED


@contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """One reader at a time on a machine, however many workers there are; False after some waiting."""
    with (folder / "label-reader.lock").open("w") as lock:
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    yield False
                    return
                time.sleep(0.2)
        yield True
