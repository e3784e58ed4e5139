"""What the register already knows of the producers and rosters that a file speaks of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.folding import folded
from portal.producers.models import Membership, Producer, RosterEntry
from portal.producers.points import AreaOfIndication
from portal.producers.queries import divisions_of_area, indications_with_roster, within
from portal.regions.rules import county_of, covers

# A household has no code: it is known by the county's own number or by its name at its place.
NaturalKey = tuple[str, str, str]
LocalKey = tuple[str, str]


def natural_key(name: str, adcode: str, kind: str) -> NaturalKey:
    return folded(name), adcode, kind


def local_key(adcode: str, local_number: str) -> LocalKey:
    return county_of(adcode), local_number


class Uncoded:
    """The producers of a region that can only be known by local number or by name and place."""

    def __init__(self, scope: str):
        self.by_local: dict[LocalKey, int] = {}
        self.by_name: dict[NaturalKey, list[int]] = {}
        columns = (
            Producer.id,
            Producer.name,
            Producer.adcode,
            Producer.kind,
            Producer.local_number,
            Producer.uscc,
        )
        for number, name, adcode, kind, local, uscc in db.session.execute(
            select(*columns).where(within(Producer.adcode, scope))
        ):
            if local:
                self.by_local[local_key(adcode, local)] = number
            if not uscc:
                self.by_name.setdefault(natural_key(name, adcode, kind), []).append(number)


@dataclass(frozen=True)
class Known:
    """The producers a batch may mean, and their lines on rosters."""

    by_id: dict[int, Producer]
    by_code: dict[str, Producer]
    by_number: dict[str, Producer]
    lines: dict[tuple[int, int], list[RosterEntry]]
    in_reach: frozenset[int]
    memberships: frozenset[tuple[int, int]]


def known_producers(
    scope: str, codes: Iterable[str], numbers: Iterable[str], ids: Iterable[int], indications: Sequence[int]
) -> Known:
    """A handful of queries for a whole batch."""
    found: dict[int, Producer] = {}
    for column, wanted in ((Producer.uscc, codes), (Producer.number, numbers), (Producer.id, ids)):
        values = set(wanted)
        if values:
            rows = db.session.scalars(select(Producer).where(column.in_(values)))
            found.update({producer.id: producer for producer in rows})
    entries = db.session.scalars(select(RosterEntry).where(RosterEntry.producer_id.in_(list(found))))
    lines: dict[tuple[int, int], list[RosterEntry]] = {}
    reach = {number for number, producer in found.items() if covers(scope, producer.adcode)}
    for entry in entries:
        if covers(scope, entry.adcode):
            reach.add(entry.producer_id)
        if entry.indication_id in indications:
            lines.setdefault((entry.indication_id, entry.producer_id), []).append(entry)
    return Known(
        by_id=found,
        by_code={p.uscc: p for p in found.values() if p.uscc},
        by_number={p.number: p for p in found.values()},
        lines=lines,
        in_reach=frozenset(reach),
        memberships=_memberships(list(found)),
    )


def _memberships(members: list[int]) -> frozenset[tuple[int, int]]:
    """Pairs of co-operative and member that have not ended."""
    query = select(Membership.cooperative_id, Membership.member_id).where(
        Membership.member_id.in_(members), Membership.ended_on.is_(None)
    )
    return frozenset(tuple(pair) for pair in db.session.execute(query))


class RosterGis:
    """The GIs whose rosters a region keeps, by slug, name or alias, with their areas."""

    def __init__(self, scope: str, only: int | None):
        self.by_id: dict[int, Indication] = {gi.id: gi for gi in indications_with_roster(scope)}
        self.only = self.by_id.get(only) if only is not None else None
        self._by_name: dict[str, set[int]] = {}
        for gi in self.by_id.values():
            names = (gi.slug, gi.name_zh, gi.name_en, *gi.facts.get("aliases", ()))
            for name in names:
                self._by_name.setdefault(folded(name), set()).add(gi.id)
        self._divisions: dict[int, tuple[set[str], set[str]]] = {}
        self._areas: dict[int, AreaOfIndication] = {}

    def find(self, typed: str) -> tuple[Indication | None, str | None]:
        """The GI, or the name of the fault."""
        exact = [gi for gi in self.by_id.values() if typed in (gi.slug, gi.name_zh, gi.name_en)]
        found = {gi.id for gi in exact} or self._by_name.get(folded(typed), set())
        if len(found) == 1:
            return self.by_id[next(iter(found))], None
        return None, "unknown_gi" if found or not self._known_elsewhere(typed) else "gi_not_here"

    def _known_elsewhere(self, typed: str) -> bool:
        query = select(Indication.id).where((Indication.name_zh == typed) | (Indication.slug == typed))
        return db.session.scalar(query.limit(1)) is not None

    def divisions(self, indication_id: int) -> tuple[set[str], set[str]]:
        if indication_id not in self._divisions:
            self._divisions[indication_id] = divisions_of_area(indication_id)
        return self._divisions[indication_id]

    def area(self, indication_id: int) -> AreaOfIndication:
        if indication_id not in self._areas:
            self._areas[indication_id] = AreaOfIndication(indication_id)
        return self._areas[indication_id]
