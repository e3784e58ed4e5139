"""What a label with a GI has to show, by kind of protection, and how a typed label compares with it.

Rules from: Rules on the use of the GI special mark (trial), CNIPA Announcement 354 of 2020 (below R354);
Measures for the protection of GI products, CNIPA Order 80 of 2023, article 30 (below O80).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from portal.catalogue.rules import Kind
from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.lib.uscc import read_uscc

R354 = Text(
    "《地理标志专用标志使用管理办法（试行）》（国家知识产权局公告第 354 号，2020 年）",
    "Rules on the use of the GI special mark (trial), CNIPA Announcement 354 of 2020",
)
O80 = Text(
    "《地理标志产品保护办法》（国家知识产权局令第 80 号）第三十条",
    "Measures for the protection of GI products, CNIPA Order 80, article 30",
)


class Outcome(Said):
    OK = "ok", Text("符合", "In order"), "positive"
    MISSING = "missing", Text("缺少", "Missing"), "negative"
    WRONG = "wrong", Text("不符", "Wrong"), "negative"
    CHECK = "check", Text("需人工核对", "To be checked by a person"), "watch"


class Mark(Worded):
    NEW = "new", Text("有，2019 年发布的专用标志（红色圆形）", "Yes, the special mark issued in 2019")
    OLD = "old", Text("有，2020 年以前的旧标志", "Yes, one of the marks from before 2020")
    NONE = "none", Text("没有", "No")


@dataclass(frozen=True)
class Label:
    """What a label shows, as typed by the one who has it before them."""

    kind: Kind
    mark: Mark
    uscc: str
    name: str
    number: str
    trade_mark: bool = False


@dataclass(frozen=True)
class Known:
    """What the register knows of the GI; an empty set of numbers means that none is known."""

    name: str
    numbers: frozenset[str]
    licensed: bool | None


@dataclass(frozen=True)
class LabelFinding:
    asks: Text
    outcome: Outcome
    said: Text
    source: Text


def check_label(label: Label, known: Known) -> list[LabelFinding]:
    marks = label.kind in (Kind.CERTIFICATION_MARK, Kind.COLLECTIVE_MARK)
    findings = [_mark(label), _code(label), _name(label, known), _number(label, known, marks)]
    if marks:
        findings.append(_trade_mark(label))
    findings += list(_likeness(label, known))
    findings.append(_licence(known))
    return findings


def stands(findings: Iterable[LabelFinding]) -> Outcome:
    """The label as a whole: the worst of what was found."""
    outcomes = {finding.outcome for finding in findings}
    for worst in (Outcome.WRONG, Outcome.MISSING, Outcome.CHECK):
        if worst in outcomes:
            return worst
    return Outcome.OK


def _mark(label: Label) -> LabelFinding:
    asks = Text("地理标志专用标志", "The GI special mark")
    said = {
        Mark.NEW: (Outcome.OK, Text("标签上有现行的专用标志", "The label carries the mark now in use")),
        Mark.OLD: (
            Outcome.WRONG,
            Text(
                "旧标志自 2021 年起不得再用，请换用现行标志",
                "The old marks ended with 2020; use the present one",
            ),
        ),
        Mark.NONE: (Outcome.MISSING, Text("标签上没有专用标志", "The label does not carry the mark")),
    }
    return LabelFinding(asks, *said[label.mark], R354)


def _code(label: Label) -> LabelFinding:
    asks = Text(
        "使用人的统一社会信用代码，标在专用标志的指定位置", "The user's USCC at its place on the mark"
    )
    if not label.uscc.strip():
        return LabelFinding(asks, Outcome.MISSING, Text("没有填代码", "No code was given"), R354)
    reading = read_uscc(label.uscc)
    if reading.error:
        return LabelFinding(asks, Outcome.WRONG, reading.error, R354)
    if reading.notices:
        printed = Text("代码正确，但应印成 {code}", "The code is right but should be printed {code}")
        return LabelFinding(asks, Outcome.CHECK, printed.format(code=reading.code), R354)
    return LabelFinding(asks, Outcome.OK, Text("代码正确", "The code is right"), R354)


def _name(label: Label, known: Known) -> LabelFinding:
    asks = Text("地理标志名称“{name}”", "The name of the GI, “{name}”").format(name=known.name)
    shown = _folded(label.name)
    if not shown:
        return LabelFinding(asks, Outcome.MISSING, Text("没有填名称", "No name was given"), R354)
    if _folded(known.name) in shown:
        return LabelFinding(asks, Outcome.OK, Text("名称与登记一致", "The name is the registered one"), R354)
    said = Text(
        "标签写的是“{shown}”，与登记的名称不同", "The label says “{shown}”, which is not the name registered"
    )
    return LabelFinding(asks, Outcome.WRONG, said.format(shown=label.name.strip()), R354)


def _number(label: Label, known: Known, marks: bool) -> LabelFinding:
    if marks:
        asks = Text("商标注册号", "The registration number of the trade mark")
    else:
        asks = Text("产品标准编号，或批准公告号", "The number of the standard or of the announcement")
    if not label.number.strip():
        return LabelFinding(asks, Outcome.MISSING, Text("没有填编号", "No number was given"), R354)
    if not known.numbers:
        said = Text(
            "登记簿中没有可比的编号，请对照批准文件核对",
            "The register knows no number to compare with; check the act",
        )
        return LabelFinding(asks, Outcome.CHECK, said, R354)
    if any(_same_number(label.number, number) for number in known.numbers):
        return LabelFinding(asks, Outcome.OK, Text("编号与登记一致", "The number is one on record"), R354)
    said = Text("登记簿中是：{known}；请核对", "On record: {known}; please check").format(
        known="、".join(sorted(known.numbers))
    )
    return LabelFinding(asks, Outcome.CHECK, said, R354)


def _trade_mark(label: Label) -> LabelFinding:
    asks = Text("专用标志与该地理标志商标同时使用", "The special mark together with the trade mark itself")
    if label.trade_mark:
        return LabelFinding(asks, Outcome.OK, Text("商标在标签上", "The trade mark is on the label"), R354)
    return LabelFinding(
        asks, Outcome.MISSING, Text("标签上没有该商标", "The trade mark is not on the label"), R354
    )


LIKENESS = ("种", "型", "式", "类", "风味", "风格")


def _likeness(label: Label, known: Known) -> Iterable[LabelFinding]:
    shown, name = _folded(label.name), _folded(known.name)
    for word in LIKENESS:
        if name and f"{name}{word}" in shown:
            asks = Text("名称后不加“种、型、式、类、风格”等字", "No “kind, type, style, like” after the name")
            said = Text(f"标签写了“{known.name}{word}”", f"The label says “{known.name}{word}”")
            yield LabelFinding(asks, Outcome.WRONG, said, O80)
            return


def _licence(known: Known) -> LabelFinding:
    asks = Text("有效的用标授权", "A licence in force")
    if known.licensed is None:
        said = Text("代码不完整，无法查授权", "Without a right code the licence cannot be looked up")
        return LabelFinding(asks, Outcome.CHECK, said, R354)
    if known.licensed:
        return LabelFinding(asks, Outcome.OK, Text("今天授权有效", "A licence is in force today"), R354)
    said = Text(
        "今天没有有效授权，不得使用这样的标签", "No licence is in force today: this label must not be used"
    )
    return LabelFinding(asks, Outcome.WRONG, said, R354)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _same_number(shown: str, number: str) -> bool:
    return _plain(number) in _plain(shown)


def _plain(number: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", number)).upper()
