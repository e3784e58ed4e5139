"""What indicators, conflicts, programmes and agreements are called in the log."""

from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject
from portal.targets.programme_rules import (
    PROGRAMME_NAMES,
    Stage,
)
from portal.targets.summary_rules import State

describe_subject(
    "plan", Text("规划", "Plan"), {"region": Text("地区", "region"), "note": Text("说明", "note")}
)
describe_subject(
    "indicator",
    Text("规划指标", "Plan indicator"),
    {
        "plan": Text("规划", "plan"),
        "region": Text("地区", "region"),
        "table": Text("分表", "table"),
        "subject": Text("对象", "subject"),
        "name": Text("名称", "name"),
        "unit": Text("单位", "unit"),
        "base": Text("基数", "base"),
        "path": Text("逐年数", "yearly figures"),
        "target": Text("目标", "target"),
        "nature": Text("性质", "nature"),
        "nature_word": Text("性质（原文）", "nature as printed"),
        "also_stated": Text("另一处的说法", "stated elsewhere"),
        "counted_kinds": Text("计入的种类", "kinds counted"),
        "definition": Text("口径", "definition"),
        "parts": Text("分项", "parts"),
        "conflicts": Text("矛盾", "conflicts"),
        "sources": Text("出处", "sources"),
        "support": Text("证据程度", "support"),
        "note": Text("说明", "note"),
        "actual": Text("实际数", "actual value"),
        "place": Text("次序", "place in the plan"),
        "checked": Text("最近核对", "last checked"),
    },
)
describe_subject(
    "conflict",
    Text("文件矛盾", "Conflict of documents"),
    {
        "title": Text("标题", "title"),
        "words": Text("说明", "in words"),
        "quotation": Text("原文", "quotation"),
        "indicators": Text("涉及的指标", "indicators"),
        "gis": Text("涉及的地理标志", "GIs"),
        "brands": Text("涉及的品牌", "brands"),
        "sources": Text("出处", "sources"),
    },
)
describe_subject(
    "programme",
    Text("示范区、项目和站点", "Zone, project or station"),
    {
        "kind": Text("种类", "kind"),
        "checked": Text("最近核对", "last checked"),
        "name": Text("名称", "name"),
        "places": Text("地点", "places"),
        "stages": Text("阶段", "stages"),
        "gis": Text("地理标志", "GIs"),
        "brands": Text("品牌", "brands"),
        "count": Text("数量", "number"),
        "indicators": Text("相关指标", "indicators"),
        "conflicts": Text("矛盾", "conflicts"),
        "open_questions": Text("尚未查明", "open questions"),
        "contact_sources": Text("联系方式的出处", "source of the contact"),
        "contact": Text("联系方式", "contact"),
        "proofs": Text("条件的证明", "proof of conditions"),
    },
    {"kind": PROGRAMME_NAMES, "stage": Stage.words()},
)
describe_subject(
    "agreement",
    Text("协作协议", "Agreement"),
    {
        "name": Text("名称", "name"),
        "parties": Text("各方", "parties"),
        "covers": Text("事项", "covers"),
        "note": Text("说明", "note"),
        "brands": Text("品牌", "brands"),
        "sources": Text("出处", "sources"),
    },
)
describe_subject(
    "zonesummary",
    Text("示范区年度总结", "Yearly summary of a zone"),
    {
        "state": Text("状态", "state"),
        "document": Text("上报文件", "paper"),
        "sent_on": Text("上报日期", "sent on"),
        "parts": Text("内容", "text"),
        "reason": Text("退回原因", "why it was returned"),
    },
    {"state": {state.value: state.text for state in State}},
)
describe_verbs(
    {
        "summary_save": Text("保存总结", "summary saved"),
        "summary_submit": Text("报市级", "handed to the city"),
        "summary_forward": Text("报省级", "passed to the province"),
        "summary_return": Text("退回修改", "returned"),
        "summary_send": Text("已上报", "sent"),
        "summary_emptied": Text("撤下演示总结", "demonstration summary taken away"),
        "actual_stated": Text("登载实际数", "actual value stated"),
        "stage_reached": Text("登载阶段", "stage stated"),
        "proof_stated": Text("登载条件的证明", "proof of a condition stated"),
    }
)
link_subject("zonesummary", lambda key: f"/zones/{key.rpartition('/')[0]}")
link_subject("plan", lambda key: f"/targets/#plan-{key}")
link_subject("indicator", lambda key: f"/targets/{key}")
link_subject("conflict", lambda key: f"/targets/conflicts#{key}")
link_subject("programme", lambda key: f"/zones/{key}")
link_subject("agreement", lambda key: f"/zones/agreements#{key}")
