"""Indicators, conflicts and programmes as their pages show them, worked out from the facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from portal.brands.sources import Cited, Sources
from portal.brands.vocabulary import word
from portal.catalogue.rules import Kind
from portal.lib.text import Text
from portal.targets.models import Conflict, Indicator
from portal.targets.programme_rules import (
    PROGRAMME_NAMES,
)
from portal.targets.queries import LiveCount, LiveCounts
from portal.targets.rules import (
    COUNTED_BRANDS,
    COUNTED_KINDS,
    COUNTED_PROGRAMMES,
    Verdict,
    actuals_of,
    indicator_quality,
    judge_facts,
    last_day,
    point_of,
)

Facts = Mapping[str, object]
COMPARATORS = {">": Text("超过 ", "over "), ">=": Text("不少于 ", "at least "), "<": Text("不到 ", "under "),
               "<=": Text("不超过 ", "at most "), "~": Text("约 ", "about ")}  # fmt: skip
NATURE_NAMES = {
    "expected": Text("预期性", "expected"),
    "binding": Text("约束性", "binding"),
    "cumulative": Text("累计值", "cumulative"),
    "mixed": Text("预期性或累计（未说明）", "expected or cumulative, not said which"),
    "not_stated": Text("未说明", "not stated"),
}
ROLE_NAMES = {"base": Text("基数", "base"), "target": Text("目标", "target")}


@dataclass(frozen=True)
class Said:
    """A figure as it is read: number with comparator, the day or year it is of."""

    number: Text
    on: str | None
    note: Text | None = None


@dataclass(frozen=True)
class ActualRow:
    number: Text
    on: str
    note: Text | None
    sources: list[Cited]


@dataclass(frozen=True)
class Figure:
    """A row of the table of an indicator; `value` is exact decimal text, None for a year left open."""

    role: str
    what: Text
    on: str | None
    last_day: str | None
    value: str | None
    number: Text
    note: Text | None


@dataclass(frozen=True)
class ConflictRow:
    key: str
    title: Text
    words: Text
    quotation: str | None
    sources: list[Cited]


@dataclass(frozen=True)
class Live:
    number: int | None
    parts: list[tuple[str, Text, int]]
    definition: Text
    warning: Text | None


class IndicatorRow:
    """One indicator of the table and of its own page; conflicts and documents are read for all at once."""

    def __init__(
        self,
        key: str,
        facts: Facts,
        today: date,
        sources: Sources,
        conflicts: Mapping[str, Conflict],
        live: LiveCount | None = None,
    ):
        self.key, self.facts = key, facts
        self._sources, self._conflicts, self._live = sources, conflicts, live
        self.name = text_of(facts["name"])
        self.unit = word("units", facts.get("unit"))
        self.verdict: Verdict = judge_facts(facts, today)
        self.outcome_text = self.verdict.outcome.text
        self.tone = self.verdict.outcome.tone
        self.basis = self.verdict.basis.text
        self.known, self.missing = indicator_quality(facts)

    @property
    def region(self) -> str:
        return self.facts["region"]

    @property
    def base(self) -> Said | None:
        return said(self.facts.get("base"))

    @property
    def target(self) -> Said | None:
        return said(self.facts.get("target"))

    @property
    def path(self) -> list[Said]:
        return [said(one) or Said(Text("—", "—"), one.get("year")) for one in self.facts.get("path", [])]

    @property
    def spark(self) -> list[tuple[int, int] | None]:
        """The yearly path for the small line: pairs of whole numbers against a round top."""
        points = [point_of(one) for one in self.facts.get("path", [])]
        known = [point.value for point in points if point]
        if len(known) < 2:
            return []
        top = max(known) * Fraction(11, 10)
        return [(int(p.value * 10**6), int(top * 10**6)) if p else None for p in points]

    @property
    def nature(self) -> Text:
        return NATURE_NAMES[self.facts["nature"]]

    @property
    def definition(self) -> Text | None:
        return text_of(self.facts.get("definition"))

    @property
    def note(self) -> Text | None:
        return text_of(self.facts.get("note"))

    @property
    def also(self) -> list[dict[str, object]]:
        """Other figures that the same plan gives for the same thing."""
        return [
            {
                "role": ROLE_NAMES[one["role"]],
                "said": said(one),
                "note": text_of(one["note"]),
                "sources": self._sources.cite(one["sources"]),
            }
            for one in self.facts.get("also_stated", [])
        ]

    @property
    def parts(self) -> list[tuple[str, str]]:
        return [(one["place"]["name"], one["value"]) for one in self.facts.get("parts", [])]

    @property
    def actuals(self) -> list[ActualRow]:
        """Newest first."""
        return [
            ActualRow(_number(one), one["on"], text_of(one.get("note")), self._sources.cite(one["sources"]))
            for one in reversed(actuals_of(self.facts))
        ]

    @property
    def actual(self) -> ActualRow | None:
        return next(iter(self.actuals), None)

    @property
    def expected(self) -> str | None:
        expected = self.verdict.expected
        if expected is None:
            return None
        return str(expected.numerator) if expected.denominator == 1 else f"{float(expected):.4g}"

    @property
    def sources(self) -> list[Cited]:
        return self._sources.cite(self.facts["sources"])

    @property
    def source_links(self) -> list[tuple[Text, str]]:
        return [(cited.text, cited.url) for cited in self.sources]

    @property
    def conflicts(self) -> list[ConflictRow]:
        keys = self.facts.get("conflicts", [])
        return [conflict_row(self._conflicts[key], self._sources) for key in keys if key in self._conflicts]

    @property
    def live(self) -> Live | None:
        if self._live is None:
            return None
        parts = [(kind, Kind(kind).text, number) for kind, number in self._live.parts.items()]
        return Live(self._live.number, parts, live_definition(self.facts), live_warning(self.facts))

    @property
    def spark_target(self) -> int:
        """Where the target stands against the top of the small line, in percent."""
        known = [point.value for one in self.facts.get("path", []) if (point := point_of(one))]
        target = point_of(self.facts.get("target"))
        return int(target.value * 1000 / (max(known) * 11)) if target and known else 0

    @property
    def table(self) -> list[Figure]:
        """Everything said and counted, in the order of the path; the picture is drawn from these rows."""
        named = [("base", Text("基数", "Base"), self.facts.get("base"))]
        named += [("path", Text("规划年度数", "Yearly figure"), one) for one in self.facts.get("path", [])]
        named += [("target", Text("目标", "Target"), self.facts.get("target"))]
        named += [("actual", Text("实际数", "Actual"), one) for one in actuals_of(self.facts)]
        return [_figure(role, what, one) for role, what, one in named if one]


def _figure(role: str, what: Text, facts: Facts) -> Figure:
    on, value = facts.get("on") or facts.get("year"), facts.get("value")
    number = _number(facts) if value is not None else Text("—", "—")
    day = last_day(on).isoformat() if on else None
    return Figure(role, what, on, day, value, number, text_of(facts.get("note")))


def rows_of(
    indicators: Iterable[Indicator], today: date, conflicts: Mapping[str, Conflict], live: LiveCounts | None
) -> list[IndicatorRow]:
    """The rows of a table, their documents read in one query."""
    indicators = list(indicators)
    sources = Sources([one.facts for one in indicators], [one.facts for one in conflicts.values()])
    return [
        IndicatorRow(one.id, one.facts, today, sources, conflicts, live.of(one.facts) if live else None)
        for one in indicators
    ]


def conflict_row(conflict: Conflict, sources: Sources) -> ConflictRow:
    facts = conflict.facts
    return ConflictRow(
        conflict.id,
        text_of(facts["title"]),
        text_of(facts["words"]),
        facts.get("quotation"),
        sources.cite(facts["sources"]),
    )


def live_definition(facts: Facts) -> Text:
    """What the register counts for this indicator, in words."""
    subject = facts["subject"]
    if subject in COUNTED_KINDS:
        kinds = [Kind(kind).text for kind in facts.get("counted_kinds") or COUNTED_KINDS[subject]]
        return Text(
            "登记簿中所在地区属于本规划范围、{zh}有效的地理标志，每个地理标志每类计一次；"
            "已转换的只按转换后的计。".replace("{zh}", "、".join(kind.zh for kind in kinds)),
            "GIs of the register inside the plan’s region with these in force: {en}; each GI counts once a "
            "kind, and what was converted counts only as what it became.".replace(
                "{en}", ", ".join(kind.en for kind in kinds)
            ),
        )
    if subject in COUNTED_BRANDS:
        return Text(
            "登记簿中在规划范围内、状态为在用的区域公用品牌。",
            "Regional brands of the register inside the plan’s region that are in use.",
        )
    kind = PROGRAMME_NAMES[COUNTED_PROGRAMMES[subject]]
    return Text(
        f"登记簿中在规划范围内、逐个有名称、已列入、已设立或已认定的{kind.zh}。",
        "Those of the register inside the plan’s region, named one by one and listed, in place or accepted: "
        f"{kind.en}.",
    )


def live_warning(facts: Facts) -> Text:
    """Why a live count is not judged: the register is not complete, and the plan may count otherwise."""
    incomplete = Text(
        "登记簿只收录已查到的，可能不全，所以不用来判断进度。",
        "The register holds only what was found and may be incomplete, so progress is not judged by it.",
    )
    if facts.get("counted_kinds") or facts["subject"] not in COUNTED_KINDS or facts["subject"] != "gis":
        return incomplete
    return Text(
        "规划没有说明计入哪几种，两个数的口径可能不同。" + incomplete.zh,
        "The plan does not say what it counts, so the two may differ in kind. " + incomplete.en,
    )


def said(facts: Facts | None) -> Said | None:
    if not facts or facts.get("value") is None:
        return None
    return Said(_number(facts), facts.get("year"), text_of(facts.get("note")))


def _number(facts: Facts) -> Text:
    mark = COMPARATORS.get(facts.get("comparator", "="), Text("", ""))
    number = grouped(facts["value"])
    return Text(mark.zh + number, mark.en + number)


def grouped(decimal: str) -> str:
    """28266 → 28,266; what stands after the point stays as printed."""
    whole, point, rest = decimal.partition(".")
    return f"{int(whole):,}{point}{rest}"


def text_of(said_facts: Facts | None) -> Text | None:
    return Text(said_facts["zh"], said_facts["en"]) if said_facts else None
