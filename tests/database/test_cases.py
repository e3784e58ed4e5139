"""Cases: gates before decisions, licences through their one action, publication and its end."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Notice
from portal.authorisation.models import Licence
from portal.authorisation.rules import Ground, LicenceState
from portal.cases.actions import Basis, Opening, Party, add_evidence, amend_case, open_case, pass_gate
from portal.cases.clocks import Clock
from portal.cases.credit import credit_facts
from portal.cases.deciding_actions import Decision, Recorded, decide, hand_to_police
from portal.cases.dividing_actions import Part, divide_decision
from portal.cases.models import Case
from portal.cases.panels import due_cases
from portal.cases.publishing_actions import (
    correct,
    end_early,
    make_typical,
    note_fault,
    note_request_to_end,
    overturn,
    publish,
    push,
    take_down_what_is_over,
)
from portal.cases.queries import (
    CaseFilter,
    case_of,
    cases_in,
    due_by,
    evidence_of,
    figures_of,
    get_case_for,
    get_published,
    get_typical,
    get_withdrawn,
    published_cases,
    steps_of,
    typical_cases,
)
from portal.cases.resuming_actions import resume_revoked
from portal.cases.rules import Condition, Gate, Origin, Outcome, State, Step
from portal.cases.splitting_actions import split_by_party
from portal.cases.step_actions import take_step
from portal.catalogue.models import Indication
from portal.credit.actions import ensure_shipped
from portal.credit.criteria import facts_of
from portal.credit.models import CreditRequest
from portal.credit.queries import current_grades, granted_of
from portal.credit.rules import Grade
from portal.db import db, transaction
from portal.lib.periods import Standing
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.papers.files import read_paper
from portal.producers.models import Producer
from portal.ratios.live import live_figures
from portal.register.models import Entry
from tests.ledger_rows import LONG_AGO, Spell, a_gi, a_producer, licence, on_roster
from tests.setting_authorisation import picture
from tests.tip_desk import CALENDAR, NOW, TODAY, prepare

OPENING = Opening(
    title="冒用地理标志专用标志", party="某某商行", facts="在店内发现贴有无效编号标签的枸杞十二盒"
)
BASES = [Basis("商标法第五十七条", "2019 年修正"), Basis("行政处罚法第二十八条", "2021 年修订")]
WORDS = "事实清楚，证据确凿，依法处罚"
SHOWN = "某某商行冒用地理标志专用标志，罚款一千元。"


@pytest.fixture
def desk(app: Flask):
    return prepare()


def opened(desk, **more: object) -> str:
    values = vars(OPENING) | more
    with transaction():
        return open_case(desk.county, Origin.OWN, None, "640521", Opening(**values), NOW).number


def ready(desk, number: str) -> None:
    """All three systems kept, the legal basis stated."""
    with transaction():
        case = get_case_for(desk.county, number)
        kept = {name: getattr(case, name) for name in ("indication_id", "licence_id", "producer_id")}
        kept |= {name: getattr(case, name) or "" for name in ("party", "party_province")}
        others = [Party(one.name, one.uscc or "", one.is_person, one.producer_id) for one in case.others]
        kept |= {"party_is_person": case.party_is_person, "others": others}
        amend_case(desk.county, case, Opening(**(vars(OPENING) | kept)), BASES, case.version, NOW)
    gate(desk, number, Gate.PUBLICITY)
    gate(desk, number, Gate.RECORD)
    step(desk, number, Step.TO_REVIEW)
    gate(desk, number, Gate.REVIEW, "colleague")


def gate(desk, number: str, which: Gate, who: str = "county") -> None:
    with transaction():
        account = getattr(desk, who)
        case = get_case_for(account, number)
        pass_gate(account, case, which, "已按规定办理并留存记录", case.version, NOW)


def step(desk, number: str, which: Step, reason: str = "") -> None:
    with transaction():
        case = get_case_for(desk.county, number)
        take_step(desk.county, case, which, reason, case.version, NOW)


def decided(desk, number: str, *outcomes: Outcome, fine: int | None = None, who: str = "county") -> None:
    with transaction():
        account = getattr(desk, who)
        case = get_case_for(account, number)
        decision = Decision("中宁市监罚〔2026〕1号", frozenset(outcomes), fine, WORDS)
        version = case.licence.version if case.licence else None
        decide(account, case, decision, case.licence, version, case.version, CALENDAR, NOW)


def shown(desk, number: str, text: str = SHOWN) -> None:
    with transaction():
        case = get_case_for(desk.county, number)
        publish(desk.county, case, text, case.version, NOW)


def fined(desk, **more: object) -> str:
    """A case with a fine, published."""
    number = opened(desk, **more)
    ready(desk, number)
    if more.get("others"):
        split(desk, number)
    decided(desk, number, Outcome.FINE, fine=100_000)
    shown(desk, number)
    return number


def due(desk, number: str) -> dict[str, int]:
    """The clocks that run, and how many working days each has from today."""
    lines = [one for one in get_case_for(desk.county, number).clocks if one.done_on is None]
    return {one.clock: CALENDAR.between(TODAY, one.due_on) for one in lines}


def act(desk, number: str, do, *said: object, who: str = "county", now=NOW) -> None:
    with transaction():
        account = getattr(desk, who)
        case = get_case_for(account, number)
        do(account, case, *said, case.version, *([CALENDAR] if do in COUNTED else []), now)


COUNTED = (push, note_fault, note_request_to_end, overturn)


def test_no_decision_before_the_three_systems(desk):
    number = opened(desk)
    step(desk, number, Step.TO_REVIEW)
    with pytest.raises(RuleBroken) as refused:
        decided(desk, number, Outcome.WARNING)
    assert "Legal review" in refused.value.message.en


def test_who_opened_the_case_does_not_review_it(desk):
    number = opened(desk)
    step(desk, number, Step.TO_REVIEW)
    with pytest.raises(NotAllowed):
        gate(desk, number, Gate.REVIEW)
    gate(desk, number, Gate.REVIEW, "colleague")


def test_back_from_review_means_to_be_reviewed_again(desk):
    number = opened(desk)
    ready(desk, number)
    step(desk, number, Step.BACK, "请补充检验报告")
    assert set(get_case_for(desk.county, number).gates) == {"publicity", "record"}


def test_a_fine_is_published_in_time_and_taken_down_when_its_time_is_over(desk):
    number = opened(desk)
    ready(desk, number)
    decided(desk, number, Outcome.FINE, fine=100_000)
    assert due(desk, number) == {"publish": 20}
    assert list(db.session.scalars(published_cases(TODAY))) == []
    shown(desk, number)
    case = get_published(number, TODAY)
    assert (case.published, case.light) == (SHOWN, True)
    last = case.shown_until
    with pytest.raises(NotFound):
        get_published(number, last + timedelta(days=1))
    with transaction():
        assert take_down_what_is_over(last, NOW) == 0
        assert take_down_what_is_over(last + timedelta(days=1), NOW) == 1
    assert get_case_for(desk.county, number).stands is State.REMOVED


def test_a_party_elsewhere_is_pushed_within_ten_days_and_published_within_ten_more(desk):
    number = opened(desk, party_province="150000")
    ready(desk, number)
    decided(desk, number, Outcome.FINE, fine=1)
    assert due(desk, number) == {"push": 10}
    with pytest.raises(RuleBroken):
        shown(desk, number)
    act(desk, number, push, "内蒙古自治区市场监督管理局", "推送1号")
    assert get_case_for(desk.county, number).stands is State.PUSHED
    assert due(desk, number) == {"publish_there": 10}
    board = due_cases(desk.county, TODAY + timedelta(days=60))
    assert [line.url for line in board] == [f"/office/cases/{number}"]
    shown(desk, number)
    assert due(desk, number) == {}
    assert due_cases(desk.county, TODAY + timedelta(days=60)) == []


def test_a_publication_said_to_be_wrong_has_three_days_and_one_found_right_stays(desk):
    number = fined(desk)
    with pytest.raises(RuleBroken):
        step(desk, number, Step.KEEP, "没有人提出过，无从核实")
    act(desk, number, note_fault, "当事人来电说金额写错")
    assert due(desk, number) == {"correct": 3}
    with pytest.raises(RuleBroken):
        act(desk, number, note_fault, "又有人来电说金额写错")
    step(desk, number, Step.KEEP, "核对决定书，金额没有写错")
    assert due(desk, number) == {} and get_published(number, TODAY)


def test_it_ends_early_only_when_asked_and_every_condition_is_met(desk):
    number = fined(desk)
    with pytest.raises(RuleBroken):
        act(desk, number, end_early, list(Condition), "已核实全部条件")
    act(desk, number, note_request_to_end, "罚款已缴清，包装已更换")
    with pytest.raises(RuleBroken):
        act(desk, number, end_early, [Condition.FULFILLED], "已核实一部分条件")
    with pytest.raises(RuleBroken) as refused:
        act(desk, number, end_early, list(Condition), "某某商行已核实全部条件")
    assert "reason" in refused.value.fields
    act(desk, number, end_early, list(Condition), "已核实全部条件")
    assert get_case_for(desk.county, number).stands is State.REMOVED and due(desk, number) == {}
    last = db.session.scalars(select(Entry).where(Entry.subject == f"case:{number}", Entry.public)).all()[-1]
    assert last.verb == "end_early" and "已核实全部条件" in str(last.changes)


def test_an_overturned_decision_is_withdrawn_with_its_reason_and_gives_the_licence_back(desk):
    with transaction():
        gi, producer = a_gi(), a_producer()
        ids = {"indication_id": gi.id, "producer_id": producer.id, "licence_id": licence(gi, producer).id}
    number = opened(desk, **ids)
    ready(desk, number)
    decided(desk, number, Outcome.FINE, Outcome.SUSPEND_LICENCE, fine=100_000)
    shown(desk, number)
    act(desk, number, make_typical, "进货要查编号", "某商行没有查验编号，进了冒牌货")
    counted = facts_of([ids["producer_id"]], TODAY)[ids["producer_id"]]
    assert sorted(fact.key for fact in counted) == ["case_serious", "licence_suspended"]
    with transaction():
        case, said = (
            get_case_for(desk.county, number),
            ("市政府复议决定〔2026〕3号", "主要证据不足，撤销原决定"),
        )
        later = NOW + timedelta(days=9)
        overturn(desk.county, case, TODAY, *said, case.licence, case.version, CALENDAR, later)
    case = get_case_for(desk.county, number)
    assert case.stands is State.OVERTURNED and case.licence.state_on(TODAY + timedelta(days=9)) == "in_force"
    [clock] = [one for one in case.clocks if one.what is Clock.WITHDRAW]
    assert clock.standing(TODAY) is Standing.MISSED and CALENDAR.between(TODAY, clock.due_on) == 3
    assert list(db.session.scalars(published_cases(TODAY))) == []
    assert list(db.session.scalars(typical_cases(TODAY))) == []
    assert get_withdrawn(number, TODAY).overturned_why == said[1]
    assert get_withdrawn(number, case.shown_until + timedelta(days=1)) is None
    assert list(credit_facts([ids["producer_id"]], TODAY)) == []
    assert facts_of([ids["producer_id"]], TODAY + timedelta(days=9))[ids["producer_id"]] == []
    figures = figures_of("640500", TODAY.year)
    assert (figures.decided, figures.overturned, figures.fine_fen) == (0, 1, 0)


def test_what_is_decided_and_what_is_overturned_counts_for_the_grade_at_once(desk):
    with transaction():
        ensure_shipped(TODAY, NOW)
        ids = {"producer_id": a_producer().id}
    number = opened(desk, **ids)
    ready(desk, number)
    decided(desk, number, Outcome.FINE, fine=100_000)
    assert current_grades([ids["producer_id"]])[ids["producer_id"]].score == 60
    act(desk, number, overturn, TODAY, "市政府复议决定〔2026〕3号", "主要证据不足，撤销原决定", None)
    grade = current_grades([ids["producer_id"]])[ids["producer_id"]]
    assert (grade.stands, grade.reasons) == (Grade.NONE, [])


def test_a_decision_taken_down_before_it_was_overturned_is_not_shown_again(desk):
    number = fined(desk)
    act(desk, number, note_request_to_end, "罚款已缴清，包装已更换")
    act(desk, number, end_early, list(Condition), "已核实全部条件")
    later = NOW + timedelta(days=5)
    said = (TODAY + timedelta(days=5), "市政府复议决定〔2026〕3号", "主要证据不足，撤销原决定", None)
    act(desk, number, overturn, *said, now=later)
    assert get_withdrawn(number, TODAY + timedelta(days=5)) is None


def test_handed_to_the_police_it_stops_and_given_back_it_runs_on_with_its_last_day(desk):
    number = opened(desk)
    last = get_case_for(desk.county, number).next_clock.due_on
    with pytest.raises(RuleBroken) as refused:
        act(desk, number, hand_to_police, "", "", "数额较大，涉嫌犯罪")
    assert set(refused.value.fields) == {"to_office", "document"}
    act(desk, number, hand_to_police, "中宁县公安局", "移1号", "数额较大，涉嫌犯罪")
    case = get_case_for(desk.county, number)
    assert (case.stands, case.next_clock, case.outcomes) == (State.POLICE, None, ["police"])
    assert figures_of("640500", TODAY.year).to_police == 1
    step(desk, number, Step.TAKE_BACK, "公安机关不予立案，退回")
    case = get_case_for(desk.county, number)
    assert (case.stands, case.next_clock.due_on, case.outcomes) == (State.OPENED, last, [])
    entries = db.session.scalars(select(Entry).where(Entry.subject == f"case:{number}", Entry.public)).all()
    assert entries == []


def test_a_typical_case_names_nobody_and_outlives_the_publication(desk):
    number = fined(desk, others=[Party("另一商行")])
    for words in ("某某商行没有查验编号，进了冒牌货", "某商行向另一商行进了冒牌货，没有查验"):
        with pytest.raises(RuleBroken):
            act(desk, number, make_typical, "进货要查编号", words)
    act(desk, number, make_typical, "进货要查编号", "某商行没有查验编号，进了冒牌货")
    after = get_case_for(desk.county, number).shown_until + timedelta(days=1)
    with transaction():
        take_down_what_is_over(after, NOW)
    with pytest.raises(NotFound):
        get_published(number, after)
    assert get_typical(number, after).typical_title == "进货要查编号"
    step(desk, number, Step.END_TYPICAL, "案例已经过时")
    with pytest.raises(NotFound):
        get_typical(number, after)


def test_several_parties_and_bases_stand_in_the_file_and_count_for_each(desk):
    with transaction():
        one, other = a_producer("甲社"), a_producer("乙社")
        parties = [Party("乙社", "", False, other.id), Party("李小红", "", True)]
        ids = one.id, other.id
    number = opened(desk, party="甲社", producer_id=ids[0], others=parties)
    ready(desk, number)
    case = get_case_for(desk.county, number)
    assert [basis["law"] for basis in case.bases] == [basis.law for basis in BASES]
    assert (case.party_names, case.persons) == (["甲社", "乙社", "李小红"], ["李小红"])
    with pytest.raises(RuleBroken):
        decided(desk, number, Outcome.FINE, fine=1)
    found = db.session.scalars(cases_in(desk.county, CaseFilter(state="all", text="乙社"), TODAY)).all()
    assert [one.number for one in found] == [number]


def split(desk, number: str) -> list[str]:
    with transaction():
        case = get_case_for(desk.county, number)
        return [one.number for one in split_by_party(desk.county, case, case.version, NOW)]


def together(desk, tmp_path, **more: object) -> tuple[str, tuple[int, int]]:
    """甲社, 乙社 and a person, found together; everything a decision needs is there."""
    with transaction():
        one, other = a_producer("甲社"), a_producer("乙社")
        parties = [Party("乙社", "", False, other.id), Party("李小红", "", True)]
        ids = one.id, other.id
    number = opened(desk, party="甲社", producer_id=ids[0], others=parties, **more)
    with transaction():
        case = get_case_for(desk.county, number)
        add_evidence(desk.county, case, "现场照片", TODAY, read_paper("a.jpg", picture()), tmp_path, NOW)
    ready(desk, number)
    return number, ids


def test_each_party_is_decided_about_by_itself(desk, tmp_path):
    number, ids = together(desk, tmp_path)
    other, person = split(desk, number)
    decided(desk, number, Outcome.FINE, fine=100_000)
    decided(desk, other, Outcome.WARNING)
    shown(desk, number, "甲社冒用专用标志，罚款一千元。")
    step(desk, other, Step.CLOSE, "只是警告，不公示")
    assert get_case_for(desk.county, person).stands is State.REVIEW
    facts = {(fact.producer_id, fact.ref) for fact in credit_facts(ids, TODAY)}
    assert facts == {(ids[0], f"case:{number}"), (ids[1], f"case:{other}")}


def test_a_party_s_own_case_has_all_of_the_file_and_the_same_last_day(desk, tmp_path):
    number, _ = together(desk, tmp_path)
    step(desk, number, Step.EXTEND, "当事人不配合，需要检验")
    new = split(desk, number)
    first = get_case_for(desk.county, number)
    for own in (get_case_for(desk.county, one) for one in new):
        assert (own.facts, own.bases, own.gates) == (first.facts, first.bases, first.gates)
        assert [one.due_on for one in own.clocks] == [one.due_on for one in first.clocks]
        filed = [
            [(one.n, one.what, one.digest, one.at) for one in evidence_of(case)] for case in (own, first)
        ]
        assert filed[0] == filed[1]
        assert own.opened_by == first.opened_by and not own.together
    assert [one.decided_in for one in first.apart] == new and not first.together


def test_no_case_publishes_the_name_of_a_person_of_another(desk, tmp_path):
    number, _ = together(desk, tmp_path)
    other, person = split(desk, number)
    for one in (number, other):
        assert get_case_for(desk.county, one).persons == ["李小红"]
    decided(desk, other, Outcome.FINE, fine=100_000)
    with pytest.raises(RuleBroken):
        shown(desk, other, "乙社与李小红冒用专用标志，罚款一千元。")
    with transaction():
        case = get_case_for(desk.county, person)
        amend_case(
            desk.county, case, Opening(**(vars(OPENING) | {"party": "李小虹"})), BASES, case.version, NOW
        )
    assert [one.name for one in get_case_for(desk.county, number).apart] == ["乙社", "李小虹"]


def test_who_joins_later_gets_a_case_later_and_nobody_twice(desk, tmp_path):
    number, ids = together(desk, tmp_path)
    earlier = split(desk, number)
    with pytest.raises(RuleBroken):
        split(desk, number)
    with transaction():
        case = get_case_for(desk.county, number)
        more = Opening(**(vars(OPENING) | {"party": "甲社", "others": [Party("丙社")]}))
        amend_case(desk.county, case, more, BASES, case.version, NOW)
    (later,) = split(desk, number)
    named = {
        one: [row.decided_in for row in get_case_for(desk.county, one).others] for one in (number, later)
    }
    assert named == {number: [*earlier, later], later: [number, *earlier]}
    assert [row.decided_in for row in get_case_for(desk.county, earlier[0]).others][-1] == later


def test_the_matter_of_a_case_names_no_person_for_it_becomes_the_title(desk):
    named = {"party": "李小红", "party_is_person": True, "title": "李小红冒用标志"}
    with pytest.raises(RuleBroken) as refused:
        opened(desk, **named)
    assert set(refused.value.fields) == {"title"}
    opened(desk, **named | {"title": "李某冒用标志"})


def test_a_published_case_with_a_period_that_runs_is_in_hand(desk):
    number = fined(desk)
    in_hand = cases_in(desk.county, CaseFilter(), TODAY)
    assert db.session.scalars(in_hand).all() == []
    act(desk, number, note_fault, "金额写错了，当事人来电")
    assert [one.number for one in db.session.scalars(in_hand)] == [number]


def test_what_was_decided_of_several_before_still_counts_for_each(desk, tmp_path):
    number, ids = together(desk, tmp_path)
    with transaction():
        case = get_case_for(desk.county, number)
        case.state, case.decided_on, case.outcomes = "decided", TODAY, ["fine"]
    assert {fact.producer_id for fact in credit_facts(ids, TODAY)} == set(ids)


def shared(desk, tmp_path) -> tuple[str, tuple[int, int]]:
    """As it was decided before each party got a case of its own: one decision for three."""
    number, ids = together(desk, tmp_path)
    with transaction():
        case = get_case_for(desk.county, number)
        case.state, case.decided_on, case.decision_number = "published", TODAY, "中宁市监罚〔2026〕1号"
        case.outcomes, case.fine_fen, case.light = ["fine", "warning"], 300_000, True
        case.published, case.published_on = "甲社、乙社等冒用专用标志，罚款三千元。", TODAY
        case.shown_until = TODAY + timedelta(days=90)
        case.stop_clocks(Clock, TODAY)
    return number, ids


ALONE = "冒用专用标志，依法罚款。"
FINED, WARNED = frozenset({Outcome.FINE}), frozenset({Outcome.WARNING})
PARTS = [Part(FINED, 200_000, f"甲社{ALONE}"), Part(FINED, 100_000, f"乙社{ALONE}"), Part(WARNED, None)]


def divide(desk, number: str, parts: list[Part] = PARTS) -> list[str]:
    with transaction():
        case = get_case_for(desk.county, number)
        return [one.number for one in divide_decision(desk.county, case, parts, case.version, NOW)]


def test_a_shared_decision_is_divided_and_each_ends_by_itself(desk, tmp_path):
    number, ids = shared(desk, tmp_path)
    before = figures_of("640500", TODAY.year).fine_fen
    other, person = divide(desk, number)
    for one, fine, said in ((number, 200_000, "甲社"), (other, 100_000, "乙社")):
        case = get_published(one, TODAY)
        assert (case.fine_fen, case.published, case.together) == (fine, f"{said}{ALONE}", [])
        assert case.decision_number == "中宁市监罚〔2026〕1号"
    assert get_case_for(desk.county, person).stands is State.CLOSED
    assert figures_of("640500", TODAY.year).fine_fen == before
    facts = {fact.producer_id: fact.ref for fact in credit_facts(ids, TODAY)}
    assert facts == {ids[0]: f"case:{number}", ids[1]: f"case:{other}"}
    act(desk, other, overturn, TODAY, "市政府复议决定〔2026〕3号", "主要证据不足，撤销原决定", None)
    assert get_published(number, TODAY) and get_withdrawn(other, TODAY)
    public = select(Entry.verb).where(Entry.subject == f"case:{other}", Entry.public)
    assert db.session.scalars(public.order_by(Entry.n)).all() == ["publish", "overturn"]


def test_nothing_of_a_shared_decision_is_lost_or_added_when_it_is_divided(desk, tmp_path):
    number, _ = shared(desk, tmp_path)
    one, other, person = PARTS
    wrong = {
        "fine-1": [replace(one, fine_fen=1), other, person],
        "fine-3": [one, other, replace(person, fine_fen=5)],
        "outcomes-1": [replace(one, fine_fen=100_000), other, replace(one, fine_fen=100_000)],
        "outcomes-2": [one, replace(other, outcomes=frozenset()), person],
        "published-2": [one, replace(other, published="李小红冒用专用标志，罚款一千元。"), person],
    }
    for name, parts in wrong.items():
        with pytest.raises(RuleBroken) as refused:
            divide(desk, number, parts)
        assert name in refused.value.fields
    act(desk, number, note_fault, "当事人来电说金额写错")
    with pytest.raises(RuleBroken) as refused:
        divide(desk, number)
    assert "先答复" in refused.value.next_step.zh
    with pytest.raises(RuleBroken):
        split(desk, number)


def test_what_was_granted_to_a_party_of_a_shared_decision_goes_with_its_part(desk, tmp_path):
    number, ids = shared(desk, tmp_path)
    with transaction():
        told = {"key": "case_penalty", "words": "已经改正", "filed_by": desk.county.id, "filed_at": NOW}
        told |= {"due_on": TODAY, "due_estimated": False, "state": "granted", "kind": "repair"}
        ref = f"case:{number}"
        db.session.add(CreditRequest(producer_id=ids[1], adcode="640521", ref=ref, **told))
    other, _ = divide(desk, number)
    assert granted_of(ids)[ids[1]] == {f"case:{other}": "repaired"}


def test_a_warning_is_closed_and_a_fine_cannot_be(desk):
    number = opened(desk)
    ready(desk, number)
    decided(desk, number, Outcome.WARNING)
    with pytest.raises(RuleBroken):
        step(desk, number, Step.CLOSE)
    step(desk, number, Step.CLOSE, "警告不予公示")
    other = opened(desk)
    ready(desk, other)
    decided(desk, other, Outcome.FINE, fine=1)
    with pytest.raises(RuleBroken):
        step(desk, other, Step.CLOSE, "不想公示这一件")


def test_a_suspension_is_done_to_the_licence_in_the_same_transaction(desk):
    with transaction():
        gi, producer = a_gi(), a_producer()
        granted = licence(gi, producer)
        ids = {"indication_id": gi.id, "producer_id": producer.id, "licence_id": granted.id}
    number = opened(desk, **ids)
    ready(desk, number)
    decided(desk, number, Outcome.SUSPEND_LICENCE)
    case = get_case_for(desk.county, number)
    assert case.licence.state_on(TODAY) is LicenceState.SUSPENDED
    assert case.licence.spells[-1].decision == case.decision_number


def test_a_county_cannot_revoke_and_then_nothing_is_decided(desk):
    with transaction():
        gi, producer = a_gi(), a_producer()
        ids = {"indication_id": gi.id, "producer_id": producer.id, "licence_id": licence(gi, producer).id}
    number = opened(desk, **ids)
    ready(desk, number)
    with pytest.raises(NotAllowed):
        decided(desk, number, Outcome.REVOKE_LICENCE)
    assert get_case_for(desk.county, number).stands is State.REVIEW
    decided(desk, number, Outcome.REVOKE_LICENCE, who="province")
    assert get_case_for(desk.county, number).licence.state_on(TODAY) is LicenceState.REVOKED


def revoked_and_overturned(desk, spells=()) -> tuple[str, dict[str, int]]:
    with transaction():
        gi, producer = a_gi(), a_producer()
        on_roster(gi, producer)
        given = licence(gi, producer, spells)
        ids = {"indication_id": gi.id, "producer_id": producer.id, "licence_id": given.id}
    number = opened(desk, **ids)
    ready(desk, number)
    decided(desk, number, Outcome.REVOKE_LICENCE, who="province")
    shown(desk, number)
    said = ("银川铁路运输法院（2026）宁行终1号", "认定事实不清，判决撤销")
    act(desk, number, overturn, TODAY + timedelta(days=5), *said, None, now=NOW + timedelta(days=9))
    return number, ids


def users_of(ids: dict[str, int], day: date) -> int:
    """How many of the roster use the mark with a licence, as the live shares count them."""
    return live_figures(day.year, day)[ids["indication_id"]].users


def resumed(desk, number: str, ground: Ground | None = Ground.COURT, who: str = "province") -> None:
    with transaction():
        case = get_case_for(getattr(desk, who), number)
        resume_revoked(getattr(desk, who), case, ground, case.version, NOW + timedelta(days=9))


def test_a_licence_revoked_by_an_overturned_decision_is_given_back_and_counts_again(desk):
    number, ids = revoked_and_overturned(desk)
    later, fell = TODAY + timedelta(days=9), TODAY + timedelta(days=5)
    assert users_of(ids, later) == 0
    told = select(Notice.address).where(Notice.account_id == desk.province.id)
    assert f"/office/cases/{number}#resume" in db.session.scalars(told).all()
    for who, ground, fault in (("county", Ground.COURT, NotAllowed), ("province", None, RuleBroken)):
        with pytest.raises(fault):
            resumed(desk, number, ground, who)
    assert users_of(ids, later) == 0
    resumed(desk, number)
    given = get_case_for(desk.county, number).licence
    before = given.valid_from, given.valid_to
    stood = [
        given.state_on(day) for day in (TODAY - timedelta(days=1), TODAY, fell - timedelta(days=1), fell)
    ]
    assert stood == ["in_force", "revoked", "revoked", "in_force"] and users_of(ids, later) == 1
    assert before == (db.session.get_one(Licence, given.id).valid_from, None)
    last = db.session.scalars(select(Entry).where(Entry.subject == given.subject).order_by(Entry.n)).all()[-1]
    said = json.loads(last.changes)
    assert (last.verb, said["ground"]["to"], said["state"]["from"]) == ("resumed", "court", "revoked")
    assert said["from_on"]["to"] == fell.isoformat()
    assert steps_of(get_case_for(desk.county, number))[-1].step == "resume"
    with pytest.raises(RuleBroken):
        resumed(desk, number)


def test_a_licence_that_another_decision_had_suspended_is_given_back_suspended(desk):
    first = Spell("in_force", LONG_AGO, TODAY - timedelta(days=30))
    number, _ = revoked_and_overturned(desk, [first, Spell("suspended", TODAY - timedelta(days=30))])
    resumed(desk, number, Ground.REVIEW)
    given = get_case_for(desk.county, number).licence
    assert given.state_on(TODAY + timedelta(days=9)) is LicenceState.SUSPENDED


def test_no_second_licence_for_the_same_protection_stands_beside_a_newer_one(desk):
    number, ids = revoked_and_overturned(desk)
    with transaction():
        gi = db.session.get_one(Indication, ids["indication_id"])
        licence(gi, db.session.get_one(Producer, ids["producer_id"]))
    with pytest.raises(RuleBroken) as refused:
        resumed(desk, number)
    assert refused.value.next_step and users_of(ids, TODAY + timedelta(days=9)) == 1


def test_no_name_of_a_person_is_published_and_the_log_keeps_a_digest_only(desk):
    number = opened(desk, party="王小明", party_is_person=True)
    ready(desk, number)
    decided(desk, number, Outcome.FINE, fine=1)
    with pytest.raises(RuleBroken):
        shown(desk, number, "王小明冒用专用标志，罚款一元。")
    shown(desk, number, "王某冒用专用标志，罚款一元。")
    entries = db.session.scalars(select(Entry).where(Entry.subject == f"case:{number}", Entry.public))
    for entry in entries:
        assert "王" not in str(entry.changes)


def test_a_correction_says_why_and_shows_at_once(desk):
    number = opened(desk)
    ready(desk, number)
    decided(desk, number, Outcome.FINE, fine=1)
    shown(desk, number)
    with transaction():
        case = get_case_for(desk.county, number)
        correct(desk.county, case, SHOWN + "（更正）", "公示的金额写错", case.version, NOW)
    assert get_published(number, TODAY).published.endswith("（更正）")


def test_a_sum_recorded_wrong_is_corrected_with_the_publication_and_its_last_day(desk):
    number = fined(desk)
    last = get_published(number, TODAY).shown_until
    right = Recorded("中宁市监罚〔2026〕2号", 6_000_000)
    correct_record(desk, number, right)
    case = get_published(number, TODAY)
    assert (case.decision_number, case.fine_fen, case.light) == ("中宁市监罚〔2026〕2号", 6_000_000, False)
    assert case.shown_until > last
    assert figures_of("640500", TODAY.year).fine_fen == 6_000_000
    last = db.session.scalars(select(Entry).where(Entry.subject == f"case:{number}", Entry.public)).all()[-1]
    assert set(json.loads(last.changes)) == {"decision", "shown_until", "reason"}
    with pytest.raises(RuleBroken) as refused:
        correct_record(desk, number, Recorded("", None))
    assert set(refused.value.fields) == {"number", "fine"}


def correct_record(desk, number: str, recorded: Recorded) -> None:
    with transaction():
        case = get_case_for(desk.county, number)
        correct(desk.county, case, SHOWN, "登记时金额抄错，已核对决定书", case.version, NOW, recorded)


def test_evidence_has_a_digest_and_stays_closed_after_the_decision(desk, tmp_path):
    number = opened(desk)
    with transaction():
        case = get_case_for(desk.county, number)
        one = add_evidence(
            desk.county, case, "店内照片", TODAY, read_paper("a.jpg", picture()), tmp_path, NOW
        )
        assert len(one.digest) == 64
    ready(desk, number)
    decided(desk, number, Outcome.WARNING)
    with pytest.raises(RuleBroken), transaction():
        add_evidence(desk.county, get_case_for(desk.county, number), "迟到的", TODAY, None, tmp_path, NOW)


def test_another_county_does_not_see_it(desk):
    number = opened(desk)
    with pytest.raises(NotFound):
        get_case_for(desk.other_county, number)
    assert list(db.session.scalars(cases_in(desk.other_county, CaseFilter(state="all"), TODAY))) == []
    with pytest.raises(NotAllowed), transaction():
        open_case(desk.other_county, Origin.OWN, None, "640521", OPENING, NOW)


def test_figures_of_a_year(desk):
    number = opened(desk)
    ready(desk, number)
    decided(desk, number, Outcome.FINE, fine=100_000)
    figures = figures_of("640500", TODAY.year)
    assert (figures.opened, figures.decided, figures.fine_fen) == (1, 1, 100_000)
    assert figures.outcomes == {Outcome.FINE: 1}
    assert figures_of("640522", TODAY.year).opened == 0


def test_what_came_of_a_tip_is_found(desk):
    with transaction():
        open_case(desk.county, Origin.TIP, "T26-AAAAAAA", "640521", OPENING, NOW)
    assert case_of(Origin.TIP, "T26-AAAAAAA") is not None
    assert case_of(Origin.TIP, "T26-BBBBBBB") is None
    assert db.session.scalars(select(Case)).one().came_from is Origin.TIP


def test_a_publication_whose_time_is_over_is_judged_by_the_day_and_not_by_the_night(desk):
    number = fined(desk)
    act(desk, number, note_fault, "当事人来电说金额写错")
    late = NOW + timedelta(days=200)
    day = TODAY + timedelta(days=200)
    for do, said in (
        (correct, (SHOWN + "（更正）", "金额写错，已经更正")),
        (note_request_to_end, ("已经缴清罚款",)),
    ):
        with pytest.raises(RuleBroken) as refused:
            act(desk, number, do, *said, now=late)
        assert "公示期已满" in refused.value.next_step.zh
    for asked in (Step.KEEP, Step.REMOVE):
        with pytest.raises(RuleBroken), transaction():
            case = get_case_for(desk.county, number)
            take_step(desk.county, case, asked, "核对决定书，没有写错", case.version, late)
    assert get_case_for(desk.county, number).stands is State.PUBLISHED
    assert due_by(desk.county, day, day) == []
    lists = {
        state: cases_in(desk.county, CaseFilter(state=state), day)
        for state in ("open", "published", "removed")
    }
    assert {state: len(db.session.scalars(found).all()) for state, found in lists.items()} == {
        "open": 0,
        "published": 0,
        "removed": 1,
    }
    said = (day, "市政府复议决定〔2026〕3号", "主要证据不足，撤销原决定", None)
    act(desk, number, overturn, *said, now=late)
    case = get_case_for(desk.county, number)
    assert (case.stands, case.removed_on) == (State.OVERTURNED, day)
    assert [one.step for one in steps_of(case)][-2:] == ["remove", "overturn"]
    assert get_withdrawn(number, day) is None
