"""GIs and the documents their facts rest on.

A GI is kept as the facts that were stated of it, in the shape of the shipped files (`facts`); the
other columns and tables here are worked out from them by the one action that stores facts, so that
they can be searched, counted and pointed at. A licence points at a protection row.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.sketch import sketch_of
from portal.db import Instant, Json, Versioned, db


class Document(db.Model):
    """A source: who issued it, when, where it stands, and how good a source it is."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict] = mapped_column(Json)


class VainSearch(db.Model):
    """What was looked for and not found: a known gap, so that nobody fills it by a guess."""

    __tablename__ = "vain_search"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    facts: Mapped[dict] = mapped_column(Json)


class Indication(Versioned, db.Model):
    __tablename__ = "indication"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    facts: Mapped[dict] = mapped_column(Json)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(200))
    pinyin: Mapped[str] = mapped_column(String(200))
    initials: Mapped[str] = mapped_column(String(60))
    search_text: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(40), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    support: Mapped[str | None] = mapped_column(String(20))
    checked_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    protections: Mapped[list["Protection"]] = relationship(
        back_populates="indication", order_by="Protection.id", lazy="raise_on_sql"
    )
    regions: Mapped[list["IndicationRegion"]] = relationship(
        order_by="IndicationRegion.adcode", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    units: Mapped[list["AreaUnit"]] = relationship(
        order_by="AreaUnit.code", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}


class Protection(db.Model):
    """One legal track of one GI. Never removed, only withdrawn: a licence, once given, points here."""

    __tablename__ = "protection"
    __table_args__ = (
        UniqueConstraint("indication_id", "key"),
        # What licences point at: a protection and the GI it is of, in one.
        Index("ix_protection_id_indication_id", "id", "indication_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    status: Mapped[str] = mapped_column(String(20))
    number: Mapped[str | None] = mapped_column(String(80), index=True)
    date_text: Mapped[str | None] = mapped_column(String(10))
    holder: Mapped[str | None] = mapped_column(String(200))
    announcement: Mapped[str | None] = mapped_column(String(200))
    converted_to: Mapped[str | None] = mapped_column(String(40))
    withdrawn_on: Mapped[date | None]

    indication: Mapped[Indication] = relationship(back_populates="protections", lazy="raise_on_sql")


class IndicationRegion(db.Model):
    """A division the GI belongs to: decides which officials keep it."""

    __tablename__ = "indication_region"

    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), primary_key=True)
    adcode: Mapped[str] = mapped_column(String(9), primary_key=True, index=True)


class AreaUnit(db.Model):
    """A division that the producing area names; townships have nine digits."""

    __tablename__ = "area_unit"

    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(9), primary_key=True, index=True)


def _sketched(context: ExecutionContext) -> str:
    return sketch_of(context.get_current_parameters()["wkb"])


class Outline(db.Model):
    """An outline that an official uploaded or drew, WGS 84; the newest that has not ended is drawn.

    `sketch` follows from `wkb` (portal/catalogue/sketch.py)."""

    __tablename__ = "outline"

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"), index=True)
    wkb: Mapped[bytes] = mapped_column(LargeBinary)
    sketch: Mapped[str] = mapped_column(Text, default=_sketched)
    digest: Mapped[str] = mapped_column(String(64))
    square_metres: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[dict] = mapped_column(Json)
    from_on: Mapped[date]
    ended_on: Mapped[date | None]


class Correction(Versioned, db.Model):
    """Someone says a record is wrong; an official answers. The sender is never shown in public."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    region: Mapped[str] = mapped_column(String(9), index=True)
    field: Mapped[str] = mapped_column(String(80))
    message: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="received", index=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)
