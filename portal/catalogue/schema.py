"""What leaves the catalogue through the API, field by field."""

from collections.abc import Iterable, Mapping

from portal.catalogue.index_rows import Row
from portal.catalogue.models import Document, Indication
from portal.catalogue.panels import BrandName
from portal.regions.models import Region

Facts = Mapping[str, object]
Json = dict[str, object]


def indication_as_item(row: Row, indication: Indication, regions: Mapping[str, Region], url: str) -> Json:
    """A GI in a list."""
    return {
        "slug": row.slug,
        "name": {"zh": row.name_zh, "en": indication.name_en, "pinyin": row.pinyin},
        "kinds": list(row.kinds),
        "category": row.category,
        "status": row.status,
        "regions": [region_as_json(code, regions) for code in row.regions],
        "url": url,
        "demo": indication.demo,
    }


def region_as_json(adcode: str, regions: Mapping[str, Region]) -> Json:
    return {"adcode": adcode, "name": dict(regions[adcode].name) if adcode in regions else None}


def indication_as_json(
    item: Json,
    facts: Facts,
    documents: Mapping[str, Document],
    brands: Mapping[str, BrandName],
    geometry_url: str,
) -> Json:
    """A GI with everything stated of it; what is unknown is null, never nought."""
    return item | {
        "aliases": list(facts.get("aliases", [])),
        "summary": facts.get("summary"),
        "candidate": bool(facts.get("candidate")),
        "production": _with_source(facts.get("production"), ("status", "date", "note"), documents),
        "protections": [protection_as_json(one, documents) for one in facts.get("protections", [])],
        "area": area_as_json(facts.get("area"), documents, geometry_url),
        "quality": [_with_source(one, ("text",), documents) for one in facts.get("quality", [])],
        "standards": [
            _with_source(one, ("number", "title", "relation"), documents)
            for one in facts.get("standards", [])
        ],
        "honours": [
            _with_source(one, ("kind", "name", "number", "date", "note"), documents)
            for one in facts.get("honours", [])
        ],
        "figures": [figure_as_json(one, documents) for one in facts.get("figures", [])],
        "brands": [brand_as_json(one, documents, brands) for one in facts.get("brands", [])],
        "related": [_with_source(one, ("gi", "relation"), documents) for one in facts.get("related", [])],
        "open_questions": list(facts.get("open_questions", [])),
    }


def protection_as_json(one: Facts, documents: Mapping[str, Document]) -> Json:
    fields = ("key", "kind", "status", "number", "date", "holder", "announcement", "converted_to", "note")
    return _with_source(one, fields, documents)


def area_as_json(area: Facts | None, documents: Mapping[str, Document], geometry_url: str) -> Json | None:
    if not area:
        return None
    units = [
        {
            "adcode": unit.get("code"),
            "name": unit.get("name_now"),
            "name_in_source": unit.get("name_in_source"),
            "part": unit.get("part"),
        }
        for unit in area.get("units", [])
    ]
    described = _with_source(area, ("text", "precision", "warning", "coordinates_text"), documents)
    box = [float(edge) for edge in area.get("bbox", [])]
    return described | {
        "units": units,
        "bbox": box or None,
        "history": [
            _with_source(one, ("kind", "before", "after", "date", "note"), documents)
            for one in area.get("history", [])
        ],
        "geometry_url": geometry_url,
    }


def figure_as_json(one: Facts, documents: Mapping[str, Document]) -> Json:
    """The value is exact decimal text as the source prints it; the comparator says what stood before it."""
    described = _with_source(one, ("metric", "value", "unit", "date", "when", "note"), documents)
    return described | {"comparator": one.get("comparator", "=")}


def brand_as_json(one: Facts, documents: Mapping[str, Document], brands: Mapping[str, BrandName]) -> Json:
    name = brands[one["brand"]]
    described = _with_source(one, ("standing", "note"), documents)
    return {"slug": one["brand"], "name": {"zh": name.zh, "en": name.en}} | described


def _with_source(one: Facts | None, fields: Iterable[str], documents: Mapping[str, Document]) -> Json | None:
    """The named fields, the first source and all of them, and how well the statement is supported."""
    if not one:
        return None
    sources = [source_as_json(source, documents) for source in one.get("sources", [])]
    return {field: one.get(field) for field in fields} | {
        "source": sources[0] if sources else None,
        "sources": sources,
        "support": one.get("support"),
    }


def source_as_json(source: str, documents: Mapping[str, Document]) -> Json:
    key, _, place = source.partition("/")
    facts = documents[key].facts if key in documents else {}
    return {
        "document": key,
        "title": facts.get("title"),
        "place": facts.get("places", {}).get(place) if place else None,
        "support": facts.get("kind"),
    }
