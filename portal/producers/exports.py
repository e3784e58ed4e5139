"""Rosters as tables that go out: the columns that come in, to be amended and sent back."""

from collections.abc import Iterable, Iterator, Sequence

from gi_data.tables import Column
from portal.lib.text import Text
from portal.producers.columns import ROSTER_COLUMNS
from portal.producers.present import Line
from portal.producers.rules import MICRO

STANDING = Text("用标情况", "Authorisation")


def roster_headings(language: str) -> list[str]:
    return [column.title.say(language) for column in _shown()] + [STANDING.say(language)]


def _shown() -> list[Column]:
    return [column for column in ROSTER_COLUMNS if column.key != "cooperative"]


def roster_cells(
    lines: Iterable[Line], gi: str, language: str, scope_keeps: Sequence[bool]
) -> Iterator[list]:
    """One list for each line; a producer of another region goes without its telephone, address and point."""
    for line, keeps in zip(lines, scope_keeps, strict=True):
        producer, entry = line.producer, line.entry
        yield [
            producer.uscc,
            producer.number,
            producer.local_number if keeps else None,
            producer.name,
            producer.kind_text.say(language),
            entry.adcode,
            producer.address if keeps else None,
            producer.contact if keeps else None,
            producer.phone if keeps else None,
            _degrees(producer.lon) if keeps else None,
            _degrees(producer.lat) if keeps else None,
            producer.consent_on,
            gi,
            entry.from_on,
            entry.ended_on,
            entry.reason_text.say(language),
            entry.note,
            line.standing.say(language) if line.authorised is not None else None,
        ]


def _degrees(micro: int | None) -> str | None:
    return None if micro is None else f"{micro / MICRO:.6f}".rstrip("0").rstrip(".")


def template_notes(columns: Sequence[Column], language: str) -> list[list[str]]:
    """How to fill in each column, for the second sheet of the template."""
    heads = Text("列名|必填|说明|示例", "Column|Required|How to fill it in|Example").say(language).split("|")
    must = Text("是", "yes").say(language)
    return [
        heads,
        *(
            [c.title.say(language), must if c.required else "", c.hint.say(language), c.example]
            for c in columns
        ),
    ]
