"""May this seller use this name today? Checks of one code, and of a whole list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select

from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.queries import licences
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.folding import folded
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.verification import words
from portal.verification.reading import CheckRead, LicenceSeen, find_gi, find_seen, read_check
from portal.verification.rules import (
    RANK,
    STATES_OF_PURPOSE,
    Answer,
    Purpose,
    answer_of,
    ids_of_list,
)

MOST_NAMES = 20

Shown = Licence | LicenceSeen


@dataclass(frozen=True)
class Answered:
    """One answer. Names and codes are None where they are not public; `number` is the licence asked about."""

    answer: Answer
    on: date
    uscc: str | None
    producer: str | None
    gi: str | None
    gi_name: Text | None
    licence: Shown | None
    licences: tuple[Shown, ...]
    reason: Text
    number: str | None = None

    @property
    def name(self) -> Text:
        return words.NAMES[self.answer]

    @property
    def tone(self) -> str:
        return words.TONES[self.answer]

    @property
    def next_step(self) -> Text:
        return words.NEXT[self.answer]

    def in_order(self) -> list["Answered"]:
        """One answer for each GI, the strongest first."""
        best: dict[int, Shown] = {}
        for licence in self.licences:
            best.setdefault(licence.indication.id, licence)
        return [of_licence(licence, self.on) for licence in best.values()] or [self]


def answer_on(licence: Shown, day: date) -> Answer:
    return answer_of(licence.valid_from, licence.valid_to, licence.spells, day)


def of_licence(licence: Shown, day: date, others: Sequence[Shown] = (), asked: str | None = None) -> Answered:
    answer = answer_on(licence, day)
    producer, public = licence.producer, licence.producer.name_public
    return Answered(
        answer=answer,
        on=day,
        uscc=producer.uscc if public else asked,
        producer=producer.name if public else None,
        gi=licence.indication.slug,
        gi_name=Text(licence.indication.name_zh, licence.indication.name_en),
        licence=licence,
        licences=tuple(others) or (licence,),
        reason=words.REASONS[answer],
    )


def answer_by_code(uscc: str, gi: str, day: date) -> Answered:
    """May the holder of this code use this GI (or any) on this day?"""
    return answer_of_read(read_check(uscc, gi), uscc, gi, day)


def answer_of_read(read: CheckRead, uscc: str, gi: str, day: date) -> Answered:
    found = [one for one in read.licences if not gi or one.indication.is_called(gi)]
    found.sort(key=lambda one: _rank(one, day))
    if found:
        return of_licence(found[0], day, found, uscc)
    gi_name = (read.gi.name if read.gi else get_gi_name(gi)) if gi else None
    return _without_licence(uscc, gi, day, gi_name, read)


def _rank(licence: Shown, day: date) -> tuple[int, int, str]:
    return RANK[answer_on(licence, day)], -licence.valid_from.toordinal(), licence.number


def answer_by_number(number: str, gi: str, day: date) -> Answered:
    licence = find_seen(number)
    if licence is not None and gi and not licence.indication.is_called(gi):
        asked = of_licence(licence, day)
        name = get_gi_name(gi)
        return Answered(
            Answer.NOT_AUTHORISED,
            day,
            asked.uscc,
            asked.producer,
            gi,
            name,
            None,
            (licence,),
            words.OTHER_GI,
            number,
        )
    if licence is None:
        name = get_gi_name(gi) if gi else None
        reason = words.NO_SUCH_LICENCE.format(number=number)
        return Answered(Answer.UNKNOWN, day, None, None, gi or None, name, None, (), reason, number)
    return of_licence(licence, day)


def get_gi_name(gi: str) -> Text:
    found = find_gi(gi)
    if found is None:
        raise RuleBroken(
            Text("地理标志不认识", "That GI is not known"),
            {"gi": Text("目录中没有这个地理标志", "The catalogue has no such GI")},
            next_step=Text(
                "从目录查它的代号，或不填这一项", "Find its key in the catalogue, or leave it out"
            ),
        )
    return found.name


def _without_licence(uscc: str, gi: str, day: date, gi_name: Text | None, read: CheckRead) -> Answered:
    """Somebody whose name is not public and who has no licence is, to a stranger, not there."""
    name = read.holder.name if read.holder is not None and read.holder.name_public else None
    if name is None and not read.licences:
        return Answered(Answer.UNKNOWN, day, uscc, None, gi or None, gi_name, None, (), words.NOT_KNOWN)
    reason = words.OTHER_GI if read.licences else words.NO_LICENCE
    return Answered(Answer.NOT_AUTHORISED, day, uscc, name, gi or None, gi_name, None, (), reason)


def _is_gi(gi: str) -> object:
    return or_(Indication.slug == gi, Indication.name_zh == gi)


def producers_named(text: str, gi: str) -> list[Producer]:
    """Public producers by a part of their name, its pinyin or its initials; licensed ones first."""
    wanted = folded(text)
    # One Chinese character narrows a list down; one letter of the alphabet does not.
    if not wanted or (wanted.isascii() and len(wanted) < 2):
        return []
    licensed = exists().where(Licence.producer_id == Producer.id)
    if gi:
        of_gi = select(Indication.id).where(_is_gi(gi))
        licensed = exists().where(Licence.producer_id == Producer.id, Licence.indication_id.in_(of_gi))
    query = (
        select(Producer)
        .where(
            Producer.name_public,
            Producer.uscc.is_not(None),
            Producer.search_text.contains(wanted, autoescape=True),
        )
        .order_by(licensed.desc(), Producer.name, Producer.id)
        .limit(MOST_NAMES + 1)
    )
    return list(db.session.scalars(query))


def answers_by_codes(codes: Sequence[str], day: date) -> dict[str, list[Licence]]:
    """The licences of many producers at once, by USCC: two queries for each five hundred."""
    found: dict[str, list[Licence]] = {}
    for first in range(0, len(codes), 500):
        some = codes[first : first + 500]
        query = licences().join(Licence.producer).where(Producer.uscc.in_(some))
        for licence in db.session.scalars(query):
            found.setdefault(licence.producer.uscc, []).append(licence)
    for several in found.values():
        several.sort(key=lambda one: _rank(one, day))
    return found


def licences_by_numbers(numbers: Sequence[str]) -> dict[str, Licence]:
    found = {}
    for first in range(0, len(numbers), 500):
        query = licences().where(Licence.number.in_(numbers[first : first + 500]))
        found |= {licence.number: licence for licence in db.session.scalars(query)}
    return found


def known_codes(codes: Sequence[str]) -> set[str]:
    """Of these codes those of public producers."""
    known: set[str] = set()
    for first in range(0, len(codes), 500):
        query = select(Producer.uscc).where(
            Producer.name_public, Producer.uscc.in_(codes[first : first + 500])
        )
        known |= set(db.session.scalars(query))
    return known


def ids_standing(purpose: Purpose, number: int, day: date) -> list[int]:
    """The licences of one status list that are revoked (or suspended) on a day."""
    span = ids_of_list(number)
    query = select(LicenceSpell.licence_id).where(
        LicenceSpell.licence_id >= span.start,
        LicenceSpell.licence_id < span.stop,
        LicenceSpell.state.in_([state.value for state in STATES_OF_PURPOSE[purpose]]),
        LicenceSpell.from_on <= day,
        or_(LicenceSpell.ended_on.is_(None), LicenceSpell.ended_on > day),
    )
    return list(db.session.scalars(query))


def licensed_gis() -> list[tuple[str, str, str]]:
    """Slug and both names of every GI that somebody has a licence for: what a label offline is called."""
    licensed = exists().where(Licence.indication_id == Indication.id)
    query = select(Indication.slug, Indication.name_zh, Indication.name_en).where(licensed)
    return [tuple(row) for row in db.session.execute(query.order_by(Indication.slug))]


def newest_licence_id() -> int:
    return db.session.scalar(select(Licence.id).order_by(Licence.id.desc()).limit(1)) or 0
