"""Every package we name is explained in docs/dependencies.md, and no lock file names a host."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "dependencies.md"
PYTHON_LISTS = ("requirements", "requirements-dev", "requirements-node")
LOCKS = (*(f"{name}.txt" for name in PYTHON_LISTS), "package-lock.json")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def explained() -> dict[str, tuple[str, str, str]]:
    """Version, licence and reason of each package in the tables of the page."""
    rows = re.findall(
        r"^\| (\S+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.M
    )
    return {plain(name): (version, licence, why) for name, version, licence, why in rows if name != "Package"}


def named_python_packages(listing: str) -> set[str]:
    lines = (ROOT / f"{listing}.in").read_text(encoding="utf-8").splitlines()
    return {plain(found[0]) for line in lines if (found := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line))}


def locked_python_versions(listing: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^(\S+)==([^\s;]+)", (ROOT / f"{listing}.txt").read_text(), re.M):
        versions.setdefault(plain(name), set()).add(version)
    return versions


def named_browser_packages() -> dict[str, str]:
    package = json.loads((ROOT / "package.json").read_text())
    return package["dependencies"] | package["devDependencies"]


@pytest.mark.parametrize("listing", PYTHON_LISTS)
def test_every_named_python_package_is_explained_at_its_locked_version(listing):
    page, locked = explained(), locked_python_versions(listing)
    for name in named_python_packages(listing):
        version, licence, why = page[name]
        assert {version} == locked[name], name
        assert licence.strip() and why.strip(), name


def test_every_browser_package_is_explained_at_its_locked_version():
    page = explained()
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in named_browser_packages().items():
        entry = lock[f"node_modules/{name}"]
        assert page[plain(name)][:2] == (entry["version"], entry["license"])
        assert version == entry["version"], "package.json names exact versions"


def test_the_page_explains_nothing_that_is_gone():
    named = set().union(*map(named_python_packages, PYTHON_LISTS), map(plain, named_browser_packages()))
    text = PAGE.read_text(encoding="utf-8")
    before_debian = text[: text.index("## Programs beside Python")]
    on_page = {plain(name) for name in re.findall(r"^\| (\S+) \|", before_debian, re.M)} - {"package", "-"}
    assert on_page == {plain(name) for name in named}


def test_every_debian_package_that_tests_install_is_explained():
    system = (ROOT / "deploy" / "setup" / "system.py").read_text(encoding="utf-8")
    packages = re.findall(r'\bapt="([^"]+)"', system)
    assert len(packages) >= 8
    for package in packages:
        assert plain(package.replace("{version}", "15")) in explained()


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_host_or_a_local_file(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|\"resolved\"| @ ", text)


@pytest.mark.parametrize("listing", PYTHON_LISTS)
def test_every_locked_python_package_has_digests(listing):
    text = (ROOT / f"{listing}.txt").read_text()
    for block in re.split(r"^(?=\S+==)", text, flags=re.M)[1:]:
        assert "--hash=sha256:" in block, block[:60]


def test_every_locked_browser_package_has_a_digest():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(entry.get("integrity", "").startswith("sha512-") for path, entry in lock.items() if path)


def test_run_time_and_test_packages_agree_on_what_they_share():
    run_time, for_tests = locked_python_versions("requirements"), locked_python_versions("requirements-dev")
    for name in run_time.keys() & for_tests.keys():
        assert run_time[name] == for_tests[name]
