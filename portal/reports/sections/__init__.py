"""The registry of a report's chapters: one file for each, which says what it tells and what it could not.

A section is asked for its chapter with the scope and with what officials wrote; it reads what is public
only, for a report is published whole. Rooms that land later add a file here and nothing else changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from portal.lib.text import Text
from portal.reports.pieces import Chapter, written
from portal.reports.scope import Scope


@dataclass(frozen=True)
class Asked:
    """What a section may ask: the scope, the texts by the key of their part, the entry up to which it
    counts, and the texts that were carried over from another year."""

    scope: Scope
    texts: Mapping[str, str]
    version: int
    carried: Mapping[str, int] = field(default_factory=dict)

    def written(self, part: str) -> list:
        return written(self.texts.get(part, ""))

    def counted(self, part: str) -> int | None:
        """A number that officials entered; None where nobody counted."""
        typed = self.texts.get(part, "")
        return int(typed) if typed.isdecimal() else None


@dataclass(frozen=True)
class Section:
    key: str
    order: int
    title: Text
    build: Callable[[Asked, Chapter], None]
    annex: bool = False


_sections: dict[str, Section] = {}


def add_section(
    key: str, order: int, title: Text, build: Callable[[Asked, Chapter], None], annex: bool = False
) -> None:
    """Called once by the file of the section; `build` fills the chapter."""
    _sections[key] = Section(key, order, title, build, annex)


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda one: (one.annex, one.order, one.key))


def chapter_of(section: Section, asked: Asked) -> Chapter:
    chapter = Chapter(section.key, section.title)
    section.build(asked, chapter)
    return chapter
