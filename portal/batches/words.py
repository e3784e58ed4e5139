"""What batches are called in the log."""

from sqlalchemy import select

from portal.batches.models import Batch
from portal.batches.rules import SHAPES, Stage
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

FIELDS = {
    "event": Text("事件编号", "number of the event"),
    "kind": Text("事件", "event"),
    "stage": Text("环节", "stage"),
    "grams": Text("重量（克）", "weight (g)"),
    "left": Text("余量（克）", "left (g)"),
    "lost": Text("损耗（克）", "lost (g)"),
    "receiver": Text("去向", "receiver"),
    "note": Text("说明", "note"),
    "lot": Text("批号", "lot number"),
    "result": Text("检验结论", "result of the test"),
    "digest": Text("材料摘要", "digest of the document"),
    "name": Text("材料名称", "name of the document"),
    "reason": Text("原因", "reason"),
    "batches": Text("涉及批次", "batches concerned"),
    "state": Text("状态", "state"),
    "labels": Text("标签数", "labels"),
    "shop": Text("店铺", "shop"),
}
KINDS = {kind.value: shape.text for kind, shape in SHAPES.items()}
STAGES = Stage.words()

describe_subject("batch", Text("批次", "Batch"), FIELDS, {"kind": KINDS, "stage": STAGES})
describe_verbs(
    {
        "made": Text("产生", "made"),
        "used": Text("登记事件", "took part in an event"),
        "tested": Text("附检验报告", "test report attached"),
        "test_removed": Text("撤下检验报告", "test report taken away"),
        "offered": Text("交出，待确认", "offered to a receiver"),
        "handed_over": Text("交接完成", "handed over"),
        "refused": Text("拒收", "refused by the receiver"),
        "taken_back": Text("撤回", "taken back"),
        "recalled": Text("召回", "recalled"),
        "recall_ended": Text("解除召回", "recall ended"),
        "labelled": Text("贴标", "labelled"),
        "unlabelled": Text("取消贴标", "labels taken off"),
        "listed": Text("上架核定", "quantity verified for a shop"),
        "unlisted": Text("下架", "taken from a shop"),
        "sold_out": Text("核定数量售完", "sold out"),
    }
)


def names_of_batches(codes: set[str]) -> dict[str, Text]:
    """The GI and the code, never who has it."""
    query = (
        select(Batch.code, Indication.name_zh, Indication.name_en)
        .join(Batch.indication)
        .where(Batch.code.in_(codes))
    )
    return {
        code: Text(f"{zh} 批次 {code}", f"{en}, batch {code}") for code, zh, en in db.session.execute(query)
    }


name_subjects("batch", names_of_batches)
link_subject("batch", lambda code: f"/batches/{code}")
