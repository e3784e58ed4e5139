"""What each answer is called, how it looks, why it is so, and what to do next."""

from portal.lib.text import Text
from portal.verification.rules import Answer

NAMES = {
    Answer.AUTHORISED: Text("授权有效", "Authorised"),
    Answer.NOT_AUTHORISED: Text("没有授权", "Not authorised"),
    Answer.SUSPENDED: Text("授权已暂停", "Suspended"),
    Answer.REVOKED: Text("授权已撤销", "Revoked"),
    Answer.CANCELLED: Text("授权已注销", "Cancelled"),
    Answer.EXPIRED: Text("授权已到期", "Expired"),
    Answer.NOT_YET: Text("授权尚未生效", "Not yet in force"),
    Answer.UNKNOWN: Text("登记簿中没有", "Not in the register"),
}
TONES = {
    Answer.AUTHORISED: "positive",
    Answer.NOT_AUTHORISED: "negative",
    Answer.SUSPENDED: "watch",
    Answer.REVOKED: "negative",
    Answer.CANCELLED: "ended",
    Answer.EXPIRED: "ended",
    Answer.NOT_YET: "waiting",
    Answer.UNKNOWN: "neutral",
}
REASONS = {
    Answer.AUTHORISED: Text(
        "这一天可以在所列产品上使用这个地理标志的专用标志或商标",
        "On this day the mark may be used on the goods named",
    ),
    Answer.SUSPENDED: Text(
        "授权被暂停，恢复之前不得用标", "The licence is suspended; no use until it is resumed"
    ),
    Answer.REVOKED: Text("授权被撤销，此后不得再用标", "The licence was revoked; no use since then"),
    Answer.CANCELLED: Text(
        "授权由使用人申请注销，此后不得再用标", "The licence was given up by its user; no use since then"
    ),
    Answer.EXPIRED: Text("授权期限已过，没有续展", "The term is over and was not renewed"),
    Answer.NOT_YET: Text("授权已经作出，起始日还没有到", "The licence is given; its first day has not come"),
}
NO_LICENCE = Text(
    "登记簿中有这个主体，但没有给它的任何授权", "It is in the register, but no licence was ever given to it"
)
OTHER_GI = Text(
    "它有其他地理标志的授权，但没有这个地理标志的授权", "It has licences of other GIs, but none of this one"
)
NOT_KNOWN = Text(
    "登记簿中没有这个代码的授权记录，也没有公开的名录记录",
    "The register has no licence and no public roster entry under this code",
)
NO_SUCH_LICENCE = Text("没有编号为 {number} 的授权", "No licence has the number {number}")
NEXT = {
    Answer.AUTHORISED: Text(
        "再看产品和名称是否与授权一致；不在授权产品之内的不算",
        "Check that goods and name are those of the licence; other goods are not covered",
    ),
    Answer.NOT_AUTHORISED: Text(
        "请对方出示授权编号；若其仍在用标，可向当地市场监管部门举报（12315）",
        "Ask for the licence number; if the mark is used all the same, report it (12315)",
    ),
    Answer.SUSPENDED: Text(
        "暂停期间用标可以举报（12315）；是否恢复以本页为准",
        "Use during the suspension can be reported (12315); this page will show when it is resumed",
    ),
    Answer.REVOKED: Text(
        "若仍在用标，可向当地市场监管部门举报（12315）", "If the mark is still used, report it (12315)"
    ),
    Answer.CANCELLED: Text(
        "若仍在用标，可向当地市场监管部门举报（12315）", "If the mark is still used, report it (12315)"
    ),
    Answer.EXPIRED: Text(
        "请对方出示新的授权编号；到期后不得用标", "Ask for a newer licence number; no use after the term"
    ),
    Answer.NOT_YET: Text("起始日之前不得用标", "No use before the first day"),
    Answer.UNKNOWN: Text(
        "先核对代码是否抄错；再请对方出示授权编号或证书上的二维码",
        "First check the code for slips; then ask for the licence number or the QR code of the certificate",
    ),
}
