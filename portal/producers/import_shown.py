"""An import as its page shows it: rows with what they change, findings in words, what is to be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from portal.lib.text import Text
from portal.producers.columns import ROSTER_COLUMNS
from portal.producers.import_files import JudgedRow, RunFolder
from portal.producers.import_kinds import ImportKind, import_kind
from portal.producers.import_rules import Outcome
from portal.producers.models import ImportRun
from portal.producers.rules import MICRO, ProducerKind, Reason
from portal.producers.words import PRODUCER_FIELDS, ROSTER_FIELDS
from portal.regions.naming import place_names

FIELD_NAMES = {
    **{column.key: column.title for column in ROSTER_COLUMNS},
    **PRODUCER_FIELDS,
    "unauthorised_reason": ROSTER_FIELDS["unauthorised_reason"],
    "roster_adcode": ROSTER_FIELDS["adcode"],
    "from_on": ROSTER_FIELDS["from_on"],
    "ended_on": ROSTER_FIELDS["ended_on"],
}
WORDS = {
    "kind": ProducerKind.words(),
    "unauthorised_reason": Reason.words(),
}
PLACES = ("adcode", "roster_adcode")


@dataclass(frozen=True)
class ShownRow:
    row: JudgedRow
    changes: list[tuple[Text, object, object]]
    messages: list[Text]


@dataclass(frozen=True)
class Decision:
    code: str
    names: Sequence[str]
    rows: Sequence[int]


def shown_rows(run: ImportRun, outcome: Outcome, skip: int, limit: int) -> list[ShownRow]:
    rows = list(islice(RunFolder(run.id).read_rows([outcome], skip), limit))
    codes = {code for row in rows for name in PLACES for code in row.changes.get(name, ()) if code}
    places = place_names(codes) if codes else {}
    kind = import_kind(run.kind)
    return [ShownRow(row, _changes(kind, row, places), _messages(row.findings)) for row in rows]


def _changes(
    kind: ImportKind, row: JudgedRow, places: Mapping[str, Text]
) -> list[tuple[Text, object, object]]:
    names = {column.key: column.title for column in kind.columns} | FIELD_NAMES

    def said(name: str, value: object) -> object:
        return _say(name, None if value is None else kind.say(name, value), places)

    return [
        (names.get(name, Text(name, name)), said(name, old), said(name, new))
        for name, (old, new) in row.changes.items()
        if name not in ("consent_version", "search_text")
    ]


def _say(name: str, value: object, places: Mapping[str, Text]) -> object:
    if value is None:
        return None
    if name in PLACES:
        return places.get(value, value)
    if name in ("lon", "lat"):
        return f"{value / MICRO:.6f}"
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return WORDS.get(name, {}).get(value, value)


def _messages(findings: Sequence[Mapping]) -> list[Text]:
    return [
        Text("{column}：{message}", "{column}: {message}").format(
            column=finding["column"], message=Text(**finding["message"])
        )
        if finding["column"]
        else Text(**finding["message"])
        for finding in findings
    ]


def finding_texts(findings: Sequence[Mapping], language: str) -> list[str]:
    return [text.say(language) for text in _messages(findings)]


def run_columns(run: ImportRun) -> list[str]:
    """The headings of the file itself, kept with the run when it was checked."""
    return list(run.options.get("headings", []))


def decisions_of(run: ImportRun) -> list[Decision]:
    found: dict[str, tuple[list[str], list[int]]] = {}
    for row in RunFolder(run.id).read_rows([Outcome.CONFLICT]):
        names, rows = found.setdefault(row.place["code"], (row.place["names"], []))
        rows.append(row.number)
    return [Decision(code, names, rows) for code, (names, rows) in sorted(found.items())]
