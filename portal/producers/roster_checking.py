"""Judges the rows of a roster, or of a list of producers, against the rules and against the register."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from gi_data.tables import Table, TableRow
from portal.catalogue.models import Indication
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.producers import rules
from portal.producers.actions import covers_county, place_is_outside
from portal.producers.columns import PRODUCER_COLUMNS, ROSTER_COLUMNS
from portal.producers.entries import producer_state, roster_state
from portal.producers.import_files import JudgedRow
from portal.producers.import_rules import WARNINGS, Outcome
from portal.producers.imports import day_made, default_day_of, warning
from portal.producers.models import ImportRun, Producer, RosterEntry
from portal.producers.naming import search_text
from portal.producers.places import Places
from portal.producers.roster_known import Known, RosterGis, Uncoded, known_producers, local_key, natural_key
from portal.producers.roster_mentions import Mentions, identity_of
from portal.producers.roster_verdicts import Change, asking, merged, refuse, refusing
from portal.producers.roster_wanted import wanted_line, wanted_producer
from portal.producers.rules import NEEDS_CODE, PlaceFit, ProducerKind
from portal.regions.rules import covers


class RosterChecker:
    """`with_roster` is False for a list of producers, which touches no roster."""

    def __init__(self, run: ImportRun, with_roster: bool = True):
        self.with_roster = with_roster
        self.columns = ROSTER_COLUMNS if with_roster else PRODUCER_COLUMNS
        self.scope, self.today, self.default_day = run.region, day_made(run), default_day_of(run)
        self.decisions: Mapping[str, str] = run.decisions
        self.places, self.uncoded = Places(self.scope), Uncoded(self.scope)
        self.gis = RosterGis(self.scope, run.indication_id) if with_roster else None
        self._noticed: Counter[str] = Counter()
        self._mentions = Mentions()
        self._registered: dict[str, str] = {}
        self._fixed: set[str] = set()
        self._cooperatives: set[str] = set()
        self._wanted_cooperatives: dict[int, tuple[str, str, object]] = {}

    # ---- a batch

    def judge(self, rows: Sequence[TableRow], table: Table) -> list[JudgedRow]:
        heading = {column.key: table.heading(column.key, self.columns) for column in self.columns}
        gis = [self._look_at(row, heading) for row in rows]
        known = self._known(rows, gis)
        judged = [
            self._judge(row, gi, known, heading) for row, gi in zip(rows, gis, strict=True)
        ]  # fmt: skip
        self._look_at_points(rows, gis)
        return judged

    def _look_at(self, row: TableRow, heading: Mapping[str, str]) -> Indication | None:
        """What can be said of a row without knowing the producer."""
        gi = self._gi(row, heading) if self.with_roster else None
        self._place(row, gi, heading)
        self._point(row, heading)
        for key in ("consent_on", "from_on"):
            day = row.values.get(key)
            if day is not None and day > self.today:
                refuse(row, "day_in_future", heading[key], day)
            elif day is not None and day < rules.EARLIEST_DAY:
                refuse(row, "too_early", heading[key], day)
        return gi

    def _gi(self, row: TableRow, heading: Mapping[str, str]) -> Indication | None:
        typed = row.values.get("gi")
        if typed is None:
            if self.gis.only is None and not any(f.column == heading["gi"] for f in row.findings):
                refuse(row, "gi_needed", heading["gi"], None)
            return self.gis.only
        gi, fault = self.gis.find(typed)
        if fault:
            refuse(row, fault, heading["gi"], typed)
        elif self.gis.only is not None and gi.id != self.gis.only.id:
            refuse(
                row, "other_gi", heading["gi"], typed, gi=Text(self.gis.only.name_zh, self.gis.only.name_en)
            )
        return gi

    def _place(self, row: TableRow, gi: Indication | None, heading: Mapping[str, str]) -> None:
        typed = row.values.pop("place", None)
        if typed is None:
            return
        place = self.places.find(typed)
        if place.fault:
            refuse(row, place.fault, heading["place"], typed, could_be=place.could_be)
            return
        if place.shortened:
            self._noticed["place_shortened"] += 1
        if not covers_county(place.adcode):
            refuse(row, "place_too_coarse", heading["place"], typed)
            return
        row.values["adcode"] = place.adcode
        if gi is None:
            return
        units, regions = self.gis.divisions(gi.id)
        if place_is_outside(place.adcode, units, regions):
            refuse(row, "place_outside_area", heading["place"], typed)
            return
        fit = rules.place_fit(place.adcode, units)
        if fit is PlaceFit.OUTSIDE:
            self._noticed["place_beside_area"] += 1
        elif fit is PlaceFit.PARTLY:
            self._noticed["place_partly"] += 1

    def _point(self, row: TableRow, heading: Mapping[str, str]) -> None:
        lon, lat = row.values.get("lon"), row.values.get("lat")
        faulty = {f.column for f in row.findings}
        if faulty & {heading["lon"], heading["lat"]}:
            return
        if (lon is None) != (lat is None):
            empty = "lon" if lon is None else "lat"
            refuse(row, "point_half", heading[empty], None)
        elif lon is not None and not rules.point_in_country(lon, lat):
            code = "point_swapped" if rules.point_is_swapped(lon, lat) else "point_outside_country"
            refuse(row, code, heading["lon"], f"{lon / rules.MICRO}, {lat / rules.MICRO}")

    def _look_at_points(self, rows: Sequence[TableRow], gis: Sequence[Indication | None]) -> None:
        for gi in {gi.id for gi in gis if gi is not None}:
            points = [
                (row.values["lon"], row.values["lat"])
                for row, own in zip(rows, gis, strict=True)
                if own is not None and own.id == gi and not row.findings and row.values.get("lon") is not None
            ]
            if points:
                self._noticed["point_outside_area"] += self.gis.area(gi).holds(points).count(False)

    # ---- who is meant

    def _known(self, rows: Sequence[TableRow], gis: Sequence[Indication | None]) -> Known:
        codes = {row.values[key] for row in rows for key in ("uscc", "cooperative") if key in row.values}
        numbers = {row.values["number"] for row in rows if "number" in row.values}
        ids = {number for row in rows for number in self._uncoded_ids(row.values)}
        return known_producers(self.scope, codes, numbers, ids, [gi.id for gi in gis if gi is not None])

    def _uncoded_ids(self, values: Mapping[str, object]) -> list[int]:
        if "uscc" in values or not {"name", "adcode", "kind"} <= values.keys():
            return []
        local = values.get("local_number")
        if local and local_key(values["adcode"], local) in self.uncoded.by_local:
            return [self.uncoded.by_local[local_key(values["adcode"], local)]]
        return self.uncoded.by_name.get(natural_key(values["name"], values["adcode"], values["kind"]), [])

    def _identify(self, row: TableRow, known: Known, heading: Mapping[str, str]) -> Producer | None:
        """The registered producer a row means; a row that could mean several is refused."""
        values = row.values
        by_code = known.by_code.get(values.get("uscc"))
        if "number" in values:
            return self._by_number(row, known, by_code, heading)
        if "uscc" in values:
            return by_code
        found = [known.by_id[number] for number in self._uncoded_ids(values)]
        local = values.get("local_number")
        if local and len(found) > 1:
            found = [p for p in found if p.local_number is None]
        elif local and found and found[0].local_number not in (None, local):
            found = []
        if len(found) > 1:
            refuse(row, "several_known", heading["name"], values["name"])
            return None
        return found[0] if found else None

    def _by_number(
        self, row: TableRow, known: Known, by_code: Producer | None, heading: Mapping[str, str]
    ) -> Producer | None:
        number, code = row.values["number"], row.values.get("uscc")
        producer = known.by_number.get(number)
        if producer is None or (producer.id not in known.in_reach and not producer.name_public):
            refuse(row, "unknown_number", heading["number"], number)
            return None
        taken = by_code is not None and by_code.id != producer.id
        if taken or (code and producer.uscc and producer.uscc != code):
            refuse(row, "code_differs", heading["uscc"], code)
            return None
        if producer.uscc:
            # A firm's number is its code: the row names it by code as well.
            row.values.setdefault("uscc", producer.uscc)
        return producer

    # ---- one row

    def _judge(
        self, row: TableRow, gi: Indication | None, known: Known, heading: Mapping[str, str]
    ) -> JudgedRow:
        judged = JudgedRow(row.number, list(row.raw), Outcome.REFUSED)
        producer = self._identify(row, known, heading) if not row.findings else None
        if not row.findings:
            self._mentions.look_for_twins(row, gi, producer, heading)
            self._name(row, producer, known, heading)
            self._cooperative(row, producer, known, heading)
        if not row.findings:
            first = row.values.get("uscc") in self.decisions or self._mentions.is_first(row, producer)
            self._producer_part(judged, row, producer, first, heading)
        if not row.findings and self.with_roster:
            entries = known.lines.get((gi.id, producer.id), []) if producer else []
            self._roster_part(judged, row, gi, entries, heading)
        if row.findings:
            refused = [finding.as_json() for finding in row.findings]
            return JudgedRow(row.number, list(row.raw), Outcome.REFUSED, findings=refused)
        if judged.outcome is not Outcome.NEW:
            wants_cooperative = row.number in self._wanted_cooperatives
            changed = judged.changes or wants_cooperative
            judged.outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
        return judged

    def _name(
        self, row: TableRow, producer: Producer | None, known: Known, heading: Mapping[str, str]
    ) -> None:
        """Settle the name of a code: as decided, as registered where only the spelling differs."""
        values = row.values
        code = values.get("uscc")
        if producer is not None and code == producer.uscc and code:
            visible = producer.name_public or producer.id in known.in_reach
            if not visible and folded(producer.name) != folded(values["name"]):
                refuse(row, "code_registered_elsewhere", heading["name"], values["name"])
                return
            self._registered[code] = producer.name
            if not covers(self.scope, producer.adcode):
                self._fixed.add(code)
        if code in self.decisions:
            values["name"] = self.decisions[code]
        if producer is not None and _same_but_spelling(producer.name, values["name"]):
            self._noticed["name_spelling"] += 1
            values["name"] = producer.name

    def _cooperative(
        self, row: TableRow, producer: Producer | None, known: Known, heading: Mapping[str, str]
    ) -> None:
        values = row.values
        if values["kind"] == ProducerKind.COOPERATIVE and "uscc" in values:
            self._cooperatives.add(values["uscc"])
        code = values.get("cooperative")
        if code is None:
            return
        if code == values.get("uscc"):
            refuse(row, "own_cooperative", heading["cooperative"], code)
            return
        registered = known.by_code.get(code)
        if registered is not None and registered.kind == ProducerKind.COOPERATIVE:
            self._cooperatives.add(code)
            if producer is not None and (registered.id, producer.id) in known.memberships:
                del values["cooperative"]
                return
        self._wanted_cooperatives[row.number] = (code, heading["cooperative"], code)

    # ---- the producer itself

    def _producer_part(
        self,
        judged: JudgedRow,
        row: TableRow,
        producer: Producer | None,
        first: bool,
        heading: Mapping[str, str],
    ) -> None:
        values = row.values
        before = producer_state(producer) if producer else {}
        wanted = wanted_producer(values, before, self.with_roster)
        if wanted["kind"] in NEEDS_CODE and not wanted.get("uscc"):
            refuse(row, "code_needed", heading["uscc"], None)
            return
        judged.place |= {
            "p": producer.id if producer else None,
            "pv": producer.version if producer else None,
            "identity": list(identity_of(row, producer)),
            "cooperative": values.get("cooperative"),
        }
        if not first:
            return
        if producer is None:
            judged.outcome = Outcome.NEW
            wanted["search_text"] = search_text(
                wanted["name"], wanted.get("uscc"), wanted.get("local_number")
            )
            judged.values["producer"] = wanted
            return
        changes = {name: [before[name], value] for name, value in wanted.items() if before[name] != value}
        if changes and not covers(self.scope, producer.adcode):
            self._noticed["kept_elsewhere"] += 1
            return
        judged.changes |= changes
        judged.values["producer"] = {name: change[1] for name, change in changes.items()}
        if changes.keys() & {"name", "uscc", "local_number"}:
            judged.values["producer"]["search_text"] = search_text(
                wanted["name"], wanted.get("uscc"), producer.number, wanted.get("local_number")
            )

    # ---- its line on the roster

    def _roster_part(
        self,
        judged: JudgedRow,
        row: TableRow,
        gi: Indication,
        entries: Sequence[RosterEntry],
        heading: Mapping[str, str],
    ) -> None:
        values = row.values
        entry = _meant(entries, values.get("from_on"))
        before = roster_state(entry) if entry else {}
        wanted = wanted_line(values, before, self.default_day)
        begun, ended = _day(wanted["from_on"]), _day(wanted["ended_on"])
        if ended is not None and ended <= begun:
            refuse(row, "end_before_start", heading["ended_on"], values.get("ended_on"))
            return
        others = [other for other in entries if other is not entry]
        if any(rules.overlap(other.from_on, other.ended_on, begun, ended) for other in others):
            refuse(row, "spell_overlap", heading["from_on"], values.get("from_on"))
            return
        judged.place |= {
            "gi": gi.id,
            "slug": gi.slug,
            "e": entry.id if entry else None,
            "ev": entry.version if entry else None,
        }
        if entry is None:
            if "from_on" not in values:
                self._noticed["from_default"] += 1
            judged.outcome = Outcome.NEW
            judged.values["roster"] = wanted
            return
        if not covers(self.scope, entry.adcode):
            # The line belongs to another region of the same GI: moving it here is for those above both.
            refuse(row, "spell_overlap", heading["place"], values.get("adcode"))
            return
        changes = {name: [before[name], value] for name, value in wanted.items() if before[name] != value}
        judged.values["roster"] = {name: change[1] for name, change in changes.items()}
        judged.changes |= {f"roster_{name}" if name == "adcode" else name: c for name, c in changes.items()}

    # ---- what only the whole file shows

    def afterthoughts(self) -> Mapping[int, Change]:
        later: dict[int, Change] = {}
        for number, (code, heading, value) in self._wanted_cooperatives.items():
            if code not in self._cooperatives:
                later[number] = refusing("unknown_cooperative", heading, value)
        for code, rosters in self._mentions.code_rows.items():
            later |= self._settle(code, list(rosters.values()))
        return later

    def _settle(self, code: str, rosters: Sequence[Sequence[tuple[int, str]]]) -> dict[int, Change]:
        """Rows of one code under several names: to be decided, or, once decided, one for each roster."""
        registered = self._registered.get(code)
        spoken = [name for rows in rosters for _, name in rows]
        names = list({folded(name): name for name in reversed([registered, *spoken]) if name}.values())[::-1]
        if len(names) < 2:
            return {}
        if code not in self.decisions:
            offered = [registered] if code in self._fixed else names
            return {number: asking(code, offered) for rows in rosters for number, _ in rows}
        chosen, later = folded(self.decisions[code]), {}
        for rows in rosters:
            winner = next((number for number, name in rows if folded(name) == chosen), rows[0][0])
            later |= {number: merged for number, _ in rows if number != winner}
        return later

    def warnings(self) -> list[dict]:
        return [
            warning(code, WARNINGS[code].format(day=self.default_day.isoformat()), None, count)
            for code, count in sorted(self._noticed.items())
            if count
        ]


def _same_but_spelling(registered: str, typed: str) -> bool:
    return registered != typed and folded(registered) == folded(typed)


def _meant(entries: Sequence[RosterEntry], from_on: date | None) -> RosterEntry | None:
    """The line a row speaks of: the one that begins on its day, else the one still open."""
    if from_on is not None:
        for entry in entries:
            if entry.from_on == from_on:
                return entry
    return next((entry for entry in entries if entry.ended_on is None), None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
