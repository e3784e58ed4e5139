"""What every change of a case goes through: who may, which step fits, the clocks, the note, the entry."""

from datetime import date, datetime

from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.cases import words  # noqa: F401 - gives the entries written here their words
from portal.cases.clocks import ENDS, Clock, decide_by, due_of
from portal.cases.models import Case, CaseClock, CaseStep
from portal.cases.rules import (
    BUILDING,
    KEEPERS,
    NEEDS_REASON,
    REASON_LONGEST,
    REASON_SHORTEST,
    Gate,
    Origin,
    State,
    Step,
    find_move,
    is_published,
    names_a_person,
)
from portal.cases.telling import tell_parties
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar
from portal.register.actions import PORTAL, record
from portal.register.rules import stated
from portal.tips.actions import tell_of_dropped_case

# Steps with more to fill in than a reason; each has an action of its own.
APART = frozenset(Step) - {
    Step.EXTEND,
    Step.TO_REVIEW,
    Step.BACK,
    Step.TAKE_BACK,
    Step.KEEP,
    Step.REFUSE_END,
    Step.REMOVE,
    Step.END_TYPICAL,
    Step.DROP,
    Step.CLOSE,
}
PUBLIC = frozenset({Step.REMOVE, Step.END_TYPICAL})
PARTY, PORTAL_ITSELF = Text("当事人", "the party"), Text("本门户", "the portal")
# Who stands in a file without being an office, as it is stored there.
NO_OFFICE = {"portal": PORTAL_ITSELF, PARTY.zh: PARTY}
OVER = Text(
    "公示期已满，公众已看不到，没有要更正或撤下的",
    "Its time is over: nobody sees it any more, so there is nothing to correct or to take down",
)


def office_of(account: Account) -> str:
    """An office stands in a file, never the name of an official."""
    return account.organisation or account.role.value


def ensure_keeper(account: Account, adcode: str) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, adcode):
        raise NotAllowed(
            Text("案件由发生地的县、市、省级官员办理", "Cases are for officials of the place to handle")
        )


def ensure_step(
    account: Account, case: Case, step: Step, reason: str | None, version_seen: int, now: datetime
) -> None:
    """`reason` is None where the step judges it with what else is typed, so that all is said at once. A
    publication whose time is over is taken down first, as the night would have done."""
    ensure_current(case, version_seen)
    ensure_keeper(account, case.adcode)
    over = case.is_over_on(day_of(now))
    if over:
        take_down(case, day_of(now), now)
    if find_move(case.stands, step, case.elsewhere) is None:
        raise RuleBroken(
            Text("现在不能走这一步", "That step cannot be taken now"), next_step=OVER if over else None
        )
    if step in NEEDS_REASON and reason is not None:
        refuse(reason_faults(reason))


def reason_faults(reason: str) -> dict[str, Text]:
    if REASON_SHORTEST <= len(reason.strip()) <= REASON_LONGEST:
        return {}
    return {"reason": Text("请写明理由（至少 6 个字）", "Give the reason (six characters or more)")}


def public_faults(case: Case, said: str, name: str = "reason") -> dict[str, Text]:
    """What the log is told for ever names no party: the decision itself is taken down in the end."""
    if not (names_a_party(case, said) or names_a_person(said, case.persons)):
        return {}
    return {
        name: Text(
            "这句话会公开并一直留在登记簿里，请不要写当事人名称、电话和证件号",
            "This is public and stays in the register; leave out the party’s name, telephone and numbers",
        )
    }


def told_faults(case: Case, told: str) -> dict[str, Text]:
    if not REASON_SHORTEST <= len(told.strip()) <= REASON_LONGEST:
        return {
            "told": Text(
                "请写明可以告诉举报人的理由（至少 6 个字）",
                "Give the reason that whoever told may read (six characters or more)",
            )
        }
    if names_a_party(case, told) or names_a_person(told, case.persons):
        return {
            "told": Text(
                "举报人会读到这句话，请不要写当事人名称、电话和证件号",
                "Whoever told reads this; leave out the party’s name, telephone and numbers",
            )
        }
    return {}


def names_a_party(case: Case, said: str) -> bool:
    names = [*case.party_names, case.party_uscc, *(one.uscc for one in case.others)]
    return any(name and name != "不明" and name in said for name in names)


def move(
    account: Account,
    case: Case,
    step: Step,
    said: str | None,
    now: datetime,
    public: bool = False,
    **more: object,
) -> None:
    """The new state, the clocks that end with the step, the note in the file, the entry."""
    was = case.state
    case.state, case.changed_at = find_move(case.stands, step, case.elsewhere).to.value, now
    case.stop_clocks(ENDS.get(step, frozenset()), day_of(now))
    note(case, step.value, office_of(account), account.id, said, now)
    changes: dict[str, object] = {"state": {"from": was, "to": case.state}} if case.state != was else {}
    changes.update(stated(more))
    record(account.as_actor(), step.value, case.subject, changes, public=public)
    tell_parties(case, step, now)


