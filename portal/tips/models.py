"""Tips and complaints, their clocks, steps and photographs. Who told lies sealed in a table of its own."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
from portal.office.clocks import Clocked, RunningClock
from portal.papers.models import KeptPaper
from portal.producers.models import Producer
from portal.tips.rules import Clock, Kind, Matter, State


class Tip(Clocked, Versioned, db.Model):
    """`number` is the receipt; its secret is kept as a digest only. `adcode` is who handles it, `place` where
    it happened. `sender` is a salted digest that tells floods, and nobody."""

    __tablename__ = "tip"
    __table_args__ = (
        Index("ix_tip_adcode_state", "adcode", "state"),
        # Sent twice by a device that lost the answer, it is one tip.
        Index("uq_tip_client_key", "client_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    matter: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), index=True)
    adcode: Mapped[str] = mapped_column(String(9))
    place: Mapped[str] = mapped_column(String(9))
    where: Mapped[str | None] = mapped_column(String(200))
    lon: Mapped[int | None]
    lat: Mapped[int | None]
    facts: Mapped[str] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(Text)
    respondent: Mapped[str | None] = mapped_column(String(200))
    code: Mapped[str | None] = mapped_column(String(60))
    indication_id: Mapped[int | None] = mapped_column(ForeignKey("indication.id"), index=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    named: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(12))
    client_key: Mapped[str | None] = mapped_column(String(64))
    sender: Mapped[str | None] = mapped_column(String(32), index=True)
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("tip.id"), index=True)
    answer: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication | None] = relationship(lazy="raise_on_sql")
    producer: Mapped[Producer | None] = relationship(lazy="raise_on_sql")
    clocks: Mapped[list["TipClock"]] = relationship(order_by="TipClock.id", lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"tip:{self.number}"

    @property
    def sort(self) -> Kind:
        return Kind(self.kind)

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def about(self) -> Matter:
        return Matter(self.matter)


class TipSender(db.Model):
    """Who told, sealed with a key that lies in no database. Each look at it is an entry."""

    __tablename__ = "tip_sender"

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)


class TipClock(RunningClock, db.Model):
    """One that may be extended, and that stands still while something is tested: `reason` says why."""

    __tablename__ = "tip_clock"

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), index=True)
    clock: Mapped[str] = mapped_column(String(10))
    extended_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    paused_on: Mapped[date | None]
    paused_days: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def what(self) -> Clock:
        return Clock(self.clock)


class TipStep(db.Model):
    """One step: what the office wrote for itself (`note`) and what the sender reads (`told`)."""

    __tablename__ = "tip_step"
    __table_args__ = (UniqueConstraint("tip_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"))
    n: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    office: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    told: Mapped[str | None] = mapped_column(Text)
    more: Mapped[dict | None] = mapped_column(Json)


class TipPhotograph(KeptPaper, db.Model):
    """A picture without what a camera writes into it."""

    __tablename__ = "tip_photograph"

    tip_id: Mapped[int] = mapped_column(ForeignKey("tip.id"), index=True)
