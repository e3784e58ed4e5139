"""Shares as they were published, of which no row is ever changed: a correction is a new edition beside it.
And what was counted last, which may be thrown away (docs/decisions/036-what-was-counted-is-kept.md).
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Indication
from portal.db import Instant, Json, db
from portal.ratios.rules import Assessment, Basis, Outcome, assess


class PublishedRatio(db.Model):
    """Both shares of one GI, zone and year as published, with the digest of everything they were made of.

    `zone` is empty for the whole area. `counted` names the firms behind the numbers and counts the rest.
    """

    __tablename__ = "published_ratio"
    __table_args__ = (
        UniqueConstraint("indication_id", "zone", "year", "edition"),
        Index("ix_published_ratio_year", "year", "zone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    zone: Mapped[str] = mapped_column(String(9), default="")
    year: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    definition: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date]
    users_n: Mapped[int]
    users_d: Mapped[int]
    off_roster: Mapped[int]
    output_n: Mapped[int | None] = mapped_column(BigInteger)
    output_d: Mapped[int | None] = mapped_column(BigInteger)
    mark_value: Mapped[int | None] = mapped_column(BigInteger)
    basis: Mapped[str | None] = mapped_column(String(10))
    official: Mapped[dict | None] = mapped_column(Json)
    missing_users: Mapped[int]
    missing_others: Mapped[int]
    users_outcome: Mapped[str] = mapped_column(String(20))
    output_outcome: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20), index=True)
    counted: Mapped[dict] = mapped_column(Json)
    inputs_digest: Mapped[str] = mapped_column(String(64))
    remark: Mapped[str | None] = mapped_column(String(500))
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_as: Mapped[str] = mapped_column(String(200))
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")

    @property
    def users(self) -> Assessment:
        return assess(self.users_n, self.users_d)

    @property
    def output(self) -> Assessment:
        stated = self.basis == Basis.OFFICIAL
        return assess(self.output_n, self.output_d, self.missing_users, self.missing_others, stated)

    @property
    def judged(self) -> Outcome:
        return Outcome(self.outcome)

    @property
    def missing(self) -> int:
        return self.missing_users + self.missing_others


class KeptYear(db.Model):
    """Up to which entry, and for which day, the figures and sums of a year are kept."""

    __tablename__ = "kept_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    n: Mapped[int]


class KeptFigures(db.Model):
    """The numbers of one GI and year as the ledger counted them, and the counties of its roster."""

    __tablename__ = "kept_figures"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), primary_key=True)
    producers: Mapped[int]
    users: Mapped[int]
    off_roster: Mapped[int]
    filed: Mapped[int]
    user_value: Mapped[int] = mapped_column(BigInteger)
    output_sum: Mapped[int] = mapped_column(BigInteger)
    mark_value: Mapped[int] = mapped_column(BigInteger)
    missing_users: Mapped[int]
    missing_others: Mapped[int]
    official: Mapped[int | None] = mapped_column(BigInteger)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official_output.id"))
    counties: Mapped[str] = mapped_column(Text)


class KeptCounty(db.Model):
    """What stands on the rosters of one county in a year: producers and users once each, and the output."""

    __tablename__ = "kept_county"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    county: Mapped[str] = mapped_column(String(6), primary_key=True)
    producers: Mapped[int]
    users: Mapped[int]
    output_fen: Mapped[int] = mapped_column(BigInteger)


class KeptSpread(db.Model):
    """A producer that stands in several counties: in every sum above them it is counted once."""

    __tablename__ = "kept_spread"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True)
    county: Mapped[str] = mapped_column(String(6), primary_key=True)
    is_user: Mapped[bool]
