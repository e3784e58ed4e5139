"""What the page of the map is made of, beside the list: where its script finds everything."""

from collections.abc import Iterable

from flask import url_for

from maps.made import MadeMap
from portal.catalogue.index import facets
from portal.catalogue.map_marks import KIND_ORDER, Mark, anchor_of, box_of, drawn_units, layers
from portal.catalogue.rules import Kind
from portal.lib.text import Text

BRAND_NAME = Text("区域公用品牌", "regional brand")
KINDS: tuple[tuple[str, Text], ...] = tuple((key, Kind.words().get(key, BRAND_NAME)) for key in KIND_ORDER)
Box = tuple[float, float, float, float]

# From 曾母暗沙 to 漠河, south-west and north-east, as (latitude, longitude).
WHOLE_COUNTRY = ((3, 73), (54, 136))

# An area that fills most of the country is looked at as the whole country.
WIDE_DEGREES = 45


def settings_for(made: MadeMap, language: str, focus: Box | None, chosen: str | None) -> dict[str, object]:
    """Addresses and numbers for the script; every address of data holds the version of what it gives."""
    return {
        "lang": language,
        "made": url_for("catalogue_map.made", version=made.version, name=""),
        "near": sorted(name[5:7] for name in made.parts if name.startswith("near-")),
        "close": sorted(name[9:11] for name in made.parts if _is_close(name)),
        "layers": [
            {
                "key": layer.key,
                "url": url_for("catalogue_map.layer", key=layer.key, v=layer.version(), lang=language),
            }
            for layer in layers()
        ],
        "facets": [
            {
                "key": facet.name,
                "title": facet.title.say(language),
                "url": url_for("catalogue_map.facet", name=facet.name, v=facet.version(), lang=language),
            }
            for facet in facets()
        ],
        "found": url_for("catalogue_map.found"),
        "at": url_for("catalogue_map.at"),
        "card": url_for("catalogue_map.card", layer="", number=0).removesuffix("/0"),
        "outlines": url_for("catalogue_map.outlines"),
        "squares": url_for("catalogue_map.outlines_of_square", square="SQUARE"),
        "kinds": [{"key": key, "text": text.say(language)} for key, text in KINDS],
        "country": WHOLE_COUNTRY,
        "focus": focus,
        "chosen": chosen,
    }


def _is_close(name: str) -> bool:
    return name.startswith("counties-") and name.removesuffix(".json")[9:].isdecimal()


def focus_of(marks: Iterable[Mark], made: MadeMap) -> Box | None:
    """The box around all areas, None where that is about the whole country (or nothing at all)."""
    boxes: list[Box] = []
    for mark in marks:
        if box := box_of(drawn_units(mark.codes, made), made):
            boxes.append(box)
        elif anchor := anchor_of(mark, made):
            boxes.append((*anchor, *anchor))
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    box = (min(west), min(south), max(east), max(north))
    return box if box[2] - box[0] < WIDE_DEGREES else None
