"""What the public reads of a decision: pushed, published, corrected, ended early, withdrawn, taken down; and
what a typical case teaches after that. Each with its reason and its entry."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.authorisation.licence_actions import move_licence
from portal.authorisation.models import Licence
from portal.authorisation.rules import LicenceStep
from portal.cases.clocks import Clock, shown_until
from portal.cases.credit import grade_parties
from portal.cases.deciding_actions import HIGH_FINE_FEN, Recorded, recorded_faults
from portal.cases.models import Case
from portal.cases.queries import over_on
from portal.cases.resuming_actions import is_to_be_resumed
from portal.cases.rules import (
    ON_LICENCE,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Condition,
    State,
    Step,
    find_move,
    is_light,
    is_published,
    may_end_early,
    missing_conditions,
    names_a_person,
)
from portal.cases.step_actions import (
    PARTY,
    ensure_step,
    move,
    names_a_party,
    note,
    office_of,
    public_faults,
    reason_faults,
    start_clock,
    take_down,
)
from portal.cases.telling import tell_parties, tell_who_resumes
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar
from portal.register.actions import record
from portal.register.rules import changed

NUMBER_IN_LICENCE = Text(
    "这个文号已写进授权的记录，不能在这里改；金额和文字可以改",
    "This number stands in the licence’s record and cannot be changed here; the sum and the text can",
)
NOTHING_ASKED = Text("没有要答复的申请", "There is no request to answer")


def push(
    account: Account,
    case: Case,
    to_office: str,
    reference: str,
    version_seen: int,
    calendar: WorkCalendar,
    now: datetime,
) -> None:
    """The decision on a party of another province goes there; from now its ten working days count."""
    ensure_step(account, case, Step.PUSH, "", version_seen, now)
    _ensure_public(case)
    faults: dict[str, Text] = {}
    if not 2 <= len(to_office.strip()) <= 120:
        faults["to_office"] = Text("请填推送到哪个机关", "Say to which office it was pushed")
    if len(reference.strip()) > 60:
        faults["reference"] = Text("最多 60 个字", "At most 60 characters")
    refuse(faults)
    today = day_of(now)
    case.pushed_on, case.pushed_to = today, " ".join([to_office.strip(), reference.strip()]).strip()
    move(account, case, Step.PUSH, case.pushed_to, now, pushed_on=today.isoformat())
    start_clock(case, Clock.PUBLISH_THERE, today, calendar)


def publish(account: Account, case: Case, published: str, version_seen: int, now: datetime) -> None:
    """From now on the public reads this text, and from now the time counts for which it is shown."""
    ensure_step(account, case, Step.PUBLISH, "", version_seen, now)
    _ensure_public(case)
    refuse(publication_faults(case, published))
    today = day_of(now)
    case.published, case.published_on = published.strip(), today
    case.shown_until = shown_until(today, bool(case.light), case.restricted_until)
    move(account, case, Step.PUBLISH, None, now, public=True, **public_said(case))


def _ensure_public(case: Case) -> None:
    if not is_published(case.decided):
        raise RuleBroken(
            Text(
                "只是警告或不予处罚的决定不公示（总局令第45号第二条）",
                "Only a warning, or no penalty, is not published (Order 45, art. 2)",
            ),
            next_step=Text("请结案", "Close the case"),
        )


def publication_faults(case: Case, published: str, name: str = "published") -> dict[str, Text]:
    text = published.strip()
    if not WORDS_SHORTEST <= len(text) <= WORDS_LONGEST:
        return {
            name: Text("请写公示内容（至少 10 个字）", "Write what is published (ten characters or more)")
        }
    if names_a_person(text, case.persons):
        return {
            name: Text(
                "公示内容里有个人姓名、手机号或身份证号，请改写（如“李某”）",
                "The text names a person, a mobile or an identity number; write it without",
            )
        }
    return {}


def _digest(text: str) -> str:
    """The log keeps for ever what it is told; the text itself is taken down when its time is over."""
    return sha256(text.encode()).hexdigest()


def public_said(case: Case) -> dict[str, object]:
    return {
        "decision": case.decision_number,
        "outcomes": case.outcomes,
        "text_digest": _digest(case.published),
        "published_on": case.published_on.isoformat(),
        "shown_until": case.shown_until.isoformat() if case.shown_until else None,
    }


# ---- wrong, or to end early: asked by the party or noted by the office, answered within a period


def note_fault(
    account: Account, case: Case, what: str, version_seen: int, calendar: WorkCalendar, now: datetime
) -> None:
    """The office learns that the publication is wrong: three working days from now."""
    ensure_step(account, case, Step.FAULT, what, version_seen, now)
    _begin(account, case, Clock.CORRECT, Step.FAULT, office_of(account), what, calendar, now)


def note_request_to_end(
    account: Account, case: Case, what: str, version_seen: int, calendar: WorkCalendar, now: datetime
) -> None:
    """The party asked on paper or at the window."""
    ensure_step(account, case, Step.ASK_END, what, version_seen, now)
    _begin(account, case, Clock.END_EARLY, Step.ASK_END, office_of(account), what, calendar, now)


def ask_as_party(
    account: Account, case: Case, clock: Clock, what: str, calendar: WorkCalendar, now: datetime
) -> None:
    """The party itself asks for a correction or an early end; whose case it is the query has answered."""
    step = Step.FAULT if clock is Clock.CORRECT else Step.ASK_END
    if find_move(case.stands_on(day_of(now)), step) is None:
        raise RuleBroken(Text("这个决定现在没有公示", "The decision is not published now"))
    refuse(reason_faults(what))
    _begin(account, case, clock, step, PARTY.zh, what, calendar, now)


def _begin(
    account: Account,
    case: Case,
    clock: Clock,
    step: Step,
    office: str,
    what: str,
    calendar: WorkCalendar,
    now: datetime,
) -> None:
    if case.running(clock) is not None:
        raise RuleBroken(
            Text("已经有一项正在办理，期限在走", "One of these is being handled; its time is running")
        )
    if clock is Clock.END_EARLY and not may_end_early(case.decided):
        raise RuleBroken(
            Text("取消资格的决定不能提前停止公示", "A decision that revokes a licence does not end early")
        )
    start_clock(case, clock, day_of(now), calendar, what.strip())
    case.changed_at = now
    note(case, step.value, office, account.id, what.strip(), now)
    changes = {"clock": {"from": None, "to": clock.value}}
    record(account.as_actor(), step.value, case.subject, changes, public=False)


def correct(
    account: Account,
    case: Case,
    published: str,
    reason: str,
    version_seen: int,
    now: datetime,
    recorded: Recorded | None = None,
) -> None:
    """What is published was wrong: corrected at once, with the reason, and both stay in the log. `recorded`
    is what stands beside the text, for a number or a sum may have been typed wrong when it was decided."""
    ensure_step(account, case, Step.CORRECT, None, version_seen, now)
    recorded = recorded or Recorded(case.decision_number, case.fine_fen)
    faults = publication_faults(case, published) | recorded_faults(recorded, case.decided)
    if case.decided & ON_LICENCE and recorded.number.strip() != case.decision_number:
        faults.setdefault("number", NUMBER_IN_LICENCE)
    refuse(faults | reason_faults(reason) | public_faults(case, reason))
    before = public_said(case)
    said = _said_of(case, recorded)
    case.decision_number, case.fine_fen = recorded.number.strip(), recorded.fine_fen
    case.light = is_light(case.decided, case.fine_fen or 0, HIGH_FINE_FEN)
    case.shown_until = shown_until(case.published_on, case.light, case.restricted_until)
    case.published, case.changed_at = published.strip(), now
    case.stop_clocks({Clock.CORRECT}, day_of(now))
    note(case, Step.CORRECT.value, office_of(account), account.id, reason.strip() + said, now)
    after = public_said(case) | {"reason": reason.strip()}
    record(account.as_actor(), "correct", case.subject, changed(before, after))
    grade_parties(account, case, now)
    tell_parties(case, Step.CORRECT, now)


def _said_of(case: Case, recorded: Recorded) -> str:
    """What was corrected beside the text, for the file."""
    numbers = (case.decision_number, recorded.number.strip())
    fines = tuple(f"{Decimal(fen or 0) / 100:,.2f} 元" for fen in (case.fine_fen, recorded.fine_fen))
    said = [f"{old} → {new}" for old, new in (numbers, fines) if old != new]
    return f"（{'；'.join(said)}）" if said else ""


def end_early(
    account: Account,
    case: Case,
    met: Iterable[Condition],
    reason: str,
    version_seen: int,
    now: datetime,
) -> None:
    """Asked for, every condition looked at and met: no longer shown."""
    ensure_step(account, case, Step.END_EARLY, None, version_seen, now)
    if case.running(Clock.END_EARLY) is None:
        raise RuleBroken(NOTHING_ASKED)
    missing = missing_conditions(met)
    if missing:
        names = Text("、".join(one.text.zh for one in missing), ", ".join(one.text.en for one in missing))
        said = Text("还没有核实：{names}", "Not yet found to be so: {names}").format(names=names)
        refuse({"met": said} | reason_faults(reason))
    refuse(reason_faults(reason) | public_faults(case, reason))
    case.removed_on, case.removed_why = day_of(now), reason.strip()
    move(account, case, Step.END_EARLY, reason.strip(), now, public=True, reason=reason.strip())


# ---- overturned


def overturn(
    account: Account,
    case: Case,
    on: date | None,
    by: str,
    reason: str,
    licence: Licence | None,
    version_seen: int,
    calendar: WorkCalendar,
    now: datetime,
) -> None:
    """The decision no longer holds: what was published is withdrawn with the reason, and a licence suspended
    by it (`licence`, where it is to be given back) is in force again in the same transaction."""
    ensure_step(account, case, Step.OVERTURN, None, version_seen, now)
    today = day_of(now)
    faults: dict[str, Text] = {}
    if on is None or not (case.decided_on or on) <= on <= today:
        faults["overturned_on"] = Text(
            "请填撤销决定的日期，不早于原决定、不晚于今天",
            "Give the day it was overturned, not before the decision and not after today",
        )
    if not 2 <= len(by.strip()) <= 200:
        faults["overturned_by"] = Text("请填由谁、以什么文书撤销", "Say by whom and by which document")
    faults |= reason_faults(reason) | public_faults(case, by, "overturned_by") | public_faults(case, reason)
    refuse(faults)
    if licence is not None:
        move_licence(account, licence, LicenceStep.RESUME, reason, by, licence.version, now)
    case.overturned_on, case.overturned_by, case.overturned_why = on, by.strip(), reason.strip()
    shown = case.stands is State.PUBLISHED
    told = {"overturned_on": on.isoformat(), "overturned_by": by.strip(), "reason": reason.strip()}
    was_public = case.published_on is not None
    if shown:
        case.removed_on, case.removed_why = today, reason.strip()
    case.typical = case.typical_title = case.typical_on = None
    move(account, case, Step.OVERTURN, f"{by.strip()}：{reason.strip()}", now, public=was_public, **told)
    if shown:
        # How long after the decision fell it was withdrawn stays to be seen.
        start_clock(case, Clock.WITHDRAW, on, calendar).done_on = today
    grade_parties(account, case, now)
    if is_to_be_resumed(case, today):
        tell_who_resumes(case, now)


# ---- what it teaches


def make_typical(
    account: Account, case: Case, title: str, text: str, version_seen: int, now: datetime
) -> None:
    """Words of their own, without any party's name, so that they may stay when the decision is taken down."""
    ensure_step(account, case, Step.TYPICAL, "", version_seen, now)
    faults: dict[str, Text] = {}
    if not 2 <= len(title.strip()) <= 200:
        faults["typical_title"] = Text("请写标题（200 字以内）", "Give it a title (200 characters at most)")
    faults |= publication_faults(case, text, "typical")
    for name, said in (("typical_title", title), ("typical", text)):
        if names_a_party(case, said) or (case.decision_number and case.decision_number in said):
            faults[name] = Text(
                "典型案例不写当事人名称、代码和决定书文号（如“某商行”）",
                "A typical case names no party, code or decision (write “a shop”)",
            )
    refuse(faults)
    before = case.typical
    case.typical_title, case.typical, case.typical_on = title.strip(), text.strip(), day_of(now)
    case.changed_at = now
    note(case, Step.TYPICAL.value, office_of(account), account.id, None, now)
    digests = {"from": _digest(before) if before else None, "to": _digest(case.typical)}
    record(account.as_actor(), Step.TYPICAL.value, case.subject, {"text_digest": digests})


# ---- over


def take_down_what_is_over(today: date, now: datetime) -> int:
    """A job: decisions whose time is over are taken down."""
    over = select(Case).where(over_on(today)).options(selectinload(Case.clocks), selectinload(Case.others))
    found = list(db.session.scalars(over))
    for case in found:
        take_down(case, today, now)
    return len(found)
