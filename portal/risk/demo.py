"""What the demonstration has to find: made-up firms with a close name and one address, a use after an end."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.accounts.queries import find_account_by_email
from portal.authorisation.models import Licence, LicenceSpell, UsageRecord
from portal.authorisation.rules import LicenceState
from portal.db import db
from portal.lib.uscc import complete_uscc
from portal.producers.actions import ProducerData, create_producer
from portal.producers.models import Producer
from portal.producers.queries import find_producer_by_code
from portal.producers.rules import ProducerKind
from portal.register.actions import PORTAL, record
from portal.register.rules import changed
from portal.risk.actions import store
from portal.risk.computing import find_all
from portal.risk.models import RiskFinding
from portal.risk.rules import FindingState

ENDED = "演示结束（DEMO）"
ADDRESS = "中宁县演示路一号（演示）"
# Close to 中宁枸杞 in sound and by one character, none of them a firm that exists.
NAMES = ("中凝枸杞商行（演示）", "中宇枸杞贸易有限公司（演示）", "河东农产品购销部（演示）")


def load_demo_risk(today: date, now: datetime) -> int:
    """Firms and a use that look odd, and the findings that come of everything on record; again only after
    they were removed."""
    removed = list(db.session.scalars(select(RiskFinding).where(RiskFinding.reason == ENDED)))
    if not removed and db.session.scalar(select(RiskFinding.id).limit(1)) is not None:
        return 0
    if db.session.scalar(select(Producer.id).where(Producer.demo).limit(1)) is None:
        return 0
    for number, name in enumerate(NAMES, 1):
        code = complete_uscc("91640521", f"DEM0R{number:03d}")
        if find_producer_by_code(code) is not None:
            continue
        data = ProducerData(name, ProducerKind.COMPANY, "640521", uscc=code, address=ADDRESS)
        create_producer(PORTAL, data, today, demo=True)
    _use_after_end(today, now)
    db.session.flush()
    raised, failed = find_all()
    store(raised, failed, 0, now)
    _bring_back(removed)
    return len(raised)


def _bring_back(removed: list[RiskFinding]) -> None:
    """What is found again is open again; the rest was about what ended with the demonstration."""
    for one in removed:
        one.reason = None if one.standing else f"{ENDED} {one.kind}"
        if one.standing:
            one.state, one.decided_at = FindingState.OPEN.value, None
    if removed:
        stated = {"standing": sum(one.standing for one in removed)}
        record(PORTAL, "reopened", "finding:demo", changed({}, stated), public=False)


def _use_after_end(today: date, now: datetime) -> None:
    account = find_account_by_email("inspector@demo")
    spell = db.session.execute(
        select(LicenceSpell.licence_id, LicenceSpell.from_on)
        .join(Licence, Licence.id == LicenceSpell.licence_id)
        .where(
            Licence.demo,
            Licence.adcode.startswith("640521"),
            LicenceSpell.state == LicenceState.REVOKED.value,
            LicenceSpell.from_on < today,
        )
        .order_by(Licence.id.desc())
        .limit(1)
    ).first()
    if account is None or spell is None:
        return
    on = min(today, spell.from_on + timedelta(30))
    note = "演示（DEMO）：市场检查时看到包装上仍有专用标志。"
    db.session.add(
        UsageRecord(licence_id=spell.licence_id, on=on, kind="seen", note=note, by_account=account.id, at=now)
    )


def remove_demo_risk(_today: date, now: datetime) -> int:
    """Findings about made-up producers are dismissed; the rows stay."""
    made_up = set(db.session.scalars(select(Producer.id).where(Producer.demo)))
    ended = 0
    for one in db.session.scalars(select(RiskFinding).where(RiskFinding.state == FindingState.OPEN)):
        if one.producer_id in made_up or "演示" in one.title["zh"]:
            one.state, one.reason, one.decided_at = FindingState.DISMISSED.value, ENDED, now
            ended += 1
    if ended:
        record(PORTAL, "dismissed", "finding:demo", changed({"standing": ended}, {}), public=False)
    return ended
