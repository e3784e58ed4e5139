"""Everything that changes findings: computed, dismissed with a reason, taken up, opened again."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.cases.actions import Opening, open_case
from portal.cases.rules import Origin, without_persons
from portal.checks.actions import draft_plan
from portal.db import db, ensure_current
from portal.lib.problems import NotAllowed, RuleBroken, all_at_once
from portal.lib.text import Text
from portal.register.actions import PORTAL, record
from portal.register.rules import canonical, changed
from portal.risk import words as _words  # noqa: F401 - gives the entries written here their words
from portal.risk.models import RiskFinding, RiskRun
from portal.risk.queries import all_findings
from portal.risk.rules import (
    KEEPERS,
    REASON_LONGEST,
    REASON_SHORTEST,
    FindingState,
    Raised,
    TakenAs,
    may_reopen,
)
from portal.risk.taking_up import checks_open, plan_from, tips_open

NOT_YOURS = Text("您不能办理这条提示", "You may not deal with this finding")
NOT_NOW = Text("这条提示已经办理", "This finding has been dealt with")
NOT_DONE = Text("没有办理", "Nothing was done")


def store(raised: Sequence[Raised], failed: Sequence[str], milliseconds: int, now: datetime) -> RiskRun:
    """Bring what was found into the list: the new, what changed, what is found no longer. One that a person
    dismissed comes back only when its figures changed."""
    known, seen, new = all_findings(), set(), 0
    for one in raised:
        if one.key in seen:
            continue
        seen.add(one.key)
        digest = _digest(one)
        row = known.get(one.key)
        if row is None:
            row = RiskFinding(kind=one.kind.value, key=one.key, first_at=now, last_at=now, digest="")
            db.session.add(row)
            new += 1
        if row.digest != digest:
            _set(row, one, digest)
            if row.state == FindingState.DISMISSED:
                row.state = FindingState.OPEN.value
        row.last_at, row.standing = now, True
    gone = _let_go(known, seen, failed)
    counts: dict[str, int] = {}
    for one in raised:
        counts[one.kind.value] = counts.get(one.kind.value, 0) + 1
    run = RiskRun(at=now, milliseconds=milliseconds, counts=counts, failed=list(failed))
    db.session.add(run)
    if new or gone:
        stated = {"new": new, "gone": gone, "standing": len(seen)}
        record(PORTAL, "computed", "finding:run", changed({}, stated), public=False)
    return run


def _let_go(known: dict[str, RiskFinding], seen: set[str], failed: Sequence[str]) -> int:
    """What was not found again no longer stands, unless its finder failed."""
    gone = 0
    for key, row in known.items():
        # The key begins with the name of its finder.
        if key not in seen and row.standing and key.partition(":")[0] not in failed:
            row.standing = False
            gone += 1
    return gone


def _set(row: RiskFinding, one: Raised, digest: str) -> None:
    row.adcode, row.severity, row.digest = one.adcode, one.severity, digest
    row.producer_id, row.indication_id = one.producer_id, one.indication_id
    row.title = one.title.as_json()
    row.reasoning = [line.as_json() for line in one.reasoning]


def _digest(one: Raised) -> str:
    stated = [one.title.as_json(), [line.as_json() for line in one.reasoning], one.severity]
    return sha256(canonical(stated)).hexdigest()


# ---- what a person does


def dismiss(account: Account, one: RiskFinding, reason: str, version_seen: int, now: datetime) -> None:
    """Looked at and no problem: the reason stays with it."""
    _check(account, one, version_seen)
    one.reason = _reason(reason)
    _decide(account, one, FindingState.DISMISSED, "dismissed", now)


def _way(how: str) -> TakenAs:
    if how not in set(TakenAs):
        raise RuleBroken(NOT_DONE, {"how": Text("请选择转为什么", "Choose what comes of it")})
    return TakenAs(how)


def take_up(
    account: Account,
    one: RiskFinding,
    how: str,
    where: str,
    reason: str,
    version_seen: int,
    today: date,
    now: datetime,
) -> str:
    """Something comes of it: a case or the draft of a check made at once, or the check or tip under way that
    it becomes part of. Answers the number of what it became."""
    _check(account, one, version_seen)
    one.reason, how = all_at_once(lambda: _reason(reason), lambda: _way(how))
    if how == TakenAs.CASE:
        where = open_case(account, Origin.RISK, f"finding:{one.id}", one.adcode, _opening(one), now).number
    elif how == TakenAs.NEW_CHECK:
        how, where = TakenAs.CHECK, draft_plan(account, plan_from(one, today), today, now).number
    else:
        _ensure_under_way(account, one, how, where)
    one.taken_as, one.taken_to = str(how), where
    _decide(account, one, FindingState.TAKEN_UP, "taken_up", now)
    return where


def _ensure_under_way(account: Account, one: RiskFinding, how: str, where: str) -> None:
    """What was not on the list is not there: of another region, of another GI, or over."""
    offered = checks_open(account, one) if how == TakenAs.CHECK else tips_open(account, one)
    if where not in {choice.number for choice in offered}:
        raise RuleBroken(NOT_DONE, {how: Text("请从列表中选一件", "Choose one of the list")})


def _opening(one: RiskFinding) -> Opening:
    party = one.producer
    persons = [party.name] if party and not party.name_public else []
    return Opening(
        title=without_persons(one.title["zh"], persons)[:200],
        party=party.name if party else "不明",
        facts="门户提示：" + "；".join(line["zh"] for line in one.reasoning) + "。办理：" + one.reason,
        party_uscc=party.uscc or "" if party else "",
        party_is_person=bool(party) and not party.name_public,
        indication_id=one.indication_id,
        producer_id=one.producer_id,
        demo=bool(party) and party.demo,
    )


def reopen(account: Account, one: RiskFinding, version_seen: int, now: datetime) -> None:
    """A dismissal taken back, or a wrong choice of check or tip. What became a case has its own end."""
    ensure_current(one, version_seen)
    _ensure_keeper(account, one)
    if not may_reopen(one.stands, one.taken_as):
        raise RuleBroken(NOT_NOW)
    one.taken_as = one.taken_to = None
    _decide(account, one, FindingState.OPEN, "reopened", now)


def _check(account: Account, one: RiskFinding, version_seen: int) -> None:
    ensure_current(one, version_seen)
    _ensure_keeper(account, one)
    if one.stands is not FindingState.OPEN:
        raise RuleBroken(NOT_NOW, next_step=one.stands.text)


def _ensure_keeper(account: Account, one: RiskFinding) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, one.adcode):
        raise NotAllowed(NOT_YOURS)


def _reason(typed: str) -> str:
    typed = typed.strip()
    if not REASON_SHORTEST <= len(typed) <= REASON_LONGEST:
        fault = Text("请写明理由，至少 6 个字", "Give the reason, at least 6 characters")
        raise RuleBroken(NOT_DONE, {"reason": fault})
    return typed


def _decide(account: Account, one: RiskFinding, state: FindingState, verb: str, now: datetime) -> None:
    was, one.state = one.state, state.value
    one.decided_by, one.decided_at = account.id, now
    stated = {"state": one.state} | ({"taken_to": one.taken_to} if state is FindingState.TAKEN_UP else {})
    sealed = {"reason": one.reason} if one.reason else None
    record(
        account.as_actor(),
        verb,
        f"finding:{one.id}",
        changed({"state": was}, stated),
        public=False,
        sealed=sealed,
    )
