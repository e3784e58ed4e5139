"""Documents that people hand in: judged by their content, kept outside the web root under their digest."""

import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from portal.lib.problems import RuleBroken
from portal.lib.text import Text

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 80_000_000
NAME_LONGEST = 120
MEDIA = {"PDF": "application/pdf", "JPEG": "image/jpeg", "PNG": "image/png"}
PICTURES = frozenset({MEDIA["JPEG"], MEDIA["PNG"]})
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
ACCEPT = ".pdf,.jpg,.jpeg,.png"

TOO_LARGE = Text("文件超过 20 MB，请压缩或分成几份", "The document is over 20 MB; compress or split it")
EMPTY = Text("文件是空的", "The document is empty")
NOT_KNOWN = Text(
    "只收 PDF、JPEG、PNG；这个文件的内容不是其中任何一种（只改扩展名没有用）",
    "Only PDF, JPEG and PNG are taken; the content of this one is none of them, whatever its name says",
)
BROKEN = Text(
    "文件不完整或已损坏，请重新扫描或导出", "The document is incomplete or damaged; scan or export it again"
)
LOCKED = Text("PDF 设了密码，请去掉密码后再上传", "The PDF is protected by a password; remove it first")
TOO_MANY_PIXELS = Text("图片像素过多，请缩小后再上传", "The picture has too many pixels; make it smaller")


@dataclass(frozen=True)
class Paper:
    """A document whose content was looked at and found to be what it must be."""

    name: str
    media_type: str
    content: bytes
    digest: str

    @property
    def size(self) -> int:
        return len(self.content)


def read_paper(name: str, content: bytes) -> Paper:
    """Judge a document by what is in it; a refusal says what is wrong and lands beside the field."""
    if not content:
        raise refusal(EMPTY)
    if len(content) > MOST_BYTES:
        raise refusal(TOO_LARGE)
    media_type = MEDIA["PDF"] if content[:1024].lstrip()[:5] == b"%PDF-" else _picture_type(content)
    if media_type == MEDIA["PDF"]:
        _check_pdf(content)
    return Paper(_clean_name(name, media_type), media_type, content, sha256(content).hexdigest())


def refusal(fault: Text) -> RuleBroken:
    return RuleBroken(Text("文件没有收下", "The document was not taken"), {"file": fault})


def _check_pdf(content: bytes) -> None:
    """The end of a PDF says where its table of objects stands; a file cut short does not agree."""
    end = content[-2048:]
    found = re.findall(rb"startxref\s+(\d+)\s+%%EOF", end)
    if not found:
        raise refusal(BROKEN)
    place = content.find(b"%PDF-") + int(found[-1])
    there = content[place : place + 24].lstrip()
    if not (there.startswith(b"xref") or re.match(rb"\d+\s+\d+\s+obj", there)):
        raise refusal(BROKEN)
    if b"/Encrypt" in content:
        raise refusal(LOCKED)


def _picture_type(content: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
                kind, (wide, high) = picture.format, picture.size
                if wide * high > MOST_PIXELS:
                    raise refusal(TOO_MANY_PIXELS)
                picture.load()
    except UnidentifiedImageError:
        raise refusal(NOT_KNOWN) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise refusal(TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError):
        raise refusal(BROKEN) from None
    return MEDIA[kind]


def _clean_name(name: str, media_type: str) -> str:
    """The name as typed, without folders or unseen characters, ending as its content says."""
    last = re.split(r"[\\/]", name)[-1]
    shown = "".join(c for c in last if c.isprintable()).strip(" .")
    stem = re.sub(r"(^|\.)(pdf|jpe?g|png)$", "", shown, flags=re.IGNORECASE)[:NAME_LONGEST]
    return (stem or "document") + ENDINGS[media_type]


def keep(folder: Path, paper: Paper) -> None:
    """Write the bytes once under their digest; whole or not at all."""
    target = path_of(folder, paper.digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(paper.content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(target)


def path_of(folder: Path, digest: str) -> Path:
    return folder / "documents" / digest[:2] / digest
