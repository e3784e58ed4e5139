"""Tables of points, grades as they were computed, what producers asked about them, statutory listings."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.credit.criteria import text_of
from portal.credit.rules import (
    STATUTORY_LISTS,
    Criteria,
    Criterion,
    Grade,
    RequestKind,
    RequestState,
    StatutoryList,
    said_of,
)
from portal.db import Instant, Json, Versioned, db
from portal.lib.text import Text as Words
from portal.producers.models import Producer

_CURRENT = text("current")
_OPEN = text("state = 'open'")


class CriteriaVersion(db.Model):
    """One table of points for a region from a day on. Never changed: another table is another row."""

    __tablename__ = "criteria_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    label: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date]
    issuer: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(String(300))
    confirmed: Mapped[bool]
    start: Mapped[int]
    a_from: Mapped[int]
    b_from: Mapped[int]
    c_from: Mapped[int]
    rows: Mapped[list] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    @property
    def criteria(self) -> Criteria:
        rows = {row[0]: Criterion(*row) for row in self.rows}
        return Criteria(self.start, self.a_from, self.b_from, self.c_from, rows)


class CreditGrade(db.Model):
    """A grade as it was computed, with every reason; what a page shows is the current one."""

    __tablename__ = "credit_grade"
    __table_args__ = (
        Index(
            "uq_credit_grade_current",
            "producer_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index("ix_credit_grade_adcode_grade", "adcode", "grade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    criteria_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"))
    adcode: Mapped[str] = mapped_column(String(9))
    grade: Mapped[str] = mapped_column(String(4))
    score: Mapped[int]
    reasons: Mapped[list] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(Instant)
    current: Mapped[bool] = mapped_column(default=True)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    table: Mapped[CriteriaVersion] = relationship(lazy="raise_on_sql")

    @property
    def stands(self) -> Grade:
        return Grade(self.grade)


class CreditRequest(Versioned, db.Model):
    """An objection or a request for repair; granted, what it is about counts no longer."""

    __tablename__ = "credit_request"
    __table_args__ = (
        Index(
            "uq_credit_request_open",
            "producer_id",
            "ref",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=RequestState.OPEN.value)
    key: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    filed_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    due_estimated: Mapped[bool]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")

    @property
    def asks(self) -> RequestKind:
        return RequestKind(self.kind)

    @property
    def stands(self) -> RequestState:
        return RequestState(self.state)

    @property
    def about(self) -> Words:
        return text_of(self.key)

    @property
    def standing(self) -> Words:
        return said_of(self.asks, self.stands)


class StatutoryListing(Versioned, db.Model):
    """That an authority put a producer on one of the lists of the law: a reference to its decision."""

    __tablename__ = "statutory_listing"

    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    list_key: Mapped[str] = mapped_column(String(20))
    authority: Mapped[str] = mapped_column(String(120))
    decision: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_decision: Mapped[str | None] = mapped_column(String(200))
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def kept(self) -> StatutoryList:
        return STATUTORY_LISTS[self.list_key]
