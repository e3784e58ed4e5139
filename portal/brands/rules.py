"""What a regional brand may say of itself, who belongs to it on a day, and what it does not certify."""

from collections.abc import Iterable, Mapping
from datetime import date

from portal.lib.problems import RuleBroken
from portal.lib.said import Said, Worded
from portal.lib.text import Text

Facts = Mapping[str, object]


class BrandKind(Worded):
    REGIONAL = "regional_brand", Text("区域公用品牌", "regional brand")
    BUNDLE = "bundle", Text("地理标志组合品牌", "bundle of GI marks")


class BrandStatus(Said):
    ACTIVE = "active", Text("在用", "in use"), "positive"
    CULTIVATING = "cultivating", Text("培育中", "being built"), "waiting"
    UNKNOWN = "unknown", Text("现状未知", "state unknown"), "neutral"


STANDING_STATUS_NAMES = {
    "launched": Text("发布", "Launched"),
    "active": Text("在用", "In use"),
    "cultivating": Text("培育", "Being built"),
}


class MemberKind(Worded):
    GI = "gi", Text("地理标志", "GI")
    GI_PRODUCT = "gi_product", Text("地理标志产品", "GI product")
    CERTIFICATION_MARK = "certification_mark", Text("地理标志证明商标", "GI certification mark")
    COLLECTIVE_MARK = "collective_mark", Text("地理标志集体商标", "GI collective mark")
    AGRI_GI = "agri_gi", Text("农产品地理标志", "agricultural GI")
    PRODUCT = "product", Text("产品", "product")
    ENTERPRISE = "enterprise", Text("企业", "enterprise")


MARK_KINDS = frozenset(
    {
        MemberKind.GI,
        MemberKind.GI_PRODUCT,
        MemberKind.CERTIFICATION_MARK,
        MemberKind.COLLECTIVE_MARK,
        MemberKind.AGRI_GI,
    }
)


class Standing(Worded):
    STATED = "stated", Text("有文件载明", "stated in a document")
    UNCONFIRMED = "unconfirmed", Text("尚未证实", "not confirmed")


CERTIFICATION_STAGE_NAMES = {
    "planned": Text("计划对接", "planned"),
    "in_place": Text("已建立", "in place"),
}

NAME_LONGEST = 200

# Said on every brand's page: a brand is a trade mark or a name with local rules, and no more than that.
NOT_CERTIFIED = (
    Text(
        "不等于地理标志保护：使用品牌，不因此获准使用地理标志专用标志或证明商标。",
        "It is not GI protection: using the brand gives no right to a special or certification mark.",
    ),
    Text(
        "不等于产地证明：产品是否产自某个地理标志的产地范围，要看该地理标志的授权名单。",
        "It is no proof of origin: whether goods come from a GI’s producing area is answered by "
        "that GI’s list of users.",
    ),
    Text(
        "不等于认证：绿色食品、有机产品和“蒙”字标等认证，要分别到各自的名录查询。",
        "It is not a certification: green food, organic and Inner Mongolia (蒙) mark certificates "
        "stand in registers of their own.",
    ),
    Text(
        "品牌价值、授权企业数等是来源所报的数，不参与两项60%占比的计算。",
        "Brand values and numbers of licensed firms are as their sources report them; "
        "they enter neither 60% share.",
    ),
)


def is_member_on(member: Facts, day: date) -> bool:
    """Whether membership had begun and not ended: the last day is the day before the end is in force.

    A start that no document gives counts as begun; an end that is not given has not come.
    """
    begun = member.get("from") is None or member["from"] <= day.isoformat()
    ended = member.get("ended") is not None and member["ended"] <= day.isoformat()
    return begun and not ended


def unknown_places(members: Iterable[Facts]) -> int:
    """Members that a document counts but nobody names."""
    return sum(1 for member in members if not member.get("name") and not member.get("gi"))


def is_pair(member: Facts) -> bool:
    """A regional brand used together with an enterprise's own mark (区域公用品牌 + 企业自主商标)."""
    return bool(member.get("enterprise_mark"))


def current_use_rules(rules: Iterable[Facts], day: date) -> Facts | None:
    """The rules of use in force on a day: the newest that had begun and not ended."""
    fitting = [
        r
        for r in rules
        if r["from"] <= day.isoformat() and not (r.get("ended") and r["ended"] <= day.isoformat())
    ]
    return max(fitting, key=lambda r: r["from"], default=None)


def check_facts(facts: Facts) -> None:
    """Refuse facts that could not be shown: a name and a summary in both languages, members in order."""
    for field, text in (("name", Text("名称", "name")), ("summary", Text("简介", "summary"))):
        said = facts.get(field) or {}
        if not said.get("zh") or not said.get("en"):
            empty = Text("{what}要有中文和英文", "Both languages of the {what} are needed").format(what=text)
            raise RuleBroken(empty, {f"{field}_zh": empty})
    if facts.get("kind") not in list(BrandKind) or facts.get("status") not in list(BrandStatus):
        raise RuleBroken(Text("种类或状态不正确", "The kind or the state is not right"))
    if not (facts.get("regions") or {}).get("places"):
        raise RuleBroken(Text("至少要有一个所在地区", "A brand belongs to at least one division"))
    for member in facts.get("members", []):
        _check_member(member)


def _check_member(member: Facts) -> None:
    if member.get("kind") not in list(MemberKind) or member.get("standing") not in list(Standing):
        raise RuleBroken(Text("成员的种类不正确", "The kind of a member is not right"))
    if member.get("from") and member.get("ended") and member["ended"] < member["from"]:
        raise RuleBroken(Text("退出不能早于加入", "A member cannot leave before it joined"))


# What a complete record of a brand would hold, in the order a reader asks for it.
QUALITY_FIELDS: tuple[tuple[str, Text], ...] = (
    ("owner", Text("所有人", "owner")),
    ("trade_marks", Text("商标注册号", "trade mark numbers")),
    ("launched", Text("发布日期", "day of launch")),
    ("members", Text("成员名单", "members")),
    ("use_rules", Text("使用规则", "rules of use")),
    ("certification_links", Text("认证对接", "link to certification")),
    ("figures", Text("数据", "figures")),
    ("honours", Text("荣誉", "honours")),
)


def known_and_missing(facts: Facts) -> tuple[list[Text], list[Text]]:
    """Which of the expected facts are there. Members without any name count as missing."""
    known, missing = [], []
    for field, name in QUALITY_FIELDS:
        value = facts.get(field)
        if field == "members":
            value = [m for m in value or [] if m.get("name") or m.get("gi")]
            value = [m for m in value if m.get("standing") != Standing.UNCONFIRMED]
        (known if value else missing).append(name)
    return known, missing
