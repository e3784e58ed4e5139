"""The ledger against plain recomputation, on both databases, at every edge the law has."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import BigInteger, event, insert, literal, select

from portal.accounts.rules import NATION, Role
from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.problems import NotAllowed, RuleBroken
from portal.producers.models import Producer, RosterEntry
from portal.ratios.actions import publish
from portal.ratios.ledger import figures_of, figures_of_year
from portal.ratios.levels import sums_of
from portal.ratios.live import live_figures
from portal.ratios.members import inputs_file, members_of
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import RatioFilter, editions_of, published, published_of
from portal.ratios.rules import Outcome, Why, WhyOutput, assess, reaches
from portal.register.actions import PORTAL, record
from portal.register.models import Entry
from portal.register.queries import state_on
from portal.returns.models import AnnualReturn
from tests.conftest import gather_statistics
from tests.ledger_rows import (
    LONG_AGO,
    Spell,
    a_gi,
    a_producer,
    a_return,
    an_account,
    an_official_figure,
    enter,
    licence,
    on_roster,
)

TODAY = date(2026, 11, 21)
LAST_DAY = date(2025, 12, 31)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_c, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def a_gi_with(users: int, others: int, value: int = 100) -> tuple[Indication, list[Producer]]:
    gi = a_gi()
    makers = [a_producer() for _ in range(users + others)]
    for place, maker in enumerate(makers):
        on_roster(gi, maker)
        a_return(gi, maker, 2025, value, value // 2 if place < users else 0)
        if place < users:
            licence(gi, maker)
    return gi, makers


def test_three_of_five_meet_both_shares(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
    found = figures_of(gi.id, 2025, TODAY)
    assert (found.users, found.producers, found.user_value, found.output_sum) == (3, 5, 300, 500)
    assert found.mark_share.n == 150
    assert found.outcome is Outcome.MET


@pytest.mark.parametrize(
    ("spells", "counts", "why"),
    [
        ([Spell("in_force", LONG_AGO, LAST_DAY), Spell("suspended", LAST_DAY)], False, Why.SUSPENDED),
        (
            [
                Spell("in_force", LONG_AGO, date(2025, 5, 1)),
                Spell("suspended", date(2025, 5, 1), LAST_DAY),
                Spell("in_force", LAST_DAY),
            ],
            True,
            Why.COUNTED,
        ),
        ([Spell("in_force", LONG_AGO, LAST_DAY), Spell("revoked", LAST_DAY)], False, Why.REVOKED),
        (
            [Spell("in_force", LONG_AGO, date(2026, 1, 1)), Spell("revoked", date(2026, 1, 1))],
            True,
            Why.COUNTED,
        ),
    ],
    ids=["suspended that day", "resumed that day", "revoked that day", "revoked the day after"],
)
def test_the_state_on_the_last_day_of_the_year_decides(app, spells, counts: bool, why: Why):
    with transaction():
        gi, maker = a_gi(), a_producer()
        on_roster(gi, maker)
        licence(gi, maker, spells)
    assert figures_of(gi.id, 2025, TODAY).users == int(counts)
    assert [m.why for m in members_of(gi.id, 2025, LAST_DAY)] == [why]


def test_a_licence_ends_with_the_end_of_its_last_day(app):
    with transaction():
        gi, one, other = a_gi(), a_producer(), a_producer()
        for maker, end in ((one, LAST_DAY), (other, date(2025, 12, 30))):
            on_roster(gi, maker)
            licence(gi, maker, valid_to=end)
    assert figures_of(gi.id, 2025, TODAY).users == 1


def test_a_producer_with_two_protections_counts_once(app):
    with transaction():
        gi, maker = a_gi(), a_producer()
        on_roster(gi, maker)
        licence(gi, maker)
        licence(gi, maker, protection=1)
        a_return(gi, maker, 2025, 700)
    found = figures_of(gi.id, 2025, TODAY)
    assert (found.users, found.producers, found.user_value) == (1, 1, 700)
    assert [m.why for m in members_of(gi.id, 2025, LAST_DAY)] == [Why.COUNTED_ONCE]


def test_a_producer_licensed_for_another_gi_is_no_user_of_this_one(app):
    with transaction():
        gi, other, maker = a_gi(), a_gi(), a_producer()
        on_roster(gi, maker)
        licence(other, maker)
    assert figures_of(gi.id, 2025, TODAY).users == 0


def test_a_licensee_off_the_roster_is_listed_and_in_neither_number(app):
    with transaction():
        gi, _ = a_gi_with(1, 2)
        licence(gi, a_producer())
    found = figures_of(gi.id, 2025, TODAY)
    assert (found.users, found.producers, found.off_roster) == (1, 3, 1)
    assert Why.OFF_ROSTER in {m.why for m in members_of(gi.id, 2025, LAST_DAY)}


def test_more_licensees_than_the_roster_has_producers_is_inconsistent(app):
    with transaction():
        gi, _ = a_gi_with(1, 0)
        licence(gi, a_producer())
    found = figures_of(gi.id, 2025, TODAY)
    assert found.outcome is Outcome.INCONSISTENT
    assert (found.users_share.n, found.users_share.d) == (2, 1)


def test_a_gi_without_a_roster_is_not_computable(app):
    with transaction():
        gi = a_gi()
        licence(gi, a_producer())
    assert figures_of(gi.id, 2025, TODAY).outcome is Outcome.NOT_COMPUTABLE


def test_missing_returns_are_told_apart_by_who_owes_them(app):
    with transaction():
        gi, makers = a_gi_with(3, 2)
        late_user, late_other = a_producer(), a_producer()
        for maker in (late_user, late_other):
            on_roster(gi, maker)
        licence(gi, late_user)
        a_return(gi, late_other, 2025, 5, state="submitted")
    found = figures_of(gi.id, 2025, TODAY)
    assert (found.missing_users, found.missing_others) == (1, 1)
    assert found.output_share.outcome is Outcome.UNDETERMINED
    why = {m.producer_id: m.output for m in members_of(gi.id, 2025, LAST_DAY)}
    assert why[late_user.id] is WhyOutput.NOT_FILED
    assert why[late_other.id] is WhyOutput.SUBMITTED
    assert why[makers[0].id] is WhyOutput.BOTH
    assert why[makers[4].id] is WhyOutput.WHOLE_ONLY


def test_an_official_figure_comes_before_the_sum_and_says_so(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        an_official_figure(gi, 2025, 501)
    found = figures_of(gi.id, 2025, TODAY)
    assert (found.output_share.n, found.output_share.d, found.basis) == (300, 501, "official")
    assert found.output_share.outcome is Outcome.NOT_MET


def test_an_official_figure_below_the_users_output_is_inconsistent(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        an_official_figure(gi, 2025, 299)
    assert figures_of(gi.id, 2025, TODAY).output_share.outcome is Outcome.INCONSISTENT


def test_a_zone_counts_only_what_lies_in_it(app):
    with transaction():
        gi = a_gi(region="640500")
        inside, outside = a_producer(), a_producer()
        on_roster(gi, inside, adcode="640521100")
        on_roster(gi, outside, adcode="640522")
        licence(gi, outside)
    assert figures_of(gi.id, 2025, TODAY).producers == 2
    found = figures_of(gi.id, 2025, TODAY, "640521")
    assert (found.users, found.producers) == (0, 1)
    reasons = {m.producer_id: m.why for m in members_of(gi.id, 2025, LAST_DAY, "640521")}
    assert reasons == {inside.id: Why.NO_LICENCE, outside.id: Why.OUTSIDE_ZONE}


def test_only_the_accepted_version_of_a_return_counts(app):
    with transaction():
        gi, maker = a_gi(), a_producer()
        on_roster(gi, maker)
        a_return(gi, maker, 2025, 10, state="replaced")
        a_return(gi, maker, 2025, 20, edition=2)
        a_return(gi, maker, 2025, 40, state="draft", edition=3)
    assert figures_of(gi.id, 2025, TODAY).output_sum == 20


def test_the_same_rule_in_sql_agrees_with_python_on_generated_numbers(app):
    rng = random.Random(60)
    pairs = [(rng.randrange(10**14), rng.randrange(10**14)) for _ in range(150)]
    pairs += [(6 * k, 10 * k) for k in (0, 1, 7, 10**12)] + [(6 * k - 1, 10 * k) for k in (1, 7, 10**12)]
    for n, d in pairs:
        asked = select(reaches(literal(n, BigInteger), literal(d, BigInteger)))
        assert bool(db.session.scalar(asked)) == reaches(n, d), (n, d)


# ---- the large table


def fill(gis: int, producers_each: int, seed: int = 1) -> dict[int, dict[str, int]]:
    """GIs with rosters, licences and returns by bulk insert, and what a plain scan makes of them."""
    rng = random.Random(seed)
    owners = [a_gi() for _ in range(gis)]
    rows = {"producer": [], "roster": [], "licence": [], "spell": [], "return": []}
    expected = {}
    number = 10_000
    for gi in owners:
        totals = dict.fromkeys(("producers", "users", "user_value", "output_sum", "mark_value", "missing"), 0)
        for _ in range(producers_each):
            number += 1
            rows["producer"].append(
                {"id": number, "number": f"X{number}", "kind": "company", "name": f"厂{number}",
                 "demo": False, "search_text": "", "name_public": True, "adcode": "640521",
                 "created_on": LONG_AGO, "version": 1}
            )  # fmt: skip
            stands, user, filed = rng.random() < 0.95, rng.random() < 0.6, rng.random() < 0.9
            ended = None if stands else date(2025, 12, 31)
            rows["roster"].append(
                {"indication_id": gi.id, "producer_id": number, "adcode": "640521", "from_on": LONG_AGO,
                 "ended_on": ended, "unauthorised_reason": "unknown", "version": 1}
            )  # fmt: skip
            if user:
                rows["licence"].append(
                    {"id": number, "number": f"N{number}", "indication_id": gi.id, "producer_id": number,
                     "protection_id": gi.protections[0].id, "track": "special_mark", "adcode": "640521",
                     "goods": "果", "valid_from": LONG_AGO, "issued_by": "局", "issued_on": LONG_AGO,
                     "changed_at": now(), "demo": False, "version": 1}
                )  # fmt: skip
                rows["spell"].append({"licence_id": number, "state": "in_force", "from_on": LONG_AGO})
            value, mark = rng.randrange(10**9), rng.randrange(10**6)
            if filed:
                rows["return"].append(
                    {"indication_id": gi.id, "producer_id": number, "adcode": "640521", "year": 2025,
                     "edition": 1, "state": "accepted", "value_fen": value, "mark_value_fen": mark,
                     "filed_as": "file", "created_at": now(), "demo": False, "version": 1}
                )  # fmt: skip
            if stands:
                totals["producers"] += 1
                totals["users"] += user
                totals["missing"] += not filed
                totals["output_sum"] += value * filed
                totals["mark_value"] += mark * filed
                totals["user_value"] += value * (user and filed)
        expected[gi.id] = totals
    for table, key in (
        (Producer, "producer"), (RosterEntry, "roster"), (Licence, "licence"),
        (LicenceSpell, "spell"), (AnnualReturn, "return"),
    ):  # fmt: skip
        db.session.execute(insert(table), rows[key])
    return expected


def test_every_number_of_a_large_ledger_equals_a_plain_recount_with_the_queries_of_a_small_one(client):
    with transaction():
        small = fill(40, 3)
        record(PORTAL, "created", "gi:few", {})
        city = an_account(Role.CITY, "640500")
    enter(client, city)
    with counted_queries() as for_few:
        assert len(figures_of_year(2025, TODAY)) == 40
    with counted_queries() as page_of_few:
        assert client.get("/office/ratios?year=2025&sort=-output&level=county").status_code == 200
    with transaction():
        db.session.execute(AnnualReturn.__table__.delete())
        db.session.execute(LicenceSpell.__table__.delete())
        db.session.execute(Licence.__table__.delete())
        db.session.execute(RosterEntry.__table__.delete())
        db.session.execute(Producer.__table__.delete())
    with transaction():
        expected = fill(500, 40, seed=2)
        record(PORTAL, "created", "gi:many", {})
    gather_statistics()
    with counted_queries() as page_of_many:
        assert client.get("/office/ratios?year=2025&sort=-output&level=county").status_code == 200
    assert len(page_of_many) <= len(page_of_few)
    with counted_queries() as for_many:
        found = figures_of_year(2025, TODAY)
    assert len(for_many) == len(for_few)
    assert len(small) == 40
    for key, totals in expected.items():
        one = found[key]
        assert {
            "producers": one.producers,
            "users": one.users,
            "user_value": one.user_value,
            "output_sum": one.output_sum,
            "mark_value": one.mark_value,
            "missing": one.missing,
        } == totals
        n, d = totals["users"] + one.off_roster, totals["producers"]
        assert one.users_share.outcome is assess(n if n > d else totals["users"], d).outcome


def test_the_kept_ledger_counts_anew_exactly_what_an_entry_touched(app):
    with transaction():
        gi, makers = a_gi_with(3, 2)
        still, _ = a_gi_with(1, 1)
        record(PORTAL, "created", "gi:any", {})
    before = live_figures(2025, TODAY)
    assert before[gi.id].output_sum == 500
    assert sums_of("county", NATION, 2025, TODAY) == {"640521": (7, 4, 700)}
    with transaction():
        one = db.session.scalars(select(AnnualReturn).where(AnnualReturn.producer_id == makers[0].id)).one()
        one.value_fen = 1_000
        record(PORTAL, "corrected", f"return:{gi.slug}/{makers[0].number}/2025", {}, public=False)
    after = live_figures(2025, TODAY)
    assert after[gi.id].output_sum == 1_400
    assert sums_of("county", NATION, 2025, TODAY) == {"640521": (7, 4, 1_600)}
    assert after[still.id] is before[still.id]


# ---- publication


def test_a_publication_is_an_entry_with_the_digest_of_everything_it_was_made_of(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        city = an_account(Role.CITY, "640500")
    with transaction():
        row = publish(city, gi, 2025, TODAY, now())
    entry = db.session.scalars(select(Entry).where(Entry.subject == f"ratio:{gi.slug}/2025")).one()
    assert (entry.verb, entry.public) == ("published", True)
    stated = state_on(f"ratio:{gi.slug}/2025", date(2030, 1, 1))
    assert stated["inputs_digest"] == row.inputs_digest
    assert (stated["users_n"], stated["users_d"], stated["outcome"]) == (3, 5, "met")
    lines = inputs_file(members_of(gi.id, 2025, LAST_DAY), None).decode().splitlines()
    assert len(lines) == 6


def test_a_later_correction_publishes_a_new_edition_and_both_stay(app):
    with transaction():
        gi, makers = a_gi_with(3, 2)
        city = an_account(Role.CITY, "640500")
    with transaction():
        publish(city, gi, 2025, TODAY, now())
    with pytest.raises(RuleBroken), transaction():
        publish(city, gi, 2025, TODAY, now())
    with transaction():
        one = db.session.scalars(select(AnnualReturn).where(AnnualReturn.producer_id == makers[4].id)).one()
        one.value_fen = 101
    with transaction():
        publish(city, gi, 2025, TODAY, now())
    assert [(e.edition, e.outcome) for e in editions_of(gi.id, 2025)] == [(2, "not_met"), (1, "met")]
    assert [row.edition for row in published_of(gi.id)] == [2]
    assert db.session.scalars(published(RatioFilter(year=2025, outcome=Outcome.MET))).all() == []


def test_as_known_on_a_day_gives_the_edition_that_stood_then(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        for edition, day in ((1, 10), (2, 20)):
            row = {
                "indication_id": gi.id, "zone": "", "year": 2024, "edition": edition, "definition": "x",
                "counted_on": date(2024, 12, 31), "users_n": edition, "users_d": 5, "off_roster": 0,
                "missing_users": 0, "missing_others": 0, "users_outcome": "not_met",
                "output_outcome": "not_met", "outcome": "not_met", "counted": {}, "inputs_digest": "0" * 64,
                "published_at": now().replace(year=2025, month=3, day=day), "published_as": "局",
                "demo": False,
            }  # fmt: skip
            db.session.execute(insert(PublishedRatio), [row])
    assert published_of(gi.id, on=date(2025, 3, 5)) == []
    assert [r.users_n for r in published_of(gi.id, on=date(2025, 3, 15))] == [1]
    assert [r.users_n for r in published_of(gi.id)] == [2]


def test_only_the_city_or_province_in_which_a_gi_lies_publishes_it(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        others = [
            an_account(Role.COUNTY, "640521"),
            an_account(Role.CITY, "640400"),
            an_account(Role.PROVINCE, "150000"),
            an_account(Role.AUDITOR, "640000"),
        ]
    for account in others:
        with pytest.raises(NotAllowed), transaction():
            publish(account, gi, 2025, TODAY, now())


def test_a_running_year_and_an_inconsistent_one_are_not_published(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        bad, _ = a_gi_with(1, 0)
        licence(bad, a_producer())
        city = an_account(Role.CITY, "640500")
    for one, year in ((gi, 2026), (bad, 2025)):
        with pytest.raises(RuleBroken), transaction():
            publish(city, one, year, TODAY, now())


def test_what_the_official_saw_must_still_be_what_is_counted(app):
    with transaction():
        gi, _ = a_gi_with(3, 2)
        city = an_account(Role.CITY, "640500")
    with pytest.raises(RuleBroken), transaction():
        publish(city, gi, 2025, TODAY, now(), digest_seen="0" * 64)
