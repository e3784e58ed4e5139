"""Passwords and random keys. Only their digests are stored; whoever reads the database cannot sign in."""

import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app

from portal.accounts.sign_in_rules import RECOVERY_ALPHABET, RECOVERY_CODES, RECOVERY_GROUP, RECOVERY_GROUPS

TOKEN_MARK = "gip_"  # noqa: S105 - how a personal token begins, so that a leaked one can be searched for
SHOWN_OF_TOKEN = 12
EVERY_ANSWER_SECONDS = 0.25


@lru_cache(maxsize=2)
def _hasher(cheap: bool) -> PasswordHasher:
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    # Above OWASP's least (19 MiB, 2 rounds) and still small enough for several sign-ins at once.
    return PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)


def _own_hasher() -> PasswordHasher:
    return _hasher(current_app.config["SETTINGS"].environment == "test")


@lru_cache(maxsize=2)
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe(24))


def hash_password(password: str) -> str:
    return _own_hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """True if it is the password. Where there is none the work is done all the same, so that the time
    of the answer does not tell whether an address has an account."""
    hasher = _own_hasher()
    try:
        hasher.verify(stored or _nobodys_hash(hasher), password)
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None


@contextmanager
def same_time() -> Iterator[None]:
    """Let an answer take the same time whichever way it went: a known address costs a few milliseconds
    more of writing, which would tell it from an unknown one."""
    began = time.perf_counter()
    yield
    if current_app.config["SETTINGS"].environment != "test":
        time.sleep(max(0.0, began + EVERY_ANSWER_SECONDS - time.perf_counter()))


def hash_is_old(stored: str) -> bool:
    """Made with weaker parameters than those of today."""
    return _own_hasher().check_needs_rehash(stored)


def new_key() -> str:
    return secrets.token_urlsafe(32)


def new_token() -> str:
    return TOKEN_MARK + new_key()


def digest(key: str) -> str:
    """For keys of full randomness a plain digest is enough; a slow one is for what people think up."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_recovery_codes() -> list[str]:
    return ["-".join(_group() for _ in range(RECOVERY_GROUPS)) for _ in range(RECOVERY_CODES)]


def _group() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_GROUP))
