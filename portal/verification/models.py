"""Whose change of state somebody wants to hear of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, db


class WatchedCode(db.Model):
    """One code on one person's list. `seen_version` and `seen_on` say up to where it was compared."""

    __tablename__ = "watched_code"
    __table_args__ = (
        Index(
            "uq_watched_code_open",
            "account_id",
            "code",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Instant)
    changed_on: Mapped[date | None]
    seen_version: Mapped[int]
    seen_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
