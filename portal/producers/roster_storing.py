"""Stores the judged rows of a roster or of a list of producers: in bulk, in one transaction, with entries.

What the preview was held against must still be so; otherwise everything is refused as outdated and the
file is judged again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.db import db
from portal.lib.folding import folded
from portal.lib.problems import Outdated
from portal.lib.text import Text
from portal.producers.entries import (
    PRODUCER_STATE,
    ROSTER_STATE,
    record_counts,
    record_producer,
    record_roster,
    roster_counts,
    state_of,
)
from portal.producers.import_files import JudgedRow
from portal.producers.imports import default_day_of
from portal.producers.membership_actions import join
from portal.producers.models import ImportRun, Membership, Producer, RosterEntry
from portal.producers.naming import new_number
from portal.producers.roster_known import Uncoded, local_key, natural_key
from portal.producers.rules import FIRMS
from portal.regions.rules import county_of
from portal.register.actions import Actor
from portal.storing import insert_rows

AT_ONCE = 1_000
Progress = Callable[[int], None]

OUTDATED = Text(
    "检查之后名录有了变动，已重新检查", "The register changed after the check; the file was checked again"
)


def store_roster(run: ImportRun, actor: Actor, rows: Iterable[JudgedRow], progress: Progress) -> None:
    _Storing(run, actor, [_lighter(row) for row in rows], progress).store()


def _lighter(row: JudgedRow) -> JudgedRow:
    """What stood in the cells is not needed any more, and two hundred thousand rows are held at once."""
    row.raw = []
    return row


class _Storing:
    def __init__(self, run: ImportRun, actor: Actor, rows: list[JudgedRow], progress: Progress):
        self.run, self.actor, self.rows, self.progress = run, actor, rows, progress
        self.session: Session = db.session()
        self.day: date = default_day_of(run)
        # By what a row calls a producer: its id, number and whether its name is public.
        self.ids: dict[tuple, int] = {}
        self.known: dict[int, Mapping[str, object]] = {}

    def store(self) -> None:
        self._load_known()
        self._create_producers()
        self.progress(len(self.rows) // 4)
        self._change_producers()
        self.progress(len(self.rows) // 2)
        self._store_lines()
        self.progress(3 * len(self.rows) // 4)
        self._store_memberships()

    # ---- is everything as it was

    def _load_known(self) -> None:
        wanted = {row.place["p"]: row.place["pv"] for row in self.rows if row.place["p"] is not None}
        columns = [
            Producer.id,
            Producer.version,
            Producer.number,
            *(getattr(Producer, n) for n in PRODUCER_STATE),
        ]
        for part in _parts(sorted(wanted)):
            for row in self.session.execute(select(*columns).where(Producer.id.in_(part))).mappings():
                self.known[row["id"]] = row
                self.ids["known", row["id"]] = row["id"]
        if any(
            number not in self.known or self.known[number]["version"] != v for number, v in wanted.items()
        ):
            raise Outdated(OUTDATED)
        self._refuse_newcomers()

    def _refuse_newcomers(self) -> None:
        """A producer that was new at the check must not have been registered meanwhile."""
        fresh = [
            row.values["producer"] for row in self.rows if "producer" in row.values and row.place["p"] is None
        ]
        codes = [values["uscc"] for values in fresh if values["uscc"]]
        for part in _parts(codes):
            if self.session.scalar(select(Producer.id).where(Producer.uscc.in_(part)).limit(1)):
                raise Outdated(OUTDATED)
        uncoded = Uncoded(self.run.region)
        for values in fresh:
            if values["uscc"]:
                continue
            if values["local_number"]:
                taken = local_key(values["adcode"], values["local_number"]) in uncoded.by_local
            else:
                taken = natural_key(values["name"], values["adcode"], values["kind"]) in uncoded.by_name
            if taken:
                raise Outdated(OUTDATED)

    # ---- producers

    def _create_producers(self) -> None:
        rows = []
        for row in self.rows:
            identity = tuple(row.place["identity"])
            if row.place["p"] is None and "producer" in row.values and identity not in self.ids:
                self.ids[identity] = -1
                rows.append((identity, self._new_producer(row.values["producer"])))
        for part in _parts(rows):
            insert_rows(self.session, Producer.__table__, [values for _, values in part])
            numbers = [values["number"] for _, values in part]
            query = select(Producer.number, Producer.id).where(Producer.number.in_(numbers))
            ids = {found[0]: found[1] for found in self.session.execute(query)}
            for identity, values in part:
                own = self.ids[identity] = ids[values["number"]]
                state = state_of(values, PRODUCER_STATE)
                self.known[own] = {**state, "number": values["number"]}
                record_producer(self.actor, "created", values["number"], {}, state)

    def _new_producer(self, state: Mapping[str, object]) -> dict[str, object]:
        number = state["uscc"] if state["kind"] in FIRMS else new_number()
        values = _as_columns(state)
        values["search_text"] = f"{state['search_text']}\n{folded(number)}"
        return {**values, "number": number, "created_on": self.day, "demo": False, "version": 1}

    def _change_producers(self) -> None:
        for row in self.rows:
            changes = row.values.get("producer")
            if row.place["p"] is None or not changes:
                continue
            before = state_of(self.known[row.place["p"]], PRODUCER_STATE)
            values = _as_columns(changes)
            self.session.execute(
                update(Producer.__table__)
                .where(Producer.__table__.c.id == row.place["p"])
                .values(**values, version=Producer.__table__.c.version + 1)
            )
            after = {**before, **{name: changes[name] for name in changes if name in before}}
            number = self.known[row.place["p"]]["number"]
            self.known[row.place["p"]] = {**self.known[row.place["p"]], **after}
            record_producer(self.actor, "amended", number, before, after)

    # ---- lines of rosters

    def _store_lines(self) -> None:
        touched: dict[int, set[str]] = {}
        slugs = {row.place["gi"]: row.place["slug"] for row in self.rows if "gi" in row.place}
        counts = {gi: roster_counts(gi) for gi in slugs}
        befores = self._lines_before()
        fresh = []
        for row in self.rows:
            wanted = row.values.get("roster")
            if not wanted:
                continue
            producer_id = self._producer_of(row)
            before = befores.get(row.place["e"], {})
            after = {**before, **wanted}
            if row.place["e"] is None:
                columns = {name: wanted[name] for name in ROSTER_STATE}
                fresh.append(
                    {
                        **_as_columns(columns),
                        "indication_id": row.place["gi"],
                        "producer_id": producer_id,
                        "version": 1,
                    }
                )
            else:
                self._change_line(row.place["e"], wanted)
            if self._record_line(row, producer_id, before, after):
                counties = touched.setdefault(row.place["gi"], set())
                counties |= {county_of(state["adcode"]) for state in (before, after) if state}
        for part in _parts(fresh):
            insert_rows(self.session, RosterEntry.__table__, part)
        for gi, counties in touched.items():
            record_counts(self.actor, slugs[gi], gi, counts[gi], counties)

    def _record_line(
        self, row: JudgedRow, producer_id: int, before: Mapping[str, object], after: Mapping[str, object]
    ) -> bool:
        producer = self.known[producer_id]
        verb = "amended" if before else "enrolled"
        if before and after["ended_on"] and not before["ended_on"]:
            verb = "struck"
        return record_roster(
            self.actor, verb, row.place["slug"], producer["number"], producer["name_public"], before, after
        )

    def _lines_before(self) -> dict[int, dict[str, object]]:
        wanted = {row.place["e"]: row.place["ev"] for row in self.rows if row.place.get("e") is not None}
        columns = [RosterEntry.id, RosterEntry.version, *(getattr(RosterEntry, n) for n in ROSTER_STATE)]
        found = {}
        for part in _parts(sorted(wanted)):
            for row in self.session.execute(select(*columns).where(RosterEntry.id.in_(part))).mappings():
                if row["version"] != wanted[row["id"]]:
                    raise Outdated(OUTDATED)
                found[row["id"]] = state_of(row, ROSTER_STATE)
        return found

    def _change_line(self, number: int, changes: Mapping[str, object]) -> None:
        table = RosterEntry.__table__
        self.session.execute(
            update(table)
            .where(table.c.id == bindparam("own_id"))
            .values(**_as_columns(changes), version=table.c.version + 1),
            {"own_id": number},
        )

    # ---- co-operatives

    def _store_memberships(self) -> None:
        wanted = [
            (row.place["cooperative"], self._producer_of(row))
            for row in self.rows
            if row.place["cooperative"]
        ]
        if not wanted:
            return
        cooperatives = self._cooperatives({code for code, _ in wanted})
        existing = set()
        for part in _parts(sorted({producer.id for producer in cooperatives.values()})):
            query = select(Membership.cooperative_id, Membership.member_id).where(
                Membership.cooperative_id.in_(part), Membership.ended_on.is_(None)
            )
            existing |= {tuple(pair) for pair in self.session.execute(query)}
        members = self._producers({number for _, number in wanted})
        for code, number in dict.fromkeys(wanted):
            if (cooperatives[code].id, number) not in existing:
                join(self.actor, cooperatives[code], members[number], self.day)

    def _cooperatives(self, codes: set[str]) -> dict[str, Producer]:
        found = {}
        for part in _parts(sorted(codes)):
            rows = self.session.scalars(select(Producer).where(Producer.uscc.in_(part)))
            found |= {producer.uscc: producer for producer in rows}
        return found

    def _producers(self, ids: set[int]) -> dict[int, Producer]:
        found = {}
        for part in _parts(sorted(ids)):
            rows = self.session.scalars(select(Producer).where(Producer.id.in_(part)))
            found |= {producer.id: producer for producer in rows}
        return found

    def _producer_of(self, row: JudgedRow) -> int:
        return row.place["p"] if row.place["p"] is not None else self.ids[tuple(row.place["identity"])]


DAY_COLUMNS = frozenset({"consent_on", "ended_on", "from_on"})


def _as_columns(state: Mapping[str, object]) -> dict[str, object]:
    """Values as the columns take them: days are written as text in a kept row."""
    return {
        name: date.fromisoformat(value) if name in DAY_COLUMNS and value else value
        for name, value in state.items()
    }


def _parts(items: Sequence) -> Iterator[Sequence]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
