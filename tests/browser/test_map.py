"""The map as a person uses it: desk and phone, both languages, with keys alone, without scripts."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.services.browser import accessibility_problems

READY = ".map-stage[data-ready]"
FIRST_LOAD_BYTES = 180_000
MARKS = ".leaflet-marker-pane .map-mark"

OpenPage = Callable[..., Page]


def open_map(open_page: OpenPage, address: str = "/map", **how: object) -> Page:
    page = open_page(**how)
    page.goto(address)
    page.wait_for_selector(READY)
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_map_asks_nobody_else_and_says_nothing_in_the_console(
    open_page: OpenPage, portal_address: str, width: int, lang: str
):
    page = open_page(width=width, lang=lang)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/map")
    page.wait_for_selector(READY)
    page.locator(".map-line-show").nth(4).click()
    expect(page.locator(".map-card .map-card-title")).to_be_visible()
    own = urlsplit(portal_address).netloc
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {own}
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert accessibility_problems(page) == []


def test_the_first_load_stays_small(open_page: OpenPage):
    page = open_map(open_page)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map((one) => [one.name, one.transferSize])"
    )
    assert sum(size for _, size in sizes) <= FIRST_LOAD_BYTES, sizes


def test_a_name_of_the_list_opens_its_card_and_the_card_leads_to_the_record(open_page: OpenPage):
    page = open_map(open_page)
    page.get_by_role("link", name="在图上看中宁枸杞").or_(
        page.get_by_role("button", name="在图上看中宁枸杞")
    ).click()
    card = page.locator(".map-card")
    expect(card.locator(".map-card-title")).to_have_text("中宁枸杞")
    expect(card).to_contain_text("只知道乡镇")
    expect(page).to_have_url(re.compile(r"gi=zhongning-gouqi"))
    card.get_by_role("link", name="打开档案").click()
    expect(page).to_have_url(re.compile(r"/gi/zhongning-gouqi$"))


def test_an_address_opens_the_map_where_it_was_left(open_page: OpenPage):
    page = open_map(open_page, "/map?gi=hetao-fanqie#8/40.900/107.500")
    expect(page.locator(".map-card .map-card-title")).to_have_text("河套番茄")
    assert page.evaluate("window.producingAreas.map.getZoom()") == 8
    assert page.evaluate("window.producingAreas.map.getCenter().lng.toFixed(1)") == "107.5"


def test_a_place_tells_every_area_that_covers_it(open_page: OpenPage):
    page = open_map(open_page, "/map#10/40.920/108.050")
    page.locator(".leaflet-container").click()
    card = page.locator(".map-card")
    expect(card.locator(".map-card-title")).to_contain_text("五原县")
    expect(card.locator(".map-card-choice").filter(has_text="河套番茄")).to_be_visible()
    card.locator(".map-card-choice").filter(has_text="河套番茄").click()
    expect(card.locator(".map-card-title")).to_have_text("河套番茄")


def test_what_is_typed_finds_in_the_list_and_on_the_map_alike(open_page: OpenPage):
    page = open_map(open_page)
    before = page.locator(".map-line").count()
    page.fill("#map-q", "zngq")
    expect(page.locator(".map-line")).to_have_count(1)
    assert before > 30
    expect(page.locator(".map-line-name")).to_have_text("中宁枸杞")
    expect(page.locator(MARKS)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=zngq"))
    page.fill("#map-q", "")
    expect(page.locator(".map-line")).to_have_count(before)


def test_a_kind_can_be_hidden_and_shown_in_the_legend(open_page: OpenPage):
    page = open_map(open_page, "/map?q=沙坡头苹果")
    expect(page.locator(MARKS)).to_have_count(1)
    page.get_by_label("地理标志产品").uncheck()
    expect(page.locator(MARKS)).to_have_count(0)
    page.get_by_label("地理标志产品").check()
    expect(page.locator(MARKS)).to_have_count(1)


def test_marks_can_be_reached_and_opened_with_keys_alone(open_page: OpenPage):
    page = open_map(open_page, "/map?q=zngq")
    mark = page.locator(MARKS)
    expect(mark).to_have_count(1)
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-card .map-card-title")).to_have_text("中宁枸杞")
    page.locator(".map-card-close").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".map-card")).to_be_hidden()


def test_a_ring_opens_the_list_of_names_that_stand_at_one_place(open_page: OpenPage):
    page = open_map(open_page, "/map?region=150222")
    page.evaluate("window.producingAreas.map.setZoom(5, {animate: false})")
    page.locator(".leaflet-marker-pane .map-ring:visible").first.click()
    expect(page.locator(".map-card .map-card-choice")).to_have_count(4)


def test_english_and_chinese_pages_write_names_in_their_own_letters(open_page: OpenPage):
    page = open_map(open_page, "/map?q=zngq", lang="en")
    expect(page.locator(".map-word").first).to_have_text("Zhongning Gouqi")
    page = open_map(open_page, "/map?q=zngq", lang="zh")
    expect(page.locator(".map-word").first).to_have_text("中宁枸杞")


def test_without_scripts_the_page_shows_a_picture_and_the_same_list(open_page: OpenPage):
    page = open_page(java_script_enabled=False)
    page.goto("/map?gi=hetao-fanqie")
    expect(page.locator(".map-still")).to_be_visible()
    assert page.locator(".map-line").count() > 30
    expect(page.locator(".map-card-still .map-card-title")).to_have_text("河套番茄")
    page.fill("#map-q", "枸杞")
    page.click(".map-ask button")
    names = page.locator(".map-line-name").all_text_contents()
    assert "中宁枸杞" in names
    assert len(names) < 10


def test_the_whole_country_is_one_press_away_with_its_southern_islands(open_page: OpenPage):
    page = open_map(open_page)
    page.get_by_role("button", name="看全国").click()
    expect(page).to_have_url(re.compile(r"#3(\.5)?/"))
    seen = page.evaluate("window.producingAreas.map.getBounds().contains([[3.9, 112.3], [53.5, 123.3]])")
    assert seen


def test_a_position_that_is_given_is_answered(open_page: OpenPage):
    page = open_page(geolocation={"longitude": 105.68, "latitude": 37.49}, permissions=["geolocation"])
    page.goto("/locate")
    page.get_by_role("button", name="用我的位置").click()
    expect(page.locator(".map-line-name").first).to_have_text("中宁枸杞")
    expect(page.locator(".answer")).to_contain_text("中宁县")


def test_the_small_map_of_a_gi_is_a_picture_that_needs_no_script(open_page: OpenPage):
    page = open_page(java_script_enabled=False)
    page.goto("/gi/zhongning-gouqi")
    picture = page.locator(".area-map img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("(one) => one.complete && one.naturalWidth > 0")
