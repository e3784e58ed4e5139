"""/api/v1/regions: divisions by name, code or place in the tree."""

from flask import Blueprint, Response, jsonify, request

from portal.api.asked import allow_only, number_asked
from portal.paging import MOST_PER_PAGE
from portal.regions.models import Region
from portal.regions.queries import children_of, get_region, region_line, search_regions
from portal.register.queries import public_version

blueprint = Blueprint("api_regions", __name__, url_prefix="/api/v1/regions")


@blueprint.get("")
def regions() -> Response:
    """Search with `q` (Chinese, pinyin, initials, English, code), or list what lies directly in `parent`."""
    allow_only("q", "parent", "page", "per_page")
    per_page = number_asked("per_page", 1, MOST_PER_PAGE, 50)
    number = number_asked("page", 1, 10**6, 1)
    typed = request.args.get("q", "")
    found = search_regions(typed, limit=None) if typed.strip() else children_of(request.args.get("parent"))
    shown = found[(number - 1) * per_page : number * per_page]
    return jsonify(
        total=len(found),
        page=number,
        per_page=per_page,
        items=[_as_json(region) for region in shown],
        version=public_version(),
    )


@blueprint.get("/<adcode>")
def region(adcode: str) -> Response:
    allow_only()
    found = get_region(adcode)
    line = [{"adcode": one.adcode, "name": one.name} for one in region_line(adcode)]
    return jsonify(_as_json(found) | {"line": line})


def _as_json(region: Region) -> dict[str, object]:
    return {
        "adcode": region.adcode,
        "name": region.name | {"pinyin": region.pinyin},
        "level": region.level,
        "parent": region.parent,
    }
