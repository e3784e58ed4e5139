"""The shapes of the register facts: what a file may say, field by field, and nothing else."""

from dataclasses import dataclass
from typing import Literal

from portal.lib.text import Text

Support = Literal["plan_document", "official_page", "secondary_page", "unverified"]
Status = Literal["applied", "published", "in_force", "converted", "refused", "cancelled", "ended", "unknown"]
ProtectionKind = Literal["gi_product", "certification_mark", "collective_mark", "agri_gi"]
Comparator = Literal["=", ">", ">=", "<", "<=", "~"]


@dataclass(frozen=True)
class PartialDate:
    """A date as exact as the source gave it: a year alone stays a year."""

    text: str
    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        if self.day is not None:
            return "day"
        return "year" if self.month is None else "month"


@dataclass(frozen=True)
class Citation:
    """A document and, for the plans, the place in it."""

    document: str
    place_key: str | None = None
    place: Text | None = None


@dataclass(frozen=True)
class Document:
    id: str
    kind: Support
    title: Text
    titled_by: Literal["issuer", "register"]
    issuer: Text | None = None
    number: str | None = None
    date: PartialDate | None = None
    address: str | None = None
    note: Text | None = None
    places: dict[str, Text] | None = None


@dataclass(frozen=True)
class Metric:
    zh: str
    en: str
    definition: Text | None = None


@dataclass(frozen=True)
class Vocabulary:
    categories: dict[str, Text]
    gbt43583: dict[str, Text]
    supports: dict[str, Text]
    statuses: dict[str, Text]
    honours: dict[str, Text]
    metrics: dict[str, Metric]
    units: dict[str, Text]


@dataclass(frozen=True)
class Name:
    zh: str
    en: str
    pinyin: str
    initials: str


@dataclass(frozen=True)
class Place:
    code: str
    name: str


@dataclass(frozen=True)
class Regions:
    """The divisions a name belongs to; how we know is said where the source does not state it."""

    places: tuple[Place, ...]
    sources: tuple[Citation, ...]
    support: Support
    note: Text | None = None


@dataclass(frozen=True)
class Statement:
    text: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class Protection:
    key: str
    kind: ProtectionKind
    status: Status
    sources: tuple[Citation, ...]
    support: Support
    number: str | None = None
    date: PartialDate | None = None
    holder: str | None = None
    announcement: str | None = None
    note: Text | None = None
    converted_to: str | None = None


@dataclass(frozen=True)
class Honour:
    kind: str
    name: Text
    sources: tuple[Citation, ...]
    support: Support
    number: str | None = None
    date: PartialDate | None = None
    note: Text | None = None


@dataclass(frozen=True)
class EuAgreement:
    standing: Literal["first_list", "second_list_reported"]
    note: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class AreaUnit:
    name_in_source: str
    name_now: str | None
    code: str | None
    part: Text | None = None


@dataclass(frozen=True)
class AreaChange:
    kind: Literal["renamed", "joined", "left", "merged"]
    before: str
    after: str
    sources: tuple[Citation, ...]
    support: Support
    date: PartialDate | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Area:
    text: Text
    precision: Literal["village", "township", "county", "prefecture", "incomplete"]
    units: tuple[AreaUnit, ...]
    sources: tuple[Citation, ...]
    support: Support
    coordinates_text: str | None = None
    coordinates_usable: bool = False
    bbox: tuple[str, ...] | None = None
    scale: Text | None = None
    warning: Text | None = None
    history: tuple[AreaChange, ...] = ()


@dataclass(frozen=True)
class Standard:
    number: str
    title: Text
    relation: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class Figure:
    metric: str
    value: str
    unit: str
    sources: tuple[Citation, ...]
    support: Support
    comparator: Comparator = "="
    date: PartialDate | None = None
    when: Text | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Production:
    status: Literal["active", "ended", "unknown"]
    note: Text
    sources: tuple[Citation, ...]
    support: Support
    date: PartialDate | None = None


@dataclass(frozen=True)
class BrandLink:
    """A GI and a brand; unconfirmed when they are only named together."""

    brand: str
    standing: Literal["stated", "unconfirmed"]
    note: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class GiLink:
    gi: str
    relation: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class Gi:
    slug: str
    record: str
    name: Name
    aliases: tuple[str, ...]
    category: str
    scope: Literal["inside", "reference"]
    status: Status
    summary: Text
    regions: Regions
    support: Literal["strong", "medium", "weak", "plan_only"]
    protections: tuple[Protection, ...]
    open_questions: tuple[Text, ...]
    checked: PartialDate | None = None
    candidate: bool = False
    gbt43583: str | None = None
    production: Production | None = None
    honours: tuple[Honour, ...] = ()
    eu_agreement: EuAgreement | None = None
    area: Area | None = None
    quality: tuple[Statement, ...] = ()
    standards: tuple[Standard, ...] = ()
    figures: tuple[Figure, ...] = ()
    brands: tuple[BrandLink, ...] = ()
    related: tuple[GiLink, ...] = ()
    notes: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Member:
    """One member of a bundle; a name that is unknown stays unknown."""

    kind: ProtectionKind
    name: str | None
    gi: str | None
    note: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class PlannedProtection:
    kind: ProtectionKind
    note: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class Standing:
    status: Literal["launched", "active", "cultivating"]
    note: Text
    sources: tuple[Citation, ...]
    support: Support
    date: PartialDate | None = None


@dataclass(frozen=True)
class CertificationLink:
    name: Text
    stage: Literal["planned", "in_place"]
    note: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class RelatedBrand:
    brand: str
    relation: Text
    sources: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True)
class Brand:
    slug: str
    record: str
    kind: Literal["regional_brand", "bundle"]
    name: Name
    aliases: tuple[str, ...]
    category: str
    status: Literal["active", "cultivating", "unknown"]
    summary: Text
    regions: Regions
    support: Literal["strong", "medium", "weak", "plan_only"]
    standings: tuple[Standing, ...]
    open_questions: tuple[Text, ...]
    checked: PartialDate | None = None
    gbt43583: str | None = None
    owner: str | None = None
    trade_marks: tuple[str, ...] = ()
    launched: PartialDate | None = None
    planned_protections: tuple[PlannedProtection, ...] = ()
    members: tuple[Member, ...] = ()
    related_gis: tuple[GiLink, ...] = ()
    related_brands: tuple[RelatedBrand, ...] = ()
    certification_links: tuple[CertificationLink, ...] = ()
    honours: tuple[Honour, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[Statement, ...] = ()
