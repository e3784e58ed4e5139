"""Edits of a GI record: each goes into the person's draft, never straight into the register."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.models import Account
from portal.catalogue.actions import as_entry_fields
from portal.catalogue.queries import find_indication
from portal.catalogue.record_rules import protection_key, slug_of
from portal.catalogue.rules import Kind, Status, may_follow
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.lib.text import Text
from portal.proposals.actions import check_may_keep, draft_fields, start_draft
from portal.proposals.gi_keeper import facts_in
from portal.proposals.kinds import Documents, Present, find_present
from portal.proposals.models import Proposal
from portal.proposals.queries import find_draft, person_of, proposals_about
from portal.proposals.rules import KEEPERS, merged, reaches
from portal.proposals.sections import Section, entered_in, followed, taken_out, value_in
from portal.register.rules import changed

Facts = dict[str, object]

# Addresses below /office/catalogue and /gi that are no records.
RESERVED = frozenset({"new", "proposals", "documents", "suggest", "compare", "corrections"})


@dataclass(frozen=True)
class Dossier:
    """A record on somebody's desk: what stands, their draft over it, and what others propose."""

    slug: str
    present: Present | None
    draft: Proposal | None
    fields: Facts
    waiting: list[Proposal]
    may_change: bool

    @property
    def facts(self) -> Facts:
        return facts_in(self.fields)

    @property
    def stored_facts(self) -> Facts:
        return facts_in(self.present.fields) if self.present else {}

    @property
    def name(self) -> Text:
        name = self.fields.get("name", {})
        return Text(name.get("zh", self.slug), name.get("en", self.slug))

    @property
    def changes(self) -> Mapping[str, Mapping[str, object]]:
        return self.draft.payload["changes"] if self.draft else {}

    @property
    def new_documents(self) -> Documents:
        return self.draft.payload["documents"] if self.draft else {}

    @property
    def withdrawn(self) -> bool:
        return bool(self.present and "withdrawn_on" in self.present.fields)


def get_dossier(account: Account, slug: str) -> Dossier:
    """The record with the viewer's draft; what belongs to another region is as if it did not exist."""
    subject = f"gi:{slug}"
    present, draft = find_present(subject), find_draft(account, subject)
    if present is None and (draft is None or not draft.payload["changes"]):
        raise _no_such_record()
    if present is not None and not reaches(person_of(account), present.regions):
        raise _no_such_record()
    fields = merged(present.fields if present else {}, draft.payload["changes"] if draft else {})
    waiting = [one for one in proposals_about(subject) if present is not None]
    return Dossier(slug, present, draft, fields, waiting, account.role in KEEPERS)


def _no_such_record() -> NotFound:
    return NotFound(
        Text("您的辖区内没有这个地理标志", "There is no such GI in your region"),
        next_step=Text("请从目录维护的列表中查找", "Look it up in the list of records you keep"),
    )


