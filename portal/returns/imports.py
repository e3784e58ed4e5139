"""Files of yearly returns and of official figures: how a row is judged and how judged rows are stored.

What an official imports for their region counts at once: sending the file is the acceptance.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select

from gi_data.returns_sheet import OFFICIAL_COLUMNS, RETURN_COLUMNS
from gi_data.sheet_findings import Finding
from gi_data.tables import Column, Table, TableRow, placed
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.clock import now, today
from portal.lib.text import Text
from portal.producers.import_files import JudgedRow
from portal.producers.import_kinds import ImportKind, add_import_kind
from portal.producers.import_rules import Outcome
from portal.producers.models import ImportRun, Producer, RosterEntry
from portal.producers.queries import indications_with_roster
from portal.regions.rules import covers
from portal.register.actions import Actor, record
from portal.returns.actions import store_filed, store_official
from portal.returns.amounts import SCALES, shown_amount
from portal.returns.models import AnnualReturn, OfficialOutput
from portal.returns.queries import get_line
from portal.returns.rules import OPEN, State, Values, year_is_open
from portal.storing import insert_rows

RETURNS, OFFICIAL = "returns", "official-output"
AMOUNTS = ("area_m2", "quantity_g", "value_fen", "mark_value_fen", "labels")
BATCH = 1_000

FAULTS = {
    "gi_not_here": Text("您的地区没有这个地理标志", "Your region has no such GI"),
    "gi_unclear": Text("有几个同名的地理标志，请写代号", "Several GIs are called so; write its word"),
    "who_is_missing": Text("信用代码和登记编号至少填一个", "Give the USCC or the number"),
    "unknown_producer": Text("登记中没有这个生产者", "No such producer is registered"),
    "not_on_roster": Text(
        "这一年的名录上没有这个生产者", "The roster of that year does not name this producer"
    ),
    "outside_region": Text("不在您的地区之内", "Outside your region"),
    "year_not_open": Text("这一年还没有开始", "That year has not begun"),
    "row_twice": Text("与第 {row} 行是同一份申报", "The same return as in row {row}"),
    "being_filed": Text(
        "这份申报正在办理，请在页面上处理", "This return is under way; deal with it on its page"
    ),
    "in_ten_thousands": Text(
        "表头写的是万元；请换算成元", "The heading says ten thousand yuan; convert to yuan"
    ),
}


class _Gis:
    """The GIs of a region by their word and by their names."""

    def __init__(self, scope: str, only: int | None):
        known = [one for one in indications_with_roster(scope) if only in (None, one.id)]
        self._by_word: dict[str, list[Indication]] = {}
        for one in known:
            for word in {one.slug, one.name_zh, one.name_en.lower()}:
                self._by_word.setdefault(word, []).append(one)

    def find(self, typed: str) -> tuple[Indication | None, str | None]:
        found = self._by_word.get(typed) or self._by_word.get(typed.lower(), [])
        if not found:
            return None, "gi_not_here"
        return (found[0], None) if len(found) == 1 else (None, "gi_unclear")


class _Checker:
    """What both kinds of file share."""

    columns: Sequence[Column]

    def __init__(self, run: ImportRun):
        self.scope, self.today = run.region, today()
        self.gis = _Gis(run.region, run.indication_id)
        self.rows_of: dict[tuple, int] = {}

    def afterthoughts(self) -> Mapping[int, Callable[[JudgedRow], JudgedRow]]:
        return {}

    def warnings(self) -> list[dict]:
        return []

    def _gi(self, row: TableRow, heading: Mapping[str, str]) -> Indication | None:
        if "gi" not in row.values:
            return None
        gi, fault = self.gis.find(row.values["gi"])
        if fault:
            _refuse(row, fault, heading["gi"], row.values["gi"])
        return gi

    def _common(self, row: TableRow, heading: Mapping[str, str]) -> None:
        year = row.values.get("year")
        if year is not None and not year_is_open(year, self.today):
            _refuse(row, "year_not_open", heading["year"], year)
        for column in self.columns:
            name = heading[column.key]
            if column.key.endswith("_fen") and "万" in name:
                _refuse(row, "in_ten_thousands", name, row.values.get(column.key))

    def _once(self, row: TableRow, key: tuple, heading: str) -> None:
        first = self.rows_of.setdefault(key, row.number)
        if first != row.number:
            _refuse(row, "row_twice", heading, None, row=first)


def _refuse(row: TableRow, code: str, heading: str | None, value: object, /, **values: object) -> None:
    row.findings.append(placed(Finding(code, FAULTS[code].format(**values)), row.number, heading, value))


def _refused(row: TableRow) -> JudgedRow:
    findings = [finding.as_json() for finding in row.findings]
    return JudgedRow(row.number, list(row.raw), Outcome.REFUSED, findings=findings)


class ReturnChecker(_Checker):
    columns = RETURN_COLUMNS

    def judge(self, rows: Sequence[TableRow], table: Table) -> list[JudgedRow]:
        heading = {column.key: table.heading(column.key, self.columns) for column in self.columns}
        gis = [self._gi(row, heading) for row in rows]
        producers = self._producers(rows)
        ids = {producer.id for producer in producers.values()}
        lines, filed = _lines(ids), _filed(ids)
        return [
            self._judge(row, gi, producers, lines, filed, heading)
            for row, gi in zip(rows, gis, strict=True)
        ]  # fmt: skip

    def _producers(self, rows: Sequence[TableRow]) -> dict[str, Producer]:
        """By code and by number; the two never collide, as a firm's number is its code."""
        wanted = {row.values[key] for row in rows for key in ("uscc", "number") if key in row.values}
        query = select(Producer).where(Producer.uscc.in_(wanted) | Producer.number.in_(wanted))
        found = list(db.session.scalars(query))
        return {p.number: p for p in found} | {p.uscc: p for p in found if p.uscc}

    def _judge(
        self,
        row: TableRow,
        gi: Indication | None,
        producers: Mapping[str, Producer],
        lines: Mapping[tuple, list],
        filed: Mapping[tuple, list],
        heading: Mapping[str, str],
    ) -> JudgedRow:
        self._common(row, heading)
        producer = self._who(row, producers, heading)
        if row.findings or gi is None or producer is None:
            return _refused(row)
        year = row.values["year"]
        line = _line_in(lines.get((gi.id, producer.id), []), year)
        if line is None:
            _refuse(row, "not_on_roster", heading["gi"], row.values["gi"])
        elif not covers(self.scope, line.adcode):
            _refuse(row, "outside_region", heading["gi"], row.values["gi"])
        known = filed.get((gi.id, producer.id, year), [])
        if any(one.state in (State.DRAFT, State.SENT_BACK, State.SUBMITTED) for one in known):
            _refuse(row, "being_filed", heading["year"], year)
        self._once(row, (gi.id, producer.id, year), heading["year"])
        if row.findings:
            return _refused(row)
        return _judged(row, gi, producer, line.adcode, known)

    def _who(
        self, row: TableRow, producers: Mapping[str, Producer], heading: Mapping[str, str]
    ) -> Producer | None:
        said = row.values.get("uscc") or row.values.get("number")
        if said is None:
            if not row.findings:
                _refuse(row, "who_is_missing", heading["uscc"], None)
            return None
        if said not in producers:
            _refuse(row, "unknown_producer", heading["uscc" if "uscc" in row.values else "number"], said)
        return producers.get(said)


