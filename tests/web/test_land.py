"""The pages of land: a producer enters plots, the county verifies them, a stranger finds nothing."""

import html
import io
import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.db import db, transaction
from portal.land.models import GiYield, Plot
from portal.land.queries import ceiling_of, overlapping
from tests.label_desk import a_plot
from tests.ledger_rows import a_gi, a_producer, an_account, enter, on_roster
from tests.services.statements import count_statements

# A field in Zhongning, and one in Linhe, which is far outside its producing area.
FIELD = "105.680, 37.480\n105.690, 37.480\n105.690, 37.490\n105.680, 37.490"
FAR = "107.380, 40.960\n107.390, 40.960\n107.390, 40.970\n107.380, 40.970"


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            maker, other = a_producer("红果公司"), a_producer("邻家公司")
            self.line = on_roster(self.gi, maker).id
            self.other_line = on_roster(self.gi, other).id
            self.maker, self.other = maker.id, other.id
            self.gi_id = self.gi.id
            self.wang = an_account(Role.PRODUCER, producer=maker)
            self.zhao = an_account(Role.PRODUCER, producer=other)
            self.li = an_account(Role.PRODUCER)
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.inspector = an_account(Role.INSPECTOR, "640521")


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def send(client, line: int, **fields: object):
    sent = {"line": line, "name": "渠南三号地", "adcode": "640521", "unit": "mu"} | fields
    return client.post("/workbench/land/new", data=sent, content_type="multipart/form-data")


def plot_in(answer) -> str:
    assert answer.status_code == 303, text_of(answer)[:3000]
    return answer.headers["Location"].rsplit("/", 1)[1]


def the_plot(number: str) -> Plot:
    return db.session.scalars(select(Plot).where(Plot.number == number)).one()


def decide(client, number: str, step: str, **fields: str):
    page = text_of(client.get(f"/office/land/{number}"))
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    return client.post(f"/office/land/{number}", data={"version": version, "step": step} | fields)


def test_a_plot_by_size_is_verified_and_gives_a_ceiling(client, app, world):
    wang, county = enter(client, world.wang), enter(app.test_client(), world.county)
    number = plot_in(send(wang, world.line, area="15", planted="2019", variety="宁杞七号"))
    assert the_plot(number).area_m2 == 10_000
    assert "没有画出边界" in text_of(wang.get(f"/workbench/land/plots/{number}?lang=zh"))
    assert "渠南三号地" in text_of(county.get("/office/land"))
    assert decide(county, number, "verify").status_code == 303
    sent = {"gi": "hongguo", "year": "2026", "place": "640521", "kg": "200", "issuer": "县农业农村局"}
    sent |= {"document": "关于亩产的通知", "document_on": "2026-03-01"}
    assert county.post("/office/yields", data=sent).status_code == 303
    assert ceiling_of(world.gi_id, world.maker, 2026) == 3_000_000
    assert "200 公斤" in text_of(county.get("/office/yields?lang=zh"))
    assert "15 亩（1 公顷）" in text_of(wang.get("/workbench/land?lang=zh"))


def test_a_drawn_plot_is_laid_over_the_producing_area(client, world):
    wang = enter(client, world.wang)
    inside, outside = (
        plot_in(send(wang, world.line, corners=FIELD)),
        plot_in(send(wang, world.line, corners=FAR)),
    )
    assert the_plot(inside).lie == "inside" and the_plot(inside).inside_m2 == the_plot(inside).area_m2
    assert the_plot(outside).lie == "outside" and the_plot(outside).adcode == "150802"
    page = text_of(wang.get(f"/workbench/land/plots/{inside}?lang=zh"))
    assert 'class="land-inside"' in page and "平方千米" in page
    file = json.loads(wang.get(f"/workbench/land/plots/{inside}.geojson").data)
    assert file["geometry"]["type"] == "Polygon"
    ground = wang.get(f"/workbench/land/ground/{world.line}").json
    assert ground["area"]["type"] in ("Polygon", "MultiPolygon") and len(ground["plots"]) == 2


