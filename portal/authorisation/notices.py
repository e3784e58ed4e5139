"""Who is told what: a message in the portal, and a letter to those who must act or who wait."""

from datetime import date, datetime

from flask import current_app

from portal import mail
from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation import words
from portal.authorisation.models import Application, Licence
from portal.authorisation.people import officials_of, people_of_producer, people_of_protection
from portal.authorisation.rules import ACTING, State
from portal.lib.clock import day_of
from portal.lib.text import Text
from portal.regions.rules import line_of

SUBJECT = Text("申请 {number}：{state}", "Application {number}: {state}")
YOURS = Text("申请 {number}（{gi}）：{state}。{next}", "Application {number} ({gi}): {state}. {next}")
TO_DO = Text(
    "申请 {number}（{gi}）在等您办理：{state}。{due}",
    "Application {number} ({gi}) waits for you: {state}. {due}",
)
DUE = Text("请在{day}前办理", "Please act by {day}")
LOOK = Text("详情：{url}", "See {url}")
LICENCE = Text("授权 {number}（{gi}）：{state}。{reason}", "Licence {number} ({gi}): {state}. {reason}")
LICENCE_SUBJECT = Text("授权 {number}：{state}", "Licence {number}: {state}")
EMPTY = Text("", "")


def name_of(application: Application | Licence) -> Text:
    return Text(application.indication.name_zh, application.indication.name_en)


def office_names(application: Application) -> Text:
    """Who acts next, by level: the county's, the city's, the province's office, or the holder."""
    role = ACTING.get(application.stands)
    return ROLE_OFFICES.get(role, EMPTY)


ROLE_OFFICES = {
    Role.PRODUCER: Text("申请人", "the applicant"),
    Role.HOLDER: Text("商标权利人", "the holder of the mark"),
    Role.COUNTY: Text("县级知识产权管理部门", "the county's IP office"),
    Role.CITY: Text("市级知识产权管理部门", "the city's IP office"),
    Role.PROVINCE: Text("省级知识产权管理部门", "the province's IP office"),
}


def actors_of(application: Application, day: date) -> list[Account]:
    """The people whose turn it is."""
    role = ACTING.get(application.stands)
    if role is Role.HOLDER:
        return people_of_protection(application.protection_id, day)
    if role in (Role.COUNTY, Role.CITY, Role.PROVINCE):
        return officials_of(role, line_of(application.adcode[:6]))
    return []


def tell_of_step(application: Application, account: Account | None, now: datetime) -> None:
    """After a step: the applicant hears where it stands, those who act next that it is theirs."""
    state = words.STATE_NAMES[application.stands]
    day = day_of(now)
    values = {"number": application.number, "gi": name_of(application), "state": state}
    for person in people_of_producer(application.producer_id, day):
        if account is None or person.id != account.id:
            said = YOURS.format(**values, next=_next(application))
            _tell(
                person, SUBJECT.format(**values), said, f"/workbench/applications/{application.number}", now
            )
    for person in actors_of(application, day):
        address = "/workbench/decisions/" if person.role is Role.HOLDER else "/office/applications/"
        said = TO_DO.format(**values, due=_due(application))
        _tell(person, SUBJECT.format(**values), said, address + application.number, now)


def tell_licensee(licence: Licence, state: Text, reason: Text, now: datetime) -> None:
    values = {"number": licence.number, "gi": name_of(licence), "state": state}
    for person in people_of_producer(licence.producer_id, day_of(now)):
        said = LICENCE.format(**values, reason=reason)
        _tell(person, LICENCE_SUBJECT.format(**values), said, f"/workbench/licences/{licence.number}", now)


def _next(application: Application) -> Text:
    if application.stands is State.RETURNED:
        return Text("请补正后重新提交", "Please complete it and submit again")
    if application.stands not in ACTING:
        return EMPTY
    return Text("下一步由{who}办理", "Next: {who}").format(who=office_names(application))


def _due(application: Application) -> Text:
    if application.step_due_on is None:
        return EMPTY
    return DUE.format(day=application.step_due_on)


def _tell(person: Account, subject: Text, said: Text, path: str, now: datetime) -> None:
    notify(person.id, said, path, now)
    url = current_app.config["SETTINGS"].base_url + path
    body = Text(f"{said.zh}\n\n{LOOK.zh.format(url=url)}\n", f"{said.en}\n\n{LOOK.en.format(url=url)}\n")
    mail.send(person.email, subject, body, person.language)
