"""Everything that reads counts: for the page of a label, for the balance, for supervision."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Select, func, or_, select

from portal.db import db
from portal.labels.codes import LabelNumber, code_of, printed
from portal.labels.lookup import find_numbering
from portal.producers.models import Producer
from portal.producers.queries import within
from portal.scans.counting import Counter
from portal.scans.models import ScanCount, ScanTotal, UnknownScans
from portal.scans.rules import Odd, Tally, odd_in


def counter() -> Counter:
    """The counts of this machine, opened once for each application."""
    app = current_app._get_current_object()
    if "scan_counter" not in app.extensions:
        app.extensions["scan_counter"] = Counter(app.config["SETTINGS"].data_dir / "scans" / "scans.db")
    return app.extensions["scan_counter"]


def of_other_machines(set_id: int, place: int, machine: str) -> Tally:
    query = select(ScanCount).where(
        ScanCount.set_id == set_id, ScanCount.place == place, ScanCount.machine != machine
    )
    total = Tally()
    for row in db.session.scalars(query):
        total = total.joined(row.tally)
    return total


def tally_of(set_id: int, place: int) -> Tally:
    """Everything known of one label: this machine's counts as they are, those of others as brought in."""
    here = counter()
    return here.find(set_id, place).joined(of_other_machines(set_id, place, here.machine))


@dataclass(frozen=True)
class ScanSums:
    scans: int
    labels: int


def scan_sums(indication_id: int, year: int) -> ScanSums:
    query = select(
        func.coalesce(func.sum(ScanTotal.scans), 0), func.coalesce(func.sum(ScanTotal.labels), 0)
    ).where(ScanTotal.indication_id == indication_id, ScanTotal.year == year)
    return ScanSums(*map(int, db.session.execute(query).one()))


@dataclass(frozen=True)
class LabelScans:
    scans: int = 0
    labels: int = 0
    first_at: datetime | None = None


def scans_of_labels(ranges: Iterable[tuple[int, int, int]]) -> LabelScans:
    """What was brought in of some pieces of sets (set, first, last), such as the labels of a batch."""
    pieces = [
        (ScanCount.set_id == set_id) & ScanCount.place.between(first, last) for set_id, first, last in ranges
    ]
    if not pieces:
        return LabelScans()
    query = select(
        func.coalesce(func.sum(ScanCount.scans), 0),
        func.count(),
        func.min(ScanCount.first_at),
    ).where(or_(*pieces))
    scans, labels, first_at = db.session.execute(query).one()
    return LabelScans(int(scans), labels, first_at)


def unknown_since(day: str) -> int:
    """Scans of codes that no label has, since a day."""
    query = select(func.coalesce(func.sum(UnknownScans.scans), 0)).where(UnknownScans.day >= day)
    return int(db.session.scalar(query))


# ---- for supervision


@dataclass(frozen=True)
class OddScan:
    """A label whose scans look odd: what a person should look at, with what it rests on."""

    code: str
    indication_id: int
    producer_id: int
    producer_number: str
    producer_name: str
    adcode: str
    year: int
    found: tuple[Odd, ...]
    tally: Tally
    last_at: datetime


def odd_rows(scope: str, indication_id: int | None = None) -> Select:
    query = (
        select(ScanCount, Producer.number, Producer.name)
        .join(Producer, Producer.id == ScanCount.producer_id)
        .where(ScanCount.odd, within(ScanCount.adcode, scope))
    )
    if indication_id is not None:
        query = query.where(ScanCount.indication_id == indication_id)
    return query.order_by(ScanCount.last_at.desc(), ScanCount.id)


def odd_scans(scope: str, indication_id: int | None = None, most: int = 500) -> Iterator[OddScan]:
    """The newest first; asked by supervision (room `risk`) and by the office's own page."""
    return read_odd(db.session.execute(odd_rows(scope, indication_id).limit(most)))


def read_odd(rows: object) -> Iterator[OddScan]:
    numbering = find_numbering()
    for row, number, name in rows:
        code = printed(code_of(numbering, LabelNumber(row.set_id, row.place))) if numbering else "?"
        yield OddScan(
            code, row.indication_id, row.producer_id, number, name, row.adcode, row.year,
            tuple(odd_in(row.tally)), row.tally, row.last_at,
        )  # fmt: skip


def count_odd(scope: str) -> int:
    query = select(func.count()).select_from(ScanCount).where(ScanCount.odd, within(ScanCount.adcode, scope))
    return db.session.scalar(query) or 0