def test_a_file_goes_through_the_checks_of_outlines(client, world):
    wang = enter(client, world.wang)
    ring = [[105.68, 37.48], [105.69, 37.48], [105.69, 37.49], [105.68, 37.48]]
    shape = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    good = send(wang, world.line, file=(io.BytesIO(shape), "field.geojson"))
    assert the_plot(plot_in(good)).lie == "inside"
    bad = send(wang, world.line, file=(io.BytesIO(b"MZ\x90 not a map"), "field.geojson"))
    assert bad.status_code == 400 and 'id="file-error"' in text_of(bad)


def square(west: float, side: float = 0.005) -> dict[str, object]:
    east, south, north = west + side, 37.48, 37.48 + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_many_plots_in_one_file_are_looked_at_and_entered_together(client, app, world):
    plot_in(send(enter(app.test_client(), world.zhao), world.other_line, corners=FIELD))
    wang = enter(client, world.wang)
    rows = [
        {"geometry": square(105.70), "properties": {"名称": "东一地", "品种": "宁杞7号", "种植年份": 2019}},
        {"geometry": square(105.685), "properties": {"name": "压线地"}},
        {"geometry": square(87.0), "properties": {"name": "别处的地"}},
        {"geometry": {"type": "Point", "coordinates": [105.7, 37.4]}, "properties": {}},
    ]
    file = json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature"} | row for row in rows]})

    def look():
        sent = {"line": world.line, "file": (io.BytesIO(file.encode()), "plots.geojson")}
        return wang.post("/workbench/land/several?lang=zh", data=sent, content_type="multipart/form-data")

    page = text_of(look())
    assert "文件里有 4 块地，3 块可以登记" in page and "与别家重叠" in page and "在产地范围外" in page
    digest = re.search(r'name="digest" value="(\w+)"', page).group(1)
    sent = {
        "line": world.line,
        "digest": digest,
        "take-1": "1",
        "name-1": "",
        "take-2": "1",
        "name-2": "河边地",
    }
    none = wang.post("/workbench/land/several/enter", data={"line": world.line, "digest": digest})
    assert none.status_code == 400 and "至少选一块" in text_of(none)
    assert (
        enter(app.test_client(), world.zhao).post("/workbench/land/several/enter", data=sent).status_code
        == 404
    )
    assert wang.post("/workbench/land/several/enter", data=sent).status_code == 303
    mine = db.session.scalars(select(Plot).where(Plot.producer_id == world.maker).order_by(Plot.id)).all()
    assert [(one.name, one.variety, one.planted, one.lie) for one in mine] == [
        ("东一地", "宁杞7号", 2019, "inside"),
        ("河边地", None, None, "inside"),
    ]
    again = text_of(look())
    assert "文件里有 4 块地，1 块可以登记" in again and "已经登记过" in again
    assert wang.post("/workbench/land/several/enter", data=sent).status_code == 400
    assert (
        enter(app.test_client(), world.inspector).get(f"/office/land/several?line={world.line}").status_code
        == 403
    )
    assert (
        enter(app.test_client(), world.far).get(f"/office/land/several?line={world.line}").status_code == 404
    )


def test_what_was_typed_stays_beside_what_is_wrong(client, world):
    wang = enter(client, world.wang)
    bow_tie = "105.68, 37.48\n105.69, 37.49\n105.69, 37.48\n105.68, 37.49"
    for fields, said in (
        ({"corners": bow_tie}, "互相交叉"),
        ({"corners": "105.68, 37.48\nhere"}, "第 2 行"),
        ({"area": "很大"}, "应为数字"),
        ({"area": "0"}, "请填写面积"),
        ({"area": "1", "adcode": "999999"}, "请从列表中选择"),
        ({"area": "1", "planted": "3000"}, "年份应在"),
    ):
        answer = send(wang, world.line, **fields)
        assert answer.status_code == 400 and said in text_of(answer), fields
        assert "渠南三号地" in text_of(answer)
        assert "corners" not in fields or "请填写面积" not in text_of(answer)
    assert db.session.scalars(select(Plot)).all() == []


