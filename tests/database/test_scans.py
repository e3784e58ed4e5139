"""Scans are counted apart, brought into the database as whole figures, and shown as sums."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from portal.accounts.rules import Role
from portal.authorisation.models import Licence
from portal.db import db, transaction
from portal.labels.actions import issue
from portal.labels.lookup import codes_of
from portal.labels.models import LabelRequest, LabelSet
from portal.labels.rules import RequestState
from portal.land.models import GiYield, Plot
from portal.lib.clock import now, today
from portal.producers.models import Producer
from portal.register.actions import PORTAL
from portal.scans.balance import balance_of
from portal.scans.counting import Counter
from portal.scans.models import ScanCount, ScanTotal
from portal.scans.queries import counter, odd_scans, scan_sums, tally_of
from portal.scans.rules import Odd, Seen, province_bit
from portal.scans.summing import bring, sum_scans
from tests.ledger_rows import a_gi, a_producer, a_return, an_account, licence, on_roster

YEAR = today().year
AT = datetime(2026, 8, 1, 4, tzinfo=UTC)


class Shelf:
    """Three producers with verified land and labels of one GI."""

    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.makers = [a_producer(f"厂{n}") for n in range(3)]
            self.licences = [licence(self.gi, one) for one in self.makers]
            for one in self.makers:
                on_roster(self.gi, one)
                self._land(one)
            self.county = an_account(Role.COUNTY)
            self.wang = an_account(Role.PRODUCER, producer=self.makers[0])
            self.sets = [self._labels(*pair) for pair in zip(self.makers, self.licences, strict=True)]

    def _land(self, maker: Producer) -> None:
        if db.session.scalar(select(GiYield.id)) is None:
            db.session.add(
                GiYield(
                    indication_id=self.gi.id,
                    year=YEAR,
                    place="",
                    grams_per_mu=500_000,
                    issuer="局",
                    document="单产",
                    document_on=today(),
                    set_at=now(),
                )  # fmt: skip
            )
        db.session.add(
            Plot(
                number=f"T{maker.id}",
                indication_id=self.gi.id,
                producer_id=maker.id,
                adcode="640521",
                name="地",
                area_m2=66_667,
                inside_m2=66_667,
                lie="inside",
                basis="divisions",
                state="verified",
                from_on=today(),
                created_at=now(),
            )  # fmt: skip
        )
        db.session.flush()

    def _labels(self, maker: Producer, held: Licence) -> LabelSet:
        request = LabelRequest(
            number=f"R{maker.id}", indication_id=self.gi.id, producer_id=maker.id, licence_id=held.id,
            year=YEAR, adcode="640521", count=100, grams_each=500, goods="果", asked_at=now(),
            state=RequestState.ASKED.value, indication=self.gi, producer=maker, licence=held,
        )  # fmt: skip
        db.session.add(request)
        db.session.flush()
        return issue(PORTAL, request, today(), now(), None)[0]

    def code(self, place: int = 1, which: int = 0) -> str:
        return next(iter(codes_of(self.sets[which], place, place)))


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    yield Shelf()
    counter().close()


def scan(shelf: Shelf, place: int, times: int = 1, seen: Seen = Seen.GOOD) -> None:
    for n in range(times):
        counter().count(shelf.sets[0].id, place, seen, AT + timedelta(minutes=n))


def test_what_was_counted_is_brought_in_once_however_often_it_is_brought(shelf: Shelf):
    scan(shelf, 1, 3)
    scan(shelf, 2)
    assert sum_scans() == 2
    assert sum_scans() == 0
    scan(shelf, 1, 2)
    assert sum_scans() == 1
    rows = {row.place: row.scans for row in db.session.scalars(select(ScanCount))}
    assert rows == {1: 5, 2: 1}
    sums = scan_sums(shelf.gi.id, YEAR)
    assert (sums.scans, sums.labels) == (6, 2)


def test_after_a_restore_everything_counted_here_is_brought_in_again(shelf: Shelf):
    scan(shelf, 1, 3)
    sum_scans()
    with transaction() as session:
        for table in (ScanCount, ScanTotal):
            session.execute(delete(table))
    assert sum_scans() == 0
    for _ in range(2):
        counter().bring_again()
        assert sum_scans() == 1
        assert scan_sums(shelf.gi.id, YEAR).scans == 3


def test_a_run_that_was_killed_halfway_is_done_again_without_counting_twice(shelf: Shelf):
    scan(shelf, 1, 3)
    # Killed after the commit and before the machine's file heard of it.
    with transaction() as session:
        bring(session, counter().machine, counter().waiting(10))
    assert sum_scans() == 1
    assert scan_sums(shelf.gi.id, YEAR).scans == 3
    assert db.session.scalars(select(ScanTotal)).one().labels == 1


def test_two_machines_add_up_and_keep_the_first_scan(shelf: Shelf, tmp_path: Path):
    other = Counter(tmp_path / "other" / "scans.db")
    other.count(shelf.sets[0].id, 1, Seen.GOOD, AT - timedelta(days=1))
    with transaction() as session:
        bring(session, other.machine, other.waiting(10))
    scan(shelf, 1, 2)
    whole = tally_of(shelf.sets[0].id, 1)
    assert (whole.scans, whole.first_at) == (3, AT - timedelta(days=1))
    sum_scans()
    assert tally_of(shelf.sets[0].id, 1).scans == 3
    other.close()


def test_odd_scans_are_found_with_their_reasons_in_the_region_only(shelf: Shelf):
    scan(shelf, 1, 30)
    scan(shelf, 2, 1, Seen.NOT_IN_USE)
    scan(shelf, 3)
    for code in ("11", "12", "13", "14"):
        counter().add_province(shelf.sets[0].id, 3, province_bit(code))
    scan(shelf, 4)
    sum_scans()
    found = {one.tally.scans: one.found for one in odd_scans("640521")}
    assert found[30] == (Odd.OFTEN,)
    assert sorted(o for one in odd_scans("640000") for o in one.found) == [
        Odd.NOT_IN_USE, Odd.OFTEN, Odd.SPREAD,
    ]  # fmt: skip
    assert list(odd_scans("150821")) == []


def test_the_balance_says_what_there_is_and_hides_what_tells_too_much(shelf: Shelf):
    with transaction():
        for maker in shelf.makers:
            one = a_return(shelf.gi, maker, YEAR, 100)
            one.quantity_g = 40_000
    scan(shelf, 1, 2)
    sum_scans()
    it = balance_of(shelf.gi.id, YEAR)
    assert (it.issued, it.used, it.scans.labels, it.scans.scans) == (300, 0, 1, 2)
    assert it.declared.grams == 120_000 and it.labels.issued_g == 150_000
    assert it.labels.ceiling_g > 0 and it.under_ceiling_g == it.labels.ceiling_g - 150_000
    assert it.may_be_shown and it.faults == []
    assert not balance_of(shelf.gi.id, YEAR - 1).labels.balance.issued
    with transaction():
        for plot in db.session.scalars(select(Plot).where(Plot.producer_id != shelf.makers[0].id)):
            plot.state = "stated"
    assert not balance_of(shelf.gi.id, YEAR).may_be_shown
