"""The yearly supervision report: what it may be about, who may make and publish it, its texts, its states."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.accounts.rules import OFFICIALS, Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.regions.rules import NATION, line_of

FIRST_YEAR = 2015
TEXT_LONGEST = 8000
NUMBER_MOST = 10**9
REMARK_SHORTEST, REMARK_LONGEST = 4, 500
DOCUMENT_LONGEST = 120
STUCK_AFTER_SECONDS = 180


class About(Worded):
    """What a report is about: one GI, one demonstration zone, everything of a division, or a whole year."""

    GI = "gi", Text("一个地理标志", "One GI")
    ZONE = "zone", Text("一个示范区", "One demonstration zone")
    REGION = "region", Text("一个县、市或自治区", "A county, city or province")
    YEAR = "year", Text("全登记簿的一年", "The whole register in a year")


class State(Said):
    WAITING = "waiting", Text("等待生成", "Waiting to be made"), "waiting"
    BUILDING = "building", Text("正在生成", "Being made"), "waiting"
    READY = "ready", Text("草稿已生成", "Draft made"), "watch"
    FAILED = "failed", Text("生成出错", "Could not be made"), "negative"
    PUBLISHED = "published", Text("已公布", "Published"), "positive"
    GIVEN_UP = "given_up", Text("已放弃", "Given up"), "ended"


AT_WORK = frozenset({State.WAITING, State.BUILDING})
# What may be counted anew: a published report never is, its correction is a new edition.
MAY_REBUILD = frozenset({State.READY, State.FAILED})
MAY_GIVE_UP = frozenset({State.READY, State.FAILED})

MAKERS = OFFICIALS - {Role.INSPECTOR}
READERS = OFFICIALS | {Role.AUDITOR}


# The year of the whole register has one key.
WHOLE_REGISTER = "all"


def may_read(role: Role, region: str | None, adcode: str, about: str = About.REGION) -> bool:
    return role in READERS and (scope_covers(region, adcode) or _shares_the_register(role, about))


def may_make(role: Role, region: str | None, adcode: str, about: str = About.REGION) -> bool:
    """Whoever keeps all the ground of a report makes it and publishes it."""
    return role in MAKERS and (scope_covers(region, adcode) or _shares_the_register(role, about))


def _shares_the_register(role: Role, about: str) -> bool:
    """No official keeps the ground of several provinces. The year of the whole register says only what is
    public, so each of the provinces that keep it may draw it up; who did stands on it."""
    return about == About.YEAR and role is Role.PROVINCE


def common_ground(adcodes: Iterable[str]) -> str:
    """The smallest division in which all of these lie."""
    lines = [[NATION, *line_of(adcode)] for adcode in adcodes]
    if not lines:
        return NATION
    shared = NATION
    for level in zip(*lines, strict=False):
        if len(set(level)) > 1:
            break
        shared = level[0]
    return shared


def counted_until(year: int, today: date) -> date:
    """A report of the running year says up to which day it counts."""
    return min(date(year, 12, 31), today)


def due_on(year: int) -> date:
    """国知办发保字〔2021〕4号: the yearly summary goes up by 31 December."""
    return date(year, 12, 31)


# ---- what officials write


@dataclass(frozen=True)
class Part:
    """A text, or a number, that no ledger holds and an official writes; kept and carried to next year."""

    key: str
    title: Text
    hint: Text
    number: bool = False
    unit: Text | None = None


NOT_COUNTED = Text("没有统计就空着", "Leave empty if not counted")
PARTS = (
    Part(
        "office",
        Text("编制单位", "Issuing office"),
        Text("封面和落款用的全称", "Full name, for the cover"),
    ),
    Part(
        "overview",
        Text("概述", "Overview"),
        Text("本年度监管工作的总体情况，放在第一章开头", "The year in general; opens chapter one"),
    ),
    Part(
        "publicity",
        Text("宣传", "Publicity"),
        Text("开展了哪些宣传活动，何时何地", "What was done to make GIs known, when and where"),
    ),
    Part(
        "training",
        Text("培训", "Training"),
        Text("培训了谁、内容、效果", "Who was trained, in what, with what effect"),
    ),
    Part(
        "publicity_events", Text("宣传活动场次", "Publicity events"), NOT_COUNTED,
        number=True, unit=Text("场", "events"),
    ),
    Part(
        "training_sessions", Text("培训场次", "Training sessions"), NOT_COUNTED,
        number=True, unit=Text("场", "sessions"),
    ),
    Part(
        "people_trained", Text("培训人次", "People trained"), NOT_COUNTED,
        number=True, unit=Text("人次", "people"),
    ),
    Part(
        "standards",
        Text("标准工作", "Work on standards"),
        Text("本年度制定、修订、宣贯的标准", "Standards made, revised or taught this year"),
    ),
    Part(
        "sampling",
        Text("抽检说明", "Sampling"),
        Text("由其他机构完成、登记簿没有记录的抽检", "Sampling done elsewhere, not in the register"),
    ),
    Part(
        "problems",
        Text("存在的问题", "Problems"),
        Text("监管中发现的主要问题和原因", "The main problems found, and why"),
    ),
    Part(
        "next",
        Text("下一年度安排", "Plans for next year"),
        Text("措施、责任单位、时间", "Measures, who is responsible, by when"),
    ),
)  # fmt: skip
PART_OF = {part.key: part for part in PARTS}


def read_part(part: Part, typed: str) -> tuple[str, Text | None]:
    """What is kept of what was typed, and what is wrong with it."""
    said = "\n".join(line.strip() for line in typed.replace("\r", "").split("\n")).strip()
    if part.number and said:
        plain = said.replace(",", "").replace("，", "")
        if not (plain.isascii() and plain.isdecimal() and int(plain) <= NUMBER_MOST):
            return said, Text("应为整数；没有统计就空着", "A whole number, or empty if not counted")
        return str(int(plain)), None
    if len(said) > TEXT_LONGEST:
        return said, Text(f"最多 {TEXT_LONGEST} 字", f"At most {TEXT_LONGEST} characters")
    return said, None
