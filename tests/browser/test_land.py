"""A plot drawn on the map: with the mouse, with the keys alone, and kept as it was drawn."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_plot_is_drawn_with_the_mouse_and_with_the_keys(open_page: Callable[..., Page]):
    page = open_page(account="producer@demo")
    page.goto("/workbench/land?lang=zh")
    page.get_by_role("link", name="登记地块").first.click()
    drawing = page.locator(".land-map")
    expect(drawing.locator("path").first).to_be_attached()
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    for x, y in ((0.45, 0.45), (0.5, 0.45), (0.5, 0.5), (0.45, 0.5)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    expect(page.locator("[data-size]")).to_contain_text("已画 4 个角点")
    drawing.focus()
    for key in ("Backspace", "ArrowLeft", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-size]")).to_contain_text("已画 4 个角点")
    drawn = page.input_value("#corners")
    assert len(drawn.splitlines()) == 4
    page.fill("#name", "画出来的地")
    page.get_by_role("button", name="保存并核对产地").click()
    expect(page.locator("h1")).to_have_text("画出来的地")
    page.get_by_role("link", name="改地块").click()
    assert page.input_value("#corners") == drawn


def test_who_comes_by_keyboard_sees_where_the_first_corner_would_stand(open_page: Callable[..., Page]):
    page = open_page(account="producer@demo")
    page.goto("/workbench/land?lang=zh")
    page.get_by_role("link", name="登记地块").first.click()
    expect(page.locator(".land-map path").first).to_be_attached()
    page.focus("#name")
    page.keyboard.press("Tab")
    expect(page.locator(".land-cross")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.locator("[data-size]")).to_contain_text("已画 1 个角点")
