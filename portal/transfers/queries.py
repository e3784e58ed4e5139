"""Everything that reads transfers. Both sides see one, and nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.producers.queries import within
from portal.register.queries import signing_keys
from portal.register.signing import Signer
from portal.targets.queries import agreements
from portal.transfers.models import EarlierKey, OutgoingBundle, Peer, Transfer, TransferClock, TransferStep
from portal.transfers.rules import FINAL, HANDLERS, OPEN, READERS, Kind, Pact, State, pacts_between

NO_TRANSFER = Text("没有这份移送", "There is no such transfer")


def pacts() -> list[Pact]:
    """The agreements that were signed; mere cooperation and what lies outside recognise nothing."""
    return [
        Pact(
            one.id,
            Text(one.facts["name"]["zh"], one.facts["name"]["en"]),
            tuple(str(party["code"]) for party in one.facts.get("parties", [])),
            tuple(said["zh"] for said in one.facts.get("covers", [])),
            tuple(one.facts.get("brands", [])),
            dict(one.facts.get("days", {})),
        )
        for one in agreements()
        if one.facts.get("kind") == "agreement"
    ]


def pact_of(transfer: Transfer, known: Sequence[Pact] | None = None) -> Pact | None:
    """The agreement it rests on, if that still binds both places; `known` saves asking for each of many."""
    if not transfer.agreement:
        return None
    known = pacts() if known is None else known
    binding = pacts_between(known, transfer.from_adcode, transfer.to_adcode)
    return next((pact for pact in binding if pact.key == transfer.agreement), None)


def may_recognise(transfer: Transfer) -> bool:
    pact = pact_of(transfer)
    return pact is not None and pact.recognises()


_SHOWN = (joinedload(Transfer.peer), selectinload(Transfer.clocks))


@dataclass(frozen=True)
class TransferFilter:
    state: str = "open"
    kind: str = ""
    side: str = ""


def transfers_for(viewer: Account, asked: TransferFilter | None = None) -> Select[tuple[Transfer]]:
    """What leaves or reaches the viewer's region; of a place of another portal nobody acts here."""
    query = select(Transfer).options(*_SHOWN)
    if viewer.role not in READERS or not viewer.region:
        return query.where(false())
    ours = within(Transfer.from_adcode, viewer.region) & (Transfer.peer_id.is_(None) | Transfer.outgoing)
    theirs = within(Transfer.to_adcode, viewer.region) & (Transfer.peer_id.is_(None) | ~Transfer.outgoing)
    query = query.where(or_(ours, theirs))
    if asked is None:
        return query
    if asked.side:
        query = query.where(ours if asked.side == "out" else theirs)
    if asked.state == "open":
        query = query.where(Transfer.state.in_([state.value for state in OPEN]))
    elif asked.state in set(State):
        query = query.where(Transfer.state == asked.state)
    if asked.kind in set(Kind):
        query = query.where(Transfer.kind == asked.kind)
    return query.order_by(Transfer.sent_at.desc(), Transfer.id.desc())


def get_transfer_for(viewer: Account, key: str) -> Transfer:
    query = transfers_for(viewer).where(Transfer.key == key).execution_options(populate_existing=True)
    transfer = db.session.scalar(query)
    if transfer is None:
        raise NotFound(NO_TRANSFER)
    return transfer


def transfers_of(viewer: Account, subject: str) -> list[Transfer]:
    """What was handed over of a tip or a case, as far as the viewer may see it."""
    query = transfers_for(viewer).where(Transfer.origin_key == subject, Transfer.outgoing)
    return list(db.session.scalars(query.order_by(Transfer.id)))


def open_leads_of(subject: str) -> list[Transfer]:
    """Leads of the same case that are with another place and not over; seen or not, they count."""
    if not subject:
        return []
    query = select(Transfer).where(Transfer.origin_key == subject, Transfer.outgoing)
    query = query.where(Transfer.kind == Kind.LEAD.value)
    query = query.where(Transfer.state.in_([state.value for state in OPEN]))
    return list(db.session.scalars(query.options(*_SHOWN).order_by(Transfer.id)))


def find_transfer(key: str) -> Transfer | None:
    return db.session.scalar(select(Transfer).where(Transfer.key == key).options(*_SHOWN))


def find_sent(stored: Mapping[str, object], peer: Peer | None, since: datetime) -> Transfer | None:
    """The same words handed to the same place, on the same portal, a moment ago."""
    same = ("kind", "from_adcode", "to_adcode", "title", "facts", "origin_key")
    query = select(Transfer).where(*(getattr(Transfer, name) == stored[name] for name in same))
    query = query.where(Transfer.peer_id == (peer.id if peer else None))
    query = query.where(
        Transfer.outgoing, Transfer.sent_at > since, Transfer.state.not_in([one.value for one in FINAL])
    )
    return db.session.scalar(query.options(*_SHOWN).order_by(Transfer.id).limit(1))


