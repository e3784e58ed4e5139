"""Regional brands and bundles: facts in the shape of the shipped files, and who belongs to them when."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Json, Versioned, db


class Brand(Versioned, db.Model):
    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    facts: Mapped[dict] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(200))
    pinyin: Mapped[str] = mapped_column(String(200))
    initials: Mapped[str] = mapped_column(String(60))
    search_text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    checked_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]

    members: Mapped[list["BrandMember"]] = relationship(order_by="BrandMember.id", lazy="raise_on_sql")
    regions: Mapped[list["BrandRegion"]] = relationship(
        order_by="BrandRegion.adcode", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}


class BrandRegion(db.Model):
    __tablename__ = "brand_region"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    adcode: Mapped[str] = mapped_column(String(9), primary_key=True, index=True)


class BrandMember(db.Model):
    """A GI, product or enterprise that a brand gathers, from when until when, by which decision."""

    __tablename__ = "brand_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    indication_id: Mapped[int | None] = mapped_column(ForeignKey("indication.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    enterprise_mark: Mapped[str | None] = mapped_column(String(200))
    standing: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    decision: Mapped[str | None] = mapped_column(Text)
