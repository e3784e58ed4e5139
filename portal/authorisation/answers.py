"""What an application asks, what may be typed, and what is missing before it can be submitted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.authorisation.rules import REQUIRED_PAPERS, Paper, Purpose, Track
from portal.authorisation.words import PAPER_NAMES
from portal.lib.text import Text
from portal.producers.rules import MICRO, point_in_country, point_is_swapped


@dataclass(frozen=True)
class Question:
    """One thing that is asked. `private` never leaves the office."""

    name: str
    label: Text
    longest: int
    required: bool = True
    private: bool = False
    long: bool = False
    hint: Text | None = None


QUESTIONS = (
    Question(
        "goods",
        Text("产品名称和规格", "Goods"),
        200,
        hint=Text("例如：枸杞（干果），250 克袋装", "For example: dried goji, bags of 250 g"),
    ),
    Question(
        "place",
        Text("生产地（乡镇或县）", "Place of production"),
        9,
        hint=Text(
            "产品实际生产的地方，不是公司注册地", "Where it is really made, not where the firm is registered"
        ),
    ),
    Question("address", Text("详细地址", "Address"), 200, private=True),
    Question(
        "lon",
        Text("经度", "Longitude"),
        14,
        required=False,
        private=True,
        hint=Text(
            "度，如 105.67；手机可在现场读取",
            "In degrees, such as 105.67; a telephone can tell it on the spot",
        ),
    ),
    Question("lat", Text("纬度", "Latitude"), 14, required=False, private=True),
    Question(
        "standard",
        Text("执行的标准或使用管理规则", "Standard or rules of use"),
        200,
        hint=Text(
            "标准号，或商标使用管理规则的名称", "Number of the standard, or the rules of use of the mark"
        ),
    ),
    Question(
        "process",
        Text("怎样生产", "How it is made"),
        2000,
        long=True,
        hint=Text(
            "原料从哪里来，主要工序，在哪里加工和包装",
            "Where the raw material comes from, the main steps, where it is made and packed",
        ),
    ),
    Question("yearly", Text("年产量（大约）", "Yearly quantity (about)"), 60, required=False),
    Question("brand", Text("自有商标", "Own trade mark"), 100, required=False),
    Question("contact", Text("联系人", "Contact"), 60, private=True),
    Question("phone", Text("电话", "Telephone"), 40, private=True),
)
CHANGE = Question(
    "change",
    Text("变更什么，为什么", "What changes, and why"),
    2000,
    long=True,
    hint=Text("例如产品规格、场所变化", "For example other goods or another place"),
)
USE = Question(
    "use",
    Text("用标情况", "How the mark was used"),
    2000,
    long=True,
    hint=Text("上一期用在哪些产品上、大约多少", "On which goods and about how many in the term that ends"),
)
BY_NAME = {question.name: question for question in (*QUESTIONS, CHANGE, USE)}
STATEMENT = "statement"


def questions_for(purpose: Purpose) -> tuple[Question, ...]:
    extra = {Purpose.CHANGE: (CHANGE,), Purpose.RENEW: (USE,)}
    return (*extra.get(purpose, ()), *QUESTIONS)


def cleaned(typed: Mapping[str, str], purpose: Purpose) -> dict[str, str]:
    """What was typed, question by question; nothing unknown is kept and nothing is longer than it may be."""
    kept = {q.name: typed.get(q.name, "").strip()[: q.longest] for q in questions_for(purpose)}
    kept[STATEMENT] = "y" if typed.get(STATEMENT) else ""
    return {name: value for name, value in kept.items() if value}


def required_papers(purpose: Purpose, track: Track) -> tuple[Paper, ...]:
    return REQUIRED_PAPERS if purpose is Purpose.NEW else (Paper.TEST_REPORT,)


def missing_papers(purpose: Purpose, track: Track, kinds: Collection[str]) -> list[Paper]:
    return [paper for paper in required_papers(purpose, track) if paper not in kinds]


def faults(
    answers: Mapping[str, str], purpose: Purpose, track: Track, papers: Collection[str]
) -> dict[str, Text]:
    """What stands between a draft and its submission, field by field."""
    found = {
        q.name: Text("请填写", "Please fill in")
        for q in questions_for(purpose)
        if q.required and not answers.get(q.name)
    }
    point = read_point(answers)
    if isinstance(point, Text):
        found["lon"] = point
    if not answers.get(STATEMENT):
        found[STATEMENT] = Text("请确认所填属实", "Please confirm that it is true")
    missing = missing_papers(purpose, track, papers)
    if missing:
        names = [PAPER_NAMES[paper] for paper in missing]
        found["file"] = Text(
            "还缺：" + "、".join(name.zh for name in names),
            "Still missing: " + ", ".join(name.en for name in names),
        )
    return found


def read_point(answers: Mapping[str, str]) -> tuple[float, float] | Text | None:
    """The point that was typed; None where none was, and the fault where it cannot be one."""
    typed = answers.get("lon", ""), answers.get("lat", "")
    if typed == ("", ""):
        return None
    try:
        lon, lat = (float(value) for value in typed)
        micro = round(lon * MICRO), round(lat * MICRO)
    except (ValueError, OverflowError):
        return Text("经纬度应写成度数，如 105.67 和 37.48", "Write degrees, such as 105.67 and 37.48")
    if point_is_swapped(*micro):
        return Text("经度和纬度好像填反了", "Longitude and latitude seem to be swapped")
    if not point_in_country(*micro):
        return Text("这个点不在国内", "That point is not in the country")
    return lon, lat
