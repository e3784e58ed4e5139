"""schema.org data of a GI: a product with a certification for each protection it has."""

import json

from markupsafe import Markup

from portal.catalogue.present import GiPage, ProtectionShown

ACTIVE = "https://schema.org/CertificationActive"
INACTIVE = "https://schema.org/CertificationInactive"


def as_linked_data(page: GiPage, address: str) -> dict[str, object]:
    """What is known, in schema.org's words; what is unknown is left out."""
    name = page.facts["name"]
    described = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": name["zh"],
        "alternateName": [name["en"], name["pinyin"], *page.facts.get("aliases", [])],
        "description": [
            {"@language": "zh", "@value": page.facts["summary"]["zh"]},
            {"@language": "en", "@value": page.facts["summary"]["en"]},
        ]
        if page.facts.get("summary")
        else None,
        "category": page.category.en,
        "countryOfOrigin": {"@type": "Country", "name": "CN"},
        "hasCertification": [_certification(one) for one in page.protections],
        "isRelatedTo": [
            {"@type": "Product", "@id": address.rsplit("/", 1)[0] + one.url.removeprefix("/gi")}
            for one in page.related
        ],
    }
    return {key: value for key, value in described.items() if value}


def _certification(one: ProtectionShown) -> dict[str, object]:
    facts = one.facts
    described = {
        "@type": "Certification",
        "name": one.name.en,
        "certificationIdentification": facts.get("number"),
        "certificationStatus": ACTIVE if facts["status"] == "in_force" else INACTIVE,
        "validFrom": facts.get("date"),
        "about": one.status.en,
    }
    return {key: value for key, value in described.items() if value}


def as_script(data: dict[str, object]) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(escaped)  # noqa: S704 - nothing left in it that HTML could read
