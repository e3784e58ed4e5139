"""The log as a stranger sees it: pages, feed and API say the same and nothing that is not public."""

import json
from xml.etree import ElementTree

import pytest

from portal.cases.models import Campaign
from portal.db import db, transaction
from portal.lib.clock import today
from portal.register.actions import Actor, record
from portal.register.merkle import consistency_holds, inclusion_holds, leaf_hash
from portal.register.rules import canonical
from portal.register.signing import signature_holds, unbase64url
from tests.catalogue_examples import add_gi

CLERK = Actor("中宁县（演示）", 7)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def three(app):
    """One public entry with something sealed, one that is not public, one public."""
    with transaction():
        record(
            CLERK, "amended", "gi:gouqi", {"status": {"from": None, "to": "in_force"}}, sealed={"who": "李四"}
        )
    with transaction():
        record(CLERK, "amended", "account:12", {"role": {"from": None, "to": "secret-role"}}, public=False)
    with transaction():
        record(CLERK, "amended", "gi:gouqi", {"status": {"from": "in_force", "to": "ended"}})


@pytest.mark.parametrize(
    "address", ["/log/", "/log.atom", "/api/v1/log", "/log/of/gi:gouqi", "/log/2?lang=en"]
)
def test_nothing_sealed_or_private_reaches_a_stranger(client, three, address: str):
    answer = client.get(address)
    assert answer.status_code == 200
    for secret in ("李四", "account:12", "secret-role"):
        assert secret not in answer.text


def test_the_log_shows_what_changed_in_words(client, three):
    page = client.get("/log/").text
    assert "有效" in page
    assert "已终止" in page
    assert "in force" in client.get("/log/?lang=en").text


def test_a_day_that_changed_is_said_as_people_write_it(client, app):
    with transaction():
        record(CLERK, "amended", "gi:gouqi", {"since": {"from": None, "to": "2026-10-09"}})
    assert "2026年10月9日" in client.get("/log/?lang=zh").text
    assert "9 Oct 2026" in client.get("/log/of/gi:gouqi?lang=en").text


def test_a_private_entry_has_no_page_and_no_proof(client, three):
    for address in ("/log/3", "/api/v1/log/3", "/api/v1/log/3/proof", "/log/of/account:12"):
        assert client.get(address).status_code == 404


def test_an_object_is_shown_as_it_stood_and_a_day_before_its_first_entry_says_so(client, three):
    assert "已终止" in client.get("/log/of/gi:gouqi").text
    assert "还没有它" in client.get("/log/of/gi:gouqi?on=2001-01-01").text
    assert client.get("/log/of/gi:gouqi?on=yesterday").status_code == 400


def test_filters_narrow_the_log_and_an_empty_answer_says_what_to_do(client, three):
    assert "gouqi" in client.get("/log/?subject=gi").text
    assert "gouqi" not in client.get("/log/?subject=brand").text
    assert "没有符合的条目" in client.get("/log/?q=nothing-like-this").text


def test_the_feed_is_atom_with_the_newest_first(client, three):
    feed = ElementTree.fromstring(client.get("/log.atom").data)
    numbers = [int(e.find(f"{ATOM}id").text.rsplit("/", 1)[1]) for e in feed.findall(f"{ATOM}entry")]
    assert numbers == [4, 2, 1]


def test_the_change_feed_replays_from_any_number(client, three):
    everything = client.get("/api/v1/log?limit=200").json
    assert [item["n"] for item in everything["items"]] == [1, 2, 4]
    assert everything["total"] == 3
    assert everything["version"] == 4
    step = client.get("/api/v1/log?after=0&limit=2").json
    rest = client.get(f"/api/v1/log?after={step['next_after']}").json
    assert [item["n"] for item in step["items"] + rest["items"]] == [1, 2, 4]


def test_a_reader_can_prove_an_entry_with_nothing_but_the_api(client, three):
    head = client.get("/api/v1/log/head").json
    keys = {
        key["kid"]: unbase64url(key["x"]).hex() for key in client.get("/.well-known/jwks.json").json["keys"]
    }
    signed = canonical({name: head[name] for name in ("root_hash", "size", "time")})
    assert signature_holds(keys[head["key_id"]], signed, head["signature"])
    entry = client.get("/api/v1/log/4").json
    proof = client.get("/api/v1/log/4/proof").json
    hashed = leaf_hash(canonical(entry["leaf"]))
    assert hashed.hex() == entry["leaf_hash"] == proof["leaf_hash"]
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = bytes.fromhex(head["root_hash"])
    assert inclusion_holds(proof["leaf_index"], proof["size"], hashed, path, root)
    altered = leaf_hash(canonical(entry["leaf"] | {"actor": "someone else"}))
    assert not inclusion_holds(proof["leaf_index"], proof["size"], altered, path, root)


