"""Everything that moves an application: written, handed in, checked, decided, announced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation import words  # noqa: F401 - gives the entries written here their words
from portal.authorisation.answers import cleaned, faults, read_point
from portal.authorisation.files import Paper as PaperFile
from portal.authorisation.files import keep
from portal.authorisation.licence_actions import Terms, amend_licence, check_terms, issue_licence, next_number
from portal.authorisation.models import Application, ApplicationStep, Licence, SiteVisit, StoredFile
from portal.authorisation.notices import tell_of_step
from portal.authorisation.places import division_fit, point_answer
from portal.authorisation.queries import (
    acts_for,
    files_of,
    licences_of_producer,
    route_for,
    steps_open_to,
    visits_of,
    work_calendar,
)
from portal.authorisation.roster import enrol_licensee, keep_reason
from portal.authorisation.rules import (
    APPLICANT_PAPERS,
    DUE_WORKING_DAYS,
    FINAL,
    LIVE,
    NEEDS_REASON,
    TEXT_LONGEST,
    TEXT_SHORTEST,
    TRACK_OF_KIND,
    LicenceState,
    Paper,
    Purpose,
    RefusalReason,
    Route,
    State,
    Step,
    destination,
    find_move,
    may_renew_on,
)
from portal.catalogue.models import Indication, Protection
from portal.catalogue.queries import find_indication
from portal.catalogue.rules import Kind
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.lib.text import Text
from portal.producers.actions import covers_county, place_is_outside
from portal.producers.models import Producer
from portal.producers.rules import MICRO, PlaceFit
from portal.regions.queries import find_region
from portal.regions.rules import county_of
from portal.register.actions import PORTAL, Actor, record

FILL_IN = Text("还有内容要填写", "Something is still to be filled in")
EDITABLE = frozenset({State.DRAFT, State.RETURNED})


@dataclass(frozen=True)
class Given:
    """What comes with a step: words, a reason, a decision, the terms of the licence."""

    note: str = ""
    reason: str = ""
    decision_number: str = ""
    decided_on: date | None = None
    terms: Terms = field(default_factory=lambda: Terms(""))


# ---- writing


def open_application(
    account: Account,
    producer: Producer,
    protection: Protection,
    purpose: Purpose,
    now: datetime,
    licence: Licence | None = None,
) -> Application:
    """A draft; the one that is already open for this producer and protection, if there is one."""
    if not acts_for(account, producer.id, day_of(now)):
        raise NotFound(Text("没有这个生产者，或不由您代办", "No such producer, or you do not act for it"))
    # Taken in turn, so that two clicks at once open one application and not two.
    db.session.scalar(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    known = db.session.scalar(
        select(Application).where(
            Application.producer_id == producer.id,
            Application.protection_id == protection.id,
            Application.open,
        )
    )
    if known is not None:
        return known
    _check_may_open(producer, protection, purpose, licence, day_of(now))
    answers = _prefilled(account, producer, protection, licence)
    application = start_application(producer, protection, purpose, answers, account.id, now, licence)
    _record(account.as_actor(), "opened", application, None)
    return application


def start_application(
    producer: Producer,
    protection: Protection,
    purpose: Purpose,
    answers: dict[str, str],
    account_id: int,
    now: datetime,
    licence: Licence | None = None,
) -> Application:
    """A new draft; whether it may be opened was asked before."""
    track = TRACK_OF_KIND[Kind(protection.kind)]
    year = day_of(now).year
    application = Application(
        number=f"{year}-{next_number(f'application-{year}'):06d}",
        indication_id=protection.indication_id,
        protection_id=protection.id,
        producer_id=producer.id,
        licence_id=licence.id if licence else None,
        purpose=purpose,
        track=track,
        route=route_for(track, producer.adcode),
        adcode=producer.adcode,
        state=State.DRAFT,
        open=True,
        answers=answers,
        step_since=now,
        changed_at=now,
        created_by=account_id,
        created_at=now,
        due_estimated=False,
        demo=producer.demo,
    )
    db.session.add(application)
    db.session.flush()
    return application


def _check_may_open(
    producer: Producer, protection: Protection, purpose: Purpose, licence: Licence | None, day: date
) -> None:
    if (
        protection.status != "in_force"
        or protection.withdrawn_on
        or Kind(protection.kind) not in TRACK_OF_KIND
    ):
        raise RuleBroken(
            Text("这一种保护现在不能在这里申请", "This protection cannot be applied for here now")
        )
    if purpose is Purpose.NEW:
        live = [one for one in licences_of_producer(producer.id) if one.protection_id == protection.id]
        if any(one.state_on(day) in LIVE for one in live):
            raise RuleBroken(
                Text(
                    "已经有这一项的授权，请用变更或续展",
                    "There is a licence already; ask for a change or a renewal",
                )
            )
        return
    if licence is None or licence.state_on(day) is not LicenceState.IN_FORCE:
        raise RuleBroken(
            Text("只有有效的授权可以变更或续展", "Only a licence in force can be changed or renewed")
        )
    if purpose is Purpose.RENEW and not may_renew_on(licence.valid_to, day):
        raise RuleBroken(
            Text("到期前半年起才能申请续展", "A renewal can be asked for in the last half year of its term")
        )


def _prefilled(
    account: Account, producer: Producer, protection: Protection, licence: Licence | None
) -> dict[str, str]:
    """What the register knows already, so that nobody types it again."""
    last = db.session.scalar(
        select(Application.answers)
        .where(Application.producer_id == producer.id, Application.state != State.DRAFT.value)
        .order_by(Application.id.desc())
        .limit(1)
    )
    known = {
        k: v for k, v in (last or {}).items() if k in ("address", "contact", "phone", "lon", "lat", "brand")
    }
    point = producer.point
    fresh = {
        "place": producer.adcode,
        "address": producer.address or "",
        "contact": producer.contact or "",
        "phone": producer.phone or "",
        "lon": f"{point[0]:.6f}" if point else "",
        "lat": f"{point[1]:.6f}" if point else "",
        "goods": licence.goods if licence else "",
    }
    return known | {name: value for name, value in fresh.items() if value}


def save_answers(
    account: Account, application: Application, typed: Mapping[str, str], version_seen: int, now: datetime
) -> None:
    """Keep what was typed, right or not; it is judged when it is handed in."""
    ensure_current(application, version_seen)
    _ensure_writable(account, application, now)
    kept = cleaned(typed, Purpose(application.purpose))
    if kept != application.answers:
        application.answers = kept


def _ensure_writable(account: Account, application: Application, now: datetime) -> None:
    if application.stands not in EDITABLE or not acts_for(account, application.producer_id, day_of(now)):
        raise NotAllowed(
            Text("这份申请现在不能修改", "This application cannot be changed now"),
            next_step=Text("等它退回给您，或者撤回重填", "Wait until it is returned, or withdraw it"),
        )


def add_file(
    account: Account, application: Application, kind: Paper, paper: PaperFile, folder: Path, now: datetime
) -> StoredFile:
    """Keep a document with an application; the same bytes of the same kind are kept once."""
    _ensure_writable(account, application, now)
    if kind not in APPLICANT_PAPERS:
        raise RuleBroken(FILL_IN, {"kind": Text("请选择材料种类", "Choose what it is")})
    for known in files_of(application):
        if (known.digest, known.kind) == (paper.digest, kind.value):
            return known
    return store_file(account, kind, paper, folder, now, application_id=application.id)


def store_file(
    account: Account, kind: Paper, paper: PaperFile, folder: Path, now: datetime, **owner: int
) -> StoredFile:
    keep(folder, paper)
    stored = StoredFile(
        kind=kind.value,
        name=paper.name,
        media_type=paper.media_type,
        size=paper.size,
        digest=paper.digest,
        by_account=account.id,
        at=now,
        **owner,
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def remove_file(account: Account, application: Application, file: StoredFile, now: datetime) -> None:
    """Take a document out of a draft; the row stays, marked as removed."""
    _ensure_writable(account, application, now)
    if file.application_id == application.id and file.removed_on is None and file.visit_id is None:
        file.removed_on = day_of(now)


# ---- steps


def take_step(
    account: Account, application: Application, step: Step, version_seen: int, given: Given, now: datetime
) -> None:
    """The one way from state to state: the table allows it, the person may, what it needs is there."""
    ensure_current(application, version_seen)
    day = day_of(now)
    if step not in steps_open_to(account, application, day):
        raise NotAllowed(
            Text("这份申请现在不能由您这样办理", "You may not do this with this application now"),
            next_step=Text("看一看它走到了哪一步", "Look at where it stands"),
        )
    _check_given(application, step, given, day)
    if step in (Step.SUBMIT, Step.RESUBMIT):
        _hand_in(application, now)
    if step is Step.REFUSE:
        application.refusal, application.refusal_words = given.reason, given.note.strip()
    if step in (Step.APPROVE, Step.PERMIT, Step.REFUSE):
        application.decided_on = given.decided_on or day
        application.decision_number = given.decision_number.strip() or None
    applicant = account.role is Role.PRODUCER
    office = application.producer.name if applicant else account.organisation or account.role.text.zh
    advance(account.as_actor(), account.id, office, application, step, given.note.strip(), now)
    if step is Step.ANNOUNCE:
        _put_into_effect(account, application, given.terms, office, now)
    tell_of_step(application, account, now)


def _check_given(application: Application, step: Step, given: Given, day: date) -> None:
    found: dict[str, Text] = {}
    if step in NEEDS_REASON and not TEXT_SHORTEST <= len(given.note.strip()) <= TEXT_LONGEST:
        found["note"] = Text(
            "请写明理由（至少 6 个字），申请人会看到", "Give the reason; the applicant reads it"
        )
    if len(given.note) > TEXT_LONGEST:
        found["note"] = Text("太长，请精简", "Too long")
    if step is Step.REFUSE and given.reason not in set(RefusalReason):
        found["reason"] = Text("请选择不予核准的原因", "Choose the ground of refusal")
    if step is Step.APPROVE and not given.decision_number.strip():
        found["decision_number"] = Text("请填决定文号", "Enter the number of the decision")
    if given.decided_on and given.decided_on > day:
        found["decided_on"] = Text("不能晚于今天", "Not later than today")
    if found:
        raise RuleBroken(FILL_IN, found)
    if step is Step.AGREE and application.stands is State.COUNTY_CHECK:
        _check_visited(application)
    if step is Step.ANNOUNCE:
        check_terms(given.terms, application.way is Route.HOLDER, day)


def _check_visited(application: Application) -> None:
    """The county passes on only what it has seen, and never a place outside the area."""
    visits = visits_of(application)
    since = application.submitted_at
    seen = [v for v in visits if since is None or v.at >= since] or visits
    if not seen:
        raise RuleBroken(Text("还没有登记现场核查", "No site visit is on record yet"))
    if seen[-1].inside == PlaceFit.OUTSIDE:
        raise RuleBroken(
            Text(
                "核查的地点在产地范围之外，不能同意",
                "The place visited lies outside the area; it cannot be passed on",
            )
        )
    if not seen[-1].agrees:
        raise RuleBroken(
            Text(
                "最近一次现场核查的结论是不相符，不能同意",
                "The last visit found that it does not agree; it cannot be passed on",
            )
        )


def _hand_in(application: Application, now: datetime) -> None:
    """Everything is there, the place is in the area, and the county it goes to is the place's own."""
    purpose, answers = Purpose(application.purpose), application.answers
    kinds = {file.kind for file in files_of(application)}
    found = faults(answers, purpose, application.track, kinds)
    indication = find_indication(application.indication.slug)
    place = answers.get("place", "")
    if place and (find_region(place) is None or not covers_county(place)):
        found["place"] = Text("请选到县或乡镇", "Choose a county or a township")
    elif place and place_is_outside(place, _units(indication), [r.adcode for r in indication.regions]):
        found["place"] = Text(
            "这个地方不在产地范围内，不能申请",
            "This place lies outside the producing area; it cannot be applied for",
        )
    if found:
        raise RuleBroken(FILL_IN, found)
    if county_of(place) != county_of(application.adcode) and application.way is not Route.HOLDER:
        # Another county: it begins at that county's desk, not where it was returned.
        application.returned_from = None
    application.adcode = place
    application.route = route_for(application.track, place)
    application.submitted_at = now


