"""Every page that links lead to, for the stranger and for each role, in a real browser.

No outside request, nothing in the console, nothing wider than a 320-pixel screen, no finding of axe.
Axe takes most of the time: it judges a page if something of it is of a kind not judged yet, in each language.
"""

from collections import Counter, deque
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from portal.app import create_app
from tests.conftest import settings_for
from tests.services.browser import accessibility_problems

# The public pages are the same for everyone but the strip of one's own work; the stranger sees them all.
OWN_PAGES = ("/office", "/workbench", "/account", "/papers")
ACCOUNTS = (
    None,
    "producer@demo",
    "holder@demo",
    "county@demo",
    "city@demo",
    "province@demo",
    "inspector@demo",
    "auditor@demo",
    "admin@demo",
)
# Answers that are files or data, not pages.
NOT_PAGES = ("/api/v1", "/log.atom", "/.well-known", "/static", "/ogc", "/metrics", "/healthz", "/readyz")
FILE_ENDINGS = (
    ".csv",
    ".xlsx",
    ".json",
    ".geojson",
    ".gpkg",
    ".pdf",
    ".svg",
    ".png",
    ".jpg",
    ".xml",
    ".atom",
    ".jsonld",
    ".zip",
)


@pytest.fixture(scope="module")
def endpoint_of(tmp_path_factory, signing_key):
    """Tells which page an address belongs to, so that each kind of page is looked at a few times only."""
    folder = tmp_path_factory.mktemp("addresses")
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'x.db'}", signing_key_file=signing_key))
    adapter = app.url_map.bind("127.0.0.1")

    def find(path: str) -> str | None:
        try:
            return adapter.match(path)[0]
        except Exception:  # A redirect to the address with its slash, or no page at all.
            return None

    return find


class Watch:
    """What the browser complained of on the page it is on."""

    def __init__(self, page: Page, home: str):
        self.complaints: list[str] = []
        self.home = home
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)

    def _console(self, message: object) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: object) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"outside request: {request.url}")

    def taken(self) -> list[str]:
        taken, self.complaints = self.complaints, []
        return taken


def links_of(page: Page) -> list[str]:
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    own = [urlsplit(href) for href in hrefs if href.startswith(page.url.split("/", 3)[0])]
    here = urlsplit(page.url).netloc
    return [link.path + (f"?{link.query}" if link.query else "") for link in own if link.netloc == here]


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account or "stranger")
def test_every_page_is_whole_quiet_and_accessible(open_page, portal_address, endpoint_of, account):
    page = open_page(account=account)
    english = open_page(lang="en", storage_state=page.context.storage_state())
    watch, watch_english = Watch(page, portal_address), Watch(english, portal_address)
    waiting = deque(["/", "/office/" if account else "/log/", "/account/" if account else "/gi/"])
    seen_addresses, seen_pages, problems = set(waiting), Counter(), []
    while waiting:
        address = waiting.popleft()
        path = address.split("?")[0]
        endpoint = endpoint_of(path)
        if path.startswith(NOT_PAGES) or path.endswith(FILE_ENDINGS) or seen_pages[endpoint]:
            continue
        if account and address != "/" and not path.startswith(OWN_PAGES):
            continue
        seen_pages[endpoint] += 1
        try:
            answer = page.goto(address)
        except PlaywrightError as error:
            if "Download is starting" in str(error):
                continue  # A file to take away, not a page.
            raise
        complaints = watch.taken()
        if answer.status == 403 and address == "/office/":
            continue  # The one address that was tried without a link leading to it.
        if answer.status != 200:
            problems.append(f"{address}: status {answer.status}")
            continue
        problems += [f"{address}: {complaint}" for complaint in complaints]
        if "text/html" not in (answer.headers.get("content-type") or ""):
            continue
        for link in links_of(page):
            if link not in seen_addresses:
                seen_addresses.add(link)
                waiting.append(link)
        problems += [f"{address}: {too_wide}" for too_wide in wider_than_the_screen(page)]
        if has_something_new(page, "zh"):
            problems += [f"{address}: {finding}" for finding in accessibility_problems(page)]
            english.goto(address)
            found = [*watch_english.taken(), *wider_than_the_screen(english)]
            if has_something_new(english, "en"):
                found += accessibility_problems(english)
            problems += [f"{address} (en): {one}" for one in found]
    assert not problems, "\n".join(problems)
    assert len(seen_pages) > 5


# What axe has judged, in each language: elements within two others, with all that its rules look at.
judged: dict[str, set[str]] = {"zh": set(), "en": set()}
KINDS = """() => {
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
  };
  const attribute = one =>
    one.name === 'class' || one.name === 'role' || one.name === 'type' || one.name === 'scope'
      ? one.name + '=' + one.value : one.name + (one.value ? '' : '=');
  const named = element => {
    const names = [...element.attributes].map(attribute).sort().join(' ');
    const style = getComputedStyle(element);
    const drawn = [style.color, style.fontSize, style.fontWeight, ground(element)].join(' ');
    const labels = element.labels ? element.labels.length : '';
    return [element.localName, names, drawn, labels, element.textContent.trim() ? 'text' : ''].join('|');
  };
  const names = new Map([...document.querySelectorAll('*')].map(one => [one, named(one)]));
  const short = element => (element ? element.localName + '.' + (element.getAttribute('class') || '') : '');
  const kinds = new Set([...names].map(([one, name]) =>
    [short(one.parentElement && one.parentElement.parentElement), short(one.parentElement), name].join('>')));
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  kinds.add('headings ' + [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => one.localName));
  kinds.add('ids twice ' + (ids.length - new Set(ids).size));
  return [...kinds];
}"""


def has_something_new(page: Page, lang: str) -> bool:
    kinds = set(page.evaluate(KINDS))
    new = not kinds <= judged[lang]
    judged[lang].update(kinds)
    return new


# A chart takes its new width in the frame after the page has taken its own.
OVER = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
  done(document.documentElement.scrollWidth - document.documentElement.clientWidth))))"""


def wider_than_the_screen(page: Page) -> list[str]:
    """Ask at 320 pixels, the narrowest screen we promise, then go back."""
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    over = page.evaluate(OVER)
    page.set_viewport_size(size)
    return [f"{over} pixels wider than a 320-pixel screen"] if over > 0 else []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_public_pages_are_accessible_in_both_themes_and_languages(open_page, scheme: str, lang: str):
    page = open_page(lang=lang, color_scheme=scheme, width=375)
    problems = []
    for address in (
        "/",
        "/gi/",
        "/log/",
        "/brands/",
        "/targets/",
        "/about/components",
        "/account/sign-in",
        "/nowhere",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        problems += [f"{address}: {finding}" for finding in accessibility_problems(page)]
    assert not problems, "\n".join(problems)


def test_the_portal_can_be_read_and_used_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").first.fill("枸杞")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gi/?q=*")
    assert "中宁枸杞" in page.content()


def test_the_first_tab_leads_to_the_content(open_page):
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#content")
