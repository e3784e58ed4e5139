"""What the map answers: the area of a GI as GeoJSON, and the GIs whose area covers a point."""

from portal.api.shapes import NAME, REGION, either, fields, free, many, maybe, number, text, truth, whole
from portal.api.shapes.gis import ITEM_FIELDS
from portal.catalogue.area_rules import Precision

AREA = fields(
    "A GeoJSON Feature (RFC 7946), WGS 84",
    type=either("Feature"),
    id=text("slug of the GI"),
    bbox=maybe(many(number(), minItems=4, maxItems=4), "west, south, east, north"),
    geometry=maybe(free(), "null where the area is not known or nothing of it can be drawn"),
    properties=fields(
        name=NAME,
        precision=either(*Precision, about="how well the geometry fits the area"),
        precision_words=NAME,
        adcodes=many(text(), "the divisions that the area names"),
        not_drawn=many(text(), "those of them for which there is no outline"),
        km2=maybe(whole(), "size of what is drawn"),
        boundaries=NAME,
        url=text(format="uri"),
    ),
)
LOCATED = fields(
    lon=number(),
    lat=number(),
    counties=many(REGION, "the county at this point: two on a border, none outside the country"),
    total=whole(minimum=0),
    items=many(
        fields(
            **ITEM_FIELDS, precision=either(*Precision), exact=truth("false where the area may be smaller")
        ),
        "GIs whose area covers the point; an area known by townships counts as its county",
    ),
    undecided=many(fields(**ITEM_FIELDS), "GIs of these counties whose area is not known"),
    version=whole(minimum=0),
)
