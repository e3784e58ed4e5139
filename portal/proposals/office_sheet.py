"""A record as an official sees it: section by section, with what the draft changes marked."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.catalogue.record_rules import Gap, gaps
from portal.catalogue.rules import Kind, Status, may_follow
from portal.lib.text import Text
from portal.proposals.fact_words import FIELDS, item_line, part_name, said
from portal.proposals.record_edits import Dossier
from portal.proposals.sections import SECTIONS, Section

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Line:
    number: int | None
    text: Text
    detail: Text | None = None
    tone: str | None = None
    state: Text | None = None
    changed: bool = False
    may_convert: bool = False


@dataclass(frozen=True)
class SheetSection:
    section: Section
    lines: tuple[Line, ...]
    changed: bool
    gaps: tuple[Gap, ...]


def sheet(dossier: Dossier, documents: Mapping[str, Facts]) -> list[SheetSection]:
    missing = gaps(dossier.facts)
    return [
        SheetSection(
            section,
            tuple(_lines(section, dossier, documents)),
            _is_changed(section, dossier.changes),
            tuple(gap for gap in missing if gap.section == section.key),
        )
        for section in SECTIONS
    ]


def _is_changed(section: Section, changes: Mapping[str, object]) -> bool:
    if section.key == "protections":
        return any(name.startswith("protection/") for name in changes)
    return (
        any(part.name in changes for part in section.parts) if not section.field else section.field in changes
    )


def _lines(section: Section, dossier: Dossier, documents: Mapping[str, Facts]) -> list[Line]:
    if section.key == "protections":
        return [_protection(at, one, dossier) for at, one in enumerate(dossier.facts.get("protections", []))]
    if section.many:
        stored = dossier.stored_facts.get(section.field, [])
        items = dossier.facts.get(section.field, [])
        return [
            Line(at, item_line(section.field, one, documents), _note(one), changed=one not in stored)
            for at, one in enumerate(items)
        ]
    if section.field:
        value = dossier.facts.get(section.field)
        return [Line(None, one) for one in _single(section, value, documents)] if value else []
    return [
        Line(None, text, FIELDS[part.name], changed=part.name in dossier.changes)
        for part in section.parts
        if part.name in dossier.facts
        for text in [_value(part.name, dossier.facts[part.name], documents)]
    ]


def _single(section: Section, value: Facts, documents: Mapping[str, Facts]) -> list[Text]:
    return [_value(part.name, value[part.name], documents) for part in section.parts if part.name in value]


def _value(name: str, value: object, documents: Mapping[str, Facts]) -> Text:
    if isinstance(value, Mapping):
        return Text(value["zh"], value["en"])
    if isinstance(value, list):
        return Text("、".join(value), ", ".join(value))
    return said(name, value, documents)


def _note(item: Facts) -> Text | None:
    note = item.get("note") or item.get("relation") or item.get("when")
    return Text(note["zh"], note["en"]) if isinstance(note, Mapping) else None


def _protection(number: int, one: Facts, dossier: Dossier) -> Line:
    status = Status(one["status"])
    known = [(part_name(name), one[name]) for name in ("number", "date", "holder") if one.get(name)]
    detail = Text(
        "；".join(f"{name.zh} {value}" for name, value in known) or "编号、日期、权利人都未知",
        "; ".join(f"{name.en} {value}" for name, value in known) or "number, date and holder unknown",
    )
    return Line(
        number,
        Kind(one["kind"]).text,
        detail,
        Status(status).tone,
        Status(status).text,
        one not in dossier.stored_facts.get("protections", []),
        may_follow(status, Status.CONVERTED) and one["kind"] != Kind.GI_PRODUCT,
    )
