"""What leaves the brands through the API, field by field."""

from collections.abc import Mapping

from flask import current_app

from portal.brands.models import Brand
from portal.brands.rules import Standing, unknown_places
from portal.catalogue.models import Indication
from portal.lib.text import Text


def brand_as_item(brand: Brand, region_names: Mapping[str, Text]) -> dict[str, object]:
    members = [
        m for m in brand.facts.get("members", []) if m["standing"] == Standing.STATED and not m.get("ended")
    ]
    return {
        "slug": brand.slug,
        "name": {"zh": brand.name_zh, "en": brand.name_en, "pinyin": brand.pinyin},
        "kind": brand.kind,
        "status": brand.status,
        "category": brand.facts.get("category"),
        "owner": brand.facts.get("owner"),
        "regions": [
            {
                "adcode": r.adcode,
                "name": region_names[r.adcode].as_json() if r.adcode in region_names else None,
            }
            for r in brand.regions
        ],
        "members_known": len(members) - unknown_places(members),
        "members_unknown": unknown_places(members),
        "url": address(f"/brands/{brand.slug}"),
    }


def brand_as_json(
    brand: Brand, region_names: Mapping[str, Text], indications: Mapping[str, Indication]
) -> dict[str, object]:
    facts = brand.facts
    return brand_as_item(brand, region_names) | {
        "summary": facts["summary"],
        "launched": facts.get("launched"),
        "trade_marks": facts.get("trade_marks", []),
        "members": [member_as_json(m, indications) for m in facts.get("members", [])],
        "use_rules": facts.get("use_rules", []),
        "certification_links": facts.get("certification_links", []),
        "planned_protections": facts.get("planned_protections", []),
        "honours": facts.get("honours", []),
        "figures": [
            {
                "metric": f["metric"],
                "value": f["value"],
                "unit": f.get("unit"),
                "comparator": f.get("comparator", "="),
                "date": f.get("date"),
                "source": f["sources"],
            }
            for f in facts.get("figures", [])
        ],
        "standings": facts.get("standings", []),
        "related_gis": [link["gi"] for link in facts.get("related_gis", [])],
        "related_brands": [link["brand"] for link in facts.get("related_brands", [])],
        "open_questions": facts.get("open_questions", []),
        "checked_on": brand.checked_on.isoformat() if brand.checked_on else None,
        "history": address(f"/log/of/brand:{brand.slug}"),
    }


def member_as_json(member: Mapping[str, object], indications: Mapping[str, Indication]) -> dict[str, object]:
    indication = indications.get(member.get("gi"))
    return {
        "key": member["key"],
        "kind": member["kind"],
        "gi": member.get("gi"),
        "name": indication.name_zh if indication else member.get("name"),
        "enterprise_mark": member.get("enterprise_mark"),
        "standing": member["standing"],
        "from": member.get("from"),
        "ended": member.get("ended"),
        "decision": (member.get("decision") or {}).get("text"),
        "ended_decision": (member.get("ended_decision") or {}).get("text"),
        "source": member.get("sources", []),
    }


def address(path: str) -> str:
    return current_app.config["SETTINGS"].base_url + path
