"""Zones, projects and stations as their pages show them."""

from collections.abc import Container, Iterable, Mapping
from datetime import date

from portal.brands.queries import brand_names, indications_by_slug
from portal.brands.rows import gi_row
from portal.brands.sources import Cited, Sources
from portal.catalogue.models import Indication
from portal.lib.text import Text
from portal.ratios.queries import newest_shares
from portal.regions.queries import regions_by_code
from portal.targets.conditions import Condition, zone_conditions
from portal.targets.models import Programme
from portal.targets.present import text_of
from portal.targets.programme_rules import (
    OWING,
    PROGRAMME_NAMES,
    ZONE_KINDS,
    Deadline,
    Proof,
    Stage,
    current_stage,
    deadlines_of,
    programme_quality,
)
from portal.targets.queries import conflicts_by_id, indicators_by_id

Facts = Mapping[str, object]


class ProgrammeRow:
    """One zone, project or station; names of places, GIs, brands and documents are read for all at once."""

    def __init__(self, key: str, facts: Facts, around: "Around"):
        self.key, self.facts, self._around = key, facts, around
        self.name = text_of(facts["name"])
        self.kind = facts["kind"]
        self.kind_text = PROGRAMME_NAMES[facts["kind"]]
        self.stage = current_stage(facts["stages"])
        self.known, self.missing = programme_quality(facts)
        self.stage_text, self.tone = self.stage.text, self.stage.tone

    @property
    def places(self) -> list[tuple[Text, str]]:
        regions = self._around.regions
        return [
            (
                Text(regions[p["code"]].name_zh, regions[p["code"]].name_en)
                if p["code"] in regions
                else Text(p["name"], p["name"]),
                p["code"],
            )
            for p in self.facts["places"]
        ]

    @property
    def count(self) -> str | None:
        return self.facts.get("count")

    @property
    def contact(self) -> Text | None:
        return text_of(self.facts.get("contact"))

    @property
    def stages(self) -> list[dict[str, object]]:
        return [
            {
                "on": one.get("date"),
                "text": Stage(one["stage"]).text,
                "tone": Stage(one["stage"]).tone,
                "number": one.get("number"),
                "note": text_of(one["note"]),
                "sources": self._around.sources.cite(one["sources"]),
            }
            for one in self.facts["stages"]
        ]

    @property
    def newest(self) -> dict[str, object]:
        return self.stages[-1]

    @property
    def sources(self) -> list[Cited]:
        return self.newest["sources"]

    @property
    def source_links(self) -> list[tuple[Text, str]]:
        """Every document its stages cite, each once."""
        cited = [one for stage in self.stages for one in stage["sources"]]
        return list({one.text.zh: (one.text, one.url) for one in cited}.values())

    @property
    def indications(self) -> list[Indication]:
        found = self._around.indications
        return [found[slug] for slug in self.facts.get("gis", []) if slug in found]

    @property
    def gis(self) -> list[dict[str, object]]:
        return [gi_row(indication) for indication in self.indications]

    @property
    def brands(self) -> list[tuple[Text, str]]:
        found = self._around.brands
        return [
            (Text(found[slug].name_zh, found[slug].name_en), f"/brands/{slug}")
            for slug in self.facts.get("brands", [])
            if slug in found
        ]

    @property
    def open_questions(self) -> list[Text]:
        return [text_of(one) for one in self.facts.get("open_questions", [])]

    @property
    def one_gi(self) -> bool:
        """A zone is for one GI; a plan that names several, or none, has not chosen yet."""
        return len(self.facts.get("gis", [])) == 1 and not self.facts.get("brands")

    def conditions(self, today: date) -> list[Condition]:
        """The national rule, point by point. What the register cannot compute yet says so."""
        indication = self.indications[0] if self.one_gi and self.indications else None
        published = self._around.shares.get(indication.id) if indication else None
        return zone_conditions(indication, published, self.facts, self._around.sources, today)

    @property
    def owes_summary(self) -> bool:
        return self.kind in ZONE_KINDS and self.stage in OWING

    def deadlines(self, today: date, sent: Container[tuple[str, int]] = ()) -> list[Deadline]:
        """`sent` has the zones whose summary of a year has gone."""
        return deadlines_of(self.facts, today, (self.key, today.year) in sent)

    @property
    def proofs(self) -> list[dict[str, object]]:
        """What officials stated of the conditions, newest first; n is its place in the facts."""
        found = [
            {
                "n": n,
                "kind": Proof(one["kind"]).text,
                "on": one["date"],
                "number": one.get("number"),
                "note": text_of(one["note"]),
                "sources": self._around.sources.cite(one["sources"]),
            }
            for n, one in enumerate(self.facts.get("proofs", []))
        ]
        return sorted(found, key=lambda one: one["on"], reverse=True)


class Around:
    """Names and documents that a list of programmes refers to, each kind in one query."""

    def __init__(self, all_facts: Iterable[Facts], on: date | None = None):
        """`on` is a day gone by: shares published later were not known then."""
        all_facts = list(all_facts)
        self.regions = regions_by_code(p["code"] for facts in all_facts for p in facts["places"])
        self.indications = indications_by_slug(slug for facts in all_facts for slug in facts.get("gis", []))
        self.shares = newest_shares((one.id for one in self.indications.values()), on)
        self.brands = brand_names(slug for facts in all_facts for slug in facts.get("brands", []))
        self.conflicts = conflicts_by_id(key for facts in all_facts for key in facts.get("conflicts", []))
        self.indicators = indicators_by_id(key for facts in all_facts for key in facts.get("indicators", []))
        self.sources = Sources(all_facts, [one.facts for one in self.conflicts.values()])


def programme_rows(programmes: Iterable[Programme]) -> list[ProgrammeRow]:
    programmes = list(programmes)
    if not programmes:
        # Most GIs are named by none: nothing is asked about them then.
        return []
    around = Around(programme.facts for programme in programmes)
    return [ProgrammeRow(programme.id, programme.facts, around) for programme in programmes]
