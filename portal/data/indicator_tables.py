"""The table of plan indicators, one row for each value of each indicator."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from portal.data.files import ROWS_AT_A_TIME, Column, Kind, Row, add_table, comparator
from portal.db import db
from portal.lib.text import Text
from portal.targets.models import Indicator
from portal.targets.rules import (
    actuals_of,
)


def _rows() -> Iterator[Row]:
    query = select(Indicator).order_by(Indicator.id).execution_options(yield_per=ROWS_AT_A_TIME)
    for one in db.session.execute(query).scalars():
        for role, point, when in _points(one.facts):
            yield (
                one.id, one.facts["name"]["zh"], one.facts["name"]["en"], one.facts["region"],
                one.facts.get("plan"), role, when, comparator(point.get("comparator")), point.get("value"),
                one.facts.get("unit"), "; ".join(point.get("sources") or one.facts.get("sources", [])),
            )  # fmt: skip


def _points(facts: Mapping) -> Iterator[tuple[str, Mapping, str | None]]:
    for role in ("base", "target"):
        if facts.get(role):
            yield role, facts[role], _year(facts[role])
    for point in facts.get("path", []):
        yield "path", point, _year(point)
    for point in actuals_of(facts):
        yield "actual", point, str(point["on"])


def _year(point: Mapping) -> str | None:
    return str(point["year"]) if point.get("year") is not None else None


add_table(
    "indicators",
    Text("规划指标", "Plan indicators"),
    Text(
        "规划里的每个数一行：基数、逐年、目标、实际。文件之间不一致的都列出。",
        "One row for each value of a plan: base, yearly path, target, actual. Contradictions all stand.",
    ),
    (
        Column("id", Text("代号", "Key")),
        Column("name_zh", Text("中文名", "Chinese name")),
        Column("name_en", Text("英文名", "English name")),
        Column("adcode", Text("行政区划代码", "Division code")),
        Column("plan", Text("规划", "Plan"), about=Text("资料的代号", "key of the document")),
        Column(
            "role",
            Text("角色", "Role"),
            about=Text("base 基数，path 逐年，target 目标，actual 实际", "base, path, target or actual"),
        ),
        Column("date", Text("年份或日期", "Year or date"), Kind.DAY),
        Column("comparator", Text("比较号", "Comparator")),
        Column("value", Text("数值", "Value"), Kind.DECIMAL),
        Column("unit", Text("单位", "Unit")),
        Column("sources", Text("出处", "Sources")),
    ),
    _rows,
)
