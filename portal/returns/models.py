"""Yearly returns with all their versions, the papers behind them, and the official industry figures.

Whole numbers only: square metres, grams, 分. Rows are never removed; a correction is a new version.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
from portal.papers.models import KeptPaper
from portal.producers.models import Producer
from portal.returns.rules import State, Values

_IN_FORCE = text("state = 'accepted'")
_OPEN = text("state IN ('draft', 'submitted', 'sent_back')")


class AnnualReturn(Versioned, db.Model):
    """What one producer states for one GI and year. `edition` counts the versions from 1."""

    __tablename__ = "annual_return"
    __table_args__ = (
        UniqueConstraint("indication_id", "producer_id", "year", "edition"),
        # At most one version counts and at most one is being worked on.
        Index(
            "uq_annual_return_accepted",
            "indication_id",
            "producer_id",
            "year",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index(
            "uq_annual_return_open",
            "indication_id",
            "producer_id",
            "year",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        # The ledger of a year reads nothing but this index.
        Index(
            "ix_annual_return_ledger",
            "year",
            "indication_id",
            "producer_id",
            "value_fen",
            "mark_value_fen",
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index("ix_annual_return_adcode_year_state", "adcode", "year", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    adcode: Mapped[str] = mapped_column(String(9))
    year: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default=State.DRAFT.value)
    area_m2: Mapped[int | None] = mapped_column(BigInteger)
    quantity_g: Mapped[int | None] = mapped_column(BigInteger)
    value_fen: Mapped[int | None] = mapped_column(BigInteger)
    mark_value_fen: Mapped[int | None] = mapped_column(BigInteger)
    labels: Mapped[int | None] = mapped_column(BigInteger)
    months: Mapped[list | None] = mapped_column(Json)
    note: Mapped[str | None] = mapped_column(Text)
    filed_as: Mapped[str] = mapped_column(String(10))
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)
    demo: Mapped[bool] = mapped_column(default=False)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def values(self) -> Values:
        months = tuple((month, fen) for month, fen in self.months or ())
        return Values(
            self.area_m2, self.quantity_g, self.value_fen, self.mark_value_fen, self.labels, months, self.note
        )


class ReturnPaper(KeptPaper, db.Model):
    """Evidence that came with a return."""

    __tablename__ = "return_paper"

    return_id: Mapped[int] = mapped_column(ForeignKey("annual_return.id"), index=True)
    by_account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    removed_on: Mapped[date | None]


class OfficialOutput(Versioned, db.Model):
    """The output of the whole industry in a year as a statistics office states it: with its document.

    It comes before the sum of returns. `zone` is empty for the whole area of the GI.
    """

    __tablename__ = "official_output"
    __table_args__ = (
        Index(
            "uq_official_output_open",
            "indication_id",
            "year",
            "zone",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    year: Mapped[int]
    zone: Mapped[str] = mapped_column(String(9), default="")
    value_fen: Mapped[int] = mapped_column(BigInteger)
    issuer: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(String(300))
    document_on: Mapped[date]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)
