"""An officer with a phone and no network: the sheet opens, is filled in, waits, and is sent afterwards."""

import re

from playwright.sync_api import expect

from tests.setting_authorisation import picture


def test_a_sheet_filled_in_without_a_network_is_sent_when_there_is_one(open_page):
    page = open_page(width=375, account="inspector@demo")
    page.goto("/office/checks/mine")
    page.wait_for_selector("[data-mine][data-ready=yes]")
    sheet = page.locator("a.check-link").last.get_attribute("href")

    page.goto(sheet)
    page.locator("form[data-sheet] button[type=submit]").click()
    for name in ("result", "words"):
        expect(page.locator(f".field-wrong:has([name={name}]) .field-error")).to_be_visible()

    page.context.set_offline(True)
    page.goto(sheet)
    form = page.locator("form[data-sheet]")
    for ok in form.locator("input[type=radio][value=ok]").all():
        ok.check()
    form.locator("input[value=passed]").check()
    form.locator("input[type=file]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.wait_for_selector("[data-part=pictures] img")
    form.locator("button[type=submit]").click()
    expect(page.locator("[data-part=said]")).to_contain_text("没有网络")
    page.goto("/office/checks/mine")
    expect(page.locator("[data-part=state]")).to_contain_text("1 份检查记录在这台设备上等待")

    page.context.set_offline(False)
    expect(page.locator("[data-part=state]")).to_contain_text("已发送 1 份")
    page.goto(sheet)
    assert page.locator("form[data-sheet]").count() == 0
    assert page.locator(".photographs img").count() == 1
    assert "未发现问题" in page.locator(".visit").first.inner_text()


def test_a_commitment_is_made_in_the_browser(open_page):
    page = open_page(account="county@demo")
    page.goto("/office/checks/new")
    page.click("form.apply-form button[type=submit]")
    said = page.locator(".field-error").first.evaluate("one => getComputedStyle(one).color")
    expect(page.locator("input[aria-invalid=true]").first).to_have_css("border-top-color", said)
    page.fill("input[name=title]", "浏览器抽查（演示）")
    page.fill("input[name=basis]", "演示计划（DEMO）")
    page.select_option("select[name=gi]", "zhongning-gouqi")
    page.fill("input[name=wanted-authorised]", "2")
    page.click("form.apply-form button[type=submit]")
    page.wait_for_url(re.compile(r"/office/checks/SJ"))
    page.click("button:has-text('冻结并公布摘要')")
    page.click("dialog button:has-text('冻结并公布摘要')")
    page.click("button:has-text('在本机生成')")
    secret = page.locator("output").inner_text()
    assert re.fullmatch("[0-9a-f]{48}", secret)
    expect(page.locator("[data-part=secret] [data-copy]")).to_have_attribute("data-copy", secret)
    expect(page.locator("input[name=digest]")).to_have_value(re.compile("^[0-9a-f]{64}$"))
    page.click("button:has-text('交承诺')")
    page.wait_for_selector("text=第 1 人已承诺")
    assert secret not in page.content()
