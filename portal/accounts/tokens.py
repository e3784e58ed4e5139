"""Personal access tokens: made and ended by the person whose programs carry them."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import AccessToken, Account
from portal.accounts.rules import TOKEN_LONGEST_DAYS, TOKENS_AT_MOST, Scope, scopes_open_to, token_is_over
from portal.accounts.secrets import SHOWN_OF_TOKEN, digest, new_token
from portal.db import db
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.actions import record


def create_token(
    account: Account, name: str, scopes: list[Scope], expires_on: date, today: date, now: datetime
) -> str:
    """A new token in plain, to be seen this once; only its digest is stored."""
    faults = _token_faults(account, scopes, expires_on, today)
    if faults:
        raise RuleBroken(Text("令牌没有创建", "The token was not created"), faults)
    if len([t for t in _live_tokens(account) if not token_is_over(t.expires_on, today)]) >= TOKENS_AT_MOST:
        raise RuleBroken(
            Text("最多同时有 {n} 个令牌", "At most {n} tokens at a time").format(n=TOKENS_AT_MOST),
            next_step=Text("先停用不再需要的", "End one that is no longer needed"),
        )
    token = new_token()
    row = AccessToken(
        account_id=account.id, name=name, hash=digest(token), prefix=token[:SHOWN_OF_TOKEN],
        scopes=[scope.value for scope in scopes], created_at=now, expires_on=expires_on,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    changes = {
        "token": {"from": None, "to": row.id},
        "scopes": {"from": None, "to": " ".join(row.scopes)},
        "expires_on": {"from": None, "to": expires_on.isoformat()},
    }
    record(account.as_actor(), "token_created", account.subject, changes, public=False)
    return token


def _token_faults(account: Account, scopes: list[Scope], expires_on: date, today: date) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not scopes:
        faults["scopes"] = Text("至少选一项", "Choose at least one")
    elif not set(scopes) <= set(scopes_open_to(account.role)):
        faults["scopes"] = Text("您的身份不能给出这个范围", "Your role cannot give this scope")
    if not today <= expires_on <= today + timedelta(days=TOKEN_LONGEST_DAYS):
        faults["expires_on"] = Text("从今天起，最长 {n} 天", "From today, at most {n} days").format(
            n=TOKEN_LONGEST_DAYS
        )
    return faults


def end_token(account: Account, number: int, now: datetime) -> bool:
    """End one token of this account; False where no living token of theirs has the number."""
    token = next((t for t in _live_tokens(account) if t.id == number), None)
    if token is None:
        return False
    token.ended_at = now
    changes = {"token": {"from": number, "to": None}}
    record(account.as_actor(), "token_ended", account.subject, changes, public=False)
    return True


def end_tokens(account: Account, now: datetime) -> None:
    for token in _live_tokens(account):
        token.ended_at = now


def _live_tokens(account: Account) -> list[AccessToken]:
    query = select(AccessToken).where(AccessToken.account_id == account.id, AccessToken.ended_at.is_(None))
    return list(db.session.scalars(query))
