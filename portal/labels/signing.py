"""The signature in a label's QR code: a false code is known without network and without database."""

import re

from portal.labels.codes import signed_words
from portal.labels.models import LabelSet
from portal.labels.rules import full_gtin
from portal.register.signing import signature_holds
from portal.verification import signed

FRAGMENT = re.compile(
    r"l1\.([0-9a-f]{16})\.([a-z0-9-]{1,120})\.([0-9A-Z]{1,18})\.([0-9]{4})\.([A-Za-z0-9_-]{86})"
)


def fragment_of(code: str, label_set: LabelSet) -> str:
    """What stands behind the # of a label's address: key, GI, producer, year and the signature over them."""
    key = signed.signer()
    gi, producer, year = label_set.indication.slug, label_set.producer.number, label_set.year
    signature = key.sign(signed_words(code, gi, producer, year))
    return f"l1.{key.key_id}.{gi}.{producer}.{year}.{signature}"


def address_of(code: str, label_set: LabelSet, base: str) -> str:
    """The whole content of a label's QR code; as a GS1 Digital Link where the goods have a GTIN."""
    place = f"/01/{full_gtin(label_set.gtin)}/21/{code}" if label_set.gtin else f"/v/{code}"
    return f"{base}{place}#{fragment_of(code, label_set)}"


def fragment_holds(code: str, fragment: str, keys: dict[str, str]) -> bool:
    """What the inspector's page does without us; here for tests and for those who write their own."""
    found = FRAGMENT.fullmatch(fragment)
    if not found or found[1] not in keys:
        return False
    return signature_holds(keys[found[1]], signed_words(code, found[2], found[3], int(found[4])), found[5])
