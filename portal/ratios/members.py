"""Every producer behind a share: counted or not, and why."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from portal.authorisation.models import Licence
from portal.authorisation.rules import LicenceState
from portal.db import db
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import stands_on
from portal.ratios.rules import Why, WhyOutput, why_output, why_user
from portal.regions.rules import covers
from portal.returns.models import AnnualReturn
from portal.returns.rules import OPEN, State


@dataclass(frozen=True)
class Member:
    """One producer as the two shares see it. Values are of its accepted return."""

    producer_id: int
    number: str
    name: str
    name_public: bool
    kind: str
    adcode: str
    on_roster: bool
    why: Why
    output: WhyOutput
    reason: str | None
    licences: tuple[str, ...]
    valid_to: date | None
    licensed_from: date | None
    edition: int | None
    value_fen: int | None
    mark_value_fen: int | None

    @property
    def is_user(self) -> bool:
        return self.why.counts

    def licence_is_younger_than(self, year: int) -> bool:
        """Authorised in the course of the year: its whole year counts, and the page says so."""
        return self.is_user and self.licensed_from is not None and self.licensed_from > date(year, 1, 1)


_PRODUCER = (Producer.id, Producer.number, Producer.name, Producer.name_public, Producer.kind)


def members_of(indication_id: int, year: int, day: date, zone: str = "") -> list[Member]:
    """Whoever stands on the roster of the GI on the day, or is licensed without standing there, by name.
    With a zone those outside it are listed too, as not counted."""
    lines = _lines(indication_id, day)
    licences = _licences(indication_id)
    filed = _returns(indication_id, year)
    listed = [_member(row, row.adcode, True, licences, filed, day, zone) for row in lines]
    off = _unlisted(licences, {row.id for row in lines}, day)
    return listed + [_member(row, row.adcode, False, licences, filed, day, zone) for row in off]


def _lines(indication_id: int, day: date) -> list:
    query = (
        select(*_PRODUCER, RosterEntry.adcode, RosterEntry.unauthorised_reason)
        .join(Producer, Producer.id == RosterEntry.producer_id)
        .where(RosterEntry.indication_id == indication_id, stands_on(day))
        .order_by(Producer.name, Producer.id)
    )
    # One line a producer, whatever spells overlap.
    return list({row.id: row for row in db.session.execute(query)}.values())


def _licences(indication_id: int) -> dict[int, list[Licence]]:
    query = (
        select(Licence).where(Licence.indication_id == indication_id).options(selectinload(Licence.spells))
    )
    found: dict[int, list[Licence]] = defaultdict(list)
    for licence in db.session.scalars(query):
        found[licence.producer_id].append(licence)
    return found


def _returns(indication_id: int, year: int) -> dict[int, list]:
    query = select(
        AnnualReturn.producer_id,
        AnnualReturn.state,
        AnnualReturn.edition,
        AnnualReturn.value_fen,
        AnnualReturn.mark_value_fen,
    ).where(
        AnnualReturn.indication_id == indication_id,
        AnnualReturn.year == year,
        or_(AnnualReturn.state == State.ACCEPTED, AnnualReturn.state.in_(OPEN)),
    )
    found: dict[int, list] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.producer_id].append(row)
    return found


def _unlisted(licences: dict[int, list[Licence]], listed: set[int], day: date) -> list:
    wanted = {
        number: one
        for number, ones in licences.items()
        if number not in listed
        for one in ones
        if one.state_on(day) is LicenceState.IN_FORCE
    }
    if not wanted:
        return []
    query = select(*_PRODUCER, Licence.adcode).join(Licence, Licence.producer_id == Producer.id)
    rows = db.session.execute(query.where(Licence.id.in_([one.id for one in wanted.values()])))
    return sorted(rows, key=lambda row: (row.name, row.id))


def _member(
    row: object, adcode: str, on_roster: bool, licences: dict, filed: dict, day: date, zone: str
) -> Member:
    own = licences.get(row.id, [])
    states = [licence.state_on(day).value for licence in own]
    in_force = [one for one, state in zip(own, states, strict=True) if state == LicenceState.IN_FORCE]
    why = why_user(states, on_roster, not zone or covers(zone, adcode))
    accepted = next((r for r in filed.get(row.id, ()) if r.state == State.ACCEPTED), None)
    waiting = next((r for r in filed.get(row.id, ()) if r.state != State.ACCEPTED), None)
    stands = accepted or waiting
    return Member(
        producer_id=row.id,
        number=row.number,
        name=row.name,
        name_public=row.name_public,
        kind=row.kind,
        adcode=adcode,
        on_roster=on_roster,
        why=why,
        output=why_output(why.counts, stands.state if stands else None),
        reason=getattr(row, "unauthorised_reason", None),
        licences=tuple(one.number for one in own),
        valid_to=_latest(in_force),
        licensed_from=min((one.valid_from for one in in_force), default=None),
        edition=accepted.edition if accepted else None,
        value_fen=accepted.value_fen if accepted else None,
        mark_value_fen=accepted.mark_value_fen if accepted else None,
    )


def _latest(licences: list[Licence]) -> date | None:
    """The day the last of several licences ends; None where one has no end."""
    ends = [licence.valid_to for licence in licences]
    return None if None in ends else max(ends, default=None)


# ---- what the public may read, and what binds a publication to its inputs


def public_view(members: Iterable[Member]) -> dict[str, object]:
    """Firms by their number under each reason; everybody else as a count. No value of anybody."""
    firms: dict[str, list[str]] = defaultdict(list)
    others: Counter[str] = Counter()
    output: Counter[str] = Counter()
    members = list(members)
    for member in members:
        if member.name_public:
            firms[member.why].append(member.number)
        else:
            others[member.why] += 1
        if member.on_roster and member.why is not Why.OUTSIDE_ZONE:
            output[member.output] += 1
    return {
        "firms": {why: sorted(numbers) for why, numbers in sorted(firms.items())},
        "others": dict(sorted(others.items())),
        "output": dict(sorted(output.items())),
        "places": counted_by_place(members),
    }


LEAST_IN_A_PLACE = 5


def counted_by_place(members: Iterable[Member]) -> dict[str, list[int]]:
    """Users and all producers of each division of the zone. A township with so few producers that a number
    would speak of single households is counted with its county."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for member in members:
        if member.on_roster and member.why is not Why.OUTSIDE_ZONE:
            found[member.adcode][0] += member.is_user
            found[member.adcode][1] += 1
    for code in [code for code, (_, whole) in found.items() if len(code) > 6 and whole < LEAST_IN_A_PLACE]:
        users, whole = found.pop(code)
        found[code[:6]][0] += users
        found[code[:6]][1] += whole
    return dict(sorted(found.items()))


INPUT_COLUMNS = ("producer", "place", "users", "return", "edition", "value_fen", "mark_value_fen")


def input_lines(members: Iterable[Member]) -> Iterator[tuple[str, ...]]:
    for member in sorted(members, key=lambda one: one.number):
        yield tuple(
            "" if value is None else str(value)
            for value in (
                member.number,
                member.adcode,
                member.why.value,
                member.output.value,
                member.edition,
                member.value_fen,
                member.mark_value_fen,
            )
        )


def inputs_file(members: Iterable[Member], official: dict[str, object] | None) -> bytes:
    """Everything a publication was made of, as the file whose SHA-256 stands in its entry."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(INPUT_COLUMNS)
    writer.writerows(input_lines(members))
    if official:
        writer.writerow(
            ("official", official["document"], official["document_on"], "", "", official["value_fen"], "")
        )
    return out.getvalue().encode("utf-8")


def digest_of_inputs(members: Iterable[Member], official: dict[str, object] | None) -> str:
    return sha256(inputs_file(members, official)).hexdigest()
