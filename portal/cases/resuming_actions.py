"""A licence revoked by a decision that was overturned is given back: what holds no more revokes nothing."""

from datetime import date, datetime

from portal.accounts.models import Account
from portal.authorisation.licence_actions import reinstate_licence
from portal.authorisation.rules import Ground, LicenceState, may_reinstate
from portal.cases.credit import grade_parties
from portal.cases.models import Case
from portal.cases.rules import State
from portal.cases.step_actions import ensure_keeper, note, office_of
from portal.db import ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken, refuse
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import stated

RESUMED = "resume"


def is_revoked_by(case: Case, day: date) -> bool:
    """Its licence is revoked by this very decision, and nothing came after."""
    licence = case.licence
    if licence is None or licence.state_on(day) is not LicenceState.REVOKED:
        return False
    return licence.spells[-1].decision == case.decision_number


def is_to_be_resumed(case: Case, day: date) -> bool:
    return case.stands is State.OVERTURNED and is_revoked_by(case, day)


def may_resume(account: Account, case: Case, day: date) -> bool:
    one = case.licence
    return is_to_be_resumed(case, day) and may_reinstate(
        one.state_on(day), one.tracked, account.role, account.region, one.adcode
    )


def resume_revoked(
    account: Account, case: Case, ground: Ground | None, version_seen: int, now: datetime
) -> None:
    """From the day on which the decision fell, by the document and with the reason stated of it."""
    ensure_current(case, version_seen)
    ensure_keeper(account, case.adcode)
    if not is_to_be_resumed(case, day_of(now)):
        raise RuleBroken(
            Text(
                "没有被这个决定取消、现在要恢复的授权",
                "There is no licence that this decision revoked and that is to be given back",
            )
        )
    if ground is None:
        refuse({"ground": Text("请选择决定依据哪一条被撤销", "Choose by which law the decision fell")})
    said = (case.overturned_by, case.overturned_why, case.overturned_on)
    reinstate_licence(account, case.licence, ground, case.decision_number, *said, now)
    case.changed_at = now
    note(case, RESUMED, office_of(account), account.id, f"{case.licence.number}：{ground.text.zh}", now)
    told = {"licence": case.licence.number, "ground": ground.value}
    record(account.as_actor(), "licence_resumed", case.subject, stated(told), public=False)
    grade_parties(account, case, now)
