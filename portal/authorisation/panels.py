"""What licences add to the pages of rooms below: the users on a GI's page, the roster's question, trays."""

from dataclasses import dataclass

from portal.accounts.models import Account
from portal.accounts.rules import OFFICIALS, Role
from portal.authorisation import clocks, present, words  # noqa: F401 - the clocks are known by being read
from portal.authorisation.models import Licence
from portal.authorisation.naming import names_for_log
from portal.authorisation.queries import (
    authorised_pairs,
    count,
    files_of,
    get_application_for,
    licences_of_producer,
    waiting_for,
)
from portal.authorisation.rules import LicenceState, Paper
from portal.authorisation.users import count_by_status, count_users, newest_users
from portal.authorisation.watches import names_of, tasks_for
from portal.catalogue.models import Indication
from portal.catalogue.panels import add_panel
from portal.db import db
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.papers.binders import Binder, add_binder, sheets_of
from portal.producers.models import Producer
from portal.producers.panels import add_panel as add_producer_panel
from portal.producers.standing import provide_authorised
from portal.register.words import name_subjects

SHOWN = 5
NEWEST = 6


@dataclass(frozen=True)
class UsersPanel:
    slug: str
    users: int
    counts: dict[LicenceState, int]
    newest: list[Licence]
    can_apply: bool


def users_panel(indication: Indication) -> UsersPanel | None:
    """Always there for a protected GI: that nobody is on record is an answer too."""
    counts = count_by_status(indication.id, today())
    can_apply = indication.status == "in_force" and indication.withdrawn_on is None
    if not can_apply and not sum(counts.values()):
        return None
    newest = newest_users(indication.id, today(), NEWEST) if counts[LicenceState.IN_FORCE] else []
    return UsersPanel(indication.slug, count_users(indication.id, today()), counts, newest, can_apply)


@dataclass(frozen=True)
class ProducerLicence:
    """One line on a producer's public page."""

    slug: str
    gi: Text
    track: Text
    number: str
    goods: str
    tone: str
    state: Text
    term: Text


def producer_panel(producer: Producer) -> list[ProducerLicence]:
    lines = []
    for one in licences_of_producer(producer.id):
        tone, state = present.licence_seal(one, today())
        gi, track, term = present.gi_name(one), present.track_name(one), present.term_text(one)
        slug = one.indication.slug
        lines.append(ProducerLicence(slug, gi, track, one.number, one.goods, tone, state, term))
    return lines


def applications_tray(account: Account) -> Tray | None:
    if account.role not in OFFICIALS:
        return None
    query = waiting_for(account, today())
    rows = list(db.session.scalars(query.limit(SHOWN)))
    items = [
        Item(
            Text("{gi}：{who}", "{gi}: {who}").format(gi=present.gi_name(one), who=one.producer.name),
            f"/office/applications/{one.number}",
            Text("{state} · {number}", "{state} · {number}").format(
                state=words.STATE_NAMES[one.stands], number=one.number
            ),
            one.step_due_on,
        )
        for one in rows
    ]
    due = min((item.due for item in items if item.due), default=None)
    return Tray(
        Text("待办的用标申请", "Applications to deal with"),
        count(query),
        items,
        "/office/applications/?view=mine",
        due,
    )


def watches_tray(account: Account) -> Tray | None:
    if account.role not in OFFICIALS:
        return None
    query = tasks_for(account)
    rows = list(db.session.scalars(query.limit(SHOWN)))
    about = names_of(rows)
    items = [Item(about[one.id], "/office/watches/", words.WATCH_NAMES[one.kind], one.due_on) for one in rows]
    return Tray(Text("期限提醒", "Reminders"), count(query), items, "/office/watches/")


_FILES_AT = {Role.PRODUCER: "/workbench/applications", Role.HOLDER: "/workbench/decisions"}


def application_binder(viewer: Account, number: str) -> Binder:
    application = get_application_for(viewer, number, today())
    url = f"{_FILES_AT.get(viewer.role, '/office/applications')}/{application.number}"
    title = Text(f"申请 {application.number}", f"Application {application.number}")
    files = sheets_of(files_of(application), "/documents/{}", lambda one: words.PAPER_NAMES[Paper(one.kind)])
    return Binder(title, url, files)


add_panel(
    "users", 60, users_panel, "authorisation/gi_panel.html", Text("谁可以用这个标志", "Who may use the mark")
)
add_producer_panel("licences", 10, producer_panel, "authorisation/producer_panel.html")
add_tray("applications", 20, applications_tray)
add_tray("watches", 60, watches_tray)
provide_authorised(authorised_pairs)
name_subjects("licence", names_for_log)
add_binder("application", application_binder)
