"""The limits of signing in: addresses, passwords, lock-out, lifetimes, second factor, waiting mail."""

import re
import unicodedata
from datetime import datetime, timedelta

from portal.lib.text import Text

# ---- e-mail and names

EMAIL_LONGEST = 254
NAME_LONGEST = 80
ORGANISATION_LONGEST = 120
# No dot is asked of the part after @: an office network and the demonstration have one-word hosts.
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f,;<>\"]{1,64}@[^@\s\x00-\x1f\x7f,;<>\"]{1,189}")


def normalise_email(text: str) -> str:
    """One person, one spelling: full-width letters, capitals and stray spaces make no difference."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_email(text: str) -> bool:
    return bool(EMAIL.fullmatch(text))


# ---- password

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 256
COMMON_PASSWORDS = frozenset(
    {
        "passwordpassword", "password1234", "password12345", "password123456", "adminadminadmin",
        "administrator", "administrator1", "qwertyuiopasdf", "qwertyuiop123", "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv", "letmeinletmein", "welcome12345", "iloveyou1234", "changemechangeme",
        "woaini520520", "woaini1314520", "zhongguo1234", "a123456789012", "abcd12345678", "abc123456789",
        "qq1234567890", "aa1234567890", "5201314520131", "147258369147", "dragon123456", "monkey123456",
        "sunshine1234",
    }
)  # fmt: skip
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")


def password_fault(password: str, email: str = "", name: str = "") -> Text | None:
    """What is wrong with a password, or nothing. Length is what counts; no rule about kinds of characters."""
    if len(password) < PASSWORD_SHORTEST:
        return Text("至少 {n} 个字符，可以是一句话", "At least {n} characters; a sentence will do").format(
            n=PASSWORD_SHORTEST
        )
    if len(password) > PASSWORD_LONGEST:
        return Text("最多 {n} 个字符", "At most {n} characters").format(n=PASSWORD_LONGEST)
    if _is_common(password.casefold()):
        return Text("这个密码太常见，容易被猜到", "This password is common and easily guessed")
    if _is_about(password.casefold(), email, name):
        return Text("请不要用邮箱或姓名作密码", "Do not make the password from your e-mail or name")
    return None


def _is_common(password: str) -> bool:
    if password in COMMON_PASSWORDS or len(set(password)) < 5:
        return True
    return any(password in run or password in run[::-1] for run in RUNS)


def _is_about(password: str, email: str, name: str) -> bool:
    """The password is little more than the person's own e-mail or name."""
    for own in (email.casefold(), email.casefold().partition("@")[0], name.casefold()):
        if len(own) >= 3 and own in password and len(password) - len(own) < 6:
            return True
    return False


# ---- lock-out

FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(failures: int) -> timedelta:
    """How long an account rests after so many failures in a row: nothing, then 1, 2, 4 … 60 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 16)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


# ---- lifetimes

SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=7)
SEEN_AGAIN_AFTER = timedelta(minutes=1)
SECOND_FACTOR_WAITS = timedelta(minutes=10)
INVITATION_VALID = timedelta(days=7)
RESET_VALID = timedelta(hours=1)


def session_is_over(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    return now - last_seen_at >= SESSION_IDLE or now - created_at >= SESSION_LONGEST


# ---- second factor

TOTP_STEP_SECONDS = 30
TOTP_DRIFT = 1
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_GROUPS, RECOVERY_GROUP = 4, 4


def normalise_code(text: str) -> str:
    """A code as typed, without the spaces and hyphens people copy along and in half-width letters."""
    return re.sub(r"[\s\-‐–—]", "", unicodedata.normalize("NFKC", text)).casefold()


# ---- mail

MAIL_ATTEMPTS = 10
MAIL_FIRST_WAIT = timedelta(minutes=1)
MAIL_LONGEST_WAIT = timedelta(hours=6)


def mail_wait(attempts: int) -> timedelta:
    return min(MAIL_FIRST_WAIT * 2 ** max(0, attempts - 1), MAIL_LONGEST_WAIT)
