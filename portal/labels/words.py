"""What labels and their requests are called in the log."""

from portal.catalogue.naming import names_of_indications
from portal.labels.rules import RequestState
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

FIELDS = {
    "count": Text("枚数", "labels"),
    "grams_each": Text("每件净重（克）", "net weight of one (g)"),
    "year": Text("年份", "year"),
    "state": Text("状态", "state"),
    "reason": Text("原因", "reason"),
    "words": Text("说明", "explanation"),
    "first": Text("起", "from place"),
    "last": Text("止", "to place"),
    "holder": Text("持有人", "holder"),
    "to": Text("转交给", "handed to"),
    "issued": Text("发放", "issued"),
    "used": Text("启用", "put in use"),
    "returned": Text("退回", "given back"),
    "destroyed": Text("销毁", "destroyed"),
    "lost": Text("遗失", "lost"),
}
STATES = RequestState.words()

describe_subject("label_request", Text("标签申领", "Request for labels"), FIELDS, {"state": STATES})
describe_subject("label_set", Text("标签号段", "Set of labels"), FIELDS)
describe_subject("labels", Text("标签合计", "Sums of labels"), FIELDS)
describe_subject("label_account", Text("标签账", "Label account"), FIELDS)
link_subject("label_request", lambda key: f"/office/labels/requests/{key}")
link_subject("labels", lambda key: f"/gi/{key.partition('/')[0]}")
link_subject("label_set", lambda key: f"/office/labels/sets/{key}")
describe_verbs(
    {
        "sheets_asked": Text("要求制作打印页", "asked for sheets of"),
        "paper_added": Text("附上材料", "added a document to"),
        "summed": Text("合计更新", "summed anew"),
        "asked": Text("申领", "asked for"),
        "granted": Text("同意发放", "granted"),
        "issued": Text("发放", "issued"),
        "used": Text("启用", "put in use"),
        "returned": Text("退回", "given back"),
        "destroyed": Text("销毁", "destroyed"),
        "lost": Text("报遗失", "reported lost"),
        "confirmed": Text("确认", "confirmed"),
        "disputed": Text("未予确认", "not confirmed"),
        "offered": Text("提出转交", "offered to another"),
        "handover_taken": Text("接收", "taken over"),
        "handover_declined": Text("未接收", "declined"),
        "handover_withdrawn": Text("撤回转交", "handover withdrawn"),
    }
)


def names_of_sums(keys: set[str]) -> dict[str, Text]:
    """zhongning-gouqi/2026 → GI, year."""
    slugs = names_of_indications({key.partition("/")[0] for key in keys})
    parts = {key: key.partition("/") for key in keys}
    return {
        key: SUMS.format(gi=slugs.get(slug, Text(slug, slug)), year=year)
        for key, (slug, _, year) in parts.items()
    }


SUMS = Text("{gi} {year} 年标签合计", "Sums of labels of {gi}, {year}")

name_subjects("labels", names_of_sums)
