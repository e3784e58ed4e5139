"""What goes on all the time during the drill: people who read, and an office that writes."""

import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from portal.db import db, transaction
from portal.register.actions import PORTAL, record
from portal.register.queries import public_version

ADDRESSES = (
    "/", "/gi/", "/api/v1/gis?per_page=5", "/api/v1/gis/zhongning-gouqi", "/gi/zhongning-gouqi", "/map",
    "/verify", "/ratios/", "/log/", "/api/v1/log/head", "/brands/", "/about/method",
)  # fmt: skip


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


def ask(address: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    request = urllib.request.Request(address, data, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read().decode("utf-8", "replace"))
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, dict(refused.headers), refused.read().decode("utf-8", "replace"))
    except OSError as broken:
        return Answer(0, {}, str(broken))


@dataclass
class Seen:
    """`newest` is the version that the office was told was stored; whoever asks later must see it."""

    newest: int = 0
    may_lag: bool = False
    asked: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)


def read_on(base: str, seen: Seen) -> None:
    """One reader after another, on pages that are kept and on some that nobody asked for before."""
    turn = 0
    while not seen.stopped.is_set():
        turn += 1
        place = ADDRESSES[turn % len(ADDRESSES)]
        address = f"{base}/gi/?q={turn}" if turn % 5 == 0 else base + place
        stored, lagging, began = seen.newest, seen.may_lag, time.monotonic()
        answer = ask(address)
        seen.asked += 1
        seen.slowest = max(seen.slowest, time.monotonic() - began)
        if answer.status != 200:
            seen.faults.append(f"{address}: {answer.status} {answer.body[:120]}")
        shown = answer.headers.get("X-Register-Version")
        if shown is not None and int(shown) < stored and not lagging and not seen.may_lag:
            seen.faults.append(f"{address}: shows version {shown}, stored was {stored}")


@dataclass
class Written:
    accepted: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


def write_on(app: object, seen: Seen, written: Written, pause: float = 0.1) -> None:
    """An entry each time; what was accepted must be in the log once, whatever happens."""
    turn = 0
    while not seen.stopped.is_set():
        turn += 1
        with app.app_context():
            try:
                with transaction():
                    record(PORTAL, "noted", f"drill:{turn}", {"turn": {"from": None, "to": turn}})
            except SQLAlchemyError:
                written.refused.append(turn)
                db.session.remove()
            else:
                written.accepted.append(turn)
                try:
                    seen.newest = max(seen.newest, public_version())
                except SQLAlchemyError:
                    db.session.remove()
        time.sleep(pause)
