"""The map's page and parts as the server gives them: complete without scripts, escaped, kept, small."""

import dataclasses
import gzip
import html
import json
import random
import re
from itertools import groupby
from xml.etree import ElementTree

import pytest
from flask import Flask

from maps.made import MadeMap
from portal.catalogue.made_map import find_map, get_map
from portal.catalogue.map_marks import Mark, as_columns
from portal.cli.loading import load_register
from portal.lib.text import Text
from tests.catalogue_examples import add_gi, add_many
from tests.map_setting import lay_map
from tests.services.kept_states import once

# What a first view of 5,000 GIs may weigh, and what of it is not the list of marks: page, style sheets,
# Leaflet and its clusters, our scripts, base, names, water (measured in a browser: 155 KB).
MOST_FOR_ALL, ALL_BUT_MARKS = 245_000, 157_000


@pytest.fixture
def mapped(app: Flask) -> MadeMap:
    lay_map(app)
    return get_map()


@pytest.fixture
def loaded(mapped: MadeMap, capsys) -> None:
    once(load_register)
    capsys.readouterr()


def settings_of(page: str) -> dict[str, object]:
    return json.loads(html.unescape(re.search(r'data-settings="([^"]*)"', page).group(1)))


def test_the_list_says_every_gi_without_a_script(client, loaded):
    page = client.get("/map").text
    names = re.findall(r'class="map-line-name" href="/gi/([^"]+)"', page)
    assert len(names) == len(set(names)) == 36
    assert "边界为示意" in page
    assert "<noscript><img" in page


def test_before_a_map_is_built_the_list_stands_there_and_says_what_to_do(client, app):
    add_gi(1)
    assert find_map() is None
    page = client.get("/map").text
    assert "测试1号薯" in page
    assert "maps build" in page
    assert client.get("/map/picture.svg").status_code == 404
    assert client.get("/locate?lon=105&lat=37").status_code == 200
    assert client.get("/gi/ceshi-1").status_code == 200


def test_english_readers_get_english(client, loaded):
    page = client.get("/map?lang=en").text
    assert "Map of producing areas" in page
    assert "产地地图" not in page
    assert settings_of(page)["words"]["open"] == "Open the record"
    names = client.get("/map/layer/gi.json?lang=en").get_json()["names"].split("\n")
    assert "Zhongning Gouqi" in names


def test_the_approval_number_is_shown_where_there_is_one(client, app, loaded):
    assert "审图号" not in client.get("/map").text
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(settings, map_approval_number="GS(2024)0001号")
    assert "审图号：GS(2024)0001号" in client.get("/map?page=1").text


def test_a_name_cannot_become_markup(client, mapped):
    bad = {"zh": "<img src=x onerror=alert(1)>", "en": "</script><b>", "pinyin": "x", "initials": "x"}
    add_gi(1, name=bad)
    page = client.get("/map?gi=ceshi-1").text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in client.get("/map/area/ceshi-1.svg").text


def test_filters_narrow_list_marks_and_picture_alike(client, loaded):
    found = client.get("/map/found.json?q=zngq").get_json()
    assert [item["slug"] for item in found["items"]] == ["zhongning-gouqi"]
    assert len(found["ids"]) == found["total"] == 1
    assert client.get("/map?q=zngq").text.count('class="map-line-name"') == 1
    all_dots = client.get("/map/picture.svg").text
    assert len(client.get("/map/picture.svg?q=zngq").text) < len(all_dots)
    assert settings_of(client.get("/map?q=zngq").text)["filtered"]
    assert not settings_of(client.get("/map").text)["filtered"]


def test_the_first_view_lies_around_the_areas(client, loaded):
    west, south, east, north = settings_of(client.get("/map?q=zngq").text)["focus"]
    assert (104 < west < 106, 36 < south < 37.5, 105.5 < east < 107, 37 < north < 38) == (True,) * 4


def test_a_part_of_the_map_is_kept_for_good_at_its_own_address(client, mapped):
    address = f"/map/made/{mapped.version}/base.json"
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.data)) == client.get(address).get_json()
    old = client.get("/map/made/another/base.json")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name", ["page.json", "places.json", "nothing.json", "../../portal.db", "manifest.json"]
)
def test_only_parts_of_the_map_are_served(client, mapped, name: str):
    assert client.get(f"/map/made/{mapped.version}/{name}").status_code == 404


def test_the_marks_of_a_layer_are_read_back_as_they_were(client, loaded):
    columns = client.get("/map/layer/gi.json").get_json()
    names = columns["names"].split("\n")
    length = len(names)
    assert {len(columns[key]) for key in ("ids", "kinds", "standings", "lon", "lat", "areas", "places")} == {
        length
    }
    row = names.index("河套番茄")
    assert columns["areas"][row] == [150802, 150821, 150822, 150823, 150824, 150825, 150826]
    assert columns["areas"][names.index("中宁枸杞")] == [-640521]
    unknown = names.index("河套向日葵")
    assert columns["areas"][unknown] == []
    assert len(columns["places"][unknown]) >= 1


