"""Cases: gates before decisions, licences through their one action, publication and its end."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.authorisation.rules import LicenceState
from portal.cases.actions import (
    Decision,
    Opening,
    add_evidence,
    amend_case,
    correct,
    decide,
    open_case,
    pass_gate,
    publish,
    take_down_what_is_over,
    take_step,
)
from portal.cases.models import Case
from portal.cases.queries import (
    CaseFilter,
    case_of,
    cases_in,
    figures_of,
    get_case_for,
    get_published,
    published_cases,
)
from portal.cases.rules import Gate, Origin, Outcome, State, Step
from portal.db import db, transaction
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.register.models import Entry
from tests.ledger_rows import a_gi, a_producer, licence
from tests.tip_desk import CALENDAR, NOW, TODAY, prepare

OPENING = Opening(
    title="冒用地理标志专用标志", party="某某商行", facts="在店内发现贴有无效编号标签的枸杞十二盒"
)
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
        opening = Opening(
            **(vars(OPENING) | {"party": case.party, "party_is_person": case.party_is_person} | kept)
        )
        amend_case(desk.county, case, opening, "商标法第五十七条", "2019 年修正", case.version, NOW)
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
        publish(desk.county, case, text, "", case.version, NOW)


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
    case = get_case_for(desk.county, number)
    assert CALENDAR.between(TODAY, case.publish_by) == 20
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


def test_a_party_elsewhere_has_ten_days_and_ten(desk):
    number = opened(desk, party_province="150000")
    with transaction():
        case = get_case_for(desk.county, number)
        case.gates = {one.value: {"by": "x"} for one in Gate}
        case.state, case.legal_basis, case.basis_version = "review", "商标法", "2019"
    decided(desk, number, Outcome.FINE, fine=1)
    assert CALENDAR.between(TODAY, get_case_for(desk.county, number).publish_by) == 20


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


def test_evidence_has_a_digest_and_stays_closed_after_the_decision(desk, tmp_path):
    from portal.authorisation.files import read_paper
    from tests.setting_authorisation import picture

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
    assert list(db.session.scalars(cases_in(desk.other_county, CaseFilter(state="all")))) == []
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
