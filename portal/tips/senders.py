"""Who told: sealed, opened by the official who handles it, and sealed anew when the key changes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.sealing import Unreadable
from portal.db import db
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import stated
from portal.tips import words  # noqa: F401 - gives the entries written here their words
from portal.tips.models import Tip, TipSender
from portal.tips.rules import (
    REASON_LONGEST,
    REASON_SHORTEST,
    may_open_seal,
)
from portal.tips.sealing import sealed_anew, unseal


def look_at_sender(
    account: Account, tip: Tip, why: str, keys: Sequence[str], now: datetime
) -> dict[str, str]:
    """Open the seal. Only a handling official of the very place may, and each look is an entry."""
    if not may_open_seal(account.role, account.region, tip.adcode):
        raise NotAllowed(
            Text("只有承办的官员可以查看是谁反映的", "Only the officials who handle it may see who told")
        )
    if not REASON_SHORTEST <= len(why.strip()) <= REASON_LONGEST:
        fault = Text("请写明为什么要看", "Say why you have to look")
        raise RuleBroken(fault, {"why": fault})
    sealed = db.session.get(TipSender, tip.id)
    record(account.as_actor(), "sender_seen", tip.subject, stated({"why": why.strip()}), public=False)
    return unseal(sealed.sealed, tip.id, *keys) if sealed else {}


def seal_senders_again(keys: Sequence[str]) -> tuple[int, int]:
    """Seal who told with the key of today; how many were sealed anew, and how many open with no key."""
    done = lost = 0
    for row in db.session.scalars(select(TipSender).execution_options(yield_per=500)):
        try:
            fresh = sealed_anew(row.sealed, row.tip_id, keys)
        except Unreadable:
            lost += 1
            continue
        if fresh:
            row.sealed = fresh
            done += 1
    return done, lost
