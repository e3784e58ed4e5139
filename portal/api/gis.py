"""/api/v1/gis: the catalogue as data, by the same questions as its page."""

from collections.abc import Iterable

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from portal.api.describing import described
from portal.api.listing import listed
from portal.api.parameters import PAGE, Parameter, adcode, one_of, per_page, words
from portal.api.shapes.gis import GI, GIS
from portal.catalogue.asking import LONGEST_QUESTION, PER_PAGE, WITHIN, exact
from portal.catalogue.index import SORTS, Facet, facet_values, facets, look_up
from portal.catalogue.index_rows import Row, row_of
from portal.catalogue.models import Indication
from portal.catalogue.panels import brand_names
from portal.catalogue.present import documents_cited
from portal.catalogue.queries import documents_by_id, get_indication, indications_of
from portal.catalogue.rules import Kind, Status
from portal.catalogue.schema import indication_as_item, indication_as_json
from portal.catalogue.vocabulary import vocabulary
from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.register.queries import public_version

blueprint = Blueprint("api_gis", __name__, url_prefix="/api/v1/gis")


def _parameters() -> Iterable[Parameter]:
    """What the page of the catalogue can be asked, and what the rooms above add to it."""
    q = Text("名称、拼音、首字母、英文名、登记号中的一段", "Part of a name, pinyin, initials or number")
    return (
        words("q", q, LONGEST_QUESTION, example="zngq"),
        one_of("within", Text("只在名称里找", "Look in names only"), WITHIN),
        one_of("kind", Text("保护形式", "Kind of protection"), Kind, several=True),
        one_of("category", Text("产品类别", "Category"), lambda: vocabulary().categories, several=True),
        adcode("region", Text("所在区划", "Division")),
        one_of("status", Text("状态", "State"), Status, several=True),
        *map(_of_facet, facets()),
        one_of("sort", Text("次序；不写是最相近的在前", "Order; closest first if not given"), SORTS),
        PAGE,
        per_page(PER_PAGE),
    )


def _of_facet(facet: Facet) -> Parameter:
    def values() -> list[str]:
        return sorted(frozenset().union(*facet_values(facet.name).values()))

    return one_of(facet.name, facet.title, values, several=True)


@blueprint.get("")
@described(
    Text("地理标志目录", "The catalogue of GIs"),
    GIS,
    parameters=_parameters,
    examples=("/api/v1/gis", "/api/v1/gis?q=zngq", "/api/v1/gis?region=150000&kind=gi_product&per_page=5"),
)
def gis() -> Response:
    """GIs that fit, best first or in the order asked for."""
    question = exact(request.args)
    found = look_up(question.asked, filters=())
    first = (question.page - 1) * question.per_page
    rows = found.rows[first : first + question.per_page]
    items = _items(rows, indications_of(rows))
    return listed(items, len(found.rows), question.page, question.per_page)


@blueprint.get("/<slug>")
@described(
    Text("一个地理标志", "One GI"),
    GI,
    path=(
        words("slug", Text("地理标志的代号", "Key of the GI"), 80, required=True, example="zhongning-gouqi"),
    ),
    examples=("/api/v1/gis/zhongning-gouqi", "/api/v1/gis/wuyuan-xiangrikui"),
)
def gi(slug: str) -> Response:
    """One GI with everything stated of it and the documents that say so."""
    indication = get_indication(slug)
    facts = indication.facts
    item = _items([row_of(indication)], [indication])[0]
    body = indication_as_json(
        item,
        facts,
        documents_by_id(documents_cited(facts)),
        brand_names({one["brand"] for one in facts.get("brands", [])}),
        f"{_base()}/api/v1/gis/{slug}/area",
    )
    withdrawn = indication.withdrawn_on.isoformat() if indication.withdrawn_on else None
    return jsonify(body | {"withdrawn_on": withdrawn, "version": public_version()})


def _items(rows: list[Row], indications: list[Indication]) -> list[dict[str, object]]:
    regions = regions_by_code({code for row in rows for code in row.regions})
    return [
        indication_as_item(row, indication, regions, _base() + url_for("catalogue.show", slug=row.slug))
        for row, indication in zip(rows, indications, strict=True)
    ]


def _base() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")
