"""/ogc/: OGC API Features 1.0 (Core, GeoJSON, HTML, OpenAPI 3.0), for GDAL, QGIS and people."""

import json

from flask import Blueprint, Response, current_app, render_template, request

from portal.api.limiting import api_limit
from portal.api.parameters import CONTROL
from portal.language import current_language
from portal.lib.clock import now
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.ogc import documents, gis, regions
from portal.ogc.collections import Asked, Collection
from portal.ogc.description import description
from portal.ogc.rules import CONFORMANCE, read_boxes, read_interval, read_limit, read_offset, refused

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc")

COLLECTIONS = {one.id: one for one in (gis.COLLECTION, regions.COLLECTION)}
FORMS = ("json", "html")
PAGING = ("limit", "offset", "bbox", "datetime")


@blueprint.get("/")
def landing() -> Response:
    here = _form()
    document = documents.landing(_base(), here, current_language())
    return _answer(document, here, "ogc/landing.html", collections=COLLECTIONS.values())


@blueprint.get("/conformance")
def conformance() -> Response:
    here = _form()
    return _answer({"conformsTo": list(CONFORMANCE)}, here, "ogc/conformance.html")


@blueprint.get("/api")
def api() -> Response:
    _allow_only("f")
    body = json.dumps(description(COLLECTIONS.values(), _base(), current_language()), ensure_ascii=False)
    return Response(body, content_type=documents.OPENAPI)


@blueprint.get("/collections")
def collections() -> Response:
    here = _form()
    document = documents.collections_as_json(COLLECTIONS.values(), _base(), here, current_language())
    return _answer(document, here, "ogc/landing.html", collections=COLLECTIONS.values())


@blueprint.get("/collections/<name>")
def collection(name: str) -> Response:
    one, here = _get(name), _form()
    document = documents.collection_as_json(one, _base(), here, current_language())
    return _answer(document, here, "ogc/collection.html", one=one)


@blueprint.get("/collections/<name>/items")
@api_limit
def items(name: str) -> Response:
    one = _get(name)
    here = _form(*PAGING, *(filtered.name for filtered in one.filters))
    asked = _asked(one)
    found = one.find(asked)
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    links = documents.items_links(one, asked, found, _base(), query, here)
    if here == "html":
        page = {link["rel"]: link["href"] for link in links}
        return _answer({}, here, "ogc/items.html", one=one, found=found, asked=asked, page=page)
    return _finish(Response(documents.items_text(found, links, now()), content_type=documents.GEOJSON))


@blueprint.get("/collections/<name>/items/<number>")
@api_limit
def item(name: str, number: str) -> Response:
    one, here = _get(name), _form()
    if CONTROL.search(number) or len(number) > 100:
        raise NotFound(Text("没有这个要素", "There is no such feature"))
    feature = one.get(number)
    if here == "html":
        return _answer({}, here, "ogc/item.html", one=one, feature=feature)
    links = documents.item_links(one, feature, _base(), here)
    return _finish(Response(documents.item_text(feature, links), content_type=documents.GEOJSON))


def _asked(one: Collection) -> Asked:
    wanted = {}
    for filtered in one.filters:
        value = request.args.get(filtered.name)
        if value is None:
            continue
        if CONTROL.search(value) or len(value) > 200:
            raise refused(filtered.name, "不能含有控制字符", "Must not contain control characters")
        if filtered.choices and value not in filtered.choices:
            listed = ", ".join(filtered.choices)
            raise refused(filtered.name, f"应为：{listed}", f"Must be one of: {listed}")
        wanted[filtered.name] = value
    return Asked(
        limit=read_limit(request.args.get("limit")),
        offset=read_offset(request.args.get("offset")),
        boxes=read_boxes(request.args.get("bbox")),
        interval=read_interval(request.args.get("datetime")),
        wanted=wanted,
    )


def _get(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise NotFound(Text("没有这个集合", "There is no such collection"))
    return COLLECTIONS[name]


def _form(*known: str) -> str:
    """`f` where it is given, otherwise what the asker would rather have."""
    _allow_only("f", *known)
    asked = request.args.get("f")
    if asked is not None:
        if asked not in FORMS:
            raise refused("f", "应为 json 或 html", "Must be json or html")
        return asked
    best = request.accept_mimetypes.best_match([documents.JSON, documents.GEOJSON, documents.HTML])
    return "html" if best == documents.HTML else "json"


def _allow_only(*known: str) -> None:
    unknown = [name for name in request.args if name not in (*known, "lang")]
    if unknown:
        message = Text("这个地址不认识此参数", "Not known at this address")
        raise RuleBroken(
            Text("有不认识的参数", "There are unknown parameters"), dict.fromkeys(unknown, message)
        )


def _answer(document: dict, here: str, template: str, **shown: object) -> Response:
    if here == "html":
        return _finish(Response(render_template(template, **shown)))
    return _finish(Response(json.dumps(document, ensure_ascii=False), content_type=documents.JSON))


def _finish(answer: Response) -> Response:
    """Where the form was not named in the address, the same address has two answers: neither is kept."""
    if "f" not in request.args:
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return answer


def _base() -> str:
    return current_app.config["SETTINGS"].base_url
