"""Brings a benchmark's made-up register into an empty database, room by room, each change an entry."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert, select

from gi_data import bench_files as files
from gi_data.bench_users import in_parts
from portal.catalogue.actions import state_document, state_indication
from portal.catalogue.models import Indication, Outline
from portal.catalogue.sketch import sketch_of
from portal.cli.bench_users import Known
from portal.db import db
from portal.producers.entries import PRODUCER_STATE, record_producer, record_roster
from portal.producers.models import Producer, RosterEntry
from portal.producers.naming import search_text
from portal.producers.rules import Reason
from portal.regions.models import Region
from portal.register.actions import PORTAL, record
from portal.returns.models import AnnualReturn
from portal.returns.rules import State
from portal.storing import insert_rows

ENROLLED = date(2021, 1, 1)


def load_counties(folder: Path) -> int:
    """The county codes of the files are invented: those that the country does not have are added as DEMO."""
    known = set(db.session.scalars(select(Region.adcode)))
    fresh = [_region(one, known) for one in files.read_counties(folder) if one.code not in known]
    for part in in_parts(fresh):
        db.session.execute(insert(Region.__table__), part)
    if fresh:
        changes = {"rows": {"from": len(known) or None, "to": len(known) + len(fresh)}}
        record(PORTAL, "loaded", "regions:demo", changes)
    return len(fresh)


def _region(county: files.County, known: set[str]) -> dict[str, object]:
    above = (county.code[:4] + "00", county.code[:2] + "0000")
    return {
        "adcode": county.code,
        "level": "county",
        "name_zh": f"{county.name}（演示）",
        "name_en": f"Demo {county.code}",
        "pinyin": f"demo{county.code}",
        "initials": "demo",
        "parent": next((code for code in above if code in known), None),
    }


def load_gis(gis: Iterable[tuple[str, dict, bytes | None]], today: date) -> int:
    """GIs as `read_gis` gives them: a part of the file, or all."""
    state_document(PORTAL, files.DOCUMENT, files.DOCUMENT_FACTS, verb="loaded")
    count = 0
    for part in in_parts(gis):
        # No GI of a file is asked for again, so that none has to be stored before the next is looked at.
        with db.session.no_autoflush:
            for slug, facts, outline in part:
                also = {"outline": {"from": None, "to": {"digest": _digest(outline)}}} if outline else None
                state_indication(PORTAL, slug, facts, today, verb="loaded", demo=True, also=also)
        db.session.flush()
        db.session.expunge_all()
        _store_outlines({slug: outline for slug, _, outline in part if outline}, today)
        count += len(part)
    return count


def _digest(outline: bytes) -> str:
    return sha256(outline).hexdigest()


def _store_outlines(outlines: dict[str, bytes], today: date) -> None:
    query = select(Indication.slug, Indication.id).where(Indication.slug.in_(outlines))
    numbers = dict(db.session.execute(query).tuples().all())
    source = {"sources": [files.DOCUMENT]}
    rows = (
        {
            "indication_id": numbers[slug],
            "wkb": wkb,
            "sketch": sketch_of(wkb),
            "digest": _digest(wkb),
            "square_metres": 0,
            "source": source,
            "from_on": today,
        }
        for slug, wkb in outlines.items()
    )
    insert_rows(db.session(), Outline.__table__, list(rows))


def load_producers(lines: Sequence[files.BenchProducer], known: Known) -> int:
    """Firms first, then the lines of the rosters on which they stand."""
    firms = {one.uscc: one for one in lines if one.uscc not in known.producers}
    for part in in_parts(firms.values()):
        insert_rows(db.session(), Producer.__table__, [_producer(one) for one in part])
    for part in in_parts(firms):
        found = db.session.execute(select(Producer.number, Producer.id).where(Producer.number.in_(part)))
        known.producers |= dict(found.tuples().all())
    for part in in_parts(lines):
        insert_rows(db.session(), RosterEntry.__table__, [_line(one, known) for one in part])
    return len(lines)


def _producer(one: files.BenchProducer) -> dict[str, object]:
    values = dict.fromkeys(PRODUCER_STATE) | {
        "uscc": one.uscc,
        "kind": "cooperative" if "合作社" in one.name else "company",
        "name": one.name,
        "name_public": True,
        "adcode": one.county,
    }
    record_producer(PORTAL, "created", one.uscc, {}, values)
    return values | {
        "number": one.uscc,
        "search_text": search_text(one.name, one.uscc),
        "created_on": ENROLLED,
        "demo": True,
        "version": 1,
    }


def _line(one: files.BenchProducer, known: Known) -> dict[str, object]:
    gi, producer = known.gis[one.gi], known.producers[one.uscc]
    known.standing[one.file_id] = gi.id, producer, one.county
    values = {"adcode": one.county, "unauthorised_reason": Reason.UNKNOWN.value, "note": None}
    state = values | {"from_on": ENROLLED.isoformat(), "ended_on": None}
    record_roster(PORTAL, "enrolled", gi.slug, one.uscc, True, {}, state)
    return values | {
        "indication_id": gi.id,
        "producer_id": producer,
        "from_on": ENROLLED,
        "ended_on": None,
        "version": 1,
    }


def load_returns(filed: Iterable[files.BenchReturn], known: Known, now: datetime) -> int:
    """One entry for each GI and year, with the number of returns and the digest of what they say."""
    slugs = {gi.id: gi.slug for gi in known.gis.values()}
    digests: dict[tuple[int, int], list] = defaultdict(lambda: [0, sha256()])
    count = 0
    for part in in_parts(filed):
        insert_rows(db.session(), AnnualReturn.__table__, [_return(one, known, digests, now) for one in part])
        count += len(part)
    for (gi, year), (number, digest) in digests.items():
        changes = {
            "returns": {"from": None, "to": number},
            "digest": {"from": None, "to": digest.hexdigest()},
        }
        record(PORTAL, "imported", f"return:{slugs[gi]}/{year}", changes, public=False)
    return count


def _return(one: files.BenchReturn, known: Known, digests: dict, now: datetime) -> dict[str, object]:
    gi, producer, county = known.standing[one.producer]
    tally = digests[gi, one.year]
    tally[0] += 1
    tally[1].update(f"{producer},{one.quantity_g},{one.value_fen},{one.mark_value_fen}\n".encode())
    return {
        "indication_id": gi,
        "producer_id": producer,
        "adcode": county,
        "year": one.year,
        "edition": 1,
        "state": State.ACCEPTED.value,
        "quantity_g": one.quantity_g,
        "value_fen": one.value_fen,
        "mark_value_fen": one.mark_value_fen,
        "filed_as": "file",
        "created_at": now,
        "submitted_at": now,
        "decided_at": now,
        "demo": True,
        "version": 1,
    }
