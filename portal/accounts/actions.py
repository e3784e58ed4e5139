"""What is done with accounts: made, amended, ended, helped. Every change is an entry that is not public."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from portal.accounts import words  # noqa: F401 - gives the entries written here their words
from portal.accounts.credentials import check_new_password, clear_second_factor
from portal.accounts.models import Account, Notice
from portal.accounts.rules import NATION, Role, is_adcode, may_administer, role_fits_region
from portal.accounts.secrets import hash_password
from portal.accounts.sign_in import end_sessions, forget_attempts
from portal.accounts.sign_in_rules import NAME_LONGEST, ORGANISATION_LONGEST, is_email, normalise_email
from portal.accounts.tokens import end_tokens
from portal.db import db, ensure_current
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.regions.queries import find_region
from portal.register.actions import Actor, record
from portal.register.rules import changed


@dataclass(frozen=True)
class Person:
    """What an administrator says of somebody."""

    name: str
    role: Role
    region: str | None
    organisation: str | None = None

    def as_entry(self) -> dict[str, object]:
        return {"role": self.role.value, "region": self.region, "organisation": self.organisation or None}


def add_account(
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    region: str | None,
    password: str,
    now: datetime,
    organisation: str = "",
    language: str = "zh",
    demo: bool = False,
) -> Account:
    """A new account that can sign in at once."""
    email = normalise_email(email)
    person = Person(name.strip(), role, region, organisation.strip() or None)
    check_person(person, email)
    check_new_password(password, email, person.name)
    return open_account(actor, "created", email, person, hash_password(password), language, now, demo)


def check_person(person: Person, email: str) -> None:
    faults = person_faults(person)
    if not is_email(email):
        faults["email"] = Text("请填写完整的邮箱地址", "Give a full e-mail address")
    elif db.session.scalar(select(Account.id).where(Account.email == email)):
        faults["email"] = HAS_ACCOUNT
    if faults:
        raise RuleBroken(NOT_STORED, faults)


HAS_ACCOUNT = Text("这个邮箱已经有账号", "This address already has an account")
NOT_STORED = Text("账号没有保存", "The account was not stored")


def person_faults(person: Person) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not 1 <= len(person.name) <= NAME_LONGEST:
        faults["name"] = Text("请填写姓名", "Give a name")
    if len(person.organisation or "") > ORGANISATION_LONGEST:
        faults["organisation"] = Text("单位名称太长", "The name of the organisation is too long")
    if person.region is not None and not is_adcode(person.region):
        faults["region"] = Text("不是行政区划代码", "Not a division code")
    elif person.region not in (None, NATION) and find_region(person.region) is None:
        faults["region"] = Text("没有这个行政区划", "There is no such division")
    elif person.region is not None and not role_fits_region(person.role, person.region):
        faults["region"] = Text("这个身份要选同一级的地区", "This role belongs to a region of its own level")
    return faults


def open_account(
    actor: Actor | None,
    verb: str,
    email: str,
    person: Person,
    password_hash: str,
    language: str,
    now: datetime,
    demo: bool = False,
) -> Account:
    """Store an account and its entry; without an actor it is the person's own doing."""
    account = Account(
        email=email, name=person.name, role=person.role, region=person.region,
        organisation=person.organisation, password_hash=password_hash, language=language,
        created_at=now, demo=demo, totp_last_step=0, failed_attempts=0,
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    changes = changed({}, {name: value for name, value in person.as_entry().items() if value is not None})
    sealed = {"email": email, "name": person.name}
    record(actor or account.as_actor(), verb, account.subject, changes, public=False, sealed=sealed)
    return account


# ---- administration: the account was fetched through the administrator's scope (queries.get_account_for)


def amend_account(admin: Account, account: Account, person: Person, version_seen: int, now: datetime) -> None:
    """Change name, role, region or organisation. The new region must be the administrator's as well."""
    _check_may_change(admin, account)
    ensure_current(account, version_seen)
    faults = person_faults(person)
    if not may_administer(admin.region, person.region):
        faults["region"] = Text("不在您管理的地区之内", "Outside the region you administer")
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    before = Person(account.name, account.role, account.region, account.organisation)
    if before == person:
        return
    account.name, account.role, account.region = person.name, person.role, person.region
    account.organisation = person.organisation
    changes = changed(before.as_entry(), person.as_entry())
    sealed = {"name": {"from": before.name, "to": person.name}} if before.name != person.name else None
    record(admin.as_actor(), "amended", account.subject, changes, public=False, sealed=sealed)
    if changes:
        notify(account.id, AMENDED, "/account/", now)


AMENDED = Text(
    "管理员更改了您的身份、地区或单位", "An administrator changed your role, region or organisation"
)


def end_account(admin: Account, account: Account, version_seen: int, today: date, now: datetime) -> None:
    """Close an account: nobody signs in with it any more. Sent twice it stays as it is."""
    _check_may_change(admin, account)
    if account.ended_on is not None:
        return
    ensure_current(account, version_seen)
    account.ended_on = today
    end_sessions(account, now)
    end_tokens(account, now)
    changes = {"ended_on": {"from": None, "to": today.isoformat()}}
    record(admin.as_actor(), "ended", account.subject, changes, public=False)


def reactivate_account(admin: Account, account: Account, version_seen: int) -> None:
    _check_may_change(admin, account)
    if account.ended_on is None:
        return
    ensure_current(account, version_seen)
    changes = {"ended_on": {"from": account.ended_on.isoformat(), "to": None}}
    account.ended_on = None
    record(admin.as_actor(), "reactivated", account.subject, changes, public=False)


def unlock_account(admin: Account, account: Account) -> None:
    """Let somebody try again at once. Not needed twice, not harmful twice."""
    _check_may_change(admin, account)
    if account.locked_until is None:
        return
    forget_attempts(account)
    record(admin.as_actor(), "unlocked", account.subject, {}, public=False)


def reset_second_factor(admin: Account, account: Account, version_seen: int, now: datetime) -> None:
    """For somebody who lost telephone and codes: they sign in by password and set it up anew."""
    _check_may_change(admin, account)
    if not account.has_second_factor:
        return
    ensure_current(account, version_seen)
    clear_second_factor(account, now)
    end_sessions(account, now)
    changes = {"second_factor": {"from": "on", "to": "off"}}
    record(admin.as_actor(), "second_factor_removed", account.subject, changes, public=False)
    notify(account.id, FACTOR_RESET, "/account/second-factor/set-up", now)


FACTOR_RESET = Text(
    "管理员撤除了您的两步验证，请重新设置", "An administrator removed your second factor; set it up again"
)


def _check_may_change(admin: Account, account: Account) -> None:
    if admin.id == account.id:
        raise NotAllowed(
            Text("不能更改自己的账号", "You cannot change your own account here"),
            next_step=Text("请上级地区的管理员办理", "Ask the administrator of a higher region"),
        )
    if admin.role is not Role.ADMIN or not may_administer(admin.region, account.region):
        raise NotAllowed(Text("这个账号不归您管理", "This account is not yours to administer"))


# ---- notices


def notify(account_id: int, text: Text, address: str | None, now: datetime) -> None:
    """Leave a message for somebody in the portal; `address` is a path of ours where they can look."""
    db.session.add(
        Notice(account_id=account_id, created_at=now, text_zh=text.zh, text_en=text.en, address=address)
    )


def mark_read(account: Account, now: datetime, number: int | None = None) -> None:
    """Mark one notice as read, or all of them."""
    which = Notice.id == number if number is not None else Notice.read_at.is_(None)
    db.session.execute(
        update(Notice)
        .where(Notice.account_id == account.id, Notice.read_at.is_(None), which)
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def choose_language(account: Account, language: str) -> None:
    """The language of letters; the pages follow the browser and the switch."""
    if language in ("zh", "en") and language != account.language:
        changes = {"language": {"from": account.language, "to": language}}
        account.language = language
        record(account.as_actor(), "amended", account.subject, changes, public=False)
