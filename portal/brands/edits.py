"""What an edit makes of a brand's facts: pure functions, asked by the forms; nothing is stored here."""

from collections.abc import Mapping
from copy import deepcopy

from portal.lib.problems import RuleBroken
from portal.lib.text import Text

Facts = Mapping[str, object]


def with_member(facts: Facts, member: Facts) -> dict[str, object]:
    """One more member by a decision. Whoever left may come back under a key of its own."""
    after = deepcopy(dict(facts))
    members = after.setdefault("members", [])
    present = [one for one in members if _same(one, member) and not one.get("ended")]
    if any(one.get("standing") == "stated" for one in present):
        text = Text("这个成员已经在品牌中", "This member belongs to the brand already")
        raise RuleBroken(text, {"gi" if member.get("gi") else "name": text})
    # A GI that was only named beside the brand becomes a member in the same place.
    kept = [one for one in members if one not in present]
    after["members"] = [*kept, {**member, "key": _key_for(member, {one["key"] for one in kept})}]
    return after


def _same(one: Facts, other: Facts) -> bool:
    if other.get("gi"):
        return one.get("gi") == other["gi"]
    return one.get("kind") == other["kind"] and one.get("name") == other["name"]


def _key_for(member: Facts, taken: set[str]) -> str:
    """The GI's own address, or a kind with a number: names in Chinese make no key."""
    base = member.get("gi") or f"{member['kind']}-1"
    number = 2
    while base in taken:
        base = f"{member.get('gi') or member['kind']}-{number}"
        number += 1
    return base


def without_member(facts: Facts, key: str, ended: str, decision: Facts) -> dict[str, object]:
    """The member leaves on a day by a decision; it stays in the record."""
    after = deepcopy(dict(facts))
    member = find_member(after, key)
    if member.get("from") and ended < member["from"]:
        text = Text("退出不能早于加入", "A member cannot leave before it joined")
        raise RuleBroken(text, {"ended": text})
    member["ended"], member["ended_decision"] = ended, dict(decision)
    return after


def find_member(facts: Facts, key: str) -> dict[str, object]:
    """A present member; whoever left is no longer one."""
    for member in facts.get("members", []):
        if member["key"] == key and not member.get("ended"):
            return member
    raise RuleBroken(Text("品牌中没有这个现任成员", "The brand has no such present member"))


def with_use_rules(facts: Facts, rules: Facts) -> dict[str, object]:
    """A new version of the rules of use; the version before it ends the day the new one begins."""
    after = deepcopy(dict(facts))
    versions = after.setdefault("use_rules", [])
    if any(one["version"] == rules["version"] for one in versions):
        text = Text("这个版本已经登载", "This version is stated already")
        raise RuleBroken(text, {"version": text})
    newest = max(versions, key=lambda one: one["from"], default=None)
    if newest and newest["from"] >= rules["from"]:
        text = Text("应晚于上一版的起用日期 {day}", "Must be after the day the last version began, {day}")
        text = text.format(day=newest["from"])
        raise RuleBroken(text, {"from": text})
    if newest and not newest.get("ended"):
        newest["ended"] = rules["from"]
    versions.append(dict(rules))
    return after


def verb_for(changes: Mapping[str, Facts]) -> str:
    """What a change of a brand is called in the log: one word for the usual ones."""
    if all(name.startswith("member/") for name in changes):
        ends = [bool((one.get("to") or {}).get("ended")) for one in changes.values()]
        return "member_ended" if all(ends) else "member_added" if not any(ends) else "amended"
    return "rules_added" if all(name.startswith("use_rules/") for name in changes) else "amended"
