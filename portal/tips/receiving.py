"""Taking a tip in: what is typed, the receipt, and the secret that opens it again."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import refuse
from portal.lib.text import Text
from portal.lib.uscc import ALPHABET
from portal.lib.workdays import WorkCalendar
from portal.papers.files import Paper
from portal.papers.keeping import file_paper
from portal.register.actions import Actor, record
from portal.register.rules import stated
from portal.tips import words  # noqa: F401 - gives the entries written here their words
from portal.tips.clock_actions import start_clocks
from portal.tips.models import Tip, TipPhotograph, TipSender
from portal.tips.queries import digest_of, find_by_key, from_the_same
from portal.tips.rules import (
    MOST_PHOTOGRAPHS,
    Kind,
    Matter,
    State,
    looks_like_a_flood,
    word_faults,
)
from portal.tips.sealing import FIELDS, seal

VISITOR = Actor("visitor")
SECRET_LENGTH = 10


@dataclass(frozen=True)
class Told:
    """What somebody tells. `values` is what was typed; `county` who handles it; the rest was worked out."""

    values: Mapping[str, str]
    county: str
    indication_id: int | None = None
    producer_id: int | None = None
    lon: int | None = None
    lat: int | None = None
    photographs: Sequence[Paper] = ()
    channel: str = "web"
    sender: str | None = None
    quick: bool = False
    left_empty: bool = True
    demo: bool = False
    client_key: str | None = None


@dataclass(frozen=True)
class Receipt:
    """Shown once: with both the sender follows what becomes of it. `secret` is empty where it was given
    before and cannot be given again."""

    number: str
    secret: str
    tip_id: int


def known_receipt(client_key: str | None, keys: Sequence[str]) -> Receipt | None:
    """What was sent under this key before: the same receipt, with the same secret."""
    tip = find_by_key(client_key) if client_key else None
    if tip is None:
        return None
    for key in keys:
        secret = _secret_of(client_key, key)
        if hmac.compare_digest(digest_of(secret), tip.secret):
            return Receipt(tip.number, _in_two(secret), tip.id)
    return Receipt(tip.number, "", tip.id)


def _secret_of(client_key: str, key: str) -> str:
    """Made from the sender's key and ours, so that it lies in no database and can yet be given twice."""
    drawn = hmac.new(key.encode(), f"tip receipt {client_key}".encode(), sha256).digest()
    number, letters = int.from_bytes(drawn), []
    for _ in range(SECRET_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def _in_two(secret: str) -> str:
    return f"{secret[:5]}-{secret[5:]}"


def sender_digest(address: str, key: str, day: date) -> str:
    """Tells that two came from one place on one day, and nothing else: the salt changes daily."""
    return sha256(f"{key}|{day.isoformat()}|{address}".encode()).hexdigest()[:32]


def receive(
    told: Told, calendar: WorkCalendar, key: str, folder: Path, now: datetime, actor: Actor = VISITOR
) -> Receipt:
    """Take it in and give a receipt. Nothing is ever dropped: what looks like a flood waits for a person."""
    refuse(_faults(told))
    secret = _secret_of(told.client_key, key) if told.client_key else _random(SECRET_LENGTH)
    tip = _new_tip(told, secret, now)
    db.session.add(tip)
    db.session.flush()
    if any(told.values.get(name, "").strip() for name in FIELDS):
        db.session.add(TipSender(tip_id=tip.id, sealed=seal(dict(told.values), tip.id, key)))
    for paper in told.photographs:
        file_paper(TipPhotograph, paper, folder, now, tip_id=tip.id)
    tip.client_key = told.client_key
    if tip.stands is not State.HELD:
        start_clocks(tip, calendar, day_of(now))
    said = {"kind": tip.kind, "matter": tip.matter, "state": tip.state, "adcode": tip.adcode}
    record(actor, "received", tip.subject, stated(said), public=False)
    return Receipt(tip.number, _in_two(secret), tip.id)


def _faults(told: Told) -> dict[str, Text]:
    faults = word_faults(told.values)
    if told.values.get("matter") not in set(Matter):
        faults["matter"] = Text("请选择是什么事", "Choose what it is about")
    if len(told.photographs) > MOST_PHOTOGRAPHS:
        faults["photographs"] = Text("最多 {n} 张照片", "At most {n} photographs").format(n=MOST_PHOTOGRAPHS)
    return faults


def _new_tip(told: Told, secret: str, now: datetime) -> Tip:
    values = {name: value.strip() for name, value in told.values.items()}
    kind = Kind(values["kind"]) if values.get("kind") in set(Kind) else Kind.TIP
    return Tip(
        number=number_for(kind, day_of(now)),
        secret=digest_of(secret),
        kind=kind.value,
        matter=values["matter"],
        state=(State.HELD if _looks_like_a_flood(told, now) else State.RECEIVED).value,
        adcode=told.county,
        place=told.values["place"],
        where=values.get("where") or None,
        lon=told.lon,
        lat=told.lat,
        facts=values["facts"],
        request=values.get("request") or None,
        respondent=values.get("respondent") or None,
        code=values.get("code", "")[:60] or None,
        indication_id=told.indication_id,
        producer_id=told.producer_id,
        named=bool(values.get("name") and values.get("phone")),
        channel=told.channel,
        sender=told.sender,
        received_at=now,
        changed_at=now,
        demo=told.demo,
        clocks=[],
    )


def _looks_like_a_flood(told: Told, now: datetime) -> bool:
    links = told.values["facts"].lower().count("http")
    same = from_the_same(told.sender, now) if told.sender else 0
    return looks_like_a_flood(told.quick, told.left_empty, links, same)


def number_for(kind: Kind, day: date) -> str:
    return f"{'T' if kind is Kind.TIP else 'C'}{day.year % 100:02d}-{_random(7)}"


def unknown_secret() -> str:
    """For what nobody sent: no receipt opens it."""
    return digest_of(_random(SECRET_LENGTH * 3))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
