"""What must hold between the facts once each file is well formed by itself."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from gi_data.fact_reading import Shaper
from gi_data.fact_types import Brand, Figure, Gi, Honour, Vocabulary
from gi_data.plan_types import Facts, PlanIndicators


def check_facts(facts: Facts) -> None:
    """Raise FactError for the first thing that does not hold together."""
    _check_identities(facts)
    for slug, gi in facts.gis.items():
        check_gi(f"gis/{slug}.yaml", gi, facts.vocabulary)
    for slug, brand in facts.brands.items():
        _check_words(f"brands/{slug}.yaml", brand, facts.vocabulary)
    for slug, plan in facts.plans.items():
        _check_plan(f"indicators/{slug}.yaml", plan, facts)
    _check_conflicts(facts)
    _check_links(facts)
    _check_days(facts)


def _check_days(facts: Facts) -> None:
    """Every file says on which day it was last held against its documents; a programme says it for itself."""
    dated = [(f"{folder}/{slug}.yaml", one.checked) for folder, slug, one in _dated_files(facts)]
    dated += [(f"programmes.yaml ({key})", one.checked) for key, one in facts.programmes.items()]
    for file, checked in dated:
        if checked is None or checked.precision != "day":
            Shaper(file).refuse("checked", "没有写明核对日期", "the day of the last check is missing")


def _dated_files(facts: Facts) -> Iterable[tuple[str, str, Gi | Brand | PlanIndicators]]:
    for folder, found in (("gis", facts.gis), ("brands", facts.brands), ("indicators", facts.plans)):
        for slug, one in found.items():
            yield folder, slug, one


def _check_identities(facts: Facts) -> None:
    """No research record and no indicator stands in two places; the second one is refused."""
    _refuse_doubles(
        "record", ((file, one.record) for file, one in _files(facts) if isinstance(one, Gi | Brand))
    )
    _refuse_doubles(
        "id",
        (
            (f"indicators/{slug}.yaml", one.id)
            for slug, plan in facts.plans.items()
            for one in plan.indicators
        ),
    )


def _refuse_doubles(key: str, found: Iterable[tuple[str, str]]) -> None:
    seen = {}
    for file, name in found:
        if name in seen:
            Shaper(file).refuse(
                key, f"“{name}”已在 {seen[name]} 中", f"{name!r} stands in {seen[name]} already"
            )
        seen[name] = file


def check_gi(file: str, gi: Gi, vocabulary: Vocabulary) -> None:
    """Refuse a GI whose parts do not agree with each other or that uses a word not in the vocabulary."""
    _check_words(file, gi, vocabulary)
    shaper = Shaper(file)
    kinds = {one.key: one.kind for one in gi.protections}
    if len(kinds) != len(gi.protections):
        shaper.refuse("protections", "保护的 key 重复", "a protection key stands twice")
    for number, one in enumerate(gi.protections):
        key = f"protections[{number}]"
        if (one.status == "converted") != (one.converted_to is not None):
            shaper.refuse(
                key, "“已转入”必须写明转入哪一项", "a converted protection must name what it became"
            )
        if one.converted_to is not None and kinds.get(one.converted_to) != "gi_product":
            shaper.refuse(
                f"{key}.converted_to", "应指向同一文件的地理标志产品", "must name a GI product of this file"
            )
    statuses = {one.status for one in gi.protections}
    if gi.status not in (statuses or {"unknown"}) or ("in_force" in statuses and gi.status != "in_force"):
        shaper.refuse("status", "总状态与各项保护不符", "does not agree with the protections")
    if gi.candidate and "in_force" in statuses:
        shaper.refuse("candidate", "候选不能有有效的保护", "a candidate cannot hold a protection in force")
    if gi.area is not None and gi.area.bbox is not None and not gi.area.coordinates_usable:
        shaper.refuse("area.bbox", "不可用的坐标不得画图", "unusable coordinates must not be drawn")


def _check_words(file: str, one: Gi | Brand, vocabulary: Vocabulary) -> None:
    """Every word that is a key stands in the vocabulary."""
    shaper = Shaper(file)
    if one.category not in vocabulary.categories:
        shaper.refuse("category", f"没有“{one.category}”这一类", f"no category {one.category!r}")
    if one.gbt43583 is not None and one.gbt43583 not in vocabulary.gbt43583:
        shaper.refuse("gbt43583", f"没有“{one.gbt43583}”这一大类", f"no major class {one.gbt43583!r}")
    for number, honour in enumerate(one.honours):
        _check_honour(shaper, f"honours[{number}]", honour, vocabulary)
    for number, figure in enumerate(one.figures):
        _check_figure(shaper, f"figures[{number}]", figure, vocabulary)


def _check_honour(shaper: Shaper, key: str, honour: Honour, vocabulary: Vocabulary) -> None:
    if honour.kind not in vocabulary.honours:
        shaper.refuse(f"{key}.kind", f"没有“{honour.kind}”这种荣誉", f"no kind of honour {honour.kind!r}")


def _check_figure(shaper: Shaper, key: str, figure: Figure, vocabulary: Vocabulary) -> None:
    if figure.metric not in vocabulary.metrics:
        shaper.refuse(f"{key}.metric", f"没有“{figure.metric}”这一指标", f"no metric {figure.metric!r}")
    if figure.unit not in vocabulary.units:
        shaper.refuse(f"{key}.unit", f"没有“{figure.unit}”这一单位", f"no unit {figure.unit!r}")
    if figure.date is None and figure.when is None:
        shaper.refuse(
            f"{key}.date", "数字要有日期，或说明日期不详", "a figure needs a date, or words on why not"
        )


def _check_plan(file: str, plan: PlanIndicators, facts: Facts) -> None:
    shaper = Shaper(file)
    if plan.plan not in facts.documents:
        shaper.refuse("plan", f"文件目录中没有“{plan.plan}”", f"no document {plan.plan!r} in documents.yaml")
    for one in plan.indicators:
        if one.unit is not None and one.unit not in facts.vocabulary.units:
            shaper.refuse(f"{one.id}.unit", f"没有“{one.unit}”这一单位", f"no unit {one.unit!r}")
        for conflict in one.conflicts:
            touched = facts.conflicts.get(conflict)
            if touched is None or one.id not in touched.indicators:
                shaper.refuse(
                    f"{one.id}.conflicts",
                    f"conflicts.yaml 的“{conflict}”没有提到它",
                    f"{conflict!r} in conflicts.yaml does not name it",
                )


def _check_conflicts(facts: Facts) -> None:
    indicators = facts.indicators
    for conflict in facts.conflicts.values():
        for name in conflict.indicators:
            if name not in indicators or conflict.id not in indicators[name].conflicts:
                Shaper("conflicts.yaml").refuse(
                    f"{conflict.id}.indicators",
                    f"指标“{name}”没有提到这一矛盾",
                    f"the indicator {name!r} does not name this conflict",
                )


def _check_links(facts: Facts) -> None:
    """Every GI, brand, indicator and conflict that is named exists."""
    known = {
        "gi": facts.gis,
        "gis": facts.gis,
        "brand": facts.brands,
        "brands": facts.brands,
        "indicators": facts.indicators,
        "conflicts": facts.conflicts,
    }
    for file, one in _files(facts):
        for key, kind, name in _names(one, set(known)):
            if name not in known[kind]:
                Shaper(file).refuse(key, f"没有“{name}”", f"there is no {name!r}")


def _files(facts: Facts) -> Iterable[tuple[str, Any]]:
    yield from ((f"gis/{slug}.yaml", one) for slug, one in facts.gis.items())
    yield from ((f"brands/{slug}.yaml", one) for slug, one in facts.brands.items())
    yield from (("conflicts.yaml", one) for one in facts.conflicts.values())
    yield from (("programmes.yaml", one) for one in facts.programmes.values())
    yield from (("agreements.yaml", one) for one in facts.agreements.values())
    yield from (("not_found.yaml", one) for one in facts.not_found.values())


def _names(one: Any, kinds: set[str], key: str = "") -> Iterable[tuple[str, str, str]]:
    """(where, kind, name) of everything named in fields such as `gi` or `brands`, however deep."""
    if isinstance(one, tuple):
        for number, inner in enumerate(one):
            yield from _names(inner, kinds, f"{key}[{number}]")
    elif is_dataclass(one):
        for field in fields(one):
            value, where = getattr(one, field.name), f"{key}.{field.name}" if key else field.name
            names = value if isinstance(value, tuple) else (value,)
            if field.name in kinds and all(isinstance(name, str) for name in names):
                yield from ((where, field.name, name) for name in names)
            else:
                yield from _names(value, kinds, where)
