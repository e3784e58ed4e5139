"""Everything that changes the list of officers: enlisted, ended, conflicts declared."""

from datetime import date

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.accounts.rules import OFFICIALS, scope_covers
from portal.checks import words as _words  # noqa: F401 - gives the entries written here their words
from portal.checks.models import Officer, OfficerConflict
from portal.checks.rules import KEEPERS, LICENCE_NUMBER, REASON_LONGEST
from portal.db import db
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.actions import Actor, record
from portal.register.rules import changed

NOT_YOURS = Text("执法人员名单由县、市、省级官员维护", "Officials keep the list of officers")
NOT_STORED = Text("没有保存", "It was not stored")


def enlist(
    account: Account, licence: str, name: str, unit: str, adcode: str, email: str, today: date
) -> Officer:
    """Put an officer on the list; `email` names the account that hands in sheets, if there is one."""
    if account.role not in KEEPERS or not scope_covers(account.region, adcode):
        raise NotAllowed(NOT_YOURS)
    licence, faults = licence.strip().upper(), {}
    if not LICENCE_NUMBER.fullmatch(licence):
        faults["licence"] = Text(
            "执法证号为 4 至 24 位数字、大写字母或短横",
            "A licence number has 4 to 24 digits, capitals or hyphens",
        )
    elif db.session.scalar(select(Officer.id).where(Officer.licence == licence)):
        faults["licence"] = Text("这个证号已在名单上", "This number is on the list")
    if not 1 <= len(name.strip()) <= 80:
        faults["name"] = Text("请填写姓名", "Give the name")
    if not 2 <= len(unit.strip()) <= 120:
        faults["unit"] = Text("请填写单位", "Give the unit")
    linked = find_account_by_email(email) if email.strip() else None
    if email.strip() and (
        linked is None or linked.role not in OFFICIALS or not scope_covers(account.region, linked.region)
    ):
        faults["email"] = Text("本地区没有这个官员账号", "No official of your region has this address")
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    return new_officer(account.as_actor(), licence, name.strip(), unit.strip(), adcode, linked, today)


def new_officer(
    actor: Actor,
    licence: str,
    name: str,
    unit: str,
    adcode: str,
    linked: Account | None,
    today: date,
    demo: bool = False,
) -> Officer:
    one = Officer(
        licence=licence,
        name=name,
        unit=unit,
        adcode=adcode,
        account_id=linked.id if linked else None,
        since=today,
        demo=demo,
    )
    db.session.add(one)
    db.session.flush()
    stated = changed({}, {"licence": licence, "unit": unit, "adcode": adcode})
    record(actor, "enlisted", f"officer:{one.id}", stated, public=False, sealed={"name": name})
    return one


def end_officer(account: Account, officer: Officer, today: date) -> None:
    """From today on not drawn any more; what was drawn stays."""
    _check(account, officer)
    if officer.ended_on is not None:
        return
    officer.ended_on = today
    stated = changed({}, {"ended_on": today.isoformat()})
    record(account.as_actor(), "ended", f"officer:{officer.id}", stated, public=False)


def bring_back(account: Account, officer: Officer) -> None:
    _check(account, officer)
    if officer.ended_on is None:
        return
    stated = changed({"ended_on": officer.ended_on.isoformat()}, {})
    officer.ended_on = None
    record(account.as_actor(), "reactivated", f"officer:{officer.id}", stated, public=False)


def conflict_faults(reason: str) -> dict[str, Text]:
    if 2 <= len(reason.strip()) <= REASON_LONGEST:
        return {}
    return {"reason": Text("请写明是什么关系（只存在封存记录里）", "Say what relation it is (kept sealed)")}


def declare_conflict(
    account: Account, officer: Officer, producer: Producer, reason: str, today: date
) -> OfficerConflict:
    """The officer, or an official of the region for it, says that it cannot judge this producer freely."""
    if officer.account_id != account.id:
        _check(account, officer)
    if faults := conflict_faults(reason):
        raise RuleBroken(NOT_STORED, faults)
    reason = reason.strip()
    known = db.session.scalar(
        select(OfficerConflict).where(
            OfficerConflict.officer_id == officer.id,
            OfficerConflict.producer_id == producer.id,
            OfficerConflict.ended_on.is_(None),
        )
    )
    if known is not None:
        return known
    one = OfficerConflict(
        officer_id=officer.id, producer_id=producer.id, declared_on=today, by_account=account.id
    )
    db.session.add(one)
    db.session.flush()
    sealed = {"producer": producer.number, "reason": reason}
    record(account.as_actor(), "conflict_declared", f"officer:{officer.id}", {}, public=False, sealed=sealed)
    return one


def end_conflict(account: Account, officer: Officer, one: OfficerConflict, today: date) -> None:
    _check(account, officer)
    if one.ended_on is None:
        one.ended_on = today
        sealed = {"conflict": one.id}
        record(account.as_actor(), "conflict_ended", f"officer:{officer.id}", {}, public=False, sealed=sealed)


def _check(account: Account, officer: Officer) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, officer.adcode):
        raise NotAllowed(NOT_YOURS)
