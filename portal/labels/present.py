"""How labels, sets and balances are put into words."""

from portal.labels.models import LabelPart, LabelSet
from portal.labels.rules import PartState
from portal.land.amounts import kg_text
from portal.lib.text import Text

__all__ = ["ENDED", "ENDS", "gi_name", "kg_text", "label_count", "piece_text", "weight_each", "weight_text"]

ENDS = {
    PartState.USED: Text("启用：已经贴在商品上", "In use: they are on goods"),
    PartState.RETURNED: Text("退回：没有用，交回县里", "Given back: not used, handed to the county"),
    PartState.DESTROYED: Text("销毁：损坏或作废", "Destroyed: damaged or spoilt"),
    PartState.LOST: Text("遗失：找不到了", "Lost: they cannot be found"),
}
ENDED = {
    PartState.USED: Text(
        "已启用；买的人现在扫码会看到“真标签”", "In use; whoever scans them now sees a genuine label"
    ),
    PartState.RETURNED: Text("已报退回，等县里收到后确认", "Reported; the county confirms when it has them"),
    PartState.DESTROYED: Text("已报销毁，等县里确认", "Reported; the county confirms"),
    PartState.LOST: Text("已报遗失；此后扫到会提示", "Reported; whoever scans one is warned"),
}


def gi_name(one: object) -> Text:
    return Text(one.indication.name_zh, one.indication.name_en)


def label_count(count: int) -> Text:
    return Text("{n} 枚", "{n} [n:label|labels]").format(n=f"{count:,}")


def weight_text(grams: int) -> Text:
    return Text("{n} 克", "{n} g").format(n=grams) if grams < 1000 else kg_text(grams)


def weight_each(grams: int) -> Text:
    return Text("每件 {weight}", "{weight} each").format(weight=weight_text(grams))


def piece_text(part: LabelPart) -> Text:
    """第 1–1,000 枚 of set 7."""
    return Text("第 {set} 组 {first}–{last}", "set {set}, {first}–{last}").format(
        set=part.set_id, first=f"{part.first:,}", last=f"{part.last:,}"
    )


def set_name(one: LabelSet) -> Text:
    return Text("第 {n} 组", "set {n}").format(n=one.id)