def _units(indication: Indication) -> list[str]:
    return [unit.code for unit in indication.units]


def advance(
    actor: Actor,
    account_id: int | None,
    office: str,
    application: Application,
    step: Step,
    note: str,
    now: datetime,
) -> None:
    """Change the state, note the step, set the next day, append the entry."""
    day, calendar = day_of(now), work_calendar()
    before = application.stands
    move = find_move(before, step, application.way)
    came_from = State(application.returned_from) if application.returned_from else None
    to = destination(move, application.adcode, came_from)
    _note_step(application, step, before, to, account_id, office, note, now)
    if to is State.RETURNED:
        application.returned_from = before
    if to is not before:
        application.step_since = now
        days = DUE_WORKING_DAYS.get(to)
        due = calendar.due_after(day, days) if days else None
        application.step_due_on = due.day if due else None
        application.due_estimated = bool(due and due.estimated)
    application.changed_at = now
    # Stored even where nothing differs: a visit leaves the state alone and still makes other pages stale.
    flag_modified(application, "changed_at")
    application.state = to
    application.open = to not in FINAL
    keep_reason(actor, application)
    _record(actor, "moved", application, before, step, note)


def _note_step(
    application: Application,
    step: Step,
    before: State,
    to: State,
    account_id: int | None,
    office: str,
    note: str,
    now: datetime,
) -> None:
    taken = work_calendar().between(day_of(application.step_since), day_of(now))
    number = db.session.scalar(select(func.count()).where(ApplicationStep.application_id == application.id))
    db.session.add(
        ApplicationStep(
            application_id=application.id,
            n=number + 1,
            step=step,
            from_state=before,
            to_state=to,
            by_account=account_id,
            office=office,
            at=now,
            note=note or None,
            due_on=application.step_due_on,
            working_days_taken=taken,
        )
    )
    db.session.flush()


