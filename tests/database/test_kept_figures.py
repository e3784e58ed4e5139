"""What is kept of the ledger is what the rows say, whatever happened and whoever asks, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.rules import NATION
from portal.authorisation.demo import remove_demo_authorisation
from portal.authorisation.licence_actions import change_state, open_licence
from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.rules import LicenceStep
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.lib.clock import now
from portal.producers.actions import RosterData, add_line, end_line_for
from portal.producers.demo import remove_demo_producers
from portal.producers.models import Producer, RosterEntry
from portal.ratios.keeping import count_anew, keep_figures, store
from portal.ratios.kept import kept_figures, kept_marks
from portal.ratios.ledger import figures_of_year
from portal.ratios.levels import LEVELS, sums_of
from portal.ratios.live import YEARS_HELD, figures_over, live_figures
from portal.ratios.models import KeptSpread
from portal.ratios.touched import moved_between
from portal.register.actions import PORTAL, record
from portal.register.models import Entry
from portal.returns.actions import end_official, store_filed, store_official
from portal.returns.demo import remove_demo_returns
from portal.returns.models import AnnualReturn, OfficialOutput
from portal.returns.rules import Values
from tests.catalogue_desk import open_desk
from tests.ledger_rows import LONG_AGO, a_gi, a_producer, a_return, licence, on_roster
from tests.roster_desk import TOWN, csv_of, entry, firm, put_on, row, stored
from tests.services.statements import statements_asked

TODAY = date(2026, 11, 21)
YEARS = (2025, 2026)
COUNTIES = ("640521", "640522", "640122", "150821", "640500")
SCOPES = (NATION, "640000", "640500", "640521", "640521100")

HEADS = """
SELECT substr(r.adcode, 1, {length}), count(DISTINCT r.producer_id), count(DISTINCT l.producer_id)
FROM roster_entry r LEFT JOIN licence l
  ON l.indication_id = r.indication_id AND l.producer_id = r.producer_id
  AND l.valid_from <= :day AND (l.valid_to IS NULL OR l.valid_to >= :day)
  AND EXISTS (SELECT 1 FROM licence_spell s WHERE s.licence_id = l.id AND s.state = 'in_force'
              AND s.from_on <= :day AND (s.ended_on IS NULL OR s.ended_on > :day))
WHERE r.adcode LIKE :inside AND r.from_on <= :day AND (r.ended_on IS NULL OR r.ended_on > :day)
GROUP BY substr(r.adcode, 1, {length})
"""
OUTPUT = """
SELECT substr(r.adcode, 1, {length}), sum(a.value_fen) FROM roster_entry r JOIN annual_return a
  ON a.indication_id = r.indication_id AND a.producer_id = r.producer_id
WHERE a.year = :year AND a.state = 'accepted' AND r.adcode LIKE :inside
  AND r.from_on <= :day AND (r.ended_on IS NULL OR r.ended_on > :day)
