"""What is decided of a case: a penalty or none, with what it does to a licence; or the police take over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.accounts.models import Account
from portal.authorisation.licence_actions import move_licence
from portal.authorisation.models import Licence
from portal.authorisation.rules import LicenceStep
from portal.cases.clocks import Clock
from portal.cases.credit import grade_parties
from portal.cases.models import Case
from portal.cases.rules import (
    DECIDABLE,
    MOST_FEN,
    ON_LICENCE,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Outcome,
    Step,
    is_light,
    is_published,
    missing_gates,
)
from portal.cases.step_actions import ensure_step, move, reason_faults, start_clock
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken, refuse
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar

# From which fine on a decision is shown for three years; no rule gives one figure for all, an office sets it.
HIGH_FINE_FEN = 5_000_000


@dataclass(frozen=True)
class Recorded:
    """What the register says of a decision beside the text: its number and the sum of the fine."""

    number: str
    fine_fen: int | None
    unread: Mapping[str, Text] = field(default_factory=dict)


def recorded_faults(recorded: Recorded, outcomes: frozenset[Outcome]) -> dict[str, Text]:
    faults = dict(recorded.unread)
    if not recorded.number.strip() or len(recorded.number.strip()) > 120:
        faults["number"] = Text("请填决定书文号", "Enter the number of the decision")
    fined = Outcome.FINE in outcomes and "fine" not in faults
    if fined and not 0 < (recorded.fine_fen or 0) <= MOST_FEN:
        faults["fine"] = Text("请填罚款金额", "Enter the amount of the fine")
    return faults


@dataclass(frozen=True)
class Decision:
    """`until` is the day up to which something is restricted, where the decision says so."""

    number: str
    outcomes: frozenset[Outcome]
    fine_fen: int | None
    words: str
    until: date | None = None
    unread: Mapping[str, Text] = field(default_factory=dict)
    """What of the form could not be read, to be said with the rest."""


def decide(
    account: Account,
    case: Case,
    decision: Decision,
    licence: Licence | None,
    licence_version: int | None,
    version_seen: int,
    calendar: WorkCalendar,
    now: datetime,
) -> None:
    """All three gates first. What is decided of a licence is done to it in the same transaction, by the one
    action that changes licences."""
    ensure_step(account, case, Step.DECIDE, "", version_seen, now)
    missing = missing_gates(case.gates)
    if missing:
        names_zh = "、".join(gate.text.zh for gate in missing)
        names_en = ", ".join(gate.text.en for gate in missing)
        raise RuleBroken(
            Text("三项制度还没有都做到：{zh}", "The three systems are not all kept yet: {en}").format(
                zh=names_zh, en=names_en
            )
        )
    _ensure_one_party(case)
    today = day_of(now)
    refuse(_decision_faults(case, decision, licence, today))
    for outcome in decision.outcomes & ON_LICENCE:
        step = LicenceStep.SUSPEND if outcome is Outcome.SUSPEND_LICENCE else LicenceStep.REVOKE
        move_licence(account, licence, step, decision.words, decision.number, licence_version, now)
    case.decision_number, case.decided_on = decision.number.strip(), today
    case.outcomes = sorted(outcome.value for outcome in decision.outcomes)
    case.fine_fen, case.restricted_until = decision.fine_fen, decision.until
    case.light = is_light(decision.outcomes, decision.fine_fen or 0, HIGH_FINE_FEN)
    move(account, case, Step.DECIDE, decision.words.strip(), now, decision=case.decision_number)
    if is_published(decision.outcomes):
        start_clock(case, Clock.PUSH if case.elsewhere else Clock.PUBLISH, today, calendar)
    grade_parties(account, case, now)


def _ensure_one_party(case: Case) -> None:
    """What is decided of one party is published, pushed, counted and overturned for that party alone."""
    if case.together:
        raise RuleBroken(
            Text(
                "这件案件有 {n} 个当事人，每个当事人要有自己的决定",
                "This case has {n} [n:party|parties], and each needs a decision of its own",
            ).format(n=len(case.together) + 1),
            next_step=Text("先按当事人分案", "Give each party a case first"),
        )


def _decision_faults(case: Case, decision: Decision, licence: Licence | None, today: date) -> dict[str, Text]:
    recorded = Recorded(decision.number, decision.fine_fen, decision.unread)
    faults = recorded_faults(recorded, decision.outcomes)
    if not decision.outcomes or not decision.outcomes <= frozenset(DECIDABLE):
        faults["outcomes"] = Text("请选择决定内容", "Choose what is decided")
    if Outcome.NO_PENALTY in decision.outcomes and len(decision.outcomes) > 1:
        faults["outcomes"] = Text("不予处罚不能与处罚并列", "No penalty goes with no other")
    if decision.until is not None and decision.until <= today:
        faults["until"] = Text("限制期限要晚于今天", "The restriction has to end later than today")
    if not WORDS_SHORTEST <= len(decision.words.strip()) <= WORDS_LONGEST:
        faults["words"] = Text("请写决定的理由（至少 10 个字）", "Give the grounds (ten characters or more)")
    if not case.bases or not all(one["version"] for one in case.bases):
        faults["legal_basis"] = Text(
            "先在案卷中写明法律依据及版本", "State the legal basis and its version first"
        )
    if decision.outcomes & ON_LICENCE and licence is None:
        faults["outcomes"] = Text("案件没有关联授权，不能这样决定", "No licence belongs to this case")
    return faults


def hand_to_police(
    account: Account,
    case: Case,
    to_office: str,
    document: str,
    reason: str,
    version_seen: int,
    now: datetime,
) -> None:
    """A crime is suspected: the police take over (行政处罚法第二十七条). Nothing of it is public."""
    ensure_step(account, case, Step.POLICE, None, version_seen, now)
    faults: dict[str, Text] = {}
    if not 2 <= len(to_office.strip()) <= 120:
        faults["to_office"] = Text("请填移送到哪个公安机关", "Say to which police office")
    if not 2 <= len(document.strip()) <= 120:
        faults["document"] = Text("请填移送书文号", "Enter the number of the document")
    refuse(faults | reason_faults(reason))
    case.police = {"to": to_office.strip(), "document": document.strip(), "on": day_of(now).isoformat()}
    case.outcomes = [Outcome.POLICE.value]
    said = f"{to_office.strip()} {document.strip()}：{reason.strip()}"
    move(account, case, Step.POLICE, said, now, outcomes=case.outcomes)
