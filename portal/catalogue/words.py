"""What the objects and fields of the catalogue are called in the log."""

from portal.catalogue.rules import SUPPORT_NAMES, Status
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject

describe_subject(
    "gi",
    Text("地理标志", "GI"),
    {
        "name": Text("名称", "name"),
        "aliases": Text("别名和检索词", "other names"),
        "category": Text("产品类别", "category"),
        "gbt43583": Text("GB/T 43583 大类", "GB/T 43583 class"),
        "scope": Text("收录范围", "scope"),
        "status": Text("状态", "state"),
        "summary": Text("简介", "summary"),
        "regions": Text("所在地区", "regions"),
        "support": Text("证据程度", "support"),
        "area": Text("产地范围", "producing area"),
        "honours": Text("荣誉", "honours"),
        "quality": Text("品质特征", "quality"),
        "standards": Text("标准", "standards"),
        "figures": Text("数据", "figures"),
        "brands": Text("所属品牌", "brands"),
        "related": Text("相关地理标志", "related GIs"),
        "notes": Text("说明", "notes"),
        "open_questions": Text("尚未查明", "open questions"),
        "production": Text("生产情况", "production"),
        "eu_agreement": Text("中欧协定", "EU agreement"),
        "candidate": Text("尚未受保护", "not yet protected"),
        "checked": Text("最近核对", "last checked"),
        "withdrawn_on": Text("撤下日期", "withdrawn on"),
        "withdrawal_reason": Text("撤下原因", "reason for withdrawal"),
        "outline": Text("产地界线", "outline of the area"),
    },
    {"status": Status.words()},
)
describe_subject(
    "document",
    Text("资料", "Document"),
    {
        "title": Text("题名", "title"),
        "titled_by": Text("题名出自", "title given by"),
        "issuer": Text("发布机关", "issuer"),
        "number": Text("文号", "number"),
        "date": Text("日期", "date"),
        "address": Text("网址", "address"),
        "kind": Text("资料种类", "kind of source"),
        "places": Text("引用位置", "places cited"),
        "note": Text("说明", "note"),
        "id": Text("编号", "key"),
    },
    {"kind": SUPPORT_NAMES},
)
describe_subject(
    "search",
    Text("查而未得", "Looked for in vain"),
    {"name": Text("查什么", "what was looked for"), "what": Text("结果", "outcome")},
)
describe_subject(
    "correction",
    Text("更正请求", "Request for correction"),
    {
        "about": Text("涉及的记录", "record concerned"),
        "part": Text("涉及的内容", "part concerned"),
        "state": Text("办理结果", "outcome"),
        "answer": Text("答复", "answer"),
    },
)
link_subject("gi", lambda slug: f"/gi/{slug}")
link_subject("document", lambda key: f"/about/sources#{key}")
link_subject("search", lambda key: f"/about/sources#{key}")
describe_verbs(
    {
        "stated": Text("登载", "stated"),
        "confirmed": Text("确认变更", "change confirmed"),
        "converted": Text("转换保护形式", "protection converted"),
        "checked": Text("核对无误", "checked and found right"),
        "received": Text("收到", "received"),
        "answered": Text("答复", "answered"),
    }
)
