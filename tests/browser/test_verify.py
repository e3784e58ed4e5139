"""An inspector verifies certificates with the network gone, and a phone shows where a code leads."""

import csv
import io
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, expect

from portal.accounts.demo import DEMO_PASSWORD
from portal.verification.rules import code_of
from tests.setting_authorisation import picture


def fetched(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode("utf-8-sig")


def a_licence(portal: str, status: str) -> str:
    """Some demonstration licence in this state."""
    table = fetched(f"{portal}/gi/zhongning-gouqi/users.csv?status={status}&lang=en")
    return next(csv.DictReader(io.StringIO(table)))["licence_no"]


def credential(portal: str, number: str) -> str:
    return fetched(f"{portal}/api/v1/credentials/{number}")


def opened_once(page: Page) -> None:
    page.goto("/inspector")
    expect(page.locator("[data-inspector][data-ready=yes]")).to_be_attached(timeout=20_000)
    expect(page.locator("[data-part=age]")).to_contain_text("登记至第")


def answer_to(page: Page, text: str) -> str:
    page.fill("[data-part=text]", text)
    page.click("[data-part=form] button")
    return page.locator("[data-part=answer] .verdict-text").inner_text()


def test_certificates_are_verified_with_the_network_gone(open_page: Callable[..., Page], portal_address: str):
    good, revoked = a_licence(portal_address, "in_force"), a_licence(portal_address, "revoked")
    texts = {number: credential(portal_address, number) for number in (good, revoked)}
    page = open_page(width=375)
    opened_once(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-part=age]")).to_contain_text("登记至第")
    assert answer_to(page, texts[good]) == "授权有效"
    assert answer_to(page, f"{portal_address}/v/x#{texts[revoked]}") == "授权已撤销或注销"
    head, body, signature = texts[good].split(".")
    other = "A" if body[50] != "A" else "B"
    assert answer_to(page, f"{head}.{body[:50]}{other}{body[51:]}.{signature}") == "签名不符：伪造或被改动"
    assert answer_to(page, code_of(good)) == "现在没有网络"


def test_the_number_of_a_label_opens_its_page(open_page: Callable[..., Page]):
    page = open_page(width=375)
    opened_once(page)
    page.fill("[data-part=text]", "0000-0000-000")
    page.click("[data-part=form] button")
    page.wait_for_url("**/v/0000-0000-000")
    opened_once(page)
    page.context.set_offline(True)
    assert answer_to(page, "0000-0000-000") == "现在没有网络"


def test_a_picture_of_a_code_is_read_on_the_device(
    open_page: Callable[..., Page], portal_address: str, tmp_path: Path
):
    text = credential(portal_address, a_licence(portal_address, "in_force"))
    segno.make(text, error="l").save(str(tmp_path / "code.png"), scale=6, border=4)
    page = open_page(width=375)
    opened_once(page)
    page.context.set_offline(True)
    page.set_input_files("[data-part=picture]", tmp_path / "code.png")
    expect(page.locator("[data-part=answer] .verdict-text")).to_have_text("授权有效", timeout=15_000)


def content_of_a_label(page: Page) -> str:
    table = page.request.get("/workbench/labels/parts/1/labels.csv?last=1").text()
    return next(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))["二维码内容 QR content"]


