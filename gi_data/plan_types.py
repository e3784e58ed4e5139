"""The shapes of what the plans say: indicators, contradictions, programmes, agreements, and all facts."""

from dataclasses import dataclass
from typing import Literal

from gi_data.fact_types import (
    Brand,
    Citation,
    Comparator,
    Document,
    Gi,
    PartialDate,
    Place,
    ProtectionKind,
    Support,
    Vocabulary,
)
from portal.lib.text import Text


@dataclass(frozen=True)
class Point:
    """One value of an indicator; the value is exact decimal text, None where the plan leaves it open."""

    value: str | None
    year: PartialDate | None = None
    comparator: Comparator = "="
    note: Text | None = None


@dataclass(frozen=True)
class AlsoStated:
    """What the same plan says of the same indicator in another place."""

    value: str
    role: Literal["base", "target"]
    note: Text
    sources: tuple[Citation, ...]
    comparator: Comparator = "="


@dataclass(frozen=True)
class Part:
    place: Place
    value: str


@dataclass(frozen=True)
class Indicator:
    id: str
    table: Literal["gi_brand_mark", "other_ip"]
    subject: str
    name: Text
    unit: str | None
    base: Point | None
    target: Point | None
    nature: Literal["expected", "binding", "cumulative", "mixed", "not_stated"]
    nature_word: str | None
    sources: tuple[Citation, ...]
    support: Support
    path: tuple[Point, ...] = ()
    parts: tuple[Part, ...] = ()
    also_stated: tuple[AlsoStated, ...] = ()
    counted_kinds: tuple[ProtectionKind, ...] = ()
    definition: Text | None = None
    note: Text | None = None
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanIndicators:
    plan: str
    region: Place
    note: Text
    indicators: tuple[Indicator, ...]
    checked: PartialDate | None = None


@dataclass(frozen=True)
class Conflict:
    """One place where the documents disagree or cannot be read as printed; never repaired."""

    id: str
    title: Text
    words: Text
    sources: tuple[Citation, ...]
    quotation: str | None = None
    indicators: tuple[str, ...] = ()
    gis: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProgrammeStage:
    stage: Literal["planned", "under_way", "listed", "accepted", "reported", "in_place"]
    note: Text
    sources: tuple[Citation, ...]
    support: Support
    date: PartialDate | None = None
    number: str | None = None


@dataclass(frozen=True)
class Programme:
    id: str
    kind: Literal[
        "zone",
        "promotion_project",
        "key_contact_list",
        "advantage_area",
        "brand_station",
        "gi_station",
        "rights_station",
        "guidance_station",
        "information_station",
        "pilot_enterprises",
        "exhibition_centre",
        "standards_body",
        "traceability",
        "traditional_knowledge_pilot",
        "rewards",
    ]
    name: Text
    places: tuple[Place, ...]
    stages: tuple[ProgrammeStage, ...]
    gis: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    count: str | None = None
    indicators: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    open_questions: tuple[Text, ...] = ()
    checked: PartialDate | None = None


@dataclass(frozen=True)
class Agreement:
    id: str
    kind: Literal["agreement", "cooperation"]
    name: Text
    parties: tuple[Place, ...]
    covers: tuple[Text, ...]
    sources: tuple[Citation, ...]
    support: Support
    brands: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True)
class Outsider:
    """A place that is party to no named agreement, so that nobody assumes mutual recognition."""

    place: Place
    note: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class Agreements:
    """The one file that says who has agreed with whom, and who with nobody."""

    agreements: tuple[Agreement, ...]
    outsiders: tuple[Outsider, ...]


@dataclass(frozen=True)
class NotFound:
    id: str
    name: Text
    what: Text
    gis: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All facts, by slug or id, in the order of the files."""

    vocabulary: Vocabulary
    documents: dict[str, Document]
    gis: dict[str, Gi]
    brands: dict[str, Brand]
    plans: dict[str, PlanIndicators]
    conflicts: dict[str, Conflict]
    programmes: dict[str, Programme]
    agreements: dict[str, Agreement]
    outsiders: tuple[Outsider, ...]
    not_found: dict[str, NotFound]

    @property
    def indicators(self) -> dict[str, Indicator]:
        return {one.id: one for plan in self.plans.values() for one in plan.indicators}