def get_transfer(number: int) -> Transfer:
    return db.session.scalars(select(Transfer).where(Transfer.id == number).options(*_SHOWN)).one()


def due_by(viewer: Account, last: date) -> list[tuple[TransferClock, Transfer]]:
    """Transfers of the viewer's whose period runs out up to a day, soonest first."""
    query = transfers_for(viewer).join(TransferClock, TransferClock.transfer_id == Transfer.id)
    query = query.where(TransferClock.runs(), TransferClock.due_on <= last)
    query = query.add_columns(TransferClock).order_by(TransferClock.due_on, Transfer.id)
    return [(clock, transfer) for transfer, clock in db.session.execute(query)]


def is_ours_to_answer(viewer: Account, transfer: Transfer) -> bool:
    """The receiver has to act; the sender waits, and so does who only looks on."""
    here = transfer.peer_id is None or not transfer.outgoing
    return here and scope_covers(viewer.region, transfer.to_adcode)


def steps_of(transfer: Transfer) -> list[TransferStep]:
    query = select(TransferStep).where(TransferStep.transfer_id == transfer.id).order_by(TransferStep.n)
    return list(db.session.scalars(query))


def bundles_of(transfer: Transfer) -> list[OutgoingBundle]:
    query = select(OutgoingBundle).where(OutgoingBundle.transfer_id == transfer.id)
    return list(db.session.scalars(query.order_by(OutgoingBundle.id)))


def peers() -> list[Peer]:
    return list(db.session.scalars(select(Peer).where(Peer.ended_on.is_(None)).order_by(Peer.id)))


def all_peers() -> list[Peer]:
    return list(db.session.scalars(select(Peer).order_by(Peer.id)))


def kept_elsewhere(adcode: str) -> Peer | None:
    """The portal that keeps a place, where nobody on ours would sign for what is handed over there."""
    peer = next((one for one in peers() if scope_covers(one.adcode, adcode)), None)
    if peer is None:
        return None
    regions = select(Account.region).where(Account.role.in_(HANDLERS), Account.ended_on.is_(None))
    ours = any(scope_covers(region, adcode) for region in db.session.scalars(regions.distinct()))
    return None if ours else peer


def keys_of(bundles: Sequence[OutgoingBundle]) -> dict[int, tuple[str, str]]:
    """By bundle: key and number of the transfer it belongs to."""
    wanted = {one.transfer_id for one in bundles}
    query = select(Transfer.id, Transfer.key, Transfer.number).where(Transfer.id.in_(wanted))
    known = {number: (key, said) for number, key, said in db.session.execute(query)}
    return {one.id: known[one.transfer_id] for one in bundles}


def find_peer(key_id: str) -> Peer | None:
    return db.session.scalar(select(Peer).where(Peer.key_id == key_id, Peer.ended_on.is_(None)))


def find_signer(key_id: str) -> tuple[Peer | None, EarlierKey | None]:
    """Whose key it is, and which earlier one where that portal has another by now."""
    peer = find_peer(key_id)
    if peer is not None:
        return peer, None
    earlier = db.session.get(EarlierKey, key_id)
    holder = db.session.get_one(Peer, earlier.peer_id) if earlier else None
    return (None, None) if holder is None or holder.ended_on else (holder, earlier)


def earlier_keys() -> dict[int, list[EarlierKey]]:
    """By portal, the newest first."""
    found: dict[int, list[EarlierKey]] = {}
    for one in db.session.scalars(select(EarlierKey).order_by(EarlierKey.replaced_at.desc())):
        found.setdefault(one.peer_id, []).append(one)
    return found


def own_key_ids(signer: Signer) -> frozenset[str]:
    """Our keys, also those before: what was addressed to one of them is for us."""
    return frozenset({signer.key_id, *(one.key_id for one in signing_keys())})


def was_sent(digest: str) -> bool:
    """Whether this portal signed that bundle itself, with whatever key it had then."""
    return db.session.scalar(select(OutgoingBundle.id).where(OutgoingBundle.digest == digest)) is not None


def waiting_of(viewer: Account) -> list[OutgoingBundle]:
    """What waits of the viewer's own region."""
    mine = transfers_for(viewer).with_only_columns(Transfer.id)
    query = select(OutgoingBundle).where(
        OutgoingBundle.received_at.is_(None), OutgoingBundle.transfer_id.in_(mine)
    )
    return list(db.session.scalars(query.order_by(OutgoingBundle.id)))


def waiting_bundles() -> list[OutgoingBundle]:
    query = select(OutgoingBundle).where(OutgoingBundle.received_at.is_(None))
    return list(db.session.scalars(query.order_by(OutgoingBundle.id)))
