"""A file of events: checked whole, every finding named by row and column, recorded whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from gi_data.batches_sheet import event_columns
from gi_data.sheet_findings import SheetRefused
from gi_data.tables import Column, TableRow, read_table
from portal.accounts.models import Account
from portal.authorisation.queries import producers_of
from portal.batches.actions import Made, Taken, Wanted, enter_event
from portal.batches.queries import find_event, gis_of
from portal.batches.rules import SHAPES, TURNING, Kind
from portal.catalogue.models import Indication
from portal.lib.clock import CHINA
from portal.lib.problems import Problem, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer

MOST_ROWS = 2_000
SPELLINGS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DRY: ("晾晒", "烘干", "干燥"),
    Kind.STORE: ("入库", "储存", "仓储"),
    Kind.MOVE: ("运出", "发运"),
    Kind.HARVEST: ("收获", "采摘"),
    Kind.SELL: ("销售", "出售"),
    Kind.LOSE: ("损耗", "报废", "销毁"),
}
BY_FILE = {
    kind.value: (shape.text, SPELLINGS.get(kind, ())) for kind, shape in SHAPES.items() if shape.by_hand
}
COLUMNS: tuple[Column, ...] = event_columns(BY_FILE)
# Where a rule's field stands in the sheet.
COLUMN_OF = {"at": "on", "adcode": "place", "grams": "inputs"}


@dataclass(frozen=True)
class RowFinding:
    row: int
    column: str | None
    value: str | None
    message: Text


@dataclass
class FileResult:
    rows: int = 0
    new: int = 0
    unchanged: int = 0
    findings: list[RowFinding] = field(default_factory=list)
    notices: list[Text] = field(default_factory=list)


class FileRefused(Exception):
    """Something is wrong in the file: nothing of it is recorded."""

    def __init__(self, result: FileResult):
        super().__init__("refused")
        self.result = result


def record_file(account: Account, path: Path, now: datetime) -> FileResult:
    """Record every row, in the order of the file; raises FileRefused with all findings otherwise. To be
    called inside a transaction, which is undone by the refusal."""
    result = FileResult()
    try:
        table = read_table(path, COLUMNS)
    except SheetRefused as refused:
        result.findings.append(RowFinding(0, None, None, refused.finding.message))
        raise FileRefused(result) from None
    result.notices += [notice.message for notice in table.notices]
    heading = {column.key: table.heading(column.key, COLUMNS) for column in COLUMNS}
    producers = producers_of(account, now.astimezone(CHINA).date())
    for row in table.rows:
        result.rows += 1
        if result.rows > MOST_ROWS:
            too_many = Text(f"一次最多 {MOST_ROWS} 行", f"At most {MOST_ROWS} rows at once")
            result.findings.append(RowFinding(row.number, None, None, too_many))
            break
        _record_row(account, row, producers, heading, result, now)
    if result.findings or not result.rows:
        if not result.rows:
            empty = Text("文件里没有数据行", "The file has no rows")
            result.findings.append(RowFinding(0, None, None, empty))
        raise FileRefused(result)
    return result


def _record_row(
    account: Account,
    row: TableRow,
    producers: Sequence[Producer],
    heading: Mapping[str, str],
    result: FileResult,
    now: datetime,
) -> None:
    if row.findings:
        result.findings += [
            RowFinding(row.number, one.column, one.value, one.message) for one in row.findings
        ]
        return
    try:
        producer = _producer(row, producers)
        if find_event(producer.id, _key(row)) is not None:
            result.unchanged += 1
            return
        enter_event(account, producer, _wanted(row, producer), now)
        result.new += 1
    except RuleBroken as broken:
        result.findings += list(_findings(row, broken, heading))
    except Problem as problem:
        result.findings.append(RowFinding(row.number, None, None, problem.message))


def _findings(row: TableRow, broken: RuleBroken, heading: Mapping[str, str]) -> Iterator[RowFinding]:
    for name, message in (broken.fields or {"": broken.message}).items():
        column = heading.get(COLUMN_OF.get(name, name))
        value = row.values.get(COLUMN_OF.get(name, name))
        yield RowFinding(row.number, column, None if value is None else _shown(value), message)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(word for word, _ in value)
    return str(value)[:200]


def _producer(row: TableRow, producers: Sequence[Producer]) -> Producer:
    said = row.values.get("uscc") or row.values.get("number")
    if said is None:
        if len(producers) == 1:
            return producers[0]
        raise RuleBroken(
            Text("请写明生产者", "Name the producer"),
            {
                "uscc": Text(
                    "您代办几家，请填信用代码或登记编号", "You act for several: give a code or number"
                )
            },
        )
    found = next((one for one in producers if said in (one.uscc, one.number)), None)
    if found is None:
        name = "uscc" if "uscc" in row.values else "number"
        not_yours = Text("不是您代办的生产者", "You do not act for this producer")
        raise RuleBroken(not_yours, {name: not_yours})
    return found


def _key(row: TableRow) -> str:
    return f"file:{row.values['key']}"


def _wanted(row: TableRow, producer: Producer) -> Wanted:
    values, kind = row.values, Kind(row.values["kind"])
    on: date = values["on"]
    goods = values.get("goods", "")
    inputs = values.get("inputs", ())
    return Wanted(
        kind,
        datetime.combine(on, time(0, 1), CHINA),
        adcode=values.get("place", ""),
        inputs=tuple(Taken(word, grams) for word, grams in inputs),
        outputs=tuple(Made(grams, goods, lot) for lot, grams in values.get("outputs", ())),
        lost=values.get("loss") or (_all(inputs) if kind is Kind.LOSE else 0),
        indication=_gi(values.get("gi"), producer, on) if kind not in TURNING and not inputs else None,
        note=values.get("note"),
        receiver=values.get("receiver"),
        key=_key(row),
    )


def _all(inputs: Sequence[tuple[str, int | None]]) -> int:
    return sum(grams or 0 for _, grams in inputs)


def _gi(typed: str | None, producer: Producer, on: date) -> Indication | None:
    if typed is None:
        return None
    known = gis_of(producer.id, on)
    found = [one for one in known if typed in (one.slug, one.name_zh, one.name_en)]
    if len(found) != 1:
        fault = Text("这一天的名录上没有这个地理标志", "No roster of that day has this GI with the producer")
        raise RuleBroken(fault, {"gi": fault})
    return found[0]