def _put_into_effect(
    account: Account, application: Application, terms: Terms, office: str, now: datetime
) -> None:
    """What was announced becomes a licence, or changes one; a first day that has come begins at once."""
    day, purpose = day_of(now), Purpose(application.purpose)
    if purpose is Purpose.NEW:
        licence = issue_licence(account.as_actor(), application, terms, office, day, now)
        application.licence_id = licence.id
        enrol_licensee(account.as_actor(), licence)
    else:
        licence = application.licence
        amend_licence(account.as_actor(), licence, purpose, terms, day, now)
    if licence.valid_from <= day:
        advance(PORTAL, None, "portal", application, Step.BEGIN, "", now)


def begin(application: Application, now: datetime) -> None:
    """The first day of the licence has come."""
    advance(PORTAL, None, "portal", application, Step.BEGIN, "", now)
    tell_of_step(application, None, now)


# ---- the visit


@dataclass(frozen=True)
class Visit:
    on: date | None
    officers: tuple[str, ...]
    lon: str
    lat: str
    findings: str
    agrees: bool


def record_visit(
    account: Account,
    application: Application,
    visit: Visit,
    photographs: list[PaperFile],
    folder: Path,
    version_seen: int,
    now: datetime,
) -> SiteVisit:
    """Two officers went; where they stood is held against the producing area by the portal itself."""
    ensure_current(application, version_seen)
    if Step.VISIT not in steps_open_to(account, application, day_of(now)):
        raise NotAllowed(Text("这份申请现在不能登记现场核查", "No site visit can be recorded now"))
    point = _check_visit(application, visit, photographs, day_of(now))
    indication = find_indication(application.indication.slug)
    answer = point_answer(indication, *point)
    if answer.inside is PlaceFit.UNKNOWN:
        # Without an outline the division that the officers confirm is the best there is.
        answer = type(answer)(division_fit(indication, application.adcode), None, "codes")
    stored = SiteVisit(
        application_id=application.id,
        on=visit.on,
        officers=list(visit.officers),
        lon=round(point[0] * MICRO),
        lat=round(point[1] * MICRO),
        inside=answer.inside,
        distance_m=answer.distance_m,
        basis=answer.basis,
        findings=visit.findings.strip(),
        agrees=visit.agrees,
        by_account=account.id,
        at=now,
    )
    db.session.add(stored)
    db.session.flush()
    for paper in photographs:
        store_file(
            account, Paper.PHOTOGRAPH, paper, folder, now, application_id=application.id, visit_id=stored.id
        )
    office = account.organisation or account.role.text.zh
    advance(account.as_actor(), account.id, office, application, Step.VISIT, "", now)
    return stored


