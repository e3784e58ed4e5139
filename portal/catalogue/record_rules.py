"""What must hold between the parts of one GI record: states that follow, slugs, what is missing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.rules import Kind, Status, may_follow
from portal.lib.text import Text

Facts = Mapping[str, object]

PROTECTION_KEYS = {
    Kind.GI_PRODUCT: "product",
    Kind.CERTIFICATION_MARK: "mark",
    Kind.COLLECTIVE_MARK: "collective",
    Kind.AGRI_GI: "agri",
}
# The first of these that any protection has is the state of the whole record.
STATUS_ORDER = (
    Status.IN_FORCE,
    Status.PUBLISHED,
    Status.APPLIED,
    Status.UNKNOWN,
    Status.ENDED,
    Status.CANCELLED,
    Status.REFUSED,
)


def overall_status(protections: Iterable[Facts]) -> Status:
    """The state of a GI from those of its protections; without any it is unknown."""
    statuses = {protection["status"] for protection in protections}
    return next((status for status in STATUS_ORDER if status in statuses), Status.UNKNOWN)


def slug_of(pinyin: str) -> str:
    """zhōngníng gǒuqǐ → zhongning-gouqi."""
    plain = unicodedata.normalize("NFKD", pinyin)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80]


def protection_key(kind: str, taken: Iterable[str]) -> str:
    base, known = PROTECTION_KEYS[Kind(kind)], set(taken)
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, 1000))) if key not in known)


def statuses_open_to(status: str | None) -> list[Status]:
    """What a form offers: the present state and what may follow it. Conversion has a form of its own."""
    if status is None:
        return [state for state in Status if state is not Status.CONVERTED]
    present = Status(status)
    return [s for s in Status if s is present or (may_follow(present, s) and s is not Status.CONVERTED)]


def status_faults(before: Facts, after: Facts, restored: Facts) -> list[Text]:
    """Protections that would take a step the law does not know. `before` and `after` are entry fields;
    `restored` is what an undone change had replaced: going back to it is no step but a correction."""
    faults = []
    for name, protection in after.items():
        if not name.startswith("protection/") or name not in before or protection == restored.get(name):
            continue
        old, new = Status(before[name]["status"]), Status(protection["status"])
        if old is not new and not may_follow(old, new):
            faults.append(
                Text("{kind}：“{old}”之后不能是“{new}”", "{kind}: “{new}” cannot follow “{old}”").format(
                    kind=Kind(protection["kind"]).text, old=Status(old).text, new=Status(new).text
                )
            )
    return faults


@dataclass(frozen=True)
class Gap:
    """One thing a record does not say yet, and the part of the record where it would be said."""

    text: Text
    section: str


def gaps(facts: Facts) -> list[Gap]:
    """What an official could still find out; a record without any is as full as the form knows."""
    found = [gap for protection in facts.get("protections", []) for gap in _protection_gaps(protection)]
    if not facts.get("protections"):
        found.append(Gap(Text("没有任何保护的记载", "no protection is recorded"), "protections"))
    area = facts.get("area")
    if not area:
        found.append(Gap(Text("产地范围", "the producing area"), "area"))
    elif not any(unit.get("code") for unit in area.get("units", [])):
        found.append(Gap(Text("产地所含的区划", "the divisions of the area"), "area"))
    for section, text in _EXPECTED.items():
        if not facts.get(section):
            found.append(Gap(text, section))
    return found


_EXPECTED = {
    "quality": Text("品质特征", "quality"),
    "standards": Text("标准", "standards"),
    "figures": Text("数据", "figures"),
}
_PROTECTION_PARTS = {
    "number": Text("编号", "number"),
    "date": Text("日期", "date"),
    "holder": Text("权利人", "holder"),
}


def _protection_gaps(protection: Facts) -> Iterable[Gap]:
    if protection["status"] in (Status.REFUSED, Status.CONVERTED):
        return
    kind = Kind(protection["kind"]).text
    for name, text in _PROTECTION_PARTS.items():
        if not protection.get(name):
            words = Text("{kind}的{part}", "{part} of the {kind}").format(kind=kind, part=text)
            yield Gap(words, "protections")