def test_a_reader_can_prove_that_the_log_only_grew(client, three):
    old = client.get("/api/v1/log/head").json
    with transaction():
        record(CLERK, "amended", "gi:other", {})
    new = client.get("/api/v1/log/head").json
    proof = client.get(f"/api/v1/log/consistency?from={old['size']}&to={new['size']}").json
    roots = [bytes.fromhex(head["root_hash"]) for head in (old, new)]
    path = [bytes.fromhex(one) for one in proof["path"]]
    assert consistency_holds(old["size"], new["size"], *roots, path)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/log?after=x",
        "/api/v1/log?limit=0",
        "/api/v1/log?limit=201",
        "/api/v1/log?page=2",
        "/api/v1/log/consistency?from=2",
        "/api/v1/log?after=%D9%A1",
    ],
)
def test_a_wrong_parameter_is_refused_by_name(client, three, address: str):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.data)["errors"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/log/consistency?from=3&to=2",
        "/api/v1/log/consistency?from=1&to=99",
        "/api/v1/log/4/proof?size=1",
        "/api/v1/log/4/proof?size=99",
        "/api/v1/log/2147483647",
        "/api/v1/log/99999999999999999999",
    ],
)
def test_what_does_not_exist_is_not_found(client, three, address: str):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_an_empty_log_has_no_head_and_says_so(client, app):
    answer = client.get("/api/v1/log/99999")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_divisions_in_the_log_are_named_in_the_language_of_the_reader(client, app):
    facts = {"places": [{"code": "640521", "name": "中宁县"}]}
    changes = {"county": {"from": None, "to": "640521"}, "regions": {"from": None, "to": facts}}
    with transaction():
        record(CLERK, "enrolled", "roster:zhongning-gouqi/91", changes)
    for address in ("/log/2", "/log/of/roster:zhongning-gouqi/91"):
        page = client.get(f"{address}?lang=en").text.partition("<pre")[0]
        assert page.count("Zhongning County") >= 2
        assert "640521" not in page
        assert "中宁县" in client.get(f"{address}?lang=zh").text


@pytest.mark.parametrize(
    ("subject", "zh", "en"),
    [
        ("roster:ceshi-1@640521", "测试1号薯名录 · 中宁县", "Test potato 1 roster · Zhongning County"),
        (
            "ratio:ceshi-1/2025@640521",
            "测试1号薯（中宁县） 2025 年",
            "1 (Zhongning County), 60 % shares",
        ),
        (
            "yield:ceshi-1/2026/640521",
            "测试1号薯 2026 年单产（中宁县）",
            "potato 1, 2026 (Zhongning",
        ),
        (
            "yield:ceshi-1/2026/all",
            "测试1号薯 2026 年单产（整个产地）",
            "potato 1, 2026 (the whole area)",
        ),
        ("labels:ceshi-1/2026", "测试1号薯 2026 年标签合计", "Sums of labels of Test potato 1, 2026"),
        ("criteria:640000/2", "信用评价标准表（宁夏回族自治区）", "credit criteria (Ningxia Hui Autonomous"),
        ("criteria:000000/1", "信用评价标准表（未公布自己标准的地区）", "(regions without a table"),
        ("campaign:ceshi", "测试行动", "Test campaign"),
        ("plan:test-page", "测试页面", "Test page"),
        ("land:ceshi-1", "测试1号薯的已核实土地合计", "Sums of verified land of Test potato 1"),
    ],
)
def test_what_the_log_speaks_of_has_a_name_and_no_code(client, app, subject: str, zh: str, en: str):
    add_gi(1)
    with transaction():
        db.session.add(
            Campaign(
                slug="ceshi", name_zh="测试行动", name_en="Test campaign", adcode="640000", from_on=today()
            )
        )
        record(CLERK, "counted", subject, {"producers": {"from": None, "to": 3}})
    assert zh in client.get("/log/?lang=zh").text
    assert en in client.get("/log/?lang=en").text
