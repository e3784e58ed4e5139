"""Secrets that must be read again, kept so that a copy of the database alone is no use.

A time-based code can only be checked with the secret itself, so it cannot be stored as a digest. It is
sealed with a key made from SECRET_KEY, which is in no database and no backup, and bound to the account:
a sealed secret put into another row does not open.
"""

import base64
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"portal second factor 1"
NONCE_BYTES = 12
SEALED_MARK = "s1."


class Unreadable(Exception):
    """Sealed with another key, for another account, or altered."""


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode()))


def seal(secret: str, account_id: int, key: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    shut = _cipher(key).encrypt(nonce, secret.encode(), str(account_id).encode())
    return SEALED_MARK + base64.urlsafe_b64encode(nonce + shut).decode()


def sealed_anew(sealed: str, number: int, keys: Sequence[str]) -> str | None:
    """The same secret under the first of the keys; None where it lies under it already."""
    try:
        unseal(sealed, number, keys[0])
    except Unreadable:
        return seal(unseal(sealed, number, *keys), number, keys[0])
    return None


def unseal(sealed: str, account_id: int, *keys: str) -> str:
    """The secret, by the first of the keys that opens it."""
    if not sealed.startswith(SEALED_MARK):
        raise Unreadable
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(SEALED_MARK))
    except ValueError:
        raise Unreadable from None
    for key in keys:
        try:
            return (
                _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], str(account_id).encode()).decode()
            )
        except (InvalidTag, ValueError):
            continue
    raise Unreadable
