"""Goods on a grower's phone: harvest, drying with a loss, split, hand over, received, the rest ended."""

import json
import re

from playwright.sync_api import Page, expect

from portal.producers.demo import ROSTERS, demo_code
from portal.producers.rules import ProducerKind
from tests.services.browser import accessibility_problems

BATCH = re.compile(r"/workbench/batches/[A-Z0-9-]+$")


def test_from_the_harvest_to_the_receiver_and_the_end_of_the_season(open_page):
    grower: Page = open_page(width=375, account="producer@demo")
    grower.goto("/workbench/batches/begin")
    grower.fill("#goods", "枸杞鲜果（浏览器）")
    grower.fill("#grams", "一百")
    grower.get_by_role("button", name="登记").click()
    expect(grower.locator(".error-summary")).to_be_visible()
    assert grower.input_value("#goods") == "枸杞鲜果（浏览器）"
    grower.fill("#grams", "100")
    # The second click breaks off the answer to the first, which waiting for the address would call a fault.
    grower.get_by_role("button", name="登记").dblclick()
    expect(grower).to_have_url(BATCH)
    fresh = grower.url

    event(grower, fresh, "dry", {"out-0": "18", "goods-0": "枸杞干果（浏览器）"})
    expect(grower.locator(".error-summary")).to_be_visible()
    assert grower.input_value("#out-0") == "18"
    assert accessibility_problems(grower) == []
    grower.fill("#loss", "82")
    grower.get_by_role("button", name="登记").click()
    grower.wait_for_url(BATCH)
    dried = grower.url
    assert dried != fresh

    event(grower, dried, "split", {"out-0": "10", "out-1": "8"})
    expect(grower.locator(".answer")).to_contain_text("已用完")
    grower.locator("#events tr", has_text="分批").get_by_role("link").first.click()
    expect(grower.locator(".answer")).to_contain_text("余 10 公斤")
    part = grower.url
    hand_over(grower)

    receiver: Page = open_page(width=375, account="coop@demo")
    receiver.goto("/workbench/")
    receiver.locator(".tray", has_text="等您确认的交接").get_by_text("枸杞干果（浏览器）").click()
    received_short_says_why(receiver)

    event(grower, part, "lose", {"loss": "6", "note": "受潮，季末清仓"})
    grower.goto(part)
    assert grower.evaluate("document.documentElement.scrollWidth") <= 375
    expect(grower.locator("#events")).to_contain_text("损耗")
    epcis_goes_out_and_comes_in_once(grower, part)


def event(page: Page, batch: str, kind: str, typed: dict[str, str]) -> None:
    page.goto(f"{batch}/event?kind={kind}")
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    page.get_by_role("button", name="登记").click()
    page.wait_for_load_state("load")


def hand_over(page: Page) -> None:
    page.locator("summary", has_text="交出一部分或全部").click()
    page.fill("#receiver", "没有这家")
    page.fill("#handover-grams", "4")
    page.get_by_role("button", name="交出", exact=True).click()
    expect(page.locator("#handover .error-summary")).to_be_visible()
    page.fill("#receiver", code_of_the_cooperative())
    page.get_by_role("button", name="交出", exact=True).dblclick()
    expect(page.locator("#handover .report-list li")).to_have_count(1)


def code_of_the_cooperative() -> str:
    first = ROSTERS[0]
    return demo_code(first.key, first.companies + 1, ProducerKind.COOPERATIVE, first.region)


def received_short_says_why(page: Page) -> None:
    page.fill("#grams", "3.5")
    page.get_by_role("button", name="确认收货").click()
    expect(page.locator(".field-error")).to_be_visible()
    page.fill("#note", "少了半公斤")
    page.get_by_role("button", name="确认收货").dblclick()
    expect(page).to_have_url(BATCH)
    expect(page.locator("main")).to_contain_text("3.5 公斤")


def epcis_goes_out_and_comes_in_once(page: Page, batch: str) -> None:
    answer = page.request.get(f"{batch}/epcis.json")
    assert json.loads(answer.text())["type"] == "EPCISDocument"
    page.goto("/workbench/batches/epcis")
    for content in (b"{}", answer.body()):
        file = {"name": "events.jsonld", "mimeType": "application/json", "buffer": content}
        page.set_input_files("#file", file)
        page.get_by_role("button", name="导入").click()
        page.wait_for_load_state("load")
        expect(page.locator(".answer")).to_contain_text("没有导入" if content == b"{}" else "导入 0 个事件")
