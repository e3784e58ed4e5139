"""What a program was answered, so that the same request sent twice does nothing twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Json, db


class KeptRequest(db.Model):
    """One Idempotency-Key of one account: what was asked with it (as a digest) and what was answered."""

    __tablename__ = "kept_request"
    __table_args__ = (
        Index("uq_kept_request_account_id_key", "account_id", "key", unique=True),
        Index("ix_kept_request_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
