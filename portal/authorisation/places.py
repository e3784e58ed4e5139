"""Does a place lie in the producing area? Divisions are compared by their codes, points by the outlines."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from portal.catalogue.models import Indication
from portal.catalogue.queries import current_outline
from portal.lib.text import Text
from portal.producers.rules import PlaceFit, place_fit

EARTH_METRES = 6_371_000


@dataclass(frozen=True)
class PointAnswer:
    """`basis`: outline, divisions, county (townships are not drawn), none. `distance_m` to the area."""

    inside: PlaceFit
    distance_m: int | None
    basis: str

    @property
    def text(self) -> Text:
        if self.inside is PlaceFit.OUTSIDE and self.distance_m is not None:
            return _OUTSIDE_BY.format(far=_distance(self.distance_m))
        return POINT_WORDS[self.inside]

    @property
    def tone(self) -> str:
        return FIT_TONES[self.inside]


FIT_TONES = {
    PlaceFit.INSIDE: "positive",
    PlaceFit.PARTLY: "watch",
    PlaceFit.OUTSIDE: "negative",
    PlaceFit.UNKNOWN: "neutral",
}
POINT_WORDS = {
    PlaceFit.INSIDE: Text("这个点在产地范围内", "The point lies in the producing area"),
    PlaceFit.PARTLY: Text(
        "这个点在产地所在的县内；乡镇没有可用的界线，是否在范围内由现场核查认定",
        "The point lies in the county of the area; townships have no outlines, so the visit decides",
    ),
    PlaceFit.OUTSIDE: Text("这个点不在产地范围内", "The point lies outside the producing area"),
    PlaceFit.UNKNOWN: Text(
        "无法判断：产地范围没有界线可比，或者没有给出坐标",
        "Cannot be said: the area has no outline to compare with, or no point was given",
    ),
}
_OUTSIDE_BY = Text(
    "这个点不在产地范围内，最近处相距约{far}", "The point lies outside the area, about {far} from it"
)
NOTHING_KNOWN = PointAnswer(PlaceFit.UNKNOWN, None, "none")


def division_fit(indication: Indication, adcode: str) -> PlaceFit:
    """By codes: needs `units` loaded."""
    return place_fit(adcode, [unit.code for unit in indication.units])


def point_answer(indication: Indication, lon: float | None, lat: float | None) -> PointAnswer:
    """By outlines. Shapely and the boundaries are read on first use only: most pages never need them."""
    if lon is None or lat is None:
        return NOTHING_KNOWN
    geometry, basis = _geometry(indication)
    if geometry is None:
        return NOTHING_KNOWN
    import shapely

    point = shapely.Point(lon, lat)
    if shapely.intersects(geometry, point):
        return PointAnswer(PlaceFit.PARTLY if basis == "county" else PlaceFit.INSIDE, 0, basis)
    _, nearest = shapely.get_coordinates(shapely.shortest_line(point, geometry))
    return PointAnswer(PlaceFit.OUTSIDE, round(metres(lon, lat, float(nearest[0]), float(nearest[1]))), basis)


def _geometry(indication: Indication) -> tuple[object | None, str]:
    outline = current_outline(indication.id)
    if outline is not None:
        import shapely

        return shapely.from_wkb(outline.wkb), "outline"
    codes = [unit.code for unit in indication.units]
    if not codes:
        return None, "none"
    from gi_data.areas import area_of
    from gi_data.boundaries import BoundariesMissing

    try:
        area = area_of(codes)
    except BoundariesMissing:
        return None, "none"
    return area.geometry, area.precision


def metres(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """The way between two points over the ground (haversine)."""
    rise, turn = radians(lat_b - lat_a), radians(lon_b - lon_a)
    half = sin(rise / 2) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(turn / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))


def _distance(far: int) -> Text:
    if far < 1000:
        return Text(f" {far} 米", f"{far} m")
    return Text(f" {far / 1000:.1f} 公里", f"{far / 1000:.1f} km")
