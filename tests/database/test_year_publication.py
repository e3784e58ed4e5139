"""A year published at once is the year published one by one: the same rows, digests and entries."""

from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from operator import itemgetter

import pytest
from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation.models import LicenceSpell
from portal.catalogue.models import Indication, IndicationRegion
from portal.db import db, transaction
from portal.lib.clock import CHINA, now
from portal.lib.problems import NotAllowed, RuleBroken
from portal.ratios.actions import count, publish
from portal.ratios.members import inputs_file, members_of, members_of_all
from portal.ratios.models import PublishedRatio
from portal.ratios.rules import Why
from portal.ratios.year_publication import LeftOut, publish_together, publishing_plan
from portal.register.actions import PORTAL, record
from portal.register.verify import verify_log
from portal.returns.models import AnnualReturn
from tests.ledger_rows import (
    LONG_AGO,
    Spell,
    a_gi,
    a_producer,
    a_return,
    an_account,
    an_official_figure,
    licence,
    on_roster,
)
from tests.services.statements import statements_asked

TODAY = date(2026, 11, 21)
LAST_DAY = date(2025, 12, 31)


def gi_with(slug: str, users: int, others: int, region: str = "640521") -> Indication:
    """Each producer returns 100 for this year and 90 for the last; the users are licensed."""
    gi = a_gi(slug, region)
    for place in range(users + others):
        maker = a_producer(name=f"{slug}{place}", kind="household" if place == 1 else "company")
        on_roster(gi, maker)
        a_return(gi, maker, 2025, 100, 10)
        a_return(gi, maker, 2024, 90, 10)
        if place < users:
            licence(gi, maker)
    return gi


def awkward_register() -> None:
    """Both outcomes, a document, spells, a firm off the roster, one on two rosters, a return that waits."""
    gi_with("ajia", 3, 2)
    gi_with("byi", 1, 4)
    official = gi_with("cbing", 3, 1)
    an_official_figure(official, 2025, 500)
    spells = gi_with("dding", 2, 2)
    one = a_producer(name="dding9")
    on_roster(spells, one)
    a_return(spells, one, 2025, 7)
    licence(spells, one, [Spell("in_force", LONG_AGO, LAST_DAY), Spell("suspended", LAST_DAY)])
    licence(spells, a_producer(name="dding-off"))
    twice = a_producer(name="shared", kind="cooperative")
    for gi in (official, spells):
        on_roster(gi, twice, from_on=date(2025, 3, 1))
        licence(gi, twice, valid_from=date(2025, 4, 1), valid_to=date(2030, 1, 1))
        licence(gi, twice, protection=1)
        a_return(gi, twice, 2025, 12, 3)
    waiting = a_producer(name="waiting")
    on_roster(official, waiting)
    a_return(official, waiting, 2025, 5, state="submitted")


def left_out_register() -> None:
    beyond = gi_with("ekua", 1, 0)
    db.session.add(IndicationRegion(indication_id=beyond.id, adcode="150100"))
    missing = gi_with("fque", 3, 1)
    on_roster(missing, a_producer(name="fque-silent"))
    a_gi("gkong")
    bad = gi_with("hluan", 1, 0)
    licence(bad, a_producer(name="hluan-off"))


@pytest.fixture
def city(app) -> Account:
    with transaction():
        awkward_register()
        return an_account(Role.CITY, "640500")


class Undone(Exception):
    """Ends a transaction of which nothing shall stay."""


def told_by(publish_year: Callable[[datetime], None]) -> tuple[list[dict], list[tuple]]:
    """The rows and entries that publishing makes; nothing of it stays."""
    at, rows, entries = datetime(2026, 11, 21, 9, tzinfo=CHINA), [], []
    with pytest.raises(Undone), transaction() as work:
        publish_year(at)
        work.flush()
        stored = work.scalars(select(PublishedRatio).where(PublishedRatio.published_at == at)).all()
        columns = [column.name for column in PublishedRatio.__table__.columns if column.name != "id"]
        rows += [{name: getattr(row, name) for name in columns} for row in stored]
        for one in work.info["pending_entries"]:
            entries.append((one.actor, one.verb, one.subject, one.changes, one.public, one.sealed))
        raise Undone
    return sorted(rows, key=itemgetter("indication_id")), entries


def one_by_one(city: Account, year: int, remark: str | None) -> Callable[[datetime], None]:
    def work(at: datetime) -> None:
        for line in publishing_plan(city, year, TODAY).ready:
            gi = db.session.get_one(Indication, line.gi.id)
            publish(city, gi, year, TODAY, at, remark=remark)

    return work


def together(city: Account, year: int, remark: str | None) -> Callable[[datetime], None]:
    digest = publishing_plan(city, year, TODAY).digest
    return lambda at: publish_together(city, year, TODAY, at, digest, remark) and None


def stay(work: Callable[[datetime], None]) -> None:
    with transaction():
        work(now())


