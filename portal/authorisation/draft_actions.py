"""An application while its applicant writes it: opened, filled in, its papers added and taken out."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from portal.accounts.models import Account
from portal.authorisation.answers import cleaned
from portal.authorisation.entries import record_application
from portal.authorisation.licence_actions import next_number
from portal.authorisation.models import Application, Licence, StoredFile
from portal.authorisation.queries import acts_for, files_of, licences_of_producer, route_for
from portal.authorisation.rules import (
    APPLICANT_PAPERS,
    LIVE,
    TRACK_OF_KIND,
    LicenceState,
    Paper,
    Purpose,
    State,
    may_renew_on,
)
from portal.catalogue.models import Protection
from portal.catalogue.rules import Kind
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, NotFound, RuleBroken, refuse
from portal.lib.text import Text
from portal.papers.files import Paper as PaperFile
from portal.papers.keeping import file_paper
from portal.producers.models import Producer

EDITABLE = frozenset({State.DRAFT, State.RETURNED})


def open_application(
    account: Account,
    producer: Producer,
    protection: Protection,
    purpose: Purpose,
    now: datetime,
    licence: Licence | None = None,
) -> Application:
    """A draft; the one that is already open for this producer and protection, if there is one."""
    if not acts_for(account, producer.id, day_of(now)):
        raise NotFound(Text("没有这个生产者，或不由您代办", "No such producer, or you do not act for it"))
    # Taken in turn, so that two clicks at once open one application and not two.
    db.session.scalar(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    known = db.session.scalar(
        select(Application).where(
            Application.producer_id == producer.id,
            Application.protection_id == protection.id,
            Application.open,
        )
    )
    if known is not None:
        return known
    _check_may_open(producer, protection, purpose, licence, day_of(now))
    answers = _prefilled(account, producer, protection, licence)
    application = start_application(producer, protection, purpose, answers, account.id, now, licence)
    record_application(account.as_actor(), "opened", application, None)
    return application


def start_application(
    producer: Producer,
    protection: Protection,
    purpose: Purpose,
    answers: dict[str, str],
    account_id: int,
    now: datetime,
    licence: Licence | None = None,
) -> Application:
    """A new draft; whether it may be opened was asked before."""
    track = TRACK_OF_KIND[Kind(protection.kind)]
    year = day_of(now).year
    application = Application(
        number=f"{year}-{next_number(f'application-{year}'):06d}",
        indication_id=protection.indication_id,
        protection_id=protection.id,
        producer_id=producer.id,
        licence_id=licence.id if licence else None,
        purpose=purpose,
        track=track,
        route=route_for(track, producer.adcode),
        adcode=producer.adcode,
        state=State.DRAFT,
        open=True,
        answers=answers,
        step_since=now,
        changed_at=now,
        created_by=account_id,
        created_at=now,
        due_estimated=False,
        demo=producer.demo,
    )
    db.session.add(application)
    db.session.flush()
    return application


def _check_may_open(
    producer: Producer, protection: Protection, purpose: Purpose, licence: Licence | None, day: date
) -> None:
    if (
        protection.status != "in_force"
        or protection.withdrawn_on
        or Kind(protection.kind) not in TRACK_OF_KIND
    ):
        raise RuleBroken(
            Text("这一种保护现在不能在这里申请", "This protection cannot be applied for here now")
        )
    if purpose is Purpose.NEW:
        live = [one for one in licences_of_producer(producer.id) if one.protection_id == protection.id]
        if any(one.state_on(day) in LIVE for one in live):
            raise RuleBroken(
                Text(
                    "已经有这一项的授权，请用变更或续展",
                    "There is a licence already; ask for a change or a renewal",
                )
            )
        return
    if licence is None or licence.state_on(day) is not LicenceState.IN_FORCE:
        raise RuleBroken(
            Text("只有有效的授权可以变更或续展", "Only a licence in force can be changed or renewed")
        )
    if purpose is Purpose.RENEW and not may_renew_on(licence.valid_to, day):
        raise RuleBroken(
            Text("到期前半年起才能申请续展", "A renewal can be asked for in the last half year of its term")
        )


def _prefilled(
    account: Account, producer: Producer, protection: Protection, licence: Licence | None
) -> dict[str, str]:
    """What the register knows already, so that nobody types it again."""
    last = db.session.scalar(
        select(Application.answers)
        .where(Application.producer_id == producer.id, Application.state != State.DRAFT.value)
        .order_by(Application.id.desc())
        .limit(1)
    )
    known = {
        k: v for k, v in (last or {}).items() if k in ("address", "contact", "phone", "lon", "lat", "brand")
    }
    point = producer.point
    fresh = {
        "place": producer.adcode,
        "address": producer.address or "",
        "contact": producer.contact or "",
        "phone": producer.phone or "",
        "lon": f"{point[0]:.6f}" if point else "",
        "lat": f"{point[1]:.6f}" if point else "",
        "goods": licence.goods if licence else "",
    }
    return known | {name: value for name, value in fresh.items() if value}


def save_answers(
    account: Account, application: Application, typed: Mapping[str, str], version_seen: int, now: datetime
) -> None:
    """Keep what was typed, right or not; it is judged when it is handed in."""
    ensure_current(application, version_seen)
    _ensure_writable(account, application, now)
    kept = cleaned(typed, Purpose(application.purpose))
    if kept != application.answers:
        application.answers = kept


def _ensure_writable(account: Account, application: Application, now: datetime) -> None:
    if application.stands not in EDITABLE or not acts_for(account, application.producer_id, day_of(now)):
        raise NotAllowed(
            Text("这份申请现在不能修改", "This application cannot be changed now"),
            next_step=Text("等它退回给您，或者撤回重填", "Wait until it is returned, or withdraw it"),
        )


def add_file(
    account: Account, application: Application, kind: Paper, paper: PaperFile, folder: Path, now: datetime
) -> StoredFile:
    """Keep a document with an application; the same bytes of the same kind are kept once."""
    _ensure_writable(account, application, now)
    if kind not in APPLICANT_PAPERS:
        refuse({"kind": Text("请选择材料种类", "Choose what it is")})
    for known in files_of(application):
        if (known.digest, known.kind) == (paper.digest, kind.value):
            return known
    return store_file(account, kind, paper, folder, now, application_id=application.id)


def store_file(
    account: Account, kind: Paper, paper: PaperFile, folder: Path, now: datetime, **owner: int
) -> StoredFile:
    stored = file_paper(StoredFile, paper, folder, now, kind=kind.value, by_account=account.id, **owner)
    db.session.flush()
    return stored


def remove_file(account: Account, application: Application, file: StoredFile, now: datetime) -> None:
    """Take a document out of a draft; the row stays, marked as removed."""
    _ensure_writable(account, application, now)
    if file.application_id == application.id and file.removed_on is None and file.visit_id is None:
        file.removed_on = day_of(now)
