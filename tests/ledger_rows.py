"""Rows for tests of returns and shares: GIs, producers on rosters, licences with spells, returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.sessions import COOKIE_FIELD
from portal.accounts.sign_in import Visit, begin_session
from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import Indication, IndicationRegion, Protection
from portal.db import db, transaction
from portal.lib.clock import CHINA, now
from portal.producers.models import Producer, ProducerAccount, RosterEntry
from portal.returns.models import AnnualReturn, OfficialOutput

_numbers = count(1)
LONG_AGO = date(2015, 1, 1)


def a_gi(slug: str = "", region: str = "640521") -> Indication:
    slug = slug or f"gi-{next(_numbers)}"
    one = Indication(
        slug=slug,
        facts={"regions": {"places": []}},
        name_zh=f"名{slug}",
        name_en=slug,
        pinyin=slug,
        initials=slug[:3],
        search_text=slug,
        category="fruit",
        status="in_force",
        protections=[
            Protection(key="a", kind="gi_product", status="in_force"),
            Protection(key="b", kind="certification_mark", status="in_force"),
        ],
        regions=[IndicationRegion(adcode=region)],
    )
    db.session.add(one)
    db.session.flush()
    return one


def a_producer(name: str = "", kind: str = "company", adcode: str = "640521") -> Producer:
    n = next(_numbers)
    one = Producer(
        number=f"P{n:09d}",
        kind=kind,
        name=name or f"企业{n}",
        search_text=name or f"企业{n}",
        name_public=kind in ("company", "cooperative"),
        adcode=adcode,
        created_on=LONG_AGO,
    )
    db.session.add(one)
    db.session.flush()
    return one


@dataclass
class Spell:
    state: str
    from_on: date
    ended_on: date | None = None


def _protections_of(gi: Indication) -> Sequence[int]:
    query = select(Protection.id).where(Protection.indication_id == gi.id).order_by(Protection.key)
    return db.session.scalars(query).all()


def licence(
    gi: Indication,
    producer: Producer,
    spells: Sequence[Spell] = (),
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
    protection: int = 0,
) -> Licence:
    one = Licence(
        number=f"L{next(_numbers):08d}",
        indication_id=gi.id,
        protection_id=_protections_of(gi)[protection],
        producer_id=producer.id,
        track="special_mark",
        adcode=producer.adcode,
        goods="果",
        valid_from=valid_from,
        valid_to=valid_to,
        issued_by="局",
        issued_on=valid_from,
        changed_at=now(),
        spells=[
            LicenceSpell(state=s.state, from_on=s.from_on, ended_on=s.ended_on)
            for s in spells or [Spell("in_force", valid_from)]
        ],
    )
    db.session.add(one)
    db.session.flush()
    return one


def on_roster(
    gi: Indication,
    producer: Producer,
    from_on: date = LONG_AGO,
    ended_on: date | None = None,
    adcode: str = "640521",
) -> RosterEntry:
    one = RosterEntry(
        indication_id=gi.id, producer_id=producer.id, adcode=adcode, from_on=from_on, ended_on=ended_on
    )
    db.session.add(one)
    db.session.flush()
    return one


def a_return(
    gi: Indication,
    producer: Producer,
    year: int,
    value: int,
    mark: int = 0,
    state: str = "accepted",
    edition: int = 1,
) -> AnnualReturn:
    one = AnnualReturn(
        indication_id=gi.id,
        producer_id=producer.id,
        adcode="640521",
        year=year,
        edition=edition,
        state=state,
        value_fen=value,
        mark_value_fen=mark,
        filed_as="official",
        created_at=now(),
    )
    db.session.add(one)
    db.session.flush()
    return one


def an_official_figure(gi: Indication, year: int, value: int) -> OfficialOutput:
    one = OfficialOutput(
        indication_id=gi.id,
        year=year,
        zone="",
        value_fen=value,
        issuer="统计局",
        document="统计公报",
        document_on=date(year + 1, 3, 1),
        entered_at=now(),
    )
    db.session.add(one)
    db.session.flush()
    return one


def an_account(role: Role, region: str = "640521", producer: Producer | None = None) -> Account:
    n = next(_numbers)
    one = Account(
        email=f"person{n}@example.test",
        name=f"人{n}",
        role=role,
        region=region,
        organisation=f"单位{n}",
        created_at=datetime(2020, 1, 1, tzinfo=CHINA),
        totp_confirmed_at=datetime(2020, 1, 1, tzinfo=CHINA),
    )
    db.session.add(one)
    db.session.flush()
    if producer is not None:
        db.session.add(ProducerAccount(producer_id=producer.id, account_id=one.id, since=LONG_AGO))
        db.session.flush()
    return one


def enter(client: FlaskClient, account: Account) -> FlaskClient:
    """Straight into a session: signing in has tests of its own."""
    with transaction():
        row = db.session.get_one(Account, account.id)
        token = begin_session(row, Visit("127.0.0.1", "test"), now())
    with client.session_transaction() as session:
        session[COOKIE_FIELD] = token
    return client
