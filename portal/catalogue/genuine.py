"""Which mark is genuine: for one GI and one year, every lawful mark, who issues it, on what authority."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.catalogue.rules import Kind, Status
from portal.catalogue.tracks import TRACKS, Track
from portal.lib.text import Text

Facts = Mapping[str, object]
OLDEST_YEAR = 1995


@dataclass(frozen=True)
class MarkAnswer:
    """Whether a mark was lawful: the shape and word of its seal, and what else there is to say."""

    tone: str
    text: Text
    detail: Text | None = None


LAWFUL = MarkAnswer("positive", Text("合法有效", "lawful"))
NOT_YET = MarkAnswer("waiting", Text("尚未开始", "not yet begun"), Text("保护晚于这一年", "protected later"))
NOT_GRANTED = MarkAnswer("negative", Text("不合法", "not lawful"), Text("没有批准", "it was not granted"))
REPLACED = MarkAnswer(
    "ended", Text("已转换", "converted"), Text("由地理标志产品接替", "the GI product replaces it")
)
OVER = MarkAnswer("ended", Text("已终止", "ended"))
NOT_KNOWN = MarkAnswer(
    "neutral", Text("未知", "not known"), Text("这一年是否有效没有查到", "not found whether it was lawful")
)


@dataclass(frozen=True)
class LawfulMark:
    kind: Kind
    protection: Facts
    track: Track
    label: Text
    answer: MarkAnswer

    @property
    def lawful(self) -> bool:
        return self.answer is LAWFUL


def marks_of(facts: Facts, year: int, this_year: int) -> list[LawfulMark]:
    """Each protection's mark with the answer for that year; lawful ones first."""
    protections = facts.get("protections", [])
    by_key = {protection["key"]: protection for protection in protections}
    name = Text(facts["name"]["zh"], facts["name"]["en"])
    marks = []
    for protection in protections:
        track = TRACKS[Kind(protection["kind"])]
        answer = answer_for(protection, by_key, year, this_year)
        label = track.label_in(year).format(name=name)
        marks.append(LawfulMark(Kind(protection["kind"]), protection, track, label, answer))
    return sorted(marks, key=lambda mark: not mark.lawful)


def answer_for(protection: Facts, by_key: Mapping[str, Facts], year: int, this_year: int) -> MarkAnswer:
    """What the record allows to be said of one protection in one year, and no more."""
    status = Status(protection["status"])
    begun = year_of(protection)
    if status in (Status.APPLIED, Status.PUBLISHED, Status.REFUSED):
        return NOT_GRANTED
    if begun is not None and year < begun:
        return NOT_YET
    if status is Status.CONVERTED:
        return _converted(protection, by_key, year, this_year)
    if status is Status.IN_FORCE:
        return LAWFUL if begun is not None or year == this_year else NOT_KNOWN
    if status in (Status.CANCELLED, Status.ENDED) and year == this_year:
        return OVER
    return NOT_KNOWN


def _converted(protection: Facts, by_key: Mapping[str, Facts], year: int, this_year: int) -> MarkAnswer:
    since = year_of(by_key.get(protection.get("converted_to"), {}))
    if year == this_year or (since is not None and year > since):
        return REPLACED
    if since is not None and year_of(protection) is not None:
        return LAWFUL
    return NOT_KNOWN


def year_of(protection: Facts) -> int | None:
    return int(protection["date"][:4]) if protection.get("date") else None


def years_to_ask(facts: Facts, this_year: int) -> list[int]:
    """The years a reader may choose, newest first: from the first dated protection on."""
    known = [year for one in facts.get("protections", []) if (year := year_of(one))]
    first = max(min([*known, this_year - 7]), OLDEST_YEAR)
    return list(range(this_year, first - 1, -1))
