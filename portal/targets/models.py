"""Plan indicators, where the plans disagree, programmes with their stages, agreements between regions.

Each is kept as the facts that were stated of it; the other columns and tables are worked out from them.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Json, Versioned, db
from portal.targets.summary_rules import State


class Plan(db.Model):
    """A plan that sets indicators for a region; its title stands with the documents."""

    __tablename__ = "plan"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    region: Mapped[str] = mapped_column(String(9))
    facts: Mapped[dict] = mapped_column(Json)


class Indicator(Versioned, db.Model):
    __tablename__ = "indicator"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"), index=True)
    region: Mapped[str] = mapped_column(String(9), index=True)
    part: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict] = mapped_column(Json)
    checked_on: Mapped[date | None]

    values: Mapped[list["IndicatorValue"]] = relationship(
        order_by="IndicatorValue.key", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class IndicatorValue(db.Model):
    """One figure of an indicator: base, a year of the path, target, or an actual value."""

    __tablename__ = "indicator_value"

    indicator_id: Mapped[str] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    on_text: Mapped[str | None] = mapped_column(String(10))
    value_text: Mapped[str | None] = mapped_column(String(40))
    comparator: Mapped[str] = mapped_column(String(2))


class Conflict(db.Model):
    """A place where the documents disagree or cannot be read as printed; shown, never repaired."""

    __tablename__ = "conflict"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    facts: Mapped[dict] = mapped_column(Json)


class Programme(Versioned, db.Model):
    """A zone, a project, a station: what the plans or reports name, and how far each is known to be."""

    __tablename__ = "programme"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict] = mapped_column(Json)
    checked_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]

    regions: Mapped[list["ProgrammeRegion"]] = relationship(
        order_by="ProgrammeRegion.adcode", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class ProgrammeRegion(db.Model):
    __tablename__ = "programme_region"

    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    adcode: Mapped[str] = mapped_column(String(9), primary_key=True, index=True)


class ZoneSummary(Versioned, db.Model):
    """The yearly summary of a demonstration zone; `figures` are those of the register on the day it was
    handed on, so that a reader later sees what its writers saw."""

    __tablename__ = "zone_summary"
    __table_args__ = (UniqueConstraint("programme_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    parts: Mapped[dict] = mapped_column(Json)
    figures: Mapped[dict] = mapped_column(Json)
    returned_reason: Mapped[str | None] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(String(200))
    sent_on: Mapped[date | None]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def stands(self) -> State:
        return State(self.state)


class Agreement(db.Model):
    """Who has agreed with whom to pass on leads; a region outside every agreement is kept as well."""

    __tablename__ = "agreement"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    facts: Mapped[dict] = mapped_column(Json)
