"""What a check of a code reads, in one statement each: rows of plain values, no mapped objects.

It is the question the register is asked most often. The statements are written once, so that nothing of
them is worked out anew for each question.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, bindparam, select

from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import Indication, Protection
from portal.db import db
from portal.lib.text import Text
from portal.producers.models import Producer


@dataclass(frozen=True)
class SpellSeen:
    state: str
    from_on: date
    ended_on: date | None


@dataclass(frozen=True)
class HolderSeen:
    """`name_public` says whether name and code of the producer may be told at all."""

    uscc: str | None
    name: str
    name_public: bool


@dataclass(frozen=True)
class GiSeen:
    id: int
    slug: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> Text:
        return Text(self.name_zh, self.name_en)

    def is_called(self, asked: str) -> bool:
        return asked in (self.slug, self.name_zh)


@dataclass(frozen=True)
class ProtectionSeen:
    kind: str


@dataclass(frozen=True)
class LicenceSeen:
    """A licence as a check shows it."""

    number: str
    track: str
    goods: str
    valid_from: date
    valid_to: date | None
    issued_by: str
    adcode: str
    demo: bool
    protection: ProtectionSeen
    indication: GiSeen
    producer: HolderSeen
    spells: tuple[SpellSeen, ...]


_PRODUCER, _LICENCE, _PROTECTION = Producer.__table__.c, Licence.__table__.c, Protection.__table__.c
_INDICATION, _SPELL = Indication.__table__.c, LicenceSpell.__table__.c

_HOLDER = (_PRODUCER.uscc, _PRODUCER.name, _PRODUCER.name_public)
_STATED = (
    _LICENCE.number, _LICENCE.track, _LICENCE.goods, _LICENCE.valid_from, _LICENCE.valid_to,
    _LICENCE.issued_by, _LICENCE.adcode, _LICENCE.demo,
)  # fmt: skip
_NAME = (_INDICATION.id, _INDICATION.slug, _INDICATION.name_zh, _INDICATION.name_en)
_STOOD = (_SPELL.state, _SPELL.from_on, _SPELL.ended_on)


def _joined() -> Select:
    """A row for each spell of each licence; one row without either for a producer that never had any."""
    return (
        select(*_HOLDER, *_STOOD, *_NAME, _PROTECTION.kind, *_STATED)
        .select_from(Producer.__table__)
        .outerjoin(Licence.__table__, _LICENCE.producer_id == _PRODUCER.id)
        .outerjoin(Indication.__table__, _INDICATION.id == _LICENCE.indication_id)
        .outerjoin(Protection.__table__, _PROTECTION.id == _LICENCE.protection_id)
        .outerjoin(LicenceSpell.__table__, _SPELL.licence_id == _LICENCE.id)
        .order_by(_LICENCE.id, _SPELL.id)
    )


_OF_CODE = _joined().where(_PRODUCER.uscc == bindparam("uscc"))
_OF_NUMBER = _joined().where(_LICENCE.number == bindparam("number"))
_GI = select(*_NAME)
_GI_OF_SLUG = _GI.where(_INDICATION.slug == bindparam("asked"))
_GI_OF_NAME = _GI.where(_INDICATION.name_zh == bindparam("asked"))


def read_holder(uscc: str) -> tuple[HolderSeen | None, list[LicenceSeen]]:
    """The producer of a code, None where it is not known, and all licences it ever had."""
    rows = db.session.execute(_OF_CODE, {"uscc": uscc}).all()
    return (HolderSeen(*rows[0][:3]) if rows else None), _licences(rows)


def find_seen(number: str) -> LicenceSeen | None:
    return next(iter(_licences(db.session.execute(_OF_NUMBER, {"number": number}).all())), None)


def find_gi(asked: str) -> GiSeen | None:
    """By its key, for which there is an index, or else by its Chinese name, for which all are read."""
    for statement in (_GI_OF_SLUG, _GI_OF_NAME):
        row = db.session.execute(statement, {"asked": asked}).first()
        if row is not None:
            return GiSeen(*row)
    return None


def _licences(rows: Iterable[Row]) -> list[LicenceSeen]:
    spells: dict[str, list[SpellSeen]] = {}
    stated: dict[str, Row] = {}
    for row in rows:
        if row.number is not None:
            stated.setdefault(row.number, row)
            spells.setdefault(row.number, []).extend([SpellSeen(*row[3:6])] if row.state else [])
    return [_licence(row, tuple(spells[number])) for number, row in stated.items()]


def _licence(row: Row, spells: tuple[SpellSeen, ...]) -> LicenceSeen:
    holder, gi = HolderSeen(*row[:3]), GiSeen(*row[6:10])
    return LicenceSeen(*row[11:], ProtectionSeen(row.kind), gi, holder, spells)
