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
