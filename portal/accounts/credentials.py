"""What a person does with their own keys: password, reset by mail, second factor."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy import select, update

from portal.accounts import words  # noqa: F401 - gives the entries written here their words
from portal.accounts.models import Account, RecoveryCode, ResetLink
from portal.accounts.sealing import Unreadable, seal, sealed_anew
from portal.accounts.secrets import digest, hash_password, new_key, new_recovery_codes
from portal.accounts.sign_in import end_sessions, forget_attempts, matching_step
from portal.accounts.sign_in_rules import RESET_VALID, normalise_code, password_fault
from portal.accounts.tokens import end_tokens
from portal.db import db
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.mail import send
from portal.register.actions import record

PASSWORD_REFUSED = Text("这个密码不能用", "This password cannot be used")


def check_new_password(password: str, email: str, name: str) -> None:
    fault = password_fault(password, email, name)
    if fault:
        raise RuleBroken(PASSWORD_REFUSED, {"password": fault})


def change_password(account: Account, password: str, now: datetime) -> None:
    """Store the new password and end every session; the asker has shown that they know the old one."""
    check_new_password(password, account.email, account.name)
    account.password_hash = hash_password(password)
    forget_attempts(account)
    end_sessions(account, now)
    _end_reset_links(account, now)
    record(account.as_actor(), "password_changed", account.subject, {}, public=False)
    send(account.email, CHANGED_SUBJECT, CHANGED_BODY, account.language)


CHANGED_SUBJECT = Text("您的密码已更改", "Your password was changed")
CHANGED_BODY = Text(
    "您的账号刚刚换了密码，其他登录都已结束。如果不是您本人，请立即用“忘记密码”重设，并告诉本地区的管理员。",
    "The password of your account was just changed and every session ended. If it was not you, reset it at "
    "once with “Forgotten password” and tell the administrator of your region.",
)


# ---- reset by mail


def ask_reset(account: Account, address_of: Callable[[str], str], now: datetime) -> None:
    """Send a link with which the password can be chosen anew; the link before it stops working."""
    _end_reset_links(account, now)
    key = new_key()
    link = ResetLink(account_id=account.id, hash=digest(key), created_at=now, expires_at=now + RESET_VALID)
    db.session.add(link)
    send(account.email, RESET_SUBJECT, RESET_BODY.format(address=address_of(key)), account.language)


RESET_SUBJECT = Text("重设密码", "Choose a new password")
RESET_BODY = Text(
    "请在一小时内打开下面的地址，重新设置密码。地址只能用一次。\n\n{address}\n\n"
    "如果不是您要求的，请不必理会，密码没有变。",
    "Open this address within the hour to choose a new password. It works once.\n\n{address}\n\n"
    "If you did not ask for it, do nothing: your password has not changed.",
)


def reset_password(link: ResetLink, password: str, now: datetime) -> Account:
    """Choose a new password by the link from the mail; whoever had got in is out, with their tokens."""
    account = link.account
    check_new_password(password, account.email, account.name)
    _use_once(link, now)
    account.password_hash = hash_password(password)
    forget_attempts(account)
    end_sessions(account, now)
    end_tokens(account, now)
    record(account.as_actor(), "password_reset", account.subject, {}, public=False)
    send(account.email, CHANGED_SUBJECT, CHANGED_BODY, account.language)
    return account


def _use_once(link: ResetLink, now: datetime) -> None:
    used = db.session.execute(
        update(ResetLink)
        .where(ResetLink.id == link.id, ResetLink.used_at.is_(None), ResetLink.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:
        raise RuleBroken(LINK_OVER, next_step=LINK_OVER_NEXT)


LINK_OVER = Text("这个链接已经用过或过期", "This link was used already or has expired")
LINK_OVER_NEXT = Text("请重新申请一个", "Ask for a new one")


def _end_reset_links(account: Account, now: datetime) -> None:
    db.session.execute(
        update(ResetLink)
        .where(ResetLink.account_id == account.id, ResetLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


# ---- second factor


def set_second_factor(account: Account, secret: str, typed: str, now: datetime) -> list[str]:
    """Store the secret once a code of it was shown to work; the recovery codes, to be seen this once."""
    step = matching_step(secret, normalise_code(typed), now)
    if step is None:
        raise RuleBroken(
            Text("验证码不对", "The code does not match"),
            {"code": Text("请输入应用里现在显示的 6 位数字；手机时间要准确",
                          "Type the six digits the app shows now; the clock of the telephone must be right")},
        )  # fmt: skip
    before = "on" if account.has_second_factor else "off"
    account.totp_sealed = seal(secret, account.id, current_app.config["SETTINGS"].secret_key)
    account.totp_confirmed_at, account.totp_last_step = now, step
    record(
        account.as_actor(), "second_factor_set", account.subject,
        {"second_factor": {"from": before, "to": "on"}}, public=False,
    )  # fmt: skip
    return _replace_recovery_codes(account, now)


def renew_recovery_codes(account: Account, now: datetime) -> list[str]:
    if not account.has_second_factor:
        raise RuleBroken(Text("还没有启用两步验证", "The second factor is not set up"))
    record(account.as_actor(), "recovery_codes_renewed", account.subject, {}, public=False)
    return _replace_recovery_codes(account, now)


def seal_again() -> tuple[int, int]:
    """Seal every second factor with the key of today; how many were sealed anew, and how many open with
    no key that is set. What is already sealed with it is left alone."""
    keys = current_app.config["SETTINGS"].secret_keys
    done = lost = 0
    for account in db.session.scalars(select(Account).where(Account.totp_sealed.is_not(None))):
        try:
            fresh = sealed_anew(account.totp_sealed, account.id, keys)
        except Unreadable:
            lost += 1
            continue
        if fresh:
            account.totp_sealed = fresh
            done += 1
    return done, lost


def remove_second_factor(account: Account, needed: bool, now: datetime) -> None:
    if needed:
        raise NotAllowed(Text("您的身份必须使用两步验证", "Your role must use a second factor"))
    if account.has_second_factor:
        clear_second_factor(account, now)
        record(
            account.as_actor(), "second_factor_removed", account.subject,
            {"second_factor": {"from": "on", "to": "off"}}, public=False,
        )  # fmt: skip


def clear_second_factor(account: Account, now: datetime) -> None:
    account.totp_sealed = account.totp_confirmed_at = None
    _end_recovery_codes(account, now)


def _replace_recovery_codes(account: Account, now: datetime) -> list[str]:
    _end_recovery_codes(account, now)
    codes = new_recovery_codes()
    for code in codes:
        hashed = digest(normalise_code(code))
        db.session.add(RecoveryCode(account_id=account.id, hash=hashed, created_at=now))
    return codes


def _end_recovery_codes(account: Account, now: datetime) -> None:
    db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
