"""A county that handles tips: accounts and what somebody tells; never the act itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.secrets import hash_password
from portal.db import db, transaction
from portal.lib.clock import day_of
from portal.lib.workdays import WorkCalendar
from portal.tips.receiving import Receipt, Told, receive

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
TODAY = day_of(NOW)
CALENDAR = WorkCalendar({date(2026, 1, 1): False, date(2027, 1, 1): False})
KEY = "only-for-the-tests-0123456789"
NAME, PHONE = "赵举报甲", "13987654321"
TIP = {
    "kind": "tip",
    "matter": "false_mark",
    "facts": "市场东门第三家店的枸杞标签编号查不到",
    "place": "640521100",
    "where": "农贸市场东门",
    "respondent": "某枸杞店",
}
NAMED = {"name": NAME, "phone": PHONE}
PEOPLE = {
    "county": (Role.COUNTY, "640521"),
    "colleague": (Role.COUNTY, "640521"),
    "city": (Role.CITY, "640500"),
    "inspector": (Role.INSPECTOR, "640521"),
    "auditor": (Role.AUDITOR, "640000"),
    "other_county": (Role.COUNTY, "640522"),
    "province": (Role.PROVINCE, "640000"),
}


@dataclass
class Desk:
    accounts: dict[str, int]

    def __getattr__(self, name: str) -> Account:
        return db.session.get_one(Account, self.accounts[name])


def prepare() -> Desk:
    with transaction():
        accounts = {}
        for name, (role, region) in PEOPLE.items():
            one = Account(
                email=f"{name}@tips",
                name=name,
                role=role,
                region=region,
                password_hash=hash_password("a long password of tests"),
                created_at=NOW,
            )
            db.session.add(one)
            db.session.flush()
            accounts[name] = one.id
        return Desk(accounts)


def told(folder: Path, now: datetime = NOW, sender: str | None = None, **more: object) -> Receipt:
    values = TIP | {name: value for name, value in more.items() if isinstance(value, str)}
    rest = {name: value for name, value in more.items() if not isinstance(value, str)}
    with transaction():
        return receive(Told(values, "640521", sender=sender, **rest), CALENDAR, KEY, folder, now)
