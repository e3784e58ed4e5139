"""Plots and the yields of a year: whole square metres, whole grams a mu. Rows are never removed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.catalogue.models import Indication
from portal.db import Instant, Versioned, db
from portal.land.rules import Lie, PlotState
from portal.producers.models import Producer


class Plot(Versioned, db.Model):
    """Land of one producer for one GI. `wkb` (WGS 84) is there where it was drawn or uploaded; `inside_m2` is
    what of it lies in the producing area, None where that cannot be told."""

    __tablename__ = "plot"
    __table_args__ = (
        CheckConstraint("area_m2 > 0", name="area_positive"),
        Index("ix_plot_indication_id_adcode", "indication_id", "adcode"),
        Index("ix_plot_indication_id_box", "indication_id", "south", "north", "west", "east"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    adcode: Mapped[str] = mapped_column(String(9), index=True)
    name: Mapped[str] = mapped_column(String(80))
    area_m2: Mapped[int] = mapped_column(BigInteger)
    inside_m2: Mapped[int | None] = mapped_column(BigInteger)
    lie: Mapped[str] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(20))
    wkb: Mapped[bytes | None] = mapped_column(LargeBinary)
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    variety: Mapped[str | None] = mapped_column(String(60))
    planted: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default=PlotState.STATED.value, index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    from_on: Mapped[date]
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    demo: Mapped[bool] = mapped_column(default=False)

    producer: Mapped[Producer] = relationship(lazy="raise_on_sql")
    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")

    @validates("wkb")
    def _keep_box(self, _name: str, wkb: bytes | None) -> bytes | None:
        """The box goes with the outline, so that neither is ever another's."""
        self.west, self.south, self.east, self.north = _box_of(wkb) if wkb else (None,) * 4
        return wkb

    @property
    def subject(self) -> str:
        return f"plot:{self.number}"

    @property
    def stands(self) -> PlotState:
        return PlotState(self.state)

    @property
    def lies(self) -> Lie:
        return Lie(self.lie)

    @property
    def counted_m2(self) -> int:
        """What of it may count: what lies inside, or all of it where that cannot be told."""
        return self.area_m2 if self.inside_m2 is None else min(self.inside_m2, self.area_m2)


def _box_of(wkb: bytes) -> tuple[float, float, float, float]:
    import shapely

    return shapely.from_wkb(wkb).bounds


class GiYield(Versioned, db.Model):
    """What a mu gives of one GI in a year, as an office set it, with its document. `place` is empty for the
    whole area; a narrower place comes before a wider one."""

    __tablename__ = "gi_yield"
    __table_args__ = (
        CheckConstraint("grams_per_mu > 0", name="yield_positive"),
        Index(
            "uq_gi_yield_open",
            "indication_id",
            "year",
            "place",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indication_id: Mapped[int] = mapped_column(ForeignKey("indication.id"))
    year: Mapped[int]
    place: Mapped[str] = mapped_column(String(9), default="")
    grams_per_mu: Mapped[int] = mapped_column(BigInteger)
    issuer: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(String(300))
    document_on: Mapped[date]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(default=False)

    indication: Mapped[Indication] = relationship(lazy="raise_on_sql")
