"""/api/v1/brands: regional brands and bundles."""

from flask import Blueprint, Response, jsonify

from portal.api.asked import allow_only, number_asked
from portal.brands import queries
from portal.brands.asked import read_asked
from portal.brands.present import region_names_for
from portal.brands.schema import brand_as_item, brand_as_json
from portal.paging import MOST_PER_PAGE
from portal.register.queries import public_version

blueprint = Blueprint("api_brands", __name__, url_prefix="/api/v1/brands")


@blueprint.get("")
def brands() -> Response:
    allow_only("q", "kind", "status", "region", "page", "per_page")
    per_page = number_asked("per_page", 1, MOST_PER_PAGE, 50)
    number = number_asked("page", 1, 10**6, 1)
    found = queries.brands_asked(read_asked())
    shown = found[(number - 1) * per_page : number * per_page]
    names = region_names_for(shown)
    return jsonify(
        total=len(found),
        page=number,
        per_page=per_page,
        items=[brand_as_item(brand, names) for brand in shown],
        version=public_version(),
    )


@blueprint.get("/<slug>")
def brand(slug: str) -> Response:
    allow_only()
    found = queries.get_brand(slug)
    slugs = [member["gi"] for member in found.facts.get("members", []) if member.get("gi")]
    return jsonify(brand_as_json(found, region_names_for([found]), queries.indications_by_slug(slugs)))
