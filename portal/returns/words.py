"""What returns and official figures are called in the log."""

from sqlalchemy import select

from portal.catalogue.naming import names_of_indications
from portal.db import db
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects
from portal.returns.rules import LIMITS, State

RETURN_FIELDS = {
    "state": Text("状态", "state"),
    "months": Text("分月产值", "monthly values"),
    "note": Text("说明", "note"),
    "reason": Text("退回原因", "why it was sent back"),
    "name": Text("材料名称", "name of the document"),
    "digest": Text("材料摘要", "digest of the document"),
    "asked": Text("应提醒", "to be reminded"),
    "reached": Text("已送达", "reached"),
    "stage": Text("哪一次提醒", "which reminder"),
    **{name: text for name, (_, text) in LIMITS.items()},
}
OUTPUT_FIELDS = {
    "value_fen": Text("产业产值（分）", "industry output (fen)"),
    "issuer": Text("发布单位", "issued by"),
    "document": Text("文件", "document"),
    "document_on": Text("文件日期", "date of the document"),
    "ended_on": Text("停用日期", "ended on"),
}
STATES = State.words()

describe_subject("return", Text("年度产值申报", "Return"), RETURN_FIELDS, {"state": STATES})
describe_subject("output", Text("官方产业产值", "Official industry output"), OUTPUT_FIELDS)
describe_verbs(
    {
        "drafted": Text("开始填报", "begun"),
        "saved": Text("保存", "saved"),
        "submitted": Text("提交", "submitted"),
        "taken_back": Text("撤回修改", "taken back"),
        "accepted": Text("接受", "accepted"),
        "corrected": Text("以新版更正", "corrected by a new version"),
        "correction_opened": Text("开始更正", "correction begun"),
        "given_up": Text("放弃更正", "correction given up"),
        "sent_back": Text("退回补正", "sent back"),
        "paper_added": Text("添加材料", "document added"),
        "reminded": Text("催报", "reminded"),
        "stated": Text("录入", "stated"),
    }
)


def names_of_returns(keys: set[str]) -> dict[str, Text]:
    """zhongning-gouqi/9164…/2025 → GI, producer as far as it is public, year."""
    parts = {key: key.split("/") for key in keys}
    slugs = names_of_indications({one[0] for one in parts.values()})
    numbers = {one[1] for one in parts.values() if len(one) == 3}
    query = select(Producer.number, Producer.name).where(Producer.number.in_(numbers), Producer.name_public)
    names = dict(db.session.execute(query).all()) if numbers else {}
    said = {}
    for key, one in parts.items():
        gi = slugs.get(one[0], Text(one[0], one[0]))
        who = names.get(one[1], one[1]) if len(one) == 3 else ""
        said[key] = Text("{gi} {year} 年申报 {who}", "{gi}, return for {year} {who}").format(
            gi=gi, year=one[-1], who=who
        )
    return said


def names_of_outputs(keys: set[str]) -> dict[str, Text]:
    slugs = names_of_indications({key.partition("/")[0] for key in keys})
    said = {}
    for key in keys:
        slug, _, year = key.partition("/")
        gi = slugs.get(slug, Text(slug, slug))
        said[key] = Text("{gi} {year} 年产业产值", "{gi}, industry output of {year}").format(gi=gi, year=year)
    return said


name_subjects("return", names_of_returns)
name_subjects("output", names_of_outputs)
link_subject("output", lambda key: f"/ratios/{key.partition('/')[0]}")
