"""What complaints and tips are called in the log."""

from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject
from portal.tips.rules import Kind, Matter, State, Step

describe_subject(
    "tip",
    Text("投诉举报", "Complaint or tip"),
    {
        "kind": Text("种类", "kind"),
        "matter": Text("事由", "matter"),
        "state": Text("状态", "state"),
        "adcode": Text("承办地", "handled by"),
        "step": Text("步骤", "step"),
        "why": Text("查看原因", "why it was looked at"),
    },
    {
        "kind": Kind.words(),
        "matter": Matter.words(),
        "state": State.words(),
        "step": Step.words(),
    },
)
link_subject("tip", lambda key: f"/office/tips/{key}")
describe_verbs(
    {
        "received": Text("收到", "received"),
        "release": Text("放行", "let in"),
        "set_aside": Text("不作处理", "set aside"),
        "accept": Text("受理", "accepted"),
        "not_accept": Text("不予受理", "not accepted"),
        "settle": Text("达成一致", "settled"),
        "end": Text("终止调解", "ended"),
        "begin_check": Text("开始核查", "check begun"),
        "extend": Text("延长期限", "extended"),
        "file": Text("立案", "case opened"),
        "not_file": Text("不予立案", "no case opened"),
        "move": Text("移送", "handed on"),
        "given_back": Text("移送被退回", "came back"),
        "called_back": Text("撤回移送", "called back"),
        "case_dropped": Text("立案被撤销", "case dropped"),
        "join": Text("并案", "joined"),
        "clue_found": Text("调解中发现线索", "found while settling"),
        "paused": Text("暂停计时", "clock stopped"),
        "told": Text("告知", "sender told"),
        "sender_seen": Text("查看反映人", "sender looked at"),
    }
)
