"""The system's Chromium, driven by Playwright, with no way out of this machine."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.services.needed import NotHere

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# The first has no windows and menus of its own: a page costs it half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that asks any other host gets no answer, and the test that watches requests sees the asking.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise NotHere("Chromium is not installed")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless browser; every `new_context()` of it is a stranger without cookies."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def accessibility_problems(page: Page) -> list[str]:
    """Run axe on the page as it stands; one line for each violation and place.

    The script is handed to the browser directly, so the page's own Content-Security-Policy stays on.
    Contrast, which takes as long as all other rules together, is judged of text drawn in a way that axe has
    not passed yet.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    new = set(page.evaluate(f"() => {{ {DRAWN} return [...drawn().keys()] }}")) - _read_well
    found = page.evaluate(f"new_ones => {{ {DRAWN} return judged(new_ones) }}", list(new))
    _read_well.update(found["read_well"])
    return [
        f"{rule['id']} ({rule['impact']}): {place['target']} {place['html'][:120]}"
        for rule in found["violations"]
        for place in rule["nodes"]
    ]


# Ways to draw text whose contrast axe has measured and passed, on any page.
_read_well: set[str] = set()
DRAWN = """
  const short = element => (element ? element.localName + '.' + (element.getAttribute('class') || '') : '');
  // All that shines through, down to the page itself.
  const known_grounds = new Map();
  const ground = one => {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(one);
    return [backgroundColor, backgroundImage, opacity].filter(each => !seen_through.includes(each)).join(' ');
  };
  const seen_through = ['rgba(0, 0, 0, 0)', 'none', '1'];
  const grounds = element => {
    if (!element) return '';
    if (!known_grounds.has(element)) {
      const own = ground(element);
      known_grounds.set(element, grounds(element.parentElement) + (own && '<' + own));
    }
    return known_grounds.get(element);
  };
  const drawn_as = element => {
    const style = getComputedStyle(element);
    const text = [style.color, style.fontSize, style.fontWeight, style.textShadow];
    const parent = element.parentElement;
    return [short(element), element.type, short(parent), short(parent && parent.parentElement),
      ...text, grounds(element)].join('|');
  };
  const has_text = element =>
    ['input', 'select', 'textarea'].includes(element.localName) ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const drawn = () => {
    const found = new Map();
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.getClientRects().length || !has_text(element)) continue;
      const kind = drawn_as(element);
      found.set(kind, [...(found.get(kind) || []), element]);
    }
    return found;
  };
  const judged = async new_ones => {
    const contrast = 'color-contrast';
    const all_else = { resultTypes: ['violations'], rules: { [contrast]: { enabled: false } } };
    const { violations } = await axe.run(document, all_else);
    const found = drawn();
    const include = new_ones.flatMap(kind => found.get(kind) || []);
    if (!include.length) return { violations, read_well: [] };
    const read = await axe.run({ include }, { runOnly: [contrast], elementRef: true });
    const kinds = rules => rules.flatMap(rule => rule.nodes.map(node => drawn_as(node.element)));
    const unclear = new Set([...kinds(read.violations), ...kinds(read.incomplete)]);
    const read_well = kinds(read.passes).filter(kind => !unclear.has(kind));
    for (const rule of read.violations) for (const node of rule.nodes) delete node.element;
    return { violations: [...violations, ...read.violations], read_well };
  };
"""
