"""The visit to the site: who went, what they found, and whether the place lies in the producing area."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from portal.accounts.models import Account
from portal.authorisation.actions import advance
from portal.authorisation.answers import read_point
from portal.authorisation.draft_actions import store_file
from portal.authorisation.models import Application, SiteVisit
from portal.authorisation.places import division_fit, point_answer
from portal.authorisation.queries import steps_open_to
from portal.authorisation.rules import TEXT_LONGEST, TEXT_SHORTEST, Paper, Step
from portal.catalogue.queries import find_indication
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, refuse
from portal.lib.text import Text
from portal.papers.files import Paper as PaperFile
from portal.producers.rules import MICRO, PlaceFit


@dataclass(frozen=True)
class Visit:
    on: date | None
    officers: tuple[str, ...]
    lon: str
    lat: str
    findings: str
    agrees: bool


def record_visit(
    account: Account,
    application: Application,
    visit: Visit,
    photographs: list[PaperFile],
    folder: Path,
    version_seen: int,
    now: datetime,
) -> SiteVisit:
    """Two officers went; where they stood is held against the producing area by the portal itself."""
    ensure_current(application, version_seen)
    if Step.VISIT not in steps_open_to(account, application, day_of(now)):
        raise NotAllowed(Text("这份申请现在不能登记现场核查", "No site visit can be recorded now"))
    point = _check_visit(application, visit, photographs, day_of(now))
    indication = find_indication(application.indication.slug)
    answer = point_answer(indication, *point)
    if answer.inside is PlaceFit.UNKNOWN:
        # Without an outline the division that the officers confirm is the best there is.
        answer = type(answer)(division_fit(indication, application.adcode), None, "codes")
    stored = SiteVisit(
        application_id=application.id,
        on=visit.on,
        officers=list(visit.officers),
        lon=round(point[0] * MICRO),
        lat=round(point[1] * MICRO),
        inside=answer.inside,
        distance_m=answer.distance_m,
        basis=answer.basis,
        findings=visit.findings.strip(),
        agrees=visit.agrees,
        by_account=account.id,
        at=now,
    )
    db.session.add(stored)
    db.session.flush()
    for paper in photographs:
        store_file(
            account, Paper.PHOTOGRAPH, paper, folder, now, application_id=application.id, visit_id=stored.id
        )
    office = account.organisation or account.role.text.zh
    advance(account.as_actor(), account.id, office, application, Step.VISIT, "", now)
    return stored


def _check_visit(
    application: Application, visit: Visit, photographs: list[PaperFile], day: date
) -> tuple[float, float]:
    found: dict[str, Text] = {}
    if visit.on is None or visit.on > day:
        found["on"] = Text("请填核查日期，不晚于今天", "Enter the day of the visit, not later than today")
    if len(visit.officers) < 2:
        found["officers"] = Text("现场核查至少两人，每行一名", "At least two officers, one a line")
    if not TEXT_SHORTEST <= len(visit.findings.strip()) <= TEXT_LONGEST:
        found["findings"] = Text("请写明看到的情况", "Say what was found")
    if not photographs:
        found["file"] = Text("请附现场照片", "Add a photograph of the site")
    point = read_point({"lon": visit.lon, "lat": visit.lat})
    if not isinstance(point, tuple):
        found["lon"] = point or Text("请填现场的经纬度", "Enter longitude and latitude of the site")
    refuse(found)
    return point
