"""A brand as its page shows it, worked out from its facts alone: so any day gone by is shown the same way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for

from portal.brands.queries import brand_names, indications_by_slug
from portal.brands.rows import gi_address, gi_row, kinds_of, plain, text_of
from portal.brands.rules import (
    CERTIFICATION_STAGE_NAMES,
    MARK_KINDS,
    STANDING_STATUS_NAMES,
    BrandKind,
    BrandStatus,
    MemberKind,
    Standing,
    current_use_rules,
    is_member_on,
    is_pair,
    known_and_missing,
)
from portal.brands.sources import Cited, Sources
from portal.brands.vocabulary import definition, word
from portal.catalogue.chain import Column, Link
from portal.catalogue.models import Indication
from portal.catalogue.rules import SUPPORT_NAMES, Kind
from portal.lib.text import Text
from portal.regions.queries import regions_by_code

Facts = Mapping[str, object]
COMPARATORS = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "~": "≈"}


@dataclass(frozen=True)
class MemberRow:
    key: str
    name: Text | None
    url: str | None
    kind: str
    kind_text: Text
    mark: str | None
    confirmed: bool
    standing_text: Text
    enterprise_mark: str | None
    joined: str | None
    ended: str | None
    decision: Text | None
    end_decision: Text | None
    note: Text | None
    sources: list[Cited]


class BrandPage:
    """Everything the template asks, each part read once."""

    def __init__(self, slug: str, facts: Facts, day: date):
        self.slug, self.facts, self.day = slug, facts, day
        self.name = text_of(facts["name"])
        self.pinyin = facts["name"]["pinyin"]
        self.kind_text = BrandKind(facts["kind"]).text
        self.status_text = BrandStatus(facts["status"]).text
        self.tone = BrandStatus(facts["status"]).tone
        self.summary = text_of(facts["summary"])
        self.category = word("categories", facts.get("category"))
        self.sources = Sources(facts)
        linked = [m.get("gi") for m in facts.get("members", [])]
        linked += [link["gi"] for link in facts.get("related_gis", [])]
        self.indications = indications_by_slug(slug for slug in linked if slug)
        self.members = [self._member(member) for member in facts.get("members", [])]
        self.known, self.missing = known_and_missing(facts)

    # ---- where and whose

    @property
    def places(self) -> list[tuple[Text, str]]:
        places = self.facts["regions"]["places"]
        regions = regions_by_code(place["code"] for place in places)
        return [
            (
                Text(regions[p["code"]].name_zh, regions[p["code"]].name_en)
                if p["code"] in regions
                else Text(p["name"], p["name"]),
                url_for("brands.show_list", region=p["code"]),
            )
            for p in places
        ]

    @property
    def places_note(self) -> Text | None:
        return text_of(self.facts["regions"].get("note"))

    @property
    def support(self) -> Text:
        return SUPPORT_NAMES[self.facts["regions"]["support"]]

    # ---- members

    def _member(self, facts: Facts) -> MemberRow:
        indication = self.indications.get(facts.get("gi"))
        name = Text(*indication.name.values()) if indication else plain(facts.get("name"))
        kind = MemberKind(facts["kind"])
        return MemberRow(
            key=facts["key"],
            name=name,
            url=gi_address(facts["gi"]) if indication else None,
            kind=kind.value,
            kind_text=MemberKind(kind).text,
            mark=self._mark(kind, indication),
            confirmed=facts["standing"] == Standing.STATED,
            standing_text=Standing(facts["standing"]).text,
            enterprise_mark=facts.get("enterprise_mark"),
            joined=facts.get("from"),
            ended=facts.get("ended"),
            decision=plain((facts.get("decision") or {}).get("text")),
            end_decision=plain((facts.get("ended_decision") or {}).get("text")),
            note=text_of(facts.get("note")),
            sources=self.sources.cite(facts.get("sources", [])),
        )

    @staticmethod
    def _mark(kind: MemberKind, indication: Indication | None) -> str | None:
        if kind is not MemberKind.GI:
            return kind.value if kind in MARK_KINDS else None
        counted = kinds_of(indication) if indication else []
        return counted[0] if counted else None

    def _present(self) -> list[MemberRow]:
        facts = self.facts.get("members", [])
        return [row for row, one in zip(self.members, facts, strict=True) if is_member_on(one, self.day)]

    @property
    def named_members(self) -> list[MemberRow]:
        return [m for m in self._present() if m.confirmed and m.name is not None]

    @property
    def unknown_members(self) -> list[MemberRow]:
        return [m for m in self._present() if m.confirmed and m.name is None]

    @property
    def unconfirmed(self) -> list[MemberRow]:
        return [m for m in self._present() if not m.confirmed]

    @property
    def former(self) -> list[MemberRow]:
        return [m for m in self.members if m.ended and m.ended <= self.day.isoformat()]

    @property
    def pairs(self) -> list[MemberRow]:
        return [m for m in self._present() if is_pair({"enterprise_mark": m.enterprise_mark})]

    @property
    def moves(self) -> list[dict[str, object]]:
        """Members in and out, each with its day and decision, newest first."""
        joined = [
            {
                "on": m.joined,
                "text": Text("{name} 加入", "{name} joined").format(name=m.name),
                "detail": m.decision,
            }
            for m in self.members
            if m.joined and m.name
        ]
        left = [
            {
                "on": m.ended,
                "text": Text("{name} 退出", "{name} left").format(name=m.name),
                "detail": m.end_decision,
            }
            for m in self.members
            if m.ended and m.name
        ]
        return sorted(joined + left, key=lambda move: move["on"], reverse=True)

    @property
    def answer(self) -> Text:
        """The one line a reader came for: what it is, and how much of its membership is known."""
        known, unknown = len(self.named_members), len(self.unknown_members)
        state = {
            BrandStatus.ACTIVE: Text("在用的{kind}", "A {kind} in use"),
            BrandStatus.CULTIVATING: Text("正在培育的{kind}", "A {kind} being built"),
            BrandStatus.UNKNOWN: Text("{kind}，现状未知", "A {kind}; its present state is unknown"),
        }[BrandStatus(self.facts["status"])].format(kind=self.kind_text)
        if unknown:
            said = Text(
                "由 {n} 件标志组成，名称未知", "of {n} [n:mark whose name is|marks whose names are] unknown"
            ).format(n=unknown)
        elif known:
            said = Text("有 {n} 个载明的成员", "{n} [n:member is|members are] documented").format(n=known)
        else:
            said = Text("成员名单未公布", "no list of members is known")
        return Text(f"{state.zh}，{said.zh}", f"{state.en}: {said.en}")

    # ---- facts with sources

    @property
    def related_gis(self) -> list[dict[str, object]]:
        rows = []
        unconfirmed = {m.key for m in self.unconfirmed}
        for link in self.facts.get("related_gis", []):
            indication = self.indications.get(link["gi"])
            if indication is None or link["gi"] in unconfirmed:
                continue
            rows.append(self._said(link, link["relation"]) | gi_row(indication))
        return rows

    @property
    def unconfirmed_gis(self) -> list[dict[str, object]]:
        rows = []
        for member in self.unconfirmed:
            indication = self.indications.get(member.key)
            if indication is not None:
                rows.append({"text": member.note, "sources": member.sources} | gi_row(indication))
        return rows

    @property
    def related_brands(self) -> list[dict[str, object]]:
        links = self.facts.get("related_brands", [])
        brands = brand_names(link["brand"] for link in links)
        return [
            self._said(link, link["relation"])
            | {
                "name": Text(*brands[link["brand"]].name.values()),
                "url": url_for("brands.show", slug=link["brand"]),
            }
            for link in links
            if link["brand"] in brands
        ]

    @property
    def standings(self) -> list[dict[str, object]]:
        return [
            {
                "on": one.get("date"),
                "text": STANDING_STATUS_NAMES[one["status"]],
                "detail": text_of(one["note"]),
                "sources": self.sources.cite(one["sources"]),
            }
            for one in self.facts.get("standings", [])
        ]

    @property
    def certifications(self) -> list[dict[str, object]]:
        return [
            self._said(link, link["note"])
            | {
                "name": text_of(link["name"]),
                "stage": CERTIFICATION_STAGE_NAMES[link["stage"]],
                "tone": "positive" if link["stage"] == "in_place" else "waiting",
            }
            for link in self.facts.get("certification_links", [])
        ]

    @property
    def planned_protections(self) -> list[dict[str, object]]:
        return [
            self._said(one, one["note"]) | {"kind": one["kind"], "kind_text": Kind(one["kind"]).text}
            for one in self.facts.get("planned_protections", [])
        ]

    @property
    def honours(self) -> list[dict[str, object]]:
        return [
            self._said(one, one.get("note")) | {"name": text_of(one["name"]), "on": one.get("date")}
            for one in self.facts.get("honours", [])
        ]

    @property
    def notes(self) -> list[dict[str, object]]:
        return [self._said(one, one["text"]) for one in self.facts.get("notes", [])]

    @property
    def figures(self) -> list[dict[str, object]]:
        return [
            self._said(one, one.get("note"))
            | {
                "metric": word("metrics", one["metric"]),
                "definition": definition(one["metric"]),
                "value": one["value"],
                "unit": word("units", one.get("unit")),
                "comparator": COMPARATORS.get(one.get("comparator", "=")),
                "on": one.get("date"),
                "when": text_of(one.get("when")),
            }
            for one in self.facts.get("figures", [])
        ]

    @property
    def use_rules(self) -> list[dict[str, object]]:
        """Every version, the newest first, each with whether it is the one in force."""
        versions = self.facts.get("use_rules", [])
        current = current_use_rules(versions, self.day)
        return [
            {
                **one,
                "title": text_of(one["title"]),
                "current": one is current,
                "sources": self.sources.cite(one.get("sources", [])),
            }
            for one in sorted(versions, key=lambda one: one["from"], reverse=True)
        ]

    @property
    def open_questions(self) -> list[Text]:
        return [text_of(one) for one in self.facts.get("open_questions", [])]

    @property
    def source_links(self) -> list[tuple[Text, str]]:
        return [(cited.text, cited.url) for cited in self.sources.all()]

    def _said(self, facts: Facts, words: Facts | None) -> dict[str, object]:
        return {"text": text_of(words), "sources": self.sources.cite(facts.get("sources", []))}

    # ---- the chain 标志—产品—品牌—产业

    def chain(self, language: str) -> list[Column]:
        """What is documented is drawn in full lines; what is only named beside it, or unknown, is dashed."""
        columns = (
            (Text("标志", "Marks"), self._mark_links(language)),
            (Text("产品", "Products"), self._product_links(language)),
            (Text("品牌", "Brand"), [Link(self.name.say(language), self.kind_text.say(language), "brand")]),
            (Text("产业", "Industry"), self._industry_links(language)),
        )
        unknown = Link(Text("未知", "unknown").say(language), sure=False)
        return [Column(title.say(language), tuple(links or [unknown])) for title, links in columns]

    def _mark_links(self, language: str) -> list[Link]:
        links = [
            Link(m.name.say(language), m.kind_text.say(language), m.mark)
            for m in self.named_members
            if m.mark
        ]
        unknown = self.unknown_members
        if unknown:
            words = Text("{n} 件{kind}", "{n} × {kind}").format(n=len(unknown), kind=unknown[0].kind_text)
            note = Text("名称未知", "names unknown")
            links.append(Link(words.say(language), note.say(language), unknown[0].mark or "", sure=False))
        return links

    def _product_links(self, language: str) -> list[Link]:
        links = [Link(m.name.say(language), m.kind_text.say(language)) for m in self.named_members]
        note = Text("是否成员未证实", "membership not confirmed").say(language)
        return links + [Link(m.name.say(language), note, sure=False) for m in self.unconfirmed if m.name]

    def _industry_links(self, language: str) -> list[Link]:
        return [Link(self.category.say(language))] if self.category else []
