"""How titles and lists part their lines on a phone: the last one never holds a single character."""

from playwright.sync_api import Page

LAST_LINES = """selector => [...document.querySelectorAll(selector)].map(element => {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const bottoms = [];
  while (texts.nextNode())
    for (let at = 0; at < texts.currentNode.length; at++) {
      const one = document.createRange();
      one.setStart(texts.currentNode, at);
      one.setEnd(texts.currentNode, at + 1);
      const box = one.getBoundingClientRect();
      if (box.width > 1) bottoms.push(Math.round(box.bottom));
    }
  return [element.textContent.trim(), bottoms.filter(bottom => bottom > bottoms.at(-1) - 6).length];
})"""


def single(page: Page, selector: str) -> list[str]:
    return [text for text, last in page.evaluate(LAST_LINES, selector) if len(text) > 2 and last < 2]


def test_no_title_leaves_its_last_character_alone_on_a_phone(open_page):
    page: Page = open_page(width=375, account="province@demo")
    for address in ("/office/credit/criteria", "/office/mark-use", "/office/catalogue/documents"):
        page.goto(address)
        assert single(page, "h1") == []
        assert single(page, "tbody th") == []


LINES = """selector => [...document.querySelectorAll(selector)].map(element => {
  const whole = document.createRange();
  whole.selectNodeContents(element);
  return new Set([...whole.getClientRects()].map(box => Math.round(box.top))).size;
})"""
WIDTHS = "selector => [...document.querySelectorAll(selector)].map(one => Math.round(one.offsetWidth))"
TOPS = "selector => [...document.querySelectorAll(selector)].map(one => Math.round(one.offsetTop))"


def test_numbers_of_a_list_keep_to_one_line_and_its_filters_to_one_row(open_page):
    page: Page = open_page(lang="en", account="province@demo")
    for address in ("/office/applications/", "/office/licences/"):
        page.goto(address)
        assert set(page.evaluate(LINES, "tbody th a")) == {1}
    page.goto("/office/returns")
    assert len(set(page.evaluate(TOPS, "form[role=search] :is(select, input[type=text])"))) == 1


def test_what_an_office_fills_in_on_a_phone_has_room(open_page):
    page: Page = open_page(width=375, account="province@demo")
    page.goto("/office/labels/confirm")
    assert min(page.evaluate(WIDTHS, "[name=reason]")) > 300
    page.goto("/office/credit/criteria")
    assert len(set(page.evaluate(WIDTHS, "tbody input"))) == 1
    page.goto("/office/cases")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="打印案卷").click()
    page.wait_for_url("**/file")
    assert min(page.evaluate(WIDTHS, "tbody td")) > 300


OVER = """() => [...document.querySelectorAll('.table-frame')]
  .map(frame => frame.firstElementChild.offsetWidth - frame.clientWidth)"""


def test_a_table_beside_a_margin_keeps_out_of_it_and_names_stay_whole(open_page):
    for lang in ("zh", "en"):
        page: Page = open_page(lang=lang, account="province@demo")
        page.goto("/office/checks")
        page.locator("tbody th a").last.click()
        page.wait_for_selector("td .whole")
        assert max(page.evaluate(OVER)) <= 0
        assert set(page.evaluate(LINES, "td .whole")) == {1}
