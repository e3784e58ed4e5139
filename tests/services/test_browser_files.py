"""What set-up puts into portal/static/vendor/: everything that is named, and nothing else."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "portal" / "static" / "vendor"
ICONS = ROOT / "deploy" / "setup" / "icons.txt"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_sprite_holds_each_named_icon_once_and_no_other():
    named = {line.partition("#")[0].strip() for line in ICONS.read_text(encoding="utf-8").splitlines()} - {""}
    symbols = [symbol.get("id") for symbol in ET.parse(VENDOR / "icons.svg").getroot().iter(f"{SVG}symbol")]
    assert sorted(symbols) == sorted(named)


def test_the_sprite_draws_and_does_nothing_else():
    drawing = {"svg", "symbol", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}
    elements = list(ET.parse(VENDOR / "icons.svg").getroot().iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= drawing
    assert not [name for element in elements for name in element.attrib if name.startswith(("on", "style"))]


def test_every_served_package_brings_its_licence():
    folders = [folder for folder in VENDOR.iterdir() if folder.is_dir()]
    assert folders
    assert all((folder / "LICENSE").is_file() for folder in folders)
    assert (VENDOR / "icons-LICENSE").is_file()


def test_no_served_style_loads_from_elsewhere():
    for style in VENDOR.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style
