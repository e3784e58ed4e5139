"""Browser files: fetched from pinned npm packages, and the named ones copied to portal/static/vendor/.

npm runs at set-up only; the portal serves the copies. What is not in the table is not served.
"""

import os
import shutil
import subprocess
from pathlib import Path

import packages
from commands import ROOT, run, say
from icons import write_sprite
from stamps import is_done, mark_done

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "portal" / "static" / "vendor"
LOCKS = [ROOT / "package.json", ROOT / "package-lock.json"]
OLDEST_NPM = 9

# (npm package, file or folder in it, where it goes under portal/static/vendor/)
FILES = (
    ("leaflet", "dist/leaflet.js", "leaflet/leaflet.js"),
    ("leaflet", "dist/leaflet.css", "leaflet/leaflet.css"),
    ("leaflet", "dist/images", "leaflet/images"),
    ("leaflet", "LICENSE", "leaflet/LICENSE"),
    ("leaflet.markercluster", "dist/leaflet.markercluster.js", "markercluster/leaflet.markercluster.js"),
    ("leaflet.markercluster", "dist/MarkerCluster.css", "markercluster/MarkerCluster.css"),
    ("leaflet.markercluster", "dist/MarkerCluster.Default.css", "markercluster/MarkerCluster.Default.css"),
    ("leaflet.markercluster", "MIT-LICENCE.txt", "markercluster/LICENSE"),
    ("topojson-client", "dist/topojson-client.min.js", "topojson/topojson-client.min.js"),
    ("topojson-client", "LICENSE", "topojson/LICENSE"),
    ("jsqr", "dist/jsQR.js", "jsqr/jsQR.js"),
    ("jsqr", "LICENSE", "jsqr/LICENSE"),
    ("echarts", "dist/echarts.common.min.js", "echarts/echarts.common.min.js"),
    ("echarts", "LICENSE", "echarts/LICENSE"),
    ("echarts", "NOTICE", "echarts/NOTICE"),
    ("@noble/ed25519", "index.js", "ed25519/index.js"),
    ("@noble/ed25519", "LICENSE", "ed25519/LICENSE"),
    ("lucide-static", "LICENSE", "icons-LICENSE"),
)


def install_browser_files() -> None:
    _fetch_npm_packages()
    wanted = {VENDOR / target for target in _copy_named_files()}
    wanted.add(write_sprite(MODULES / "lucide-static" / "icons", VENDOR / "icons.svg"))
    for path in VENDOR.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()


def _fetch_npm_packages() -> None:
    stamp = MODULES / ".stamp"
    if is_done(stamp, LOCKS):
        return
    npm, environ = find_npm()
    say("Installing the browser files of package-lock.json")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(command, what="Installing the browser files", environ=environ, quiet=True)
    mark_done(stamp, LOCKS)


def find_npm() -> tuple[str, dict[str, str]]:
    """The machine's npm, or one from a pinned Python package where there is none or it is too old."""
    found = shutil.which("npm")
    if found and _major_version(found) >= OLDEST_NPM:
        return found, {}
    packages.install(packages.NODE)
    return str(packages.BIN / "npm"), {"PATH": f"{packages.BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


def _major_version(npm: str) -> int:
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, cwd=ROOT)
    major = answer.stdout.strip().partition(".")[0]
    return int(major) if answer.returncode == 0 and major.isdigit() else 0


def _copy_named_files() -> list[str]:
    """Copy every file of the table; answer with the targets, folders spelt out file by file."""
    copied = []
    for package, name, target in FILES:
        source = MODULES / package / name
        files = [path for path in source.rglob("*") if path.is_file()] if source.is_dir() else [source]
        for path in files:
            inside = str(Path(target) / path.relative_to(source)) if source.is_dir() else target
            _copy_if_changed(path, VENDOR / inside)
            copied.append(inside)
    return copied


def _copy_if_changed(source: Path, target: Path) -> None:
    content = source.read_bytes()
    if target.is_file() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
