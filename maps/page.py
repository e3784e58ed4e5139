"""Makes the map page with folium and takes it apart: which of our own files it needs, and its script.

folium writes a page that loads every library from other hosts and holds its script inline. Neither may
happen here, so the rendered page is walked piece by piece, each piece by name: a piece that is not known,
and any address of another host, stops the build.
"""

import html
import re
from dataclasses import dataclass

import folium
from branca.element import Element, MacroElement
from folium.plugins import MarkerCluster
from jinja2 import Template
from jinja2.utils import htmlsafe_json_dumps

from portal.lib.tiles import subdomains_of

# folium's name of a library or style sheet → our own copy under portal/static/.
OUR_SCRIPTS = {
    "leaflet": "vendor/leaflet/leaflet.js",
    "markerclusterjs": "vendor/markercluster/leaflet.markercluster.js",
}
OUR_STYLES = {
    "leaflet_css": "vendor/leaflet/leaflet.css",
    "markerclustercss": "vendor/markercluster/MarkerCluster.css",
}
# What only popups with HTML in them, ready-made icons and folium's own page would use: we have none of them.
NOT_USED = frozenset(
    {
        "meta_http",
        "jquery",
        "bootstrap",
        "bootstrap_css",
        "awesome_markers",
        "awesome_markers_css",
        "awesome_markers_font_css",
        "awesome_rotate_css",
        "glyphicons_css",
        "markerclusterdefaultcss",
    }
)
ELEMENT_ID = "gi-map"

# All of the country, from 曾母暗沙 to 漠河: the first view must not cut off the south.
WHOLE_COUNTRY = ((3.0, 73.0), (54.0, 136.0))
AS_FAR_AS = ((-12.0, 40.0), (64.0, 168.0))
CLOSEST, CLOSEST_WITH_TILES, FURTHEST = 12, 17, 3

# Markers nearer to each other than this many pixels stand as one.
CLUSTER_PIXELS = 60

ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>`)]+")
FOLIUM_ID = re.compile(r"_[0-9a-f]{32}\b")


class ForeignPart(Exception):
    """folium wanted something this portal does not serve itself."""


@dataclass(frozen=True)
class Tiles:
    """A base map of the operator: its address, and the approval number that must be shown with it."""

    url: str
    approval: str


@dataclass(frozen=True)
class MapPage:
    element_id: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    script: str


class ProducingAreas(MacroElement):
    """Hands the map over to our own modules, which fetch the data and draw it.

    No data passes through folium: it writes the text of popups and tooltips into a script as it comes.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.control.scale({imperial: false, position: "bottomright"}).addTo({{ this.map_name }});
        {{ this.map_name }}.fitBounds({{ this.bounds }}, {animate: false});
        window.producingAreas = {
            map: {{ this.map_name }}, markers: {{ this.markers_name }}, tiles: {{ this.tiles }}
        };
        {% endmacro %}
        """
    )

    def __init__(self, map_name: str, markers_name: str, tiles: bool):
        super().__init__()
        self._name = "ProducingAreas"
        self.map_name, self.markers_name = map_name, markers_name
        self.bounds = [list(corner) for corner in WHOLE_COUNTRY]
        self.tiles = "true" if tiles else "false"


def make_page(tiles: Tiles | None = None) -> MapPage:
    """The map page in parts; the same settings give the same bytes."""
    return _taken_apart(_folium_map(tiles), tiles)


def _folium_map(tiles: Tiles | None) -> folium.Map:
    closest = CLOSEST_WITH_TILES if tiles else CLOSEST
    whole = folium.Map(
        tiles=None,
        zoom_control=False,
        max_bounds=True,
        min_lat=AS_FAR_AS[0][0],
        min_lon=AS_FAR_AS[0][1],
        max_lat=AS_FAR_AS[1][0],
        max_lon=AS_FAR_AS[1][1],
        maxBoundsViscosity=0.6,
        # max_zoom= would only reach a tile layer; without it the clusters have no end.
        minZoom=FURTHEST,
        maxZoom=closest,
        zoomSnap=0.5,
        attributionControl=bool(tiles),
    )
    if tiles:
        folium.TileLayer(
            tiles=tiles.url,
            attr=html.escape(tiles.approval),
            subdomains=subdomains_of(tiles.url),
            max_zoom=closest,
        ).add_to(whole)
    markers = MarkerCluster(
        options={
            "maxClusterRadius": CLUSTER_PIXELS,
            "showCoverageOnHover": False,
            "spiderfyOnMaxZoom": False,
            "zoomToBoundsOnClick": False,
        }
    ).add_to(whole)
    whole.add_child(ProducingAreas(whole.get_name(), markers.get_name(), bool(tiles)))
    return whole


def _taken_apart(whole: folium.Map, tiles: Tiles | None) -> MapPage:
    figure = whole.get_root()
    figure.render()
    scripts, styles = [], []
    for name in figure.header._children:
        if name in OUR_SCRIPTS:
            scripts.append(OUR_SCRIPTS[name])
        elif name in OUR_STYLES:
            styles.append(OUR_STYLES[name])
        elif name not in NOT_USED and not name.startswith("map_"):
            raise ForeignPart(f"folium wants {name!r}: give it a file of our own or say that it is not used")
    body = _joined(figure.html)
    script = _joined(figure.script)
    found = re.search(r'id="(map_[0-9a-f]{32})"', body)
    if not found or body.count("<") != 2:
        raise ForeignPart("folium's page holds more than the one element of the map")
    refuse_foreign_addresses(body + script, allowed=tiles.url if tiles else None)
    script = script.replace(f'"{found.group(1)}"', f'"{ELEMENT_ID}"')
    # folium numbers its variables at random; without the numbers two builds give the same file.
    return MapPage(ELEMENT_ID, tuple(scripts), tuple(styles), _without_random_names(script))


def _joined(part: Element) -> str:
    return "\n".join(child.render() for child in part._children.values())


def refuse_foreign_addresses(text: str, allowed: str | None = None) -> None:
    """Stop where a script or page would ask another host; only the operator's own tiles may be named."""
    if allowed:
        text = text.replace(str(htmlsafe_json_dumps(allowed)), "")
    if found := ADDRESS.search(text):
        raise ForeignPart(f"folium's page would load {found.group()}")


def _without_random_names(script: str) -> str:
    names = dict.fromkeys(FOLIUM_ID.findall(script))
    for number, name in enumerate(names):
        script = script.replace(name, f"_{number}")
    lines = [line.strip() for line in script.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"
