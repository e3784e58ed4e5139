"""/api/v1/regions: divisions by name, code or place in the tree."""

from flask import Blueprint, Response, jsonify

from portal.api.describing import asked, described
from portal.api.listing import listed
from portal.api.parameters import ADCODE_PATTERN, PAGE, adcode, per_page, words
from portal.api.shapes.regions import REGION_WITH_LINE, REGIONS
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.queries import children_of, get_region, region_line, search_regions

blueprint = Blueprint("api_regions", __name__, url_prefix="/api/v1/regions")


@blueprint.get("")
@described(
    Text("行政区划", "Administrative divisions"),
    REGIONS,
    parameters=(
        words(
            "q",
            Text(
                "名称、拼音、首字母、英文名或代码中的一段",
                "Part of a name, pinyin, initials, English name or code",
            ),
            example="中宁",
        ),
        adcode("parent", Text("只要直接在这个区划之内的", "Only what lies directly in this division")),
        PAGE,
        per_page(50),
    ),
    detail=Text("没有 q 也没有 parent 时是各省。", "Without q and parent: the provinces."),
    examples=("/api/v1/regions", "/api/v1/regions?q=zhongning", "/api/v1/regions?parent=640500&per_page=2"),
)
def regions() -> Response:
    number, size = asked("page"), asked("per_page")
    typed = asked("q")
    found = search_regions(typed, limit=None) if typed.strip() else children_of(asked("parent"))
    shown = found[(number - 1) * size : number * size]
    return listed([_as_json(region) for region in shown], len(found), number, size)


@blueprint.get("/<adcode>")
@described(
    Text("一个行政区划", "One division"),
    REGION_WITH_LINE,
    path=(
        words(
            "adcode", Text("行政区划代码", "Division code"), 9, required=True, example="640521",
            pattern=ADCODE_PATTERN,
        ),
    ),
    examples=("/api/v1/regions/640521",),
)  # fmt: skip
def region(adcode: str) -> Response:
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
