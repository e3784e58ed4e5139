"""Returns in the database: versions, who may act, what an entry tells, and files that come in."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account, Notice, OutgoingMail
from portal.accounts.rules import Role
from portal.authorisation.models import UsageRecord
from portal.catalogue.models import Indication
from portal.catalogue.queries import get_indication
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.producers.import_rules import Outcome, RunState
from portal.producers.import_shown import shown_rows
from portal.producers.imports import Incoming, check_run, receive, store_run
from portal.producers.models import ImportRun, Membership, Producer, ProducerAccount, RosterEntry
from portal.register.models import Entry, SealedDetail
from portal.returns import actions
from portal.returns.mark_use import mark_use_of, totals_of
from portal.returns.models import AnnualReturn, OfficialOutput
from portal.returns.queries import (
    ReturnFilter,
    editions_of,
    find_official,
    get_line,
    get_return_for,
    neighbours_of,
    not_filed,
    returns_due_for,
    returns_for,
)
from portal.returns.reminders import last_reminder, remind_by, remind_by_calendar
from portal.returns.rules import State, Values
from tests.ledger_rows import LONG_AGO, Spell, a_gi, a_producer, a_return, an_account, licence, on_roster

TODAY = date(2026, 11, 21)
VALUES = Values(quantity_g=1_000_000, value_fen=500_000, mark_value_fen=100_000)


class World:
    """One GI, one producer on its roster, the person who acts for it, the county, and a stranger county."""

    def __init__(self) -> None:
        with transaction():
            self.gi: Indication = a_gi("hongguo")
            self.maker: Producer = a_producer()
            self.line: RosterEntry = on_roster(self.gi, self.maker)
            self.wang = an_account(Role.PRODUCER, producer=self.maker)
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.stranger = an_account(Role.PRODUCER)

    def file(self, values: Values = VALUES, year: int = 2025) -> AnnualReturn:
        with transaction():
            one = actions.open_return(self.wang, self.line, year, TODAY, now())
            actions.save_return(self.wang, one, values, one.version, TODAY)
            actions.submit_return(self.wang, one, one.version, TODAY, now())
        return one

    def accept(self, one: AnnualReturn, by: Account | None = None) -> None:
        with transaction():
            actions.accept_return(by or self.county, one, one.version, TODAY, now())


@pytest.fixture
def world(app) -> World:
    return World()


def test_a_return_goes_from_draft_to_accepted_and_its_producer_is_told(world):
    one = world.file()
    assert one.state == State.SUBMITTED
    world.accept(one)
    stored = db.session.get_one(AnnualReturn, one.id)
    assert (stored.state, stored.value_fen, stored.decided_by) == ("accepted", 500_000, world.county.id)
    assert "已接受" in db.session.scalars(select(Notice)).one().text_zh


def test_what_a_producer_earns_is_sealed_and_no_entry_about_it_is_public(world):
    world.accept(world.file())
    entries = db.session.scalars(select(Entry).where(Entry.subject.like("return:%"))).all()
    assert entries
    assert not any(entry.public for entry in entries)
    assert not any("500000" in entry.changes for entry in entries)
    sealed = db.session.scalars(select(SealedDetail.details)).all()
    assert any(json.loads(one).get("value_fen", {}).get("to") == 500_000 for one in sealed)


def test_after_acceptance_only_a_new_version_counts_and_the_old_one_stays(world):
    first = world.file()
    world.accept(first)
    with pytest.raises(RuleBroken), transaction():
        actions.save_return(world.wang, first, VALUES, first.version, TODAY)
    second = world.file(Values(value_fen=600_000, mark_value_fen=0))
    assert second.edition == 2
    assert db.session.get_one(AnnualReturn, first.id).state == "accepted"
    world.accept(second)
    found = editions_of(world.gi.id, world.maker.id, 2025)
    assert [(one.edition, one.state, one.value_fen) for one in found] == [
        (2, "accepted", 600_000),
        (1, "replaced", 500_000),
    ]


def test_opening_twice_gives_the_same_draft(world):
    with transaction():
        one = actions.open_return(world.wang, world.line, 2025, TODAY, now())
        again = actions.open_return(world.wang, world.line, 2025, TODAY, now())
    assert one.id == again.id


def test_a_stale_page_is_refused(world):
    one = world.file()
    seen = one.version
    world.accept(one)
    with pytest.raises(Outdated), transaction():
        actions.send_back(world.county, one, "请补正产值", seen, TODAY, now())


def test_sent_back_with_a_reason_it_can_be_submitted_again(world):
    one = world.file()
    with pytest.raises(RuleBroken), transaction():
        actions.send_back(world.county, one, " ", one.version, TODAY, now())
    with transaction():
        one = get_return_for(world.county, one.id, TODAY)
        actions.send_back(world.county, one, "产量与面积不符", one.version, TODAY, now())
    assert one.state == State.SENT_BACK
    with transaction():
        one = get_return_for(world.wang, one.id, TODAY)
        actions.submit_return(world.wang, one, one.version, TODAY, now())
    assert (one.state, one.sent_back_reason) == (State.SUBMITTED, "产量与面积不符")


def test_nobody_else_sees_or_decides_a_return(world):
    one = world.file()
    for account in (world.far, world.stranger):
        with pytest.raises(NotFound):
            get_return_for(account, one.id, TODAY)
        with pytest.raises(NotAllowed), transaction():
            actions.accept_return(account, one, one.version, TODAY, now())
    assert db.session.scalars(returns_for(world.far, ReturnFilter())).all() == []
    assert returns_due_for(world.stranger, [2025], TODAY) == []
    with pytest.raises(NotAllowed), transaction():
        actions.accept_return(world.wang, one, one.version, TODAY, now())


def test_a_return_without_its_sums_is_not_submitted(world):
    with transaction():
        one = actions.open_return(world.wang, world.line, 2025, TODAY, now())
    with pytest.raises(RuleBroken) as refusal, transaction():
        actions.submit_return(world.wang, one, one.version, TODAY, now())
    assert set(refusal.value.fields) == {"value_fen", "mark_value_fen"}


def test_a_future_year_cannot_be_reported(world):
    with pytest.raises(RuleBroken), transaction():
        actions.open_return(world.wang, world.line, 2027, TODAY, now())


def test_the_database_holds_one_accepted_and_one_open_version(world):
    with transaction():
        a_return(world.gi, world.maker, 2025, 1)
    with pytest.raises(IntegrityError), transaction():
        a_return(world.gi, world.maker, 2025, 2, edition=2)
    with transaction():
        a_return(world.gi, world.maker, 2025, 2, state="draft", edition=2)
    with pytest.raises(IntegrityError), transaction():
        a_return(world.gi, world.maker, 2025, 3, state="submitted", edition=3)


def test_who_has_not_filed_is_the_roster_less_who_has(world):
    with transaction():
        late = a_producer()
        on_roster(world.gi, late)
        gone = a_producer()
        on_roster(world.gi, gone, LONG_AGO, date(2025, 6, 1))
    world.file()
    lines = db.session.scalars(not_filed(world.county, 2025, date(2025, 12, 31))).all()
    assert [line.producer_id for line in lines] == [late.id]
    assert db.session.scalars(not_filed(world.far, 2025, date(2025, 12, 31))).all() == []


def test_a_reminder_reaches_those_who_have_an_account(world):
    with transaction():
        on_roster(world.gi, a_producer())
    with transaction():
        lines = list(db.session.scalars(not_filed(world.county, 2025, date(2025, 12, 31))))
        assert remind_by(world.county, lines, 2025, now()) == 1
    assert db.session.scalars(select(Notice)).one().account_id == world.wang.id
    assert db.session.scalars(select(OutgoingMail.recipient)).all() == [world.wang.email]
    with pytest.raises(NotAllowed):
        remind_by(world.wang, lines, 2025, now())


def test_the_last_reminder_is_found_among_more_gis_than_a_statement_takes_values(world):
    many = [f"no-such-{n}" for n in range(35_000)]
    assert last_reminder(world.county, [*many, world.gi.slug], 2025) is None
    for time in (noon(3, 2), noon(3, 3)):
        with transaction():
            remind_by(
                world.county,
                list(db.session.scalars(not_filed(world.county, 2025, date(2025, 12, 31)))),
                2025,
                time,
            )
    found = last_reminder(world.county, [*many, world.gi.slug, *many], 2025)
    assert found.n == db.session.scalar(select(func.max(Entry.n)).where(Entry.verb == "reminded"))


def test_a_member_is_reminded_and_told_through_its_co_operative(world):
    with transaction():
        member = a_producer()
        on_roster(world.gi, member)
        both = Membership(cooperative_id=world.maker.id, member_id=member.id, from_on=LONG_AGO)
        left = Membership(cooperative_id=world.maker.id, member_id=a_producer().id, from_on=LONG_AGO)
        left.ended_on = date(2025, 6, 1)
        db.session.add_all([both, left])
        on_roster(world.gi, db.session.get_one(Producer, left.member_id))
    with transaction():
        lines = list(db.session.scalars(not_filed(world.county, 2025, date(2025, 12, 31))))
        assert len(lines) == 3
        assert remind_by(world.county, lines, 2025, now()) == 2
        assert remind_by_calendar(noon(3, 2)) == 2
    assert {one.account_id for one in db.session.scalars(select(Notice))} == {world.wang.id}
    with transaction():
        one = actions.open_return(world.county, get_line(world.gi.id, member.id, 2025), 2025, TODAY, now())
        actions.save_return(world.county, one, VALUES, one.version, TODAY)
        actions.submit_return(world.county, one, one.version, TODAY, now())
        assert actions.send_back(world.county, one, "产量与面积不符", one.version, TODAY, now()) == 1


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 4, tzinfo=UTC)


def test_the_calendar_reminds_three_times_and_never_twice_of_the_same(world):
    def remind(moment: datetime) -> int:
        with transaction():
            return remind_by_calendar(moment)

    with transaction():
        second = a_producer()
        on_roster(world.gi, second)
        db.session.add(ProducerAccount(producer_id=second.id, account_id=world.wang.id, since=LONG_AGO))
    assert remind(noon(2, 20)) == 0
    assert remind(noon(3, 2)) == 2 and remind(noon(3, 3)) == 0
    assert remind(noon(3, 26)) == 2 and remind(noon(4, 2)) == 2 and remind(noon(6, 1)) == 0
    letters = db.session.scalars(select(OutgoingMail.subject)).all()
    assert len(letters) == 3 and all("2 份" in one for one in letters)
    assert "2026年3月31日" in letters[0] and "2026年3月31日" not in letters[2]


def test_who_has_filed_is_not_reminded_by_the_calendar(world):
    world.accept(world.file())
    with transaction():
        assert remind_by_calendar(noon(3, 2)) == 0


def test_the_report_on_use_holds_everybody_licensed_in_the_year_and_sums_what_was_returned(world):
    with transaction():
        told, silent, ended, later = (a_producer() for _ in range(4))
        licence(world.gi, world.maker)
        number = licence(world.gi, told).id
        licence(world.gi, silent, valid_to=date(2025, 6, 30))
        gone = [Spell("in_force", LONG_AGO, date(2024, 5, 1)), Spell("revoked", date(2024, 5, 1))]
        licence(world.gi, ended, spells=gone)
        licence(world.gi, later, valid_from=date(2026, 1, 1))
        db.session.add(
            UsageRecord(licence_id=number, on=date(2025, 7, 1), kind="reported", note="袋装", at=now(),
                        by_account=world.wang.id)
        )  # fmt: skip
    world.accept(world.file())
    lines = mark_use_of(world.gi.id, 2025, "640521", TODAY)
    reported = {line.producer.id: line.reported for line in lines}
    assert reported == {world.maker.id: True, told.id: True, silent.id: False}
    totals = totals_of(lines)
    assert (totals.users, totals.reported) == (3, 2)
    assert (totals.quantity_g, totals.mark_value_fen, totals.labels) == (1_000_000, 100_000, None)
    assert totals.filed == 1 and totals_of([]).quantity_g is None
    assert mark_use_of(world.gi.id, 2025, "150821", TODAY) == []


def test_neighbours_are_asked_only_where_there_are_five(world):
    with transaction():
        for place in range(5):
            one = a_return(world.gi, a_producer(), 2025, 1000 * (place + 1))
            one.quantity_g, one.area_m2 = 1000, 10
    found = neighbours_of(world.gi.id, 2025)
    assert (found.count, found.fen_per_kg, found.grams_per_m2) == (5, 3000, 100)
    assert neighbours_of(world.gi.id, 2020).count == 0


# ---- official figures


def official(value: int) -> OfficialOutput:
    return OfficialOutput(
        year=2025, zone="", value_fen=value, issuer="统计局", document="公报", document_on=date(2026, 3, 1)
    )


def test_a_later_official_figure_ends_the_earlier_one_and_both_are_entries(world):
    for value in (1000, 2000):
        with transaction():
            actions.enter_official(world.county, get_indication("hongguo"), official(value), TODAY, now())
    assert find_official(world.gi.id, 2025).value_fen == 2000
    stored = db.session.scalars(select(OfficialOutput).order_by(OfficialOutput.id)).all()
    assert [one.ended_on for one in stored] == [TODAY, None]
    entries = db.session.scalars(select(Entry).where(Entry.subject == "output:hongguo/2025")).all()
    assert [entry.public for entry in entries] == [True, True]


def test_a_figure_without_a_document_or_from_another_county_is_refused(world):
    bad = official(5)
    bad.document = " "
    with pytest.raises(RuleBroken), transaction():
        actions.enter_official(world.county, get_indication("hongguo"), bad, TODAY, now())
    with pytest.raises(NotAllowed), transaction():
        actions.enter_official(world.far, get_indication("hongguo"), official(5), TODAY, now())


# ---- files


def bring(world: World, text: str, kind: str = "returns") -> ImportRun:
    sent = Incoming(kind, "returns.csv", [text.encode()], "640521", None, TODAY)
    with transaction():
        number = receive(world.county, sent, now()).id
    check_run(number)
    return db.session.get_one(ImportRun, number)


def store(run: ImportRun) -> ImportRun:
    with transaction():
        db.session.get_one(ImportRun, run.id).state = RunState.APPROVED
    store_run(run.id)
    db.session.expire_all()
    return db.session.get_one(ImportRun, run.id)


HEAD = "地理标志,年度,登记编号,产量（公斤）,产值（元）,使用标志销售额（元）\n"


def test_a_file_of_returns_is_checked_whole_stored_once_and_counts(world):
    text = HEAD + f"hongguo,2025,{world.maker.number},１０００,5000.5,100\n"
    run = bring(world, text)
    assert (run.state, run.counts) == (RunState.READY, {"new": 1}), run.findings
    assert store(run).state == RunState.STORED
    one = editions_of(world.gi.id, world.maker.id, 2025)[0]
    assert (one.state, one.value_fen, one.quantity_g, one.filed_as) == (
        "accepted",
        500_050,
        1_000_000,
        "file",
    )
    assert bring(world, text).state == RunState.NOTHING_NEW


def test_a_changed_row_becomes_a_new_version(world):
    world.accept(world.file())
    run = bring(world, HEAD + f"hongguo,2025,{world.maker.number},1000,7000,100\n")
    assert run.counts == {"changed": 1}
    assert store(run).state == RunState.STORED
    found = editions_of(world.gi.id, world.maker.id, 2025)
    assert [(one.edition, one.state, one.value_fen) for one in found] == [
        (2, "accepted", 700_000),
        (1, "replaced", 500_000),
    ]


def test_an_empty_cell_and_what_a_file_has_no_column_for_stay_as_they_are(world):
    world.accept(world.file(replace(VALUES, months=((9, 500_000),), note="秋果")))
    run = bring(world, HEAD + f"hongguo,2025,{world.maker.number},,7000,1000\n")
    shown = shown_rows(run, Outcome.CHANGED, 0, 5)[0].changes
    assert [(name.zh, old, new) for name, old, new in shown] == [("产值（元）", "5,000", "7,000")]
    store(run)
    one = editions_of(world.gi.id, world.maker.id, 2025)[0]
    assert (one.quantity_g, one.value_fen, one.note) == (1_000_000, 700_000, "秋果")
    assert one.values.months == ((9, 500_000),)


def test_a_damaged_file_names_every_fault_and_stores_nothing(world):
    number = world.maker.number
    rows = [
        f"没有,2025,{number},1,1,1",
        f"hongguo,2030,{number},1,1,1",
        "hongguo,2025,P999999999,1,1,1",
        "hongguo,2025,,1,1,1",
        f"hongguo,2025,{number},1,-5,1",
        f"hongguo,2025,{number},1,1.234,1",
        f"hongguo,两千,{number},1,1,1",
        f"hongguo,2014,{number},1,1,1",
        f"hongguo,2025,{number},1,1,1",
        f"hongguo,2025,{number},1,1,1",
    ]
    run = bring(world, HEAD + "\n".join(rows))
    assert run.state == RunState.REFUSED
    assert [finding["code"] for finding in run.findings] == [
        "gi_not_here", "year_not_open", "unknown_producer", "who_is_missing", "bad_number", "too_fine",
        "bad_year", "not_on_roster", "row_twice",
    ]  # fmt: skip
    assert db.session.scalars(select(AnnualReturn)).all() == []


def test_a_heading_in_ten_thousands_is_refused_rather_than_read_as_yuan(world):
    text = HEAD.replace("产值（元）", "产值（万元）") + f"hongguo,2025,{world.maker.number},1,5,1\n"
    assert {finding["code"] for finding in bring(world, text).findings} == {"in_ten_thousands"}


def test_official_figures_come_in_by_file_with_their_document(world):
    text = "地理标志,年度,产业产值（元）,发布单位,文件,文件日期\nhongguo,2025,9000,统计局,公报,2026年3月1日\n"
    run = bring(world, text, "official-output")
    assert store(run).state == RunState.STORED
    found = find_official(world.gi.id, 2025)
    assert (found.value_fen, found.document_on) == (900_000, date(2026, 3, 1))
