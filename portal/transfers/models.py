"""Leads handed to another region, requests for help, joint actions and results; other portals; what waits
to be sent to them and what came from them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Json, Versioned, db
from portal.lib.text import Text as Words
from portal.office.clocks import Clocked, RunningClock
from portal.transfers.bundles import trouble_of
from portal.transfers.clocks import Clock
from portal.transfers.rules import Kind, State


class Peer(Versioned, db.Model):
    """Another portal. Its key was given to the administrator by hand and is believed only for `adcode`."""

    __tablename__ = "transfer_peer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(200))
    key_id: Mapped[str] = mapped_column(String(16), unique=True)
    public_key: Mapped[str] = mapped_column(String(64))
    adcode: Mapped[str] = mapped_column(String(9))
    added_at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None]


class EarlierKey(db.Model):
    """A key that another portal signed with before; believed for what it signed until it was replaced."""

    __tablename__ = "transfer_earlier_key"

    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    peer_id: Mapped[int] = mapped_column(ForeignKey("transfer_peer.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(64))
    replaced_at: Mapped[datetime] = mapped_column(Instant)


class Transfer(Clocked, Versioned, db.Model):
    """`key` is the same on both portals: the number given by the sender, with the sender's key before it."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("ix_transfer_from_adcode", "from_adcode"),
        Index("ix_transfer_to_adcode", "to_adcode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    number: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12), index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    from_adcode: Mapped[str] = mapped_column(String(9))
    to_adcode: Mapped[str] = mapped_column(String(9))
    from_office: Mapped[str] = mapped_column(String(120))
    peer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_peer.id"), index=True)
    outgoing: Mapped[bool]
    title: Mapped[str] = mapped_column(String(200))
    facts: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(String(120))
    party: Mapped[str | None] = mapped_column(String(200))
    evidence: Mapped[list] = mapped_column(Json)
    agreement: Mapped[str | None] = mapped_column(String(80))
    origin_key: Mapped[str | None] = mapped_column(String(120))
    case_number: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(Instant, index=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    closed_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    peer: Mapped[Peer | None] = relationship(lazy="raise_on_sql")
    clocks: Mapped[list["TransferClock"]] = relationship(order_by="TransferClock.id", lazy="raise_on_sql")

    @property
    def source_case(self) -> str | None:
        """The case of the sender's from which it was handed over."""
        origin, _, number = (self.origin_key or "").partition(":")
        return number if origin == "case" else None

    @property
    def opened_case(self) -> str | None:
        """The case that the receiver opened of it. What was sent before noted the sender's there."""
        return self.case_number if self.case_number != self.source_case else None

    @property
    def subject(self) -> str:
        return f"transfer:{self.key}"

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def sort(self) -> Kind:
        return Kind(self.kind)


class TransferClock(RunningClock, db.Model):
    """Each portal counts for itself, by its own holidays."""

    __tablename__ = "transfer_clock"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    clock: Mapped[str] = mapped_column(String(10))
    days: Mapped[int]

    @property
    def what(self) -> Clock:
        return Clock(self.clock)


class TransferStep(db.Model):
    __tablename__ = "transfer_step"
    __table_args__ = (UniqueConstraint("transfer_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    n: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    office: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    words: Mapped[str | None] = mapped_column(Text)


class OutgoingBundle(db.Model):
    """A signed bundle that waits until the other side has signed for it."""

    __tablename__ = "transfer_outgoing"

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    peer_id: Mapped[int] = mapped_column(ForeignKey("transfer_peer.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    last_error: Mapped[str | None] = mapped_column(String(300))
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    receipt: Mapped[dict | None] = mapped_column(Json)

    @property
    def trouble(self) -> Words | None:
        return trouble_of(self.last_error) if self.last_error else None


class IncomingBundle(db.Model):
    """A bundle that came; the same one again gets the same receipt and changes nothing."""

    __tablename__ = "transfer_incoming"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    peer_id: Mapped[int] = mapped_column(ForeignKey("transfer_peer.id"), index=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    receipt: Mapped[dict] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
