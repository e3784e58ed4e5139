"""Takes the pictures of real pages that stand in the papers: `deploy/papers.py http://127.0.0.1:8000`.

Needs a demonstration that runs there, Chromium and Playwright. Made anew when a page changes its look.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.services.browser import find_chromium  # noqa: E402

FOLDER = ROOT / "portal" / "static" / "img" / "papers"
WIDTH, HEIGHT, SHOWN = 1120, 760, 840
PASSWORD = "dikuang-2026-demo"
# The paper, the page it shows, and who sees it.
PICTURES = (
    ("check", "/verify?q={code}", None),
    ("map", "/map", None),
    ("apply", "/precheck?gi=zhongning-gouqi&place=640521", None),
    ("method", "/ratios/wuyuan-xiangrikui", None),
    ("log", "/log/", None),
    ("developers", "/api/", None),
    ("officials", "/office/", "county@demo"),
)


def main(base: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, path, account in PICTURES:
            for language in ("zh", "en"):
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
                if account:
                    sign_in(page, base, account)
                if "{code}" in path:
                    path = path.format(code=a_code(page, base))
                page.goto(
                    f"{base}{path}{'&' if '?' in path else '?'}lang={language}", wait_until="networkidle"
                )
                keep(page.screenshot(), FOLDER / f"{name}-{language}.webp")
                page.close()
        browser.close()


def sign_in(page: Page, base: str, account: str) -> None:
    page.goto(f"{base}/account/sign-in")
    page.fill("[name=email]", account)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def a_code(page: Page, base: str) -> str:
    """The number of a licence in force."""
    items = page.request.get(f"{base}/api/v1/gis/shapotou-pingguo/users").json()["items"]
    return items[0]["licence_no"]


def keep(shot: bytes, target: Path) -> None:
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture = picture.resize((SHOWN, SHOWN * HEIGHT // WIDTH), Image.Resampling.LANCZOS)
    picture.save(target, "WEBP", quality=62, method=6)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
