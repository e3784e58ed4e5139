"""The small maps: drawn with the standard library, true to the ground, safe and the same every time."""

import subprocess
import sys
from itertools import combinations
from math import hypot, radians, sin
from pathlib import Path
from xml.etree import ElementTree

import pytest

from maps.colours import dark, light
from maps.drawing import line_path, polygon_path
from maps.made import read_made_map
from maps.picture import Disc, Ground, Patch, Picture, padded
from maps.projection import EARTH_KM, Conic, Frame
from maps.svg import element
from maps.topology import Topology
from portal.catalogue.map_views import MODULES
from tests.map_setting import built_map

SPACE = "{http://www.w3.org/2000/svg}"
SCRIPTS = Path(__file__).parents[2] / "portal" / "static" / "js" / "map"
BOX = (104.2, 36.8, 106.1, 37.8)


@pytest.fixture(scope="module")
def ground() -> Ground:
    made = read_made_map(built_map())
    return Ground(
        base=Topology(made.read("base.json")),
        counties=lambda province, close: Topology(made.read(f"near-{province}.json")),
        labels=made.read("labels-zh.json") + made.read("county-labels-zh.json"),
        water=made.read("water.json"),
        province_boxes={code[:2]: p.box for code, p in made.places.items() if code.endswith("0000")},
    )


def drawn(ground: Ground, patch: Patch, title: str = "产地") -> ElementTree.Element:
    frame = Frame.around(padded(BOX, 0.1, 1), 480, 330, 10)
    picture = Picture(title, frame, ground, [patch], "{} 千米".format, frozenset({"640521"}))
    assert picture.draw() == picture.draw()
    return ElementTree.fromstring(picture.draw())


def outlines(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return [use for use in picture.iter(f"{SPACE}use") if use.get("stroke-width") == "1.8"]


def test_a_whole_county_has_a_full_line_and_a_county_known_by_townships_a_broken_one(ground):
    whole = drawn(ground, Patch("agri_gi", [("640521", True)]))
    assert [use.get("stroke-dasharray") for use in outlines(whole)] == [None]
    part = drawn(ground, Patch("agri_gi", [("640521", False)]))
    assert [use.get("stroke-dasharray") for use in outlines(part)] == ["6 4"]


def test_a_county_known_by_townships_is_hatched_and_has_no_solid_ground(ground):
    picture = drawn(ground, Patch("gi_product", [("640521", False)]))
    fills = [use.get("fill") for use in picture.iter(f"{SPACE}use")]
    assert "url(#p-gi_product)" in fills
    assert light()["gi_product"] not in fills


def test_where_the_area_is_not_known_nothing_is_filled(ground):
    picture = drawn(ground, Patch("gi_product", [("640521", True)], known=False))
    assert [use.get("fill") for use in picture.iter(f"{SPACE}use")] == ["none"]


def test_the_area_and_its_neighbours_are_named_and_a_scale_is_given(ground):
    words = [text.text for text in drawn(ground, Patch("agri_gi", [("640521", True)])).iter(f"{SPACE}text")]
    assert "中宁" in words[0]
    assert any("沙坡头" in word for word in words)
    assert words[-1].endswith("千米")


def test_a_title_cannot_break_out(ground):
    picture = drawn(ground, Patch("agri_gi"), title='</title><script>alert(1)</script>"')
    assert picture.find(f"{SPACE}script") is None
    assert picture.get("aria-label").startswith("</title>")


def test_every_colour_of_the_light_picture_has_a_dark_one():
    assert light().keys() == dark().keys()
    assert light()["sea"] != dark()["sea"]


def test_an_attribute_is_escaped():
    assert element("text", fill="ink", note='"><a') == (
        f'<text class="f-ink" fill="{light()["ink"]}" note="&quot;&gt;&lt;a"/>'
    )


def test_the_projection_keeps_areas():
    """A box of one degree is as large in the picture as on the sphere, in the north and in the south."""
    conic = Conic()
    for south in (4, 20, 37, 52):
        corners = [conic(105, south), conic(106, south), conic(106, south + 1), conic(105, south + 1)]
        pairs = zip(corners, corners[1:] + corners[:1], strict=True)
        flat = abs(sum(x * b - a * y for (x, y), (a, b) in pairs)) / 2
        round_earth = EARTH_KM**2 * radians(1) * (sin(radians(south + 1)) - sin(radians(south)))
        assert abs(flat / round_earth - 1) < 0.005


def test_the_box_lies_inside_its_frame_and_the_bar_is_as_long_as_it_says():
    frame = Frame.around(BOX, 480, 330, 10)
    for lon, lat in ((BOX[0], BOX[1]), (BOX[2], BOX[3]), (BOX[0], BOX[3])):
        x, y = frame.place(lon, lat)
        assert 9 <= x <= 471
        assert 9 <= y <= 321
    kilometres, length = frame.scale_bar(96)
    assert kilometres == 20
    assert abs(length * frame.km_per_unit - 20) < 1e-6


def test_points_a_tenth_apart_are_written_as_steps():
    frame = Frame.around(BOX, 480, 330, 10)
    line = [(104.5, 37.0), (105.0, 37.2), (105.5, 37.0)]
    assert line_path([line], frame).startswith("M")
    assert polygon_path([[[*line, line[0]]]], frame).endswith("z")
    assert line_path([[(0, 0), (1, 1)]], frame) == ""


def test_drawing_needs_nothing_but_the_standard_library():
    program = "import sys, maps.picture, maps.made; print(','.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"numpy", "shapely", "pandas", "geopandas", "folium", "flask"}
    assert heavy.isdisjoint(loaded.stdout.strip().split(","))


def test_the_scripts_put_words_in_as_text_and_never_as_markup():
    for file in SCRIPTS.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "bindPopup", "eval("):
            assert way not in text, f"{file.name} uses {way}"


def test_the_page_names_every_module_it_will_load():
    assert {file.name for file in SCRIPTS.glob("*.js")} - {"main.js", "position.js"} == set(MODULES)


def circles_at_radius(picture: ElementTree.Element, radius: str) -> list[tuple[float, float]]:
    found = picture.iter(f"{SPACE}circle")
    return [(float(one.get("cx")), float(one.get("cy"))) for one in found if one.get("r") == radius]


def test_discs_of_one_place_stand_apart_and_inside_the_picture(ground):
    frame = Frame.around(padded(BOX, 0.1, 1), 480, 330, 10)
    discs = [Disc(105.2, 37.3, str(n), "某地", n / 4) for n in range(5)] + [Disc(104.2, 36.8, "9", "边上")]
    picture = Picture("站点", frame, ground, [], "{} 千米".format, discs=discs)
    places = circles_at_radius(ElementTree.fromstring(picture.draw()), "15")
    assert len(places) == 6
    assert all(15 < x < 465 and 15 < y < 315 for x, y in places)
    assert all(hypot(a[0] - b[0], a[1] - b[1]) >= 30 for a, b in combinations(places, 2))
