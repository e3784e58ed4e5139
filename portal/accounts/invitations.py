"""Letters that let somebody open an account.

An administrator must not learn from an invitation whether an address has an account in another region:
so the invitation is stored and shown in any case, and only the letter differs.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update

from portal.accounts.actions import HAS_ACCOUNT, Person, open_account, person_faults
from portal.accounts.credentials import LINK_OVER, LINK_OVER_NEXT, check_new_password
from portal.accounts.models import Account, Invitation
from portal.accounts.rules import Role, may_administer
from portal.accounts.secrets import digest, hash_password, new_key
from portal.accounts.sign_in_rules import INVITATION_VALID, is_email, normalise_email
from portal.db import db
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.mail import send
from portal.register.actions import record
from portal.register.rules import changed

NOT_SENT = Text("邀请没有发出", "The invitation was not sent")


def invite(
    admin: Account,
    email: str,
    person: Person,
    language: str,
    address_of: Callable[[str], str],
    now: datetime,
) -> Invitation:
    """Invite somebody. Sent twice it is one letter; another one for the same address replaces it."""
    email = normalise_email(email)
    known = _known(email)
    _check_invitation(admin, email, person, known)
    waiting = _waiting(admin, email, now)
    for old in waiting:
        if _person_of(old) == person and old.language == language:
            return old
    for old in waiting:
        withdraw_invitation(admin, old, now)
    key = new_key()
    invitation = Invitation(
        email=email, name=person.name, role=person.role, region=person.region,
        organisation=person.organisation, language=language, invited_by=admin.id, hash=digest(key),
        created_at=now, expires_at=now + INVITATION_VALID,
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    changes = changed({}, {name: value for name, value in person.as_entry().items() if value is not None})
    sealed = {"email": email, "name": person.name}
    record(admin.as_actor(), "invited", _subject(invitation), changes, public=False, sealed=sealed)
    _send_letter(admin, invitation, known, address_of(key))
    return invitation


def _check_invitation(admin: Account, email: str, person: Person, known: Account | None) -> None:
    faults = person_faults(person) | _address_faults(admin, email, known)
    if admin.role is not Role.ADMIN or not person.region or not may_administer(admin.region, person.region):
        faults["region"] = Text("不在您管理的地区之内", "Outside the region you administer")
    if faults:
        raise RuleBroken(NOT_SENT, faults)


def check_address(admin: Account, email: str) -> None:
    """That somebody could be invited under this address."""
    email = normalise_email(email)
    faults = _address_faults(admin, email, _known(email))
    if faults:
        raise RuleBroken(NOT_SENT, faults)


def _address_faults(admin: Account, email: str, known: Account | None) -> dict[str, Text]:
    if not is_email(email):
        return {"email": Text("请填写完整的邮箱地址", "Give a full e-mail address")}
    if known is not None and may_administer(admin.region, known.region):
        return {"email": HAS_ACCOUNT}
    return {}


def _known(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == email))


def _waiting(admin: Account, email: str, now: datetime) -> list[Invitation]:
    query = select(Invitation).where(
        Invitation.email == email,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    return [one for one in db.session.scalars(query) if may_administer(admin.region, one.region)]


def _person_of(invitation: Invitation) -> Person:
    return Person(invitation.name, invitation.role, invitation.region, invitation.organisation)


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.id}"


def _send_letter(admin: Account, invitation: Invitation, known: Account | None, address: str) -> None:
    values = {"name": invitation.name, "by": admin.organisation or admin.role.text, "address": address}
    if known is None:
        send(invitation.email, SUBJECT, BODY.format(**values), invitation.language)
    else:
        send(invitation.email, SUBJECT, BODY_FOR_KNOWN.format(**values), known.language)


SUBJECT = Text("邀请您使用地理标志登记簿", "An invitation to the GI Register")
BODY = Text(
    "{name}，您好：\n\n{by}邀请您开通账号。请在七天内打开下面的地址，设置您的密码。地址只能用一次。\n\n{address}\n",
    "Dear {name},\n\n{by} invites you to open an account. Open this address within seven days and choose "
    "your password. It works once.\n\n{address}\n",
)
BODY_FOR_KNOWN = Text(
    "{name}，您好：\n\n{by}邀请您开通账号，但这个邮箱已经有一个。若要换到新的地区，请联系您现在所在地区的管理员；"
    "若要两个账号并用，请给对方另一个邮箱。\n",
    "Dear {name},\n\n{by} invites you to open an account, but this address has one already. To move to "
    "another region ask the administrator of your present one; to have both, give them another address.\n",
)


def withdraw_invitation(admin: Account, invitation: Invitation, now: datetime) -> None:
    if invitation.used_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = now
        record(admin.as_actor(), "withdrawn", _subject(invitation), {}, public=False)


def accept_invitation(invitation: Invitation, password: str, now: datetime) -> Account:
    """Open the account the letter was for. The inviter must still be the one to ask for it."""
    check_new_password(password, invitation.email, invitation.name)
    _use_once(invitation, now)
    inviter = db.session.get(Account, invitation.invited_by)
    known = db.session.scalar(select(Account.id).where(Account.email == invitation.email))
    if known or not inviter.is_active or not may_administer(inviter.region, invitation.region):
        raise RuleBroken(LINK_OVER, next_step=LINK_OVER_NEXT)
    account = open_account(
        None, "joined", invitation.email, _person_of(invitation), hash_password(password),
        invitation.language, now,
    )  # fmt: skip
    invitation.account_id = account.id
    return account


def _use_once(invitation: Invitation, now: datetime) -> None:
    used = db.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:
        raise RuleBroken(LINK_OVER, next_step=LINK_OVER_NEXT)