def test_cards_say_what_is_known_and_what_is_not(client, loaded):
    number = client.get("/map/found.json?q=zngq").get_json()["ids"][0]
    card = client.get(f"/map/card/gi/{number}").get_json()
    assert "宁安镇" in card["townships"]
    assert "实际范围更小" in card["precision"]
    assert client.get("/map/card/gi/99999").status_code == 404
    assert client.get("/map/card/nothing/1").status_code == 404


def test_brands_are_a_layer_of_their_own(client, loaded):
    columns = client.get("/map/layer/brand.json").get_json()
    assert "天赋河套" in columns["names"].split("\n")
    number = columns["ids"][0]
    card = client.get(f"/map/card/brand/{number}").get_json()
    assert card["url"].startswith("/brands/")
    assert "不划定产地" in card["precision"]
    picture = client.get(card["url"] + "/map.svg")
    assert picture.mimetype == "image/svg+xml"


def test_every_gi_has_a_small_map_that_is_well_formed(client, loaded):
    for item in client.get("/map/found.json").get_json()["items"]:
        drawing = client.get(f"/map/area/{item['slug']}.svg")
        assert drawing.status_code == 200
        assert ElementTree.fromstring(drawing.text).tag.endswith("svg")
        assert len(gzip.compress(drawing.data)) < 25_000
        assert "http" not in drawing.text.replace("http://www.w3.org/2000/svg", "")


def test_a_page_of_the_list_costs_the_same_for_forty_and_for_four_hundred(client, mapped, statements):
    add_many(40)
    client.get("/map")
    statements.clear()
    client.get("/map?sort=name")
    few = len(statements)
    add_many(400)
    client.get("/map")
    statements.clear()
    client.get("/map?sort=-name")
    assert len(statements) == few


def test_five_thousand_gis_fit_into_the_first_load(mapped):
    chance = random.Random(3)
    codes = [code for code in mapped.county_codes if code in mapped.places]
    of_city = {city: list(some) for city, some in groupby(sorted(codes), key=lambda code: code[:4])}
    signs = "桃梨枣杏茶米豆羊牛猪鱼蟹藕姜蒜椒葱瓜菇参酒醋蜜栗橙柚橘荔莲麦山河东西南北中大小红黄白"
    kinds = ("gi_product", "certification_mark", "collective_mark", "agri_gi")
    marks = []
    for number in range(5000):
        own = chance.choice(codes)
        near = of_city[own[:4]]
        units = tuple(sorted(chance.sample(near, min(len(near), chance.choice((1, 1, 2, 3, 5))))))
        name = "".join(chance.sample(signs, chance.choice((4, 5, 6))))
        some = tuple(chance.sample(kinds, chance.choice((1, 1, 2))))
        marks.append(Mark(number + 1, Text(name, name), some, "full", units, units))
    columns = json.dumps(as_columns(marks, mapped, "zh"), ensure_ascii=False, separators=(",", ":"))
    assert len(gzip.compress(columns.encode(), 6)) + ALL_BUT_MARKS < MOST_FOR_ALL


def test_what_lies_at_a_point_is_told_in_words(client, loaded):
    answer = client.get("/map/at.json?lon=105.68&lat=37.49").get_json()
    assert answer["place"] == "宁夏回族自治区中卫市中宁县"
    assert [line["name"] for line in answer["covering"]] == ["中宁枸杞", "宁夏枸杞"]
    assert client.get("/map/at.json?lon=x&lat=1", headers={"Accept": "application/json"}).status_code == 400


def test_the_page_where_am_i_understands_what_people_paste(client, loaded):
    page = client.get("/locate?lon=１０５．６８°E&lat=北纬37.49").text
    assert "中宁枸杞" in page
    assert "中宁县" in page
    wrong = client.get("/locate?lon=1056&lat=37.49").text
    assert "经度应为" in wrong
    assert 'value="1056"' in wrong


def test_the_page_of_a_gi_carries_its_small_map(client, loaded):
    page = client.get("/gi/zhongning-gouqi").text
    assert "/map/area/zhongning-gouqi.svg" in page
    assert "/map?gi=zhongning-gouqi" in page
    assert "/map/area/" not in client.get("/gi/zhongning-gouqi?on=2026-01-01").text


def test_a_style_sheet_travels_compressed(client):
    address = "/static/css/map.css"
    with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        content, tag = gzip.decompress(answer.data), answer.headers["ETag"]
    with client.get(address) as plain:
        assert plain.data == content
        assert "Content-Encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["Vary"]
    with client.get(address, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"}) as again:
        assert again.status_code == 304
