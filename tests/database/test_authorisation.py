"""From application to licence, on both databases: the whole way, its detours, and two people at once."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Notice, OutgoingMail
from portal.authorisation.actions import Given, take_step
from portal.authorisation.announcements import announcements, service_figures
from portal.authorisation.draft_actions import add_file, open_application, save_answers
from portal.authorisation.licence_actions import Terms, move_licence
from portal.authorisation.models import (
    Announcement,
    Application,
    ApplicationStep,
    Licence,
    LicenceSpell,
    SiteVisit,
    StoredFile,
    WatchTask,
)
from portal.authorisation.queries import (
    applications_for,
    authorised_pairs,
    find_licence,
    get_application_for,
    get_licence_for,
    in_force_on,
    route_for,
    waiting_for,
)
from portal.authorisation.rules import LicenceState, LicenceStep, Paper, Purpose, Route, State, Step, Track
from portal.authorisation.usage import record_use
from portal.authorisation.users import standing_is
from portal.authorisation.watches import answer_task, get_task_for, look_around
from portal.catalogue.models import Indication, Protection
from portal.db import db, transaction
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.papers.files import MOST_BYTES, path_of, read_paper
from portal.producers.models import RosterEntry
from portal.producers.rules import Reason
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests import ledger_rows
from tests.setting_authorisation import (
    ANSWERS,
    NOW,
    PDF,
    TODAY,
    Setting,
    data_folder,
    draft,
    picture,
    prepare,
    protection,
    step,
    visit,
    walk_to_licence,
)

REASON = "材料不齐，请补交"


@pytest.fixture
def setting(app: Flask) -> Setting:
    return prepare()


def fetched(setting: Setting, number: str) -> Application:
    return get_application_for(setting.wang, number, TODAY)


def licence_of(number: str) -> Licence:
    return find_licence(db.session.scalars(select(Licence.number).order_by(Licence.id.desc())).first())


def to_county_check(setting: Setting) -> str:
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    step(setting.county, number, Step.ACCEPT)
    return number


# ---- the whole way


def test_the_whole_way_ends_in_a_licence_in_force_that_the_log_tells(setting: Setting):
    number = draft(setting)
    assert walk_to_licence(setting, number).stands is State.IN_FORCE
    licence = licence_of(number)
    assert licence.state_on(TODAY) is LicenceState.IN_FORCE
    assert licence.producer.number == setting.producers["firm"]
    entries = list(db.session.scalars(select(Entry).where(Entry.subject == licence.subject)))
    assert [(entry.verb, entry.public) for entry in entries] == [("issued", True)]
    private = select(Entry.public).where(Entry.subject == f"application:{number}")
    assert set(db.session.scalars(private)) == {False}
    assert verify_log().sound


def test_a_licence_is_of_a_protection_of_its_own_gi_and_of_one_that_stands_there(app: Flask):
    one, other = ledger_rows.a_gi(), ledger_rows.a_gi()
    ledger_rows.licence(one, ledger_rows.a_producer())
    db.session.commit()
    for values in ({"indication_id": other.id}, {"indication_id": 99_999}, {"protection_id": 99_999}):
        with pytest.raises(IntegrityError):
            db.session.execute(update(Licence).values(values))
            db.session.commit()
        db.session.rollback()
    for gone in (Protection, Indication):
        with pytest.raises(IntegrityError):
            db.session.execute(delete(gone))
            db.session.commit()
        db.session.rollback()


def test_every_step_is_kept_with_who_when_and_how_long(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    step(setting.county, number, Step.ACCEPT, now=NOW + timedelta(days=7))
    rows = list(db.session.scalars(select(ApplicationStep).order_by(ApplicationStep.n)))
    assert [(r.n, r.step, r.from_state, r.to_state) for r in rows] == [
        (1, "submit", "draft", "submitted"),
        (2, "accept", "submitted", "county_check"),
    ]
    assert rows[1].office == "county office"
    assert rows[1].working_days_taken == 5
    assert rows[1].due_on == date(2026, 11, 9)


def test_the_special_mark_goes_where_its_province_says_and_a_mark_to_its_holder(setting: Setting):
    assert route_for(Track.SPECIAL_MARK, "640521") is Route.NATIONAL
    assert route_for(Track.SPECIAL_MARK, "430100") is Route.PROVINCE
    assert route_for(Track.CERTIFICATION_MARK, "430100") is Route.HOLDER


def test_a_certification_mark_goes_through_its_holder_with_record_number_and_term(setting: Setting):
    number = draft(setting, key="mark")
    step(setting.wang, number, Step.SUBMIT)
    assert fetched(setting, number).stands is State.HOLDER_DECISION
    step(setting.holder, number, Step.PERMIT)
    without = Terms(goods="枸杞", valid_from=TODAY)
    with pytest.raises(RuleBroken) as refused:
        step(setting.holder, number, Step.ANNOUNCE, Given(terms=without))
    assert set(refused.value.fields) == {"record_number", "valid_to"}
    terms = Terms("枸杞", TODAY, TODAY + timedelta(days=365), record_number="许可备案1号")
    step(setting.holder, number, Step.ANNOUNCE, Given(terms=terms))
    licence = licence_of(number)
    assert (licence.record_number, licence.track) == ("许可备案1号", "certification_mark")
    assert fetched(setting, number).stands is State.IN_FORCE


def test_refusing_a_qualified_applicant_of_a_certification_mark_needs_a_ground_and_words(setting: Setting):
    number = draft(setting, key="mark")
    step(setting.wang, number, Step.SUBMIT)
    with pytest.raises(RuleBroken) as refused:
        step(setting.holder, number, Step.REFUSE, Given(note="不行"))
    assert set(refused.value.fields) == {"note", "reason"}
    step(setting.holder, number, Step.REFUSE, Given(note="检验结果不符合标准", reason="not_to_standard"))
    stored = fetched(setting, number)
    assert (stored.state, stored.refusal, stored.open) == ("refused", "not_to_standard", False)


def test_a_first_day_to_come_waits_for_the_clock(setting: Setting):
    number = draft(setting, key="mark")
    step(setting.wang, number, Step.SUBMIT)
    step(setting.holder, number, Step.PERMIT)
    first = TODAY + timedelta(days=10)
    terms = Terms("枸杞", first, first + timedelta(days=365), record_number="1号")
    step(setting.holder, number, Step.ANNOUNCE, Given(terms=terms))
    assert fetched(setting, number).stands is State.ANNOUNCED
    assert licence_of(number).state_on(TODAY) is LicenceState.NOT_YET
    with transaction():
        look_around(NOW + timedelta(days=9))
    assert fetched(setting, number).stands is State.ANNOUNCED
    with transaction():
        look_around(NOW + timedelta(days=10))
    assert fetched(setting, number).stands is State.IN_FORCE
    assert licence_of(number).state_on(first) is LicenceState.IN_FORCE


# ---- detours


def test_an_application_returned_by_the_city_goes_back_to_the_city(setting: Setting):
    number = to_county_check(setting)
    visit(setting.county, number)
    step(setting.county, number, Step.AGREE)
    step(setting.city, number, Step.RETURN, Given(note=REASON))
    stored = fetched(setting, number)
    assert stored.stands is State.RETURNED
    assert stored.step_due_on == date(2026, 11, 30)
    step(setting.wang, number, Step.RESUBMIT)
    assert fetched(setting, number).stands is State.CITY_CHECK


def test_the_county_passes_nothing_on_that_it_has_not_seen(setting: Setting):
    number = to_county_check(setting)
    with pytest.raises(RuleBroken):
        step(setting.county, number, Step.AGREE)
    assert fetched(setting, number).stands is State.COUNTY_CHECK


def test_a_point_outside_the_area_is_computed_and_stops_the_county(setting: Setting):
    number = to_county_check(setting)
    visit(setting.county, number, lon="116.40", lat="39.90")
    seen = db.session.scalars(select(SiteVisit)).one()
    assert seen.inside == "outside"
    assert 900_000 < seen.distance_m < 1_100_000
    with pytest.raises(RuleBroken):
        step(setting.county, number, Step.AGREE)


def test_a_point_in_the_county_of_an_area_known_by_townships_is_not_called_inside(setting: Setting):
    number = to_county_check(setting)
    visit(setting.inspector, number)
    assert db.session.scalars(select(SiteVisit.inside)).one() == "partly"
    step(setting.county, number, Step.AGREE)
    assert fetched(setting, number).stands is State.CITY_CHECK


def test_what_is_not_complete_is_not_handed_in_and_nothing_is_lost(setting: Setting):
    with transaction():
        application = open_application(
            setting.wang, setting.producer("firm"), protection("product"), Purpose.NEW, NOW
        )
        save_answers(setting.wang, application, {"goods": "枸杞"}, application.version, NOW)
        number = application.number
    with pytest.raises(RuleBroken) as refused:
        step(setting.wang, number, Step.SUBMIT)
    assert {"process", "standard", "statement", "file"} <= set(refused.value.fields)
    stored = fetched(setting, number)
    assert (stored.stands, stored.answers["goods"]) == (State.DRAFT, "枸杞")


def test_a_place_outside_the_area_cannot_be_applied_for(setting: Setting):
    number = draft(setting)
    with transaction():
        application = fetched(setting, number)
        save_answers(setting.wang, application, ANSWERS | {"place": "640522100"}, application.version, NOW)
    with pytest.raises(RuleBroken) as refused:
        step(setting.wang, number, Step.SUBMIT)
    assert "place" in refused.value.fields


def test_withdrawn_is_the_end_and_another_may_be_opened(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    step(setting.wang, number, Step.WITHDRAW)
    assert fetched(setting, number).open is False
    assert draft(setting) != number


# ---- twice, at once, by the wrong person


def test_opened_twice_it_is_the_same_draft(setting: Setting):
    assert draft(setting) == draft(setting)
    assert db.session.scalar(select(func.count(Application.id))) == 1
    assert db.session.scalar(select(func.count(StoredFile.id))) == 2


def test_of_two_officials_at_once_one_wins_and_the_other_is_told(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    seen = fetched(setting, number).version
    with transaction():
        application = get_application_for(setting.county, number, TODAY)
        take_step(setting.county, application, Step.ACCEPT, seen, Given(), NOW)
    with pytest.raises(Outdated), transaction():
        application = get_application_for(setting.colleague, number, TODAY)
        take_step(setting.colleague, application, Step.RETURN, seen, Given(note=REASON), NOW)
    stored = fetched(setting, number)
    assert stored.stands is State.COUNTY_CHECK
    assert db.session.scalar(select(func.count(ApplicationStep.id))) == 2


def test_a_visit_makes_other_open_pages_stale_too(setting: Setting):
    number = to_county_check(setting)
    seen = fetched(setting, number).version
    visit(setting.inspector, number)
    with pytest.raises(Outdated), transaction():
        application = get_application_for(setting.county, number, TODAY)
        take_step(setting.county, application, Step.AGREE, seen, Given(), NOW)


def test_a_step_sent_twice_does_no_harm(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    with pytest.raises(NotAllowed):
        step(setting.wang, number, Step.SUBMIT)
    assert db.session.scalar(select(func.count(ApplicationStep.id))) == 1


@pytest.mark.parametrize("stranger", ["li", "other_county", "other_city", "other_province"])
def test_whoever_it_does_not_concern_finds_no_such_application(setting: Setting, stranger: str):
    number = to_county_check(setting)
    who = getattr(setting, stranger)
    with pytest.raises(NotFound):
        get_application_for(who, number, TODAY)
    assert list(db.session.scalars(applications_for(who, TODAY))) == []
    assert list(db.session.scalars(waiting_for(who, TODAY))) == []


def test_a_draft_is_its_applicants_own(setting: Setting):
    number = draft(setting)
    for who in ("county", "province", "auditor", "holder"):
        with pytest.raises(NotFound):
            get_application_for(getattr(setting, who), number, TODAY)


def test_somebody_else_cannot_open_an_application_for_a_firm(setting: Setting):
    with pytest.raises(NotFound), transaction():
        open_application(setting.li, setting.producer("firm"), protection("product"), Purpose.NEW, NOW)


def test_a_cooperative_files_for_its_household(setting: Setting):
    number = draft(setting, producer="household")
    step(setting.wang, number, Step.SUBMIT)
    assert fetched(setting, number).stands is State.SUBMITTED


def test_the_tray_holds_what_is_this_officials_turn_and_nothing_else(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    turns = {
        who: [a.number for a in db.session.scalars(waiting_for(getattr(setting, who), TODAY))]
        for who in ("county", "city", "province", "inspector")
    }
    assert turns == {"county": [number], "city": [], "province": [], "inspector": []}


# ---- people are told


def test_after_a_step_the_next_hears_that_it_is_theirs_and_the_applicant_where_it_stands(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.SUBMIT)
    told = {row.account_id: row for row in db.session.scalars(select(Notice))}
    assert set(told) == {setting.accounts["county"], setting.accounts["colleague"]}
    assert number in told[setting.accounts["county"]].text_zh
    step(setting.county, number, Step.RETURN, Given(note=REASON))
    notice = select(Notice).where(Notice.account_id == setting.accounts["wang"])
    assert db.session.scalars(notice).one().address == f"/workbench/applications/{number}"
    letters = set(db.session.scalars(select(OutgoingMail.recipient)))
    assert letters == {"county@test", "colleague@test", "wang@test"}


# ---- the roster


def reason_of(setting: Setting, name: str) -> str:
    query = select(RosterEntry.unauthorised_reason).where(
        RosterEntry.producer_id == setting.producer(name).id
    )
    return db.session.scalars(query).one()


def test_the_roster_says_applying_and_then_refused(setting: Setting):
    number = draft(setting)
    assert reason_of(setting, "firm") == Reason.UNKNOWN
    step(setting.wang, number, Step.SUBMIT)
    assert reason_of(setting, "firm") == Reason.APPLYING
    step(setting.county, number, Step.ACCEPT)
    step(setting.county, number, Step.REFUSE, Given(note="生产地不在范围内", reason="outside_area"))
    assert reason_of(setting, "firm") == Reason.REFUSED


def test_a_thrown_away_draft_changes_nothing_on_the_roster(setting: Setting):
    number = draft(setting)
    step(setting.wang, number, Step.WITHDRAW)
    assert reason_of(setting, "firm") == Reason.UNKNOWN


# ---- licences


@pytest.fixture
def licence(setting: Setting) -> str:
    walk_to_licence(setting, draft(setting))
    return db.session.scalars(select(Licence.number)).one()


def move(setting: Setting, who: str, number: str, taken: LicenceStep, now=NOW, version: int | None = None):
    account = getattr(setting, who)
    with transaction():
        one = get_licence_for(account, number, day_of(now))
        seen = one.version if version is None else version
        move_licence(account, one, taken, "抽检不合格，限期整改", "演示决定1号", seen, now)


def test_suspended_resumed_and_revoked_from_its_day_on_with_reason_and_decision(setting, licence):
    move(setting, "county", licence, LicenceStep.SUSPEND, NOW + timedelta(days=1))
    move(setting, "county", licence, LicenceStep.RESUME, NOW + timedelta(days=3))
    move(setting, "province", licence, LicenceStep.REVOKE, NOW + timedelta(days=5))
    one = find_licence(licence)
    states = [one.state_on(TODAY + timedelta(days=n)).value for n in range(7)]
    assert states == ["in_force", "suspended", "suspended", "in_force", "in_force", "revoked", "revoked"]
    assert [s.decision for s in one.spells][1:] == ["演示决定1号"] * 3
    open_spells = select(func.count(LicenceSpell.id)).where(LicenceSpell.ended_on.is_(None))
    assert db.session.scalar(open_spells) == 1
    kinds = list(db.session.scalars(select(Announcement.kind).order_by(Announcement.id)))
    assert kinds == ["issued", "suspended", "resumed", "ended"]


def test_two_officials_at_one_licence_one_wins(setting, licence):
    seen = find_licence(licence).version
    move(setting, "county", licence, LicenceStep.SUSPEND, version=seen)
    with pytest.raises(Outdated):
        move(setting, "province", licence, LicenceStep.REVOKE, version=seen)
    assert find_licence(licence).state_on(TODAY) is LicenceState.SUSPENDED


def test_a_county_may_suspend_but_not_revoke_and_another_county_finds_nothing(setting, licence):
    with pytest.raises(NotAllowed):
        move(setting, "county", licence, LicenceStep.REVOKE)
    with pytest.raises(NotFound):
        move(setting, "other_county", licence, LicenceStep.SUSPEND)
    with pytest.raises(NotFound):
        move(setting, "li", licence, LicenceStep.CANCEL)


def test_its_own_user_cancels_it_for_good(setting, licence):
    move(setting, "wang", licence, LicenceStep.CANCEL)
    assert find_licence(licence).state_on(TODAY) is LicenceState.CANCELLED
    with pytest.raises(NotAllowed):
        move(setting, "province", licence, LicenceStep.RESUME)


def test_a_second_licence_for_the_same_is_refused_while_the_first_lives(setting, licence):
    with pytest.raises(RuleBroken):
        draft(setting)
    move(setting, "wang", licence, LicenceStep.CANCEL)
    assert draft(setting)


def test_a_change_keeps_the_number_and_tells_what_changed(setting, licence):
    with transaction():
        one = get_licence_for(setting.wang, licence, TODAY)
        application = open_application(
            setting.wang, one.producer, one.protection, Purpose.CHANGE, NOW, licence=one
        )
        number, version = application.number, application.version
        assert application.answers["goods"] == "枸杞（干果）"
    assert version
    with transaction():
        application = fetched(setting, number)
        answers = ANSWERS | {"goods": "枸杞（鲜果）", "change": "增加鲜果"}
        save_answers(setting.wang, application, answers, application.version, NOW)
        add_file(setting.wang, application, Paper.TEST_REPORT, read_paper("r.pdf", PDF), data_folder(), NOW)
    step(setting.wang, number, Step.SUBMIT)
    step(setting.county, number, Step.ACCEPT)
    visit(setting.county, number)
    step(setting.county, number, Step.AGREE)
    step(setting.city, number, Step.AGREE)
    step(setting.province, number, Step.FORWARD)
    step(setting.province, number, Step.APPROVE, Given(decision_number="2号"))
    terms = Terms("枸杞（鲜果）", valid_from=TODAY, announcement="演示公告2号")
    step(setting.province, number, Step.ANNOUNCE, Given(terms=terms))
    one = find_licence(licence)
    assert (one.number, one.goods) == (licence, "枸杞（鲜果）")
    assert db.session.scalar(select(func.count(Licence.id))) == 1
    assert fetched(setting, number).stands is State.IN_FORCE


def test_a_renewal_is_refused_where_there_is_no_term(setting, licence):
    with pytest.raises(RuleBroken), transaction():
        one = get_licence_for(setting.wang, licence, TODAY)
        open_application(setting.wang, one.producer, one.protection, Purpose.RENEW, NOW, licence=one)


def test_the_name_of_a_household_stands_in_no_public_entry(setting: Setting):
    walk_to_licence(setting, draft(setting, producer="household"))
    told = " ".join(db.session.scalars(select(Entry.changes).where(Entry.public)))
    assert "李四" not in told
    assert db.session.scalar(select(func.count(Licence.id))) == 1


# ---- one rule in two languages


def test_the_rule_in_sql_and_the_rule_in_python_agree_on_every_day_and_state(setting, licence):
    with transaction():
        one = get_licence_for(setting.wang, licence, TODAY)
        one.valid_from, one.valid_to = TODAY + timedelta(days=1), TODAY + timedelta(days=12)
        one.changed_at = NOW
    move(setting, "county", licence, LicenceStep.SUSPEND, NOW + timedelta(days=3))
    move(setting, "county", licence, LicenceStep.RESUME, NOW + timedelta(days=5))
    for ended in (False, True):
        if ended:
            move(setting, "province", licence, LicenceStep.REVOKE, NOW + timedelta(days=8))
        one = find_licence(licence)
        for n in range(-3, 20):
            day = TODAY + timedelta(days=n)
            state = one.state_on(day)
            found = {
                s for s in LicenceState if db.session.scalar(select(Licence.id).where(standing_is(s, day)))
            }
            assert found == {state}, (day, ended)
            in_force = db.session.scalar(select(Licence.id).where(in_force_on(day))) is not None
            assert in_force is (state is LicenceState.IN_FORCE)
            assert bool(db.session.execute(authorised_pairs(day)).all()) is in_force


# ---- papers


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 program", "neither"),
        (b"<html><script>alert(1)</script>", "neither"),
        (b"%PDF-1.4\nnothing more", "cut short"),
        (PDF[:-20], "cut short"),
        (PDF.replace(b"<</Root", b"<</Encrypt 2 0 R/Root"), "locked"),
        (picture()[:-200] if len(picture()) > 400 else picture()[:60], "cut short"),
        (picture(kind="PNG")[:40], "cut short"),
        (b"\x00" * (MOST_BYTES + 1), "too large"),
    ],
)
def test_a_document_is_judged_by_its_content(content: bytes, why: str):
    with pytest.raises(RuleBroken) as refused:
        read_paper("report.pdf", content)
    assert "file" in refused.value.fields


def test_a_sound_document_keeps_its_name_without_folders_and_with_its_true_ending():
    assert read_paper("C:\\x\\..\\报告.jpg", PDF).name == "报告.pdf"
    assert read_paper("../../etc/passwd", picture()).name == "passwd.jpg"
    assert read_paper(".pdf", picture(kind="PNG")).name == "document.png"


def test_the_bytes_lie_outside_the_web_root_under_their_digest(setting: Setting):
    draft(setting)
    file = db.session.scalars(select(StoredFile)).first()
    kept = path_of(data_folder(), file.digest)
    assert kept.read_bytes() == PDF
    assert "static" not in kept.parts


# ---- clocks


def test_two_years_without_use_open_one_task_that_a_person_closes_and_decide_nothing(setting, licence):
    later = NOW + timedelta(days=731)
    with transaction():
        look_around(later)
    with transaction():
        assert look_around(later) == 0
    task = db.session.scalars(select(WatchTask)).one()
    assert task.kind == "no_use"
    assert find_licence(licence).state_on(day_of(later)) is LicenceState.IN_FORCE
    with pytest.raises(NotFound):
        get_task_for(setting.other_county, task.id)
    with transaction():
        one = get_task_for(setting.county, task.id)
        answer_task(setting.county, one, "已联系，补报用标记录", one.version, later)
    assert db.session.scalars(select(WatchTask.open)).one() is False


def test_a_reported_use_starts_the_two_years_anew(setting, licence):
    with transaction():
        record_use(setting.wang, get_licence_for(setting.wang, licence, TODAY), "用于礼盒约五百盒", NOW)
    with transaction():
        look_around(NOW + timedelta(days=700))
    assert db.session.scalar(select(func.count(WatchTask.id))) == 0


def test_an_end_within_ninety_days_opens_a_task_and_tells_the_user(setting, licence):
    with transaction():
        one = get_licence_for(setting.wang, licence, TODAY)
        one.valid_to, one.changed_at = TODAY + timedelta(days=100), NOW
    with transaction():
        look_around(NOW + timedelta(days=9))
    assert db.session.scalar(select(func.count(WatchTask.id))) == 0
    with transaction():
        look_around(NOW + timedelta(days=10))
    assert db.session.scalars(select(WatchTask.kind)).one() == "expiry"


# ---- figures


def test_service_figures_count_steps_and_hide_a_median_of_too_few(setting, licence):
    figures = service_figures(TODAY)
    assert (figures.submitted, figures.issued, figures.refused) == (1, 1, 0)
    assert {one.median_days for one in figures.steps} == {None}
    assert len(db.session.scalars(announcements()).all()) == 1
