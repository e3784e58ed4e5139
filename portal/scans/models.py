"""Counts of scans as the background work brought them in, one row for each label and machine.

A scan itself is never a row here: it is counted apart (counting.py) and its sums come in as whole figures,
so that bringing them in twice changes nothing. Nothing here says who scanned.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, db
from portal.scans.rules import Tally


class ScanCount(db.Model):
    __tablename__ = "scan_count"
    __table_args__ = (
        UniqueConstraint("set_id", "place", "machine"),
        Index("ix_scan_count_indication_id_odd", "indication_id", "odd"),
        Index("ix_scan_count_adcode_odd", "adcode", "odd"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    machine: Mapped[str] = mapped_column(String(16))
    set_id: Mapped[int] = mapped_column(ForeignKey("label_set.id"))
    place: Mapped[int]
    indication_id: Mapped[int]
    producer_id: Mapped[int] = mapped_column(index=True)
    adcode: Mapped[str] = mapped_column(String(9))
    year: Mapped[int]
    scans: Mapped[int]
    not_in_use: Mapped[int]
    over: Mapped[int]
    provinces: Mapped[int] = mapped_column(BigInteger)
    odd: Mapped[bool]
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def tally(self) -> Tally:
        return Tally(self.scans, self.not_in_use, self.over, self.provinces, self.first_at, self.last_at)


class ScanTotal(db.Model):
    """Scans and scanned labels of a GI and year, so that a balance reads one row and not millions."""

    __tablename__ = "scan_total"
    __table_args__ = (UniqueConstraint("indication_id", "year", "machine"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    machine: Mapped[str] = mapped_column(String(16))
    indication_id: Mapped[int]
    year: Mapped[int]
    scans: Mapped[int]
    labels: Mapped[int]


class UnknownScans(db.Model):
    """Scans of codes that no label has: false ones, or miscopied. Only how many on a day."""

    __tablename__ = "unknown_scans"
    __table_args__ = (UniqueConstraint("day", "machine"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    machine: Mapped[str] = mapped_column(String(16))
    day: Mapped[str] = mapped_column(String(10))
    scans: Mapped[int]
