"""The source part of a form: choose documents, name others, or add a new one with the change itself."""

import hashlib
import re
from collections.abc import Mapping

from flask_wtf import FlaskForm

from portal.catalogue.queries import documents_by_id
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.proposals.office_forms import DOCUMENT_PARTS, NOT_STORED, offered, read_parts
from portal.proposals.record_checks import check_document, cited
from portal.register.rules import canonical

Facts = Mapping[str, object]
NO_SOURCE = Text("每条事实都要有来源：选一份，或新增一份", "Every fact needs a source: choose one or add one")


def offer_sources(form: FlaskForm, facts: Facts, new_documents: Mapping[str, Facts]) -> None:
    """List what the record cites already, and what was added with this draft."""
    known = {number: row.facts for number, row in documents_by_id(_ids(facts)).items()} | dict(new_documents)
    citations = [*cited(facts), *(number for number in new_documents if number not in _ids(facts))]
    form.sources.choices = offered((citation, citation_text(citation, known)) for citation in citations)


def _ids(facts: Facts) -> set[str]:
    return {citation.partition("/")[0] for citation in cited(facts)}


def citation_text(citation: str, documents: Mapping[str, Facts]) -> Text:
    number, _, place = citation.partition("/")
    facts = documents.get(number)
    if facts is None:
        return Text(citation, citation)
    title, where = facts["title"], (facts.get("places") or {}).get(place)
    if where is None:
        return Text(title["zh"], title["en"])
    return Text(f"{title['zh']}，{where['zh']}", f"{title['en']}, {where['en']}")


def read_sources(
    form: FlaskForm, key: str, waiting: Mapping[str, Facts]
) -> tuple[dict[str, object], dict[str, Facts]]:
    """`sources` and `support` of the fact, and the document that was added, if one was."""
    faults: dict[str, Text] = {}
    named = _named(form.source_more.data or "", waiting, faults)
    added = _added(form, key, faults)
    sources = list(dict.fromkeys([*(form.sources.data or []), *named, *added]))
    if not sources and not faults:
        faults["sources"] = NO_SOURCE
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    part: dict[str, object] = {"sources": sources}
    if form.support.data:
        part["support"] = form.support.data
    else:
        part["support"] = _support_of(sources[0].partition("/")[0], {**waiting, **added})
    return part, added


def _support_of(number: str, unstored: Mapping[str, Facts]) -> str:
    """As good as the first document cited, stored or waiting in the same draft."""
    return unstored[number]["kind"] if number in unstored else documents_by_id([number])[number].kind


def _named(typed: str, waiting: Mapping[str, Facts], faults: dict[str, Text]) -> list[str]:
    citations = [one for one in re.split(r"[\s,，、;；]+", typed) if one]
    stored = documents_by_id({one.partition("/")[0] for one in citations})
    known = {**{number: row.facts for number, row in stored.items()}, **waiting}
    for one in citations:
        number, _, place = one.partition("/")
        if number not in known:
            faults["source_more"] = Text("资料库中没有“{id}”", "The register has no document “{id}”").format(
                id=one
            )
        elif place and place not in (known[number].get("places") or {}):
            faults["source_more"] = Text(
                "“{id}”中没有“{place}”这一处", "“{id}” has no place “{place}”"
            ).format(id=number, place=place)
    return citations


def _added(form: FlaskForm, key: str, faults: dict[str, Text]) -> dict[str, Facts]:
    """The document typed under “a new document”; nothing where nothing was typed."""
    typed = [form[name].data for name in form._fields if name.startswith("document_")]
    if not any(typed):
        return {}
    try:
        facts = read_parts(form, DOCUMENT_PARTS, "document_")
    except RuleBroken as problem:
        faults |= problem.fields
        return {}
    if "title" not in facts:
        faults["document_title_zh"] = Text("请写明资料的标题", "Give the title of the document")
    if "kind" not in facts:
        faults["document_kind"] = Text("请选择资料种类", "Choose the kind of document")
    if faults:
        return {}
    number = document_id(key, facts)
    facts |= {"titled_by": "issuer", "id": number}
    check_document(number, facts)
    return {number: facts}


def document_id(key: str, facts: Facts) -> str:
    """A name made of the record's own and of what the document says: the same document sent twice is
    one document, and two people who add one each never take each other's name."""
    return f"{key[:60]}-{hashlib.sha256(canonical(facts)).hexdigest()[:8]}"
