"""What published shares are called in the log."""

from portal.catalogue.naming import names_of_indications
from portal.lib.text import Text
from portal.ratios.rules import Basis, Outcome
from portal.regions.naming import place_names
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

FIELDS = {
    "edition": Text("版次", "edition"),
    "definition": Text("口径版本", "version of the definition"),
    "counted_on": Text("计数日", "counted on"),
    "users_n": Text("用标户数", "users"),
    "users_d": Text("生产者总数", "all producers"),
    "off_roster": Text("有授权而不在名录", "licensed but not on the roster"),
    "output_n": Text("用标户产值（分）", "output of users (fen)"),
    "output_d": Text("产业产值（分）", "output of the industry (fen)"),
    "mark_value": Text("使用标志销售额（分）", "sold under the mark (fen)"),
    "basis": Text("产业产值来源", "source of the industry output"),
    "missing_users": Text("缺申报的用标户", "users whose return is missing"),
    "missing_others": Text("缺申报的其他生产者", "others whose return is missing"),
    "users_outcome": Text("用标率结论", "users share"),
    "output_outcome": Text("产值占比结论", "output share"),
    "outcome": Text("结论", "outcome"),
    "inputs_digest": Text("全部输入的摘要", "digest of all inputs"),
    "remark": Text("说明", "remark"),
    "official": Text("官方产业数据", "official figure"),
}
OUTCOMES = Outcome.words()
BASES = Basis.words()

describe_subject(
    "ratio",
    Text("60 % 指标", "60 % shares"),
    FIELDS,
    {"outcome": OUTCOMES, "users_outcome": OUTCOMES, "output_outcome": OUTCOMES, "basis": BASES},
)
describe_verbs({"published": Text("公布", "published"), "republished": Text("更正公布", "published anew")})


def names_of_ratios(keys: set[str]) -> dict[str, Text]:
    """zhongning-gouqi/2025 → GI, year; xinganmeng-dami/2025@152221 → GI, its zone, year."""
    parts = {key: _split(key) for key in keys}
    slugs = names_of_indications({slug for slug, _, _ in parts.values()})
    zones = place_names(zone for _, _, zone in parts.values() if zone)
    said = {}
    for key, (slug, year, zone) in parts.items():
        what = IN_ZONE if zone else WHOLE
        said[key] = what.format(gi=slugs.get(slug, Text(slug, slug)), year=year, zone=zones.get(zone))
    return said


WHOLE = Text("{gi} {year} 年 60 % 指标", "{gi}, 60 % shares of {year}")
IN_ZONE = Text("{gi}（{zone}） {year} 年 60 % 指标", "{gi} ({zone}), 60 % shares of {year}")


def _split(key: str) -> tuple[str, str, str]:
    slug, _, rest = key.partition("/")
    year, _, zone = rest.partition("@")
    return slug, year, zone


def _page_of(key: str) -> str:
    slug, year, zone = _split(key)
    return f"/ratios/{slug}?year={year}" + (f"&zone={zone}" if zone else "")


name_subjects("ratio", names_of_ratios)
link_subject("ratio", _page_of)