def test_plots_of_two_producers_on_the_same_ground_are_a_finding(client, app, world):
    plot_in(send(enter(client, world.wang), world.line, corners=FIELD))
    theirs = FIELD.replace("105.690", "105.685")
    zhao = enter(app.test_client(), world.zhao)
    number = plot_in(send(zhao, world.other_line, corners=theirs))
    (found,) = overlapping(world.gi_id, "640521")
    assert abs(found.square_metres - the_plot(number).area_m2) < 5
    page = text_of(zhao.get(f"/workbench/land/plots/{number}?lang=zh"))
    assert "与另一家的地块重叠" in page and "红果公司" not in page
    county = enter(app.test_client(), world.county)
    assert "红果公司" in text_of(county.get("/office/land/overlaps"))


def test_a_refusal_needs_words_and_a_changed_plot_is_verified_anew(client, app, world):
    wang, county = enter(client, world.wang), enter(app.test_client(), world.county)
    number = plot_in(send(wang, world.line, area="15"))
    refused = decide(county, number, "refuse")
    assert refused.status_code == 400 and 'id="reason-error"' in text_of(refused)
    assert decide(county, number, "refuse", reason="面积与承包合同不符").status_code == 303
    assert "面积与承包合同不符" in text_of(wang.get("/workbench/"))
    version = the_plot(number).version
    sent = {"version": version, "name": "渠南三号地", "adcode": "640521", "unit": "mu", "area": "12"}
    assert wang.post(f"/workbench/land/plots/{number}/edit", data=sent).status_code == 303
    assert the_plot(number).state == "stated"
    assert wang.post(f"/workbench/land/plots/{number}/edit", data=sent).status_code == 409


def test_one_picks_the_plots_to_verify_in_one_go(client, app, world):
    with transaction():
        numbers = [a_plot(world.gi_id, world.maker, 1000, state="stated").number for _ in range(3)]
    county = enter(client, world.county)
    ticked = [f"{number}-{the_plot(number).version}" for number in numbers[:2]] + [f"{numbers[2]}-99"]
    assert county.post("/office/land/verify", data={"plot": ticked}).status_code == 303
    assert [the_plot(number).state for number in numbers] == ["verified", "verified", "stated"]


def test_an_official_enters_land_for_who_cannot(client, world):
    county = enter(client, world.county)
    assert "红果公司" in text_of(county.get("/office/land/new?q=红果"))
    sent = {"line": world.line, "name": "地", "adcode": "640521", "area": "3", "unit": "ha"}
    number = plot_in(county.post("/office/land/new", data=sent))
    assert the_plot(number).area_m2 == 30_000


def test_who_has_nothing_to_do_with_it_finds_nothing(client, app, world):
    number = plot_in(send(enter(client, world.wang), world.line, corners=FIELD))
    li, far = enter(app.test_client(), world.li), enter(app.test_client(), world.far)
    for address in (f"/workbench/land/plots/{number}", f"/workbench/land/plots/{number}.geojson"):
        assert li.get(address).status_code == 404
    assert li.get(f"/workbench/land/new?line={world.line}").status_code == 404
    assert send(li, world.line, area="1").status_code == 404
    assert far.get(f"/office/land/{number}").status_code == 404
    assert number not in text_of(far.get("/office/land?state=all"))
    stranger = app.test_client()
    assert stranger.get("/office/land").status_code == 302
    inspector = enter(app.test_client(), world.inspector)
    assert inspector.get(f"/office/land/{number}").status_code == 200
    assert decide_as(inspector, number).status_code == 403
    assert db.session.scalars(select(GiYield)).all() == []


def decide_as(client, number: str):
    return client.post(f"/office/land/{number}", data={"version": the_plot(number).version, "step": "verify"})


def test_a_list_asks_no_more_for_more_plots(client, world):
    county = enter(client, world.county)
    with transaction():
        a_plot(world.gi_id, world.maker, 1000)
    count_statements(county, "/office/land?state=all")
    few = count_statements(county, "/office/land?state=all")
    with transaction():
        for _ in range(20):
            a_plot(world.gi_id, world.other, 1000)
    assert count_statements(county, "/office/land?state=all") <= few
