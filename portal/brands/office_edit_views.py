"""/office/brands: the forms of a brand; each reads its parts and puts what they make into the draft."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import me
from portal.brands.actions import as_entry_fields, facts_of_entry_fields
from portal.brands.edits import find_member, with_member, with_use_rules, without_member
from portal.brands.office_blueprint_views import blueprint, facts_on_desk, name_in
from portal.brands.office_drafts import (
    ensure_keeper,
    sourced_form,
)
from portal.brands.office_parts import ABOUT, LEAVING, MEMBER, OWNER, USE_RULES
from portal.brands.office_proposing_views import Edit, Facts, put_in_draft, to_proposal
from portal.brands.queries import gi_named
from portal.brands.rules import MemberKind, Standing
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.proposals.office_blueprint_views import taken
from portal.proposals.office_forms import filled
from portal.proposals.queries import find_draft
from portal.proposals.sections import Part


def _about(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    kept = {name: facts[name] for name in facts if name not in ("status", "summary", "aliases")}
    return {**kept, **{name: value[name] for name in ("status", "summary", "aliases") if value.get(name)}}


def _owner(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    after = {name: facts[name] for name in facts if name not in ("owner", "trade_marks", "launched")}
    after |= {name: value[name] for name in ("owner", "trade_marks", "launched") if value.get(name)}
    return {**after, "owner_sources": value["sources"]}


def _joining(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    kind = MemberKind(value["kind"])
    named = "gi" if kind is MemberKind.GI else "name"
    if not value.get(named):
        text = Text("请写明是谁", "Say who it is")
        raise RuleBroken(text, {named: text})
    if kind is MemberKind.GI:
        value = {**value, "gi": gi_named(str(value["gi"]))}
    member = {name: value[name] for name in ("kind", named, "enterprise_mark", "note") if value.get(name)}
    member |= {
        "standing": Standing.STATED.value,
        "from": value["from"],
        "decision": {"text": value["decision"]},
        "sources": value["sources"],
        "support": value["support"],
    }
    return with_member(facts, member)


FORMS: dict[str, tuple[Text, tuple[Part, ...], Edit]] = {
    "about": (Text("概况", "In short"), ABOUT, _about),
    "owner": (Text("所有人与商标", "Owner and trade marks"), OWNER, _owner),
    "member": (Text("增加成员", "Add a member"), MEMBER, _joining),
    "rules": (Text("登载使用规则", "State rules of use"), USE_RULES, with_use_rules),
}


@blueprint.route("/<slug>/<any(about, owner, member, rules):part>", methods=["GET", "POST"])
def edit(slug: str, part: str) -> ResponseReturnValue:
    heading, parts, change = FORMS[part]
    facts = facts_on_desk(slug)
    ensure_keeper(me())
    shown = filled(parts, facts) if part in ("about", "owner") else {}
    return _form_page(slug, heading, parts, facts, change, shown)


@blueprint.route("/<slug>/member/<key>/end", methods=["GET", "POST"])
def end(slug: str, key: str) -> ResponseReturnValue:
    facts = facts_on_desk(slug)
    ensure_keeper(me())
    try:
        find_member(facts, key)
    except RuleBroken as problem:
        raise NotFound(problem.message) from None

    def leaving(before: Facts, value: dict[str, object]) -> dict[str, object]:
        decision = {"text": value["decision"], "sources": value["sources"]}
        return without_member(before, key, str(value["ended"]), decision)

    heading = Text("成员退出：{key}", "Member leaves: {key}").format(key=key)
    return _form_page(slug, heading, LEAVING, facts, leaving, {})


def _form_page(
    slug: str, heading: Text, parts: tuple[Part, ...], facts: Facts, change: Edit, shown: dict[str, object]
) -> ResponseReturnValue:
    draft = find_draft(me(), f"brand:{slug}")
    form = sourced_form(parts, facts, draft, **shown)
    if form.is_submitted():
        number = taken(form, lambda: put_in_draft(f"brand:{slug}", form, parts, _of_fields(change)))
        if number:
            return to_proposal(number)
    page = render_template(
        "brands_office/edit.html",
        form=form,
        parts=parts,
        heading=heading,
        name=name_in(facts),
        slug=slug,
    )
    return page, 400 if form.errors or form.form_errors else 200


def _of_fields(change: Edit) -> Edit:
    """The same change, from the fields of an entry to the fields of an entry."""
    return lambda before, value: as_entry_fields(change(facts_of_entry_fields(before), value))
