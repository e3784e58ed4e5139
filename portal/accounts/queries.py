"""Everything that reads people. What an administrator asks for is looked for in their region only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import contains_eager, raiseload

from portal.accounts.models import (
    AccessToken,
    Account,
    Invitation,
    Notice,
    OutgoingMail,
    RecoveryCode,
    ResetLink,
    SignInSession,
)
from portal.accounts.rules import (
    NATION,
    AccountState,
    Role,
    is_adcode,
    scope_prefix,
    token_is_over,
)
from portal.accounts.secrets import digest
from portal.accounts.sign_in_rules import SESSION_IDLE, SESSION_LONGEST, normalise_email, session_is_over
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.register.models import Entry

# ---- signing in


def find_account(number: int) -> Account | None:
    return db.session.get(Account, number)


def find_account_by_email(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == normalise_email(email)))


def find_session(token: str, now: datetime) -> SignInSession | None:
    """The living session of a cookie with its account, in one query."""
    row = db.session.scalar(
        select(SignInSession)
        .join(SignInSession.account)
        .options(contains_eager(SignInSession.account))
        .where(SignInSession.hash == digest(token), SignInSession.ended_at.is_(None))
    )
    return None if row is None or session_is_over(row.created_at, row.last_seen_at, now) else row


def find_token(token: str, today: date) -> AccessToken | None:
    row = db.session.scalar(
        select(AccessToken)
        .join(AccessToken.account)
        .options(contains_eager(AccessToken.account))
        .where(AccessToken.hash == digest(token), AccessToken.ended_at.is_(None))
    )
    return None if row is None or token_is_over(row.expires_on, today) else row


def find_reset(key: str, now: datetime) -> ResetLink | None:
    query = select(ResetLink).where(
        ResetLink.hash == digest(key), ResetLink.used_at.is_(None), ResetLink.expires_at > now
    )
    return db.session.scalar(query)


def find_invitation(key: str, now: datetime) -> Invitation | None:
    return db.session.scalar(select(Invitation).where(Invitation.hash == digest(key), _waits(now)))


def find_used_invitation(key: str) -> Invitation | None:
    """One that opened an account: whoever has its letter is told to sign in."""
    used = Invitation.used_at.is_not(None) & Invitation.account_id.is_not(None)
    return db.session.scalar(select(Invitation).where(Invitation.hash == digest(key), used))


def find_over_invitation(key: str) -> Invitation | None:
    """One that opened nothing and opens nothing any more: withdrawn, or too old."""
    unused = Invitation.account_id.is_(None)
    return db.session.scalar(select(Invitation).where(Invitation.hash == digest(key), unused))


def is_replaced(invitation: Invitation, now: datetime) -> bool:
    """Withdrawn by the letter that was sent instead, which still waits."""
    query = select(Invitation.id).where(
        Invitation.email == invitation.email, Invitation.created_at == invitation.withdrawn_at, _waits(now)
    )
    return db.session.scalar(query.limit(1)) is not None


def _waits(now: datetime) -> ColumnElement[bool]:
    return Invitation.used_at.is_(None) & Invitation.withdrawn_at.is_(None) & (Invitation.expires_at > now)


# ---- one's own account


def sessions_of(account: Account, now: datetime) -> Sequence[SignInSession]:
    query = (
        select(SignInSession)
        .where(
            SignInSession.account_id == account.id,
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at > now - SESSION_IDLE,
            SignInSession.created_at > now - SESSION_LONGEST,
        )
        .options(raiseload(SignInSession.account))
        .order_by(SignInSession.last_seen_at.desc())
    )
    return db.session.scalars(query).all()


def tokens_of(account: Account) -> Sequence[AccessToken]:
    query = (
        select(AccessToken)
        .where(AccessToken.account_id == account.id, AccessToken.ended_at.is_(None))
        .options(raiseload(AccessToken.account))
        .order_by(AccessToken.id.desc())
    )
    return db.session.scalars(query).all()


def recovery_codes_left(account: Account) -> int:
    query = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None), RecoveryCode.ended_at.is_(None)
    )
    return db.session.scalar(query)


def notices_of(account: Account) -> Select:
    return select(Notice).where(Notice.account_id == account.id).order_by(Notice.id.desc())


def unread_notices(account: Account) -> int:
    query = select(func.count(Notice.id)).where(Notice.account_id == account.id, Notice.read_at.is_(None))
    return db.session.scalar(query)


def latest_mail(limit: int) -> Sequence[OutgoingMail]:
    """For the demonstration, where letters are read on a page."""
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit)).all()


# ---- administration


@dataclass(frozen=True)
class PeopleFilter:
    role: Role | None = None
    region: str | None = None
    state: AccountState | None = None
    text: str = ""


def accounts_for(admin: Account, asked: PeopleFilter, now: datetime) -> Select:
    """The accounts of the administrator's region and those below, as filtered, by region and name."""
    query = select(Account).where(_administered(admin, Account.region))
    if asked.role:
        query = query.where(Account.role == asked.role)
    if asked.region:
        query = query.where(Account.region.startswith(scope_prefix(asked.region)))
    if asked.state:
        query = query.where(_in_state(asked.state, now))
    if asked.text:
        columns = (Account.name, Account.email, Account.organisation)
        query = query.where(or_(*(c.icontains(asked.text, autoescape=True) for c in columns)))
    return query.order_by(Account.region, Account.role, Account.id)


