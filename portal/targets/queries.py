"""Everything that reads indicators, conflicts, programmes and agreements, and what is counted live."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.brands.models import Brand, BrandRegion
from portal.catalogue.models import Document, Indication, IndicationRegion, Protection
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.rules import line_of, scope_prefix
from portal.register.queries import state_on
from portal.targets.actions import as_entry_fields, facts_of_entry_fields
from portal.targets.models import (
    Agreement,
    Conflict,
    Indicator,
    Plan,
    Programme,
    ProgrammeRegion,
)
from portal.targets.programme_rules import (
    STANDING_STAGES,
)
from portal.targets.rules import (
    COUNTED_BRANDS,
    COUNTED_KINDS,
    COUNTED_PROGRAMMES,
)

# ---- plans and indicators


def plans_with_titles() -> list[tuple[Plan, Text]]:
    """Every plan with its title, the province's first, then by region."""
    query = select(Plan, Document.facts).join(Document, Document.id == Plan.id, isouter=True)
    rows = db.session.execute(query.order_by(Plan.region, Plan.id)).all()
    return [(plan, _title(plan.id, facts)) for plan, facts in rows]


def _title(key: str, facts: Mapping[str, object] | None) -> Text:
    title = (facts or {}).get("title")
    return Text(title["zh"], title["en"]) if title else Text(key, key)


def indicators_asked(region: str = "", part: str = "") -> list[Indicator]:
    """The indicators in the order of their plans; `region` means plans of it, above it or below it."""
    query = select(Indicator)
    if part:
        query = query.where(Indicator.part == part)
    if region:
        inside = Indicator.region.startswith(scope_prefix(region))
        query = query.where(inside | Indicator.region.in_(line_of(region)))
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda one: (one.region, one.plan_id, one.facts.get("place", 0)))


def find_indicator(key: str) -> Indicator | None:
    return db.session.get(Indicator, key)


def get_indicator(key: str) -> Indicator:
    indicator = find_indicator(key)
    if indicator is None:
        raise NotFound(
            Text("没有登载这个指标", "The register has no such indicator"),
            next_step=Text("请从规划指标的列表中查找", "Look it up in the list of plan indicators"),
        )
    return indicator


def indicators_by_id(keys: Iterable[str]) -> dict[str, Indicator]:
    query = select(Indicator).where(Indicator.id.in_(set(keys)))
    return {indicator.id: indicator for indicator in db.session.scalars(query)}


def indicator_facts_on(key: str, day: date) -> dict[str, object]:
    fields = state_on(f"indicator:{key}", day)
    return facts_of_entry_fields(fields) if fields else {}


def indicators_in_scope(adcode: str) -> list[Indicator]:
    """The indicators whose actual values an official of this region enters: those of its own plans."""
    query = select(Indicator).where(Indicator.region.startswith(scope_prefix(adcode)))
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda one: (one.part, one.region, one.facts.get("place", 0)))


# ---- conflicts and agreements


def conflicts() -> list[Conflict]:
    return list(db.session.scalars(select(Conflict).order_by(Conflict.id)))


def conflicts_by_id(keys: Iterable[str]) -> dict[str, Conflict]:
    query = select(Conflict).where(Conflict.id.in_(set(keys)))
    return {conflict.id: conflict for conflict in db.session.scalars(query)}


def conflicts_touching(field: str, key: str) -> list[Conflict]:
    """Those that name a GI, brand or indicator. There are tens of conflicts, so all are read."""
    return [conflict for conflict in conflicts() if key in conflict.facts.get(field, [])]


def agreements() -> list[Agreement]:
    return list(db.session.scalars(select(Agreement).order_by(Agreement.id)))


def agreements_about_brand(slug: str) -> list[Agreement]:
    return [one for one in agreements() if slug in one.facts.get("brands", [])]


# ---- programmes


def programmes_asked(kinds: Iterable[str], region: str = "") -> list[Programme]:
    """The programmes of these kinds that have not been withdrawn, in and around a region."""
    query = (
        select(Programme)
        .where(Programme.kind.in_(list(kinds)), Programme.withdrawn_on.is_(None))
        .options(selectinload(Programme.regions))
        .order_by(Programme.id)
    )
    if region:
        inside = ProgrammeRegion.adcode.startswith(scope_prefix(region))
        touching = inside | ProgrammeRegion.adcode.in_(line_of(region))
        query = query.where(Programme.id.in_(select(ProgrammeRegion.programme_id).where(touching)))
    return list(db.session.scalars(query))


def find_programme(key: str) -> Programme | None:
    query = select(Programme).where(Programme.id == key).options(selectinload(Programme.regions))
    return db.session.scalar(query)


def get_programme(key: str) -> Programme:
    programme = find_programme(key)
    if programme is None:
        raise NotFound(
            Text("没有登载这个项目或站点", "The register has no such project or station"),
            next_step=Text("请从示范区与项目的列表中查找", "Look it up in the list of zones and projects"),
        )
    return programme


