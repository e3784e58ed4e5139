"""Everything that changes cases. Until a decision is published nothing of a case is public; then only the
text written for the public is."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.files import Paper, keep
from portal.authorisation.licence_actions import move_licence, next_number
from portal.authorisation.models import Licence
from portal.authorisation.rules import LicenceStep
from portal.cases import words  # noqa: F401 - gives the entries written here their words
from portal.cases.models import Campaign, Case, CaseEvidence, CaseStep
from portal.cases.rules import (
    KEEPERS,
    MOST_FEN,
    NEEDS_REASON,
    ON_LICENCE,
    REASON_LONGEST,
    REASON_SHORTEST,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Gate,
    Origin,
    Outcome,
    State,
    Step,
    decide_by,
    find_move,
    is_light,
    is_published,
    missing_gates,
    publish_by,
    shown_until,
)
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.lib.workdays import WorkCalendar
from portal.register.actions import Actor, record
from portal.register.rules import stated

# From which fine on a decision is shown for three years; no rule gives one figure for all, an office sets it.
HIGH_FINE_FEN = 5_000_000
SOMETHING_MISSING = Text("还有内容要填写", "Something is still to be filled in")


@dataclass(frozen=True)
class Opening:
    """What is known when a case is opened."""

    title: str
    party: str
    facts: str
    party_uscc: str = ""
    party_is_person: bool = False
    party_province: str = ""
    indication_id: int | None = None
    producer_id: int | None = None
    licence_id: int | None = None
    campaign_id: int | None = None
    demo: bool = False


def open_case(
    account: Account, origin: Origin, origin_ref: str | None, adcode: str, opening: Opening, now: datetime
) -> Case:
    """Open a case in the place where it happened; tips, checks and transfers call this too."""
    _ensure_keeper(account, adcode)
    _refuse(opening_faults(opening))
    case = new_case(account.as_actor(), _office(account), origin, origin_ref, adcode, opening, now)
    case.opened_by = account.id
    return case


def _office(account: Account) -> str:
    """An office stands in a file, never the name of an official."""
    return account.organisation or account.role.value


def opening_faults(opening: Opening) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not opening.title.strip() or len(opening.title.strip()) > 200:
        faults["title"] = Text("请写案由（200 字以内）", "Name the matter (up to 200 characters)")
    if not opening.party.strip() or len(opening.party.strip()) > 200:
        faults["party"] = Text("请写当事人；不明时写“不明”", "Name the party; write “unknown” where it is")
    if not WORDS_SHORTEST <= len(opening.facts.strip()) <= WORDS_LONGEST:
        faults["facts"] = Text("请写事实（至少 10 个字）", "State the facts (ten characters or more)")
    if opening.party_uscc.strip():
        reading = read_uscc(opening.party_uscc)
        if reading.error:
            faults["party_uscc"] = reading.error
    return faults


def new_case(
    actor: Actor,
    office: str,
    origin: Origin,
    origin_ref: str | None,
    adcode: str,
    opening: Opening,
    now: datetime,
) -> Case:
    today = day_of(now)
    case = Case(
        number=f"A{today.year}-{next_number(f'cases-{today.year}'):06d}",
        origin=origin.value,
        origin_ref=origin_ref,
        adcode=adcode,
        state=State.OPENED.value,
        title=opening.title.strip(),
        indication_id=opening.indication_id,
        producer_id=opening.producer_id,
        licence_id=opening.licence_id,
        campaign_id=opening.campaign_id,
        party=opening.party.strip(),
        party_uscc=read_uscc(opening.party_uscc).code if opening.party_uscc.strip() else None,
        party_is_person=opening.party_is_person,
        party_province=opening.party_province or None,
        facts=opening.facts.strip(),
        gates={},
        outcomes=[],
        opened_on=today,
        decide_by=decide_by(today, extended=False),
        opened_at=now,
        changed_at=now,
        demo=opening.demo,
    )
    db.session.add(case)
    db.session.flush()
    _note(case, "open", office, None, None, now)
    said = {"origin": origin.value, "state": case.state, "adcode": adcode}
    record(actor, "opened", case.subject, stated(said), public=False)
    return case


def _note(
    case: Case, step: str, office: str, account_id: int | None, note: str | None, now: datetime
) -> None:
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
            note=note,
        )
    )
    db.session.flush()


def _ensure_keeper(account: Account, adcode: str) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, adcode):
        raise NotAllowed(
            Text("案件由发生地的县、市、省级官员办理", "Cases are for officials of the place to handle")
        )


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise RuleBroken(SOMETHING_MISSING, faults)


def _ensure_open_for_evidence(case: Case) -> None:
    if case.stands not in (State.OPENED, State.REVIEW):
        raise RuleBroken(Text("案件已经决定，案卷不再增补", "The case is decided; its file is closed"))


# ---- building the file


def amend_case(
    account: Account,
    case: Case,
    opening: Opening,
    legal_basis: str,
    basis_version: str,
    version_seen: int,
    now: datetime,
) -> None:
    ensure_current(case, version_seen)
    _ensure_keeper(account, case.adcode)
    _ensure_open_for_evidence(case)
    faults = opening_faults(opening)
    if len(legal_basis) > WORDS_LONGEST:
        faults["legal_basis"] = Text("太长", "Too long")
    _refuse(faults)
    case.title, case.party, case.facts = opening.title.strip(), opening.party.strip(), opening.facts.strip()
    case.party_uscc = read_uscc(opening.party_uscc).code if opening.party_uscc.strip() else None
    case.party_is_person = opening.party_is_person
    case.party_province = opening.party_province or None
    case.indication_id, case.licence_id = opening.indication_id, opening.licence_id
    case.producer_id, case.campaign_id = opening.producer_id, opening.campaign_id
    case.legal_basis = legal_basis.strip() or None
    case.basis_version = basis_version.strip()[:120] or None
    case.changed_at = now
    record(account.as_actor(), "amended", case.subject, stated({"state": case.state}), public=False)


def add_evidence(
    account: Account,
    case: Case,
    what: str,
    taken_on: date | None,
    paper: Paper | None,
    folder: Path,
    now: datetime,
) -> CaseEvidence:
    """A document or a thing described. What is in the file stays there, with its digest and the moment."""
    _ensure_keeper(account, case.adcode)
    _ensure_open_for_evidence(case)
    faults: dict[str, Text] = {}
    if not what.strip() or len(what.strip()) > 200:
        faults["what"] = Text("请写明这是什么（200 字以内）", "Say what it is (up to 200 characters)")
    if taken_on is None or taken_on > day_of(now):
        faults["taken_on"] = Text("请填取证日期", "Enter the day on which it was taken")
    _refuse(faults)
    if paper:
        keep(folder, paper)
    last = db.session.scalar(select(func.max(CaseEvidence.n)).where(CaseEvidence.case_id == case.id)) or 0
    one = CaseEvidence(
        case_id=case.id,
        n=last + 1,
        what=what.strip(),
        name=paper.name if paper else None,
        media_type=paper.media_type if paper else None,
        size=paper.size if paper else None,
        digest=paper.digest if paper else None,
        taken_on=taken_on,
        by_account=account.id,
        at=now,
    )
    db.session.add(one)
    db.session.flush()
    said = {"evidence": one.n, "digest": one.digest}
    record(account.as_actor(), "evidence_added", case.subject, stated(said), public=False)
    return one


def pass_gate(account: Account, case: Case, gate: Gate, note: str, version_seen: int, now: datetime) -> None:
    """One of the three systems is kept. Legal review is done by somebody who did not open the case."""
    ensure_current(case, version_seen)
    _ensure_keeper(account, case.adcode)
    _ensure_open_for_evidence(case)
    if not REASON_SHORTEST <= len(note.strip()) <= REASON_LONGEST:
        fault = Text("请写明做了什么（至少 6 个字）", "Say what was done (six characters or more)")
        raise RuleBroken(SOMETHING_MISSING, {"note": fault})
    if gate is Gate.REVIEW:
        if case.stands is not State.REVIEW:
            raise RuleBroken(Text("先送法制审核", "Send it to legal review first"))
        if account.id == case.opened_by:
            raise NotAllowed(
                Text("法制审核要由未参与办案的人作出", "Legal review is for somebody else to do")
            )
    passed = {"by": _office(account), "account": account.id, "at": now.isoformat(), "note": note.strip()}
    case.gates = {**case.gates, gate.value: passed}
    case.changed_at = now
    _note(case, f"gate_{gate.value}"[:12], _office(account), account.id, note.strip(), now)
    record(account.as_actor(), "gate_passed", case.subject, stated({"gate": gate.value}), public=False)


# ---- steps


def take_step(
    account: Account, case: Case, step: Step, reason: str, version_seen: int, now: datetime
) -> None:
    """Every step that needs no more than a reason; deciding and publishing have actions of their own."""
    if step in (Step.DECIDE, Step.PUBLISH, Step.CORRECT):
        raise RuleBroken(Text("这一步要填更多内容", "That step needs more to be filled in"))
    _ensure_step(account, case, step, reason, version_seen)
    today = day_of(now)
    if step is Step.EXTEND:
        if case.extended_on is not None:
            raise RuleBroken(Text("办案期限已经延长过一次", "The time was extended once already"))
        case.extended_on, case.extended_why = today, reason.strip()
        case.decide_by = decide_by(case.opened_on, extended=True)
    if step is Step.CLOSE and is_published(case.decided):
        raise RuleBroken(Text("这样的决定应当公示", "A decision like this has to be published"))
    if step is Step.REMOVE:
        case.removed_on = today
    if step is Step.BACK:
        case.gates = {name: passed for name, passed in case.gates.items() if name != Gate.REVIEW.value}
    _move(account, case, step, reason.strip() or None, now, public=step is Step.REMOVE)


def _ensure_step(account: Account, case: Case, step: Step, reason: str, version_seen: int) -> None:
    ensure_current(case, version_seen)
    _ensure_keeper(account, case.adcode)
    if find_move(case.stands, step) is None:
        raise RuleBroken(Text("现在不能走这一步", "That step cannot be taken now"))
    if step in NEEDS_REASON and not REASON_SHORTEST <= len(reason.strip()) <= REASON_LONGEST:
        fault = Text("请写明理由（至少 6 个字）", "Give the reason (six characters or more)")
        raise RuleBroken(SOMETHING_MISSING, {"reason": fault})


def _move(
    account: Account,
    case: Case,
    step: Step,
    note: str | None,
    now: datetime,
    public: bool = False,
    **more: object,
) -> None:
    was = case.state
    case.state, case.changed_at = find_move(case.stands, step).to.value, now
    _note(case, step.value, _office(account), account.id, note, now)
    changes: dict[str, object] = {"state": {"from": was, "to": case.state}}
    changes.update(stated(more))
    record(account.as_actor(), step.value, case.subject, changes, public=public)


@dataclass(frozen=True)
class Decision:
    number: str
    outcomes: frozenset[Outcome]
    fine_fen: int | None
    words: str
    until: date | None = None


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
    _ensure_step(account, case, Step.DECIDE, "", version_seen)
    missing = missing_gates(case.gates)
    if missing:
        names_zh = "、".join(gate.text.zh for gate in missing)
        names_en = ", ".join(gate.text.en for gate in missing)
        raise RuleBroken(
            Text("三项制度还没有都做到：{zh}", "The three systems are not all kept yet: {en}").format(
                zh=names_zh, en=names_en
            )
        )
    _refuse(_decision_faults(case, decision, licence))
    today = day_of(now)
    for outcome in decision.outcomes & ON_LICENCE:
        step = LicenceStep.SUSPEND if outcome is Outcome.SUSPEND_LICENCE else LicenceStep.REVOKE
        move_licence(account, licence, step, decision.words, decision.number, licence_version, now)
    case.decision_number, case.decided_on = decision.number.strip(), today
    case.outcomes = sorted(outcome.value for outcome in decision.outcomes)
    case.fine_fen = decision.fine_fen
    case.light = is_light(decision.outcomes, decision.fine_fen or 0, HIGH_FINE_FEN)
    if is_published(decision.outcomes):
        due = publish_by(today, case.elsewhere, calendar)
        case.publish_by, case.publish_estimated = due.day, due.estimated
    _move(account, case, Step.DECIDE, decision.words.strip(), now, decision=case.decision_number)


def _decision_faults(case: Case, decision: Decision, licence: Licence | None) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not decision.number.strip() or len(decision.number.strip()) > 120:
        faults["number"] = Text("请填决定书文号", "Enter the number of the decision")
    if not decision.outcomes:
        faults["outcomes"] = Text("请选择决定内容", "Choose what is decided")
    if Outcome.NO_PENALTY in decision.outcomes and len(decision.outcomes) > 1:
        faults["outcomes"] = Text("不予处罚不能与处罚并列", "No penalty goes with no other")
    if Outcome.FINE in decision.outcomes and not 0 < (decision.fine_fen or 0) <= MOST_FEN:
        faults["fine"] = Text("请填罚款金额", "Enter the amount of the fine")
    if not WORDS_SHORTEST <= len(decision.words.strip()) <= WORDS_LONGEST:
        faults["words"] = Text("请写决定的理由（至少 10 个字）", "Give the grounds (ten characters or more)")
    if not (case.legal_basis and case.basis_version):
        faults["legal_basis"] = Text(
            "先在案卷中写明法律依据及版本", "State the legal basis and its version first"
        )
    if decision.outcomes & ON_LICENCE and licence is None:
        faults["outcomes"] = Text("案件没有关联授权，不能这样决定", "No licence belongs to this case")
    return faults


def publish(
    account: Account, case: Case, published: str, typical: str, version_seen: int, now: datetime
) -> None:
    """From now on the public reads this text, and from now the time counts for which it is shown."""
    _ensure_step(account, case, Step.PUBLISH, "", version_seen)
    _refuse(_publication_faults(case, published))
    today = day_of(now)
    case.published, case.published_on = published.strip(), today
    case.shown_until = shown_until(today, bool(case.light))
    case.publish_by = None
    if typical.strip():
        case.typical, case.typical_on = typical.strip(), today
    _move(account, case, Step.PUBLISH, None, now, public=True, **_public_said(case))


def _publication_faults(case: Case, published: str) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    text = published.strip()
    if not WORDS_SHORTEST <= len(text) <= WORDS_LONGEST:
        faults["published"] = Text(
            "请写公示内容（至少 10 个字）", "Write what is published (ten characters or more)"
        )
    elif case.party_is_person and case.party in text:
        faults["published"] = Text(
            "公示内容里有个人姓名，请改写（如“李某”）", "The text names a person; write it without the name"
        )
    return faults


def _digest(text: str) -> str:
    """The log keeps for ever what it is told; the text itself is taken down when its time is over."""
    return sha256(text.encode()).hexdigest()


def _public_said(case: Case) -> dict[str, object]:
    return {
        "decision": case.decision_number,
        "outcomes": case.outcomes,
        "text_digest": _digest(case.published),
        "published_on": case.published_on.isoformat(),
        "shown_until": case.shown_until.isoformat() if case.shown_until else None,
    }


def correct(
    account: Account, case: Case, published: str, reason: str, version_seen: int, now: datetime
) -> None:
    """What is published was wrong: corrected at once, with the reason, and both stay in the log."""
    _ensure_step(account, case, Step.CORRECT, reason, version_seen)
    _refuse(_publication_faults(case, published))
    before = case.published
    case.published, case.changed_at = published.strip(), now
    _note(case, Step.CORRECT.value, _office(account), account.id, reason.strip(), now)
    changes = {
        "text_digest": {"from": _digest(before), "to": _digest(case.published)},
        "reason": {"from": None, "to": reason.strip()},
    }
    record(account.as_actor(), "correct", case.subject, changes)


def take_down_what_is_over(today: date, now: datetime) -> int:
    """A job: decisions whose time is over are taken down."""
    over = select(Case).where(Case.state == State.PUBLISHED.value, Case.shown_until < today)
    taken = 0
    for case in db.session.scalars(over):
        case.state, case.removed_on, case.changed_at = State.REMOVED.value, today, now
        _note(case, Step.REMOVE.value, "portal", None, None, now)
        changes = {"state": {"from": State.PUBLISHED.value, "to": State.REMOVED.value}}
        record(Actor("portal"), "remove", case.subject, changes)
        taken += 1
    return taken


# ---- campaigns


def begin_campaign(account: Account, slug: str, name: Text, from_on: date, to_on: date | None) -> Campaign:
    if account.role not in KEEPERS:
        raise NotAllowed(Text("由官员办理", "That is for officials"))
    faults: dict[str, Text] = {}
    if not slug.isascii() or not slug.replace("-", "").isalnum() or not 2 <= len(slug) <= 40:
        faults["slug"] = Text("用小写拉丁字母、数字和连字符", "Lower-case letters, digits and hyphens")
    elif db.session.scalar(select(Campaign.id).where(Campaign.slug == slug)) is not None:
        faults["slug"] = Text("已有同名行动", "There is one of that name")
    if not name.zh.strip():
        faults["name"] = Text("请填名称", "Enter the name")
    if to_on and to_on < from_on:
        faults["to_on"] = Text("结束日早于开始日", "The last day comes before the first")
    _refuse(faults)
    one = Campaign(
        slug=slug.lower(),
        name_zh=name.zh.strip(),
        name_en=name.en.strip() or name.zh.strip(),
        adcode=account.region,
        from_on=from_on,
        to_on=to_on,
    )
    db.session.add(one)
    db.session.flush()
    record(account.as_actor(), "begun", f"campaign:{one.slug}", stated({"name": one.name_zh}))
    return one
