"""Everything that changes credit: tables published, grades computed, objections and repairs, listings."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import insert, select, update

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.rules import NATION, scope_covers
from portal.authorisation.people import people_of_producer
from portal.authorisation.queries import work_calendar
from portal.credit import words  # noqa: F401 - gives the entries written here their words
from portal.credit.criteria import (
    SHIPPED,
    SHIPPED_A,
    SHIPPED_B,
    SHIPPED_C,
    SHIPPED_DOCUMENT,
    SHIPPED_ISSUER,
    SHIPPED_LABEL,
    SHIPPED_START,
)
from portal.credit.models import CreditGrade, CreditRequest, CriteriaVersion, StatutoryListing
from portal.credit.queries import Computed, compute, criteria_versions, current_grades
from portal.credit.rules import (
    ANSWER_WORKING_DAYS,
    KEEPERS,
    PUBLISHERS,
    STATUTORY_LISTS,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Criteria,
    Grade,
    Reason,
    RequestKind,
    RequestState,
    criteria_faults,
    may_ask,
)
from portal.db import db, ensure_current
from portal.lib.problems import DAY_AHEAD, NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.actions import PORTAL, Actor, record
from portal.register.rules import canonical, changed

NOT_YOURS = Text("您不能办理这件事", "You may not do this")


# ---- tables of points


def ensure_shipped(today: date, now: datetime) -> int:
    """The provisional table the portal begins with, once."""
    if any(one.adcode == NATION for one in criteria_versions()):
        return 0
    criteria = Criteria(SHIPPED_START, SHIPPED_A, SHIPPED_B, SHIPPED_C, {row.key: row for row in SHIPPED})
    _store_table(
        PORTAL,
        NATION,
        SHIPPED_LABEL,
        date(2020, 1, 1),
        (SHIPPED_ISSUER.zh, SHIPPED_DOCUMENT.zh),
        criteria,
        now,
        None,
    )
    return 1


def publish_criteria(
    account: Account,
    label: str,
    from_on: date,
    issuer: str,
    document: str,
    criteria: Criteria,
    today: date,
    now: datetime,
) -> CriteriaVersion:
    """A province puts its own table in force, never for the past; the older ones stay to be seen."""
    if account.role not in PUBLISHERS:
        raise NotAllowed(NOT_YOURS)
    faults = criteria_faults(criteria)
    if not 1 <= len(label.strip()) <= 40:
        faults["label"] = Text("请写明版本，如 2026-1", "Name the version, such as 2026-1")
    if from_on < today:
        faults["from_on"] = Text("不能追溯：应为今天或以后", "Not into the past: today or later")
    if not issuer.strip():
        faults["issuer"] = Text("请写明发布机关", "Say which authority issued it")
    if len(document.strip()) < 4:
        faults["document"] = Text("请写明文件名称和文号", "Name the document and its number")
    if faults:
        raise RuleBroken(Text("没有公布", "It was not published"), faults)
    source = (issuer.strip()[:120], document.strip()[:300])
    return _store_table(
        account.as_actor(), account.region, label.strip(), from_on, source, criteria, now, account.id
    )


def _store_table(
    actor: Actor,
    adcode: str,
    label: str,
    from_on: date,
    source: tuple[str, str],
    criteria: Criteria,
    now: datetime,
    by: int | None,
) -> CriteriaVersion:
    rows = [[r.key, r.points, r.months, r.repair_months] for r in criteria.rows.values()]
    issuer, document = source
    one = CriteriaVersion(
        adcode=adcode,
        label=label,
        from_on=from_on,
        issuer=issuer,
        document=document,
        confirmed=by is not None,
        start=criteria.start,
        a_from=criteria.a_from,
        b_from=criteria.b_from,
        c_from=criteria.c_from,
        rows=rows,
        published_at=now,
        published_by=by,
    )
    db.session.add(one)
    db.session.flush()
    stated = {
        "label": label,
        "from_on": from_on.isoformat(),
        "issuer": issuer,
        "document": document,
        "thresholds": [criteria.start, criteria.a_from, criteria.b_from, criteria.c_from],
        "rows": rows,
    }
    record(actor, "published", f"criteria:{adcode}/{one.id}", changed({}, stated))
    return one


# ---- grades


def store_grades(
    actor: Actor, producers: Iterable[tuple[int, str]], today: date, now: datetime
) -> list[Computed]:
    """Compute these grades and store those that differ from what is there; who changed is told. One entry a
    county and day bears the digest of all that changed (decision 013): grades are not public."""
    producers = list(producers)
    places = dict(producers)
    current = current_grades([number for number, _ in producers])
    fresh = []
    for one in compute(producers, today):
        old = current.get(one.producer_id)
        if old is None or old.digest != digest_of(one):
            fresh.append((one, old))
    if not fresh:
        return []
    ended = [old.id for _, old in fresh if old is not None]
    db.session.execute(update(CreditGrade).where(CreditGrade.id.in_(ended)).values(current=False))
    db.session.execute(insert(CreditGrade), [_row(one, places[one.producer_id], now) for one, _ in fresh])
    _record_run(actor, [one for one, _ in fresh], places)
    told = [one for one, old in fresh if _is_news(one, old)]
    named = select(Producer.id, Producer.name).where(Producer.id.in_({one.producer_id for one in told}))
    names = dict(db.session.execute(named).all())
    for one in told:
        _tell(one, names[one.producer_id], today, now)
    return [one for one, _ in fresh]


def _is_news(one: Computed, old: CreditGrade | None) -> bool:
    if old is None:
        return one.grade is not Grade.NONE
    return (old.grade, old.score) != (one.grade.value, one.score)


def digest_of(one: Computed) -> str:
    stated = [one.table.id, one.grade.value, one.score, [as_stored(reason) for reason in one.reasons]]
    return sha256(canonical(stated)).hexdigest()


def as_stored(reason: Reason) -> dict[str, object]:
    return {
        "key": reason.key,
        "ref": reason.ref,
        "points": reason.points,
        "on": reason.on.isoformat(),
        "until": reason.until.isoformat(),
        "standing": reason.standing.value,
        "source": reason.source.as_json(),
        "url": reason.url,
        "repair_from": reason.repair_from.isoformat() if reason.repair_from else None,
    }


def _row(one: Computed, adcode: str, now: datetime) -> dict[str, object]:
    return {
        "producer_id": one.producer_id,
        "criteria_id": one.table.id,
        "adcode": adcode,
        "grade": one.grade.value,
        "score": one.score,
        "reasons": [as_stored(reason) for reason in one.reasons],
        "digest": digest_of(one),
        "computed_at": now,
        "current": True,
    }


def _record_run(actor: Actor, fresh: list[Computed], places: dict[int, str]) -> None:
    counties: dict[str, list[str]] = {}
    for one in fresh:
        counties.setdefault(places[one.producer_id][:6], []).append(f"{one.producer_id} {digest_of(one)}")
    for county, lines in sorted(counties.items()):
        stated = {"grades": len(lines), "digest": sha256("\n".join(sorted(lines)).encode()).hexdigest()}
        record(actor, "graded", f"credit:{county}", changed({}, stated), public=False)


def _tell(one: Computed, who: str, today: date, now: datetime) -> None:
    message = Text(
        "{who}的信用等级：{grade}（{score} 分）。每条理由和出处、如何提出异议，请看",
        "Credit grade of {who}: {grade} ({score} [score:point|points]). "
        "See every reason, its source, and how to object",
    ).format(who=who, grade=one.grade.text, score=one.score)
    for person in people_of_producer(one.producer_id, today):
        notify(person.id, message, "/workbench/credit", now)


# ---- objections and repairs


def ask(
    account: Account,
    producer: Producer,
    kind: RequestKind,
    reason: Reason,
    typed: str,
    today: date,
    now: datetime,
) -> CreditRequest:
    """The producer objects to a fact or asks that one be repaired; the clock of the office begins."""
    if not may_ask(kind, reason, today):
        raise RuleBroken(
            Text("对这条记录现在不能这样提出", "This cannot be asked about that fact now"),
            next_step=_repair_day(reason),
        )
    typed = typed.strip()
    if not WORDS_SHORTEST <= len(typed) <= WORDS_LONGEST:
        fault = Text("请写清理由，至少 10 个字", "Say why, in at least 10 characters")
        raise RuleBroken(Text("没有提交", "It was not sent"), {"words": fault})
    due = work_calendar().due_after(today, ANSWER_WORKING_DAYS)
    one = CreditRequest(
        producer_id=producer.id,
        adcode=producer.adcode,
        kind=kind.value,
        key=reason.key,
        ref=reason.ref,
        words=typed,
        filed_by=account.id,
        filed_at=now,
        due_on=due.day,
        due_estimated=due.estimated,
    )
    db.session.add(one)
    db.session.flush()
    sealed = {"producer": producer.number, "ref": reason.ref, "words": typed}
    stated = changed({}, {"kind": kind.value})
    record(account.as_actor(), "asked", f"credit_request:{one.id}", stated, public=False, sealed=sealed)
    return one


def _repair_day(reason: Reason) -> Text | None:
    if reason.repair_from is None:
        return None
    return Text("{day}起可以申请修复", "Repair can be asked from {day}").format(day=reason.repair_from)


def answer(
    account: Account,
    one: CreditRequest,
    grant: bool | None,
    words_typed: str,
    version_seen: int,
    today: date,
    now: datetime,
) -> None:
    """An official decides with a reason; granted, the grade is computed anew in the same transaction."""
    ensure_current(one, version_seen)
    if account.role not in KEEPERS or not scope_covers(account.region, one.adcode):
        raise NotAllowed(NOT_YOURS)
    if one.stands is not RequestState.OPEN:
        raise RuleBroken(Text("这份请求已经答复", "This request has been answered"))
    words_typed = words_typed.strip()
    faults = {}
    if grant is None:
        faults["choice"] = Text("请选择怎样答复", "Choose how to answer")
    if not WORDS_SHORTEST <= len(words_typed) <= WORDS_LONGEST:
        faults["answer"] = Text(
            "请写明理由和依据，至少 10 个字", "Give the reason and its basis, at least 10 characters"
        )
    if faults:
        raise RuleBroken(Text("没有答复", "It was not answered"), faults)
    state = RequestState.GRANTED if grant else RequestState.REFUSED
    one.state, one.answer = state.value, words_typed
    one.decided_by, one.decided_at = account.id, now
    db.session.flush()
    stated = changed({"state": RequestState.OPEN.value}, {"state": state.value})
    sealed = {"ref": one.ref, "answer": words_typed}
    record(account.as_actor(), "answered", f"credit_request:{one.id}", stated, public=False, sealed=sealed)
    message = Text("{who}的{kind}已答复：{state}", "{kind} of {who} was answered: {state}")
    said = message.format(who=one.producer.name, kind=one.asks.text, state=one.standing)
    for person in people_of_producer(one.producer_id, today):
        notify(person.id, said, f"/workbench/credit/{one.producer.number}", now)
    if grant:
        store_grades(account.as_actor(), [(one.producer_id, one.producer.adcode)], today, now)


# ---- statutory lists: referred to, never made


def refer_to_listing(
    account: Account,
    producer: Producer,
    list_key: str,
    authority: str,
    decision: str,
    from_on: date,
    today: date,
    now: datetime,
) -> StatutoryListing:
    """Record that an authority put a producer on a list of the law; without its decision nothing is kept."""
    _check_keeper(account, producer)
    faults = {}
    if list_key not in STATUTORY_LISTS:
        faults["list"] = Text("请选择法定名单", "Choose a statutory list")
    if len(decision.strip()) < 4:
        faults["decision"] = Text("没有决定文号不能登记", "Nothing is recorded without the decision’s number")
    if not authority.strip():
        faults["authority"] = Text("请写明作出决定的机关", "Say which authority decided")
    if from_on > today:
        faults["from_on"] = DAY_AHEAD
    if faults:
        raise RuleBroken(Text("没有登记", "It was not recorded"), faults)
    one = StatutoryListing(
        producer_id=producer.id,
        list_key=list_key,
        authority=authority.strip()[:120],
        decision=decision.strip()[:200],
        from_on=from_on,
        by_account=account.id,
        at=now,
    )
    db.session.add(one)
    db.session.flush()
    sealed = {"producer": producer.number, "list": list_key, "decision": one.decision}
    record(account.as_actor(), "referred", f"listing:{one.id}", {}, public=False, sealed=sealed)
    store_grades(account.as_actor(), [(producer.id, producer.adcode)], today, now)
    return one


def end_listing(
    account: Account,
    producer: Producer,
    one: StatutoryListing,
    decision: str,
    today: date,
    now: datetime,
) -> None:
    _check_keeper(account, producer)
    if one.ended_on is not None:
        return
    if len(decision.strip()) < 4:
        fault = Text("请写明移出决定", "Name the decision that ended it")
        raise RuleBroken(Text("没有登记移出", "The end was not recorded"), {"ended_decision": fault})
    one.ended_on, one.ended_decision = today, decision.strip()[:200]
    db.session.flush()
    stated = changed({}, {"ended_on": today.isoformat()})
    sealed = {"decision": one.ended_decision}
    record(account.as_actor(), "ended", f"listing:{one.id}", stated, public=False, sealed=sealed)
    store_grades(account.as_actor(), [(producer.id, producer.adcode)], today, now)


def _check_keeper(account: Account, producer: Producer) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, producer.adcode):
        raise NotAllowed(NOT_YOURS)
