"""The small map of one brand: its region and its members, as a picture."""

from flask import Blueprint, Response

from portal.brands.on_map import member_marks
from portal.brands.queries import get_brand
from portal.catalogue.made_map import get_map
from portal.catalogue.map_pictures import draw_members
from portal.language import current_language
from portal.lib.text import Text

blueprint = Blueprint("brands_map", __name__)


@blueprint.get("/brands/<slug>/map.svg")
def picture(slug: str) -> Response:
    brand = get_brand(slug)
    codes = [region.adcode for region in brand.regions]
    title = Text(f"{brand.name_zh}的地区和成员", f"The region and members of {brand.name_en}")
    drawing = draw_members(get_map(), codes, member_marks(brand), title, current_language())
    return Response(drawing, mimetype="image/svg+xml")