GROUP BY substr(r.adcode, 1, {length})
"""


def plain_sums(level: str, scope: str, year: int, today: date) -> dict[str, tuple[int, int, int]]:
    inside = {NATION: "", "640000": "64", "640500": "6405"}.get(scope, scope)
    asked = {"year": year, "day": min(date(year, 12, 31), today), "inside": f"{inside}%"}
    heads, output = (
        db.session.execute(text(query.format(length=LEVELS[level])), asked).all() for query in (HEADS, OUTPUT)
    )
    values = dict(tuple(row) for row in output)
    return {prefix: (made, used, int(values.get(prefix) or 0)) for prefix, made, used in heads}


def as_a_fresh_worker() -> None:
    """Forget what this worker holds in memory."""
    for name in ("ratio_ledger", "ratio_sums", "ratio_tables", "ratio_heads"):
        current_app.extensions.pop(name, None)


def check(today: date, scopes: tuple[str, ...] = SCOPES) -> None:
    db.session.rollback()
    for year in YEARS:
        plain = figures_of_year(year, today)
        assert live_figures(year, today) == plain
        some = sorted(plain)[::2]
        assert figures_over([year], some, today)[year] == {key: plain[key] for key in some}
        for level in LEVELS:
            for scope in scopes:
                expected = plain_sums(level, scope, year, today)
                assert sums_of(level, scope, year, today) == expected, (level, scope, year)


def check_everywhere(today: date) -> None:
    """In the worker that held the numbers before, in one that has just begun, and in what is kept next."""
    check(today)
    as_a_fresh_worker()
    check(today, (NATION,))
    keep_figures(today)
    as_a_fresh_worker()
    check(today, (NATION, "640500"))


# ---- generated


class World:
    """A few GIs of which producers stand in several counties; each step is a change with its entry."""

    def __init__(self) -> None:
        self.today = TODAY
        with transaction():
            self.gis = [a_gi() for _ in range(3)]
            self.makers = [a_producer() for _ in range(4)]
            self.gi_ids = [one.id for one in self.gis]
            self.maker_ids = [one.id for one in self.makers]

    def step(self, kind: str, gi: int, maker: int, place: int, days: int, flag: bool) -> None:
        if kind == "day":
            self.today += timedelta(days=abs(days))
        elif kind == "keep":
            keep_figures(self.today)
        elif kind == "fresh":
            as_a_fresh_worker()
        else:
            with transaction():
                one = db.session.get_one(Indication, self.gi_ids[gi])
                who = db.session.get_one(Producer, self.maker_ids[maker])
                getattr(self, kind)(one, who, COUNTIES[place], self.today + timedelta(days=days), flag)

    def line(self, gi: Indication, who: Producer, place: str, day: date, flag: bool) -> None:
        """Put on the roster; one that stands there moves, or leaves on a day."""
        query = select(RosterEntry).where(
            RosterEntry.indication_id == gi.id,
            RosterEntry.producer_id == who.id,
            RosterEntry.ended_on.is_(None),
        )
        known = db.session.scalar(query)
        adcode = f"{place}100" if flag and place[4:] != "00" else place
        if known is None:
            add_line(PORTAL, gi, who, RosterData(adcode, day + timedelta(days=400)))
        elif flag or day <= known.from_on:
            known.adcode = adcode
            record(PORTAL, "amended", f"roster:{gi.slug}/{who.number}", {}, public=False)
        else:
            end_line_for(PORTAL, known, day)

    def old_line(self, gi: Indication, who: Producer, place: str, day: date, flag: bool) -> None:
        if db.session.scalar(_lines(gi, who).limit(1)) is None:
            add_line(PORTAL, gi, who, RosterData(place, day - timedelta(days=400)))

    def licence(self, gi: Indication, who: Producer, place: str, day: date, flag: bool) -> None:
        ends = day + timedelta(days=20) if flag else None
        one = licence(gi, who, valid_from=day - timedelta(days=3), valid_to=ends)
        record(PORTAL, "issued", one.subject, {})

    def spell(self, gi: Indication, who: Producer, place: str, day: date, flag: bool) -> None:
        """Suspended from a day on, or in force again."""
        query = (
            select(LicenceSpell)
            .join(LicenceSpell.licence)
            .where(
                Licence.indication_id == gi.id, Licence.producer_id == who.id, LicenceSpell.ended_on.is_(None)
            )
        )
        running = db.session.scalars(query.order_by(LicenceSpell.id)).first()
        if running is None or day <= running.from_on:
            return
        running.ended_on = day
        db.session.flush()
        state = "suspended" if running.state == "in_force" else "in_force"
        db.session.add(LicenceSpell(licence_id=running.licence_id, state=state, from_on=day))
        number = db.session.scalar(select(Licence.number).where(Licence.id == running.licence_id))
        record(PORTAL, "suspended", f"licence:{number}", {})

    def filed(self, gi: Indication, who: Producer, place: str, day: date, flag: bool) -> None:
        """Of one year or the other; filed again it is corrected."""
        line = db.session.scalars(_lines(gi, who)).first()
        if line is not None:
            year = YEARS[flag]
            value = 100 + abs((day - TODAY).days)
            said = Values(None, 1_000, value, value // 2, None, (), None)
            store_filed(PORTAL, line, year, said, True, now(), None)

    def official(self, gi: Indication, who: Producer, place: str, day: date, flag: bool) -> None:
        stated = OfficialOutput(
            year=YEARS[flag],
            zone="",
            value_fen=500 + day.day,
            issuer="局",
            document="公报",
            document_on=TODAY,
        )
        store_official(PORTAL, gi, stated, TODAY, now())


def _lines(gi: Indication, who: Producer):
    query = select(RosterEntry).where(RosterEntry.indication_id == gi.id, RosterEntry.producer_id == who.id)
    return query.order_by(RosterEntry.id)


KINDS = ("old_line", "old_line", "line", "licence", "spell", "filed", "official", "day", "keep", "fresh")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 3), st.integers(0, 4),
        st.integers(-30, 30), st.booleans(),
    ),
    min_size=6,
    max_size=20,
)  # fmt: skip


@given(STEPS)
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
def test_after_any_steps_every_worker_says_what_the_rows_say(app: Flask, steps: list[tuple]) -> None:
    world = World()
    for place, step in enumerate(steps):
        world.step(*step)
        if place % 4 == 3:
            check(world.today, ("640500",))
    check_everywhere(world.today)


# ---- each kind of change, through the action that makes it


def a_licence(gi: Indication, who: Producer) -> Licence:
    one = Licence(
        number="L2026-000777", indication=gi, protection=gi.protections[0], producer=who,
        track="special_mark", adcode=who.adcode, goods="果",
        valid_from=date(2024, 1, 1), valid_to=TODAY + timedelta(days=9),
        issued_by="局", issued_on=date(2024, 1, 1), changed_at=now(), demo=True,
    )  # fmt: skip
    open_licence(PORTAL, one, now())
    return one


def test_every_kind_of_change_is_found_in_what_is_kept(app: Flask) -> None:
    desk = open_desk()
    keep_figures(TODAY)
    check(TODAY)
    stored(desk["registrar"], csv_of([row(), row(名称="李四（演示）", 列入日期="2024-06-01")]))
    number = put_on(desk["registrar"], firm(), place=TOWN)
    check_everywhere(TODAY)

    def change(do: Callable[[Indication, RosterEntry, Licence | None], object]) -> None:
        with transaction():
            query = select(Licence).options(*WITH_ALL).where(Licence.number == "L2026-000777")
            line = db.session.get_one(RosterEntry, number)
            whole = [selectinload(Indication.protections), selectinload(Indication.regions)]
            gi = db.session.get_one(Indication, line.indication_id, options=whole)
            do(gi, line, db.session.scalar(query))
        check(TODAY, (NATION,))

    def filed(value: int) -> Callable:
        said = Values(None, 1_000, value, value // 2, None, (), None)
        return lambda _gi, line, _licence: store_filed(PORTAL, line, 2025, said, True, now(), None)

    def moved(step: LicenceStep, day: date) -> Callable:
        return lambda _gi, _line, one: change_state(PORTAL, one, step, "理由", None, day, now())

    def official(value: int) -> Callable:
        def state(gi: Indication, *_rest: object) -> None:
            stated = OfficialOutput(
                year=2025, zone="", value_fen=value, issuer="局", document="公报", document_on=TODAY
            )
            store_official(PORTAL, gi, stated, TODAY, now())

        return state

    def withdrawn(gi: Indication, *_rest: object) -> None:
        stated = db.session.scalars(select(OfficialOutput).where(OfficialOutput.ended_on.is_(None))).one()
        end_official(desk["registrar"], gi, stated, TODAY)

    change(lambda gi, line, _licence: a_licence(gi, db.session.get_one(Producer, line.producer_id)))
    assert live_figures(2026, TODAY)[entry(number).indication_id].users == 1
    check(TODAY + timedelta(days=10), (NATION,))
    assert live_figures(2026, TODAY + timedelta(days=10))[entry(number).indication_id].users == 0
    change(moved(LicenceStep.SUSPEND, date(2025, 6, 1)))
    change(moved(LicenceStep.RESUME, date(2026, 2, 1)))
    change(filed(1_000))
    change(filed(3_000))
    change(official(9_000))
    check_everywhere(TODAY)
    change(official(2_000))
    change(withdrawn)
    change(lambda _gi, line, _licence: end_line_for(PORTAL, line, date(2026, 3, 1)))
    with transaction():
        db.session.execute(update(Producer).values(demo=True))
        db.session.execute(update(AnnualReturn).values(demo=True))
    for remove in (remove_demo_returns, remove_demo_authorisation, remove_demo_producers):
        with transaction():
            assert remove(TODAY, now()) > 0
        check(TODAY, (NATION,))
    check_everywhere(TODAY)


WITH_ALL = (
    joinedload(Licence.indication),
    joinedload(Licence.protection),
    joinedload(Licence.producer),
    selectinload(Licence.spells),
)


# ---- the calendar, and several workers at once


def test_a_day_counts_again_only_what_begins_or_ends_on_it(app: Flask) -> None:
    with transaction():
        ends, begins, still = a_gi(), a_gi(), a_gi()
        for gi in (ends, begins, still):
            who = a_producer()
            on_roster(gi, who)
            first = TODAY + timedelta(days=1) if gi is begins else LONG_AGO
            licence(gi, who, valid_from=first, valid_to=TODAY if gi is ends else None)
        record(PORTAL, "created", "gi:any", {})
    assert moved_between(TODAY, TODAY) == set()
    assert moved_between(TODAY, TODAY + timedelta(days=1)) == {ends.id, begins.id}
    assert moved_between(TODAY - timedelta(days=1), TODAY) == set()
    keep_figures(TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert (live_figures(2026, TODAY)[ends.id].users, live_figures(2026, TODAY)[begins.id].users) == (1, 0)
    assert (live_figures(2026, tomorrow)[ends.id].users, live_figures(2026, tomorrow)[begins.id].users) == (
        0,
        1,
    )
    check_everywhere(tomorrow)


def test_what_another_process_kept_meanwhile_stands(app: Flask) -> None:
    """Whoever counted from an older mark stores nothing: the newer count stays."""
    with transaction():
        gi, who = a_gi(), a_producer()
        on_roster(gi, who)
        record(PORTAL, "enrolled", f"roster:{gi.slug}/{who.number}", {}, public=False)
    assert keep_figures(TODAY) > 0
    assert keep_figures(TODAY) == 0
    mark = kept_marks([2025])[2025]
    assert kept_figures({2025: mark.day})[2025] == figures_of_year(2025, TODAY)
    with transaction():
        a_return(gi, who, 2025, 700)
        record(PORTAL, "accepted", f"return:{gi.slug}/{who.number}/2025", {}, public=False)
    counted = count_anew(2025, TODAY)
    keep_figures(TODAY)
    newer = kept_marks([2025])[2025]
    assert newer.n > mark.n and not store(counted)
    assert kept_marks([2025])[2025] == newer
    check(TODAY)


def test_a_producer_of_several_counties_counts_once_above_them(app: Flask) -> None:
    with transaction():
        gi, other, third, who, alone = a_gi(), a_gi(), a_gi(), a_producer(), a_producer()
        for one, county in ((gi, "640521"), (other, "640522100"), (third, "150821")):
            on_roster(one, who, adcode=county)
        on_roster(gi, alone, adcode="640521")
        licence(other, who)
        record(PORTAL, "created", "gi:any", {})
    keep_figures(TODAY)
    assert db.session.query(KeptSpread).filter_by(year=2026).count() == 3
    assert sums_of("nation", NATION, 2026, TODAY) == {"": (2, 1, 0)}
    assert sums_of("province", NATION, 2026, TODAY) == {"15": (1, 0, 0), "64": (2, 1, 0)}
    assert sums_of("county", "640000", 2026, TODAY) == {"640521": (2, 0, 0), "640522": (1, 1, 0)}
    check_everywhere(TODAY)


def test_a_year_earlier_than_all_that_a_worker_holds_is_answered(app: Flask) -> None:
    as_a_fresh_worker()
    for year in range(TODAY.year, TODAY.year - YEARS_HELD - 1, -1):
        assert live_figures(year, TODAY) == {}


def test_several_years_read_what_was_written_since_once(app: Flask) -> None:
    with transaction():
        gi, who = a_gi(), a_producer()
        on_roster(gi, who)
        record(PORTAL, "created", "gi:any", {})
    keep_figures(TODAY)
    with transaction():
        a_return(gi, who, 2025, 700)
        record(PORTAL, "accepted", f"return:{gi.slug}/{who.number}/2025", {}, public=False)
    years = sorted(kept_marks([2024, 2025, 2026]))
    with statements_asked() as asked:
        figures_over(years, [gi.id], TODAY)
    assert len(years) > 1
    assert len([one for one in asked if f"FROM {Entry.__tablename__}" in one]) == 1
