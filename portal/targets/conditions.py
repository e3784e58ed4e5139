"""The conditions of the national rule on zones (国知办发保字〔2021〕4号), one by one from the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.brands.sources import Cited, Sources
from portal.catalogue.models import Indication
from portal.lib.text import Text
from portal.ratios.models import PublishedRatio
from portal.ratios.rules import Assessment, Outcome, Share
from portal.targets.grave_events import GraveEvents, grave_events_of
from portal.targets.programme_rules import (
    LOOKED_FOR_DAYS,
    ZONE_YEARS,
    Check,
    Proof,
    proofs_of,
    protected_long_enough,
    years_before,
)
from portal.targets.rules import last_day

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
    cited: Sequence[Cited] = ()
    see: str | None = None

    @property
    def check_text(self) -> Text:
        return self.check.text

    @property
    def tone(self) -> str:
        return self.check.tone


def zone_conditions(
    indication: Indication | None,
    published: PublishedRatio | None,
    facts: Facts,
    sources: Sources,
    today: date,
) -> list[Condition]:
    """The national rule, point by point."""
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
        _calm(indication, facts, sources, today),
        _policy(facts, sources, today),
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


def _calm(indication: Indication | None, facts: Facts, sources: Sources, today: date) -> Condition:
    """One event on record is enough against it; for it somebody has looked, or the records reach back."""
    text = Text("三年内没有重大事件、通报或曝光", "No grave event, notification or exposure in three years")
    first = years_before(today, ZONE_YEARS)
    stated = proofs_of(facts, Proof.GRAVE_EVENT, first, today)
    known = grave_events_of(indication.id, first, today) if indication else None
    if stated or (known and known.count):
        return _grave(text, stated, known, sources)
    looked = proofs_of(facts, Proof.NONE_FOUND, first, today)
    if looked:
        return _looked_for(text, looked[0], sources, today)
    if known is None or known.kept_since is None:
        needs = Text(
            "公开记录中没有，但还没有人查证并登载；不能由此断定没有。",
            "None on public record, but nobody has looked and stated so; that alone proves nothing.",
        )
        return Condition(text, Check.NOT_COMPUTED, needs)
    if known.kept_since > first:
        detail = Text(
            "自 {day} 起的公开记录中没有；记录还不满三年。",
            "None on public record since {day}; the records do not go back three years yet.",
        )
        return Condition(text, Check.UNDETERMINED, detail.format(day=known.kept_since.isoformat()))
    return Condition(
        text, Check.MET, Text("三年的公开记录中没有。", "None in three years of public records.")
    )


def _grave(text: Text, stated: list[Facts], known: GraveEvents | None, sources: Sources) -> Condition:
    said = [
        Text(f"{one['date']} {one['note']['zh']}", f"{one['date']} {one['note']['en']}") for one in stated
    ]
    if known and known.count:
        detail = Text(f"公开记录中有 {known.count} 件。", f"{known.count} on public record.")
        said.append(known.said or detail)
    joined = Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))
    cited = sources.cite(source for one in stated for source in one["sources"])
    return Condition(text, Check.NOT_MET, joined, cited=cited, see=known.url if known else None)


def _looked_for(text: Text, newest: Facts, sources: Sources, today: date) -> Condition:
    fresh = (today - last_day(newest["date"])).days <= LOOKED_FOR_DAYS
    detail = Text("{day} 查证，此前三年内没有。", "Looked for on {day}: none in the three years before.")
    if not fresh:
        detail = Text("{day} 查证时没有；须重新查证。", "None found on {day}; somebody has to look again.")
    check = Check.MET if fresh else Check.UNDETERMINED
    return Condition(text, check, detail.format(day=newest["date"]), cited=sources.cite(newest["sources"]))


def _policy(facts: Facts, sources: Sources, today: date) -> Condition:
    """Confirmed by a document on record, unknown without one; the register does not judge how good it is."""
    text = Text("有政策保障", "Policy support in place")
    found = proofs_of(facts, Proof.POLICY, date.min, today)
    if not found:
        detail = Text("还没有登载政策文件。", "No policy document is on record yet.")
        return Condition(text, Check.UNKNOWN, detail)
    names = [f" {one['number']}" if one.get("number") else "" for one in found]
    pairs = list(zip(found, names, strict=True))
    detail = Text(
        "；".join(f"{one['note']['zh']}{number}" for one, number in pairs),
        "; ".join(f"{one['note']['en']}{number}" for one, number in pairs),
    )
    cited = sources.cite(source for one in found for source in one["sources"])
    return Condition(text, Check.MET, detail, cited=cited)


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