def _check_visit(
    application: Application, visit: Visit, photographs: list[PaperFile], day: date
) -> tuple[float, float]:
    found: dict[str, Text] = {}
    if visit.on is None or visit.on > day:
        found["on"] = Text("请填核查日期，不晚于今天", "Enter the day of the visit, not later than today")
    if len(visit.officers) < 2:
        found["officers"] = Text("现场核查至少两人，每行一名", "At least two officers, one a line")
    if not TEXT_SHORTEST <= len(visit.findings.strip()) <= TEXT_LONGEST:
        found["findings"] = Text("请写明看到的情况", "Say what was found")
    if not photographs:
        found["file"] = Text("请附现场照片", "Add a photograph of the site")
    point = read_point({"lon": visit.lon, "lat": visit.lat})
    if not isinstance(point, tuple):
        found["lon"] = point or Text("请填现场的经纬度", "Enter longitude and latitude of the site")
    if found:
        raise RuleBroken(FILL_IN, found)
    return point


def _record(
    actor: Actor,
    verb: str,
    application: Application,
    before: State | None,
    step: Step | None = None,
    note: str = "",
) -> None:
    """Applications are not public until announced; words that were exchanged are sealed."""
    changes = {"state": {"from": before.value if before else None, "to": application.state}}
    if step:
        changes["step"] = {"from": None, "to": step.value}
    record(
        actor,
        verb,
        application.subject,
        {name: {k: _word(v) for k, v in change.items()} for name, change in changes.items()},
        public=False,
        sealed={"note": note} if note else None,
    )


def _word(value: object) -> object:
    return value.value if isinstance(value, State | Step) else value
