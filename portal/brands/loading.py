"""What the shipped files say of a brand, in the shape the register keeps."""

from collections.abc import Mapping

from portal.brands.rules import MemberKind, Standing

Facts = Mapping[str, object]


def facts_of_brand(slug: str, brand: Facts, gis: Mapping[str, Facts]) -> dict[str, object]:
    """The facts of one file, with a key for each member and the GIs whose own files name the brand."""
    facts = {name: value for name, value in brand.items() if name != "slug"}
    members = [
        {**member, "key": member.get("gi") or f"mark-{number}", "standing": Standing.STATED.value}
        for number, member in enumerate(facts.get("members", []), start=1)
    ]
    stated = {member["key"] for member in members}
    members += [member for member in _named_by_gis(slug, gis) if member["key"] not in stated]
    if members:
        facts["members"] = members
    return facts


def _named_by_gis(slug: str, gis: Mapping[str, Facts]) -> list[dict[str, object]]:
    members = []
    for gi, facts in gis.items():
        for link in facts.get("brands", []):
            if link["brand"] == slug:
                said = {name: value for name, value in link.items() if name != "brand"}
                members.append({"key": gi, "kind": MemberKind.GI.value, "gi": gi, **said})
    return members