def correct_inputs() -> None:
    """A return is corrected and a licence suspended from long ago: two GIs get a second edition."""
    with transaction():
        one = db.session.scalars(select(AnnualReturn).where(AnnualReturn.year == 2025).limit(1)).one()
        one.value_fen = 77
        spell = db.session.scalars(select(LicenceSpell).order_by(LicenceSpell.id.desc()).limit(1)).one()
        spell.state = "suspended"


def test_a_year_at_once_gives_the_rows_and_entries_of_one_by_one(city: Account) -> None:
    for year, remark, number in ((2024, None, 2), (2025, "说明", 4)):
        rows, entries = told_by(one_by_one(city, year, remark))
        assert (rows, entries) == told_by(together(city, year, remark))
        assert len(rows) == len(entries) == number
        stay(together(city, year, remark))
    assert publishing_plan(city, 2025, TODAY).ready == []
    correct_inputs()
    rows, entries = told_by(one_by_one(city, 2025, None))
    assert (rows, entries) == told_by(together(city, 2025, None))
    assert [(row["edition"], entry[1]) for row, entry in zip(rows, entries, strict=True)] == [
        (2, "republished"),
        (2, "republished"),
    ]
    stay(together(city, 2025, None))
    assert verify_log().sound


def test_the_members_of_many_gis_are_those_of_each_and_their_digest_is_of_its_file(city: Account) -> None:
    numbers = list(db.session.scalars(select(Indication.id)))
    for year, day in ((2025, LAST_DAY), (2024, date(2024, 12, 31))):
        many = members_of_all(numbers, year, day)
        assert many == {number: members_of(number, year, day) for number in numbers}
    kinds = {member.why for members in members_of_all(numbers, 2025, LAST_DAY).values() for member in members}
    assert kinds == {Why.COUNTED, Why.COUNTED_ONCE, Why.NO_LICENCE, Why.SUSPENDED, Why.OFF_ROSTER}
    for line in publishing_plan(city, 2025, TODAY).ready:
        counted = count(db.session.get_one(Indication, line.gi.id), 2025, TODAY)
        assert line.digest == sha256(inputs_file(counted.members, counted.official)).hexdigest()


def test_what_is_left_out_says_why(city: Account) -> None:
    with transaction():
        left_out_register()
    stay(together(city, 2025, None))
    plan = publishing_plan(city, 2025, TODAY)
    assert {line.gi.slug: line.left_out for line in plan.lines if line.left_out != LeftOut.UNCHANGED} == {
        "ekua": LeftOut.BEYOND,
        "fque": LeftOut.UNDETERMINED,
        "gkong": LeftOut.NOT_COMPUTABLE,
        "hluan": LeftOut.INCONSISTENT,
    }
    assert plan.reasons[LeftOut.UNCHANGED] == 4 and plan.ready == []
    with pytest.raises(RuleBroken, match="nothing to publish"), transaction():
        publish_together(city, 2025, TODAY, now(), plan.digest)


def test_nothing_is_published_when_anything_changed_after_the_look(city: Account) -> None:
    seen = publishing_plan(city, 2025, TODAY).digest
    correct_inputs()
    with pytest.raises(RuleBroken, match="nothing at all"), transaction():
        publish_together(city, 2025, TODAY, now(), seen)
    assert db.session.scalars(select(PublishedRatio)).all() == []


def test_a_running_year_is_not_published(city: Account) -> None:
    seen = publishing_plan(city, 2026, TODAY).digest
    with pytest.raises(RuleBroken), transaction():
        publish_together(city, 2026, TODAY, now(), seen)


@pytest.mark.parametrize("role", [Role.COUNTY, Role.INSPECTOR, Role.AUDITOR, Role.ADMIN])
def test_only_a_city_or_province_publishes(app, role: Role) -> None:
    with transaction():
        account = an_account(role, "640500")
    with pytest.raises(NotAllowed):
        publishing_plan(account, 2025, TODAY)
    with pytest.raises(NotAllowed), transaction():
        publish_together(account, 2025, TODAY, now(), "")


def test_another_region_has_other_gis(city: Account) -> None:
    with transaction():
        elsewhere = an_account(Role.PROVINCE, "150000")
    assert publishing_plan(elsewhere, 2025, TODAY).lines == []


def test_a_year_is_counted_in_as_few_statements_for_many_gis(city: Account) -> None:
    publishing_plan(city, 2025, TODAY)
    few = statements(lambda: publishing_plan(city, 2025, TODAY))
    with transaction():
        for place in range(20):
            gi_with(f"many{place}", 1, 1)
        record(PORTAL, "created", "gi:many0", {})
    publishing_plan(city, 2025, TODAY)
    assert statements(lambda: publishing_plan(city, 2025, TODAY)) == few


def statements(work: Callable[[], object]) -> int:
    with statements_asked() as asked:
        work()
    return len(asked)