def _administered(admin: Account, column: ColumnElement[str]) -> ColumnElement[bool]:
    """The SQL form of rules.may_administer; tests/database/test_accounts.py holds the two together."""
    if admin.role is not Role.ADMIN or not is_adcode(admin.region):
        return ~true()
    return true() if admin.region == NATION else column.startswith(scope_prefix(admin.region))


def _in_state(state: AccountState, now: datetime) -> ColumnElement[bool]:
    if state is AccountState.ENDED:
        return Account.ended_on.is_not(None)
    locked = Account.locked_until > now
    open_ = or_(Account.locked_until.is_(None), Account.locked_until <= now)
    return Account.ended_on.is_(None) & (locked if state is AccountState.LOCKED else open_)


def get_account_for(admin: Account, number: int) -> Account:
    """Not in the administrator's region is the same as not there: the address reveals nothing."""
    query = select(Account).where(Account.id == number, _administered(admin, Account.region))
    account = db.session.scalar(query)
    if account is None:
        raise NotFound(Text("没有这个账号", "There is no such account"))
    return account


def invitations_for(admin: Account, now: datetime) -> Sequence[Invitation]:
    query = select(Invitation).where(_administered(admin, Invitation.region), _waits(now))
    return db.session.scalars(query.order_by(Invitation.id.desc()).limit(100)).all()


def get_invitation_for(admin: Account, number: int) -> Invitation:
    query = select(Invitation).where(Invitation.id == number, _administered(admin, Invitation.region))
    invitation = db.session.scalar(query)
    if invitation is None:
        raise NotFound(Text("没有这份邀请", "There is no such invitation"))
    return invitation


def entries_about(account: Account, limit: int = 50) -> Sequence[Entry]:
    """The newest entries of the log about an account; they are never public."""
    query = select(Entry).where(Entry.subject == account.subject).order_by(Entry.n.desc()).limit(limit)
    return db.session.scalars(query).all()


def demo_accounts() -> Sequence[Account]:
    query = select(Account).where(Account.demo, Account.ended_on.is_(None)).order_by(Account.id)
    return db.session.scalars(query).all()


def offices_of(ids: Iterable[int | None]) -> dict[int, Text]:
    """Who acted, as others may read it: the organisation or else the role, never a person's name."""
    known = db.session.scalars(select(Account).where(Account.id.in_([one for one in ids if one])))
    return {
        one.id: Text(one.organisation, one.organisation) if one.organisation else one.role.text
        for one in known
    }


def region_names(rows: Iterable[Account | Invitation]) -> dict[str, Text]:
    """What the regions of these people are called, by code, in one query."""
    known = regions_by_code({row.region for row in rows if row.region})
    names = {code: Text(region.name_zh, region.name_en) for code, region in known.items()}
    return names | {NATION: Text("全国", "the whole country")}
