"""Applications and licences in words: where one stands, who acts next, by which day, what went before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.authorisation import words
from portal.authorisation.answers import questions_for
from portal.authorisation.models import Application, ApplicationStep, Licence
from portal.authorisation.notices import ROLE_OFFICES, office_names
from portal.authorisation.rules import (
    ACTING,
    FINAL,
    LicenceState,
    Purpose,
    Route,
    State,
    Step,
    Track,
    stations,
)
from portal.lib.clock import day_of
from portal.lib.text import Text, day_text
from portal.regions.models import Region
from portal.regions.queries import regions_by_code
from portal.regions.rules import line_of


@dataclass(frozen=True)
class Standing:
    """The answer on top of a page."""

    text: Text
    tone: str
    detail: Text | None


def standing(application: Application, today: date) -> Standing:
    state = application.stands
    name = words.STATE_NAMES[state]
    tone = words.tone_of(state)
    due = application.step_due_on
    if due is None or state in FINAL or state is State.DRAFT:
        return Standing(name, tone, _who(application))
    about = Text("约 ", "about ") if application.due_estimated else Text("", "")
    if due < today:
        late = Text(
            "{who}应在{about}{day}前办理，已超期", "{who} should have acted by {about}{day}; it is late"
        )
        detail = late.format(who=office_names(application), about=about, day=day_text(due))
        return Standing(name, "watch", detail)
    said = Text("由{who}在{about}{day}前办理", "{who} is to act by {about}{day}")
    return Standing(name, tone, said.format(who=office_names(application), about=about, day=day_text(due)))


def _who(application: Application) -> Text | None:
    if application.stands is State.DRAFT:
        return Text("只有您看得到，还没有提交", "Only you can see it; not handed in yet")
    if application.stands not in ACTING:
        return None
    return Text("由{who}办理", "With {who}").format(who=office_names(application))


def progress(application: Application, taken: Sequence[ApplicationStep]) -> list[dict[str, object]]:
    """The stations of the list of steps, with who passed each and when."""
    line = stations(application.way, application.adcode)
    here = _place(application, line, taken)
    return [_station(application, state, number, here, taken) for number, state in enumerate(line)]


def _place(application: Application, line: Sequence[State], taken: Sequence[ApplicationStep]) -> int:
    """The number of the station where it is, or where it was stopped; -1 before the first."""
    state = application.stands
    if state in line:
        return line.index(state)
    if state is State.RETURNED and application.returned_from:
        return line.index(State(application.returned_from))
    stopped = State(taken[-1].from_state) if taken else State.DRAFT
    return line.index(stopped) if stopped in line else -1


def _station(
    application: Application, state: State, number: int, here: int, taken: Sequence[ApplicationStep]
) -> dict[str, object]:
    ended = application.stands in (State.REFUSED, State.WITHDRAWN)
    passed = [s for s in taken if s.from_state == state and s.to_state != state]
    item: dict[str, object] = {"text": words.STATION_NAMES[state], "state": "todo", "who": None, "on": None}
    returned = application.stands is State.RETURNED
    if number < here or application.stands is State.IN_FORCE:
        item["state"] = "done"
    elif number == here:
        item["state"] = "failed" if ended else "current"
    if item["state"] in ("done", "failed") and passed:
        last = passed[-1]
        item |= {"who": _office(last.office), "on": day_text(day_of(last.at)), "note": _took(last)}
    elif item["state"] == "current" and application.stands in ACTING:
        item["who"] = RETURNED_TO if returned else who_acts(state)
        if application.step_due_on:
            item["due"] = Text("应在{day}前", "by {day}").format(day=day_text(application.step_due_on))
    elif item["state"] == "todo":
        item["who"] = who_acts(state)
    return item


RETURNED_TO = Text("已退回申请人补正", "returned to the applicant")


def who_acts(state: State) -> Text | None:
    """By level. The national office acts outside the portal; the province enters what it decides."""
    if state is State.NATIONAL_DECISION:
        return Text("国家知识产权局，由省级登记结果", "the national office; the province enters the result")
    return ROLE_OFFICES.get(ACTING.get(state))


def _office(name: str) -> Text:
    return Text("登记簿", "the register") if name == "portal" else Text(name, name)


def _took(step: ApplicationStep) -> Text | None:
    if step.working_days_taken is None or step.from_state == State.DRAFT:
        return None
    days = step.working_days_taken
    if days == 0:
        return Text("当天办完", "the same day")
    return Text("用了 {n} 个工作日", "{n} [n:working day|working days]").format(n=days)


@dataclass(frozen=True)
class Event:
    on: datetime
    text: Text
    who: Text
    note: str | None
    authority: bool


DECISIONS = frozenset({Step.APPROVE, Step.REFUSE, Step.PERMIT, Step.ANNOUNCE})


def history(taken: Sequence[ApplicationStep]) -> list[Event]:
    return [
        Event(s.at, words.STEP_DONE[Step(s.step)], _office(s.office), s.note, Step(s.step) in DECISIONS)
        for s in reversed(taken)
    ]


def answers_in_words(application: Application, private: bool) -> list[tuple[Text, str | Text | None]]:
    """Question and answer; the private ones only for those who may read them."""
    place = application.answers.get("place")
    names = regions_by_code(line_of(place)) if place else {}
    rows = []
    for question in questions_for(Purpose(application.purpose)):
        if question.private and not private:
            continue
        value = application.answers.get(question.name)
        rows.append(
            (question.label, place_text(place, names) if question.name == "place" and place else value)
        )
    return rows


def place_text(adcode: str, names: Mapping[str, Region]) -> Text:
    line = [names[code] for code in line_of(adcode)[1:] if code in names]
    if not line:
        return Text(adcode, adcode)
    return Text("".join(r.name_zh for r in line), ", ".join(r.name_en for r in reversed(line)))


def places_of(adcodes: Sequence[str]) -> dict[str, Text]:
    """Prefecture, county and township of many codes, in one query."""
    names = regions_by_code({code for adcode in adcodes for code in line_of(adcode)})
    return {adcode: place_text(adcode, names) for adcode in adcodes}


def licence_standing(licence: Licence, day: date) -> Standing:
    """Authorised, since when and until when; or why not."""
    state = licence.state_on(day)
    return Standing(state.text, state.tone, term_text(licence))


def term_text(licence: Licence) -> Text:
    if licence.valid_to is None:
        return Text("自{day}起", "since {day}").format(day=day_text(licence.valid_from))
    said = Text("{first}至{last}", "{first} to {last}")
    return said.format(first=day_text(licence.valid_from), last=day_text(licence.valid_to))


def public_name(licence: Licence) -> Text | None:
    """The name of a firm, or of a person who agreed to it; None where it is not public."""
    name = licence.producer.name
    return Text(name, name) if licence.producer.name_public else None


def gi_name(of: Application | Licence) -> Text:
    return Text(of.indication.name_zh, of.indication.name_en)


def track_name(of: Application | Licence) -> Text:
    return words.TRACK_NAMES[Track(of.track)]


def route_name(application: Application) -> Text:
    return words.ROUTE_NAMES[Route(application.route)]


def licence_seal(licence: Licence, day: date) -> tuple[str, Text]:
    state = licence.state_on(day)
    return state.tone, state.text


def spell_events(licence: Licence) -> list[dict[str, object]]:
    """The history of a licence for the timeline; the reason only where the producer is public."""
    open_ = licence.producer.name_public
    return [
        {
            "on": day_text(spell.from_on),
            "text": LicenceState(spell.state).text,
            "detail": spell_detail(spell, open_),
            "authority": spell.state == LicenceState.REVOKED.value,
        }
        for spell in reversed(licence.spells)
    ]


def spell_detail(spell: object, with_reason: bool) -> str | None:
    said = [spell.reason if with_reason else None, spell.decision]
    return " · ".join(part for part in said if part) or None