def programme_facts_on(key: str, day: date) -> dict[str, object]:
    return state_on(f"programme:{key}", day)


def programmes_touching(field: str, key: str) -> list[Programme]:
    """Those that name a GI, a brand or an indicator; there are tens of programmes."""
    query = select(Programme).where(Programme.withdrawn_on.is_(None)).order_by(Programme.id)
    return [one for one in db.session.scalars(query) if key in one.facts.get(field, [])]


def programmes_in_scope(adcode: str) -> list[Programme]:
    owned = select(ProgrammeRegion.programme_id).where(
        ProgrammeRegion.adcode.startswith(scope_prefix(adcode))
    )
    query = select(Programme).where(Programme.id.in_(owned)).options(selectinload(Programme.regions))
    return list(db.session.scalars(query.order_by(Programme.kind, Programme.id)))


# ---- what the register itself counts


@dataclass(frozen=True)
class LiveCount:
    """How many the register holds; None where it holds none by name, which is not the same as none."""

    number: int | None
    parts: Mapping[str, int]


class LiveCounts:
    """Everything countable, read in three queries whatever the number of indicators."""

    def __init__(self):
        self._kinds = _protections_in_force()
        self._brands = _brands_in_use()
        self._programmes = _standing_programmes()

    def of(self, facts: Mapping[str, object]) -> LiveCount | None:
        """The count that answers an indicator; None where the register does not hold such things."""
        subject, prefix = facts["subject"], scope_prefix(facts["region"])
        if subject in COUNTED_KINDS:
            kinds = facts.get("counted_kinds") or COUNTED_KINDS[subject]
            return _count_kinds(self._kinds, kinds, prefix)
        if subject in COUNTED_BRANDS:
            return _count_ids(self._brands, prefix)
        if subject in COUNTED_PROGRAMMES:
            return _count_ids(self._programmes[COUNTED_PROGRAMMES[subject]], prefix)
        return None


Located = dict[object, set[str]]


def _count_ids(located: Located, prefix: str) -> LiveCount:
    number = sum(1 for codes in located.values() if any(code.startswith(prefix) for code in codes))
    return LiveCount(number or None, {})


def _count_kinds(located: Located, kinds: Iterable[str], prefix: str) -> LiveCount:
    counted = Counter(
        kind
        for (_, kind), codes in located.items()
        if kind in kinds and any(code.startswith(prefix) for code in codes)
    )
    return LiveCount(sum(counted.values()) or None, {kind: counted[kind] for kind in kinds if counted[kind]})


def _protections_in_force() -> Located:
    """(GI, kind) once each, with its divisions; what was converted stands as what it became."""
    query = (
        select(Protection.indication_id, Protection.kind, IndicationRegion.adcode)
        .join(Indication, Indication.id == Protection.indication_id)
        .join(IndicationRegion, IndicationRegion.indication_id == Indication.id)
        .where(Protection.status == "in_force", Indication.withdrawn_on.is_(None), Indication.demo.is_(False))
    )
    located: Located = defaultdict(set)
    for number, kind, adcode in db.session.execute(query):
        located[number, kind].add(adcode)
    return located


def _brands_in_use() -> Located:
    query = (
        select(Brand.id, BrandRegion.adcode)
        .join(BrandRegion, BrandRegion.brand_id == Brand.id)
        .where(Brand.withdrawn_on.is_(None), Brand.status == "active")
    )
    located: Located = defaultdict(set)
    for number, adcode in db.session.execute(query):
        located[number].add(adcode)
    return located


def _standing_programmes() -> dict[str, Located]:
    query = (
        select(Programme.kind, Programme.id, Programme.facts, ProgrammeRegion.adcode)
        .join(ProgrammeRegion, ProgrammeRegion.programme_id == Programme.id)
        .where(Programme.withdrawn_on.is_(None), Programme.stage.in_(list(STANDING_STAGES)))
    )
    located: dict[str, Located] = defaultdict(lambda: defaultdict(set))
    for kind, key, facts, adcode in db.session.execute(query):
        # A record that stands for several unnamed stations is not one station.
        if "count" not in facts:
            located[kind][key].add(adcode)
    return located


# ---- for loading


def plan_fields() -> dict[str, dict[str, object]]:
    return _facts_of(Plan)


def conflict_fields() -> dict[str, dict[str, object]]:
    return _facts_of(Conflict)


def programme_fields() -> dict[str, dict[str, object]]:
    return _facts_of(Programme)


def agreement_fields() -> dict[str, dict[str, object]]:
    return _facts_of(Agreement)


def indicator_fields() -> dict[str, dict[str, object]]:
    return {key: as_entry_fields(facts) for key, facts in _facts_of(Indicator).items()}


def _facts_of(model: type) -> dict[str, dict[str, object]]:
    return dict(tuple(row) for row in db.session.execute(select(model.id, model.facts)))
