"""From a producer's figures to a published share, in a real browser, by three people."""

import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from portal.lib.clock import today
from tests.services.browser import accessibility_problems


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
    city.wait_for_url(re.compile(r"(?<!/office)/ratios/zhongning-gouqi\?year=2025"))

    anyone: Page = open_page(width=375, lang="en")
    anyone.goto("/ratios/zhongning-gouqi?year=2025&lang=en")
    expect(anyone.locator(".answer").first).to_contain_text("60%")
    assert anyone.evaluate("document.documentElement.scrollWidth") <= 375
    assert accessibility_problems(anyone) == []
    the_chart_says_what_its_table_says(anyone)


def test_what_was_typed_into_a_return_is_there_again_after_the_browser_was_closed(open_page):
    page: Page = open_page(width=375, account="coop@demo")
    page.goto("/workbench/returns")
    page.locator("form button.button-small").nth(2).click()
    page.wait_for_url(re.compile(r"/workbench/returns/\d+"))
    address, context = page.url, page.context
    page.wait_for_load_state("networkidle")
    page.fill("#value_fen", "12 千")
    page.get_by_text("分月产值（选填）").click()
    page.fill("#month_9", "800")
    page.close()
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#value_fen")).to_have_value("12 千")
    expect(page.locator("#month_9")).to_be_visible()
    expect(page.locator("[data-draft-notice]")).to_be_visible()
    page.fill("#value_fen", "12000")
    page.get_by_role("button", name="只保存草稿").last.click()
    expect(page.locator(".notice-success")).to_be_visible()
    page.goto(address)
    expect(page.locator("#value_fen")).to_have_value("12000")
    expect(page.locator("[data-draft-notice]")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    page.fill("#value_fen", "7")
    page.close()
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="不要了，回到已保存的").click()
    expect(page.locator("#value_fen")).to_have_value("12000")
    page.fill("#mark_value_fen", "0")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator(".answer")).to_contain_text("待审核")
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('draft:'))")


def test_the_head_of_a_printed_list_can_be_repeated_on_every_sheet(open_page):
    """Chromium leaves boxes of their own out of a repeated head: it was empty from the second sheet on."""
    page: Page = open_page(account="province@demo")
    page.goto("/office/mark-use?gi=zhongning-gouqi&year=2025")
    expect(page.locator("thead button").first).to_be_visible()
    page.emulate_media(media="print")
    boxes = page.eval_on_selector_all(
        "thead button", "all => all.map((one) => getComputedStyle(one).display)"
    )
    assert set(boxes) == {"contents"}


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


def test_a_return_sent_back_is_mended_and_corrects_what_was_published(open_page):
    """The figures of 2025 stand published; a producer corrects its return, and a second edition follows."""
    producer: Page = open_page(width=375, account="producer2@demo")
    correct(producer, value="9000000", month="9000000x")
    # Enter in a field keeps the draft; what is not understood stays where it was typed.
    producer.press("#month_9", "Enter")
    expect(producer.locator(".error-summary")).to_contain_text("分月产值")
    expect(producer.locator("#month_9")).to_have_value("9000000x")
    producer.fill("#month_9", "4000000")
    producer.get_by_role("button", name="保存并提交").dblclick()
    expect(producer.locator(".answer")).to_contain_text("待审核")
    number = re.search(r"/returns/(\d+)", producer.url).group(1)

    county: Page = open_page(account="county2@demo")
    county.goto(f"/office/returns/{number}")
    expect(county.locator(".finding-list")).to_contain_text("各月之和不等于全年产值")
    county.locator("summary", has_text="退回补正").click()
    county.press("#reason", "Enter")
    expect(county.locator(".error-summary")).to_contain_text("请说明要补正什么")
    county.fill("#reason", "各月之和与全年对不上")
    county.press("#reason", "Enter")
    expect(county.locator(".answer")).to_contain_text("已退回补正")

    producer.goto("/workbench/")
    producer.locator(".tray", has_text="年度产值申报").get_by_text("2025 年申报").click()
    expect(producer.locator(".notice-warning").first).to_contain_text("各月之和与全年对不上")
    assert accessibility_problems(producer) == []
    producer.fill("#month_9", "9000000")
    producer.get_by_role("button", name="保存并提交").click()
    expect(producer.locator(".answer")).to_contain_text("待审核")

    county.goto(f"/office/returns/{number}")
    expect(county.locator("main")).to_contain_text("曾经退回")
    county.get_by_role("button", name="接受", exact=True).click()
    expect(county.locator(".answer")).to_contain_text("已接受")

    city: Page = open_page(account="city2@demo")
    city.goto("/office/ratios/wuyuan-xiangrikui?year=2025")
    city.fill("#remark", "更正：一家补报")
    city.get_by_role("button", name="公布更正版").click()
    city.locator("dialog button[value=yes]").click()
    city.wait_for_url(re.compile(r"(?<!/office)/ratios/wuyuan-xiangrikui\?year=2025"))
    both_editions_stand(open_page(width=375))


def correct(page: Page, value: str, month: str) -> None:
    page.goto("/workbench/returns")
    page.locator("tr", has_text="2025").get_by_role("link").click()
    page.get_by_role("button", name="更正").click()
    page.wait_for_selector("#value_fen")
    page.fill("#value_fen", value)
    page.locator("summary", has_text="分月产值").click()
    page.fill("#month_9", month)


def both_editions_stand(anyone: Page) -> None:
    """The newest by itself, the first by its link and by the day before the second."""
    anyone.goto("/ratios/wuyuan-xiangrikui?year=2025")
    expect(anyone.locator("main")).to_contain_text("更正：一家补报")
    anyone.get_by_role("link", name="第 1 版").click()
    expect(anyone.locator(".notice-warning").first).to_contain_text("现在以第 2 版为准")
    assert accessibility_problems(anyone) == []
    assert anyone.evaluate("document.documentElement.scrollWidth") <= 375
    anyone.get_by_role("link", name="看现在的数字").click()
    anyone.fill("#on", (today() - timedelta(days=1)).isoformat())
    anyone.press("#on", "Enter")
    expect(anyone.locator("main")).to_contain_text("那时还没有公布")
    anyone.get_by_role("link", name="看现在的数字").click()
    expect(anyone.locator("main")).to_contain_text("更正：一家补报")
