"""Returns of the demonstration rosters, all made up and all marked 演示 (DEMO). They are chosen so that the
outcomes differ: met, exactly 60 %, not met, undetermined, not computable."""

from datetime import UTC, date, datetime

from sqlalchemy import func, insert, select

from portal.authorisation.queries import authorised_pairs
from portal.catalogue.models import Indication
from portal.db import db
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import stands_on
from portal.register.actions import PORTAL, record
from portal.returns.actions import store_official
from portal.returns.models import AnnualReturn, OfficialOutput
from portal.returns.rules import State

FIRST_YEAR, LAST_YEAR = 2022, 2025
# 300 yuan: sums of it divide by three, so that a figure of exactly 60 % can be stated.
UNIT_FEN = 30_000
GRAMS_PER_UNIT = 12_000
GRAMS_PER_SQUARE_METRE = 300
# The first of these whose users returned anything gets an official figure of which that is exactly 60 %.
EXACTLY_SIXTY = (("wuyuan-xiangrikui", 2024), ("zhongning-gouqi", 2024))
MISSING_SOME = ("shapotou-pingguo", "xinganmeng-dami")
WITHOUT_ANY = "guyang-huangqi"


def load_demo_returns(today: date, now: datetime) -> int:
    """Returns of all finished years and a few of the running one; again only after they were removed."""
    standing = AnnualReturn.demo & AnnualReturn.state.not_in((State.ENDED, State.REPLACED))
    if db.session.scalar(select(AnnualReturn.id).where(standing).limit(1)) is not None:
        return 0
    touched = 0
    for indication in indications_with_demo_roster():
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            touched += _load_year(indication, year, now)
        touched += _load_waiting(indication, today, now)
    db.session.flush()
    return touched + _state_exactly_sixty(today, now)


def remove_demo_returns(today: date, now: datetime) -> int:
    """End what was loaded: rows stay, and count no longer."""
    ended = 0
    for one in db.session.scalars(select(AnnualReturn).where(AnnualReturn.demo)):
        if one.state not in (State.ENDED, State.REPLACED):
            one.state, one.decided_at = State.ENDED.value, now
            ended += 1
    for figure in db.session.scalars(select(OfficialOutput).where(OfficialOutput.demo)):
        if figure.ended_on is None:
            figure.ended_on = today
            ended += 1
    if ended:
        for indication in indications_with_demo_roster():
            record(PORTAL, "ended", f"return:{indication.slug}/demo", {}, public=False)
    return ended


def indications_with_demo_roster() -> list[Indication]:
    ids = select(RosterEntry.indication_id).join(RosterEntry.producer).where(Producer.demo)
    return list(db.session.scalars(select(Indication).where(Indication.id.in_(ids)).order_by(Indication.id)))


def _lines(indication: Indication, day: date) -> list[tuple[int, str]]:
    query = (
        select(RosterEntry.producer_id, RosterEntry.adcode)
        .join(RosterEntry.producer)
        .where(RosterEntry.indication_id == indication.id, stands_on(day), Producer.demo)
        .order_by(RosterEntry.producer_id)
    )
    return [(producer_id, adcode) for producer_id, adcode in db.session.execute(query)]


def _users(indication: Indication, day: date) -> set[int]:
    pairs = db.session.execute(authorised_pairs(day))
    return {producer_id for indication_id, producer_id in pairs if indication_id == indication.id}


def _load_year(indication: Indication, year: int, now: datetime) -> int:
    if indication.slug == WITHOUT_ANY:
        return 0
    last_day = date(year, 12, 31)
    users = _users(indication, last_day)
    rows = [
        _row(indication, producer_id, adcode, year, producer_id in users, now)
        for place, (producer_id, adcode) in enumerate(_lines(indication, last_day))
        if not _is_missing(indication, place, year)
    ]
    if rows:
        _store(indication, year, rows)
        changes = {"returns": {"from": None, "to": len(rows)}}
        record(PORTAL, "imported", f"return:{indication.slug}/{year}", changes, public=False)
    return len(rows)


