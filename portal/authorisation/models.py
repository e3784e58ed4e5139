"""Applications and how they went, the papers that came with them, licences, and what was announced.

A licence's state is never kept as a column: it follows from its spells and its dates
(rules.licence_state_on). What an applicant typed stays in `answers` and never leaves the office.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.authorisation.rules import LicenceState, Route, State, Track, licence_state_on
from portal.catalogue.models import Indication, Protection
from portal.db import Instant, Json, Versioned, db
from portal.papers.models import KeptPaper
from portal.producers.models import Producer


class Serial(db.Model):
    """The last number given in each series."""

    __tablename__ = "authorisation_serial"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class Application(Versioned, db.Model):
    """`licence_id` is the licence it asks to change or renew, or the one that came of it."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_adcode_state", "adcode", "state"),
        # One producer has one application for one protection under way at a time.
        Index(
            "uq_application_open",
            "protection_id",
            "producer_id",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), index=True)
    protection_id: Mapped[int] = mapped_column(ForeignKey("protection.id"), index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("licence.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    track: Mapped[str] = mapped_column(String(20))
    route: Mapped[str] = mapped_column(String(10))
    adcode: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(20), index=True)
    open: Mapped[bool] = mapped_column(default=True)
    returned_from: Mapped[str | None] = mapped_column(String(20))
    answers: Mapped[dict] = mapped_column(Json)
    step_due_on: Mapped[date | None] = mapped_column(index=True)
    due_estimated: Mapped[bool] = mapped_column(default=False)
    step_since: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_on: Mapped[date | None]
    decision_number: Mapped[str | None] = mapped_column(String(120))
    refusal: Mapped[str | None] = mapped_column(String(20), index=True)
    refusal_words: Mapped[str | None] = mapped_column(Text)
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")
    protection: Mapped[Protection] = relationship(lazy="raise_on_sql")
    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    licence: Mapped["Licence | None"] = relationship(lazy="raise_on_sql")

    @property
    def subject(self) -> str:
        return f"application:{self.number}"

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def way(self) -> Route:
        return Route(self.route)


class ApplicationStep(db.Model):
    """One step that was taken: by whom, from where to where, and how long it took."""

    __tablename__ = "application_step"
    __table_args__ = (UniqueConstraint("application_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    n: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(20), index=True)
    to_state: Mapped[str] = mapped_column(String(20))
    by_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    office: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None]
    working_days_taken: Mapped[int | None]


class StoredFile(KeptPaper, db.Model):
    """A document that came with an application."""

    __tablename__ = "stored_file"

    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("licence.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("site_visit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    by_account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    removed_on: Mapped[date | None]


class SiteVisit(db.Model):
    """Officials went to see. Whether the point lies in the producing area is computed when it is stored."""

    __tablename__ = "site_visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    on: Mapped[date]
    officers: Mapped[list] = mapped_column(Json)
    lon: Mapped[int | None]
    lat: Mapped[int | None]
    inside: Mapped[str] = mapped_column(String(10))
    distance_m: Mapped[int | None]
    basis: Mapped[str] = mapped_column(String(20))
    findings: Mapped[str] = mapped_column(Text)
    agrees: Mapped[bool]
    by_account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Licence(Versioned, db.Model):
    __tablename__ = "licence"
    __table_args__ = (
        Index("ix_licence_indication_id_producer_id", "indication_id", "producer_id"),
        # One of the GI's own; that the GI stands in the catalogue follows from it.
        ForeignKeyConstraint(
            ["protection_id", "indication_id"], ["protection.id", "protection.indication_id"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    indication_id: Mapped[int]
    protection_id: Mapped[int] = mapped_column(index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    track: Mapped[str] = mapped_column(String(20))
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    goods: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(index=True)
    valid_to: Mapped[date | None] = mapped_column(index=True)
    record_number: Mapped[str | None] = mapped_column(String(120))
    announcement: Mapped[str | None] = mapped_column(String(120))
    issued_by: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication] = relationship(
        primaryjoin=lambda: foreign(Licence.indication_id) == Indication.id, lazy="raise_on_sql"
    )
    protection: Mapped[Protection] = relationship(
        primaryjoin=lambda: foreign(Licence.protection_id) == Protection.id, lazy="raise_on_sql"
    )
    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    spells: Mapped[list["LicenceSpell"]] = relationship(
        back_populates="licence", order_by="LicenceSpell.id", lazy="raise_on_sql"
    )

    @property
    def subject(self) -> str:
        return f"licence:{self.number}"

    @property
    def tracked(self) -> Track:
        return Track(self.track)

    def state_on(self, day: date) -> LicenceState:
        return licence_state_on(self.valid_from, self.valid_to, self.spells, day)


class LicenceSpell(db.Model):
    """How a licence stood from a day on. Exactly one spell of a licence is open."""

    __tablename__ = "licence_spell"
    __table_args__ = (
        Index(
            "uq_licence_spell_open",
            "licence_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(String(120))

    licence: Mapped[Licence] = relationship(back_populates="spells", lazy="raise_on_sql")


class Holiday(db.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day that is worked."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(300))


class UsageRecord(db.Model):
    """That a licence's mark was in use on a day, said by its producer or seen by an official."""

    __tablename__ = "usage_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    by_account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class WatchTask(Versioned, db.Model):
    """A clock asks a person to look. It decides nothing."""

    __tablename__ = "watch_task"
    __table_args__ = (UniqueConstraint("kind", "subject", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("licence.id"))
    protection_id: Mapped[int | None] = mapped_column(ForeignKey("protection.id"))
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    due_on: Mapped[date]
    open: Mapped[bool] = mapped_column(default=True, index=True)
    opened_on: Mapped[date]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Text)


class Announcement(db.Model):
    """That a licence was issued, changed or ended, as the public was told."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), index=True)
    on: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[dict] = mapped_column(Json)

    licence: Mapped[Licence] = relationship(lazy="raise_on_sql")
