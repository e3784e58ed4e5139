"""Who there is, how far each reaches, and what a program may do in someone's name."""

import re
from datetime import date, datetime

from portal.lib.said import Said, Worded
from portal.lib.text import Text
from portal.regions.rules import NATION, covers, scope_prefix


class Role(Worded):
    PRODUCER = "producer", Text("生产者", "Producer")
    HOLDER = "holder", Text("权利人", "Right holder")
    COUNTY = "county", Text("县级官员", "County official")
    CITY = "city", Text("市级官员", "City official")
    PROVINCE = "province", Text("省级官员", "Province official")
    INSPECTOR = "inspector", Text("检查员", "Inspector")
    AUDITOR = "auditor", Text("审计员", "Auditor")
    ADMIN = "admin", Text("账号管理员", "Administrator of accounts")


OFFICIALS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE, Role.INSPECTOR})
STAFF = OFFICIALS | {Role.ADMIN, Role.AUDITOR}
NEEDS_SECOND_FACTOR = STAFF


# An official of a level is placed in a region of that level; the other roles exist on every level.
PREFIX_LENGTH_OF_ROLE = {Role.COUNTY: 6, Role.CITY: 4, Role.PROVINCE: 2}
ADCODE = re.compile(r"[0-9]{6}|[0-9]{9}")


def is_adcode(adcode: str | None) -> bool:
    return bool(adcode) and bool(ADCODE.fullmatch(adcode))


def scope_covers(scope_adcode: str | None, adcode: str | None) -> bool:
    """Whether a region lies in a scope. Without a scope, or without a region, nothing is covered."""
    return is_adcode(scope_adcode) and is_adcode(adcode) and covers(scope_adcode, adcode)


def may_administer(admin_adcode: str | None, adcode: str | None) -> bool:
    """The administrator of a region keeps the accounts of that region and of those below it, no others.
    An account without a region is kept by the administrator of the whole country."""
    if adcode is None:
        return admin_adcode == NATION
    return scope_covers(admin_adcode, adcode)


def role_fits_region(role: Role, adcode: str) -> bool:
    wanted = PREFIX_LENGTH_OF_ROLE.get(role)
    return wanted is None or len(scope_prefix(adcode)) == wanted


def needs_second_factor(role: Role | None, demo: bool) -> bool:
    return role in NEEDS_SECOND_FACTOR and not demo


# ---- state of an account


class AccountState(Said):
    ACTIVE = "active", Text("可用", "Active"), "positive"
    LOCKED = "locked", Text("暂时锁定", "Locked for a while"), "watch"
    ENDED = "ended", Text("已停用", "Ended"), "ended"


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    return locked_until is not None and now < locked_until


def account_state(ended_on: date | None, locked_until: datetime | None, now: datetime) -> AccountState:
    if ended_on is not None:
        return AccountState.ENDED
    return AccountState.LOCKED if is_locked(locked_until, now) else AccountState.ACTIVE


# ---- personal access tokens


class Scope(Worded):
    READ = "read", Text("读取我能看到的内容", "Read what I may see")
    APPLICATIONS = "applications:write", Text("提交用标申请", "Send applications to use a mark")
    RETURNS = "returns:write", Text("提交年度产值申报", "Send yearly returns")
    BATCHES = "batches:write", Text("登记批次和标签", "Register batches and labels")
    OFFICE = "office:write", Text("办理官员事项", "Do the work of an official")


TOKEN_LONGEST_DAYS = 365
TOKEN_USUAL_DAYS = 90
TOKENS_AT_MOST = 20
TOKEN_NAME_LONGEST = 60


def scopes_open_to(role: Role) -> tuple[Scope, ...]:
    """The scopes a person of this role can give to a program: never more than the person may do."""
    if role in (Role.PRODUCER, Role.HOLDER):
        return (Scope.READ, Scope.RETURNS, Scope.BATCHES)
    return (Scope.READ, Scope.OFFICE) if role in OFFICIALS else (Scope.READ,)


def token_is_over(expires_on: date, today: date) -> bool:
    """A token works to the end of its last day."""
    return today > expires_on
