"""From a producer's first visit to the public list of users, in a real browser, in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.lib.clock import today
from tests.services.browser import accessibility_problems
from tests.setting_authorisation import PDF, picture

# Two GIs of the county of the demonstration, so that each language has a way of its own to go.
WAYS = {"zh": "ningxia-gouqi", "en": "zhongwei-xishagua"}


def upload(page: Page, kind: str) -> None:
    page.select_option("select[name=kind]", kind)
    file = {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("input[name=file]", file)
    page.locator("button[formaction$='/files']").click()


def decide(page: Page, number: str, step: str, **typed: str) -> None:
    """Open the application, unfold the decision and send it."""
    page.goto(f"/office/applications/{number}")
    fold = page.locator("details.decision", has=page.locator(f"input[name=step][value={step}]"))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    for name, value in typed.items():
        fold.locator(f"[name={name}]").fill(value)
    fold.locator("button[type=submit]").click()
    expect(page.locator(".notice-success").first).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_first_visit_to_the_public_list(open_page, lang: str):
    slug = WAYS[lang]
    producer = open_page(lang=lang, account="producer@demo")
    producer.goto(f"/precheck?gi={slug}")
    places = producer.locator("select[name=place] option[value^='640521']")
    producer.select_option("select[name=place]", places.first.get_attribute("value"))
    producer.locator(".precheck-form button[type=submit]").click()
    expect(producer.locator(".precheck .answer").first).to_be_visible()
    assert accessibility_problems(producer) == []
    producer.locator(f"a[href*='/workbench/apply?gi={slug}']").click()
    form = producer.locator("form", has=producer.locator(f"input[name=gi][value={slug}]")).first
    form.locator("button[type=submit]").click()
    producer.wait_for_url(re.compile(r"/workbench/applications/\d{4}-\d{6}"))
    number = re.search(r"\d{4}-\d{6}", producer.url).group(0)
    fill_in(producer)
    assert accessibility_problems(producer) == []
    producer.locator("button[value=submit]").click()
    expect(producer.locator(".error-summary")).to_have_count(0)
    expect(producer.locator("button[value=submit]")).to_have_count(0)
    expect(producer.locator(".step-current")).to_have_count(1)

    check_on_site(open_page(lang=lang, account="county@demo"), number)
    decide(open_page(lang=lang, account="city@demo"), number, "agree")
    province = open_page(lang=lang, account="province@demo")
    decide(province, number, "forward")
    decide(province, number, "approve", decision_number="演示核准〔2026〕1号")
    decide(province, number, "announce", announcement=f"演示公告〔2026〕{number}")

    producer.goto(f"/workbench/applications/{number}")
    licence = re.search(r"L\d{4}-\d{6}", producer.content()).group(0)
    stranger = open_page(lang=lang, width=375)
    stranger.goto(f"/gi/{slug}/users")
    expect(stranger.locator(f"a[href='/licences/{licence}']").first).to_be_visible()
    stranger.goto(f"/licences/{licence}")
    expect(stranger.locator(".answer.state-positive")).to_be_visible()
    assert accessibility_problems(stranger) == []


def fill_in(page: Page) -> None:
    """What is typed is kept by itself; documents come one by one."""
    # A place of the county of the demonstration: the form goes to the county of the place.
    own = page.locator("select[name=place] option[value^='640521']").first
    page.select_option("select[name=place]", own.get_attribute("value"))
    for name, value in (
        ("goods", "干果，250 克"),
        ("address", "宁安镇一村"),
        ("standard", "GB/T 18672"),
        ("process", "自种、自采、晾晒、分级、包装"),
        ("contact", "王芳"),
        ("phone", "000"),
        ("lon", "105.67"),
        ("lat", "37.48"),
    ):
        page.fill(f"[name={name}]", value)
    page.check("#statement")
    expect(page.locator("[data-autosave-state]")).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=10_000)
    page.reload()
    assert page.input_value("[name=goods]") == "干果，250 克"
    for kind in ("test_report", "origin_proof"):
        upload(page, kind)
        expect(page.locator(".file-list")).to_contain_text(f"{kind}.pdf")


def check_on_site(page: Page, number: str) -> None:
    decide(page, number, "accept")
    page.goto(f"/office/applications/{number}/visit")
    page.fill("[name=on]", today().isoformat())
    page.fill("[name=officers]", "王检查\n李检查")
    page.fill("[name=lon]", "105.67")
    page.fill("[name=lat]", "37.48")
    page.fill("[name=findings]", "与申请一致，树龄五年")
    page.set_input_files(
        "input[name=file]", {"name": "site.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#visits .answer")).to_be_visible()
    # Waiting for an expression would evaluate a string, which the page's own policy forbids.
    photograph = page.locator(".photographs img")
    assert photograph.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 8
    assert accessibility_problems(page) == []
    leaf_through(page)
    decide(page, number, "agree")


def leaf_through(page: Page) -> None:
    """The photograph on its own page, the paper before it by an arrow key, and back."""
    page.locator(".photographs a").click()
    expect(page.locator(".paper-shown img")).to_be_visible()
    expect(page.locator(".paper-leaf")).to_contain_text(re.compile(r"3\D+3"))
    assert accessibility_problems(page) == []
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".paper-leaf")).to_contain_text(re.compile(r"2\D+3"))
    page.locator(".page-actions a").first.click()
    expect(page.locator("#visits .answer")).to_be_visible()


def test_without_a_script_the_form_is_saved_and_refused_beside_its_fields(open_page):
    page = open_page(account="producer@demo", java_script_enabled=False)
    page.goto("/workbench/")
    page.locator(".tray-items a").first.click()
    page.fill("[name=goods]", "没有脚本也能保存")
    page.locator("button.button-quiet[value=save]").click()
    assert page.input_value("[name=goods]") == "没有脚本也能保存"
