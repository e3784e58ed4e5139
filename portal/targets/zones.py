"""Zones, projects and stations as their pages show them, with the national rule checked one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.brands.present import gi_row
from portal.brands.queries import brand_names, indications_by_slug
from portal.brands.sources import Cited, Sources
from portal.catalogue.models import Indication
from portal.lib.text import Text
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import newest_shares
from portal.ratios.rules import Assessment, Outcome, Share
from portal.regions.queries import regions_by_code
from portal.targets.grave_events import grave_events_of
from portal.targets.models import Programme
from portal.targets.present import text_of
from portal.targets.queries import conflicts_by_id, indicators_by_id
from portal.targets.rules import (
    CHECK_NAMES,
    CHECK_TONES,
    PROGRAMME_NAMES,
    STAGE_NAMES,
    STAGE_TONES,
    ZONE_YEARS,
    Check,
    Stage,
    current_stage,
    next_summary,
    programme_quality,
    protected_long_enough,
    years_before,
)

Facts = Mapping[str, object]


SHARE_CHECKS = {
    Outcome.MET: Check.MET,
    Outcome.NOT_MET: Check.NOT_MET,
    Outcome.UNDETERMINED: Check.UNDETERMINED,
    Outcome.NOT_COMPUTABLE: Check.UNKNOWN,
    Outcome.INCONSISTENT: Check.INCONSISTENT,
}


@dataclass(frozen=True)
class Condition:
    text: Text
    check: Check
    detail: Text
    published: PublishedRatio | None = None
    between: tuple[Share, Share] | None = None

    @property
    def check_text(self) -> Text:
        return CHECK_NAMES[self.check]

    @property
    def tone(self) -> str:
        return CHECK_TONES[self.check]


class ProgrammeRow:
    """One zone, project or station; names of places, GIs, brands and documents are read for all at once."""

    def __init__(self, key: str, facts: Facts, around: "Around"):
        self.key, self.facts, self._around = key, facts, around
        self.name = text_of(facts["name"])
        self.kind = facts["kind"]
        self.kind_text = PROGRAMME_NAMES[facts["kind"]]
        self.stage = current_stage(facts["stages"])
        self.known, self.missing = programme_quality(facts)
        self.stage_text, self.tone = STAGE_NAMES[self.stage], STAGE_TONES[self.stage]

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
    def deadline(self) -> str | None:
        return self.facts.get("deadline")

    @property
    def stages(self) -> list[dict[str, object]]:
        return [
            {
                "on": one.get("date"),
                "text": STAGE_NAMES[Stage(one["stage"])],
                "tone": STAGE_TONES[Stage(one["stage"])],
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
        return zone_conditions(indication, published, today)

    def summary_due(self, today: date) -> date | None:
        """A zone being built or accepted sends its yearly summary; one only planned owes none."""
        owes = self.kind == "zone" and self.stage in (Stage.UNDER_WAY, Stage.ACCEPTED)
        return next_summary(today) if owes else None


def zone_conditions(
    indication: Indication | None, published: PublishedRatio | None, today: date
) -> list[Condition]:
    return [
        _age(indication, today),
        _share(
            Text("专用标志使用者数量达到区域内生产者总数的60%以上", "At least 60% of producers use the mark"),
            indication,
            published,
            published.users if published else None,
        ),
        _share(
            Text(
                "使用专用标志企业产值达到区域内相关产业产值的60%以上",
                "Users of the mark make at least 60% of the industry’s output",
            ),
            indication,
            published,
            published.output if published else None,
        ),
        _calm(indication, today),
        Condition(
            Text("有政策保障", "Policy support in place"),
            Check.UNKNOWN,
            Text(
                "由申报材料证明，登记簿不作判断。",
                "Shown by the application; the register does not judge it.",
            ),
        ),
    ]


def _share(
    text: Text,
    indication: Indication | None,
    published: PublishedRatio | None,
    share: Assessment | None,
) -> Condition:
    """One of the two shares as the newest published year has it; nothing is computed here."""
    if indication is None:
        detail = Text("文件没有写明是哪一个地理标志。", "The documents do not say which GI it is.")
        return Condition(text, Check.UNKNOWN, detail)
    if published is None or share is None:
        detail = Text("这个地理标志的占比还没有公布。", "The shares of this GI are not yet published.")
        return Condition(text, Check.NOT_PUBLISHED, detail)
    check = SHARE_CHECKS[share.outcome]
    if share.low is None:
        detail = Text(
            "{year} 年已公布，但数据不足，算不出。", "Published for {year}, but too little is known."
        )
        return Condition(text, check, detail.format(year=published.year), published=published)
    detail = Text("{year} 年已公布", "Published for {year}").format(year=published.year)
    return Condition(text, check, detail, published, (share.low, share.high))


def _calm(indication: Indication | None, today: date) -> Condition:
    """Met only where records of all three years are kept and hold nothing; one event is enough against it."""
    text = Text("三年内没有重大事件、通报或曝光", "No grave event, notification or exposure in three years")
    first = years_before(today, ZONE_YEARS)
    known = grave_events_of(indication.id, first, today) if indication else None
    if known is None or known.kept_since is None:
        needs = Text("要有三年的监管记录才能判断。", "Needs three years of supervision records.")
        return Condition(text, Check.NOT_COMPUTED, needs)
    if known.count:
        detail = Text("公开记录中有 {n} 件", "{n} on public record").format(n=known.count)
        return Condition(text, Check.NOT_MET, known.said or detail)
    if known.kept_since > first:
        detail = Text(
            "自 {day} 起的公开记录中没有；记录还不满三年。",
            "None on public record since {day}; the records do not go back three years yet.",
        )
        return Condition(text, Check.UNDETERMINED, detail.format(day=known.kept_since.isoformat()))
    detail = Text("三年的公开记录中没有。", "None in three years of public records.")
    return Condition(text, Check.MET, detail)


def _age(indication: Indication | None, today: date) -> Condition:
    text = Text("地理标志批准或注册满三年", "The GI has been approved or registered for three years")
    if indication is None:
        detail = Text("文件没有写明是哪一个地理标志。", "The documents do not say which GI it is.")
        return Condition(text, Check.UNKNOWN, detail)
    dates = [p.date_text for p in indication.protections if p.date_text and p.status == "in_force"]
    check = protected_long_enough(dates, today)
    if not dates:
        detail = Text("登记簿中没有有效保护的日期。", "The register has no date of a protection in force.")
    else:
        detail = Text("最早的有效保护：{day}", "Earliest protection in force: {day}").format(day=min(dates))
    return Condition(text, check, detail)


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
