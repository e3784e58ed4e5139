"""One document becomes a row of the room it belongs to, and its bytes are kept."""

from datetime import datetime
from pathlib import Path
from typing import TypeVar

from portal.db import db
from portal.papers.files import Paper, keep
from portal.papers.models import KeptPaper

Row = TypeVar("Row", bound=KeptPaper)


def file_paper(table: type[Row], paper: Paper, folder: Path, now: datetime, **own: object) -> Row:
    """Stored with what the room says of it (`own`): whose it is, who handed it in."""
    keep(folder, paper)
    row = table(
        name=paper.name, media_type=paper.media_type, size=paper.size, digest=paper.digest, at=now, **own
    )
    db.session.add(row)
    return row
