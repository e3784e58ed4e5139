"""Plans of checks by lot, the officers, what was frozen before a draw, and what each check found.

`sealed` of a plan holds the whole frozen lists with weights, names and nonces; only the digests of it, the
tickets and the officers' numbers are public, and of the tickets only those that were drawn are ever opened.
"""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Indication
from portal.checks.rules import CheckState, PlanState, Result, SeedKind, named_value
from portal.db import Instant, Json, Versioned, db
from portal.lib.text import Text as Words
from portal.papers.models import KeptPaper
from portal.producers.models import Producer

_STANDING = text("ended_on IS NULL")


class Officer(Versioned, db.Model):
    """Who may check: a licence number of an enforcement officer and the unit. `name` stays in the office."""

    __tablename__ = "check_officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    licence: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(120))
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[date]
    ended_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)


class OfficerConflict(db.Model):
    """An officer declared that he or she cannot judge a producer freely. Why is sealed in the log."""

    __tablename__ = "check_conflict"
    __table_args__ = (
        Index(
            "uq_check_conflict_open",
            "officer_id",
            "producer_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("check_officer.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    declared_on: Mapped[date]
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_on: Mapped[date | None]

    officer: Mapped[Officer] = relationship(lazy="raise_on_sql")
    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")


class CheckPlan(Versioned, db.Model):
    __tablename__ = "check_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    indication_id: Mapped[int | None] = mapped_column(ForeignKey("indication.id"), index=True)
    basis: Mapped[str] = mapped_column(String(300))
    wanted: Mapped[dict] = mapped_column(Json)
    officers_each: Mapped[int]
    weights: Mapped[dict] = mapped_column(Json)
    seed_kind: Mapped[str] = mapped_column(String(10))
    later_source: Mapped[str | None] = mapped_column(String(300))
    later_on: Mapped[date | None]
    check_by: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), index=True, default=PlanState.DRAFT.value)
    round: Mapped[int] = mapped_column(default=1)
    tickets: Mapped[dict | None] = mapped_column(Json)
    tickets_digest: Mapped[str | None] = mapped_column(String(64))
    officers: Mapped[list | None] = mapped_column(Json)
    officers_digest: Mapped[str | None] = mapped_column(String(64))
    sealed: Mapped[dict | None] = mapped_column(Json)
    sealed_digest: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[str | None] = mapped_column(String(64))
    seed_parts: Mapped[list | None] = mapped_column(Json)
    seed_source: Mapped[str | None] = mapped_column(String(500))
    openings: Mapped[dict | None] = mapped_column(Json)
    earlier: Mapped[list | None] = mapped_column(Json)
    reveal_by: Mapped[date | None]
    reveal_estimated: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    frozen_at: Mapped[datetime | None] = mapped_column(Instant)
    drawn_at: Mapped[datetime | None] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication | None] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"check_plan:{self.number}"

    @property
    def stands(self) -> PlanState:
        return PlanState(self.state)

    @property
    def later_text(self) -> Words:
        return named_value(self.later_source)

    @property
    def seeded_by(self) -> SeedKind:
        return SeedKind(self.seed_kind)


class Commitment(db.Model):
    """One of the two people's half of the seed: its digest at once, the secret when it is revealed."""

    __tablename__ = "check_commitment"
    __table_args__ = (
        UniqueConstraint("plan_id", "round", "place"),
        UniqueConstraint("plan_id", "round", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("check_plan.id"))
    round: Mapped[int]
    place: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    who: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime] = mapped_column(Instant)
    secret: Mapped[str | None] = mapped_column(String(120))
    revealed_at: Mapped[datetime | None] = mapped_column(Instant)


class Check(Versioned, db.Model):
    """One subject that was drawn. `place` counts the subjects of a plan from 1."""

    __tablename__ = "check_made"
    __table_args__ = (UniqueConstraint("plan_id", "round", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("check_plan.id"))
    round: Mapped[int]
    place: Mapped[int]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    subject_class: Mapped[str] = mapped_column(String(20))
    ticket: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), index=True, default=CheckState.TO_DO.value)
    result: Mapped[str | None] = mapped_column(String(12))
    visited_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_estimated: Mapped[bool] = mapped_column(Boolean, default=False)
    recheck_by: Mapped[date | None]
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_on: Mapped[date | None]
    final: Mapped[str | None] = mapped_column(String(12))
    publish_by: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_to: Mapped[str | None] = mapped_column(String(120))

    plan: Mapped[CheckPlan] = relationship(lazy="raise_on_sql")
    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    officers: Mapped[list["CheckOfficer"]] = relationship(order_by="CheckOfficer.place", lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"check:{self.plan.number}/{self.round}.{self.place}"

    @property
    def stands(self) -> CheckState:
        return CheckState(self.state)

    @property
    def found(self) -> Result | None:
        return Result(self.result) if self.result else None

    @property
    def ended_as(self) -> Result | None:
        return Result(self.final) if self.final else None


class CheckOfficer(db.Model):
    """An officer drawn for a check; one who could not come is followed by the next of the draw."""

    __tablename__ = "check_assigned"
    __table_args__ = (UniqueConstraint("check_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("check_made.id"))
    place: Mapped[int]
    officer_id: Mapped[int] = mapped_column(ForeignKey("check_officer.id"), index=True)
    replaced_on: Mapped[date | None]
    replaced_why: Mapped[str | None] = mapped_column(String(500))

    officer: Mapped[Officer] = relationship(lazy="raise_on_sql")


class CheckSheet(db.Model):
    """What was written down at a visit. `client_key` makes a sheet that is sent twice one sheet."""

    __tablename__ = "check_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("check_made.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    recheck: Mapped[bool]
    visited_on: Mapped[date]
    present: Mapped[list] = mapped_column(Json)
    marks: Mapped[dict] = mapped_column(Json)
    notes: Mapped[dict] = mapped_column(Json)
    result: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    photos: Mapped[list["CheckPhoto"]] = relationship(order_by="CheckPhoto.id", lazy="raise_on_sql")

    @property
    def found(self) -> Result:
        return Result(self.result)


class CheckPhoto(KeptPaper, db.Model):
    """A photograph of a sheet, or a paper with which a producer reports that something was put right."""

    __tablename__ = "check_photo"

    check_id: Mapped[int] = mapped_column(ForeignKey("check_made.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("check_sheet.id"), index=True)
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
