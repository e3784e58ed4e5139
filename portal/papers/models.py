"""What every table of documents holds; a room adds whose it is and who handed it in."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant
from portal.papers.files import PICTURES


class KeptPaper:
    """The bytes lie in DATA_DIR under the digest; the name is the one it came with."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def is_picture(self) -> bool:
        return self.media_type in PICTURES
