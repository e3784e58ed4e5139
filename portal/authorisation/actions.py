"""Everything that moves an application: handed in, checked, decided, announced, begun."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation.answers import faults
from portal.authorisation.entries import record_application
from portal.authorisation.licence_actions import Terms, amend_licence, check_terms, issue_licence
from portal.authorisation.models import Application, ApplicationStep
from portal.authorisation.notices import tell_of_step
from portal.authorisation.queries import files_of, route_for, steps_open_to, visits_of, work_calendar
from portal.authorisation.roster import enrol_licensee, keep_reason
from portal.authorisation.rules import (
    DUE_WORKING_DAYS,
    FINAL,
    NEEDS_REASON,
    TEXT_LONGEST,
    TEXT_SHORTEST,
    Purpose,
    RefusalReason,
    Route,
    State,
    Step,
    destination,
    find_move,
)
from portal.catalogue.models import Indication
from portal.catalogue.queries import find_indication
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken, refuse
from portal.lib.text import Text
from portal.producers.actions import covers_county, place_is_outside
from portal.producers.rules import PlaceFit
from portal.regions.queries import find_region
from portal.regions.rules import county_of
from portal.register.actions import PORTAL, Actor


@dataclass(frozen=True)
class Given:
    """What comes with a step: words, a reason, a decision, the terms of the licence."""

    note: str = ""
    reason: str = ""
    decision_number: str = ""
    decided_on: date | None = None
    terms: Terms = field(default_factory=lambda: Terms(""))


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
    refuse(found)
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
    refuse(found)
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
    record_application(actor, "moved", application, before, step, note)


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
