"""The documents of OGC API Features as plain values; a view writes them as JSON or as a page."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from portal.data.shapes import feature_text
from portal.lib.text import Text
from portal.ogc.collections import Asked, Collection, Feature, Slice
from portal.ogc.rules import CRS84, EXTENT

Json = dict[str, Any]
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
TITLE = Text("地理标志登记簿：OGC API", "GI register: OGC API Features")


def link(href: str, rel: str, media: str, title: str) -> Json:
    return {"href": href, "rel": rel, "type": media, "title": title}


def self_and_other(address: str, here: str, media: str = JSON) -> list[Json]:
    """This document as it is asked for, and in its other form."""
    join = "&" if "?" in address else "?"
    forms = {"json": (media, "JSON"), "html": (HTML, "HTML")}
    return [
        link(f"{address}{join}f={form}", "self" if form == here else "alternate", kind, title)
        for form, (kind, title) in forms.items()
    ]


def landing(base: str, here: str, language: str) -> Json:
    return {
        "title": TITLE.say(language),
        "description": Text(
            "产地范围和行政区划，供 QGIS、GDAL 等软件读取",
            "Producing areas and divisions, for QGIS, GDAL and others",
        ).say(language),
        "links": [
            *self_and_other(f"{base}/ogc/", here),
            link(f"{base}/ogc/api", "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(f"{base}/ogc/?f=html", "service-doc", HTML, "HTML"),
            link(f"{base}/ogc/conformance", "conformance", JSON, "conformance"),
            link(f"{base}/ogc/collections", "data", JSON, "collections"),
        ],
    }  # fmt: skip


def collection_as_json(one: Collection, base: str, here: str, language: str) -> Json:
    address = f"{base}/ogc/collections/{one.id}"
    extent: Json = {"spatial": {"bbox": [list(EXTENT)], "crs": CRS84}}
    if one.temporal:
        extent["temporal"] = {"interval": [[None, None]]}
    return {
        "id": one.id,
        "title": one.title.say(language),
        "description": one.about.say(language),
        "itemType": "feature",
        "extent": extent,
        "crs": [CRS84],
        "links": [
            *self_and_other(address, here),
            link(f"{address}/items?f=json", "items", GEOJSON, "GeoJSON"),
            link(f"{address}/items?f=html", "items", HTML, "HTML"),
        ],
    }


def collections_as_json(known: Iterable[Collection], base: str, here: str, language: str) -> Json:
    return {
        "links": self_and_other(f"{base}/ogc/collections", here),
        "collections": [collection_as_json(one, base, here, language) for one in known],
    }


def items_links(one: Collection, asked: Asked, found: Slice, base: str, query: list, here: str) -> list[Json]:
    address = f"{base}/ogc/collections/{one.id}/items"
    kept = [(name, value) for name, value in query if name not in ("f", "offset")]
    links = self_and_other(_with(address, kept, asked.offset), here, GEOJSON)
    form, media = ("&f=html", HTML) if here == "html" else ("&f=json", GEOJSON)
    if asked.offset + len(found.features) < found.matched and found.features:
        after = asked.offset + len(found.features)
        links.append(link(_with(address, kept, after) + form, "next", media, "next"))
    if asked.offset:
        before = max(0, asked.offset - asked.limit)
        links.append(link(_with(address, kept, before, always=True) + form, "prev", media, "previous"))
    links.append(link(f"{base}/ogc/collections/{one.id}", "collection", JSON, one.id))
    return links


def _with(address: str, kept: list, offset: int, always: bool = False) -> str:
    query = [*kept, *([("offset", offset)] if offset or always else [])]
    return f"{address}?{urlencode(query)}" if query else address


def items_text(found: Slice, links: list[Json], moment: datetime) -> str:
    """A page of features, written as text so that geometries are not read back only to be written."""
    head = {
        "type": "FeatureCollection",
        "timeStamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": found.matched,
        "numberReturned": len(found.features),
        "links": links,
    }
    features = ",".join(feature_text(one.id, one.properties, one.geometry) for one in found.features)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]},"features":[{features}]}}'


def item_links(one: Collection, feature: Feature, base: str, here: str) -> list[Json]:
    address = f"{base}/ogc/collections/{one.id}/items/{quote(feature.id)}"
    links = self_and_other(address, here, GEOJSON)
    links.append(link(f"{base}/ogc/collections/{one.id}", "collection", JSON, one.id))
    if feature.page:
        links.append(link(base + feature.page, "describedby", HTML, feature.title.zh))
    return links


def item_text(feature: Feature, links: list[Json]) -> str:
    told = feature_text(feature.id, feature.properties, feature.geometry)
    return f'{told[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}'
