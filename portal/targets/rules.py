"""How a plan figure stands, and what can be counted live.

A figure is exact decimal text in the facts and a Fraction here; nothing is rounded before it is judged.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from portal.lib.said import Said, Worded
from portal.lib.text import Text

Facts = Mapping[str, object]


# ---- how an indicator stands


class Outcome(Said):
    AHEAD = "ahead", Text("超前", "ahead"), "positive"
    ON_PATH = "on_path", Text("按进度", "on path"), "positive"
    BEHIND = "behind", Text("落后", "behind"), "negative"
    UNKNOWN = "unknown", Text("未知", "unknown"), "neutral"


class Basis(Worded):
    """What the outcome rests on; said beside it every time."""

    PATH = (
        "path",
        Text(
            "与规划的逐年数比较；年内按直线推算。",
            "Against the plan’s yearly figures; within a year along a straight line.",
        ),
    )
    DEADLINE = (
        "deadline",
        Text(
            "实际数的日期已到目标日期，直接与目标比较。",
            "The actual value is of the target’s day or later and is held against the target itself.",
        ),
    )
    BASE_AND_TARGET = (
        "base_and_target",
        Text(
            "规划没有逐年数，只与基数和目标比较；介于两者之间时不作判断。",
            "The plan has no yearly figures: held against base and target only; "
            "between the two nothing is judged.",
        ),
    )
    NO_ACTUAL = (
        "no_actual",
        Text(
            "还没有登载有出处的实际数，所以不作判断。",
            "No actual value with a source is on record yet, so nothing is judged.",
        ),
    )
    NO_TARGET = "no_target", Text("规划没有给出目标数。", "The plan gives no target.")


@dataclass(frozen=True)
class Point:
    """A figure on a day; a figure of a year stands at its last day."""

    on: date
    value: Fraction


@dataclass(frozen=True)
class Target:
    on: date
    value: Fraction
    comparator: str = "="


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    basis: Basis
    expected: Fraction | None = None


def judge(
    actual: Point | None, base: Point | None, path: Sequence[Point | None], target: Target | None
) -> Verdict:
    """How an actual value stands. More is always better: every indicator here counts something wanted.

    `path` holds the plan's years in order, None where it leaves a year open.
    """
    if actual is None:
        return Verdict(Outcome.UNKNOWN, Basis.NO_ACTUAL)
    if target is None:
        return Verdict(Outcome.UNKNOWN, Basis.NO_TARGET)
    if actual.on >= target.on:
        return Verdict(_at_deadline(actual.value, target), Basis.DEADLINE, target.value)
    expected = expected_on(path, actual.on)
    if expected is not None:
        outcome = _along_path(actual, expected, path)
        return Verdict(outcome, Basis.PATH, expected)
    return Verdict(_without_path(actual.value, base, target), Basis.BASE_AND_TARGET)


def expected_on(path: Sequence[Point | None], day: date) -> Fraction | None:
    """What the path asks on a day: the straight line between two neighbouring years, whole where both are.

    Before the first year, after the last and across a year left open the plan says nothing: None.
    """
    for left, right in zip(path, path[1:], strict=False):
        if left is None or right is None or not left.on <= day <= right.on:
            continue
        passed, whole = (day - left.on).days, (right.on - left.on).days
        value = left.value + (right.value - left.value) * passed / whole
        counts = left.value.denominator == 1 and right.value.denominator == 1
        # Half a station cannot be built: between one and two, one is what can be asked.
        return Fraction(value.numerator // value.denominator) if counts else value
    return next((point.value for point in path if point is not None and point.on == day), None)


def meets(value: Fraction, target: Target) -> bool:
    """Whether a value reaches the target as printed; a plain target is reached by no less than itself."""
    return value > target.value if target.comparator == ">" else value >= target.value


def _at_deadline(value: Fraction, target: Target) -> Outcome:
    if not meets(value, target):
        return Outcome.BEHIND
    return Outcome.AHEAD if value > target.value and target.comparator != ">" else Outcome.ON_PATH


def _along_path(actual: Point, expected: Fraction, path: Sequence[Point | None]) -> Outcome:
    if actual.value < expected:
        return Outcome.BEHIND
    year_end = next(point.value for point in path if point is not None and point.on >= actual.on)
    return Outcome.AHEAD if actual.value > max(year_end, expected) else Outcome.ON_PATH


def _without_path(value: Fraction, base: Point | None, target: Target) -> Outcome:
    if meets(value, target):
        return Outcome.AHEAD
    if base is not None and value < base.value:
        return Outcome.BEHIND
    return Outcome.UNKNOWN


# ---- reading the facts


def last_day(text: str) -> date:
    """The last day that a year, a month or a day given as text can mean."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def first_day(text: str) -> date:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    return date(year, month or 1, day or 1)


