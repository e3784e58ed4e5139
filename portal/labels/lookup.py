"""One label by its number, for anyone who has it: two rows are read, however many labels there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from portal.authorisation.models import Licence
from portal.authorisation.rules import LicenceState
from portal.db import db
from portal.labels.codes import LabelNumber, code_of, number_of, read_code
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


def find_key() -> bytes | None:
    """The secret behind the numbers; None while no label was ever issued."""
    secret = db.session.scalar(select(LabelKey.secret).where(LabelKey.id == 1))
    return bytes.fromhex(secret) if secret else None


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


def find_label(code: str) -> Label | None:
    """The label with this number; None where it was miscopied or never issued. Two rows are read, however
    many labels there are."""
    typed, key = read_code(code), find_key()
    number = number_of(key, typed.code) if typed and key and not typed.wrong_check else None
    if number is None:
        return None
    part = part_at(number)
    if part is None:
        return None
    return Label(part.set, part, number, typed.code)


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
    key = find_key()
    return (code_of(key, LabelNumber(label_set.id, place)) for place in range(first, last + 1))
