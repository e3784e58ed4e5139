"""What plots and yields are called in the log."""

from portal.catalogue.naming import names_of_indications
from portal.land.rules import Lie, PlotState
from portal.lib.text import Text
from portal.regions.naming import place_names
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

PLOT_FIELDS = {
    "name": Text("地块名称", "name of the plot"),
    "adcode": Text("所在地", "place"),
    "area_m2": Text("面积（平方米）", "area (m²)"),
    "inside_m2": Text("其中在产地范围内（平方米）", "of it inside the area (m²)"),
    "lie": Text("与产地范围的关系", "how it lies to the area"),
    "variety": Text("品种", "variety"),
    "planted": Text("种植年份", "planted in"),
    "outline": Text("边界摘要", "digest of the outline"),
    "state": Text("状态", "state"),
    "reason": Text("原因", "reason"),
    "ended_on": Text("停用日期", "ended on"),
}
YIELD_FIELDS = {
    "grams_per_mu": Text("亩产（克）", "yield (g a mu)"),
    "issuer": Text("确定单位", "set by"),
    "document": Text("文件", "document"),
    "document_on": Text("文件日期", "date of the document"),
    "ended_on": Text("停用日期", "ended on"),
}
VALUES = {
    "state": PlotState.words(),
    "lie": Lie.words(),
}

describe_subject("plot", Text("地块", "Plot"), PLOT_FIELDS, VALUES)
describe_subject(
    "land", Text("已核实土地合计", "Sums of verified land"), {"square_metres": Text("平方米", "m²")}
)
describe_subject("yield", Text("单产", "Yield"), YIELD_FIELDS)
link_subject("plot", lambda key: f"/office/land/{key}")
link_subject("land", lambda key: f"/gi/{key}")
describe_verbs(
    {
        "land_summed": Text("合计更新", "summed anew"),
        "entered": Text("登记", "entered"),
        "redrawn": Text("改画", "redrawn"),
        "verified": Text("核实", "verified"),
        "not_accepted": Text("未通过核实", "not accepted"),
        "yield_set": Text("确定", "set"),
    }
)


def names_of_yields(keys: set[str]) -> dict[str, Text]:
    """zhongning-gouqi/2026/640521 → GI, place, year; “all” is the whole area."""
    parts = {key: key.split("/") for key in keys}
    slugs = names_of_indications({slug for slug, _, _ in parts.values()})
    places = place_names(place for _, _, place in parts.values())
    return {
        key: YIELD.format(
            gi=slugs.get(slug, Text(slug, slug)), year=year, place=WHOLE if place == "all" else places[place]
        )
        for key, (slug, year, place) in parts.items()
    }


def names_of_land(slugs: set[str]) -> dict[str, Text]:
    return {slug: LAND.format(gi=name) for slug, name in names_of_indications(slugs).items()}


LAND = Text("{gi}的已核实土地合计", "Sums of verified land of {gi}")
YIELD = Text("{gi} {year} 年单产（{place}）", "Yield of {gi}, {year} ({place})")
WHOLE = Text("整个产地", "the whole area")

name_subjects("yield", names_of_yields)
name_subjects("land", names_of_land)
