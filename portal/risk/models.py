"""Findings the portal raised by itself, what a person did with them, and when they were last computed."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
from portal.producers.models import Producer
from portal.risk.rules import FindingKind, FindingState


class RiskFinding(Versioned, db.Model):
    """One thing that looks odd. `key` names it for ever: the same oddity is raised once. `standing` says
    whether the last computation still found it."""

    __tablename__ = "risk_finding"
    __table_args__ = (Index("ix_risk_finding_adcode_state", "adcode", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    adcode: Mapped[str] = mapped_column(String(9))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    indication_id: Mapped[int | None] = mapped_column(ForeignKey("indication.id"), index=True)
    severity: Mapped[int]
    title: Mapped[dict] = mapped_column(Json)
    reasoning: Mapped[list] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    standing: Mapped[bool] = mapped_column(Boolean, default=True)
    state: Mapped[str] = mapped_column(String(12), default=FindingState.OPEN.value)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    taken_as: Mapped[str | None] = mapped_column(String(20))
    taken_to: Mapped[str | None] = mapped_column(String(120))

    producer: Mapped[Producer | None] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication | None] = relationship(lazy="raise_on_sql")

    @property
    def kind_of(self) -> FindingKind:
        return FindingKind(self.kind)

    @property
    def stands(self) -> FindingState:
        return FindingState(self.state)


class RiskRun(db.Model):
    """One computation: when, how long it took, what each kind found."""

    __tablename__ = "risk_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    milliseconds: Mapped[int]
    counts: Mapped[dict] = mapped_column(Json)
    failed: Mapped[list] = mapped_column(Json)
