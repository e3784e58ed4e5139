"""/api/v1/brands: regional brands and bundles."""

from flask import Blueprint, Response, jsonify

from portal.api.describing import asked, described
from portal.api.listing import listed
from portal.api.parameters import PAGE, adcode, one_of, per_page, words
from portal.api.shapes.brands import BRAND, BRANDS
from portal.brands import queries
from portal.brands.asked import read_asked
from portal.brands.rows import region_names_for
from portal.brands.rules import BrandKind, BrandStatus
from portal.brands.schema import brand_as_item, brand_as_json
from portal.lib.text import Text

blueprint = Blueprint("api_brands", __name__, url_prefix="/api/v1/brands")


@blueprint.get("")
@described(
    Text("区域公用品牌", "Regional brands"),
    BRANDS,
    parameters=(
        words("q", Text("名称中的一段", "Part of the name"), example="天赋河套"),
        one_of("kind", Text("种类", "Kind"), BrandKind),
        one_of("status", Text("状态", "State"), BrandStatus),
        adcode("region", Text("所在区划", "Division")),
        PAGE,
        per_page(50),
    ),
    examples=("/api/v1/brands", "/api/v1/brands?q=babao", "/api/v1/brands?kind=bundle&region=150000"),
)
def brands() -> Response:
    number, size = asked("page"), asked("per_page")
    found = queries.brands_asked(read_asked())
    shown = found[(number - 1) * size : number * size]
    names = region_names_for(shown)
    return listed([brand_as_item(brand, names) for brand in shown], len(found), number, size)


@blueprint.get("/<slug>")
@described(
    Text("一个区域公用品牌", "One regional brand"),
    BRAND,
    path=(words("slug", Text("品牌的代号", "Key of the brand"), 80, required=True, example="tianfu-hetao"),),
    examples=("/api/v1/brands/tianfu-hetao", "/api/v1/brands/guyang-babao"),
)
def brand(slug: str) -> Response:
    found = queries.get_brand(slug)
    slugs = [member["gi"] for member in found.facts.get("members", []) if member.get("gi")]
    return jsonify(brand_as_json(found, region_names_for([found]), queries.indications_by_slug(slugs)))