def _is_missing(indication: Indication, place: int, year: int) -> bool:
    return indication.slug in MISSING_SOME and year == LAST_YEAR and place % 4 == 3


def _row(
    indication: Indication, producer_id: int, adcode: str, year: int, is_user: bool, now: datetime
) -> dict[str, object]:
    units = (40 + (producer_id * 37) % 160) * (100 + 6 * (year - FIRST_YEAR)) // 100 * (5 if is_user else 2)
    value = units * UNIT_FEN
    grams = units * GRAMS_PER_UNIT
    return {
        "indication_id": indication.id,
        "producer_id": producer_id,
        "adcode": adcode,
        "year": year,
        "state": State.ACCEPTED.value,
        "area_m2": grams // GRAMS_PER_SQUARE_METRE,
        "quantity_g": grams,
        "value_fen": value,
        "mark_value_fen": value * (50 + producer_id % 40) // 100 if is_user else 0,
        "labels": units * 20 if is_user else 0,
        "note": "演示数据（DEMO）",
        "filed_as": "producer" if is_user else "official",
        "created_at": now,
        "submitted_at": min(now, _filed_at(producer_id, year)),
        "decided_at": now,
        "demo": True,
        "version": 1,
    }


def _filed_at(producer_id: int, year: int) -> datetime:
    """In the spring after the year; one in twelve too late."""
    month, day = (5, 10) if producer_id % 12 == 5 else (3, 1 + producer_id % 20)
    return datetime(year + 1, month, day, 2, tzinfo=UTC)


def _load_waiting(indication: Indication, today: date, now: datetime) -> int:
    """Three returns of the running year that wait on the county's desk."""
    if indication.slug == WITHOUT_ANY or today.year <= LAST_YEAR:
        return 0
    users = _users(indication, today)
    rows = [
        _row(indication, producer_id, adcode, today.year, producer_id in users, now)
        | {"state": State.SUBMITTED.value, "decided_at": None}
        for producer_id, adcode in _lines(indication, today)[3:6]
    ]
    if rows:
        _store(indication, today.year, rows)
    return len(rows)


def _store(indication: Indication, year: int, rows: list[dict[str, object]]) -> None:
    """Each as the edition after those there are: what was removed stays as it was."""
    query = (
        select(AnnualReturn.producer_id, func.max(AnnualReturn.edition))
        .where(AnnualReturn.indication_id == indication.id, AnnualReturn.year == year)
        .group_by(AnnualReturn.producer_id)
    )
    last = dict(db.session.execute(query).all())
    numbered = [row | {"edition": 1 + last.get(row["producer_id"], 0)} for row in rows]
    db.session.execute(insert(AnnualReturn), numbered)


def _state_exactly_sixty(today: date, now: datetime) -> int:
    """An official figure of which the users' output is 60 % to the 分."""
    known = {indication.slug: indication for indication in indications_with_demo_roster()}
    for slug, year in EXACTLY_SIXTY:
        value = _output_of_users(known[slug], year) if slug in known else 0
        if value:
            store_official(PORTAL, known[slug], _sixty_percent(value, year), today, now)
            return 1
    return 0


def _output_of_users(indication: Indication, year: int) -> int:
    query = select(AnnualReturn.value_fen).where(
        AnnualReturn.indication_id == indication.id,
        AnnualReturn.year == year,
        AnnualReturn.state == State.ACCEPTED,
        AnnualReturn.producer_id.in_(_users(indication, date(year, 12, 31))),
    )
    return sum(db.session.scalars(query))


def _sixty_percent(value: int, year: int) -> OfficialOutput:
    return OfficialOutput(
        year=year,
        zone="",
        value_fen=value * 5 // 3,
        issuer="演示统计局（DEMO）",
        document="演示统计公报（DEMO）",
        document_on=date(year + 1, 3, 20),
        demo=True,
    )
