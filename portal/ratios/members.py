"""Every producer behind a share: counted or not, and why."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Row, or_, select

from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.rules import LicenceState, licence_state_on
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
    return members_of_all([indication_id], year, day, zone)[indication_id]


def members_of_all(
    indications: Collection[int], year: int, day: date, zone: str = ""
) -> dict[int, list[Member]]:
    """Of each of these GIs whoever stands on its roster on the day, or is licensed without standing there, by
    name: five statements at most, however many GIs. With a zone those outside it are listed too, as not
    counted."""
    lines = _lines(indications, day)
    licences = _licences(indications, day)
    filed = _returns(indications, year)
    found = {
        number: [_member(row, True, licences, filed, day, zone) for row in lines.get(number, {}).values()]
        for number in indications
    }
    for row in _unlisted(licences, lines):
        found[row.indication_id].append(_member(row, False, licences, filed, day, zone))
    return found


Pair = tuple[int, int]
"""A GI and a producer of it."""


def _lines(indications: Collection[int], day: date) -> dict[int, dict[int, Row]]:
    """One line a producer, whatever spells overlap."""
    query = (
        select(
            RosterEntry.indication_id,
            *_PRODUCER,
            RosterEntry.adcode.label("place"),
            RosterEntry.unauthorised_reason,
        )
        .join(Producer, Producer.id == RosterEntry.producer_id)
        .where(RosterEntry.indication_id.in_(indications), stands_on(day))
        .order_by(Producer.name, Producer.id)
    )
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in db.session.execute(query):
        found[row.indication_id][row.id] = row
    return found


class Held(NamedTuple):
    """A licence and what it is worth on the day that is asked about."""

    id: int
    number: str
    valid_from: date
    valid_to: date | None
    state: LicenceState


def _licences(indications: Collection[int], day: date) -> dict[Pair, list[Held]]:
    spells: dict[int, list[Row]] = defaultdict(list)
    for row in db.session.execute(
        select(LicenceSpell.licence_id, LicenceSpell.state, LicenceSpell.from_on, LicenceSpell.ended_on)
        .join(Licence, Licence.id == LicenceSpell.licence_id)
        .where(Licence.indication_id.in_(indications))
        .order_by(LicenceSpell.id)
    ):
        spells[row.licence_id].append(row)
    query = select(
        Licence.indication_id,
        Licence.producer_id,
        Licence.id,
        Licence.number,
        Licence.valid_from,
        Licence.valid_to,
    ).where(Licence.indication_id.in_(indications))
    found: dict[Pair, list[Held]] = defaultdict(list)
    for gi, producer, number, *stated, first, last in db.session.execute(query.order_by(Licence.id)):
        state = licence_state_on(first, last, spells.get(number, ()), day)
        found[gi, producer].append(Held(number, *stated, first, last, state))
    return found


def _returns(indications: Collection[int], year: int) -> dict[Pair, list[Row]]:
    query = select(
        AnnualReturn.indication_id,
        AnnualReturn.producer_id,
        AnnualReturn.state,
        AnnualReturn.edition,
        AnnualReturn.value_fen,
        AnnualReturn.mark_value_fen,
    ).where(
        AnnualReturn.indication_id.in_(indications),
        AnnualReturn.year == year,
        or_(AnnualReturn.state == State.ACCEPTED, AnnualReturn.state.in_(OPEN)),
    )
    found: dict[Pair, list[Row]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.indication_id, row.producer_id].append(row)
    return found


def _unlisted(licences: dict[Pair, list[Held]], lines: dict[int, dict[int, Row]]) -> list[Row]:
    """Who holds a licence in force without standing on the roster of its GI."""
    wanted = {
        pair: one.id
        for pair, ones in licences.items()
        if pair[1] not in lines.get(pair[0], ())
        for one in ones
        if one.state is LicenceState.IN_FORCE
    }
    if not wanted:
        return []
    query = select(Licence.indication_id, *_PRODUCER, Licence.adcode.label("place"))
    query = query.join(Licence, Licence.producer_id == Producer.id).where(Licence.id.in_(wanted.values()))
    return sorted(db.session.execute(query), key=lambda row: (row.name, row.id))


def _member(row: Row, on_roster: bool, licences: dict, filed: dict, day: date, zone: str) -> Member:
    pair = row.indication_id, row.id
    own = licences.get(pair, ())
    in_force = [one for one in own if one.state is LicenceState.IN_FORCE]
    why = why_user([one.state.value for one in own], on_roster, not zone or covers(zone, row.place))
    accepted = next((r for r in filed.get(pair, ()) if r.state == State.ACCEPTED), None)
    stands = accepted or next(iter(filed.get(pair, ())), None)
    return Member(
        producer_id=row.id,
        number=row.number,
        name=row.name,
        name_public=row.name_public,
        kind=row.kind,
        adcode=row.place,
        on_roster=on_roster,
        why=why,
        output=why_output(why.counts, stands.state if stands else None),
        reason=row.unauthorised_reason if on_roster else None,
        licences=tuple(one.number for one in own),
        valid_to=_latest(in_force),
        licensed_from=min((one.valid_from for one in in_force), default=None),
        edition=accepted.edition if accepted else None,
        value_fen=accepted.value_fen if accepted else None,
        mark_value_fen=accepted.mark_value_fen if accepted else None,
    )


def _latest(licences: list[Held]) -> date | None:
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
