"""The columns of a file of events: one row an event, with the batches that went in and came out."""

import re

from gi_data.cells import (
    Cell,
    Reader,
    as_text,
    read_choice,
    read_code,
    read_day,
    read_mark,
    read_words,
    refused,
)
from gi_data.returns_sheet import GRAMS, read_amount
from gi_data.sheet_findings import ERRORS
from gi_data.tables import Column
from portal.lib.quantity import KG
from portal.lib.text import Text

ERRORS.setdefault(
    "bad_parts", Text("应写作 批号=公斤，几个之间用分号", "Write lot=kg, several parted by semicolons")
)
MOST_PARTS = 50
_PARTING = re.compile(r"[;；\n]")
_EQUALS = re.compile(r"[=＝:：]")
_kg = read_amount(GRAMS, KG)


def read_parts(raw: object) -> Cell:
    """F-1=1200; F-2=300.5 as pairs of a word and grams; a word alone has no weight."""
    pairs = []
    for piece in _PARTING.split(as_text(raw)):
        if not piece.strip():
            continue
        word, *amount = _EQUALS.split(piece.strip(), maxsplit=1)
        cell = _kg(amount[0].strip()) if amount else Cell(None)
        if cell.fault is not None:
            return cell
        if not word.strip() or len(word) > 120:
            return refused("bad_parts")
        pairs.append((word.strip(), cell.value))
    return Cell(tuple(pairs)) if 0 < len(pairs) <= MOST_PARTS else refused("bad_parts")


def event_columns(kinds: dict[str, tuple[Text, tuple[str, ...]]]) -> tuple[Column, ...]:
    """The columns; `kinds`: the words for events that a file may hold."""
    read_kind: Reader = read_choice(kinds)
    return (
        Column(
            "key",
            Text("单号", "Number"),
            read_mark(60),
            required=True,
            others=("流水号", "编号", "key"),
            hint=Text("自己编的号；同一单号不会登记两次", "Your own; sent again it is not recorded twice"),
            example="2026-001",
        ),
        Column(
            "kind", Text("事件", "Event"), read_kind, required=True, others=("环节", "操作"), example="采收",
            hint=Text("、".join(t.zh for t, _ in kinds.values()), ", ".join(t.en for t, _ in kinds.values())),
        ),
        Column("on", Text("日期", "Day"), read_day, required=True, others=("时间",), example="2026-08-01"),
        Column(
            "gi", Text("地理标志", "GI"), read_words(120), others=("产品", "slug"), example="zhongning-gouqi",
            hint=Text("种植、采收时填：名称或代号", "For plantings and harvests: its name or word"),
        ),
        Column(
            "uscc", Text("统一社会信用代码", "USCC"), read_code, others=("信用代码",),
            hint=Text("只代办一家时可以空着", "May be empty if you act for one producer"),
        ),
        Column("number", Text("登记编号", "Producer number"), read_mark(18), others=("生产者编号",)),
        Column(
            "inputs", Text("投入", "In"), read_parts, others=("投入批次", "原料"), example="",
            hint=Text("批号或批次编码=公斤，几个之间用分号", "Lot or code=kg, several parted by semicolons"),
        ),
        Column(
            "outputs", Text("产出", "Out"), read_parts, others=("产出批次",), example="F-001=1200",
            hint=Text("新批号=公斤，几个之间用分号", "New lot=kg, several parted by semicolons"),
        ),
        Column("goods", Text("品名", "Goods"), read_words(120), others=("产品名称",), example="枸杞鲜果"),
        Column("loss", Text("损耗（公斤）", "Loss (kg)"), _kg, others=("损耗",)),
        Column("place", Text("地点代码", "Place code"), read_mark(9), others=("区划代码", "adcode")),
        Column("receiver", Text("去向", "Receiver"), read_words(120), others=("买方", "客户")),
        Column("note", Text("说明", "Note"), read_words(500), others=("备注", "原因")),
    )  # fmt: skip
