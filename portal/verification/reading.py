"""What a check of a code reads, in one statement each: rows of plain values, no mapped objects.

It is the question the register is asked most often. The statements are written once, so that nothing of
them is worked out anew for each question; the front desk (portal/api/at_the_desk.py) puts the same one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Join, TableClause, bindparam, select

from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import Indication, Protection
from portal.db import db
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.models import End


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


@dataclass(frozen=True)
class CheckRead:
    """All that one check reads: with it the register's version, and the GI asked about by its key."""

    version: int
    holder: HolderSeen | None
    licences: list[LicenceSeen]
    gi: GiSeen | None


_PRODUCER, _LICENCE, _PROTECTION = Producer.__table__.c, Licence.__table__.c, Protection.__table__.c
_INDICATION, _SPELL = Indication.__table__.c, LicenceSpell.__table__.c
_END, _ASKED = End.__table__.c, Indication.__table__.alias("asked")

# In the order in which the rows are read below.
_HOLDER = (_PRODUCER.uscc, _PRODUCER.name, _PRODUCER.name_public)
_STOOD = (_SPELL.state, _SPELL.from_on, _SPELL.ended_on)
_NAME = (_INDICATION.id, _INDICATION.slug, _INDICATION.name_zh, _INDICATION.name_en)
_STATED = (
    _LICENCE.number, _LICENCE.track, _LICENCE.goods, _LICENCE.valid_from, _LICENCE.valid_to,
    _LICENCE.issued_by, _LICENCE.adcode, _LICENCE.demo,
)  # fmt: skip
_ALL = (*_HOLDER, *_STOOD, *_NAME, _PROTECTION.kind, *_STATED)
_STATE, _GI_FIRST, _KIND, _NUMBER = 3, 6, 10, 11


def _with_licences(start: Join | TableClause) -> Join:
    """A row for each spell of each licence; one row without either for a producer that never had any."""
    return (
        start.outerjoin(Licence.__table__, _LICENCE.producer_id == _PRODUCER.id)
        .outerjoin(Indication.__table__, _INDICATION.id == _LICENCE.indication_id)
        .outerjoin(Protection.__table__, _PROTECTION.id == _LICENCE.protection_id)
        .outerjoin(LicenceSpell.__table__, _SPELL.licence_id == _LICENCE.id)
    )


OF_CODE = (
    select(_END.public_n, _ASKED.c.id, _ASKED.c.slug, _ASKED.c.name_zh, _ASKED.c.name_en, *_ALL)
    .select_from(
        _with_licences(
            End.__table__.outerjoin(_ASKED, _ASKED.c.slug == bindparam("gi")).outerjoin(
                Producer.__table__, _PRODUCER.uscc == bindparam("uscc")
            )
        )
    )
    .where(_END.id == 1)
    .order_by(_LICENCE.id, _SPELL.id)
)
_OF_NUMBER = (
    select(*_ALL)
    .select_from(_with_licences(Producer.__table__))
    .where(_LICENCE.number == bindparam("number"))
    .order_by(_LICENCE.id, _SPELL.id)
)
_GI = select(*_NAME)
_GI_OF_SLUG = _GI.where(_INDICATION.slug == bindparam("asked"))
_GI_OF_NAME = _GI.where(_INDICATION.name_zh == bindparam("asked"))


def read_check(uscc: str, gi: str) -> CheckRead:
    """The producer of a code, None where it is not known, and all licences it ever had."""
    return check_of(db.session.execute(OF_CODE, {"uscc": uscc, "gi": gi}).all())


def check_of(rows: Sequence[Sequence]) -> CheckRead:
    """The rows of OF_CODE, read through the session or straight from the driver."""
    if not rows:
        return CheckRead(0, None, [], None)
    version, *gi = rows[0][:5]
    told = [tuple(row[5:]) for row in rows]
    # The database may know no code: the columns of a producer that is not there are empty.
    holder = HolderSeen(*told[0][:3]) if told[0][1] is not None else None
    return CheckRead(version, holder, _licences(told), GiSeen(*gi) if gi[0] is not None else None)


def find_seen(number: str) -> LicenceSeen | None:
    return next(iter(_licences(db.session.execute(_OF_NUMBER, {"number": number}).all())), None)


def find_gi(asked: str) -> GiSeen | None:
    """By its key, for which there is an index, or else by its Chinese name, for which all are read."""
    for statement in (_GI_OF_SLUG, _GI_OF_NAME):
        row = db.session.execute(statement, {"asked": asked}).first()
        if row is not None:
            return GiSeen(*row)
    return None


def _licences(rows: Iterable[Sequence]) -> list[LicenceSeen]:
    spells: dict[str, list[SpellSeen]] = {}
    stated: dict[str, Sequence] = {}
    for row in rows:
        number = row[_NUMBER]
        if number is None:
            continue
        stated.setdefault(number, row)
        several = spells.setdefault(number, [])
        if row[_STATE]:
            several.append(SpellSeen(row[_STATE], _day(row[_STATE + 1]), _day(row[_STATE + 2])))
    return [_licence(row, tuple(spells[number])) for number, row in stated.items()]


def _licence(row: Sequence, spells: tuple[SpellSeen, ...]) -> LicenceSeen:
    holder, gi = HolderSeen(*row[:3]), GiSeen(*row[_GI_FIRST:_KIND])
    number, track, goods, valid_from, valid_to, issued_by, adcode, demo = row[_NUMBER:]
    return LicenceSeen(
        number, track, goods, _day(valid_from), _day(valid_to), issued_by, adcode, bool(demo),
        ProtectionSeen(row[_KIND]), gi, holder, spells,
    )  # fmt: skip


def _day(stored: date | str | None) -> date | None:
    """SQLite's own driver tells a day as text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
