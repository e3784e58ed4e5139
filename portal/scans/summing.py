"""Bringing the counts of this machine into the database: the background work.

Whole figures are brought, not steps, so that a run that was killed halfway is simply done again. Each portion
is one transaction; the machine's file hears only afterwards that its counts have arrived.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.db import db, transaction
from portal.jobs import add_work
from portal.labels.models import LabelAccount, LabelSet
from portal.scans.counting import Counter, Waiting
from portal.scans.models import ScanCount, ScanTotal, UnknownScans
from portal.scans.queries import counter
from portal.scans.rules import odd_in

PORTION = 500


def sum_scans() -> int:
    """Bring in what waits; how many labels that were."""
    here, done = counter(), 0
    while waiting := here.waiting(PORTION):
        with transaction() as session:
            bring(session, here.machine, waiting)
        here.settle(waiting)
        done += len(waiting)
        if len(waiting) < PORTION:
            break
    with transaction() as session:
        _bring_unknown(session, here)
    return done


add_work("scans", sum_scans)


def bring(session: Session, machine: str, waiting: Sequence[Waiting]) -> None:
    sets = _sets(one.set_id for one in waiting)
    known = _known(session, machine, waiting)
    grown: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in waiting:
        label_set = sets.get(one.set_id)
        if label_set is None:
            continue
        row = known.get((one.set_id, one.place))
        total = grown[label_set.indication_id, label_set.year]
        total[0] += one.tally.scans - (row.scans if row else 0)
        total[1] += 0 if row else 1
        if row is None:
            row = _new_row(machine, one, label_set)
            session.add(row)
        _set(row, one)
    _grow_totals(session, machine, grown)


def _sets(ids: Iterable[int]) -> Mapping[int, object]:
    query = (
        select(
            LabelSet.id,
            LabelSet.indication_id,
            LabelSet.producer_id,
            LabelSet.year,
            LabelAccount.adcode,
        )
        .join(LabelAccount, LabelAccount.id == LabelSet.account_id)
        .where(LabelSet.id.in_(set(ids)))
    )
    return {row.id: row for row in db.session.execute(query)}


def _known(session: Session, machine: str, waiting: Sequence[Waiting]) -> Mapping[tuple[int, int], ScanCount]:
    pairs = [(one.set_id, one.place) for one in waiting]
    query = select(ScanCount).where(
        tuple_(ScanCount.set_id, ScanCount.place).in_(pairs), ScanCount.machine == machine
    )
    return {(row.set_id, row.place): row for row in session.scalars(query)}


def _new_row(machine: str, one: Waiting, label_set: object) -> ScanCount:
    return ScanCount(
        machine=machine,
        set_id=one.set_id,
        place=one.place,
        indication_id=label_set.indication_id,
        producer_id=label_set.producer_id,
        adcode=label_set.adcode,
        year=label_set.year,
    )


def _set(row: ScanCount, one: Waiting) -> None:
    tally = one.tally
    row.scans, row.not_in_use, row.over = tally.scans, tally.not_in_use, tally.over
    row.provinces, row.first_at, row.last_at = tally.provinces, tally.first_at, tally.last_at
    row.odd = bool(odd_in(tally))


def _grow_totals(session: Session, machine: str, grown: Mapping[tuple[int, int], list[int]]) -> None:
    for (indication_id, year), (scans, labels) in grown.items():
        total = session.scalar(
            select(ScanTotal).where(
                ScanTotal.machine == machine,
                ScanTotal.indication_id == indication_id,
                ScanTotal.year == year,
            )
        )
        if total is None:
            total = ScanTotal(machine=machine, indication_id=indication_id, year=year, scans=0, labels=0)
            session.add(total)
        total.scans += scans
        total.labels += labels


def _bring_unknown(session: Session, here: Counter) -> None:
    machine = here.machine
    known = {
        row.day: row for row in session.scalars(select(UnknownScans).where(UnknownScans.machine == machine))
    }
    for day, scans in here.unknown():
        row = known.get(day)
        if row is None:
            session.add(UnknownScans(machine=machine, day=day, scans=scans))
        elif row.scans != scans:
            row.scans = scans