def take_down(case: Case, today: date, now: datetime) -> None:
    """Its time is over: the portal does it by itself."""
    was = case.state
    case.state, case.removed_on, case.changed_at = State.REMOVED.value, today, now
    case.stop_clocks(Clock, today)
    note(case, Step.REMOVE.value, "portal", None, None, now)
    record(PORTAL, "remove", case.subject, {"state": {"from": was, "to": case.state}})
    tell_parties(case, Step.REMOVE, now)


def note(case: Case, step: str, office: str, account_id: int | None, said: str | None, now: datetime) -> None:
    last = db.session.scalar(select(func.max(CaseStep.n)).where(CaseStep.case_id == case.id)) or 0
    db.session.add(
        CaseStep(
            case_id=case.id,
            n=last + 1,
            step=step,
            to_state=case.state,
            by_account=account_id,
            office=office,
            at=now,
            note=said,
        )
    )
    db.session.flush()


def start_clock(
    case: Case, clock: Clock, from_on: date, calendar: WorkCalendar, reason: str | None = None
) -> CaseClock:
    due = due_of(clock, from_on, calendar)
    one = CaseClock(clock=clock.value, from_on=from_on, due_on=due.day, estimated=due.estimated)
    one.reason = reason
    case.clocks.append(one)
    return one


# ---- the steps that need no more than a reason


def take_step(
    account: Account,
    case: Case,
    step: Step,
    reason: str,
    version_seen: int,
    now: datetime,
    told: str = "",
) -> None:
    """`told` is why a case that came of a tip is dropped, as whoever told reads it."""
    if step in APART:
        raise RuleBroken(Text("这一步要填更多内容", "That step needs more to be filled in"))
    to_sender = step is Step.DROP and case.came_from is Origin.TIP
    ensure_step(account, case, step, None if to_sender else reason, version_seen, now)
    if to_sender:
        refuse(reason_faults(reason) | told_faults(case, told))
    said, public = reason.strip() or None, step in PUBLIC
    if public:
        refuse(public_faults(case, said or ""))
    _prepare(case, step, said, day_of(now))
    # What the public reads no more says why; what stays in the office does not.
    move(account, case, step, said, now, public=public, **({"reason": said} if public else {}))
    if to_sender:
        by = (account.as_actor(), office_of(account))
        tell_of_dropped_case(case.origin_ref, *by, told.strip(), case.number, now)


def _prepare(case: Case, step: Step, reason: str | None, today: date) -> None:
    """What one of these steps changes beside the state."""
    if step is Step.EXTEND:
        _extend(case, reason, today)
    if step is Step.CLOSE and is_published(case.decided):
        raise RuleBroken(Text("这样的决定应当公示", "A decision like this has to be published"))
    if step in (Step.KEEP, Step.REFUSE_END):
        clock = Clock.CORRECT if step is Step.KEEP else Clock.END_EARLY
        if case.running(clock) is None:
            raise RuleBroken(Text("没有要答复的申请", "There is no request to answer"))
    if step is Step.REMOVE:
        case.removed_on, case.removed_why = today, reason
    if step is Step.END_TYPICAL:
        if case.typical is None:
            raise RuleBroken(Text("不是典型案例", "It is no typical case"))
        case.typical = case.typical_title = case.typical_on = None
    if step is Step.BACK:
        case.gates = {name: passed for name, passed in case.gates.items() if name != Gate.REVIEW.value}
    if step is Step.TAKE_BACK:
        _reopen(case)


def _extend(case: Case, reason: str | None, today: date) -> None:
    clock = case.running(Clock.DECIDE)
    if clock is None or clock.extended_on is not None:
        raise RuleBroken(Text("办案期限已经延长过一次", "The time was extended once already"))
    clock.extended_on, clock.reason = today, reason
    clock.due_on = decide_by(clock.from_on, extended=True)


def _reopen(case: Case) -> None:
    """Returned by the police: the period to decide runs on with the last day it had."""
    case.police, case.outcomes = None, []
    case.gates = {name: passed for name, passed in case.gates.items() if name != Gate.REVIEW.value}
    for one in case.clocks:
        if one.what is Clock.DECIDE:
            one.done_on = None


def ensure_building(case: Case) -> None:
    if case.stands not in BUILDING:
        raise RuleBroken(Text("案件已经决定，案卷不再增补", "The case is decided; its file is closed"))
