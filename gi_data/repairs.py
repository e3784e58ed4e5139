"""Makes an outline valid and says what was wrong with it and what the repair changed."""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from gi_data.areas import area_km2
from portal.lib.text import Text

FAULTS = {
    "Self-intersection": Text("边界线自相交", "the line of the border crosses itself"),
    "Ring Self-intersection": Text("边界线在一点上与自身相接", "the border touches itself in a point"),
    "Too few points in geometry component": Text("有的环点数不足", "a ring has too few points"),
    "Hole lies outside shell": Text("有的空洞在外环之外", "a hole lies outside its outline"),
    "Holes are nested": Text("空洞互相嵌套", "holes lie inside each other"),
    "Nested shells": Text("多个面互相嵌套", "polygons lie inside each other"),
    "Duplicate Rings": Text("有重复的环", "a ring is there twice"),
    "Interior is disconnected": Text("面的内部不连通", "the inside of a polygon falls apart"),
    "Invalid Coordinate": Text("有无效的坐标值", "a coordinate is not a number"),
}
OTHER_FAULT = Text("图形无效（{reason}）", "the shape is not valid ({reason})")


@dataclass(frozen=True)
class Repair:
    """The valid polygons of a shape; `fault` and `place` are None when nothing was wrong."""

    geometry: shapely.MultiPolygon
    fault: Text | None
    place: str | None
    km2: float

    @property
    def was_needed(self) -> bool:
        return self.fault is not None

    @property
    def report(self) -> Text:
        if self.fault is None:
            return Text("图形有效，未作修改。", "The shape is valid and was not changed.")
        template = Text(
            "{fault}（约在 {place}），已修复；修复后面积 {km2:.2f} 平方千米，请在预览图上核对。",
            "Repaired: {fault} (near {place}). The area is now {km2:.2f} km²; please check the preview.",
        )
        return template.format(fault=self.fault, place=self.place or "—", km2=self.km2)


def repair(geometry: BaseGeometry) -> Repair:
    """The polygons of a shape, made valid by keeping the even-odd inside; lines and points are dropped."""
    fault, place = (None, None) if geometry.is_valid else _fault_of(geometry)
    whole = _polygons_of(geometry if fault is None else shapely.make_valid(geometry))
    return Repair(whole, fault, place, area_km2(whole))


def _polygons_of(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """One multi-polygon of all polygons inside a shape of any kind, overlapping ones joined."""
    parts = [
        polygon
        for part in shapely.get_parts(geometry)
        for polygon in shapely.get_parts(part)
        if polygon.geom_type == "Polygon" and not polygon.is_empty
    ]
    joined = shapely.union_all(parts) if parts else shapely.MultiPolygon()
    return shapely.MultiPolygon([joined]) if joined.geom_type == "Polygon" else joined


def _fault_of(geometry: BaseGeometry) -> tuple[Text, str | None]:
    """The first fault the geometry library names, such as `Self-intersection[106.1 37.2]`."""
    reason, _, rest = shapely.is_valid_reason(geometry).partition("[")
    place = ", ".join(f"{float(number):.5f}" for number in rest.rstrip("]").split()) or None
    return FAULTS.get(reason, OTHER_FAULT.format(reason=reason)), place