def point_of(facts: Facts | None) -> Point | None:
    if not facts or facts.get("value") is None or not facts.get("year"):
        return None
    return Point(last_day(facts["year"]), Fraction(facts["value"]))


def target_of(facts: Facts | None) -> Target | None:
    point = point_of(facts)
    return Target(point.on, point.value, facts.get("comparator", "=")) if point else None


def actuals_of(facts: Facts) -> list[Facts]:
    """The actual values on record, oldest first."""
    return sorted(facts.get("actuals", []), key=lambda one: (one["on"], one["key"]))


def judge_facts(facts: Facts, today: date) -> Verdict:
    """How an indicator stands by the newest actual value that is not of a day to come."""
    past = [one for one in actuals_of(facts) if one["on"] <= today.isoformat()]
    newest = past[-1] if past else None
    actual = Point(date.fromisoformat(newest["on"]), Fraction(newest["value"])) if newest else None
    path = [point_of(one) for one in facts.get("path", [])]
    return judge(actual, point_of(facts.get("base")), path, target_of(facts.get("target")))


# ---- what can be counted live

# For each subject: the kinds of protection that are counted. A plan that names its own kinds goes first.
COUNTED_KINDS: Mapping[str, tuple[str, ...]] = {
    "gis": ("gi_product", "certification_mark", "collective_mark", "agri_gi"),
    "gi_products": ("gi_product",),
    "certification_marks": ("certification_mark",),
    "gi_marks": ("certification_mark", "collective_mark"),
    "agri_gis": ("agri_gi",),
}
COUNTED_PROGRAMMES: Mapping[str, str] = {
    "zones": "zone",
    "promotion_projects": "promotion_project",
    "brand_stations": "brand_station",
    "gi_stations": "gi_station",
    "rights_stations": "rights_station",
    "service_outlets": "information_station",
}
COUNTED_BRANDS = frozenset({"regional_brands"})


# ---- how complete a record is

# What a complete record would hold, in the order a reader asks for it.
INDICATOR_QUALITY: tuple[tuple[str, Text], ...] = (
    ("base", Text("基数", "base")),
    ("path", Text("逐年数", "yearly figures")),
    ("target", Text("目标", "target")),
    ("definition", Text("口径", "definition")),
    ("actuals", Text("实际数", "actual values")),
)


def indicator_quality(facts: Facts) -> tuple[list[Text], list[Text]]:
    """What is known of an indicator and what is missing; a yearly path of open years is missing."""

    def known(field: str) -> bool:
        value = facts.get(field)
        if field == "path":
            return any(one.get("value") is not None for one in value or [])
        return value.get("value") is not None if field in ("base", "target") and value else bool(value)

    return sorted_out(INDICATOR_QUALITY, known)


def sorted_out(
    asked: Iterable[tuple[str, Text]], known: Callable[[str], bool]
) -> tuple[list[Text], list[Text]]:
    found: tuple[list[Text], list[Text]] = ([], [])
    for field, name in asked:
        found[0 if known(field) else 1].append(name)
    return found


def places_in(facts: Mapping[str, object]) -> list[str]:
    """The divisions that an indicator, a programme or an agreement names; a conflict of documents none."""
    places = [*facts.get("places", []), *facts.get("parties", [])]
    places += [facts["place"]] if isinstance(facts.get("place"), dict) else []
    return [place["code"] for place in places] + ([facts["region"]] if facts.get("region") else [])
