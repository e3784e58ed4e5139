"""Programs that the tests use and pip cannot give: PostgreSQL, Redis, a browser, fonts and readers.

As root on Debian or Ubuntu the missing ones are installed. Elsewhere they are named, and the tests that need
them are skipped; with CI=true a missing one is a failure.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from commands import is_root, run, say, stop

# The first has no windows and menus of its own: a page costs it half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Need:
    name: str
    present: Callable[[], bool]
    apt: str
    used_for: str


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _postgres_version() -> str | None:
    """Major version of the newest PostgreSQL server here, as Debian lays them out, else as pg_config says."""
    found = [path.parts[-3] for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=int, default=None)


def _has_postgres() -> bool:
    return bool(_postgres_version() or shutil.which("initdb"))


def _has_postgis() -> bool:
    places = [Path("/usr/share/postgresql"), Path("/usr/local/share"), Path("/opt/homebrew/share")]
    version = _postgres_version()
    if version:
        places = [places[0] / version]
    return any(next(place.rglob("postgis.control"), None) for place in places if place.is_dir())


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    answer = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True)
    return bool(answer.stdout.strip())


NEEDS = (
    Need("PostgreSQL", _has_postgres, apt="postgresql", used_for="every database test on PostgreSQL"),
    Need(
        "PostGIS",
        _has_postgis,
        apt="postgresql-{version}-postgis-3",
        used_for="producing areas on PostgreSQL",
    ),
    Need("Redis", _program("redis-server"), apt="redis-server", used_for="jobs and rate limits on Redis"),
    Need("nginx", _program("nginx", "/usr/sbin/nginx"), apt="nginx", used_for="answers kept by nginx"),
    Need("Chromium", _program(*BROWSERS), apt="chromium-headless-shell", used_for="browser tests"),
    Need(
        "Chinese font",
        _has_chinese_font,
        apt="fonts-noto-cjk",
        used_for="pictures of pages, printed documents",
    ),
    Need("zbarimg", _program("zbarimg"), apt="zbar-tools", used_for="reading our QR codes back"),
    Need("pdftotext", _program("pdftotext"), apt="poppler-utils", used_for="reading our PDF files back"),
    Need("ogrinfo", _program("ogrinfo"), apt="gdal-bin", used_for="reading our GeoPackages back"),
)


def missing() -> list[Need]:
    return [need for need in NEEDS if not need.present()]


def install_missing() -> None:
    """Install what the tests lack if we may; say loudly what stays missing; in CI, stop there."""
    lacking = missing()
    if lacking and is_root() and shutil.which("apt-get"):
        apt_install([need.apt for need in lacking if "{version}" not in need.apt])
        # Which PostGIS fits is known only once the server is there.
        apt_install([_postgis_package() for need in lacking if "{version}" in need.apt])
        lacking = missing()
    for need in lacking:
        say(f"MISSING: {need.name} (skipped: {need.used_for}). Debian, Ubuntu: apt-get install {need.apt}")
    if lacking and os.environ.get("CI") == "true":
        stop("CI=true: nothing may be missing, so the tests were not started.")


def _postgis_package() -> str:
    return f"postgresql-{_postgres_version() or ''}-postgis-3"


def apt_install(names: list[str]) -> None:
    if not names:
        return
    say(f"Installing with apt-get: {' '.join(names)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], what="apt-get update", environ=quiet, quiet=True)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    run(command, what="apt-get install", environ=quiet, quiet=True)
