"""Findings of risk: raised once with their reasoning, looked at by a person, seen by nobody else."""

import html
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.rules import Role
from portal.authorisation.models import UsageRecord
from portal.cases.models import Case
from portal.checks.models import CheckPlan
from portal.db import db, transaction
from portal.labels.codes import printed
from portal.labels.models import LabelPart
from portal.lib.clock import now, today
from portal.register.models import Entry
from portal.risk import computing
from portal.risk.finders import add_finder, finders
from portal.risk.models import RiskFinding, RiskRun
from portal.scans.queries import counter
from portal.scans.rules import USUAL_SCANS
from portal.scans.summing import sum_scans
from portal.tips.models import Tip
from tests.database.test_scans import Shelf
from tests.ledger_rows import Spell, a_gi, a_producer, a_return, an_account, enter, licence, on_roster
from tests.report_rows import a_tip

YEAR = today().year - 1


class World:
    """Six neighbours of whom one returned ten times the yield, three firms at one address, a name one
    character off a GI's, a mark seen in use after its licence had been revoked."""

    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.gi.name_zh = "中宁红果"
            self.makers = [a_producer(f"果农合作社{n}") for n in range(6)]
            for n, one in enumerate(self.makers):
                on_roster(self.gi, one)
                filed = a_return(self.gi, one, YEAR, 5_000)
                filed.area_m2, filed.quantity_g = 10_000, 3_000_000 * (10 if n == 0 else 1)
            self.near = a_producer("中凝红果商行")
            for n in range(3):
                a_producer(f"同址{n}").address = "中宁县东街 1 号院内"
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.auditor = an_account(Role.AUDITOR, "640000")
            self.wang = an_account(Role.PRODUCER, producer=self.makers[0])
            revoked = [
                Spell("in_force", date(2020, 1, 1), today() - timedelta(90)),
                Spell("revoked", today() - timedelta(90)),
            ]
            held = licence(self.gi, self.makers[1], revoked)
            day = today() - timedelta(30)
            use = {"licence_id": held.id, "on": day, "kind": "seen", "note": "货架上仍有", "at": now()}
            db.session.add(UsageRecord(**use, by_account=self.county.id))


@pytest.fixture
def world(app: Flask) -> World:
    made = World()
    computing.compute()
    return made


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def finding(kind: str) -> RiskFinding:
    db.session.rollback()
    return db.session.scalars(select(RiskFinding).where(RiskFinding.kind == kind)).one()


def press(client, one: RiskFinding, step: str, **fields: str):
    return client.post(f"/office/risk/{one.id}/{step}", data={"version": one.version} | fields)


def test_each_finding_says_what_was_compared_with_what(client, world):
    kinds = sorted(one.kind for one in db.session.scalars(select(RiskFinding)))
    assert kinds == ["mark_expired", "near_name", "one_address", "output_land"]
    office = enter(client, world.county)
    assert "4 条待人查看" in text_of(office.get("/office/risk?lang=zh"))
    page = text_of(office.get(f"/office/risk/{finding('output_land').id}?lang=zh"))
    assert "30.00 吨" in page and "同产地 6 家的中位数是每平方米 300 克" in page
    page = text_of(office.get(f"/office/risk/{finding('near_name').id}?lang=zh"))
    assert "“中凝红果”" in page and "读音相同、字不同" in page
    assert "货架上仍有" in text_of(office.get(f"/office/risk/{finding('mark_expired').id}"))


def test_the_page_says_when_it_was_computed_and_computing_again_raises_nothing_twice(client, world):
    office = enter(client, world.county)
    assert office.post("/office/risk/compute").status_code == 303
    assert len(db.session.scalars(select(RiskFinding)).all()) == 4
    assert len(db.session.scalars(select(RiskRun)).all()) == 2
    assert "最近一次计算" in text_of(office.get("/office/risk?lang=zh"))


