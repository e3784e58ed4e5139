"""A change to the register that waits for a second person."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Json, Versioned, db


class Proposal(Versioned, db.Model):
    """A change that one official proposed and another must confirm before it is stored."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    step: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(9), index=True)
    payload: Mapped[dict] = mapped_column(Json)
    outline_wkb: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="proposed", index=True)
    based_on_version: Mapped[int | None]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)
