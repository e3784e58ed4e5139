"""`bench import-users`: authorised users of the benchmark's made-up register. A file of them is judged row by
row, and the good rows become licences, each with its entry."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from gi_data.bench_users import (
    STATES,
    USER_FAULTS,
    BenchUser,
    UserJudge,
    day_of,
    in_parts,
    lines_of,
    read_users,
)
from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.rules import Track
from portal.catalogue.models import Indication, Protection
from portal.db import db, transaction
from portal.lib.clock import now
from portal.producers.models import Producer
from portal.regions.models import Region
from portal.register.actions import PORTAL, record_many_new
from portal.storing import ROWS_AT_ONCE, new_ids, plain_rows, storing

OFFICE = "演示机关（DEMO）"
GOODS = "演示（DEMO）"
LICENCE = (
    "id", "number", "indication_id", "protection_id", "producer_id", "track", "adcode", "goods", "valid_from",
    "valid_to", "issued_by", "issued_on", "changed_at", "demo", "version",
)  # fmt: skip
SPELL = ("licence_id", "state", "from_on")
SAID = (
    "gi", "protection", "track", "uscc", "producer", "region", "valid_from", "valid_to", "state",
)  # fmt: skip
SAID_OF_ALL = {"goods": GOODS, "issued_by": OFFICE, "demo": True}
TRACKS = {
    "certification_mark": Track.CERTIFICATION_MARK,
    "collective_mark": Track.COLLECTIVE_MARK,
}


@dataclass(frozen=True)
class Gi:
    id: int
    slug: str
    protection_id: int
    protection_key: str
    track: str


@dataclass
class Known:
    """What the later stages need of the earlier ones: ids by what the files call things."""

    gis: dict[str, Gi] = field(default_factory=dict)
    producers: dict[str, int] = field(default_factory=dict)
    standing: dict[int, tuple[int, int, str]] = field(default_factory=dict)


def known_gis() -> dict[str, Gi]:
    query = select(Indication.id, Indication.slug, Protection.id, Protection.key, Protection.kind).join(
        Protection, Protection.indication_id == Indication.id
    )
    return {
        slug: Gi(number, slug, protection, key, TRACKS.get(kind, Track.SPECIAL_MARK).value)
        for number, slug, protection, key, kind in db.session.execute(query)
    }


def add_commands(cli: AppGroup) -> None:
    cli.add_command(import_users)


@click.command("import-users")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_users(file: Path) -> None:
    """Check FILE row by row, store the good rows as licences, say how many were refused and why."""
    faults: Counter[str] = Counter()
    known = Known(gis=known_gis(), producers=known_producers())
    with transaction():
        accepted = load_licences(good_users(file, faults), known, now(), most=lines_of(file))
    counted = " ".join(f"{fault}={faults[fault]}" for fault in USER_FAULTS)
    click.echo(f"rows={accepted + faults.total()} accepted={accepted} {counted}")


def known_producers() -> dict[str, int]:
    return dict(plain_rows(db.session(), select(Producer.number, Producer.id)))


def good_users(file: Path, faults: Counter[str] | None = None) -> Iterator[BenchUser]:
    """Those of the file that have no fault; the others are counted, or refused where none is counted. What
    has to be asked is asked at once: rows are judged while earlier ones are stored."""
    gis = frozenset(db.session.scalars(select(Indication.slug)))
    counties = frozenset(db.session.scalars(select(Region.adcode)))
    judge = UserJudge(gis, counties, set(db.session.scalars(select(Licence.number))))
    return _judged(file, judge, faults)


def _judged(file: Path, judge: UserJudge, faults: Counter[str] | None) -> Iterator[BenchUser]:
    for line, row in read_users(file):
        fault = judge.fault(row)
        if fault is None:
            yield row
        elif faults is None:
            raise SystemExit(f"{file.name}, line {line}: {fault}")
        else:
            faults[fault] += 1


def load_licences(users: Iterable[BenchUser], known: Known, now: datetime, most: int) -> int:
    """How many there were; more than `most` are refused."""
    numbers, count = iter(new_ids(db.session(), Licence.__table__, most)), 0
    with storing(db.session()) as store:
        for part in in_parts(users, ROWS_AT_ONCE):
            numbered = list(zip(islice(numbers, len(part)), part, strict=True))
            store.add(Licence.__table__, LICENCE, [_licence(own, one, known, now) for own, one in numbered])
            spells = [(own, STATES[one.status], day_of(one.valid_from)) for own, one in numbered]
            store.add(LicenceSpell.__table__, SPELL, spells)
            said = (_said(one, known.gis[one.gi]) for one in part)
            record_many_new(PORTAL, "issued", SAID, SAID_OF_ALL, said)
            count += len(part)
    return count


def _licence(own: int, one: BenchUser, known: Known, now: datetime) -> tuple[object, ...]:
    gi, begin, end = known.gis[one.gi], day_of(one.valid_from), day_of(one.valid_to)
    return (
        own, one.licence, gi.id, gi.protection_id, known.producers[one.uscc], gi.track, one.county, GOODS,
        begin, end, OFFICE, begin, now, True, 1,
    )  # fmt: skip


def _said(one: BenchUser, gi: Gi) -> tuple[str, tuple[str, ...]]:
    return f"licence:{one.licence}", (
        gi.slug, gi.protection_key, gi.track, one.uscc, one.name, one.county, one.valid_from, one.valid_to,
        STATES[one.status],
    )  # fmt: skip
