"""Who follows what, and what was delivered to their addresses.

`seen_n` is the number of the last public entry that was looked at for this subscription. An address that
was only typed is forgotten when the subscription ends.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.db import Instant, Versioned, db
from portal.following.rules import Channel, DeliveryState, Pace, Sort, State, fault_text
from portal.lib.text import Text


class Subscription(Versioned, db.Model):
    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_channel_state", "channel", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(2))
    sort: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(String(10))
    pace: Mapped[str] = mapped_column(String(10))
    url: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    seen_n: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(Instant, index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def what(self) -> Sort:
        return Sort(self.sort)

    @property
    def way(self) -> Channel:
        return Channel(self.channel)

    @property
    def often(self) -> Pace:
        return Pace(self.pace)

    @property
    def subject(self) -> str:
        return f"subscription:{self.id}"


class Delivery(db.Model):
    """One message to a webhook: the entries after `after_n` up to `until_n` that concern what is followed."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_state_next_at", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    after_n: Mapped[int]
    until_n: Mapped[int]
    entries: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)

    subscription: Mapped[Subscription] = relationship(lazy="raise_on_sql")

    @property
    def stands(self) -> DeliveryState:
        return DeliveryState(self.state)

    @property
    def trouble(self) -> Text | None:
        return fault_text(self.error) if self.error else None
