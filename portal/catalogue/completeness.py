"""How much of a record is known: the same questions as `gaps`, asked the other way round."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.record_rules import gaps
from portal.catalogue.rules import Kind, Status
from portal.lib.text import Text

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Completeness:
    known: tuple[Text, ...]
    missing: tuple[Text, ...]

    @property
    def questions(self) -> int:
        return len(self.known) + len(self.missing)

    @property
    def percent(self) -> int:
        return 100 * len(self.known) // max(1, self.questions)


def completeness(facts: Facts) -> Completeness:
    return Completeness(tuple(_known(facts)), tuple(gap.text for gap in gaps(facts)))


_PARTS = {
    "number": Text("编号", "number"),
    "date": Text("日期", "date"),
    "holder": Text("权利人", "holder"),
}
_SECTIONS = {
    "area": Text("产地范围", "producing area"),
    "quality": Text("品质特征", "quality"),
    "standards": Text("标准", "standards"),
    "figures": Text("数据", "figures"),
}


def _known(facts: Facts) -> Iterable[Text]:
    for protection in facts.get("protections", []):
        if protection["status"] in (Status.REFUSED, Status.CONVERTED):
            continue
        kind = Kind(protection["kind"]).text
        for name, text in _PARTS.items():
            if protection.get(name):
                yield Text("{kind}的{part}", "{part} of the {kind}").format(kind=kind, part=text)
    for section, text in _SECTIONS.items():
        if facts.get(section):
            yield text
