"""What an official fills in about a brand, as tables that forms, pages and checks ask."""

from portal.brands.rules import BrandKind, BrandStatus, MemberKind
from portal.catalogue.vocabulary import choices, vocabulary
from portal.lib.text import Text
from portal.proposals.sections import BY_KEY, NOTE, Part

FULL_DAY = Text("写到日，如 2026-11-20", "To the day, such as 2026-11-20")
DECISION = Part(
    "decision",
    Text("决定（文号和机关）", "Decision (number and issuer)"),
    required=True,
    longest=400,
    hint=Text("谁在什么文件中决定的", "Who decided it, in which paper"),
)

ABOUT = (
    Part(
        "status",
        Text("状态", "State"),
        "choice",
        True,
        options=lambda: list(BrandStatus.words().items()),
    ),
    Part("summary", Text("简介", "In short"), "words", True, rows=4, longest=1200),
    Part(
        "aliases",
        Text("别名和检索词", "Other names to find it by"),
        "lines",
        rows=4,
        hint=Text("一行一个", "One a line"),
    ),
)
OWNER = (
    Part("owner", Text("所有人", "Owner"), required=True),
    Part(
        "trade_marks",
        Text("商标注册号", "Trade mark numbers"),
        "lines",
        rows=3,
        hint=Text("一行一个", "One a line"),
    ),
    Part(
        "launched",
        Text("发布日期", "Launched"),
        "day",
        hint=Text("2018、2018-09 或 2018-09-07", "2018, 2018-09 or 2018-09-07"),
    ),
)
# A GI joins under its own name; a product or an enterprise is named here.
MEMBER = (
    Part(
        "kind",
        Text("成员种类", "Kind of member"),
        "choice",
        True,
        options=lambda: [
            (kind.value, kind.text) for kind in (MemberKind.GI, MemberKind.PRODUCT, MemberKind.ENTERPRISE)
        ],
    ),
    Part(
        "gi",
        Text("地理标志", "GI"),
        hint=Text(
            "成员是地理标志时填写：中文名称，如 中宁枸杞", "For a GI: its Chinese name, such as 中宁枸杞"
        ),
        longest=80,
    ),
    Part("name", Text("产品或企业名称", "Product or enterprise"), longest=200),
    Part(
        "enterprise_mark",
        Text("企业自主商标", "The enterprise’s own mark"),
        longest=200,
        hint=Text("与区域公用品牌一起使用的商标", "Used together with the regional brand"),
    ),
    Part("from", Text("加入日期", "Joined on"), "full_day", True, hint=FULL_DAY),
    DECISION,
    NOTE,
)
LEAVING = (Part("ended", Text("退出日期", "Left on"), "full_day", True, hint=FULL_DAY), DECISION)
USE_RULES = (
    Part("title", Text("规则名称", "Title of the rules"), "words", True),
    Part("version", Text("版本", "Version"), required=True, longest=20),
    Part("from", Text("起用日期", "In force from"), "full_day", True, hint=FULL_DAY),
)
NEW_BRAND = (
    *BY_KEY["name"].parts,
    Part(
        "slug",
        Text("地址", "Address"),
        longest=80,
        hint=Text(
            "留空则由拼音得出，如 tianfu-hetao", "Left empty it comes from the pinyin, such as tianfu-hetao"
        ),
    ),
    Part(
        "kind",
        Text("种类", "Kind"),
        "choice",
        True,
        options=lambda: list(BrandKind.words().items()),
    ),
    Part(
        "category",
        Text("产品类别", "Category"),
        "choice",
        options=lambda: choices(vocabulary().categories),
    ),
    *ABOUT,
    Part(
        "place",
        Text("所在地", "Where it is"),
        required=True,
        longest=200,
        hint=Text(
            "写名称或代码；跨多个区划的，用空格分开", "A name or a code; several are separated by spaces"
        ),
    ),
)
NAME_FIELDS = ("zh", "en", "pinyin", "initials")
WITHDRAWAL = (
    Part(
        "reason", Text("撤下的理由（公开）", "Reason, which is public"), "words", True, rows=4, longest=1200
    ),
)
