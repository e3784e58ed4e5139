"""How the log speaks of transfers; their entries are not public."""

from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject
from portal.transfers.rules import Kind, State

describe_subject(
    "transfer",
    Text("移送", "Transfer"),
    {
        "state": Text("状态", "state"),
        "kind": Text("种类", "kind"),
        "from": Text("移出地", "from"),
        "to": Text("移入地", "to"),
        "digest": Text("移送包摘要", "digest of the bundle"),
    },
    {
        "state": State.words(),
        "kind": Kind.words(),
    },
)
describe_subject(
    "peer", Text("对方门户", "Other portal"), {"name": Text("名称", "name"), "key": Text("密钥编号", "key")}
)
describe_verbs(
    {
        "sent": Text("移送", "sent"),
        "arrived": Text("到达", "arrived"),
        "signed_for": Text("签收", "signed for"),
        "answered": Text("答复", "answered"),
        "trusted": Text("登记密钥", "key registered"),
        "key_replaced": Text("更换密钥", "key replaced"),
    }
)
link_subject("transfer", lambda key: f"/office/transfers/{key}")
