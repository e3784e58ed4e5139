"""/api/v1/gis: the catalogue as data, by the same questions as its page."""

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from portal.api.asked import allow_only
from portal.catalogue.asking import exact, parameters
from portal.catalogue.index import Row, look_up, row_of
from portal.catalogue.models import Indication
from portal.catalogue.panels import brand_names
from portal.catalogue.present import documents_cited
from portal.catalogue.queries import documents_by_id, get_indication, indications_of
from portal.catalogue.schema import indication_as_item, indication_as_json
from portal.regions.queries import regions_by_code
from portal.register.queries import public_version

blueprint = Blueprint("api_gis", __name__, url_prefix="/api/v1/gis")


@blueprint.get("")
def gis() -> Response:
    """GIs that fit, best first or in the order asked for."""
    allow_only(*parameters())
    question = exact(request.args)
    found = look_up(question.asked, counted=False)
    first = (question.page - 1) * question.per_page
    rows = found.rows[first : first + question.per_page]
    return jsonify(
        total=len(found.rows),
        page=question.page,
        per_page=question.per_page,
        items=_items(rows, indications_of(rows)),
        version=public_version(),
    )


@blueprint.get("/<slug>")
def gi(slug: str) -> Response:
    """One GI with everything stated of it and the documents that say so."""
    allow_only()
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
