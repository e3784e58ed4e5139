"""The people of the demonstration: one password that everyone knows, all marked 演示 (DEMO).

They exist only where the portal runs as a demonstration; anywhere else nobody signs in with them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.actions import Person, check_person, open_account
from portal.accounts.credentials import clear_second_factor
from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.accounts.rules import Role
from portal.accounts.secrets import hash_password
from portal.accounts.sign_in import end_sessions, forget_attempts
from portal.accounts.tokens import end_tokens
from portal.register.actions import PORTAL, record

DEMO_PASSWORD = "dikuang-2026-demo"  # noqa: S105 - known to everyone on purpose


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: Role
    region: str
    organisation: str

    @property
    def person(self) -> Person:
        return Person(self.name, self.role, self.region, self.organisation)


PEOPLE = (
    ("producer", "中宁生产者", Role.PRODUCER, "640521", "中宁一号合作社"),
    ("coop", "中宁合作社代办人", Role.PRODUCER, "640521", "中宁枸杞合作社"),
    ("holder", "中宁权利人", Role.HOLDER, "640521", "中宁证明商标权利人"),
    ("county", "中宁县经办人", Role.COUNTY, "640521", "中宁县知识产权局"),
    ("city", "中卫市经办人", Role.CITY, "640500", "中卫市知识产权局"),
    ("province", "宁夏经办人", Role.PROVINCE, "640000", "宁夏知识产权局"),
    ("inspector", "中宁县检查员", Role.INSPECTOR, "640521", "中宁县市场监管局"),
    ("auditor", "宁夏审计员", Role.AUDITOR, "640000", "宁夏审计"),
    ("admin", "宁夏账号管理员", Role.ADMIN, "640000", "宁夏账号管理"),
    # Nobody confirms what they proposed: a second person at each desk that confirms.
    ("county-b", "中宁县复核人", Role.COUNTY, "640521", "中宁县知识产权局"),
    ("province-b", "宁夏复核人", Role.PROVINCE, "640000", "宁夏知识产权局"),
    # A second county in the other region, so that one can see that neither reaches into the other.
    ("producer2", "五原生产者", Role.PRODUCER, "150821", "五原一号合作社"),
    ("county2", "五原县经办人", Role.COUNTY, "150821", "五原县知识产权局"),
    ("city2", "巴彦淖尔市经办人", Role.CITY, "150800", "巴彦淖尔市知识产权局"),
    ("province2", "内蒙古经办人", Role.PROVINCE, "150000", "内蒙古知识产权局"),
    ("inspector2", "五原县检查员", Role.INSPECTOR, "150821", "五原县市场监管局"),
    ("admin2", "五原县账号管理员", Role.ADMIN, "150821", "五原县账号管理"),
)
DEMO_ACCOUNTS = tuple(
    DemoAccount(f"{box}@demo", f"{name}（演示）", role, region, f"{organisation}（演示）")
    for box, name, role, region, organisation in PEOPLE
)


def load_demo_accounts(now: datetime) -> int:
    """Add the people who are missing and bring back those who were removed; the number of both."""
    hashed = ""
    changed = 0
    for demo in DEMO_ACCOUNTS:
        account = find_account_by_email(demo.email)
        if account is not None and account.ended_on is None:
            continue
        hashed = hashed or hash_password(DEMO_PASSWORD)
        if account is None:
            check_person(demo.person, demo.email)
            open_account(PORTAL, "created", demo.email, demo.person, hashed, "zh", now, demo=True)
        else:
            _bring_back(account, demo, hashed)
        changed += 1
    return changed


def _bring_back(account: Account, demo: DemoAccount, hashed: str) -> None:
    before = {"ended_on": account.ended_on.isoformat()}
    account.ended_on, account.password_hash = None, hashed
    account.name, account.role, account.region = demo.name, demo.role, demo.region
    account.organisation = demo.organisation
    forget_attempts(account)
    changes = {"ended_on": {"from": before["ended_on"], "to": None}}
    record(PORTAL, "reactivated", account.subject, changes, public=False)


def remove_demo_accounts(today: date, now: datetime) -> int:
    """Close them all and everything they opened; the rows stay, as what they did stays in the log."""
    removed = 0
    for demo in DEMO_ACCOUNTS:
        account = find_account_by_email(demo.email)
        if account is None or account.ended_on is not None:
            continue
        account.ended_on = today
        clear_second_factor(account, now)
        end_sessions(account, now)
        end_tokens(account, now)
        changes = {"ended_on": {"from": None, "to": today.isoformat()}}
        record(PORTAL, "ended", account.subject, changes, public=False)
        removed += 1
    return removed
