"""What holds for every answer: headers, languages, freshness, refusals."""

import re

import pytest

from config import ROOT
from portal.db import transaction
from portal.pages import say_parted
from portal.register.actions import PORTAL, record

PAGES = ["/", "/log/", "/log/1", "/about/method", "/about/components", "/account/sign-in", "/nowhere"]


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_headers(client, address: str):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert len(headers["X-Request-Number"]) == 10


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_inline_script_style_or_another_host(client, address: str):
    page = client.get(address).text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", page)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)


@pytest.mark.parametrize("address", ["/", "/gi/", "/map", "/ratios/", "/about/components"])
def test_a_page_holds_the_patterns_it_draws_with_and_no_others(client, address: str):
    page = client.get(address).text
    held = re.findall(r'<pattern id="([^"]+)"', page)
    assert len(held) == len(set(held))
    assert set(held) == set(re.findall(r"url\(#([^)]+)\)", page))
    assert ("hatch-unknown" in held) == (address == "/about/components")


@pytest.mark.parametrize("address", PAGES[:-1])
def test_a_page_speaks_the_language_of_address_then_cookie_then_browser(client, address: str):
    assert 'lang="zh-Hans"' in client.get(address).text
    assert 'lang="en"' in client.get(address, headers={"Accept-Language": "en-GB"}).text
    english = client.get(f"{address}?lang=en", headers={"Accept-Language": "zh-CN"})
    assert 'lang="en"' in english.text
    assert 'lang="en"' in client.get(address, headers={"Accept-Language": "zh-CN"}).text


def test_a_repeat_visit_costs_a_304_until_the_register_moves(client, app):
    first = client.get("/log/")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/log/", headers=tag).status_code == 304
    assert client.get("/log/", headers=tag | {"Accept-Language": "en"}).status_code == 200
    with transaction():
        record(PORTAL, "amended", "gi:new", {"name": {"from": None, "to": "新"}})
    renewed = client.get("/log/", headers=tag)
    assert renewed.status_code == 200
    assert "gi new" in renewed.text or "gi:new" in renewed.text or "地理标志 new" in renewed.text


def test_a_private_entry_does_not_move_the_public_version(client, app):
    before = client.get("/").headers["ETag"]
    with transaction():
        record(PORTAL, "amended", "account:1", {}, public=False)
    assert client.get("/").headers["ETag"] == before


def test_kept_answers_are_the_same_bytes_and_are_sent_compressed(client):
    plain, again = client.get("/"), client.get("/")
    assert plain.data == again.data
    zipped = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.data) < len(plain.data) / 2


def test_a_page_with_a_form_is_never_kept(client, app):
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.get("/account/sign-in")
    assert "no-store" in page.headers["Cache-Control"]
    assert "ETag" not in page.headers


def test_every_cookie_is_out_of_reach_of_scripts(client):
    client.get("/account/sign-in?lang=en")
    for cookie in client._cookies.values():
        assert cookie.http_only
        assert cookie.same_site == "Lax"


def test_a_post_without_its_token_is_refused_and_says_what_to_do(client, app):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/account/sign-in", data={"email": "county@demo", "password": "x"})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_the_error_page_shows_the_number_that_the_log_has(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Number"] in answer.text


def test_an_api_refusal_has_the_one_shape(client):
    body = client.get("/api/v1/log/999999").json
    assert set(body) >= {"type", "title", "status", "detail", "request"}
    assert body["status"] == 404


@pytest.mark.filterwarnings("ignore")
def test_a_fault_is_a_500_that_tells_nothing_of_the_inside(client, app):
    @app.errorhandler(418)
    def teapot(_error):
        return "", 418

    def broken():
        raise ValueError("secret inside")

    app.view_functions["home.show"] = broken
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/?q=unkept")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert answer.headers["X-Request-Number"] in answer.text


def test_probes_answer(client):
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").status_code == 200
    assert b"portal_answers_total" in client.get("/metrics").data
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/log/?q=%00",
        "/log/?subject=gi:%00",
        "/gi/?q=%00",
        "/gi/%00",
        "/api/v1/gis?q=a%00b",
        "/api/v1/regions/%00",
    ],
)
def test_a_letter_no_database_can_hold_is_never_a_fault_of_ours(client, address: str):
    assert client.get(address).status_code in (200, 400, 404)


def test_an_icon_is_there_for_answers_that_cannot_name_one(client):
    answer = client.get("/favicon.ico", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_a_step_says_aloud_where_it_stands_except_in_a_guide_where_nobody_is_on_the_way(client):
    said = ("，已完成", "，正在办", "，未开始")
    drawn, guide = (client.get(f"/about/{page}?lang=zh").text for page in ("components", "apply"))
    assert all(word in drawn for word in said)
    assert "县级审查材料" in guide and not any(word in guide for word in said)


def test_what_is_not_for_paper_is_left_out_of_the_print_of_every_page():
    """Said once for all pages: those of tips and cases put the forms to be pressed on paper as well."""
    shared = (ROOT / "portal/static/css/print.css").read_text()
    assert ".no-print" in shared and 'form[role="search"]' in shared
    pages = ("cases/office_show.html", "tips/office_show.html", "transfers/show.html")
    assert [page for page in pages if "no-print" not in (ROOT / "templates" / page).read_text()] == []


@pytest.mark.parametrize(
    ("title", "parted"),
    [
        ("公布本省的信用评价标准表", "公布本省的<wbr>信用评价标准表"),
        ("异议：大柳树枸杞专业合作社", "异议：大柳树枸杞专业合作社"),
        (
            "沙坡头苹果专用标志使用情况报告<b>",
            '<span class="long-run">沙坡头苹果专用标志使用情况报告</span>&lt;b&gt;',
        ),
        ("Zhongning goji", "Zhongning goji"),
    ],
)
def test_a_title_longer_than_a_phone_parts_where_words_part(app, title: str, parted: str):
    with app.test_request_context("/"):
        assert say_parted(title) == parted
