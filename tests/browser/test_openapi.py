"""A reader tries the API in the page, under the page's own Content-Security-Policy."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_an_address_is_tried_and_answers_under_its_form(open_page: Callable[..., Page]):
    page = open_page(lang="en")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/api/")
    operation = page.locator("#api_gis-gis")
    operation.get_by_text("Try it").click()
    operation.locator("[name=q]").fill("zngq")
    operation.get_by_role("button", name="Get").click()
    expect(operation.locator("[data-address]")).to_have_text("GET /api/v1/gis?q=zngq")
    expect(operation.locator("[data-status]")).to_contain_text("200")
    expect(operation.locator("[data-body]")).to_contain_text("zhongning-gouqi")
    assert complaints == []


def test_a_blank_in_the_address_is_filled_from_the_form(open_page: Callable[..., Page]):
    page = open_page(width=375)
    page.goto("/api/")
    operation = page.locator("#api_log-inclusion")
    operation.locator("summary").first.click()
    operation.locator("[name=size]").fill("1")
    operation.locator("button").click()
    expect(operation.locator("[data-address]")).to_have_text("GET /api/v1/log/1/proof?size=1")
    expect(operation.locator("[data-body]")).to_contain_text('"leaf_index": 0')


def test_without_a_script_the_form_leads_to_the_answer(open_page: Callable[..., Page]):
    page = open_page(java_script_enabled=False)
    page.goto("/api/")
    operation = page.locator("#api_regions-region")
    operation.locator("summary").first.click()
    operation.locator("button").click()
    page.wait_for_url("**/api/v1/regions/640521")
    assert "中宁县" in page.inner_text("body") or "\\u4e2d" in page.inner_text("body")
