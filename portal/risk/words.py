"""What findings are called in the log."""

from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs
from portal.risk.rules import FindingKind, FindingState

describe_subject(
    "finding",
    Text("风险提示", "Finding of risk"),
    {
        "kind": Text("种类", "kind"),
        "state": Text("状态", "state"),
        "reason": Text("理由", "reason"),
        "taken_to": Text("转为", "taken to"),
        "new": Text("新提示", "new"),
        "gone": Text("不再成立", "no longer found"),
        "standing": Text("成立", "standing"),
    },
    {
        "kind": FindingKind.words(),
        "state": FindingState.words(),
    },
)
describe_verbs(
    {
        "computed": Text("计算", "computed"),
        "dismissed": Text("不予办理", "dismissed"),
        "taken_up": Text("办理", "taken up"),
        "reopened": Text("重新打开", "opened again"),
    }
)
