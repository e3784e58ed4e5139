"""Labels: what a number turns out to be, asking for labels, stating what became of them."""

from flask import Blueprint, Response, jsonify

from portal.accounts.models import Account
from portal.accounts.rules import Scope
from portal.api.describing import described
from portal.api.parameters import whole, words
from portal.api.shapes.labels import ASKED, ENDED, LABEL, UNKNOWN
from portal.api.writing import Body, Part, written
from portal.authorisation.queries import get_licence_for
from portal.db import db
from portal.labels.actions import ask_for_labels
from portal.labels.codes import printed
from portal.labels.lookup import seek_label
from portal.labels.part_actions import end_labels
from portal.labels.queries import get_part_for
from portal.labels.rules import ENDS, MOST_GRAMS_EACH, MOST_LABELS, REASON_LONGEST, PartState, Span
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text

blueprint = Blueprint("api_labels", __name__, url_prefix="/api/v1")

HIGHEST = 2**31 - 1
MISCOPIED = Text(
    "不是标签编号，或校验码不符：至少一位抄错",
    "Not a label’s number, or miscopied",
)


@blueprint.get("/labels/<code>")
@described(
    Text("一枚标签", "A label"),
    LABEL,
    path=(
        words(
            "code", Text("标签上的编号", "The number on the label"), 20, required=True,
            example="0000-0000-000", pattern=r"^[0-9A-Za-z-]+$",
        ),
    ),
    detail=Text(
        "编号是否真实、是否已启用、授权今天是否有效。每次只查一枚，查询不计入扫码次数。",
        "Whether the number is genuine, in use, and its licence in force today. Not counted as a scan.",
    ),
    examples=("/api/v1/labels/0000-0000-000",),
)  # fmt: skip
def label(code: str) -> Response:
    sought = seek_label(code)
    if sought is None or sought.miscopied:
        raise NotFound(MISCOPIED)
    found = sought.label
    if found is None:
        return jsonify(dict.fromkeys(LABEL["properties"]) | {"code": printed(sought.code), "answer": UNKNOWN})
    kept, public = found.set, found.set.producer.name_public
    return jsonify(
        code=printed(found.code),
        answer=found.answer_on(today()).value,
        gi=kept.indication.slug,
        producer=kept.producer.name if public else None,
        uscc=kept.producer.uscc if public else None,
        licence_no=kept.licence.number,
        year=kept.year,
        goods=kept.goods,
        grams_each=kept.grams_each,
        gtin=kept.gtin,
        use_by=kept.expires_on.isoformat(),
        demo=kept.demo,
    )


@blueprint.post("/labels/requests")
@written(
    Text("申领标签", "Ask for labels"),
    Scope.BATCHES,
    body=(
        Part(
            "licence", Text("授权编号", "Licence number"), {"type": "string", "maxLength": 20}, required=True
        ),
        Part(
            "year", Text("年度", "Year"), {"type": "integer", "minimum": 2020, "maximum": 2100}, required=True
        ),
        Part(
            "count",
            Text("枚数", "How many"),
            {"type": "integer", "minimum": 1, "maximum": MOST_LABELS},
            required=True,
        ),
        Part(
            "grams_each",
            Text("每件净重（克）", "Net weight of one package, in grams"),
            {"type": "integer", "minimum": 1, "maximum": MOST_GRAMS_EACH},
            required=True,
        ),
        Part("goods", Text("产品名称", "Goods"), {"type": "string", "maxLength": 120}),
        Part("gtin", Text("商品条码", "GTIN"), {"type": "string", "maxLength": 14}),
    ),
    answer=ASKED,
    example={"licence": "L2026-000001", "year": 2026, "count": 1000, "grams_each": 500},
    detail=Text(
        "枚数乘以净重不能超过土地乘单产的余量；由县里审核后发放。",
        "Count times weight cannot pass what land and yield leave; the county decides.",
    ),
)
def ask(account: Account, asked: Body) -> Body:
    licence = get_licence_for(account, asked["licence"], today())
    one = ask_for_labels(
        account,
        licence,
        asked["year"],
        asked["count"],
        asked["grams_each"],
        asked["goods"] or "",
        asked["gtin"] or "",
        today(),
        now(),
    )
    return {"request": one.number, "state": one.state, "count": one.count, "grams_each": one.grams_each}


@blueprint.post("/labels/parts/<int:number>")
@written(
    Text("报明一段标签的去向", "State what became of a piece of labels"),
    Scope.BATCHES,
    body=(
        Part(
            "state",
            Text("used 启用、returned 退回、destroyed 销毁、lost 遗失", "used, returned, destroyed or lost"),
            {"type": "string", "maxLength": 10},
            required=True,
        ),
        Part("first", Text("从第几枚", "From place"), {"type": "integer", "minimum": 1, "maximum": HIGHEST}),
        Part("last", Text("到第几枚", "To place"), {"type": "integer", "minimum": 1, "maximum": HIGHEST}),
        Part("reason", Text("说明", "Explanation"), {"type": "string", "maxLength": REASON_LONGEST}),
        Part(
            "version",
            Text("您看到的版本；已变则 409", "The version you saw; 409 if it has changed"),
            {"type": "integer", "minimum": 1, "maximum": HIGHEST},
            required=True,
        ),
    ),
    answer=ENDED,
    example={"state": "used", "first": 1, "last": 400, "version": 1},
    path=(whole("number", Text("这一段的编号", "Number of the piece"), 1, HIGHEST, example=1),),
)
def end(account: Account, asked: Body, number: int) -> Body:
    part = get_part_for(account, number, today())
    if asked["state"] not in {one.value for one in ENDS}:
        fault = Text("应为 used、returned、destroyed 或 lost", "Must be used, returned, destroyed or lost")
        raise RuleBroken(Text("请求的内容不正确", "The body is not right"), {"state": fault})
    first, last = asked["first"] or part.first, asked["last"] or part.last
    if first > last:
        fault = Text("起不大于止", "Must not be above last")
        raise RuleBroken(Text("请求的内容不正确", "The body is not right"), {"first": fault})
    taken = end_labels(
        account, part, Span(first, last), PartState(asked["state"]), asked["reason"] or "", asked["version"],
        today(), now(),
    )  # fmt: skip
    db.session.flush()
    return {
        "part": taken.id,
        "set": taken.set_id,
        "first": taken.first,
        "last": taken.last,
        "state": taken.state,
        "version": taken.version,
    }
