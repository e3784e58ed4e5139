"""What tables of points, grades and requests are called in the log."""

from portal.credit.rules import RequestKind, RequestState
from portal.lib.text import Text
from portal.regions.naming import place_names
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

describe_subject(
    "criteria",
    Text("信用评价标准表", "Table of credit criteria"),
    {
        "label": Text("版本", "version"),
        "from_on": Text("施行日期", "in force from"),
        "issuer": Text("发布机关", "issued by"),
        "document": Text("依据文件", "document"),
        "thresholds": Text("起评分与分数线", "start and thresholds"),
        "rows": Text("各项分值", "points"),
    },
)
describe_subject(
    "credit",
    Text("信用评级", "Credit grades"),
    {"grades": Text("变动的等级数", "grades that changed"), "digest": Text("摘要", "digest")},
)
describe_subject(
    "credit_request",
    Text("信用异议或修复", "Objection or repair"),
    {
        "kind": Text("种类", "kind"),
        "state": Text("状态", "state"),
        "producer": Text("生产者", "producer"),
        "ref": Text("所指记录", "about"),
        "words": Text("理由", "reason"),
        "answer": Text("答复", "answer"),
    },
    {
        "kind": RequestKind.words(),
        "state": RequestState.words(),
    },
)
describe_subject(
    "listing",
    Text("法定名单列入", "Statutory listing"),
    {
        "producer": Text("生产者", "producer"),
        "list": Text("名单", "list"),
        "decision": Text("决定", "decision"),
        "ended_on": Text("移出日期", "ended on"),
    },
)
describe_verbs(
    {
        "graded": Text("评级", "graded"),
        "asked": Text("提出", "asked"),
        "answered": Text("答复", "answered"),
        "referred": Text("登记列入", "listing recorded"),
    }
)
link_subject("criteria", lambda _key: "/credit/")


def names_of_tables(keys: set[str]) -> dict[str, Text]:
    """640000/2 → region; 000000 is the table for regions without one of their own."""
    places = {key: key.partition("/")[0] for key in keys}
    names = place_names(places.values()) | {"000000": ELSEWHERE}
    return {key: TABLE.format(place=names[place]) for key, place in places.items()}


TABLE = Text("信用评价标准表（{place}）", "Table of credit criteria ({place})")
ELSEWHERE = Text("未公布自己标准的地区", "regions without a table of their own")

name_subjects("criteria", names_of_tables)
