"""Plan targets, zones and stations as strangers and officials meet them."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.brands.sources import Sources
from portal.cases.models import Case
from portal.catalogue.queries import get_indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.ratios.actions import publish
from portal.register.actions import Actor, record
from portal.register.queries import history_of
from portal.targets import grave_events
from portal.targets.actions import state_indicator, with_actual
from portal.targets.conditions import zone_conditions
from portal.targets.grave_events import GraveEvents
from portal.targets.models import Agreement, Conflict, Indicator, Programme
from portal.targets.programme_rules import Check
from portal.targets.queries import find_programme, get_indicator
from tests.brand_desk import hidden, open_register, propose_and_confirm, sign_in
from tests.ledger_rows import a_producer, a_return, an_account, licence, on_roster
from tests.ledger_rows import enter as enter_as
from tests.map_setting import lay_map
from tests.services.statements import count_statements

OFFICE = Actor("某局", None)
ACTUAL = {"on": "2024年12月31日", "value": "１", "source_more": "zhongwei-ip-plan/row5"}


@pytest.fixture(autouse=True)
def register(app, capsys) -> None:
    open_register(capsys)


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.get_data(as_text=True))


def enter(key: str, value: str, on: str) -> None:
    facts = get_indicator(key).facts
    actual = {"on": on, "value": value, "sources": facts["sources"]}
    with transaction():
        state_indicator(OFFICE, key, with_actual(facts, actual, today()), today(), "actual_stated")


# ---- the public


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_conflict_project_and_agreement_is_on_a_page_with_its_source(client, lang):
    listed = text(client, f"/targets/?lang={lang}")
    for indicator in db.session.scalars(select(Indicator)):
        assert f"/targets/{indicator.id}" in listed
        page = text(client, f"/targets/{indicator.id}?lang={lang}")
        assert indicator.facts["name"][lang] in page
        assert f"/about/sources#{indicator.facts['sources'][0].partition('/')[0]}" in page
        for key in indicator.facts.get("conflicts", []):
            assert db.session.get(Conflict, key).facts["words"][lang] in listed
    conflicts = text(client, f"/targets/conflicts?lang={lang}")
    for conflict in db.session.scalars(select(Conflict)):
        assert conflict.facts["title"][lang] in conflicts
    everywhere = text(client, f"/zones/?lang={lang}") + text(client, f"/zones/stations?lang={lang}")
    for programme in db.session.scalars(select(Programme)):
        assert programme.facts["name"][lang] in everywhere
        assert programme.facts["name"][lang] in text(client, f"/zones/{programme.id}?lang={lang}")
    agreements = text(client, f"/zones/agreements?lang={lang}")
    for agreement in db.session.scalars(select(Agreement)):
        if "name" in agreement.facts:
            assert agreement.facts["name"][lang] in agreements


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "中卫市：不是任何协议的成员"), ("en", "Zhongwei: party to no agreement")]
)
def test_what_is_kept_of_a_region_without_agreement_bears_its_name(client, lang, said):
    for page in ("/about/sources", "/log/of/agreement:outsider-640500"):
        assert said in text(client, f"{page}?lang={lang}")


def test_stations_stand_on_a_map_and_in_a_list_of_places_that_says_the_same(client, app):
    lay_map(app)
    page = text(client, "/zones/stations")
    assert "/zones/stations/map.svg" in page
    picture = text(client, "/zones/stations/map.svg")
    for place in ("巴彦淖尔市", "沙坡头区", "内蒙古自治区"):
        assert place in picture and f'>{place}</a> <span class="count">' in page
    one_city = text(client, "/zones/stations/map.svg?region=150800")
    assert "巴彦淖尔市" in one_city and "沙坡头区" not in one_city
    assert client.get("/zones/stations/map.svg?region=1").status_code == 400


def test_without_an_actual_value_every_state_is_unknown_and_never_behind(client):
    found = client.get("/api/v1/indicators?per_page=200").json
    assert {item["outcome"] for item in found["items"]} == {"unknown"}
    assert "还没有登载有出处的实际数" in text(client, "/targets/bayannur-gis")


def test_an_actual_value_is_judged_against_the_path(client):
    for key, value, word in (
        ("bayannur-gis", "28", "超前"),
        ("bayannur-regional-brands", "3", "按进度"),
        ("bayannur-zones", "0", "落后"),
    ):
        enter(key, value, "2024-12-31")
        page = text(client, f"/targets/{key}")
        assert f"状态：{word}" in page
        assert "与规划的逐年数比较" in page


def test_the_text_and_the_table_of_zhongwei_stand_side_by_side(client):
    page = text(client, "/targets/zhongwei-certification-marks")
    assert "地理标志商标和农产品地理标志数量累计分别达到 4 件和 12 件" in page
    assert "同一规划另一处" in page


def test_the_file_of_the_chart_has_exact_numbers_and_days(client):
    page = text(client, "/targets/baotou-trade-marks")
    assert 'data-exact="62000">62,000<' in page and 'data-exact="2025">2025年<' in page


def test_a_count_of_the_register_says_its_definition_and_that_it_is_not_judged(client):
    page = text(client, "/targets/baotou-gis")
    assert "每个地理标志每类计一次" in page
    assert "规划没有说明计入哪几种" in page


def test_the_filters_narrow_and_refuse_what_does_not_exist(client):
    assert "bayannur-gis" not in text(client, "/targets/?region=640500")
    enter("bayannur-gis", "24", "2024-12-31")
    behind = text(client, "/targets/?outcome=behind")
    assert "/targets/bayannur-gis" in behind and "/targets/baotou-gis" not in behind
    for query in ("region=999999", "outcome=fine"):
        assert client.get(f"/targets/?{query}").status_code == 400
    assert client.get("/targets/nothing").status_code == 404
    assert client.get("/zones/nothing").status_code == 404


def test_the_conditions_of_a_zone_are_checked_or_said_to_be_not_yet_computed(client):
    page = text(client, "/zones/zone-wuyuan-sunflower")
    assert "尚未计算" in page and "尚未公布" in page and "60%" in page
    assert "年度总结" in page
    assert "没有写明是哪一个" in text(client, "/zones/zone-baotou")


def test_the_two_shares_of_a_zone_are_those_published_with_their_year(client):
    address = "/zones/zone-zhongning-goji?lang=zh"
    before = text(client, address)
    assert "还没有公布" in before and "/ratios/zhongning-gouqi?year" not in before
    gi = get_indication("zhongning-gouqi")
    with transaction():
        for place in range(5):
            maker = a_producer(name=f"红果公司{place}")
            on_roster(gi, maker)
            a_return(gi, maker, 2025, 100_000, 0)
            if place < 2:
                licence(gi, maker)
        publish(an_account(Role.CITY, "640500"), gi, 2025, today(), now())
    after = text(client, address)
    assert "2025 年已公布：40.0%" in after and "不符合" in after
    assert "/ratios/zhongning-gouqi?year=2025" in after and "还没有公布" not in after


def test_a_gi_shows_the_conflicts_and_projects_that_name_it(client):
    page = text(client, "/gi/wuyuan-xiangrikui")
    assert "示范区先计后建" in page
    assert "/zones/zone-wuyuan-sunflower" in page


def test_the_tables_ask_a_constant_number_of_queries(client):
    one = count_statements(client, "/targets/?region=640500")
    all_plans = count_statements(client, "/targets/?outcome=unknown")
    assert abs(all_plans - one) <= 2
    assert (
        count_statements(client, "/zones/?region=640521") >= count_statements(client, "/zones/?lang=zh") - 3
    )


def test_a_page_gone_by_shows_the_figures_of_that_day(client):
    enter("bayannur-gis", "27", "2024-12-31")
    assert "27" in text(client, f"/targets/bayannur-gis?on={today()}")
    assert client.get("/targets/bayannur-gis?on=2020-01-01").status_code == 404
    assert client.get("/targets/bayannur-gis?on=2999-01-01").status_code == 404


# ---- officials

ADDRESS = "/office/targets/zhongwei-gi-products"


def type_actual(client, **changes):
    return client.post(ADDRESS, data={"seen": hidden(client, ADDRESS, "seen"), **ACTUAL, **changes})


def test_an_actual_value_becomes_public_when_a_second_person_confirms(client):
    sign_in(client, "city")
    answer = type_actual(client)
    assert answer.status_code == 302
    assert ">记号<" not in text(client, answer.headers["Location"])
    assert "actuals" not in get_indicator("zhongwei-gi-products").facts
    assert propose_and_confirm(client, answer.headers["Location"], "city", "deputy") == 302
    actual = get_indicator("zhongwei-gi-products").facts["actuals"][0]
    assert (actual["on"], actual["value"], actual["key"]) == ("2024-12-31", "1", "2024-12-31")
    assert history_of("indicator:zhongwei-gi-products")[-1].verb == "actual_stated"


def test_a_wrong_value_is_refused_beside_its_field(client):
    sign_in(client, "city")
    for wrong in (
        {"value": "-1"},
        {"value": "many"},
        {"value": ""},
        {"on": "2024"},
        {"on": "2999-01-01"},
        {"source_more": ""},
    ):
        answer = type_actual(client, **wrong)
        assert answer.status_code == 400, wrong
        assert "field-error" in answer.get_data(as_text=True), wrong
    page = type_actual(client, on="2024", source_more="").get_data(as_text=True)
    assert "请写到日" in page and "每条事实都要有来源" in page


def test_everything_wrong_with_an_actual_value_is_said_together(client):
    sign_in(client, "city")
    page = type_actual(client, on="2999-01-01", value="许多", source_more="").get_data(as_text=True)
    for said in ("不能晚于今天", "应为数字", "每条事实都要有来源"):
        assert said in page
    assert 'value="许多"' in page
    page = type_actual(client, on="", value="-1", source_more="nothing").get_data(as_text=True)
    for said in ("请填写", "请填写不小于零的数", "资料库中没有“nothing”"):
        assert said in page


def test_an_actual_value_is_counted_in_the_unit_of_its_indicator(client):
    sign_in(client, "city")
    assert "control-unit" in text(client, ADDRESS)
    assert type_actual(client, value="３ 件").status_code == 302


def test_a_number_that_can_be_read_in_two_ways_is_asked_again(client):
    sign_in(client, "city")
    address = "/office/targets/zhongwei-pledges"
    seen = hidden(client, address, "seen")
    page = client.post(address, data={"seen": seen, **ACTUAL, "value": "33亿"}).get_data(as_text=True)
    assert "“33亿”有两种读法" in page and 'value="33亿"' in page


def test_the_plan_is_kept_by_its_own_city_and_province(client):
    assert client.get(ADDRESS).status_code == 302
    for name, status in (("registrar", 404), ("stranger", 404), ("inspector", 404), ("province", 200)):
        sign_in(client, name)
        assert client.get(ADDRESS).status_code == status, name


def test_a_stage_is_added_after_those_before_it(client):
    sign_in(client, "registrar")
    address = "/office/targets/programmes/zone-zhongning-goji"
    typed = {"stage": "under_way", "date": "2026-03", "note_zh": "已获批筹建", "note_en": "approved",
             "source_more": "zhongwei-ip-plan/box4-1"}  # fmt: skip
    answer = client.post(address, data={"seen": hidden(client, address, "seen"), **typed})
    assert propose_and_confirm(client, answer.headers["Location"], "registrar", "city") == 302
    programme = find_programme("zone-zhongning-goji")
    assert programme.stage == "under_way"
    assert [one["stage"] for one in programme.facts["stages"]] == ["planned", "under_way"]
    assert history_of("programme:zone-zhongning-goji")[-1].verb == "stage_reached"


def test_a_new_station_is_drafted_in_the_own_region_only(client):
    sign_in(client, "registrar")
    address = "/office/targets/programmes/new"
    typed = {"kind": "brand_station", "name_zh": "中宁站", "name_en": "Zhongning station", "place": "640521",
             "stage": "in_place", "note_zh": "已设立", "note_en": "set up",
             "source_more": "zhongwei-ip-plan/box4-2"}  # fmt: skip

    def send(**changes):
        return client.post(address, data={"seen": "", **typed, **changes})

    assert send(place="150821").status_code in (400, 403)
    assert send(place="1").status_code in (400, 403)
    page = send(place="天上宫阙", date="去年", source_more="").get_data(as_text=True)
    for said in ("没有叫“天上宫阙”的地方", "日期写作", "每条事实都要有来源"):
        assert said in html.unescape(page)
    for place, said in (
        ("宁", "“宁”可能是"),
        ("天上宫阙", "没有叫“天上宫阙”的地方"),
        ("五原县", "不在您的地区内"),
    ):
        page = html.unescape(send(place=place).get_data(as_text=True))
        assert said in page and f'value="{place}"' in page and 'value="中宁站"' in page
    answer = send(place="中宁县")
    assert answer.status_code == 302
    assert propose_and_confirm(client, answer.headers["Location"], "registrar", "city") == 302
    assert find_programme("brand-station-640521-1").stage == "in_place"
    assert "中宁站" in text(client, "/zones/stations")


def test_contact_details_appear_with_the_station(client):
    sign_in(client, "city")
    address = "/office/targets/programmes/brand-stations-zhongwei/contact"
    typed = {"contact_zh": "某街1号", "contact_en": "1 Some Street", "source_more": "zhongwei-ip-plan/box4-2"}
    answer = client.post(address, data={"seen": hidden(client, address, "seen"), **typed})
    assert "zhongwei-ip-plan/box4-2" not in text(client, answer.headers["Location"])
    assert propose_and_confirm(client, answer.headers["Location"], "city", "deputy") == 302
    assert "某街1号" in text(client, "/zones/stations")


def test_the_office_list_shows_only_what_the_official_keeps(client):
    sign_in(client, "stranger")
    page = text(client, "/office/targets")
    assert "/targets/bayannur-gis" in page and "zhongwei" not in page
    sign_in(client, "registrar")
    assert "没有属于本辖区的规划指标" in text(client, "/office/targets")


def test_whoever_only_looks_is_offered_no_values_to_enter(client):
    for role, offered in ((Role.AUDITOR, False), (Role.CITY, True)):
        page = html.unescape(enter_as(client, official(role, "640500")).get("/office/targets").text)
        assert ("登载实际数</a>" in page, "登载阶段和联系方式" in page) == (offered, offered)
        assert "未知" in page


# ---- the yearly summary of a zone

ZONE = "zone-wuyuan-sunflower"
SUNFLOWER = "wuyuan-xiangrikui"
SUMMARY = f"/office/zones/{ZONE}/summary/2025"
PARTS = dict.fromkeys(("tasks", "economic", "social", "ecological"), "已按计划完成并有记录可查（演示）")


def official(role: Role, region: str):
    with transaction():
        return an_account(role, region)


def press(client, account, step: str, **fields: str):
    page = html.unescape(enter_as(client, account).get(SUMMARY).get_data(as_text=True))
    seen = re.search(r'name="version" value="(\d+)"', page)
    return client.post(SUMMARY, data={"step": step, "version": seen[1] if seen else "0"} | fields)


def test_a_summary_goes_from_county_to_province_and_only_its_sending_is_public(client):
    county, city, province = (
        official(Role.COUNTY, "150821"), official(Role.CITY, "150800"), official(Role.PROVINCE, "150000"),
    )  # fmt: skip
    assert press(client, county, "submit", tasks="短").status_code == 400
    assert press(client, county, "save", **PARTS).status_code == 303
    assert press(client, city, "forward").status_code == 403
    assert press(client, county, "submit", **PARTS).status_code == 303
    assert press(client, city, "return", reason="少").status_code == 400
    assert press(client, city, "return", reason="请补生态效益的数据").status_code == 303
    assert "请补生态效益的数据" in text(enter_as(client, county), SUMMARY)
    assert press(client, county, "submit", **PARTS).status_code == 303
    assert press(client, city, "forward").status_code == 303
    client.post("/account/sign-out")
    assert "演示〔2026〕1号" not in text(client, f"/zones/{ZONE}")
    assert press(client, province, "send").status_code == 400
    assert press(client, province, "send", document="演示〔2026〕1号").status_code == 303
    client.post("/account/sign-out")
    public = text(client, f"/zones/{ZONE}?lang=zh")
    assert "演示〔2026〕1号" in public and PARTS["tasks"] not in public
    subject = f"zonesummary:{ZONE}/2025"
    assert [entry.verb for entry in history_of(subject)] == ["summary_send"]
    assert len(history_of(subject, public_only=False)) == 7 - 1
    assert PARTS["tasks"] not in text(client, f"/log/of/{subject}")


def test_a_summary_is_not_there_for_another_region_and_a_stale_page_is_told(client):
    county, other = official(Role.COUNTY, "150821"), official(Role.COUNTY, "640521")
    assert enter_as(client, other).get(SUMMARY).status_code == 404
    assert enter_as(client, other).post(SUMMARY, data={"step": "save"}).status_code == 404
    assert press(client, county, "save", **PARTS).status_code == 303
    stale = client.post(SUMMARY, data={"step": "save", "version": "99"} | PARTS)
    assert stale.status_code == 409
    assert enter_as(client, official(Role.PRODUCER, "150821")).get(SUMMARY).status_code == 403
    assert enter_as(client, county).get("/office/zones/zone-zhongning-goji/summary/2025").status_code == 404


def calm_of(facts: dict[str, object], day: date) -> Check:
    return zone_conditions(get_indication(SUNFLOWER), None, facts, Sources(facts), day)[3].check


def test_grave_events_are_judged_only_by_records_that_reach_back_three_years(client, monkeypatch):
    day = today()

    def check(known: GraveEvents | None) -> Check:
        monkeypatch.setattr(grave_events, "_known", [] if known is None else [lambda *_: known])
        return calm_of({}, day)

    assert check(None) == Check.NOT_COMPUTED
    assert check(GraveEvents(0, day)) == Check.UNDETERMINED
    assert check(GraveEvents(0, date(2000, 1, 1))) == Check.MET
    assert check(GraveEvents(1, None)) == Check.NOT_MET


def test_nothing_is_said_of_grave_events_until_somebody_looked_and_one_event_is_enough(client):
    def stated(kind: str, on: str) -> dict[str, object]:
        words = {"zh": "查过公开渠道", "en": "looked in public channels"}
        return {"kind": kind, "date": on, "note": words, "sources": ["bayannur-measures/s10"]}

    day = date(2026, 6, 1)
    looked, event = stated("none_found", "2026-01-10"), stated("grave_event", "2024-05-01")
    assert calm_of({"proofs": []}, day) is Check.NOT_COMPUTED
    assert calm_of({"proofs": [looked]}, day) is Check.MET
    assert calm_of({"proofs": [looked]}, date(2027, 6, 1)) is Check.UNDETERMINED
    assert calm_of({"proofs": [looked, event]}, day) is Check.NOT_MET
    assert calm_of({"proofs": [event]}, date(2027, 5, 2)) is Check.NOT_COMPUTED


def test_a_heavier_published_decision_counts_against_the_zone_while_it_is_shown(client):
    def decided(number: int, light: bool, **more: object) -> Case:
        return Case(
            number=f"C-{number}", origin="own", adcode="150821", state="published", title="案", party="某店",
            facts="…", bases=[], gates={}, opened_on=today(), opened_at=now(), changed_at=now(), light=light,
            indication_id=get_indication(SUNFLOWER).id, decided_on=today(), outcomes=["confiscation"],
            published="决定", published_on=today(), **more,
        )  # fmt: skip

    with transaction():
        db.session.add_all([decided(1, True), decided(2, False, shown_until=date(2020, 1, 1))])
        record(OFFICE, "created", "case:C-1", {})
    assert calm_of({}, today()) is Check.NOT_COMPUTED
    with transaction():
        db.session.add(decided(3, False))
        record(OFFICE, "created", "case:C-3", {})
    assert calm_of({}, today()) is Check.NOT_MET
    assert f"/cases/?gi={SUNFLOWER}" in text(client, f"/zones/{ZONE}")


def test_policy_support_is_confirmed_by_a_document_and_can_be_taken_back(client):
    subject, address = "programme:zone-zhongning-goji", "/office/targets/programmes/zone-zhongning-goji/proof"
    typed = {"kind": "policy", "date": "2025-03-01", "number": "宁政发〔2025〕1号", "note_zh": "扶持办法",
             "note_en": "Measures to support the zone", "source_more": "zhongwei-ip-plan/box4-1"}  # fmt: skip

    def send(**changes: str):
        return client.post(address, data={"seen": hidden(client, address, "seen"), **typed, **changes})

    assert "还没有登载政策文件" in text(client, "/zones/zone-zhongning-goji")
    sign_in(client, "registrar")
    assert send(kind="praise").status_code == 400
    assert send(source_more="").status_code == 400
    proposal = send().headers["Location"]
    told = text(client, proposal)
    assert "政策保障文件" in told and "policy<" not in told
    assert propose_and_confirm(client, proposal, "registrar", "city") == 302
    page = text(client, "/zones/zone-zhongning-goji")
    assert "扶持办法 宁政发〔2025〕1号" in page and "还没有登载政策文件" not in page
    sign_in(client, "registrar")
    assert client.post(f"{address}/7/take-back").status_code == 404
    back = client.post(f"{address}/0/take-back").headers["Location"]
    assert propose_and_confirm(client, back, "registrar", "city") == 302
    assert "还没有登载政策文件" in text(client, "/zones/zone-zhongning-goji")
    assert [one.verb for one in history_of(subject)][-2:] == ["proof_stated", "proof_stated"]
    for name, status in (("stranger", 404), ("inspector", 403)):
        sign_in(client, name)
        assert client.get(address).status_code == status, name
        assert client.post(f"{address}/0/take-back").status_code == status, name
