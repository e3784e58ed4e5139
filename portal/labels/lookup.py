"""One label by its number, for anyone who has it: two rows are read, however many labels there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
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
    if part is None:
        return Sought(code, None, is_miscopied(code))
    if code_of(numbering, number) != code:
        return Sought(code, None, miscopied=True)
    return Sought(code, Label(part.set, part, number, code))


def find_label(typed: str) -> Label | None:
    sought = seek_label(typed)
    return sought.label if sought else None


def part_at(number: LabelNumber) -> LabelPart | None:
    query = (
        select(LabelPart)
        .join(LabelPart.set)
        .where(LabelPart.set_id == number.set_id, LabelPart.first <= number.place)
        .order_by(LabelPart.first.desc())
        .limit(1)
        .options(
            contains_eager(LabelPart.set).joinedload(LabelSet.indication),
            contains_eager(LabelPart.set).joinedload(LabelSet.producer),
            contains_eager(LabelPart.set).joinedload(LabelSet.licence).selectinload(Licence.spells),
            joinedload(LabelPart.holder),
        )
    )
    part = db.session.scalar(query)
    return part if part is not None and number.place <= part.last else None


def codes_of(label_set: LabelSet, first: int, last: int) -> Iterable[str]:
    """The numbers of a piece of a set, one after the other."""
    numbering = find_numbering()
    return (code_of(numbering, LabelNumber(label_set.id, place)) for place in range(first, last + 1))
