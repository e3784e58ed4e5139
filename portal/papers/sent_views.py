"""Documents in and out of a request: what came with a form, what is handed to whoever may have it."""

from io import BytesIO
from pathlib import Path

from flask import Response, current_app, request, send_file

from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.papers.files import EMPTY, Paper, path_of, read_paper, refusal
from portal.papers.models import KeptPaper

NOT_HERE = Text("文件不在本门户", "The document is not on this portal")


def folder() -> Path:
    return current_app.config["SETTINGS"].data_dir


def papers_sent(name: str = "file") -> list[Paper]:
    """The documents that came with this request, each judged by its content."""
    sent = [file for file in request.files.getlist(name) if file.filename]
    return [read_paper(file.filename, file.stream.read()) for file in sent]


def paper_sent(name: str = "file") -> Paper:
    """The one document that a form is about; without it the form says so."""
    found = papers_sent(name)
    if not found:
        raise refusal(EMPTY)
    return found[0]


def paper_answer(paper: KeptPaper, name: str | None = None) -> Response:
    """The bytes, to be saved: a page may show a picture by its address, but none opens in the portal's name,
    and no browser or proxy keeps it."""
    path = path_of(folder(), paper.digest)
    if not path.exists():
        raise NotFound(NOT_HERE)
    content = BytesIO(path.read_bytes())
    answer = send_file(content, paper.media_type, True, name or paper.name, conditional=False, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
