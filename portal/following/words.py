"""What subscriptions are called in the log, where only their owner and the portal's keepers see them."""

from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs

describe_subject(
    "subscription",
    Text("订阅", "Subscription"),
    {
        "what": Text("对象", "what"),
        "channel": Text("方式", "channel"),
        "pace": Text("频率", "pace"),
        "state": Text("状态", "state"),
    },
)
describe_verbs(
    {
        "followed": Text("订阅", "followed"),
        "confirmed": Text("确认", "confirmed"),
        "unfollowed": Text("退订", "stopped following"),
        "paused": Text("暂停", "paused"),
        "resumed": Text("恢复", "resumed"),
    }
)