def _judged(
    row: TableRow, gi: Indication, producer: Producer, adcode: str, known: Sequence[AnnualReturn]
) -> JudgedRow:
    old = next((one for one in known if one.state == State.ACCEPTED), None)
    before = {name: getattr(old, name) for name in AMOUNTS} if old else {}
    # An empty cell changes nothing that is registered.
    new = {name: row.values.get(name, before.get(name)) for name in AMOUNTS}
    changes = {name: [before.get(name), value] for name, value in new.items() if before.get(name) != value}
    outcome = Outcome.NEW if old is None else Outcome.CHANGED if changes else Outcome.UNCHANGED
    place = {
        "gi": gi.id,
        "slug": gi.slug,
        "producer": producer.id,
        "adcode": adcode,
        "year": row.values["year"],
        "demo": producer.demo,
        "edition": 1 + max((one.edition for one in known), default=0),
    }
    return JudgedRow(row.number, list(row.raw), outcome, values=new, place=place, changes=changes)


def _lines(ids: set[int]) -> dict[tuple, list]:
    query = select(
        RosterEntry.indication_id,
        RosterEntry.producer_id,
        RosterEntry.adcode,
        RosterEntry.from_on,
        RosterEntry.ended_on,
    ).where(RosterEntry.producer_id.in_(ids))
    found: dict[tuple, list] = {}
    for line in db.session.execute(query):
        found.setdefault((line.indication_id, line.producer_id), []).append(line)
    return found


def _line_in(lines: Sequence, year: int) -> object | None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return next((x for x in lines if x.from_on <= last and (x.ended_on is None or x.ended_on > first)), None)


def _filed(ids: set[int]) -> dict[tuple, list]:
    query = select(AnnualReturn).where(
        AnnualReturn.producer_id.in_(ids),
        AnnualReturn.state.in_(
            [*(state.value for state in OPEN), State.ACCEPTED.value, State.REPLACED.value]
        ),
    )
    found: dict[tuple, list] = {}
    for one in db.session.scalars(query):
        found.setdefault((one.indication_id, one.producer_id, one.year), []).append(one)
    return found


