"""An official uploads an outline and sees it before anything is stored; a colleague confirms it."""

import json
import re

import pytest

from tests.services.browser import accessibility_problems

BOW = {
    "type": "Polygon",
    "coordinates": [[[108.1, 40.9], [108.3, 41.1], [108.3, 40.9], [108.1, 41.1], [108.1, 40.9]]],
}
# A GI that no other test looks at: what is confirmed here stays in the portal that a worker serves.
RECORD = "/office/catalogue/wuyuan-xiangrikui"


@pytest.fixture
def official(open_page):
    return open_page(account="county2@demo")


def cite_the_first_document(page):
    """A short list of documents stands open, a long one is folded."""
    if not page.locator("input[name=sources]").first.is_visible():
        page.locator("#sources summary").first.click()
    page.locator("input[name=sources]").first.check()


def choose(page, name, content, sources=True):
    page.goto(f"{RECORD}/outline")
    page.set_input_files(
        "input[name=file]", {"name": name, "mimeType": "application/json", "buffer": content}
    )
    if sources:
        cite_the_first_document(page)
    page.get_by_role("button", name="读取并预览").click()


def test_a_file_that_cannot_be_read_says_why_and_keeps_the_rest(official):
    official.goto(f"{RECORD}/outline")
    official.fill("input[name=since]", "2025-12-31")
    cite_the_first_document(official)
    file = {"name": "a.geojson", "mimeType": "application/json", "buffer": b"{"}
    official.set_input_files("input[name=file]", file)
    official.get_by_role("button", name="读取并预览").click()
    assert "JSON" in official.locator(".notice-error").inner_text()
    assert official.input_value("input[name=since]") == "2025-12-31"
    assert official.locator("input[name=sources]").first.is_checked()
    assert accessibility_problems(official) == []


def test_from_file_to_confirmed_outline(official, open_page):
    choose(official, "outline.geojson", json.dumps(BOW).encode())
    picture = official.locator("svg.outline-picture")
    assert picture.is_visible() and picture.locator("path.outline-area").count() == 1
    assert official.get_by_text("已修复").first.is_visible()
    assert accessibility_problems(official) == []
    official.get_by_role("link", name="看草稿并提出").click()
    official.fill("textarea[name=reason]", "据实测成果")
    official.get_by_role("button", name="提出复核").click()
    address = re.sub(r"^https?://[^/]+", "", official.url)
    # The county's colleague or the city decides; the proposer has no such button.
    assert official.get_by_role("button", name="确认", exact=True).count() == 0
    city = open_page(account="city2@demo")
    city.goto(address)
    assert city.locator("svg.outline-picture").is_visible()
    assert accessibility_problems(city) == []
    city.get_by_role("button", name="确认", exact=True).click()
    assert "已确认" in city.locator(".answer").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_desk_and_the_forms_fit_the_screen_and_have_no_findings(open_page, width, lang):
    page = open_page(width=width, lang=lang, account="county2@demo")
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for address in ("/office/", "/office/catalogue", RECORD, f"{RECORD}/area", f"{RECORD}/edit/figures/0"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert accessibility_problems(page) == [], address
    assert said == []
