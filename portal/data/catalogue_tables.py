"""The tables of the catalogue and the brands: GIs, protections, figures, documents, brands."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.brands.models import Brand
from portal.catalogue.models import Document, Indication
from portal.catalogue.rules import kinds_counted
from portal.data.files import ROWS_AT_A_TIME, Column, Kind, Row, add_table, comparator
from portal.db import db
from portal.lib.text import Text
from portal.regions.models import Region

SLUG = Column(
    "slug", Text("代号", "Key"), about=Text("长久不变，也是网页地址", "lasting; also the address of the page")
)
NAME_ZH = Column("name_zh", Text("中文名", "Chinese name"))
NAME_EN = Column("name_en", Text("英文名", "English name"))
PINYIN = Column("pinyin", Text("拼音", "Pinyin"))
DEMO = Column("demo", Text("演示数据", "DEMO"), Kind.TRUTH, Text("真就是虚构的", "true where made up"))
SOURCES = Column(
    "sources",
    Text("出处", "Sources"),
    about=Text("资料的代号，见 documents 表", "keys of the table documents"),
)
SUPPORT = Column("support", Text("依据", "Support"), about=Text("依据有多可靠", "how well it is supported"))


def _each(query: object) -> Iterator:
    return db.session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME)).scalars()


def _indications() -> Iterator[Indication]:
    return _each(
        select(Indication)
        .where(Indication.withdrawn_on.is_(None))
        .order_by(Indication.id)
        .options(selectinload(Indication.protections), selectinload(Indication.regions))
    )


def _gis() -> Iterator[Row]:
    names = dict(tuple(row) for row in db.session.execute(select(Region.adcode, Region.name_zh)))
    for one in _indications():
        facts = one.facts
        area = facts.get("area") or {}
        protections = [
            {"kind": p.kind, "status": p.status} for p in one.protections if p.withdrawn_on is None
        ]
        dates = [p.date_text for p in one.protections if p.date_text and p.withdrawn_on is None]
        codes = [region.adcode for region in one.regions]
        yield (
            one.slug, one.name_zh, one.name_en, one.pinyin, "; ".join(facts.get("aliases", [])),
            "; ".join(kinds_counted(protections)), one.category, one.status, min(dates, default=None),
            "; ".join(codes), "; ".join(names.get(code, code) for code in codes),
            _zh(area.get("text")), _en(area.get("text")), area.get("precision"), one.support,
            one.checked_on, one.demo,
        )  # fmt: skip


add_table(
    "gis",
    Text("地理标志", "GIs"),
    Text("一个名称一行，不管它有几种保护。", "One row for each name, however many protections it has."),
    (
        SLUG,
        NAME_ZH,
        NAME_EN,
        PINYIN,
        Column("aliases", Text("别名", "Other names")),
        Column(
            "kinds",
            Text("保护形式", "Kinds of protection"),
            about=Text("转换过的按转成的算", "what was converted counts as what it became"),
        ),
        Column("category", Text("产品类别", "Category")),
        Column("status", Text("状态", "State")),
        Column("since", Text("最早保护日期", "First date of protection"), Kind.DAY),
        Column("adcodes", Text("行政区划代码", "Division codes")),
        Column("regions", Text("所在区划", "Divisions")),
        Column("area_zh", Text("产地范围（中文）", "Producing area (Chinese)")),
        Column("area_en", Text("产地范围（英文）", "Producing area (English)")),
        Column(
            "area_precision",
            Text("范围精度", "Precision of the area"),
            about=Text("来源写到哪一级", "how finely the source names it"),
        ),
        SUPPORT,
        Column("checked_on", Text("核对日期", "Checked on"), Kind.DAY),
        DEMO,
    ),
    _gis,
)


def _protections() -> Iterator[Row]:
    for one in _indications():
        for p in one.facts.get("protections", []):
            yield (
                one.slug, one.name_zh, p["key"], p["kind"], p["status"], p.get("number"), p.get("date"),
                p.get("holder"), p.get("announcement"), p.get("converted_to"), p.get("support"), _sources(p),
            )  # fmt: skip


add_table(
    "protections",
    Text("保护", "Protections"),
    Text("一个地理标志的一种保护一行。", "One row for each protection of each GI."),
    (
        SLUG,
        NAME_ZH,
        Column("key", Text("保护的代号", "Key of the protection")),
        Column("kind", Text("保护形式", "Kind")),
        Column("status", Text("状态", "State")),
        Column("number", Text("登记或注册号", "Number")),
        Column("date", Text("日期", "Date"), Kind.DAY),
        Column("holder", Text("持有人", "Holder")),
        Column("announcement", Text("公告", "Announcement")),
        Column(
            "converted_to", Text("转换成", "Converted into"), about=Text("另一行的 key", "key of another row")
        ),
        SUPPORT,
        SOURCES,
    ),
    _protections,
)


def _figures() -> Iterator[Row]:
    for one in _indications():
        for f in one.facts.get("figures", []):
            yield (
                one.slug, one.name_zh, f["metric"], comparator(f.get("comparator")), f["value"],
                f.get("unit"), f.get("date"), _zh(f.get("note")), _en(f.get("note")), f.get("support"),
                _sources(f),
            )  # fmt: skip


add_table(
    "figures",
    Text("各出处的数字", "Figures"),
    Text(
        "出处里印着的每个数。四种产值是四个指标，不相加。",
        "Each figure as its source prints it. The four values are four metrics and are never added.",
    ),
    (
        SLUG,
        NAME_ZH,
        Column("metric", Text("指标", "Metric")),
        Column(
            "comparator",
            Text("比较号", "Comparator"),
            about=Text("exact 为正好", "exact, or as printed"),
        ),
        Column("value", Text("数值", "Value"), Kind.DECIMAL),
        Column("unit", Text("单位", "Unit")),
        Column("date", Text("日期", "Date"), Kind.DAY),
        Column("note_zh", Text("说明（中文）", "Note (Chinese)")),
        Column("note_en", Text("说明（英文）", "Note (English)")),
        SUPPORT,
        SOURCES,
    ),
    _figures,
)


def _brands() -> Iterator[Row]:
    query = select(Brand).order_by(Brand.id).options(selectinload(Brand.regions))
    for one in _each(query):
        members = one.facts.get("members", [])
        yield (
            one.slug, one.name_zh, one.name_en, one.pinyin, one.kind, one.status,
            "; ".join(region.adcode for region in one.regions),
            "; ".join(m["gi"] for m in members if m.get("gi") and not m.get("ended")), one.checked_on,
        )  # fmt: skip


add_table(
    "brands",
    Text("区域公用品牌", "Regional brands"),
    Text("一个品牌一行。", "One row for each brand."),
    (
        SLUG,
        NAME_ZH,
        NAME_EN,
        PINYIN,
        Column("kind", Text("种类", "Kind")),
        Column("status", Text("状态", "State")),
        Column("adcodes", Text("行政区划代码", "Division codes")),
        Column(
            "member_gis",
            Text("成员地理标志", "Member GIs"),
            about=Text("代号；没有写明的不列", "keys; what is not stated is not listed"),
        ),
        Column("checked_on", Text("核对日期", "Checked on"), Kind.DAY),
    ),
    _brands,
)


def _documents() -> Iterator[Row]:
    for one in _each(select(Document).order_by(Document.id)):
        facts = one.facts
        title = facts.get("title")
        yield one.id, one.kind, _zh(title), _en(title), _zh(facts.get("issuer")), facts.get("date")


add_table(
    "documents",
    Text("资料", "Documents"),
    Text("登记事实所依据的资料。", "The documents that the facts rest on."),
    (
        Column("id", Text("代号", "Key")),
        Column(
            "kind",
            Text("种类", "Kind"),
            about=Text("规划、官方网页、二手网页", "plan, official page, secondary page"),
        ),
        Column("title_zh", Text("标题（中文）", "Title (Chinese)")),
        Column("title_en", Text("标题（英文）", "Title (English)")),
        Column("issuer", Text("发布者", "Issuer")),
        Column("date", Text("日期", "Date"), Kind.DAY),
    ),
    _documents,
)


def _sources(statement: Mapping[str, object]) -> str:
    return "; ".join(statement.get("sources", []))


def _zh(text: object) -> str | None:
    return text.get("zh") if isinstance(text, Mapping) else text


def _en(text: object) -> str | None:
    return text.get("en") if isinstance(text, Mapping) else None
