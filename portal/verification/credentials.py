"""A licence as a W3C Verifiable Credential 2.0, secured as a JWT (VC-JOSE-COSE), with its status lists.

The subject has the eight fields that EU Regulation 2025/26, article 17(2), wants of an operator's
attestation. What is not public is left out; what is not known is not said.
"""

import gzip
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from portal.authorisation.models import Licence
from portal.authorisation.words import TRACK_NAMES
from portal.catalogue.vocabulary import vocabulary
from portal.lib.clock import CHINA, instant_text
from portal.lib.text import Text
from portal.register.signing import base64url
from portal.verification import signed
from portal.verification.rules import Purpose, bits_set, code_of, list_place

CONTEXT = "https://www.w3.org/ns/credentials/v2"
KIND = "vc+jwt"
SHORT_KIND = "gi-licence+jwt"
ISSUER_NAME = Text("地理标志登记簿", "GI Register")
STATUS_LIFE = timedelta(days=7)


def credential(licence: Licence, base: str) -> str:
    """The signed credential; the same licence gives the same text."""
    return signed.sign(credential_body(licence, base), KIND, cty="vc")


def credential_body(licence: Licence, base: str) -> dict[str, object]:
    body = {
        "@context": [CONTEXT, {"@vocab": f"{base}/about/method#"}],
        "id": f"{base}/api/v1/credentials/{licence.number}",
        "type": ["VerifiableCredential", "GILicenceCredential"],
        "issuer": {"id": base, "name": _both(ISSUER_NAME)},
        "validFrom": start_of(licence.valid_from),
        "credentialSubject": subject_of(licence, base),
        "credentialStatus": [_status_entry(licence, purpose, base) for purpose in Purpose],
    }
    if licence.valid_to:
        body["validUntil"] = end_of(licence.valid_to)
    if licence.demo:
        body["demonstration"] = True
    return body


def subject_of(licence: Licence, base: str) -> dict[str, object]:
    """Article 17(2): GI, number, operator, authority, business, day, class; the seal is the signature."""
    producer = licence.producer
    open_ = producer.name_public
    operator = {
        "type": producer.kind,
        "region": licence.adcode[:6],
        "contact": f"{base}/v/{code_of(licence.number)}",
    }
    if open_:
        operator |= {"name": producer.name, "uscc": producer.uscc}
    classes = vocabulary().categories.get(licence.indication.category)
    said = {
        "id": f"{base}/licences/{licence.number}",
        "geographicalIndication": {
            "id": f"{base}/gi/{licence.indication.slug}",
            "name": {"zh": licence.indication.name_zh, "en": licence.indication.name_en},
            "protection": licence.protection.kind,
            "registration": licence.protection.number,
        },
        "serialNumber": licence.number,
        "operator": _known(operator),
        "authority": licence.issued_by,
        "businessCovered": {"goods": licence.goods, "use": TRACK_NAMES[licence.tracked].as_json()},
        "dateOfIssue": licence.issued_on.isoformat(),
        "productClassification": {
            "scheme": f"{base}/about/method",
            "code": licence.indication.category,
            "name": classes.as_json() if classes else None,
        },
        "announcement": licence.announcement,
        "recordNumber": licence.record_number,
    }
    return {name: _known(v) if isinstance(v, dict) else v for name, v in said.items() if v is not None}


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _both(text: Text) -> list[dict[str, str]]:
    return [{"@value": text.zh, "@language": "zh"}, {"@value": text.en, "@language": "en"}]


def _status_entry(licence: Licence, purpose: Purpose, base: str) -> dict[str, object]:
    number, bit = list_place(licence.id)
    address = list_address(base, purpose, number)
    return {
        "id": f"{address}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(bit),
        "statusListCredential": address,
    }


def list_address(base: str, purpose: Purpose, number: int) -> str:
    return f"{base}/credentials/status/{purpose.value}/{number}"


def status_list(purpose: Purpose, number: int, bits: list[int], base: str, now: datetime) -> str:
    """A Bitstring Status List credential; who keeps it can say how old it is from `validFrom`."""
    address = list_address(base, purpose, number)
    packed = gzip.compress(bits_set(bits), 9, mtime=0)
    body = {
        "@context": [CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": base,
        "validFrom": _seconds(now),
        "validUntil": _seconds(now + STATUS_LIFE),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": "u" + base64url(packed),
        },
    }
    return signed.sign(body, KIND, cty="vc")


def start_of(day: date) -> str:
    return _seconds(datetime.combine(day, time(), CHINA))


def end_of(day: date) -> str:
    return _seconds(datetime.combine(day, time(23, 59, 59), CHINA))


def _seconds(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short_form(licence: Licence, base: str) -> str:
    """What fits into a QR code and can be checked without a network: the essence, signed by the same key."""
    open_ = licence.producer.name_public
    number, bit = list_place(licence.id)
    body = {
        "iss": base,
        "n": licence.number,
        "g": licence.indication.name_zh,
        "p": licence.producer.name if open_ else None,
        "u": licence.producer.uscc if open_ else None,
        "o": licence.goods,
        "f": licence.valid_from.isoformat(),
        "t": licence.valid_to.isoformat() if licence.valid_to else None,
        "s": [number, bit],
        "demo": True if licence.demo else None,
    }
    return signed.sign(_known(body), SHORT_KIND)


def proof(
    question: Mapping[str, object],
    answer: Mapping[str, object],
    head: Mapping[str, object] | None,
    base: str,
    number: str,
    now: datetime,
) -> str:
    """What the register answered, when, and at which size of its log."""
    body = {
        "iss": base,
        "jti": number,
        "iat": int(now.timestamp()),
        "at": instant_text(now),
        "question": _known(question),
        "answer": dict(answer),
        "register": dict(head) if head else None,
    }
    return signed.sign(_known(body), PROOF_KIND)


PROOF_KIND = "gi-answer+jwt"
