"""What a person says of a plan, and what cannot be stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.catalogue.models import Indication
from portal.checks.rules import (
    FEWEST_OFFICERS,
    GRADES,
    MOST_OFFICERS,
    MOST_WANTED,
    MOST_WEIGHT,
    TITLE_LONGEST,
    SeedKind,
    SubjectClass,
    weights_are_monotone,
)
from portal.lib.text import Text


@dataclass(frozen=True)
class PlanData:
    """What a person says of a plan."""

    title: str
    adcode: str
    basis: str
    wanted: Mapping[str, int]
    officers_each: int
    weights: Mapping[str, int]
    seed_kind: SeedKind
    check_by: date
    indication: Indication | None = None
    later_source: str = ""
    later_on: date | None = None


def plan_faults(data: PlanData, today: date) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not 4 <= len(data.title.strip()) <= TITLE_LONGEST:
        faults["title"] = Text("请写明抽查的名称", "Give the check a name")
    if len(data.basis.strip()) < 4:
        faults["basis"] = Text("请写明依据的文件", "Name the document it rests on")
    if not data.wanted or any(one not in set(SubjectClass) for one in data.wanted):
        faults["wanted"] = Text("至少有一类对象要抽取", "At least one class of subjects is drawn from")
    elif any(not 1 <= count <= MOST_WANTED for count in data.wanted.values()):
        faults["wanted"] = Text(f"每类请填 1 至 {MOST_WANTED} 户", f"Give 1 to {MOST_WANTED} of each class")
    if not FEWEST_OFFICERS <= data.officers_each <= MOST_OFFICERS:
        faults["officers_each"] = Text(
            "每户执法人员请填 2 至 {most} 名", "Give 2 to {most} officers for each"
        ).format(most=MOST_OFFICERS)
    if any(not 1 <= data.weights.get(grade, 0) <= MOST_WEIGHT for grade in GRADES):
        faults["weights"] = Text(f"签数请填 1 至 {MOST_WEIGHT}", f"Give 1 to {MOST_WEIGHT} tickets")
    elif not weights_are_monotone(data.weights):
        faults["weights"] = Text("信用越差，签数不能越少", "A worse grade cannot have fewer tickets")
    if data.check_by < today:
        faults["check_by"] = Text("完成日期不能早于今天", "Give a last day that is not before today")
    return faults | later_faults(data.seed_kind, data.later_source, data.later_on, today)


def later_faults(kind: SeedKind, source: str, on: date | None, today: date) -> dict[str, Text]:
    if kind is SeedKind.COMMIT:
        fault = Text(
            "请写明有人不揭示时用哪个公开数值、到哪里查",
            "Say which public value stands in if somebody does not reveal, and where it is published",
        )
        return {} if len(source.strip()) >= 8 else {"fallback": fault}
    faults = {}
    if len(source.strip()) < 8:
        faults["later_source"] = Text(
            "请写清哪个公开数值、哪一期、到哪里查",
            "Say which value, of which issue, and where it is published",
        )
    if on is None or on <= today:
        faults["later_on"] = Text("这个数值必须今天还不存在", "The value must not exist yet today")
    return faults
