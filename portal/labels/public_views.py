"""Where the code of a label leads: genuine or not, whose, and what the rooms above know of it."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.labels.codes import printed, read_code
from portal.labels.lookup import Label, Sought, find_label, seek_label, seek_labels
from portal.labels.panels import panels_of, tell_of_scan
from portal.labels.present import weight_text
from portal.labels.rules import LabelAnswer, full_gtin, gtin_fault
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.verification.many import Told, add_finder
from portal.verification.views import add_reader, add_resolver

blueprint = Blueprint("label_codes", __name__)

# Answer → tone, what it is, what that means, what to do.
SAID: dict[LabelAnswer, tuple[str, Text, Text, Text]] = {
    LabelAnswer.GENUINE: (
        "positive",
        Text("真标签", "A genuine label"),
        Text("由登记簿发放，已由生产者启用", "Issued by the register and put in use by its producer"),
        Text("包装上应写：{goods}，{weight}", "The package should say: {goods}, {weight}"),
    ),
    LabelAnswer.NOT_IN_USE: (
        "watch",
        Text("编号真实，但还没有启用", "A real number that is not in use yet"),
        Text("生产者还没有报明这枚标签用在商品上", "Its producer has not yet said that it is on goods"),
        Text("如果已经贴在出售的商品上，请告诉我们", "If it is on goods for sale, tell us"),
    ),
    LabelAnswer.EXPIRED: (
        "negative",
        Text("过期未用的标签", "A label that expired unused"),
        Text("它在期限内没有启用，不应再出现在商品上", "It was not used in time and must not be on goods"),
        Text("请保留实物和照片，告诉我们", "Keep the goods and a photograph, and tell us"),
    ),
    LabelAnswer.VOID: (
        "negative",
        Text("已作废的标签", "A void label"),
        Text("它已退回或销毁，不应再出现在商品上", "It was given back or destroyed and must not be on goods"),
        Text("请保留实物和照片，告诉我们", "Keep the goods and a photograph, and tell us"),
    ),
    LabelAnswer.LOST: (
        "negative",
        Text("已报遗失的标签", "A label reported lost"),
        Text("生产者报告它已遗失，不能证明商品的来历", "Its producer lost it; it proves nothing"),
        Text("请保留实物和照片，告诉我们", "Keep the goods and a photograph, and tell us"),
    ),
    LabelAnswer.LICENCE_NOT_IN_FORCE: (
        "watch",
        Text("真标签，但授权今天不是有效状态", "A genuine label, but the licence is not in force today"),
        Text(
            "标签启用时授权有效；此后有变化",
            "The licence was in force at issue and has changed since",
        ),
        Text("看下面的授权经过，商品可能是变化之前的", "See the licence below; the goods may be from before"),
    ),
}
OVER = frozenset({LabelAnswer.EXPIRED, LabelAnswer.VOID, LabelAnswer.LOST})
OTHER_GOODS = (
    "negative",
    Text("标签与商品条码对不上", "The label is not of these goods"),
    Text(
        "编号是真的，但不是发给这个商品条码的",
        "The number is real, but it was not issued for goods with this GTIN",
    ),
    Text("请保留实物和照片，告诉我们", "Keep the goods and a photograph, and tell us"),
)
MISCOPIED = Text(
    "最后一位校验码不符：这个编号至少有一位抄错",
    "The last (check) character does not agree: at least one character is miscopied",
)

NO_LABEL = Text("没有这枚标签", "No such label")
NEVER_ISSUED = Text(
    "登记簿没有发放过这个编号；请保留实物和照片",
    "The register never issued this number; keep the goods and a photograph",
)


def _resolve(code: str) -> ResponseReturnValue | None:
    sought = seek_label(code)
    if sought is None:
        return None
    tell_of_scan(sought.code, sought.label)
    if sought.label is None:
        fault = MISCOPIED if sought.miscopied else None
        return _keep_nowhere(
            render_template("verification/unknown_code.html", code=printed(sought.code), fault=fault), 404
        )
    return _keep_nowhere(_page(sought.label), 200)


def _said(label: Label, day: date) -> tuple[str, Text, Text, Text]:
    """What the number turns out to be; a genuine one in the address of other goods is not genuine there."""
    answer, gtin = label.answer_on(day), request.args.get("gtin", "")
    if gtin and not gtin_fault(gtin) and not carries(label, gtin) and answer not in OVER:
        return OTHER_GOODS
    return SAID[answer]


def _page(label: Label) -> str:
    day = today()
    tone, name, meaning, next_step = _said(label, day)
    return render_template(
        "labels/code.html",
        label=label,
        code=printed(label.code),
        tone=tone,
        name=name,
        meaning=meaning,
        next_step=next_step.format(goods=label.set.goods, weight=weight_text(label.set.grams_each)),
        on=day,
        licence_state=label.set.licence.state_on(day).text,
        warnings=panels_of(label, above=True),
        panels=panels_of(label),
    )


def _keep_nowhere(page: str, status: int) -> Response:
    """What became of a label is not in the public log, so the register's version says nothing of it."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


add_resolver(_resolve)


def _typed_code(typed: str) -> str | None:
    """Eleven letters without a hyphen or digit may as well be a name in pinyin."""
    text = typed.rpartition("/")[2].partition("#")[0].partition("?")[0]
    code = read_code(text)
    return code if code and (any(one.isdigit() for one in code) or "-" in text) else None


def _leads_to(typed: str) -> str | None:
    code = _typed_code(typed)
    return url_for("verification.show_code", code=printed(code)) if code else None


add_reader(_leads_to)


def _tell_of_many(typed: Sequence[str], on: date) -> dict[str, Told]:
    """Looked up at a desk, so that no label counts as scanned."""
    codes = {one: code for one in typed if (code := _typed_code(one))}
    found = seek_labels(codes.values())
    return {one: _told(found[code], on) for one, code in codes.items()}


def _told(sought: Sought, on: date) -> Told:
    label = sought.label
    if label is None:
        return Told("negative", NO_LABEL, MISCOPIED if sought.miscopied else NEVER_ISSUED)
    tone, name, meaning, next_step = SAID[label.answer_on(on)]
    said = next_step.format(goods=label.set.goods, weight=weight_text(label.set.grams_each))
    note = Text(f"{meaning.zh}；{said.zh}", f"{meaning.en}; {said.en}")
    return Told(tone, name, note, label.set.indication, label.set.licence)


add_finder(_tell_of_many)


@blueprint.get("/01/<gtin>/21/<code>")
def digital_link(gtin: str, code: str) -> ResponseReturnValue:
    """The GS1 Digital Link form of a label's address: scanners of goods and people meet at one page."""
    if gtin_fault(gtin):
        raise NotFound(Text("这不是一个商品条码", "That is not a GTIN"))
    label = find_label(code)
    more = {} if label is None or carries(label, gtin) else {"gtin": full_gtin(gtin)}
    return redirect(url_for("verification.show_code", code=code, **more), 307)


def carries(label: Label, gtin: str) -> bool:
    return label.set.gtin is not None and full_gtin(label.set.gtin) == full_gtin(gtin)
