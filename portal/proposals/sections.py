"""The parts of a GI record as an official fills them in: one table, asked by forms, pages and actions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from portal.catalogue.record_rules import overall_status, protection_key
from portal.catalogue.rules import Kind, Status
from portal.catalogue.vocabulary import choices, vocabulary
from portal.lib.text import Text

Choices = list[tuple[str, Text]]
Facts = Mapping[str, object]


@dataclass(frozen=True)
class Part:
    """One thing to fill in. `words` is a sentence in both languages, `lines` one item a line; a `day` may be
    a month or a year, a `full_day` not, and `past` is one that cannot lie ahead; a `number` is counted in
    `unit`, or in the one the form names beside it. `offered_by` is an address that offers what fits while
    one types."""

    name: str
    text: Text
    kind: Literal["line", "words", "choice", "day", "full_day", "lines", "number"] = "line"
    required: bool = False
    hint: Text | None = None
    options: Callable[[], Choices] | None = None
    rows: int = 2
    longest: int = 200
    when_new_only: bool = False
    offered_by: str | None = None
    unit: Text | None = None
    past: bool = False


@dataclass(frozen=True)
class Section:
    """`field` is the fact it fills ("" for single facts of the record itself); `many` means a list."""

    key: str
    text: Text
    field: str
    parts: tuple[Part, ...]
    one: Text
    many: bool = False
    sourced: bool = True
    why: Text | None = None


NOTE = Part("note", Text("说明", "Note"), "words", rows=3, longest=1200)
NUMBER = Part("number", Text("编号", "Number"), longest=80)
DAY = Part(
    "date",
    Text("日期", "Date"),
    "day",
    hint=Text(
        "知道多少写多少：2017、2017-01 或 2017-01-10", "As much as is known: 2017, 2017-01 or 2017-01-10"
    ),
)
STATEMENT = (Part("text", Text("内容", "Words"), "words", True, rows=4, longest=1200),)


def _named(table: Mapping[object, Text]) -> Choices:
    return [(str(key), text) for key, text in table.items()]


SUPPORTS = (
    ("strong", Text("充分", "strong")),
    ("medium", Text("中等", "medium")),
    ("weak", Text("薄弱", "weak")),
    ("plan_only", Text("仅见于规划", "plans only")),
)
PRECISIONS = (
    ("village", Text("到村", "villages")),
    ("township", Text("到乡镇", "townships")),
    ("county", Text("到县", "counties")),
    ("prefecture", Text("到市", "prefectures")),
    ("incomplete", Text("不完整", "incomplete")),
)
PRODUCTION = (
    ("active", Text("正常生产", "produced")),
    ("ended", Text("已停产", "no longer produced")),
    ("unknown", Text("未知", "unknown")),
)
EU_STANDINGS = (
    ("first_list", Text("第一批名单", "first list")),
    ("second_list_reported", Text("报道称在第二批名单", "second list, as reported")),
)
COMPARATORS = (
    ("=", Text("等于", "exactly")),
    (">", Text("超过", "more than")),
    (">=", Text("不少于", "at least")),
    ("<", Text("不到", "less than")),
    ("<=", Text("不超过", "at most")),
    ("~", Text("约", "about")),
)

AREA_PARTS = (
    Part("text", Text("产地范围的文字", "The area in words"), "words", True, rows=4, longest=2000),
    Part("precision", Text("精确到", "As precise as"), "choice", True, options=lambda: list(PRECISIONS)),
    Part("scale", Text("规模", "Scale"), "words", longest=400),
    Part("coordinates_text", Text("公告所载坐标（照抄）", "Coordinates as printed"), longest=400),
    Part("warning", Text("使用时的提醒", "A warning to the reader"), "words", rows=3, longest=1200),
)

SECTIONS: tuple[Section, ...] = (
    Section(
        "name",
        Text("名称", "Name"),
        "name",
        (
            Part("zh", Text("中文名称", "Chinese name"), required=True, longest=120),
            Part("en", Text("英文名称", "English name"), required=True),
            Part(
                "pinyin",
                Text("拼音", "Pinyin"),
                required=True,
                hint=Text("按词分写，如 Zhongning Gouqi", "Word by word, such as Zhongning Gouqi"),
            ),
            Part(
                "initials",
                Text("拼音首字母", "Initials"),
                required=True,
                longest=60,
                hint=Text("每个字一个字母，如 zngq", "One letter a character, such as zngq"),
            ),
        ),
        one=Text("名称", "name"),
        sourced=False,
    ),
    Section(
        "about",
        Text("概况", "In short"),
        "",
        (
            Part(
                "category",
                Text("产品类别", "Category"),
                "choice",
                True,
                options=lambda: choices(vocabulary().categories),
            ),
            Part(
                "gbt43583",
                Text("GB/T 43583 大类", "GB/T 43583 class"),
                "choice",
                options=lambda: choices(vocabulary().gbt43583),
            ),
            Part("summary", Text("三句话简介", "Three sentences"), "words", True, rows=4, longest=1200),
            Part(
                "aliases",
                Text("别名和检索词", "Other names to find it by"),
                "lines",
                rows=4,
                hint=Text("一行一个", "One a line"),
            ),
            Part(
                "support",
                Text("整条记录的证据程度", "How well the record is supported"),
                "choice",
                True,
                options=lambda: list(SUPPORTS),
            ),
        ),
        one=Text("概况", "summary"),
        sourced=False,
    ),
    Section(
        "protections",
        Text("保护", "Protections"),
        "protections",
        (
            Part(
                "kind",
                Text("保护形式", "Kind"),
                "choice",
                True,
                options=lambda: _named(Kind.words()),
                when_new_only=True,
            ),
            Part("status", Text("状态", "State"), "choice", True, options=lambda: _named(Status.words())),
            Part(
                "number",
                Text("编号（注册号、证书号、公告号）", "Number (registration, certificate)"),
                longest=80,
            ),
            DAY,
            Part("holder", Text("权利人", "Holder")),
            Part("announcement", Text("公告", "Announcement")),
            NOTE,
        ),
        one=Text("一项保护", "protection"),
        many=True,
    ),
    Section(
        "quality",
        Text("品质特征", "Quality"),
        "quality",
        STATEMENT,
        Text("一条品质特征", "statement of quality"),
        True,
    ),
    Section(
        "standards",
        Text("标准", "Standards"),
        "standards",
        (
            Part("number", Text("标准号", "Number"), required=True, longest=80),
            Part("title", Text("标准名称", "Title"), "words", True),
            Part(
                "relation",
                Text("与本地理标志的关系", "What it has to do with this GI"),
                "words",
                True,
                rows=3,
                longest=600,
            ),
        ),
        one=Text("一项标准", "standard"),
        many=True,
    ),
    Section(
        "honours",
        Text("荣誉", "Honours"),
        "honours",
        (
            Part("kind", Text("种类", "Kind"), "choice", True, options=lambda: choices(vocabulary().honours)),
            Part("name", Text("名称", "Name"), "words", True),
            NUMBER,
            DAY,
            NOTE,
        ),
        one=Text("一项荣誉", "honour"),
        many=True,
        why=Text("荣誉不是保护，不计入保护数。", "An honour is not a protection and never counts as one."),
    ),
    Section(
        "figures",
        Text("数据", "Figures"),
        "figures",
        (
            Part(
                "metric",
                Text("指标", "Metric"),
                "choice",
                True,
                options=lambda: choices(vocabulary().metrics),
            ),
            Part(
                "comparator",
                Text("原文说的是", "The source says"),
                "choice",
                True,
                options=lambda: list(COMPARATORS),
            ),
            Part(
                "value",
                Text("数值", "Value"),
                "number",
                required=True,
                longest=40,
                hint=Text("照来源写，不加单位", "As the source gives it, without the unit"),
            ),
            Part("unit", Text("单位", "Unit"), "choice", True, options=lambda: choices(vocabulary().units)),
            DAY,
            Part(
                "when",
                Text("日期的说明", "Words about the date"),
                "words",
                hint=Text("没有日期时必须说明", "Needed where no date is known"),
            ),
            NOTE,
        ),
        one=Text("一个数据", "figure"),
        many=True,
        why=Text(
            "不同来源的数并列，不互相覆盖。",
            "Figures of different sources stand side by side; none replaces another.",
        ),
    ),
    Section(
        "production",
        Text("生产情况", "Production"),
        "production",
        (
            Part("status", Text("现在", "Now"), "choice", True, options=lambda: list(PRODUCTION)),
            DAY,
            Part("note", Text("说明", "Note"), "words", True, rows=3, longest=1200),
        ),
        one=Text("生产情况", "production"),
    ),
    Section(
        "eu_agreement",
        Text("中欧地理标志协定", "EU–China agreement"),
        "eu_agreement",
        (
            Part("standing", Text("名单", "List"), "choice", True, options=lambda: list(EU_STANDINGS)),
            Part("note", Text("说明", "Note"), "words", True, rows=3, longest=1200),
        ),
        one=Text("中欧协定", "EU agreement"),
    ),
    Section("notes", Text("说明", "Notes"), "notes", STATEMENT, Text("一条说明", "note"), True),
    Section(
        "open_questions",
        Text("尚未查明", "Open questions"),
        "open_questions",
        (
            Part("zh", Text("中文", "Chinese"), required=True, longest=600),
            Part("en", Text("英文", "English"), required=True, longest=600),
        ),
        one=Text("一个未查明的问题", "open question"),
        many=True,
        sourced=False,
    ),
)
BY_KEY = {section.key: section for section in SECTIONS}


def value_in(section: Section, facts: Facts, number: int | None) -> dict[str, object] | None:
    """What a record says in this section: one mapping; None for an item still to be added."""
    if not section.field:
        return {part.name: facts[part.name] for part in section.parts if part.name in facts}
    found = facts.get(section.field)
    if not section.many:
        return dict(found) if found else None
    return dict(found[number]) if number is not None else None


def entered_in(section: Section, facts: Facts, number: int | None, value: Facts) -> dict[str, object]:
    """The facts with this section filled in; an item that stands there already is not added twice."""
    after = dict(facts)
    if not section.field:
        for part in section.parts:
            after.pop(part.name, None)
        after.update(value)
    elif not section.many:
        after[section.field] = dict(value)
    else:
        after[section.field] = _in_list(section, list(facts.get(section.field, [])), number, dict(value))
    return followed(after)


def _in_list(section: Section, items: list, number: int | None, value: dict[str, object]) -> list:
    if number is not None:
        items[number] = value
        return items
    if section.key == "protections":
        same = [one for one in items if {**one, "key": ""} == {**value, "key": ""}]
        value["key"] = protection_key(str(value["kind"]), [one["key"] for one in items])
        return items if same else [*items, value]
    return items if value in items else [*items, value]


def taken_out(section: Section, facts: Facts, number: int | None) -> dict[str, object]:
    """The facts without this item, or without the whole section where it is no list."""
    after = dict(facts)
    if section.many and number is not None:
        after[section.field] = [one for at, one in enumerate(facts[section.field]) if at != number]
    else:
        after.pop(section.field, None)
    return followed(after)


def followed(facts: Facts) -> dict[str, object]:
    """The state of the whole record follows its protections; empty lists are left out."""
    after = {name: value for name, value in facts.items() if value not in ([], {}, None)}
    after["status"] = overall_status(after.get("protections", [])).value
    if after["status"] == Status.IN_FORCE and after.get("candidate"):
        after["candidate"] = False
    return after
