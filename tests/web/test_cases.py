"""The pages of cases: from a tip to a published decision; what the public and a party may read."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.authorisation.models import Licence, LicenceSpell
from portal.cases.models import Case, CaseClock, CaseEvidence
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.tips.models import Tip
from portal.tips.receiving import Told, receive
from tests.ledger_rows import a_gi, a_producer, an_account, enter, licence
from tests.setting_authorisation import picture
from tests.tip_desk import CALENDAR, KEY, NAME, NAMED, PHONE, TIP

SAID = "红果公司冒用地理标志专用标志，罚款一千元。"


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi: Indication = a_gi("hongguo")
            self.maker = a_producer("红果公司")
            self.licence: Licence = licence(self.gi, self.maker)
            self.county = an_account(Role.COUNTY, "640521")
            self.colleague = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.wang = an_account(Role.PRODUCER, producer=self.maker)


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def only() -> Case:
    return db.session.scalars(select(Case)).one()


def press(client, action: str, **fields: object):
    case = only()
    answer = client.post(f"/office/cases/{case.number}/{action}", data={"version": case.version} | fields)
    assert answer.status_code == 303, text_of(answer)
    return answer


def opened_from_tip(client, world: World, tmp_path) -> str:
    with transaction():
        number = receive(Told(TIP | NAMED, "640521"), CALENDAR, KEY, tmp_path, now()).number
    enter(client, world.county)
    tip = db.session.scalars(select(Tip)).one()
    client.post(f"/office/tips/{number}/step", data={"step": "begin_check", "version": tip.version})
    form = text_of(client.get(f"/office/cases/new?tip={number}"))
    version = re.search(r'name="version" value="(\d+)"', form).group(1)
    typed = {
        "tip": number,
        "version": version,
        "title": "冒用标志",
        "party": "红果公司",
        "facts": TIP["facts"],
    }
    answer = client.post("/office/cases/new", data=typed | {"licence": world.licence.number})
    assert answer.status_code == 303, text_of(answer)
    return number


def decide(client, world: World, *outcomes: str) -> None:
    case = only()
    basis = {"legal_basis": "《地理标志产品保护办法》第三十条", "basis_version": "2024年2月1日起施行"}
    fields = {"title": case.title, "party": case.party, "facts": case.facts, "licence": world.licence.number}
    press(client, "amend", **fields, **basis)
    press(client, "gate", gate="publicity", note="两名执法人员亮证并告知权利")
    press(client, "gate", gate="record", note="全程录像，文字记录在卷")
    press(client, "step", step="to_review")
    enter(client, world.colleague)
    press(client, "gate", gate="review", note="事实清楚，适用法律正确")
    press(
        client,
        "decide",
        number="罚决1号",
        outcomes=list(outcomes),
        fine="1000",
        words="事实清楚，证据确凿，依法处罚",
    )


def test_a_tip_becomes_a_case_and_its_sender_stays_out_of_the_file(client, world, tmp_path):
    number = opened_from_tip(client, world, tmp_path)
    case = only()
    assert (case.origin, case.origin_ref, case.adcode) == ("tip", number, "640521")
    assert db.session.scalars(select(Tip.state)).one() == "filed"
    for page in (
        f"/office/cases/{case.number}",
        f"/office/cases/{case.number}/file",
        "/office/cases",
        "/office/",
    ):
        text = text_of(client.get(page))
        assert NAME not in text and PHONE not in text
    enter(client, world.far)
    assert client.get(f"/office/cases/{case.number}").status_code == 404


def test_a_decision_suspends_the_licence_and_is_published_without_the_file(client, world, tmp_path):
    opened_from_tip(client, world, tmp_path)
    decide(client, world, "fine", "suspend_licence")
    number = only().number
    states = db.session.scalars(select(LicenceSpell.state).order_by(LicenceSpell.id)).all()
    assert states[-1] == "suspended"
    assert client.get(f"/cases/{number}").status_code == 404
    press(client, "publish", published=SAID)
    press(client, "typical", typical_title="进货先查编号", typical="某公司进货时没有查授权编号，就能避免")
    client.post("/account/sign-out")
    shown = text_of(client.get(f"/cases/{number}"))
    assert SAID in shown and TIP["facts"] not in shown
    assert number in text_of(client.get("/cases/?typical=1"))
    assert "红果公司" not in text_of(client.get(f"/cases/typical/{number}"))
    enter(client, world.wang)
    assert "罚决1号" in text_of(client.get("/workbench/cases"))
    assert f"案件 {number} 的决定已公示" in text_of(client.get("/account/notices"))


def test_a_correction_keeps_its_reason_and_shows_the_new_words(client, world, tmp_path):
    opened_from_tip(client, world, tmp_path)
    decide(client, world, "fine")
    press(client, "publish", published=SAID)
    recorded = {"number": "罚决1号", "fine": "1500.50"}
    reason = "罚款数额写错，已核对决定书"
    typed = {"version": only().version, "published": SAID, "number": "", "fine": "一千", "reason": reason}
    refused = text_of(client.post(f"/office/cases/{only().number}/correct", data=typed))
    assert (
        'id="correct-fine-error"' in refused and 'id="correct-number-error"' in refused and reason in refused
    )
    press(client, "correct", published=SAID + "（更正）", reason=reason, **recorded)
    page = text_of(client.get(f"/cases/{only().number}"))
    assert "（更正）" in page and "1,500.5 元" in page and reason in page
    assert "1,000.00 元 → 1,500.50 元" in page


def test_evidence_has_a_page_that_says_who_filed_it_and_leads_on(client, world, tmp_path):
    opened_from_tip(client, world, tmp_path)
    for colour, what in (("red", "店内照片"), ("blue", "包装照片")):
        file = (BytesIO(picture(colour)), f"{colour}.jpg")
        press(client, "evidence", what=what, taken_on=today().isoformat(), file=file)
    number, first = only().number, db.session.scalars(select(CaseEvidence)).first()
    address = f"/papers/case/{number}/{first.n}"
    assert f'href="{address}"' in text_of(client.get(f"/office/cases/{number}"))
    page = text_of(client.get(address))
    assert first.digest in page and "店内照片" in page and world.county.organisation in page
    assert f'src="/office/cases/{number}/evidence/{first.n}"' in page
    assert f'rel="next" href="/papers/case/{number}/{first.n + 1}"' in page
    for missing in (f"/papers/case/{number}/99", f"/papers/nothing/{number}/1", "/papers/return/x/1"):
        assert client.get(missing).status_code == 404
    for who in (world.far, world.wang):
        enter(client, who)
        assert client.get(address).status_code in (403, 404)


def test_what_is_refused_comes_back_where_it_was_typed(client, world, tmp_path):
    opened_from_tip(client, world, tmp_path)
    case = only()
    typed = {"version": case.version, "what": "店内照片若干", "taken_on": "2099-01-01"}
    answer = client.post(f"/office/cases/{case.number}/evidence", data=typed)
    page = text_of(answer)
    assert answer.status_code == 400 and "店内照片若干" in page and 'id="evidence-taken_on-error"' in page
    fields = {"title": "", "party": "红果公司", "facts": case.facts, "other_name": ["蓝果社", ""]}
    fields |= {"legal_basis": ["商标法第五十七条"], "basis_version": ["2019 年修正"]}
    answer = client.post(f"/office/cases/{case.number}/amend", data=fields | {"version": case.version})
    page = text_of(answer)
    assert answer.status_code == 400 and "蓝果社" in page and "商标法第五十七条" in page
    assert '<details class="step-form" id="amend" open>' in page
    answer = client.post("/office/cases/new", data={"title": "只有标题", "facts": "短"})
    assert answer.status_code == 400 and 'value="只有标题"' in text_of(answer)
    answer = client.post("/office/cases/campaigns", data={"name_zh": "春雷行动", "slug": "春雷"})
    assert answer.status_code == 400 and 'value="春雷行动"' in text_of(answer)


def test_a_party_asks_for_a_correction_and_an_overturned_decision_shows_why(client, world, tmp_path):
    opened_from_tip(client, world, tmp_path)
    decide(client, world, "fine", "suspend_licence")
    press(client, "publish", published=SAID)
    number = only().number
    enter(client, world.wang)
    asked = {"clock": "correct", "reason": "金额写错"}
    refused = client.post(f"/workbench/cases/{number}/ask", data=asked)
    assert refused.status_code == 400 and "金额写错" in text_of(refused)
    asked["reason"] = "罚款是一百元，公示写成一千元"
    assert client.post(f"/workbench/cases/{number}/ask", data=asked).status_code == 303
    enter(client, world.far)
    assert client.post(f"/office/cases/{number}/ask", data=asked).status_code == 404
    assert client.post(f"/workbench/cases/{number}/ask", data=asked).status_code in (403, 404)
    enter(client, world.colleague)
    assert "更正公示或核实无误" in text_of(client.get("/office/tips/due"))
    said = {"overturned_on": only().decided_on.isoformat(), "overturned_by": "复议决定1号", "resume": "y"}
    press(client, "overturn", reason="主要证据不足，撤销原决定", **said)
    states = db.session.scalars(select(LicenceSpell.state).order_by(LicenceSpell.id)).all()
    assert states[-1] == "in_force"
    client.post("/account/sign-out")
    shown = text_of(client.get(f"/cases/{number}"))
    assert "主要证据不足" in shown and SAID not in shown
    assert number not in text_of(client.get("/cases/"))


def test_why_a_request_was_refused_reaches_the_party_that_asked_and_nobody_else_s_words_do(client, world):
    waiting_for_a_decision(client, world)
    press(client, "decide", number="罚决1号", outcomes=["fine"], fine="1000", words=GROUNDS)
    press(client, "publish", published=SAID)
    number = only().number
    press(client, "ask", clock="correct", reason="邻居老王来电说金额不对")
    enter(client, world.wang)
    page = text_of(client.get("/workbench/cases"))
    assert "正在办理" in page and "老王" not in page
    enter(client, world.county)
    press(client, "step", step="keep", reason="老王听错了，金额没有错")
    for clock, step in (("correct", "keep"), ("end_early", "refuse_end")):
        enter(client, world.wang)
        asked = {"clock": clock, "reason": f"请求{clock}，见附件"}
        assert client.post(f"/workbench/cases/{number}/ask", data=asked).status_code == 303
        enter(client, world.county)
        assert "当事人看得到" in text_of(client.get(f"/office/cases/{number}"))
        press(client, "step", step=step, reason=f"{step}：没有交来凭证")
    enter(client, world.wang)
    client.set_cookie("lang", "en")
    assert " · the party</p>" in text_of(enter(client, world.county).get(f"/office/cases/{number}"))
    client.set_cookie("lang", "zh")
    enter(client, world.wang)
    page = text_of(client.get("/workbench/cases"))
    for words in ("请求correct，见附件", "keep：没有交来凭证", "refuse_end：没有交来凭证"):
        assert words in page
    assert "老王" not in page
    assert f'href="/workbench/cases#{number}"' in text_of(client.get("/account/notices"))


def test_an_overturned_decision_leads_to_its_public_page_only_where_there_is_one(client, world):
    case = waiting_for_a_decision(client, world)
    press(client, "decide", number="罚决1号", outcomes=["fine"], fine="1000", words=GROUNDS)
    said = {"overturned_by": "市政府复议决定〔2026〕3号", "reason": "主要证据不足，撤销原决定"}
    press(client, "overturn", overturned_on=today().isoformat(), **said)
    page = text_of(client.get(f"/office/cases/{case.number}"))
    assert f'href="/cases/{case.number}"' not in page and "没有公示过" in page and "公示已撤回" not in page
    assert client.get(f"/cases/{case.number}").status_code == 404


def test_a_decision_shared_by_several_is_divided_on_its_page(client, world):
    case = waiting_for_a_decision(client, world, "白果公司")
    with transaction():
        case = only()
        case.state, case.decided_on, case.decision_number = "published", today(), "罚决1号"
        case.outcomes, case.fine_fen, case.light = ["fine"], 100_000, True
        case.published, case.published_on, case.shown_until = SAID, today(), today() + timedelta(days=90)
    address = f"/office/cases/{only().number}"
    page = text_of(client.get(address))
    assert 'id="divide"' in page and 'id="split"' not in page and page.count(f">{SAID}</textarea>") >= 2
    typed = {
        "version": only().version,
        "outcomes-1": "fine",
        "fine-1": "一千",
        "published-1": "只写红果公司一家的话",
    }
    typed |= {"outcomes-2": "fine", "fine-2": "400", "published-2": "只写白果公司一家的话"}
    refused = client.post(f"{address}/divide", data=typed)
    page = text_of(refused)
    assert (
        refused.status_code == 400 and 'id="divide-fine-1-error"' in page and "只写白果公司一家的话" in page
    )
    answer = client.post(f"{address}/divide", data=typed | {"fine-1": "600"})
    assert answer.status_code == 303
    found = db.session.scalars(select(Case).order_by(Case.id)).all()
    assert [one.fine_fen for one in found] == [60_000, 40_000]
    assert "只写白果公司一家的话" in text_of(client.get(f"/cases/{found[1].number}"))


def waiting_for_a_decision(client, world, *others: str) -> Case:
    """Opened by the county, reviewed by a colleague; the colleague is signed in."""
    enter(client, world.county)
    fields = {
        "title": "冒用标志",
        "party": "红果公司",
        "facts": TIP["facts"],
        "licence": world.licence.number,
    }
    parties = {
        "other_name": list(others),
        "other_uscc": [""] * len(others),
        "other_kind": ["firm"] * len(others),
    }
    assert client.post("/office/cases/new", data=fields | parties).status_code == 303
    basis = {"legal_basis": "《地理标志产品保护办法》第三十条", "basis_version": "2024年2月1日起施行"}
    press(client, "amend", **fields, **parties, **basis)
    press(client, "gate", gate="publicity", note="两名执法人员亮证并告知权利")
    press(client, "gate", gate="record", note="全程录像，文字记录在卷")
    press(client, "step", step="to_review")
    enter(client, world.colleague)
    press(client, "gate", gate="review", note="事实清楚，适用法律正确")
    return only()


GROUNDS = "事实清楚，证据确凿，依法取消使用资格"


def test_a_decision_that_is_not_the_county_s_comes_back_with_all_that_was_typed(client, world):
    case = waiting_for_a_decision(client, world)
    typed = {"number": "罚决9号", "outcomes": ["revoke_licence"], "words": GROUNDS, "version": case.version}
    answer = client.post(f"/office/cases/{case.number}/decide", data=typed)
    assert answer.status_code == 403
    page = text_of(answer)
    assert 'id="decide" open' in page and 'value="罚决9号"' in page and f">{GROUNDS}</textarea>" in page
    assert re.search(r'value="revoke_licence" checked', page)


def test_a_form_that_came_too_late_comes_back_over_the_new_state(client, world):
    case = waiting_for_a_decision(client, world)
    stale = {"version": case.version - 1, "step": "back", "reason": "证据不足，请补充询问笔录"}
    answer = client.post(f"/office/cases/{case.number}/step", data=stale)
    assert answer.status_code == 409
    page = text_of(answer)
    assert 'id="step-back" open' in page and f">{stale['reason']}</textarea>" in page
    version = re.search(r'id="step-back".*?name="version" value="(\d+)"', page, re.S).group(1)
    assert (
        client.post(f"/office/cases/{case.number}/step", data=stale | {"version": version}).status_code == 303
    )


def test_what_was_written_for_a_step_that_is_over_stands_at_the_head_of_the_page(client, world):
    case = waiting_for_a_decision(client, world)
    late = {"version": case.version, "gate": "publicity", "note": "补充：当日又向店员告知了权利"}
    press(client, "decide", number="罚决1号", outcomes=["warning"], words=GROUNDS)
    answer = client.post(f"/office/cases/{case.number}/gate", data=late)
    page = text_of(answer)
    assert answer.status_code == 409 and 'id="gate-publicity"' not in page
    assert f'<p class="problem-written">{late["note"]}</p>' in page


def test_several_parties_are_told_apart_before_anybody_is_refused(client, world):
    case = waiting_for_a_decision(client, world, "绿果公司")
    page = text_of(client.get(f"/office/cases/{case.number}"))
    assert "作出决定前还缺：按当事人分案" in page and 'id="decide"' not in page
    press(client, "split")
    first, other = db.session.scalars(select(Case).order_by(Case.id)).all()
    for one, named in ((first, other), (other, first)):
        page = text_of(client.get(f"/office/cases/{one.number}"))
        assert f'href="/office/cases/{named.number}"' in page and 'id="decide"' in page
    assert other.party == "绿果公司"


def test_a_case_says_at_its_head_how_many_days_it_is_late_and_when_its_publication_is_over(client, world):
    case = waiting_for_a_decision(client, world)
    with transaction():
        clock = db.session.scalars(select(CaseClock)).one()
        clock.due_on = today() - timedelta(days=3)
    assert "前，已过 3 天" in text_of(client.get(f"/office/cases/{case.number}"))
    press(client, "decide", number="罚决1号", outcomes=["fine"], fine="1000", words=GROUNDS)
    press(client, "publish", published=SAID)
    printed = text_of(client.get(f"/office/cases/{case.number}/file"))
    assert SAID in printed
    with transaction():
        only().shown_until = today() - timedelta(days=1)
    page = text_of(client.get(f"/office/cases/{case.number}"))
    assert "公示期满，公众已看不到" in page and f'href="/cases/{case.number}"' not in page
    offered = ("correct", "fault", "ask-end", "end-early", "step-remove", "step-keep")
    assert [name for name in offered if f'id="{name}"' in page] == [] and 'id="overturn"' in page
    enter(client, world.wang)
    page = text_of(client.get("/workbench/cases"))
    assert "已撤下公示" in page and "/workbench/cases/" not in page.split("<h2>", 1)[1]


def test_all_that_is_wrong_in_a_form_is_said_at_once(client, world):
    case = waiting_for_a_decision(client, world)
    for action, typed, wrong in (
        ("amend", {"licence": "ZZ-1", "facts": "短", "party": ""}, ("licence", "facts", "party")),
        ("decide", {"fine": "一千", "outcomes": ["fine"], "words": "短"}, ("fine", "number", "words")),
        ("decide", {"until": "明天", "outcomes": ["fine"]}, ("until", "number", "words")),
        ("evidence", {"taken_on": "昨天"}, ("taken_on", "what")),
        ("police", {"reason": "短"}, ("reason", "to_office", "document")),
    ):
        answer = client.post(f"/office/cases/{case.number}/{action}", data={"version": case.version} | typed)
        page = text_of(answer)
        assert answer.status_code == 400
        assert [name for name in wrong if f'id="{action}-{name}-error"' not in page] == []


def test_which_of_several_parties_is_meant_is_said(client, world):
    case = waiting_for_a_decision(client, world)
    typed = {"version": case.version, "other_name": ["甲店", "乙店"], "other_uscc": ["", "123"]}
    page = text_of(client.post(f"/office/cases/{case.number}/amend", data=typed))
    assert "其他当事人 2：统一社会信用代码应为 18 位" in page


def test_a_mere_warning_is_closed_and_publishing_it_is_neither_offered_nor_taken(client, world):
    case = waiting_for_a_decision(client, world)
    press(client, "decide", number="罚决1号", outcomes=["warning"], words=GROUNDS)
    page = text_of(client.get(f"/office/cases/{case.number}"))
    assert "已决定，不公示，待结案" in page and 'id="publish"' not in page and 'id="step-close"' in page
    typed = {"version": only().version, "published": SAID}
    answer = client.post(f"/office/cases/{case.number}/publish", data=typed)
    assert answer.status_code == 400 and "不公示" in text_of(answer) and SAID in text_of(answer)
    press(client, "step", step="close", reason="只是警告，按规定不公示")


def followed(client, number: str, secret: str) -> str:
    """The page as the sender reads it, signed in as nobody."""
    reader = client.application.test_client()
    return text_of(reader.post("/tips/status", data={"number": number, "secret": secret}))


def told_and_opened(client, world, tmp_path, monkeypatch) -> tuple[str, str]:
    receipts, really = [], receive

    def keep(*said):
        receipts.append(really(*said))
        return receipts[-1]

    with monkeypatch.context() as patched:
        patched.setitem(opened_from_tip.__globals__, "receive", keep)
        number = opened_from_tip(client, world, tmp_path)
    return number, receipts[0].secret


def test_whoever_told_reads_that_the_case_was_dropped_and_why(client, world, tmp_path, monkeypatch):
    number, secret = told_and_opened(client, world, tmp_path, monkeypatch)
    page = followed(client, number, secret)
    assert "已立案，正在调查" in page and "撤销" not in page
    case = only()
    typed = {"step": "drop", "version": case.version, "reason": "证据不足，红果公司另有授权"}
    for told, fault in (("", "可以告诉举报人的理由"), ("红果公司的货查明是真的", "不要写当事人名称")):
        refused = client.post(f"/office/cases/{case.number}/step", data=typed | {"told": told})
        said = text_of(refused)
        assert refused.status_code == 400 and fault in said and typed["reason"] in said and told in said
    press(client, "step", step="drop", reason=typed["reason"], told="查明标签是真的，没有违法事实")
    page = followed(client, number, secret)
    assert "立案后已撤销立案，没有作出处罚决定" in page and "查明标签是真的，没有违法事实" in page
    assert "已立案，正在调查" not in page
    assert not any(secret in page for secret in ("红果公司", case.number, "证据不足", world.county.name))
    english = text_of(client.post("/tips/status?lang=en", data={"number": number, "secret": secret}))
    assert "dropped again without a decision" in english


def test_whoever_told_reads_what_was_decided_and_where_it_is_published(client, world, tmp_path, monkeypatch):
    receipt = told_and_opened(client, world, tmp_path, monkeypatch)
    decide(client, world, "fine")
    page = followed(client, *receipt)
    assert "已作出处理决定" in page and "/cases/A" not in page and "罚决1号" not in page
    press(client, "publish", published=SAID)
    page = followed(client, *receipt)
    assert "处理决定已公示" in page and f"/cases/{only().number}" in page


def test_whoever_told_does_not_read_that_the_police_have_it(client, world, tmp_path, monkeypatch):
    receipt = told_and_opened(client, world, tmp_path, monkeypatch)
    press(client, "police", to_office="中宁县公安局", document="移1号", reason="涉嫌构成假冒注册商标罪")
    page = followed(client, *receipt)
    assert "已移送其他机关处理" in page and "公安" not in page and "移1号" not in page


def test_who_told_the_same_reads_what_became_of_the_one_it_was_joined_to(
    client, world, tmp_path, monkeypatch
):
    number, _ = told_and_opened(client, world, tmp_path, monkeypatch)
    with transaction():
        other = receive(Told(TIP, "640521"), CALENDAR, KEY, tmp_path, now())
        rows = {one.number: one for one in db.session.scalars(select(Tip))}
        rows[other.number].joined_to_id = rows[number].id
        rows[other.number].state = "joined"
    assert "已并入另一件，那一件：已立案，正在调查" in followed(client, other.number, other.secret)
    press(client, "step", step="drop", reason="证据不足，不能认定", told="证据不足，不能认定违法")
    page = followed(client, other.number, other.secret)
    assert "那一件：立案后已撤销立案" in page and "证据不足，不能认定违法" in page and number not in page
