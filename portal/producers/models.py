"""Producers, the rosters they stand on, who may act for them, and the files that brought them in.

Rows are never deleted. A name is public only where `name_public` says so; address, telephone,
contact and point never leave the office.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Indication
from portal.db import Instant, Json, Versioned, db
from portal.producers.rules import MICRO, ProducerKind, Reason


class Producer(Versioned, db.Model):
    """One maker. `number` is its address for ever: the USCC of a firm, else P and random digits, so
    that the numbers of households cannot be counted through."""

    __tablename__ = "producer"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(18), unique=True)
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    local_number: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(120))
    search_text: Mapped[str] = mapped_column(Text)
    name_public: Mapped[bool]
    consent_on: Mapped[date | None]
    consent_version: Mapped[str | None] = mapped_column(String(20))
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    address: Mapped[str | None] = mapped_column(String(200))
    contact: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(40))
    lon: Mapped[int | None]
    lat: Mapped[int | None]
    created_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(String(200))
    demo: Mapped[bool] = mapped_column(default=False)

    @property
    def subject(self) -> str:
        return f"producer:{self.number}"

    @property
    def kind_text(self) -> object:
        return ProducerKind(self.kind).text

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees."""
        if self.lon is None or self.lat is None:
            return None
        return self.lon / MICRO, self.lat / MICRO


class ProducerAccount(db.Model):
    """Who may act for a producer."""

    __tablename__ = "producer_account"
    __table_args__ = (UniqueConstraint("producer_id", "account_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[date]
    ended_on: Mapped[date | None]

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")


class HolderAccount(db.Model):
    """Who may act for the holder of a mark."""

    __tablename__ = "holder_account"
    __table_args__ = (UniqueConstraint("protection_id", "account_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    protection_id: Mapped[int] = mapped_column(ForeignKey("protection.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[date]
    ended_on: Mapped[date | None]


class Membership(db.Model):
    """A household, farm or firm that belongs to a co-operative."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("cooperative_id", "member_id", "from_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    from_on: Mapped[date]
    ended_on: Mapped[date | None]

    cooperative: Mapped[Producer] = relationship(foreign_keys=[cooperative_id], lazy="raise_on_sql")
    member: Mapped[Producer] = relationship(foreign_keys=[member_id], lazy="raise_on_sql")


class RosterEntry(Versioned, db.Model):
    """One producer of one GI from a day on. Whether it is authorised is worked out, never kept."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        UniqueConstraint("indication_id", "producer_id", "from_on"),
        Index("ix_roster_entry_indication_id_adcode", "indication_id", "adcode"),
        # A producer stands on a roster once at a time.
        Index(
            "uq_roster_entry_open",
            "indication_id",
            "producer_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    from_on: Mapped[date]
    ended_on: Mapped[date | None]
    unauthorised_reason: Mapped[str] = mapped_column(String(20), default=Reason.UNKNOWN)
    note: Mapped[str | None] = mapped_column(Text)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")

    @property
    def reason_text(self) -> object:
        return Reason(self.unauthorised_reason).text


class ImportRun(Versioned, db.Model):
    """A file that came in: what it is, how far its checking or storing has come, what was found."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(9), index=True)
    indication_id: Mapped[int | None] = mapped_column(ForeignKey("indication.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    options: Mapped[dict] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20), index=True)
    rows: Mapped[int | None]
    progress: Mapped[int]
    counts: Mapped[dict] = mapped_column(Json)
    findings: Mapped[list] = mapped_column(Json)
    decisions: Mapped[dict] = mapped_column(Json)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
