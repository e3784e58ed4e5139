"""The pages of batches: a producer records and hands over, officials recall, strangers find nothing."""

import html
import io
import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.batches.actions import Made, Taken
from portal.batches.codes import with_check
from portal.batches.models import Batch, BatchTest, Handover, Listing
from portal.batches.rules import Kind
from portal.db import db
from tests.database.test_batches import World
from tests.ledger_rows import enter
from tests.services.statements import count_statements
from tests.web.test_returns import PNG


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def batch(code: str) -> Batch:
    return db.session.scalars(select(Batch).where(Batch.code == code)).one()


def began(client, world: World, **said: str) -> str:
    sent = {
        "kind": "harvest", "producer": world.grower.number, "gi": "hongguo", "goods": "鲜果", "grams": "100",
        "on": "2026-08-01", "key": "k-1",
    }  # fmt: skip
    answer = enter(client, world.wang).post("/workbench/batches/begin", data=sent | said)
    assert answer.status_code == 303, text_of(answer)[:2000]
    return answer.headers["Location"]


def test_from_the_harvest_to_dried_fruit_by_page(client, world: World):
    address = began(client, world)
    assert began(client, world) == address
    page = text_of(client.get(address + "?lang=zh"))
    assert "余 100 公斤，共 100 公斤" in page and "采收" in page
    form = text_of(client.get(address + "/event?kind=dry&lang=zh"))
    assert 'name="grams" value="100"' in form
    sent = {"kind": "dry", "grams": "100", "out-0": "22", "goods-0": "干果", "on": "2026-08-02"}
    wrong = client.post(address + "/event", data=sent)
    assert wrong.status_code == 400 and 'value="干果"' in text_of(wrong)
    assert "还有 78 公斤 没有去向" in text_of(wrong) or "还有 78 公斤没有去向" in text_of(wrong)
    done = client.post(address + "/event", data=sent | {"loss": "78"})
    assert done.status_code == 303
    dried = text_of(client.get(done.headers["Location"] + "?lang=en"))
    assert "22 kg" in dried
    assert client.get(address + "/event?kind=sell").status_code == 404


def test_what_is_lost_is_asked_for_and_refused_beside_its_own_field(client, world: World):
    address = began(client, world)
    wrong = text_of(client.post(address + "/event", data={"kind": "lose", "loss": "120", "on": "2026-08-02"}))
    form = wrong[wrong.index("报废多少") :]
    assert "现有 100 公斤" in form and "只剩 100 公斤" in form and "没有就空着" not in form
    begun = {"kind": "harvest", "producer": world.grower.number, "gi": "hongguo", "grams": "一千"}
    assert "重量：应为数字" in text_of(client.post("/workbench/batches/begin", data=begun))


def test_everything_wrong_in_a_form_of_a_batch_is_said_together(client, world: World):
    address = began(client, world)
    version = batch(address.rpartition("/")[2]).version
    for form, typed, wrong in (
        (
            "handover",
            {"version": version, "receiver": "没有", "grams": "很多"},
            ("登记中没有这个生产者", "应为数字"),
        ),
        ("listings", {"shop": "", "grams": "3吨"}, ("请填写，最多", "这一栏按公斤填")),
        ("tests", {"tested_on": "昨天"}, ("请选择报告的文件", "日期应写作", "请选结论")),
    ):
        page = text_of(client.post(f"{address}/{form}", data=typed))
        assert [said for said in wrong if said not in page] == [], form
    begun = {"kind": "harvest", "producer": world.grower.number, "gi": "hongguo", "adcode": "没有"}
    page = text_of(client.post("/workbench/batches/begin", data=begun))
    assert "没有叫这个名字的县或乡镇" in page and "请写品名" in page and "请填重量" in page


