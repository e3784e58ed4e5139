"""Yearly reports and the texts that officials write for them.

A published row is never changed again: a correction is a new edition beside it. `content` is the report as
plain data (pieces.py), `digest` the SHA-256 of its canonical form, `files` the digests of what was made
of it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Json, Versioned, db
from portal.reports.rules import About, State


class AnnualReport(Versioned, db.Model):
    __tablename__ = "annual_report"
    __table_args__ = (
        UniqueConstraint("about", "key", "year", "edition"),
        Index("ix_annual_report_adcode_year", "adcode", "year"),
        Index("ix_annual_report_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(80))
    adcode: Mapped[str] = mapped_column(String(9))
    year: Mapped[int]
    edition: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20))
    done: Mapped[int] = mapped_column(default=0)
    whole: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[dict | None] = mapped_column(Json, deferred=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    missing: Mapped[int | None]
    files: Mapped[dict | None] = mapped_column(Json)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime | None] = mapped_column(Instant)
    document_number: Mapped[str | None] = mapped_column(String(120))
    remark: Mapped[str | None] = mapped_column(String(500))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_as: Mapped[str | None] = mapped_column(String(200))
    demo: Mapped[bool] = mapped_column(default=False)

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def what(self) -> About:
        return About(self.about)

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}

    @property
    def subject(self) -> str:
        return f"report:{self.about}/{self.key}/{self.year}"


class ReportText(Versioned, db.Model):
    """What officials wrote for one report of one year; every edition of that year reads it.

    `carried_from` is the year whose text still stands here, until somebody has looked at it.
    """

    __tablename__ = "annual_report_text"
    __table_args__ = (UniqueConstraint("about", "key", "year", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(80))
    year: Mapped[int]
    part: Mapped[str] = mapped_column(String(30))
    body: Mapped[str] = mapped_column(Text)
    carried_from: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
