"""The Ed25519 key that signs tree heads, and later licences. The private half lives in one file."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Signer:
    def __init__(self, private: Ed25519PrivateKey):
        self._private = private
        self.public_hex = _raw(private.public_key()).hex()
        self.key_id = sha256(_raw(private.public_key())).hexdigest()[:16]

    def sign(self, message: bytes) -> str:
        return base64url(self._private.sign(message))


def create_key_file(path: Path) -> None:
    """Write a new private key that only its owner can read; never replaces one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


@lru_cache(maxsize=8)
def read_signer(path: Path) -> Signer:
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise SystemExit(f"SIGNING_KEY_FILE: {path} does not hold an Ed25519 private key")
    return Signer(private)


def signature_holds(public_hex: str, message: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(unbase64url(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
