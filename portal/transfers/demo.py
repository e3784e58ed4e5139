"""A transfer between two counties of the demonstration, marked 演示 (DEMO)."""

from datetime import date, datetime, timedelta
from io import BytesIO

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.queries import find_account_by_email
from portal.authorisation.queries import work_calendar
from portal.db import db
from portal.lib.clock import instant_text
from portal.papers.files import keep, read_paper
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal
from portal.register.signing import read_signer
from portal.transfers.actions import Handing, send, take_step
from portal.transfers.clocks import Clock, Counting
from portal.transfers.models import Transfer
from portal.transfers.queries import get_transfer_for
from portal.transfers.rules import FINAL, Kind, State, Step

FROM, TO = "150821", "640521"


def load_demo_transfers(today: date, now: datetime) -> int:
    if is_loaded(Transfer, Transfer.demo):
        return 0
    there, here = find_account_by_email("county2@demo"), find_account_by_email("county@demo")
    if there is None or here is None:
        return 0
    signer = read_signer(current_app.config["SETTINGS"].signing_key_file)
    then = now - timedelta(days=4)
    counting = Counting(work_calendar())
    facts = "演示：在五原县市场发现标称中宁枸杞的散货，请查来源（DEMO）。"
    evidence = [_picture() | {"title": "演示：摊位照片", "at": instant_text(then)}]
    lead = Handing(
        Kind.LEAD, FROM, TO, "演示：来源不明的枸杞", facts, "演示摊位", evidence=evidence, demo=True
    )
    key = send(there, lead, signer, counting, then).key
    db.session.flush()
    moved = get_transfer_for(here, key)
    take_step(here, moved, Step.RECEIVE, "", moved.version, signer, counting, then + timedelta(days=1))
    words = "演示：请协助调取网店发货记录（DEMO）。"
    send(
        here,
        Handing(Kind.ASSISTANCE, TO, FROM, "演示：协助调查", words, "演示网店", demo=True),
        signer,
        counting,
        then,
    )
    return 2


def _picture() -> dict[str, object]:
    """A grey square that says nothing, as a document that goes along."""
    from PIL import Image

    kept = BytesIO()
    Image.new("RGB", (320, 200), "#c9c2b2").save(kept, "PNG")
    paper = read_paper("demo.png", kept.getvalue())
    keep(current_app.config["SETTINGS"].data_dir, paper)
    return {"digest": paper.digest, "media_type": paper.media_type, "size": paper.size, "sent": True}


def remove_demo_transfers(today: date, now: datetime) -> int:
    ended = 0
    for one in db.session.scalars(
        select(Transfer).where(Transfer.demo).options(selectinload(Transfer.clocks))
    ):
        if one.stands in FINAL:
            continue
        before, one.state, one.closed_on, one.changed_at = one.state, State.WITHDRAWN.value, today, now
        one.stop_clocks(Clock, today)
        changes = {"state": {"from": before, "to": one.state}}
        record(PORTAL, "ended", one.subject, changes, public=False)
        ended += 1
    note_removal(Transfer)
    return ended