def test_one_code_is_read_from_a_picture_of_a_whole_sheet(open_page: Callable[..., Page], tmp_path: Path):
    page = open_page(width=375, account="producer@demo")
    segno.make(content_of_a_label(page), error="m").save(str(tmp_path / "one.png"), scale=4, border=8)
    with Image.open(tmp_path / "one.png") as one:
        sheet = Image.new("L", (one.width * 4, one.height * 3), 255)
        for place in range(12):
            sheet.paste(one.convert("L"), (place % 4 * one.width, place // 4 * one.height))
    sheet.rotate(3, Image.Resampling.BICUBIC, fillcolor=255).save(tmp_path / "sheet.png")
    opened_once(page)
    page.context.set_offline(True)
    page.set_input_files("[data-part=picture]", tmp_path / "sheet.png")
    expect(page.locator("[data-part=answer] .verdict-text")).to_have_text(
        "标签编号由登记簿签发", timeout=15_000
    )


SHOWN_AT_ONCE = (".verdict-text", ".verdict-number", ".scan-count a", ".strip", ".strip-map", ".strip-tests")


def test_the_page_of_a_label_tells_all_on_one_screen_of_a_phone(open_page: Callable[..., Page]):
    page = open_page(width=375, account="producer@demo")
    address = content_of_a_label(page)
    for lang in ("zh", "en"):
        page.goto(address.replace("#", f"?lang={lang}#"))
        for part in SHOWN_AT_ONCE:
            box = page.locator(part).first.bounding_box()
            assert box["y"] + box["height"] <= 700, (lang, part)


def test_a_label_is_told_from_a_forged_one_with_the_network_gone(open_page: Callable[..., Page]):
    page = open_page(width=375, account="producer@demo")
    text = content_of_a_label(page)
    opened_once(page)
    page.fill("[data-part=text]", text)
    page.click("[data-part=form] button")
    expect(page.locator("[data-part=answer] .verdict-text")).to_have_text("真标签")
    page.context.set_offline(True)
    page.reload()
    assert answer_to(page, text) == "标签编号由登记簿签发"
    year = text.rsplit(".", 2)[1]
    assert answer_to(page, text.replace(f".{year}.", ".2031.")) == "签名不符：伪造或被改动"
    other = "A" if text[-1] != "A" else "Q"
    assert answer_to(page, text[:-1] + other) == "签名不符：伪造或被改动"


def test_a_tip_written_without_a_network_waits_and_is_sent_once_when_there_is_one(
    open_page: Callable[..., Page],
):
    page = open_page(width=375, account="county@demo")
    opened_once(page)
    page.context.set_offline(True)
    page.reload()
    page.fill("#tip-facts", "摊位上的标签扫不出来，已经拍照留存（演示）")
    page.fill("#tip-place", "中宁县")
    photograph = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.set_input_files("#tip-photographs", photograph)
    page.click("[data-part=tip-form] button[type=submit]")
    expect(page.locator("[data-part=tip-list]")).to_contain_text("等待网络")
    page.reload()
    expect(page.locator("[data-part=tip-list]")).to_contain_text("等待网络")
    page.context.set_offline(False)
    sent = page.locator("[data-part=tip-sent] li span")
    expect(sent).to_contain_text("已发出：T", timeout=15_000)
    expect(page.locator("[data-part=tip-list] li")).to_have_count(0)
    number = sent.inner_text().removeprefix("已发出：").split(" ")[0]
    page.reload()
    expect(sent).to_contain_text(number)
    page.get_by_role("button", name="记下了").click()
    expect(sent).to_have_count(0)
    page.goto(f"/office/tips/{number}")
    assert "扫不出来" in page.locator(".written").first.inner_text()
    assert page.locator(".photographs img").count() == 1


def write_a_tip(page: Page, facts: str) -> None:
    page.fill("#tip-facts", facts)
    for name in ("a.jpg", "b.jpg"):
        photograph = {"name": name, "mimeType": "image/jpeg", "buffer": picture()}
        page.set_input_files("#tip-photographs", photograph)


def test_what_is_being_written_and_each_photograph_are_kept_before_anything_is_pressed(
    open_page: Callable[..., Page],
):
    page = open_page(width=375)
    opened_once(page)
    page.context.set_offline(True)
    write_a_tip(page, "写到一半")
    expect(page.locator("[data-part=tip-pictures] img")).to_have_count(2)
    page.reload()
    expect(page.locator("#tip-facts")).to_have_value("写到一半")
    expect(page.locator("[data-part=tip-pictures] img")).to_have_count(2)
    page.locator("[data-part=tip-pictures] button").first.click()
    expect(page.locator("[data-part=tip-pictures] img")).to_have_count(1)
    page.click("[data-part=tip-form] button[type=submit]")
    expect(page.locator("[data-part=tip-state]")).to_have_text("请至少写 10 个字")
    page.fill("#tip-facts", "写到一半，后来写完了（演示）")
    page.click("[data-part=tip-form] button[type=submit]")
    expect(page.locator("[data-part=tip-state]")).to_have_text("请写发生在哪个县、区、旗")


def test_an_inspector_who_was_signed_out_meanwhile_signs_in_before_a_tip_is_sent(
    open_page: Callable[..., Page],
):
    page = open_page(width=375, account="inspector@demo")
    opened_once(page)
    page.context.set_offline(True)
    write_a_tip(page, "摊位上的标签扫不出来，地点就在本县（演示）")
    page.click("[data-part=tip-form] button[type=submit]")
    expect(page.locator("[data-part=tip-list]")).to_contain_text("等待网络")
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.locator("[data-part=tip-list]")).to_contain_text("等您登录", timeout=15_000)
    page.locator("[data-part=tip-signin] a").click()
    page.fill("input[name=email]", "inspector@demo")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/inspector")
    expect(page.locator("[data-part=tip-sent]")).to_contain_text("已发出：T", timeout=15_000)


OLD_SCRIPT = """async () => {
  const cache = await caches.open((await caches.keys()).find((name) => name.startsWith('inspector-')));
  for (const request of await cache.keys()) {
    if (!request.url.includes('/js/verify/')) continue;
    await cache.delete(request);
    const headers = {'Content-Type': 'text/javascript'};
    const old = new Response('document.documentElement.dataset.old = "yes"', {headers});
    await cache.put(request.url.replace(/v=.*/, 'v=of-another-release'), old);
  }
}"""


def test_a_page_runs_the_scripts_of_its_own_version_and_says_when_it_is_not_the_newest(
    open_page: Callable[..., Page],
):
    page = open_page(width=375)
    opened_once(page)
    page.evaluate(OLD_SCRIPT)
    page.reload()
    expect(page.locator("[data-inspector][data-ready=yes]")).to_be_attached(timeout=20_000)
    assert page.evaluate("document.documentElement.dataset.old") is None
    renewed = page.locator("[data-part=renewed]")
    expect(renewed).to_be_hidden()
    say = "(release) => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', {data: {release}}))"
    page.evaluate(say, page.get_attribute("[data-inspector]", "data-release"))
    expect(renewed).to_be_hidden()
    page.evaluate(say, "of-another-release")
    expect(renewed).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_a_code_leads_fits_on_one_screen_of_a_phone(
    open_page: Callable[..., Page], portal_address: str, lang: str
):
    page = open_page(width=375, lang=lang)
    page.goto(f"/v/{code_of(a_licence(portal_address, 'in_force'))}")
    for part in (".verdict-text", ".verdict-subject", ".verdict-number", ".code-actions .button"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 812, part
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
