"""The OpenAPI 3.0 description that the class oas30 asks for."""

from collections.abc import Iterable
from typing import Any

from portal.lib.text import Text
from portal.ogc.collections import Collection, Property
from portal.ogc.documents import TITLE
from portal.ogc.rules import DEFAULT_LIMIT, MOST_ITEMS

Json = dict[str, Any]


def description(known: Iterable[Collection], base: str, language: str) -> Json:
    known = tuple(known)
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE.say(language), "version": "1.0.0"},
        "servers": [{"url": f"{base}/ogc"}],
        "paths": {
            "/": _get("landing", "Landing page", ["f"]),
            "/conformance": _get("conformance", "Conformance classes", ["f"]),
            "/api": _get("description", "This description", []),
            "/collections": _get("collections", "Collections", ["f"]),
            **{path: operation for one in known for path, operation in _paths(one, language).items()},
        },
        "components": {"parameters": _shared(language), "schemas": {"problem": {"type": "object"}}},
    }


def _paths(one: Collection, language: str) -> Json:
    address = f"/collections/{one.id}"
    items = _get(
        f"{one.id}.items", one.title.say(language), ["f", "limit", "offset", "bbox", "datetime"], True
    )
    items["get"]["parameters"] += [_filter(filtered, language) for filtered in one.filters]
    item = _get(f"{one.id}.item", one.title.say(language), ["f", "featureId"], True)
    return {
        address: _get(f"{one.id}.collection", one.title.say(language), ["f"]),
        f"{address}/items": items,
        f"{address}/items/{{featureId}}": item,
    }


def _get(name: str, summary: str, parameters: list[str], geojson: bool = False) -> Json:
    media = "application/geo+json" if geojson else "application/json"
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{one}"} for one in parameters],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {
                        media: {"schema": {"type": "object"}},
                        "text/html": {"schema": {"type": "string"}},
                    },
                },
                "400": _problem("A parameter is not right"),
                "404": _problem("Not found"),
                "429": _problem("Too many requests"),
            },
        }
    }


def _problem(about: str) -> Json:
    schema = {"schema": {"$ref": "#/components/schemas/problem"}}
    return {"description": about, "content": {"application/problem+json": schema}}


def _filter(one: Property, language: str) -> Json:
    schema: Json = {"type": "string"}
    if one.choices:
        schema["enum"] = [str(choice) for choice in one.choices]
    return {
        "name": one.name, "in": "query", "description": one.about.say(language), "schema": schema,
        "style": "form", "explode": False,
    }  # fmt: skip


def _shared(language: str) -> Json:
    def query(name: str, about: Text, schema: Json) -> Json:
        return {
            "name": name, "in": "query", "description": about.say(language), "schema": schema,
            "style": "form", "explode": False,
        }  # fmt: skip

    edges = {
        "type": "array",
        "oneOf": [{"minItems": n, "maxItems": n} for n in (4, 6)],
        "items": {"type": "number"},
    }
    from_start = {"type": "integer", "minimum": 0, "default": 0}
    return {
        "f": query("f", Text("形式", "Form"), {"type": "string", "enum": ["json", "html"]}),
        "limit": query(
            "limit",
            Text("最多几个", "At most how many"),
            {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": DEFAULT_LIMIT},
        ),
        "offset": query("offset", Text("从第几个之后", "After how many"), from_start),
        "bbox": query("bbox", Text("范围：西,南,东,北", "Box: west,south,east,north"), edges),
        "datetime": query("datetime", Text("时刻或时段", "Instant or interval"), {"type": "string"}),
        "featureId": {
            "name": "featureId", "in": "path", "required": True, "schema": {"type": "string"},
            "description": Text("要素的代号", "Key of the feature").say(language),
        },
    }  # fmt: skip
