"""One label by its number, for anyone who has it: two rows are read, however many labels there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.authorisation.models import Licence
from portal.authorisation.rules import LicenceState
from portal.db import db
from portal.labels.codes import LabelNumber, Numbering, code_of, is_miscopied, number_of, read_code
from portal.labels.models import (
    LabelKey,
    LabelPart,
    LabelSet,
)
from portal.labels.rules import (
    LabelAnswer,
    PartState,
    answer_for,
)


def find_numbering() -> Numbering | None:
    """What the numbers are made with; None while no label was ever issued."""
    query = select(LabelKey.secret, LabelKey.last_earlier_set).where(LabelKey.id == 1)
    row = db.session.execute(query).one_or_none()
    return Numbering(bytes.fromhex(row.secret), row.last_earlier_set) if row else None


@dataclass(frozen=True)
class Label:
    """One label: the set it came in, its place there, and what became of it."""

    set: LabelSet
    part: LabelPart
    number: LabelNumber
    code: str

    @property
    def state(self) -> PartState:
        return self.part.stands

    def answer_on(self, day: date) -> LabelAnswer:
        licensed = self.set.licence.state_on(day) is LicenceState.IN_FORCE
        return answer_for(self.state, self.set.expires_on, licensed, day)


@dataclass(frozen=True)
class Sought:
    """What was typed as a label's number, the label that has it; where none has, whether it is miscopied."""

    code: str
    label: Label | None
    miscopied: bool = False


def seek_label(typed: str) -> Sought | None:
    """The register is asked first and judges second: what was issued is found however its check character
    was made. Two rows are read, however many labels there are. None: not the look of a label's number."""
    code = read_code(typed)
    if code is None:
        return None
    numbering = find_numbering()
    number = number_of(numbering, code) if numbering else None
    part = part_at(number) if number else None
    return _sought(code, numbering, number, part)


def seek_labels(typed: Iterable[str]) -> dict[str, Sought]:
    """The same of many at once: two questions, however many there are. What looks like none is left out."""
    codes = {one: code for one in typed if (code := read_code(one))}
    numbering = find_numbering() if codes else None
    numbers = {code: number_of(numbering, code) for code in codes.values()} if numbering else {}
    parts = _parts_of({number.set_id for number in numbers.values() if number})
    return {
        one: _sought(code, numbering, numbers.get(code), _part_in(parts, numbers.get(code)))
        for one, code in codes.items()
    }


def _part_in(parts: dict[int, list[LabelPart]], number: LabelNumber | None) -> LabelPart | None:
    of_set = parts.get(number.set_id, ()) if number else ()
    return next((part for part in of_set if part.first <= number.place <= part.last), None)


def _sought(
    code: str, numbering: Numbering | None, number: LabelNumber | None, part: LabelPart | None
) -> Sought:
    if part is None:
        return Sought(code, None, is_miscopied(code))
    if code_of(numbering, number) != code:
        return Sought(code, None, miscopied=True)
    return Sought(code, Label(part.set, part, number, code))


def _parts_of(sets: set[int]) -> dict[int, list[LabelPart]]:
    found: dict[int, list[LabelPart]] = {}
    for part in db.session.scalars(_parts().where(LabelPart.set_id.in_(sets))) if sets else ():
        found.setdefault(part.set_id, []).append(part)
    return found


def find_label(typed: str) -> Label | None:
    sought = seek_label(typed)
    return sought.label if sought else None


def part_at(number: LabelNumber) -> LabelPart | None:
    query = _parts().where(LabelPart.set_id == number.set_id, LabelPart.first <= number.place)
    part = db.session.scalar(query.order_by(LabelPart.first.desc()).limit(1))
    return part if part is not None and number.place <= part.last else None


def _parts() -> Select[tuple[LabelPart]]:
    return (
        select(LabelPart)
        .join(LabelPart.set)
        .options(
            contains_eager(LabelPart.set).joinedload(LabelSet.indication),
            contains_eager(LabelPart.set).joinedload(LabelSet.producer),
            contains_eager(LabelPart.set).joinedload(LabelSet.licence).selectinload(Licence.spells),
            joinedload(LabelPart.holder),
        )
    )


def codes_of(label_set: LabelSet, first: int, last: int) -> Iterable[str]:
    """The numbers of a piece of a set, one after the other."""
    numbering = find_numbering()
    return (code_of(numbering, LabelNumber(label_set.id, place)) for place in range(first, last + 1))
