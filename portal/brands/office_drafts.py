"""Drafts of brands, and of whatever else is kept by proposal outside the catalogue: a form's facts become
changed fields of somebody's draft, with the document that was added."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_wtf import FlaskForm

from portal.accounts.models import Account
from portal.brands.actions import as_entry_fields
from portal.catalogue.record_rules import slug_of
from portal.lib.problems import NotAllowed, NotFound, RuleBroken, all_at_once
from portal.lib.text import Text
from portal.proposals.actions import check_may_keep, draft_fields, start_draft
from portal.proposals.kinds import find_present
from portal.proposals.models import Proposal
from portal.proposals.office_forms import form_class, read_parts
from portal.proposals.office_sources import offer_sources, read_sources
from portal.proposals.queries import find_draft, person_of
from portal.proposals.rules import KEEPERS, merged, reaches
from portal.proposals.sections import Part
from portal.register.rules import changed

# Addresses below /office/brands that are no brands.
RESERVED = frozenset({"new"})

Facts = Mapping[str, object]
Shape = Callable[[Facts], dict[str, object]]


def fields_on_desk(account: Account, subject: str) -> dict[str, object]:
    """The fields of an object with the viewer's draft over them; outside the region it does not exist.

    What is new stands in its owner's draft alone until a second person confirms it.
    """
    present, draft = find_present(subject), find_draft(account, subject)
    changes = draft.payload["changes"] if draft else {}
    drafted = present is None and bool(changes)
    if not drafted and (present is None or not reaches(person_of(account), present.regions)):
        raise NotFound(
            Text("您的辖区内没有这条记录", "There is no such record in your region"),
            next_step=Text("请从列表中查找", "Look it up in the list"),
        )
    return merged(present.fields if present else {}, changes)


def ensure_keeper(account: Account) -> None:
    if account.role not in KEEPERS:
        raise NotAllowed(Text("您的身份可以查看，但不能更改", "Your role may look but not change"))


def sourced_form(parts: tuple[Part, ...], facts: Facts, draft: Proposal | None, **shown: object) -> FlaskForm:
    """A form of these parts with the documents that the record cites to choose from."""
    form = form_class(parts, True)(data=shown)
    offer_sources(form, facts, draft.payload["documents"] if draft else {})
    return form


def read_sourced(
    form: FlaskForm, parts: tuple[Part, ...], subject: str, draft: Proposal | None
) -> tuple[dict[str, object], dict[str, Facts]]:
    """What was typed with its `sources` and `support`, and the document added, if one was."""
    waiting = draft.payload["documents"] if draft else {}
    value, (sources, documents) = all_at_once(
        lambda: read_parts(form, parts),
        lambda: read_sources(form, subject.partition(":")[2], waiting),
    )
    return value | sources, documents


def keep_in_draft(
    account: Account,
    subject: str,
    before: Facts,
    after: Facts,
    documents: Mapping[str, Facts],
    now: datetime,
) -> Proposal:
    """Put what differs between two sets of entry fields into the person's draft."""
    draft = start_draft(account, subject, now)
    wanted = {name: one["to"] for name, one in changed(dict(before), dict(after)).items()}
    draft_fields(draft, wanted, documents, now)
    return draft


def draft_new_brand(
    account: Account, slug: str, facts: Facts, documents: Mapping[str, Facts], now: datetime
) -> Proposal:
    """A draft of a brand the register does not have. Its address comes from the pinyin and must be free."""
    check_may_keep(account, tuple(place["code"] for place in facts["regions"]["places"]))
    if slug != slug_of(slug) or len(slug) < 3 or slug in RESERVED:
        text = Text("只用小写字母、数字和连字符", "Use small letters, digits and hyphens only")
        raise RuleBroken(text, {"slug": text})
    if find_present(f"brand:{slug}") is not None:
        text = Text("这个地址已属于另一个品牌", "This address belongs to another brand")
        raise RuleBroken(text, {"slug": text})
    draft = start_draft(account, f"brand:{slug}", now)
    draft_fields(draft, as_entry_fields(facts), documents, now)
    return draft


def draft_alone(account: Account, slug: str, wanted: Facts, now: datetime) -> Proposal:
    """A draft that takes a brand out of the public lists, or brings it back, and changes nothing else."""
    ensure_keeper(account)
    draft = start_draft(account, f"brand:{slug}", now)
    if draft.payload["changes"]:
        raise RuleBroken(
            Text(
                "您有这条记录的草稿，请先提出或放弃",
                "You keep a draft of this record; propose it or throw it away first",
            )
        )
    draft_fields(draft, wanted, {}, now)
    return draft
