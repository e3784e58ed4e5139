"""How batches look on a page: places by name, events as lines, the story in six stages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.batches.entry import typed_kg as kg  # noqa: F401 - for the form of a hand-over
from portal.batches.models import Batch, BatchEvent
from portal.batches.queries import batches_by_id, events_of_many, tests_of
from portal.batches.rules import Kind, Stage, grams_text
from portal.batches.trace import Way, trace
from portal.lib.clock import day_of
from portal.lib.text import MONTHS, Text, day_text
from portal.producers.models import Producer
from portal.regions.queries import regions_by_code

NOT_PUBLIC = Text("名称不公开", "name not public")
MOST_IN_STORY = 400


def gi_name(batch: Batch) -> Text:
    return Text(batch.indication.name_zh, batch.indication.name_en)


def weight(grams: int | None) -> Text | None:
    return None if grams is None else grams_text(grams)


def public_name(producer: Producer) -> str | Text:
    return producer.name if producer.name_public else NOT_PUBLIC


def counties_of(adcodes: Iterable[str]) -> dict[str, Text]:
    """What the public reads of a place: its county, never the township or the address."""
    wanted = {code: code[:6] for code in adcodes}
    known = regions_by_code(wanted.values())
    names = {code: Text(one.name_zh, one.name_en) for code, one in known.items()}
    return {code: names.get(county, Text(county, county)) for code, county in wanted.items()}


# ---- the story that a scan shows


@dataclass(frozen=True)
class Happening:
    on: date
    kind: Kind
    place: Text
    adcode: str


@dataclass(frozen=True)
class Chapter:
    """One of the six stages with what happened in it; without anything it is simply not on record."""

    stage: Stage
    happenings: tuple[Happening, ...]

    @property
    def days(self) -> tuple[date, date] | None:
        days = [one.on for one in self.happenings]
        return (min(days), max(days)) if days else None

    @property
    def places(self) -> list[Text]:
        return list({one.adcode[:6]: one.place for one in self.happenings}.values())

    @property
    def kinds(self) -> list[Kind]:
        return list(dict.fromkeys(one.kind for one in self.happenings))


@dataclass(frozen=True)
class Story:
    """Where a batch came from, in the six stages of the plan. `cut`: the tree is larger than is told."""

    batch: Batch
    chapters: tuple[Chapter, ...]
    tests: tuple[object, ...]
    counties: tuple[str, ...]
    recalled: bool
    cut: bool

    @property
    def way(self) -> list[Text]:
        """The counties in the order in which the goods came to them."""
        told = [one for chapter in self.chapters for one in chapter.happenings]
        in_order = sorted(told, key=lambda one: one.on)
        return list({one.adcode[:6]: one.place for one in in_order}.values())

    @property
    def told(self) -> int:
        return sum(1 for chapter in self.chapters if chapter.happenings)


def story_of(batch: Batch) -> Story:
    found = trace([batch.id], Way.BACK)
    ids = [line.id for line in found.lines][-MOST_IN_STORY:]
    known = set(ids) | {batch.id}
    events = [event for event in events_of_many(sorted(known)) if belongs(event, known, batch.id)]
    places = counties_of(event.adcode for event in events)
    chapters = tuple(
        Chapter(stage, tuple(_happening(event, places) for event in events if event.stage == stage))
        for stage in Stage
    )
    tests = tuple(test for test in tests_of(known) if test.public)
    counties = tuple(sorted({event.adcode[:6] for event in events}))
    recalled = batch.recall_id is not None
    return Story(batch, chapters, tests, counties, recalled, len(found.lines) > len(ids))


def test_codes(story: Story) -> dict[int, str]:
    """The code under which each test of a story can be read."""
    known = batches_by_id({test.batch_id for test in story.tests})
    return {number: batch.code for number, batch in known.items()}


def belongs(event: BatchEvent, known: set[int], last: int) -> bool:
    """What made a batch of the tree, or watched one; what others did with a part of it is their story."""
    if event.kind_of is Kind.LOSE:
        return False
    outs = [part.batch_id for part in event.parts if part.role == "out"]
    if outs:
        return any(one in known for one in outs)
    return event.kind_of is not Kind.SELL or any(part.batch_id == last for part in event.parts)


def _happening(event: BatchEvent, places: dict[str, Text]) -> Happening:
    return Happening(day_of(event.at), event.kind_of, places[event.adcode], event.adcode)


def days_text(days: tuple[date, date] | None, year: int) -> Text:
    """One day, or the first and the last; without the year where it is the year of the harvest."""
    if days is None:
        return Text("", "")
    first = _day_text(days[0], year)
    if days[0] == days[1]:
        return first
    last = _day_text(days[1], days[0].year)
    return Text(f"{first.zh}–{last.zh}", f"{first.en} – {last.en}")


def _day_text(day: date, year: int) -> Text:
    if day.year != year:
        return day_text(day)
    return Text(f"{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]}")


def waited(days: int) -> Text:
    if days == 0:
        return Text("今天交来", "handed over today")
    return Text("已等 {n} 天", "waiting for {n} [n:day|days]").format(n=days)
