"""What is said of a row: refused, asked about, merged with another."""

from collections.abc import Callable, Sequence

from gi_data.sheet_findings import Finding
from gi_data.tables import TableRow, placed
from portal.producers.import_files import JudgedRow
from portal.producers.import_rules import CONFLICT, FAULTS, Outcome

Change = Callable[[JudgedRow], JudgedRow]


def refuse(row: TableRow, code: str, heading: str | None, value: object, **values: object) -> None:
    finding = Finding(code, FAULTS[code].format(**values))
    row.findings.append(placed(finding, row.number, heading, value))


def refusing(code: str, heading: str, value: object) -> Change:
    def change(row: JudgedRow) -> JudgedRow:
        finding = {
            "code": code, "message": FAULTS[code].as_json(), "severity": "error",
            "row": row.number, "column": heading, "value": value,
        }  # fmt: skip
        row.findings.append(finding)
        row.outcome = Outcome.REFUSED
        return row

    return change


def asking(code: str, names: Sequence[str]) -> Change:
    def change(row: JudgedRow) -> JudgedRow:
        if row.outcome is not Outcome.REFUSED:
            row.outcome = Outcome.CONFLICT
            row.place = {"code": code, "names": list(names)}
            row.findings = [
                {
                    "code": "names_differ", "message": CONFLICT.as_json(), "severity": "decision",
                    "row": row.number, "column": None, "value": " / ".join(names),
                }
            ]  # fmt: skip
        return row

    return change


def merged(row: JudgedRow) -> JudgedRow:
    if row.outcome is not Outcome.REFUSED:
        row.outcome, row.changes, row.values = Outcome.UNCHANGED, {}, {}
    return row