def store_returns(
    run: ImportRun, actor: Actor, rows: Iterable[JudgedRow], progress: Callable[[int], None]
) -> None:
    """New returns many at once with one entry for each GI and year, corrections one by one."""
    counts: dict[tuple[str, int], int] = {}
    passed = 0
    for batch in _batches(rows):
        fresh = [row for row in batch if row.outcome is Outcome.NEW]
        if fresh:
            insert_rows(db.session(), AnnualReturn.__table__, list(_columns(run, fresh)))
        for row in batch:
            key = (row.place["slug"], row.place["year"]) if row.place else None
            if row.outcome is Outcome.NEW:
                counts[key] = counts.get(key, 0) + 1
            elif row.outcome is Outcome.CHANGED:
                line = get_line(row.place["gi"], row.place["producer"], row.place["year"])
                store_filed(actor, line, row.place["year"], Values(**row.values), True, now(), run.account_id)
        passed += len(batch)
        progress(passed)
    for (slug, year), number in sorted(counts.items()):
        changes = {"returns": {"from": None, "to": number}, "file": {"from": None, "to": run.digest}}
        record(actor, "imported", f"return:{slug}/{year}", changes, public=False)


def _batches(rows: Iterable[JudgedRow]) -> Iterator[list[JudgedRow]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _columns(run: ImportRun, rows: Iterable[JudgedRow]) -> Iterator[dict[str, object]]:
    moment: datetime = now()
    for row in rows:
        yield {
            "indication_id": row.place["gi"],
            "producer_id": row.place["producer"],
            "adcode": row.place["adcode"],
            "year": row.place["year"],
            "edition": row.place["edition"],
            "state": State.ACCEPTED.value,
            **{name: row.values.get(name) for name in AMOUNTS},
            "filed_as": "file",
            "filed_by": run.account_id,
            "created_at": moment,
            "submitted_at": moment,
            "decided_at": moment,
            "decided_by": run.account_id,
            "demo": row.place["demo"],
            "version": 1,
        }


class OfficialChecker(_Checker):
    columns = OFFICIAL_COLUMNS

    def judge(self, rows: Sequence[TableRow], table: Table) -> list[JudgedRow]:
        heading = {column.key: table.heading(column.key, self.columns) for column in self.columns}
        return [self._judge(row, heading) for row in rows]

    def _judge(self, row: TableRow, heading: Mapping[str, str]) -> JudgedRow:
        gi = self._gi(row, heading)
        self._common(row, heading)
        if gi is not None and "year" in row.values:
            self._once(row, (gi.id, row.values["year"]), heading["year"])
        if row.findings or gi is None:
            return _refused(row)
        values = row.values | {"document_on": row.values["document_on"].isoformat(), "gi": gi.slug}
        old = db.session.scalar(
            select(OfficialOutput).where(
                OfficialOutput.indication_id == gi.id,
                OfficialOutput.year == row.values["year"],
                OfficialOutput.zone == "",
                OfficialOutput.ended_on.is_(None),
            )
        )
        same = old is not None and (old.value_fen, old.document) == (values["value_fen"], values["document"])
        outcome = Outcome.UNCHANGED if same else Outcome.CHANGED if old else Outcome.NEW
        changes = {} if same else {"value_fen": [old.value_fen if old else None, values["value_fen"]]}
        return JudgedRow(
            row.number, list(row.raw), outcome, values=values, place={"gi": gi.id}, changes=changes
        )


def store_officials(
    run: ImportRun, actor: Actor, rows: Iterable[JudgedRow], progress: Callable[[int], None]
) -> None:
    for passed, row in enumerate(rows, 1):
        if row.outcome in (Outcome.NEW, Outcome.CHANGED):
            indication = db.session.get_one(Indication, row.place["gi"])
            stated = OfficialOutput(
                year=row.values["year"],
                zone="",
                value_fen=row.values["value_fen"],
                issuer=row.values["issuer"],
                document=row.values["document"],
                document_on=date.fromisoformat(row.values["document_on"]),
            )
            store_official(actor, indication, stated, today(), now(), run.account_id)
        progress(passed)


def _said(name: str, value: object) -> object:
    return shown_amount(name, value) if name in SCALES else value


add_import_kind(
    ImportKind(
        RETURNS, Text("年度产值申报", "Yearly returns"), RETURN_COLUMNS, ReturnChecker, store_returns, _said
    )
)
add_import_kind(
    ImportKind(
        OFFICIAL,
        Text("官方产业产值", "Official industry figures"),
        OFFICIAL_COLUMNS,
        OfficialChecker,
        store_officials,
        _said,
    )
)
