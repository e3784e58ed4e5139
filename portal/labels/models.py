"""Label accounts, sets and what became of them. No label has a row: a set is cut into parts only where
something happened to a piece of it. Rows are never removed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authorisation.models import Licence
from portal.catalogue.models import Indication
from portal.db import Instant, Versioned, db
from portal.labels.rules import HandoverState, PartState, RequestState, SheetsState, Span, pieces_of
from portal.papers.models import KeptPaper
from portal.producers.models import Producer


class LabelKey(db.Model):
    """The secret behind the numbers. It never changes: what is printed must be read for ever."""

    __tablename__ = "label_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    last_earlier_set: Mapped[int] = mapped_column(default=0, server_default="0")


class LabelAccount(Versioned, db.Model):
    """What one producer may label of one GI and year, and what it has. The database itself keeps the sum of
    labels from ever passing what the land allows."""

    __tablename__ = "label_account"
    __table_args__ = (
        UniqueConstraint("indication_id", "producer_id", "year"),
        CheckConstraint("labelled_g >= 0 AND labelled_g <= ceiling_g", name="within_ceiling"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    year: Mapped[int]
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    ceiling_g: Mapped[int] = mapped_column(BigInteger)
    labelled_g: Mapped[int] = mapped_column(BigInteger, default=0)
    closed_on: Mapped[date | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    demo: Mapped[bool] = mapped_column(default=False)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")

    @property
    def left_g(self) -> int:
        return self.ceiling_g - self.labelled_g


class LabelRequest(Versioned, db.Model):
    __tablename__ = "label_request"
    __table_args__ = (
        Index("ix_label_request_adcode_state", "adcode", "state"),
        CheckConstraint("count > 0 AND grams_each > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    year: Mapped[int]
    adcode: Mapped[str] = mapped_column(String(9))
    count: Mapped[int]
    grams_each: Mapped[int]
    goods: Mapped[str] = mapped_column(String(120))
    gtin: Mapped[str | None] = mapped_column(String(14))
    state: Mapped[str] = mapped_column(String(10), default=RequestState.ASKED.value)
    reason: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    demo: Mapped[bool] = mapped_column(default=False)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")
    licence: Mapped[Licence] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"label_request:{self.number}"

    @property
    def stands(self) -> RequestState:
        return RequestState(self.state)


class LabelSet(db.Model):
    """Numbers issued together: places 1 to `count` of the set with this id (codes.LabelNumber)."""

    __tablename__ = "label_set"
    __table_args__ = (
        CheckConstraint("count > 0 AND count <= 1048576 AND grams_each > 0", name="size"),
        Index("ix_label_set_indication_id_year", "indication_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("label_account.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("label_request.id"), index=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    year: Mapped[int]
    count: Mapped[int]
    grams_each: Mapped[int]
    goods: Mapped[str] = mapped_column(String(120))
    gtin: Mapped[str | None] = mapped_column(String(14), index=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_on: Mapped[date]
    demo: Mapped[bool] = mapped_column(default=False)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")
    licence: Mapped[Licence] = relationship(lazy="raise_on_sql")
    account: Mapped[LabelAccount] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"label_set:{self.id}"


class LabelPart(Versioned, db.Model):
    """Places `first` to `last` of a set: who holds them and what became of them. The parts of a set never
    overlap and leave nothing out, so that issued is always the sum of what became of it."""

    __tablename__ = "label_part"
    __table_args__ = (
        UniqueConstraint("set_id", "first"),
        CheckConstraint("first >= 1 AND first <= last", name="in_order"),
        Index("ix_label_part_holder_id_state", "holder_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("label_set.id"))
    first: Mapped[int]
    last: Mapped[int]
    holder_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Instant)
    words: Mapped[str | None] = mapped_column(Text)
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    set: Mapped[LabelSet] = relationship(lazy="raise_on_sql")
    holder: Mapped[Producer] = relationship(lazy="raise_on_sql")

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    @property
    def stands(self) -> PartState:
        return PartState(self.state)


class LabelSheets(db.Model):
    """Sheets that take longer than a page to make: asked for, made in the background, kept for a week."""

    __tablename__ = "label_sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("label_set.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("label_part.id"), index=True)
    first: Mapped[int]
    last: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=SheetsState.WAITING.value, index=True)
    done: Mapped[int] = mapped_column(default=0)
    by_account: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    touched_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    @property
    def stands(self) -> SheetsState:
        return SheetsState(self.state)

    @property
    def pieces(self) -> list[Span]:
        """The files it comes in; the first can be taken while the last is being made."""
        return pieces_of(self.span)

    def has(self, piece: Span) -> bool:
        return self.stands is not SheetsState.GONE and self.first + self.done > piece.last


class LabelHandover(Versioned, db.Model):
    """Labels on their way from one producer to another; the other side confirms."""

    __tablename__ = "label_handover"
    __table_args__ = (
        # One piece is offered to one producer at a time.
        Index(
            "uq_label_handover_open",
            "part_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("label_part.id"))
    from_producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    to_producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=HandoverState.OFFERED.value, index=True)
    offered_at: Mapped[datetime] = mapped_column(Instant)
    offered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(Text)

    part: Mapped[LabelPart] = relationship(lazy="raise_on_sql")
    giver: Mapped[Producer] = relationship(foreign_keys=[from_producer_id], lazy="raise_on_sql")
    taker: Mapped[Producer] = relationship(foreign_keys=[to_producer_id], lazy="raise_on_sql")

    @property
    def stands(self) -> HandoverState:
        return HandoverState(self.state)


class LabelPaper(KeptPaper, db.Model):
    """Evidence of what became of labels: photographs of a destruction, a report of a loss."""

    __tablename__ = "label_paper"

    part_id: Mapped[int] = mapped_column(ForeignKey("label_part.id"), index=True)
    by_account: Mapped[int] = mapped_column(ForeignKey("account.id"))