def test_the_place_is_understood_by_name_or_said_to_be_unclear(client, world: World):
    address = began(client, world, adcode="宁安镇")
    assert batch(address.rpartition("/")[2]).adcode == "640521100"
    sent = {"kind": "store", "on": "2026-08-02", "adcode": "没有的镇"}
    assert "没有叫这个名字" in text_of(client.post(address + "/event", data=sent))


def test_goods_change_hands_by_page(client, app, world: World):
    address = began(client, world)
    seen = re.search(r'handover".*?name="version" value="(\d+)"', text_of(client.get(address)), re.S)[1]
    sent = {"receiver": world.packer.number, "grams": "60", "version": seen}
    assert client.post(address + "/handover", data=sent | {"receiver": "P404"}).status_code == 400
    for _ in range(2):
        # Pressed twice, handed over once.
        assert client.post(address + "/handover", data=sent).status_code == 303
    number = db.session.scalars(select(Handover)).one().id
    stale = client.post(address + "/handover", data=sent | {"grams": "7"})
    assert stale.status_code == 409 and 'value="7"' in text_of(stale)
    other = enter(app.test_client(), world.zhao)
    assert "等您确认的交接" in text_of(other.get("/workbench/?lang=zh"))
    there = f"/workbench/batches/handovers/{number}"
    received = text_of(other.get(there + "?lang=zh"))
    assert 'value="60"' in received and "等您确认" in received
    assert "等对方确认" in text_of(client.get(there + "?lang=zh"))
    answer = {"version": 1, "step": "receive", "grams": "59", "note": "路上洒了一点"}
    assert other.post(there, data=answer | {"note": ""}).status_code == 400
    for _ in range(2):
        done = other.post(there, data=answer)
        assert done.status_code == 303
    assert other.get(done.headers["Location"]).status_code == 200
    assert client.get(done.headers["Location"]).status_code == 404
    assert enter(app.test_client(), world.li).get(there).status_code == 404
    trace = text_of(client.get(address + "/trace?lang=zh"))
    assert "2 个批次，2 家生产者" in trace and "一克不差" in trace and "包装厂" in trace


def test_a_report_is_kept_and_whoever_scans_may_read_it_or_not(client, app, world: World):
    address = began(client, world)
    sent = {"tested_on": "2026-08-03", "laboratory": "检测站", "subject": "农残", "result": "passed"}
    wrong = client.post(address + "/tests", data=sent | {"file": (io.BytesIO(b"x"), "a.pdf")})
    assert wrong.status_code == 400 and 'value="检测站"' in text_of(wrong)
    sent["public"] = "y"
    assert (
        client.post(address + "/tests", data=sent | {"file": (io.BytesIO(PNG), "a.png")}).status_code == 303
    )
    number, code = db.session.scalars(select(BatchTest)).one().id, address.rpartition("/")[2]
    stranger = app.test_client()
    assert stranger.get(f"/batches/{code}/tests/{number}").data == PNG
    assert "农残" in text_of(stranger.get(f"/batches/{code}?lang=zh"))
    client.post(f"{address}/tests/{number}/remove")
    assert stranger.get(f"/batches/{code}/tests/{number}").status_code == 404


