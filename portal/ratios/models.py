"""Shares as they were published. A row is never changed: a correction is a new edition beside it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
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
