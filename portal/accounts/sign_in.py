"""Signing in: every attempt is counted before it is judged, and taken back when it was right.

So a hundred guesses sent at the same moment are a hundred failures, not one. The counters are written
by statements of their own and leave the account's `version` alone.
"""

from dataclasses import dataclass
from datetime import datetime

import pyotp
import structlog
from flask import current_app
from sqlalchemy import or_, select, true, update

from portal.accounts.models import Account, RecoveryCode, SignInSession
from portal.accounts.sealing import Unreadable, unseal
from portal.accounts.secrets import digest, hash_is_old, hash_password, new_key
from portal.accounts.sign_in_rules import (
    FREE_FAILURES,
    TOTP_DRIFT,
    TOTP_STEP_SECONDS,
    normalise_code,
    wait_after,
)
from portal.db import db
from portal.lib.text import Text
from portal.mail import send

AGENT_LONGEST = 200
log = structlog.get_logger()


@dataclass(frozen=True)
class Visit:
    """Where someone signs in from, as shown in the list of their sessions."""

    address: str
    agent: str


def count_attempt(account: Account, now: datetime) -> int | None:
    """Count an attempt as failed before looking at it: the failures now in a row, None while it rests."""
    failures = db.session.scalar(
        update(Account)
        .where(Account.id == account.id, or_(Account.locked_until.is_(None), Account.locked_until <= now))
        .values(failed_attempts=Account.failed_attempts + 1)
        .returning(Account.failed_attempts)
        .execution_options(synchronize_session=False)
    )
    if failures is not None and wait_after(failures):
        _set(account, locked_until=now + wait_after(failures))
    return failures


def take_back_attempt(account: Account) -> None:
    """The password was right; the second factor is still to come, and its failures keep counting."""
    _set(account, failed_attempts=Account.failed_attempts - 1, locked_until=None)


def forget_attempts(account: Account) -> None:
    _set(account, failed_attempts=0, locked_until=None)


def begins_to_rest(failures: int | None) -> bool:
    return failures == FREE_FAILURES


def tell_of_lock(account: Account) -> None:
    """Write to the holder when an account begins to rest, once for each series of failures."""
    send(account.email, LOCK_SUBJECT, LOCK_BODY.format(n=FREE_FAILURES), account.language)


LOCK_SUBJECT = Text("您的账号暂停登录几分钟", "Your account rests for some minutes")
LOCK_BODY = Text(
    "有人连续 {n} 次没有登录成功，您的账号现在要等一会儿才能再试，继续失败等待会更长。\n\n"
    "如果是您本人，请稍后再试，或用“忘记密码”重设。如果不是您，密码仍然有效，不必更改；"
    "若经常发生，请告诉本地区的管理员。",
    "Signing in failed {n} [n:time|times] in a row. The account now rests for a while, and longer with "
    "every further failure.\n\nIf it was you, try again later or use “Forgotten password”. If it was not, "
    "your password is "
    "still good; should it happen often, tell the administrator of your region.",
)


def renew_old_hash(account: Account, password: str) -> None:
    if hash_is_old(account.password_hash):
        _set(account, password_hash=hash_password(password))


def _set(account: Account, **values: object) -> None:
    # What was changed on the object goes first: forgetting it below would lose it.
    db.session.flush()
    db.session.execute(
        update(Account)
        .where(Account.id == account.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(account)


# ---- second factor


def pass_second_factor(account: Account, typed: str, now: datetime) -> bool:
    """Whether this is the code of the moment, not used before, or an unused recovery code. Uses it up."""
    code = normalise_code(typed)
    if len(code) == 6 and code.isascii() and code.isdecimal():
        return _pass_totp(account, code, now)
    return _pass_recovery_code(account, code, now)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The newest time step near the present that this code belongs to."""
    totp = pyotp.TOTP(secret, interval=TOTP_STEP_SECONDS)
    present = int(now.timestamp()) // TOTP_STEP_SECONDS
    for step in range(present + TOTP_DRIFT, present - TOTP_DRIFT - 1, -1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None


def read_second_factor(account: Account) -> str | None:
    """The secret of the second factor; None where there is none, or SECRET_KEY is not the one it was
    sealed with (docs/operations.md): then a recovery code or the administrator helps."""
    if account.totp_sealed is None:
        return None
    try:
        return unseal(account.totp_sealed, account.id, *current_app.config["SETTINGS"].secret_keys)
    except Unreadable:
        log.warning("second factor cannot be read", account=account.id)
        return None


def _pass_totp(account: Account, code: str, now: datetime) -> bool:
    if not account.has_second_factor:
        return False
    secret = read_second_factor(account)
    step = matching_step(secret, code, now) if secret else None
    if step is None:
        return False
    used = db.session.execute(
        update(Account)
        .where(Account.id == account.id, Account.totp_last_step < step)
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(account)
    return used.rowcount == 1


def _pass_recovery_code(account: Account, code: str, now: datetime) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.hash == digest(code),
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return used.rowcount == 1


# ---- sessions


def begin_session(account: Account, visit: Visit, now: datetime) -> str:
    """The random token for the cookie of a browser that has signed in; always a new one."""
    token = new_key()
    row = SignInSession(
        account_id=account.id,
        hash=digest(token),
        created_at=now,
        last_seen_at=now,
        address=visit.address[:45],
        agent=visit.agent[:AGENT_LONGEST],
    )
    db.session.add(row)
    forget_attempts(account)
    return token


def end_session(account: Account, number: int, now: datetime) -> bool:
    """End one session of this account; False where there is no such session of theirs."""
    return _end_sessions(account, now, SignInSession.id == number) == 1


def end_sessions(account: Account, now: datetime, besides: int | None = None) -> int:
    """End all sessions of this account, besides perhaps one; the number ended."""
    return _end_sessions(account, now, SignInSession.id != besides if besides else true())


def _end_sessions(account: Account, now: datetime, which: object) -> int:
    query = select(SignInSession).where(
        SignInSession.account_id == account.id, SignInSession.ended_at.is_(None), which
    )
    rows = db.session.scalars(query).all()
    for row in rows:
        row.ended_at = now
    return len(rows)


def may_sign_in(account: Account | None, demo: bool) -> bool:
    """A demonstration account has a password that everyone knows: outside the demonstration it is none."""
    return account is not None and account.is_active and (demo or not account.demo)
