"""Signed texts that leave the portal (JWS, RFC 7515, Ed25519) and how one of ours is read again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from portal.db import db
from portal.register.models import Key
from portal.register.signing import Signer, base64url, read_signer, signature_holds, unbase64url

ALGORITHM = "EdDSA"


def signer() -> Signer:
    return read_signer(current_app.config["SETTINGS"].signing_key_file)


def sign(payload: Mapping[str, object], kind: str, **header: object) -> str:
    """The compact form. The same content gives the same text: Ed25519 uses no random numbers."""
    key = signer()
    head = {"alg": ALGORITHM, "kid": key.key_id, "typ": kind, **header}
    unsigned = f"{_packed(head)}.{_packed(payload)}"
    return f"{unsigned}.{key.sign(unsigned.encode())}"


def _packed(value: Mapping[str, object]) -> str:
    return base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


@dataclass(frozen=True)
class Read:
    """A signed text that was read: whether a key of this register signed it, and what it says."""

    holds: bool
    kind: str
    payload: dict[str, object]


def read(text: str) -> Read | None:
    """None where it is no signed text at all."""
    try:
        head, body, signature = text.split(".")
        header = json.loads(unbase64url(head))
        payload = json.loads(unbase64url(body))
    except (ValueError, RecursionError):
        return None
    if not (isinstance(header, dict) and isinstance(payload, dict)):
        return None
    key = _public_key(str(header.get("kid", ""))) if header.get("alg") == ALGORITHM else None
    holds = key is not None and signature_holds(key, f"{head}.{body}".encode(), signature)
    return Read(holds, str(header.get("typ", "")), payload)


def _public_key(key_id: str) -> str | None:
    """Every key that ever signed stays good for what it signed then."""
    own = signer()
    if key_id == own.key_id:
        return own.public_hex
    return db.session.scalar(select(Key.public_key).where(Key.key_id == key_id[:16]))
