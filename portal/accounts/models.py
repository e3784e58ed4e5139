"""People, how they sign in, what programs may do for them, and what is sent to them."""

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.rules import AccountState, Role, account_state, needs_second_factor
from portal.db import Instant, Json, Versioned, db
from portal.lib import text
from portal.register.actions import Actor

# Kept as plain words, so that a role added later needs no change of the column.
RoleWord = Enum(Role, native_enum=False, length=20, values_callable=lambda roles: [r.value for r in roles])


class Account(Versioned, db.Model):
    """One person. `failed_attempts`, `locked_until` and `totp_last_step` are counted by statements of
    their own that leave `version` alone: a sign-in must not make an administrator's page stale."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(RoleWord)
    region: Mapped[str | None] = mapped_column(String(9), index=True)
    organisation: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    password_hash: Mapped[str | None] = mapped_column(String(255))
    totp_sealed: Mapped[str | None] = mapped_column(String(200))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None]

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.ended_on is None

    def get_id(self) -> str:
        return str(self.id)

    def as_actor(self) -> Actor:
        """A person's own name never stands in an entry: the organisation does, or else the role."""
        return Actor(name=self.organisation or self.role.value, account=self.id)

    @property
    def subject(self) -> str:
        return f"account:{self.id}"

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None

    def must_set_second_factor(self, demo: bool) -> bool:
        return needs_second_factor(self.role, demo) and not self.has_second_factor

    def state(self, now: datetime) -> AccountState:
        return account_state(self.ended_on, self.locked_until, now)


class RecoveryCode(db.Model):
    """One of the codes that stand in for a lost telephone, each for a single time."""

    __tablename__ = "account_recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInSession(db.Model):
    """One browser that has signed in. The cookie holds the token, this row only its digest."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    account: Mapped[Account] = relationship()
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class AccessToken(db.Model):
    """A key that a program of the person's carries: named, limited to scopes, ending on a day."""

    __tablename__ = "account_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    account: Mapped[Account] = relationship()
    name: Mapped[str] = mapped_column(String(60))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(12))
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_on: Mapped[date]
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(db.Model):
    """A letter that lets someone open an account. No account exists before it is accepted: so an
    administrator sees the same page whether or not the address has an account in another region."""

    __tablename__ = "account_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(RoleWord)
    region: Mapped[str] = mapped_column(String(9), index=True)
    organisation: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    invited_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ResetLink(db.Model):
    """A letter that lets the holder of an account choose a new password, once and within the hour."""

    __tablename__ = "account_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    account: Mapped[Account] = relationship()
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class OutgoingMail(db.Model):
    """A letter as it is sent. Its text is forgotten once delivered: it may hold a link into an account."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    last_error: Mapped[str | None] = mapped_column(String(300))


class Notice(db.Model):
    """A message inside the portal: what happened, in both languages, and where to look."""

    __tablename__ = "account_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(300))
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def text(self) -> text.Text:
        return text.Text(self.text_zh, self.text_en)