def test_what_is_dismissed_comes_back_only_when_its_figures_change(client, world):
    office, one = enter(client, world.county), finding("output_land")
    assert press(office, one, "dismiss", reason="").status_code == 400
    assert press(office, one, "dismiss", reason="面积少写了一个零，已请更正").status_code == 303
    computing.compute()
    assert finding("output_land").state == "dismissed"
    with transaction():
        from portal.returns.models import AnnualReturn

        rows = select(AnnualReturn).where(AnnualReturn.producer_id == world.makers[0].id)
        db.session.scalars(rows).one().quantity_g = 40_000_000
    computing.compute()
    assert finding("output_land").state == "open"
    with transaction():
        db.session.scalars(rows).one().quantity_g = 3_000_000
    computing.compute()
    assert not finding("output_land").standing


def test_what_comes_of_it_and_why_are_asked_for_together(client, world):
    office = enter(client, world.county)
    page = text_of(press(office, finding("one_address"), "take", reason=""))
    assert "请选择转为什么" in page and "请写明理由" in page


def test_a_dismissal_can_be_taken_back(client, world):
    office, one = enter(client, world.county), finding("one_address")
    press(office, one, "dismiss", reason="同一合作社的社员，核对过")
    assert press(office, finding("one_address"), "reopen").status_code == 303
    assert finding("one_address").state == "open"


def test_taken_up_it_becomes_a_case_with_its_reasoning(client, world):
    office, one = enter(client, world.county), finding("near_name")
    assert press(office, one, "take", reason="名称易使人误认", how="").status_code == 400
    assert press(office, one, "take", reason="名称易使人误认", how="case").status_code == 303
    case = db.session.scalars(select(Case)).one()
    assert (case.origin, case.party) == ("risk", "中凝红果商行") and "读音相同" in case.facts
    assert finding("near_name").taken_to == case.number
    assert f"/office/cases/{case.number}" in text_of(office.get(f"/office/risk/{one.id}"))
    assert press(office, finding("near_name"), "dismiss", reason="再看一次不成问题").status_code == 400
    assert press(office, finding("near_name"), "reopen").status_code == 400, "a case has its own end"


def test_taken_up_it_joins_a_tip_that_is_under_way_here_and_no_other(client, world):
    """What may be joined is chosen from a list: an open tip of the county, never one typed from memory."""
    with transaction():
        for adcode, producer in (("640521", world.makers[0].id), ("150821", None)):
            a_tip(adcode, None, "tip", "checking")
            db.session.flush()
            told = db.session.scalars(select(Tip).order_by(Tip.id.desc()).limit(1)).one()
            told.producer_id = producer
        near, far = db.session.scalars(select(Tip.number).order_by(Tip.id)).all()
    office, one = enter(client, world.county), finding("output_land")
    page = text_of(office.get(f"/office/risk/{one.id}?lang=zh"))
    assert near in page and "同一生产者" in page and far not in page
    for wrong in ("", far, "T999999"):
        refused = press(office, one, "take", reason="与举报说的一致", how="tip", tip=wrong)
        assert refused.status_code == 400 and "请从列表中选一件" in text_of(refused)
    assert press(office, one, "take", reason="与举报说的一致", how="tip", tip=near).status_code == 303
    assert f'href="/office/tips/{near}"' in text_of(office.get(f"/office/risk/{one.id}"))
    assert press(office, finding("output_land"), "reopen").status_code == 303
    assert finding("output_land").taken_to is None and finding("output_land").state == "open"


def test_taken_up_it_drafts_a_check_by_lot_that_the_next_finding_joins(client, world):
    office, one = enter(client, world.county), finding("output_land")
    made = press(office, one, "take", reason="这一带产量都偏高", how="new_check")
    plan = db.session.scalars(select(CheckPlan)).one()
    assert made.headers["Location"] == f"/office/checks/{plan.number}/edit"
    assert (plan.state, plan.adcode, plan.indication_id) == ("draft", "640521", world.gi.id)
    assert "wanted-authorised" in text_of(office.get(made.headers["Location"]))
    other = finding("near_name")
    assert plan.number in text_of(office.get(f"/office/risk/{other.id}"))
    assert (
        press(office, other, "take", reason="一并在抽查中查看", how="check", check=plan.number).status_code
        == 303
    )
    assert f'href="/office/checks/{plan.number}"' in text_of(office.get(f"/office/risk/{other.id}"))


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    yield Shelf()
    counter().close()