def state_seen(value: object) -> str:
    """A mark of what somebody looked at, so that an edit of something older is noticed."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def edit_draft(
    account: Account,
    slug: str,
    change: Callable[[Facts], Facts],
    now: datetime,
    documents: Documents | None = None,
) -> Proposal:
    """Put into the draft what `change` makes of the facts as the draft has them."""
    draft = start_draft(account, f"gi:{slug}", now)
    dossier = get_dossier_of(draft, account)
    before = dossier.facts
    after = change(before)
    differing = changed(as_entry_fields(before), as_entry_fields(after))
    wanted = {name: one["to"] for name, one in differing.items()}
    draft_fields(draft, wanted, documents or {}, now)
    return draft


def get_dossier_of(draft: Proposal, account: Account) -> Dossier:
    slug = draft.subject.partition(":")[2]
    present = find_present(draft.subject)
    fields = merged(present.fields if present else {}, draft.payload["changes"])
    return Dossier(slug, present, draft, fields, [], account.role in KEEPERS)


def enter_section(section: Section, number: int | None, value: Facts, seen: str) -> Callable[[Facts], Facts]:
    """The change that fills in one section, or one item of it."""

    def change(facts: Facts) -> Facts:
        _check_item(section, facts, number, seen)
        if section.key == "protections":
            return entered_in(section, facts, number, _protection(facts, number, value))
        return entered_in(section, facts, number, value)

    return change


def _protection(facts: Facts, number: int | None, value: Facts) -> Facts:
    """What the form does not ask stays as it is: the key, the kind once chosen, what it was converted to."""
    if number is None:
        return value
    old = facts["protections"][number]
    kept = {name: old[name] for name in ("key", "kind", "converted_to") if name in old}
    return {**value, **kept}


def remove_item(section: Section, number: int | None, seen: str) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        _check_item(section, facts, number, seen)
        if section.key == "protections":
            _check_nothing_became(facts, facts["protections"][number]["key"])
        return taken_out(section, facts, number)

    return change


def _check_item(section: Section, facts: Facts, number: int | None, seen: str) -> None:
    items = facts.get(section.field, []) if section.many else []
    if number is not None and number >= len(items):
        raise NotFound(Text("这一条已经不在了", "This item is not there any more"))
    if state_seen(value_in(section, facts, number)) != seen:
        raise Outdated(
            Text(
                "您打开页面之后，这一部分已经变了。您填写的内容还在，请核对后再存",
                "This part changed after you opened the page. What you typed is kept; check and store it",
            )
        )


def _check_nothing_became(facts: Facts, key: str) -> None:
    if any(one.get("converted_to") == key for one in facts["protections"]):
        raise RuleBroken(
            Text(
                "另一项保护已转换为它，不能撤下",
                "Another protection was converted into it; it cannot be withdrawn",
            )
        )


def convert(number: int, value: Facts, note: Facts | None, into: str, seen: str) -> Callable[[Facts], Facts]:
    """One protection becomes a GI product: a new one described by `value`, or the one with the key `into`."""

    def change(facts: Facts) -> Facts:
        protections = list(facts["protections"])
        old = protections[number]
        if state_seen(old) != seen:
            raise Outdated(
                Text("这项保护刚刚变了，请重新看过", "This protection has just changed; look at it again")
            )
        if not may_follow(Status(old["status"]), Status.CONVERTED):
            raise RuleBroken(Text("只有有效的保护可以转换", "Only a protection in force can be converted"))
        key = into or protection_key(Kind.GI_PRODUCT, [one["key"] for one in protections])
        protections[number] = {
            **old,
            "status": Status.CONVERTED.value,
            "converted_to": key,
            "sources": list(dict.fromkeys([*old["sources"], *value["sources"]])),
            **({"note": note} if note else {}),
        }
        if not into:
            kept = {name: one for name, one in value.items() if one}
            protections.append(
                {"key": key, "kind": Kind.GI_PRODUCT.value, "status": Status.IN_FORCE.value, **kept}
            )
        return followed({**facts, "protections": protections})

    return change


def draft_new_record(
    account: Account, slug: str, facts: Facts, documents: Documents, now: datetime
) -> Proposal:
    """A draft of a GI the register does not have. Its address comes from the pinyin and must be free."""
    codes = tuple(place["code"] for place in facts["regions"]["places"])
    check_may_keep(account, codes)
    check_slug_free(slug)
    draft = start_draft(account, f"gi:{slug}", now)
    wanted = {**as_entry_fields(followed({**facts, "record": slug, "scope": "inside"}))}
    draft_fields(draft, wanted, documents, now)
    return draft


def check_slug_free(slug: str) -> None:
    if slug != slug_of(slug) or len(slug) < 3 or slug in RESERVED:
        text = Text("只用小写字母、数字和连字符", "Use small letters, digits and hyphens only")
        raise RuleBroken(text, {"slug": text})
    taken = find_indication(slug)
    if taken is not None:
        text = Text(
            "这个地址已属于“{name}”；若是另一个地理标志，请在地址中加上县名",
            "This address belongs to “{name}”; for another GI put the county into the address",
        ).format(name=Text(taken.name_zh, taken.name_en))
        raise RuleBroken(text, {"slug": text})


def draft_withdrawal(account: Account, slug: str, reason: Facts, now: datetime, today: date) -> Proposal:
    """A draft that takes the record out of the public lists and changes nothing else."""
    draft = _draft_alone(account, slug, now)
    wanted = {"withdrawn_on": today.isoformat(), "withdrawal_reason": reason}
    draft_fields(draft, wanted, {}, now)
    return draft


def draft_restoration(account: Account, slug: str, now: datetime) -> Proposal:
    draft = _draft_alone(account, slug, now)
    draft_fields(draft, {"withdrawn_on": None}, {}, now)
    return draft


def _draft_alone(account: Account, slug: str, now: datetime) -> Proposal:
    present = find_present(f"gi:{slug}")
    if present is None:
        raise _no_such_record()
    if account.role not in KEEPERS:
        raise NotAllowed(Text("您的身份不能更改目录", "Your role cannot change the catalogue"))
    draft = start_draft(account, f"gi:{slug}", now)
    if draft.payload["changes"]:
        raise RuleBroken(
            Text(
                "您有这条记录的草稿，请先提出或放弃",
                "You keep a draft of this record; propose it or throw it away first",
            )
        )
    return draft
