"""What brands and their fields are called in the log."""

from portal.brands.rules import BrandKind, BrandStatus
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject

describe_subject(
    "brand",
    Text("品牌", "Brand"),
    {
        "kind": Text("种类", "kind"),
        "name": Text("名称", "name"),
        "aliases": Text("别名和检索词", "other names"),
        "category": Text("产品类别", "category"),
        "status": Text("状态", "state"),
        "summary": Text("简介", "summary"),
        "regions": Text("所在地区", "regions"),
        "support": Text("证据程度", "support"),
        "standings": Text("沿革", "standing over time"),
        "open_questions": Text("尚未查明", "open questions"),
        "gbt43583": Text("GB/T 43583 大类", "GB/T 43583 class"),
        "owner": Text("所有人", "owner"),
        "owner_sources": Text("所有人的出处", "source for the owner"),
        "trade_marks": Text("商标注册号", "trade mark numbers"),
        "launched": Text("发布日期", "launched"),
        "planned_protections": Text("计划申报的保护", "planned protections"),
        "related_gis": Text("相关地理标志", "related GIs"),
        "related_brands": Text("相关品牌", "related brands"),
        "certification_links": Text("认证对接", "links to certification"),
        "honours": Text("荣誉", "honours"),
        "figures": Text("数据", "figures"),
        "notes": Text("说明", "notes"),
        "member": Text("成员", "member"),
        "use_rules": Text("使用规则", "rules of use"),
        "checked": Text("最近核对", "last checked"),
        "withdrawn_on": Text("撤下日期", "withdrawn on"),
        "withdrawal_reason": Text("撤下原因", "reason for withdrawal"),
        "record": Text("资料编号", "number in the material"),
    },
    {
        "status": BrandStatus.words(),
        "kind": BrandKind.words(),
    },
)
describe_verbs(
    {
        "member_added": Text("成员加入", "member joined"),
        "member_ended": Text("成员退出", "member left"),
        "rules_added": Text("登载使用规则", "rules of use stated"),
    }
)
link_subject("brand", lambda slug: f"/brands/{slug}")