def test_labels_scanned_in_many_provinces_and_labels_beyond_output_are_raised_with_their_counts(
    app, shelf: Shelf
):
    stranger, address = app.test_client(), f"/v/{printed(shelf.code(1))}"
    for province in ("110000", "310000", "440000", "510000"):
        stranger.get(address)
        assert stranger.post(f"{address}/place", data={"province": province}).status_code == 303
    for _ in range(USUAL_SCANS):
        stranger.get(address)
    sum_scans()
    with transaction():
        # A hundred labels of 500 g in use, and forty kilograms returned.
        db.session.execute(update(LabelPart).where(LabelPart.set_id == shelf.sets[0].id).values(state="used"))
        a_return(shelf.gi, shelf.makers[0], today().year, 1).quantity_g = 40_000
    computing.compute()
    office = enter(app.test_client(), shelf.county)
    beyond = text_of(office.get(f"/office/risk/{finding('labels_output').id}?lang=zh"))
    assert "已启用的标签合 0.05 吨" in beyond and "申报产量 0.04 吨" in beyond
    for odd, said in (
        ("often", "至少被扫 16 次"),
        ("spread", "北京"),
        ("not_in_use", "其中未启用时至少 16 次"),
    ):
        one = db.session.scalars(select(RiskFinding).where(RiskFinding.key.startswith(f"scans:{odd}/"))).one()
        page = text_of(office.get(f"/office/risk/{one.id}?lang=zh"))
        assert said in page and printed(shelf.code(1)) in page, odd
    counted = len(db.session.scalars(select(RiskFinding)).all())
    stranger.get(address)
    sum_scans()
    computing.compute()
    assert len(db.session.scalars(select(RiskFinding)).all()) == counted, "one scan more is the same finding"


def test_a_stale_page_changes_nothing(client, world):
    office, one = enter(client, world.county), finding("one_address")
    sent = {"version": one.version, "reason": "同一合作社的社员，核对过"}
    assert office.post(f"/office/risk/{one.id}/dismiss", data=sent).status_code == 303
    assert office.post(f"/office/risk/{one.id}/dismiss", data=sent).status_code == 409


def test_a_finder_that_fails_stops_none_and_is_named(client, world):
    kept = finders()["near_name"]

    def broken(_day: date):
        raise ZeroDivisionError

    try:
        add_finder("near_name", broken)
        computing.compute()
    finally:
        add_finder("near_name", kept)
    assert finding("near_name").standing and finding("output_land").standing
    assert "没有算成" in text_of(enter(client, world.county).get("/office/risk?lang=zh"))


def test_nobody_else_learns_of_a_finding(client, app, world):
    number = finding("near_name").id
    assert client.get("/office/risk").status_code == 302
    far = enter(app.test_client(), world.far)
    assert far.get(f"/office/risk/{number}").status_code == 404
    assert press(far, finding("near_name"), "dismiss", reason="不关我们的事情").status_code == 404
    assert "中凝红果" not in text_of(far.get("/office/risk"))
    assert enter(app.test_client(), world.wang).get("/office/risk").status_code == 403
    auditor = enter(app.test_client(), world.auditor)
    assert auditor.get(f"/office/risk/{number}").status_code == 200
    assert press(auditor, finding("near_name"), "dismiss", reason="审计员不能这样做").status_code == 403
    public = select(Entry).where(Entry.public, Entry.subject.startswith("finding:"))
    assert db.session.scalars(public).all() == []
