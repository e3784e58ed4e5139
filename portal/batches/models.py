"""Batches, what happened to them, who has them, their tests, and what is offered on marketplaces.

A batch belongs to one producer for ever: what is handed over becomes a batch of the receiver. Events are
never changed; quantities are whole grams, and the database itself refuses to go below nothing.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.batches.rules import BatchState, HandoverState, Kind, Result, Stage, state_of
from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
from portal.papers.models import KeptPaper
from portal.producers.models import Producer


class Batch(Versioned, db.Model):
    """`lot` is the producer's own number for it; `grams` is None for a planting, which has no weight."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("producer_id", "lot"),
        CheckConstraint("grams_left >= 0 AND grams_left <= grams", name="nothing_from_nothing"),
        Index("ix_batch_indication_id_made_on", "indication_id", "made_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    lot: Mapped[str | None] = mapped_column(String(60))
    goods: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    stage: Mapped[str] = mapped_column(String(12))
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    plot_id: Mapped[int | None] = mapped_column(ForeignKey("plot.id"), index=True)
    grams: Mapped[int | None] = mapped_column(BigInteger)
    grams_left: Mapped[int | None] = mapped_column(BigInteger)
    made_on: Mapped[date]
    sold_out_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    recall_id: Mapped[int | None] = mapped_column(ForeignKey("batch_recall.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")
    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    recall: Mapped["BatchRecall | None"] = relationship(lazy="raise_on_sql", foreign_keys=[recall_id])

    @property
    def subject(self) -> str:
        return f"batch:{self.code}"

    @property
    def stands(self) -> BatchState:
        return state_of(self.grams, self.grams_left, self.recall_id is not None)

    @property
    def staged(self) -> Stage:
        return Stage(self.stage)


class BatchEvent(db.Model):
    """What, when, where, why. `key` makes the same event sent twice one event."""

    __tablename__ = "batch_event"
    __table_args__ = (UniqueConstraint("producer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(36), unique=True)
    key: Mapped[str | None] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(12))
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    adcode: Mapped[str] = mapped_column(String(9))
    place: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(Text)
    receiver: Mapped[str | None] = mapped_column(String(120))
    lost_grams: Mapped[int] = mapped_column(BigInteger, default=0)
    details: Mapped[dict] = mapped_column(Json)
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    parts: Mapped[list["BatchPart"]] = relationship(
        back_populates="event", order_by="BatchPart.id", lazy="raise_on_sql"
    )

    @property
    def kind_of(self) -> Kind:
        return Kind(self.kind)

    @property
    def staged(self) -> Stage:
        return Stage(self.stage)


class BatchPart(db.Model):
    """A batch in an event: it went in or came out. A batch comes out of one event only."""

    __tablename__ = "batch_part"
    __table_args__ = (
        UniqueConstraint("event_id", "batch_id", "role"),
        # The two ways of a trace read nothing but these.
        Index("ix_batch_part_batch_id_role_event_id", "batch_id", "role", "event_id"),
        Index("ix_batch_part_event_id_role_batch_id", "event_id", "role", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("batch_event.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    role: Mapped[str] = mapped_column(String(3))
    grams: Mapped[int | None] = mapped_column(BigInteger)

    event: Mapped[BatchEvent] = relationship(back_populates="parts", lazy="raise_on_sql")
    batch: Mapped[Batch] = relationship(lazy="raise_on_sql")


class BatchTest(KeptPaper, db.Model):
    """A test report of a batch."""

    __tablename__ = "batch_test"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    tested_on: Mapped[date]
    laboratory: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(String(10))
    public: Mapped[bool]
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    removed_on: Mapped[date | None]

    @property
    def outcome(self) -> Result:
        return Result(self.result)


class BatchLabels(db.Model):
    """Labels that a batch is packed under: a set (`range_id`) with the first and the last place in it."""

    __tablename__ = "batch_labels"
    __table_args__ = (CheckConstraint("first_number <= last_number", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    range_id: Mapped[int] = mapped_column(ForeignKey("label_set.id"), index=True)
    first_number: Mapped[int] = mapped_column(BigInteger)
    last_number: Mapped[int] = mapped_column(BigInteger)
    grams_each: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None]

    batch: Mapped[Batch] = relationship(lazy="raise_on_sql")

    @property
    def count(self) -> int:
        return self.last_number - self.first_number + 1


class Handover(Versioned, db.Model):
    """Goods on their way from one producer to another; until it is answered, nobody may use them."""

    __tablename__ = "batch_handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    to_producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    grams: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), index=True)
    received_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    offered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    offered_at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)

    batch: Mapped[Batch] = relationship(lazy="raise_on_sql", foreign_keys=[batch_id])
    received: Mapped[Batch | None] = relationship(lazy="raise_on_sql", foreign_keys=[received_id])
    receiver: Mapped[Producer] = relationship(lazy="raise_on_sql")

    @property
    def stands(self) -> HandoverState:
        return HandoverState(self.state)


class Listing(Versioned, db.Model):
    """What a producer offers of a batch in one shop: the quantity it may sell there under the name."""

    __tablename__ = "batch_listing"
    __table_args__ = (
        UniqueConstraint("batch_id", "platform", "shop"),
        CheckConstraint("sold_grams >= 0 AND sold_grams <= grams", name="not_more_than_verified"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    platform: Mapped[str] = mapped_column(String(60))
    shop: Mapped[str] = mapped_column(String(200), index=True)
    grams: Mapped[int] = mapped_column(BigInteger)
    sold_grams: Mapped[int] = mapped_column(BigInteger, default=0)
    sold_out_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    ended_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Instant)

    batch: Mapped[Batch] = relationship(lazy="raise_on_sql")

    @property
    def left(self) -> int:
        return self.grams - self.sold_grams


class BatchRecall(db.Model):
    """Somebody responsible calls a batch and all that was made of it back."""

    __tablename__ = "batch_recall"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), index=True)
    reason: Mapped[str] = mapped_column(Text)
    batches: Mapped[int]
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by_office: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_reason: Mapped[str | None] = mapped_column(Text)
