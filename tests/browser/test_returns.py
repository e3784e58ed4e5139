"""From a producer's figures to a published share, in a real browser, by three people."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.services.browser import accessibility_problems

pytestmark = pytest.mark.xdist_group("every-page")


def test_a_return_is_filed_accepted_and_the_finished_year_published(open_page):
    producer: Page = open_page(account="producer@demo")
    producer.goto("/workbench/returns")
    producer.locator("form button.button-small").first.click()
    producer.wait_for_url(re.compile(r"/workbench/returns/\d+"))
    producer.fill("#value_fen", "5000")
    producer.fill("#mark_value_fen", "9000")
    expect(producer.locator("[data-findings]")).to_contain_text("使用标志销售额大于产值")
    producer.fill("#mark_value_fen", "4000")
    expect(producer.locator("[data-findings]")).not_to_contain_text("使用标志销售额大于产值")
    assert accessibility_problems(producer) == []
    producer.get_by_role("button", name="保存并提交").click()
    expect(producer.locator(".answer")).to_contain_text("待审核")
    number = producer.url.rpartition("/")[2].partition("?")[0]

    county: Page = open_page(account="county@demo")
    county.goto(f"/office/returns/{number}")
    county.get_by_role("button", name="接受", exact=True).click()
    expect(county.locator(".answer")).to_contain_text("已接受")

    city: Page = open_page(account="city@demo")
    city.goto("/office/ratios?year=2025")
    city.get_by_role("link", name="中宁枸杞").click()
    city.wait_for_load_state("networkidle")
    city.get_by_role("button", name="公布 2025 年").click()
    city.locator("dialog button[value=yes]").click()
    city.wait_for_url(re.compile(r"/ratios/zhongning-gouqi\?year=2025"))

    anyone: Page = open_page(width=375, lang="en")
    anyone.goto("/ratios/zhongning-gouqi?year=2025&lang=en")
    expect(anyone.locator(".answer").first).to_contain_text("60%")
    assert anyone.evaluate("document.documentElement.scrollWidth") <= 375
    assert accessibility_problems(anyone) == []
    the_chart_says_what_its_table_says(anyone)


def the_chart_says_what_its_table_says(page: Page) -> None:
    """Drawn by the library, read by keyboard, taken away as a picture and as data."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    chart = page.locator("[data-chart=lines]")
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-state", "drawn")
    last = chart.locator("tbody tr").last.locator("td").first.inner_text()
    chart.locator(".chart-picture").press("End")
    expect(chart.locator(".chart-said")).to_contain_text(last)
    kept = {}
    for form in ("svg", "png", "csv"):
        with page.expect_download() as waiting:
            chart.locator(f"[data-save={form}]").click()
        kept[form] = Path(waiting.value.path()).read_bytes()
    assert last in ElementTree.fromstring(kept["svg"]).itertext()
    assert kept["png"].startswith(b"\x89PNG")
    assert kept["csv"].decode("utf-8-sig").splitlines()[-1].startswith("2025,")
    assert not complaints


def test_a_return_is_filed_without_any_script(open_page):
    page: Page = open_page(account="producer2@demo", java_script_enabled=False)
    page.goto("/workbench/returns")
    page.locator("form button.button-small").first.click()
    page.fill("#value_fen", "700")
    page.fill("#mark_value_fen", "0")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator(".answer")).to_contain_text("待审核")