def test_the_public_page_tells_the_story_and_no_names_of_households(app, world: World):
    fresh = world.harvest()
    dried = world.enter(Kind.DRY, inputs=(Taken(fresh.code, 100_000),), outputs=(Made(20_000),), lost=80_000)
    stranger = app.test_client()
    page = text_of(stranger.get(f"/batches/{dried[0].code}?lang=zh"))
    assert "六个环节登记了 2 个" in page and "没有有效授权" in page
    assert "种植户" not in page and world.grower.number not in page
    first = stranger.get(f"/batches/{fresh.code}")
    again = stranger.get(f"/batches/{fresh.code}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert stranger.get("/batches/B26-000000000").status_code == 404
    code = fresh.code
    for asked in (f"/v/{code}", f"/verify?q={code.lower()}", f"/verify?q=https://a.test/batches/{code}"):
        assert stranger.get(asked).headers["Location"] == f"/batches/{code}"
    many = text_of(stranger.post("/verify/many?lang=zh", data={"codes": f"{code}\nB26-000000000"}))
    assert "登记在册的批次" in many and "没有这个批次" in many
    for unknown in (with_check("B26-00000000"), with_check("B26-7K3MNPQ4")):
        assert "校验码不符" not in text_of(stranger.get(f"/batches/{unknown}?lang=zh"))
        refused = stranger.get(f"/batches/{unknown.replace('B26', 'B27')}?lang=zh")
        assert refused.status_code == 404 and "校验码不符" in text_of(refused)
    said = stranger.get(f"/batches/{dried[0].code}/epcis.json").get_data(as_text=True)
    assert len(json.loads(said)["epcisBody"]["eventList"]) == 2


def test_a_county_recalls_and_another_finds_nothing(client, app, world: World):
    code = began(client, world).rpartition("/")[2]
    office, far = enter(app.test_client(), world.county), enter(app.test_client(), world.far)
    assert "种植户" in text_of(office.get("/office/batches"))
    assert "种植户" not in text_of(far.get("/office/batches"))
    for path in ("", "/trace", "/trace.csv", "/epcis.json"):
        assert far.get(f"/office/batches/{code}{path}").status_code == 404
        assert office.get(f"/office/batches/{code}{path}").status_code == 200
    assert office.get(f"/office/batches/{code}/trace.xlsx").data[:2] == b"PK"
    assert office.post(f"/office/batches/{code}/recall", data={"reason": "短"}).status_code == 400
    assert far.post(f"/office/batches/{code}/recall", data={"reason": "农残超标"}).status_code == 404
    assert office.post(f"/office/batches/{code}/recall", data={"reason": "农残超标召回"}).status_code == 303
    assert "已召回，请不要食用" in text_of(app.test_client().get(f"/batches/{code}?lang=zh"))
    assert "已召回：请停止使用和销售" in text_of(client.get(f"/workbench/batches/{code}?lang=zh"))
    assert office.get(f"/office/batches/find?code={code.lower()}").status_code == 303
    assert office.get("/office/batches/find?code=nothing").status_code == 404


def test_a_stranger_and_the_wrong_role_are_kept_out(client, app, world: World):
    address = began(client, world)
    assert app.test_client().get(address).status_code == 302
    assert enter(app.test_client(), world.li).get(address).status_code == 404
    assert client.get(address.replace("/workbench/", "/office/")).status_code == 403
    assert enter(app.test_client(), world.county).get(address).status_code == 403


def test_a_marketplace_asks_and_hears_when_it_is_sold_out(client, app, world: World):
    made = world.enter(
        Kind.HARVEST, account=world.zhao, producer=world.packer, outputs=(Made(10_000, "袋装"),),
        indication=world.gi,
    )[0]  # fmt: skip
    mine = enter(client, world.zhao)
    sent = {"platform": "某平台", "shop": "红果旗舰店", "grams": "4"}
    there = f"/workbench/batches/{made.code}"
    assert mine.post(there + "/listings", data=sent | {"grams": "11"}).status_code == 400
    assert mine.post(there + "/listings", data=sent).status_code == 303
    asked = f"/batches/check?lang=zh&code={made.code}"
    stranger = app.test_client()
    assert "可以销售" in text_of(stranger.get(asked + "&shop=红果旗舰店"))
    assert "不是该卖方的" in text_of(stranger.get(asked + "&shop=别家"))
    assert "可以销售" in text_of(stranger.get(asked + f"&seller={world.packer.number}"))
    sale = {
        "kind": "sell", "grams": "4", "receiver": "网店", "on": "2026-08-02",
        "listing": db.session.scalars(select(Listing)).one().id,
    }  # fmt: skip
    assert mine.post(there + "/event", data=sale | {"grams": "4.001"}).status_code == 400
    assert mine.post(there + "/event", data=sale).status_code == 303
    assert "核定数量已售完" in text_of(stranger.get(asked + "&shop=红果旗舰店"))
    assert made.code in stranger.get("/batches/sold-out.atom").get_data(as_text=True)


SHEET = """单号,事件,日期,地理标志,投入,产出,品名,损耗（公斤）,去向
1,采收,2026年8月1日,名hongguo,,F-1=100,鲜果,,
2,制干,2026/8/2,,F-1=100,D-1=22,干果,{loss},
3,售出,2026-08-03,,D-1=20.5,,,,市场
"""


def send(client, content: str, **more: str):
    sent = {"file": (io.BytesIO(content.encode()), "a.csv")} | more
    return client.post("/workbench/batches/file?lang=zh", data=sent)


def test_a_file_is_recorded_whole_or_not_at_all_and_only_once(client, world: World):
    enter(client, world.wang)
    wrong = send(client, SHEET.format(loss=7))
    assert wrong.status_code == 400
    page = text_of(wrong)
    assert "没有去向" in page and re.search(r"损耗", page)
    assert db.session.query(Batch).count() == 0
    assert "文件没有问题：3 个新事件" in text_of(send(client, SHEET.format(loss=78), step="check"))
    assert db.session.query(Batch).count() == 0
    assert "已登记 3 个事件，0 个早已登记" in text_of(send(client, SHEET.format(loss=78)))
    assert "已登记 0 个事件，3 个早已登记" in text_of(send(client, SHEET.format(loss=78)))
    left = dict(db.session.execute(select(Batch.lot, Batch.grams_left)).all())
    assert left == {"F-1": 0, "D-1": 1_500}
    assert client.get("/workbench/batches/template.xlsx").data[:2] == b"PK"


def test_epcis_goes_out_and_comes_in_by_page(client, app, world: World):
    address = began(client, world)
    said = client.get(address + "/epcis.json")
    assert said.mimetype == "application/ld+json"
    other = enter(app.test_client(), world.zhao)
    sent = {"producer": world.packer.number, "gi": "hongguo", "goods": "果"}
    file = {"file": (io.BytesIO(said.data), "a.jsonld")}
    page = text_of(other.post("/workbench/batches/epcis?lang=zh", data=sent | file))
    assert "有 1 个事件没有导入" in page and world.grower.number in page
    nobodys = said.data.replace(b'"gi:producer"', b'"gi:firm"')
    file = {"file": (io.BytesIO(nobodys), "a.jsonld")}
    page = text_of(other.post("/workbench/batches/epcis?lang=zh", data=sent | file))
    assert "导入 1 个事件" in page
    page = text_of(other.post("/workbench/batches/epcis?lang=zh", data=sent))
    assert "请选文件" in page and ">file<" not in page
    bad = {"file": (io.BytesIO(b"{}"), "a.jsonld")}
    assert other.post("/workbench/batches/epcis", data=sent | bad).status_code == 400


def test_lists_and_traces_ask_as_often_for_many_batches_as_for_one(client, app, world: World):
    fresh = world.harvest()
    world.enter(Kind.SPLIT, inputs=(Taken(fresh.code, 2_000),), outputs=(Made(1_000), Made(1_000)))
    mine, office = enter(client, world.wang), enter(app.test_client(), world.county)
    pages = [
        (mine, "/workbench/batches"),
        (office, "/office/batches"),
        (office, f"/office/batches/{fresh.code}/trace"),
    ]
    for visitor, address in pages:
        visitor.get(address)
    few = [count_statements(visitor, address) for visitor, address in pages]
    outputs = tuple(Made(1_000) for _ in range(20))
    world.enter(Kind.SPLIT, inputs=(Taken(fresh.code, 20_000),), outputs=outputs)
    assert [count_statements(visitor, address) for visitor, address in pages] == few
