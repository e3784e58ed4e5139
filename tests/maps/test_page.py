"""folium's page in parts: nothing of another host, nothing unknown, no data."""

import pytest
from folium import Map, Marker, Popup
from folium.plugins import Fullscreen

from maps import page
from maps.page import ForeignPart, Tiles, make_page, refuse_foreign_addresses

TIANDITU = Tiles("https://t{s}.tianditu.gov.cn/vec_w/wmts?x={x}&y={y}&z={z}&tk=key", "GS(2024)0001号")


def test_the_page_loads_only_files_of_our_own():
    made = make_page()
    assert made.scripts == (
        "vendor/leaflet/leaflet.js",
        "vendor/markercluster/leaflet.markercluster.js",
    )
    assert all(name.startswith("vendor/") for name in made.styles)
    refuse_foreign_addresses(made.script)


def test_the_first_view_holds_the_whole_country():
    script = make_page().script
    assert "fitBounds([[3.0, 73.0], [54.0, 136.0]]" in script
    assert 'L.map(\n"gi-map"' in script


def test_two_builds_give_the_same_bytes():
    assert make_page() == make_page()
    assert make_page(TIANDITU) == make_page(TIANDITU)


def test_only_the_operators_own_tiles_may_be_named():
    script = make_page(TIANDITU).script
    assert "tianditu" in script
    assert '"subdomains": "01234567"' in script
    with pytest.raises(ForeignPart, match="tianditu"):
        refuse_foreign_addresses(script)


def test_the_approval_number_is_shown_as_text():
    script = make_page(Tiles("https://tiles.example/{z}/{x}/{y}.png", "<img src=x onerror=alert(1)>")).script
    assert "<img" not in script
    assert "\\u0026lt;img" in script


@pytest.mark.parametrize(
    "text",
    ["fetch('https://cdn.example/x.js')", "<script src=//cdn.example/x.js>", "L.tileLayer('http://a.b/{z}')"],
)
def test_an_address_of_another_host_stops_the_build(text: str):
    with pytest.raises(ForeignPart):
        refuse_foreign_addresses(text)


def test_a_default_base_map_would_stop_the_build():
    with pytest.raises(ForeignPart, match="openstreetmap"):
        page._taken_apart(Map(), None)


def test_a_plugin_that_brings_an_unknown_library_stops_the_build():
    whole = Map(tiles=None)
    Fullscreen().add_to(whole)
    with pytest.raises(ForeignPart, match="Fullscreen"):
        page._taken_apart(whole, None)


def test_no_popup_or_tooltip_of_folium_is_used():
    made = make_page()
    assert "bindPopup" not in made.script
    assert "bindTooltip" not in made.script
    # What this guards against: folium writes the words of a popup into its script as they come.
    whole = Map(tiles=None)
    Marker([36, 104], popup=Popup("${alert(1)}")).add_to(whole)
    whole.get_root().render()
    assert "${alert(1)}" in page._joined(whole.get_root().script)
