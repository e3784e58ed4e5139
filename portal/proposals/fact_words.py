"""The facts of a record in words: what each part is called, and what a value says in both languages."""

from collections.abc import Mapping

from portal.catalogue.rules import SUPPORT_NAMES, Kind, Status
from portal.catalogue.vocabulary import choices, vocabulary
from portal.lib.text import Text
from portal.proposals.office_sources import citation_text
from portal.proposals.sections import (
    COMPARATORS,
    EU_STANDINGS,
    PRECISIONS,
    PRODUCTION,
    SECTIONS,
    SUPPORTS,
)
from portal.register.words import Speaker, describe_parts

Facts = Mapping[str, object]

PARTS = {
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "pinyin": Text("拼音", "pinyin"),
    "initials": Text("首字母", "initials"),
    "kind": Text("种类", "kind"),
    "key": Text("记号", "key"),
    "status": Text("状态", "state"),
    "number": Text("编号", "number"),
    "date": Text("日期", "date"),
    "holder": Text("权利人", "holder"),
    "announcement": Text("公告", "announcement"),
    "note": Text("说明", "note"),
    "converted_to": Text("转换为", "converted to"),
    "sources": Text("来源", "sources"),
    "support": Text("证据程度", "support"),
    "places": Text("地区", "divisions"),
    "code": Text("区划代码", "division code"),
    "name": Text("名称", "name"),
    "name_in_source": Text("来源中的名称", "name in the source"),
    "name_now": Text("现在的名称", "present name"),
    "part": Text("其中", "of it"),
    "text": Text("内容", "words"),
    "precision": Text("精确到", "precise to"),
    "units": Text("所含区划", "divisions"),
    "history": Text("范围沿革", "history of the area"),
    "before": Text("原来", "before"),
    "after": Text("后来", "after"),
    "scale": Text("规模", "scale"),
    "warning": Text("提醒", "warning"),
    "coordinates_text": Text("公告所载坐标", "coordinates as printed"),
    "coordinates_usable": Text("坐标可用", "coordinates usable"),
    "bbox": Text("四至坐标", "bounding box"),
    "title": Text("标题", "title"),
    "relation": Text("关系", "relation"),
    "metric": Text("指标", "metric"),
    "comparator": Text("原文说的是", "the source says"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "when": Text("日期的说明", "words about the date"),
    "standing": Text("情况", "standing"),
    "brand": Text("品牌", "brand"),
    "gi": Text("地理标志", "GI"),
    "square_metres": Text("面积（平方米）", "area (m²)"),
    "since": Text("起始日期", "from"),
    "digest": Text("内容摘要", "digest of the content"),
    "file": Text("文件", "file"),
    "citation": Text("来源", "source"),
    "overlaps": Text("所在县级区划", "divisions it lies in"),
    "adcode": Text("区划代码", "division code"),
    "share": Text("占界线面积", "share of the outline"),
    "repair": Text("修复", "repair"),
}
FIELDS = {section.field: section.text for section in SECTIONS if section.field} | {
    "category": Text("产品类别", "Category"),
    "gbt43583": Text("GB/T 43583 大类", "GB/T 43583 class"),
    "summary": Text("简介", "Summary"),
    "aliases": Text("别名", "Other names"),
    "support": Text("证据程度", "Support"),
    "status": Text("整条记录的状态", "State of the record"),
    "regions": Text("所在地区", "Regions"),
    "area": Text("产地范围", "Producing area"),
    "outline": Text("产地界线", "Outline of the area"),
    "withdrawn_on": Text("撤下", "Withdrawal"),
    "withdrawal_reason": Text("撤下的理由", "Reason for the withdrawal"),
    "scope": Text("收录范围", "Scope"),
    "record": Text("记录号", "Record"),
    "candidate": Text("尚未受保护", "Not protected yet"),
    "brands": Text("所属品牌", "Brands"),
    "related": Text("相关地理标志", "Related GIs"),
}
# The order in which a change is told; what stands nowhere comes last.
ORDER = (
    "withdrawn_on",
    "withdrawal_reason",
    "name",
    "category",
    "gbt43583",
    "summary",
    "aliases",
    "support",
    "status",
    "regions",
    "protection",
    "area",
    "outline",
    "production",
    "quality",
    "standards",
    "honours",
    "figures",
    "eu_agreement",
    "notes",
    "open_questions",
)

_PLAIN: dict[str, Mapping[str, Text]] = {
    "status": {**Status.words(), **dict(PRODUCTION)},
    "support": {**SUPPORT_NAMES, **dict(SUPPORTS)},
    "precision": dict(PRECISIONS),
    "standing": dict(EU_STANDINGS),
    "comparator": dict(COMPARATORS),
    "scope": {"inside": Text("本登记簿范围内", "kept here"), "reference": Text("仅供参照", "for reference")},
}
AREA_KINDS = {
    "renamed": Text("更名", "renamed"),
    "joined": Text("划入", "joined"),
    "left": Text("划出", "left"),
    "merged": Text("合并", "merged"),
}


_ADDED: dict[str, dict[str, Text]] = {}


def add_words(parts: Mapping[str, Text], values: Mapping[str, Mapping[str, Text]] | None = None) -> None:
    """Called by a room above: what the parts of its own facts, and their values, are called."""
    for name, text in parts.items():
        PARTS.setdefault(name, text)
    for name, known in (values or {}).items():
        _ADDED.setdefault(name, {}).update({str(key): text for key, text in known.items()})


def field_name(field: str, change: Mapping[str, object] | None = None) -> Text:
    """What a field of an entry is called: “名称”, “保护：地理标志证明商标”."""
    if field.startswith("protection/"):
        sides = (change or {}).get("to") or (change or {}).get("from") or {}
        kind = Kind.words().get(sides.get("kind"))
        return Text(f"保护：{kind.zh}", f"Protection: {kind.en}") if kind else Text("保护", "Protection")
    return FIELDS.get(field) or PARTS.get(field) or Text(field, field.replace("_", " "))


def part_name(name: str) -> Text:
    return PARTS.get(name) or Text(name, name.replace("_", " "))


def order_of(field: str) -> tuple[int, str]:
    plain = field.partition("/")[0]
    return (ORDER.index(plain) if plain in ORDER else len(ORDER), field)


def said(name: str, value: object, documents: Mapping[str, Facts]) -> Text:
    """One plain value as a reader reads it, in both languages."""
    if value is True or value is False:
        return Text("是", "yes") if value else Text("否", "no")
    text = str(value)
    known = {**_ADDED.get(name, {}), **(_PLAIN.get(name) or _vocabulary(name))}
    if text in known:
        return known[text]
    if name in ("sources", "citation") or name.endswith("_sources"):
        return citation_text(text, documents)
    return Text(text, text)


def _vocabulary(name: str) -> Mapping[str, Text]:
    words = vocabulary()
    if name == "kind":
        return {**Kind.words(), **dict(choices(words.honours)), **AREA_KINDS}
    tables = {
        "category": words.categories,
        "gbt43583": words.gbt43583,
        "metric": words.metrics,
        "unit": words.units,
    }
    return dict(choices(tables[name])) if name in tables else {}


def item_name(field: str, item: object, documents: Mapping[str, Facts]) -> Text | None:
    """What one item of a list is called: a figure by metric and date, a standard by its number."""
    if not isinstance(item, Mapping):
        return None
    if "metric" in item:
        metric = said("metric", item["metric"], documents)
        when = item.get("date", "")
        return Text(f"{metric.zh} {when}".strip(), f"{metric.en} {when}".strip())
    if item.get("before") and item.get("after"):
        return said("kind", item["kind"], documents)
    for name in ("name_now", "name_in_source", "name", "number", "text", "gi", "brand", "kind"):
        if item.get(name):
            value = item[name]
            return _short(value) if isinstance(value, Mapping) else said(name, value, documents)
    return _short(item) if "zh" in item else None


def _short(words: Mapping[str, str]) -> Text:
    zh, en = words["zh"], words["en"]
    return Text(zh if len(zh) <= 24 else zh[:23] + "…", en if len(en) <= 48 else en[:47] + "…")


def item_line(field: str, item: Mapping[str, object], documents: Mapping[str, Facts]) -> Text:
    """One item in one line, for the list of a record: what it says, not only what it is called."""
    if "metric" in item:
        metric, unit = said("metric", item["metric"], documents), said("unit", item["unit"], documents)
        sign = "" if item.get("comparator", "=") == "=" else item["comparator"] + " "
        when = f"（{item['date']}）" if item.get("date") else ""
        return Text(
            f"{metric.zh} {sign}{item['value']} {unit.zh}{when}",
            f"{metric.en} {sign}{item['value']} {unit.en} {item.get('date', '')}".strip(),
        )
    if field == "standards":
        return Text(f"{item['number']} {item['title']['zh']}", f"{item['number']} {item['title']['en']}")
    if isinstance(item.get("text"), Mapping):
        return Text(item["text"]["zh"], item["text"]["en"])
    if isinstance(item.get("name"), Mapping):
        when = item.get("date", "")
        return Text(f"{item['name']['zh']} {when}".strip(), f"{item['name']['en']} {when}".strip())
    if "zh" in item:
        return Text(item["zh"], item["en"])
    return item_name(field, item, documents) or Text("—", "—")


# Citations need the documents themselves; the log links to them instead.
describe_parts(
    Speaker(
        field=field_name,
        part=part_name,
        value=lambda name, value: said(name if name != "citation" else "", value, {}),
    )
)
