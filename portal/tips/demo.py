"""Tips and complaints made up for the demonstration, at each stage, all marked 演示 (DEMO)."""

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.authorisation.queries import work_calendar
from portal.catalogue.models import Indication
from portal.db import db
from portal.papers.files import Paper
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal
from portal.tips.actions import take_step
from portal.tips.clues import note_clue
from portal.tips.models import Tip
from portal.tips.photographs import read_photograph
from portal.tips.queries import get_tip_for
from portal.tips.receiving import Told, receive
from portal.tips.rules import OPEN, Clock, State, Step

COUNTY = "640521"
CLUE = "演示：调解时看到库房里有整箱来历不明的标签（DEMO）"
REASON = "演示：核对登记簿后决定（DEMO）"
# Days ago, what was told, the steps that were taken.
SHOWN = (
    (
        1,
        {
            "kind": "tip",
            "matter": "no_licence",
            "facts": "演示：路口水果店的箱子上印着中宁枸杞，店主说没有授权书",
            "respondent": "演示一号水果店",
        },
        (),
    ),
    (
        2,
        {
            "kind": "tip",
            "matter": "bad_label",
            "facts": "演示：网店卖的枸杞，标签编号扫出来说查不到",
            "respondent": "演示网店",
            "name": "演示举报人",
            "phone": "00000000001",
        },
        (Step.BEGIN_CHECK,),
    ),
    (
        12,
        {
            "kind": "complaint",
            "matter": "bad_goods",
            "facts": "演示：买到的两斤枸杞里一半发霉，店家不肯退",
            "respondent": "演示二号特产店",
            "request": "退款 128 元",
            "name": "演示投诉人",
            "phone": "00000000002",
        },
        (),
    ),
    (
        30,
        {
            "kind": "complaint",
            "matter": "not_from_here",
            "facts": "演示：包装写中宁枸杞，客服承认货是外地的",
            "respondent": "演示三号特产店",
            "request": "退一赔三",
            "name": "演示投诉人乙",
            "phone": "00000000003",
        },
        (Step.ACCEPT,),
    ),
    (
        20,
        {
            "kind": "tip",
            "matter": "near_name",
            "facts": "演示：有店铺用“中宇枸杞”的招牌，字体几乎一样",
            "respondent": "演示四号店",
        },
        (Step.BEGIN_CHECK, Step.NOT_FILE),
    ),
    (
        3,
        {
            "kind": "tip",
            "matter": "other",
            "facts": "演示：请看 http://a.invalid http://b.invalid http://c.invalid http://d.invalid 有优惠",
        },
        (),
    ),
)


def load_demo_tips(today: date, now: datetime) -> int:
    if is_loaded(Tip, Tip.demo):
        return 0
    county = find_account_by_email("county@demo")
    gi = db.session.scalar(select(Indication.id).where(Indication.slug == "zhongning-gouqi"))
    if county is None or gi is None:
        return 0
    for days, values, steps in SHOWN:
        _tell(values, steps, county, gi, now - timedelta(days=days), now)
    return len(SHOWN)


def _tell(
    values: dict[str, str], steps: tuple[Step, ...], county: Account, gi: int, then: datetime, now: datetime
) -> None:
    settings = current_app.config["SETTINGS"]
    told = Told(
        {"place": COUNTY, "where": "演示市场", **values}, COUNTY, gi, photographs=[_picture()], demo=True
    )
    receipt = receive(told, work_calendar(), settings.secret_key, Path(settings.data_dir), then, PORTAL)
    for n, step in enumerate(steps, 1):
        db.session.flush()
        tip = get_tip_for(county, receipt.number)
        moment = min(then + timedelta(days=2 * n), now)
        take_step(county, tip, step, REASON, "演示：已按程序办理。", tip.version, work_calendar(), moment)
        if step is Step.ACCEPT:
            db.session.flush()
            tip = get_tip_for(county, receipt.number)
            note_clue(county, tip, CLUE, tip.version, work_calendar(), now - timedelta(days=4))


def _picture() -> Paper:
    """A grey square that says nothing; it passes the same door as every photograph."""
    from PIL import Image

    kept = BytesIO()
    Image.new("RGB", (320, 200), "#c9c2b2").save(kept, "PNG")
    return read_photograph(kept.getvalue())


def remove_demo_tips(today: date, now: datetime) -> int:
    """Close what is open and stop its clocks; rows stay."""
    ended = 0
    for tip in db.session.scalars(select(Tip).where(Tip.demo).options(selectinload(Tip.clocks))):
        if tip.stands not in OPEN:
            continue
        before, tip.state, tip.changed_at = tip.state, State.SET_ASIDE.value, now
        tip.stop_clocks(Clock, today)
        changes = {"state": {"from": before, "to": tip.state}}
        record(PORTAL, "ended", tip.subject, changes, public=False)
        ended += 1
    note_removal(Tip)
    return ended
