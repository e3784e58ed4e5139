"""Keys of other portals, registered by hand and ended by hand."""

import json
import re
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.db import db
from portal.lib.problems import NotAllowed, refuse
from portal.lib.text import Text
from portal.regions.rules import Level
from portal.register.actions import record
from portal.register.rules import stated
from portal.tips.places import find_places
from portal.transfers.models import EarlierKey, OutgoingBundle, Peer

PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
MOST_KEY_BYTES = 10_000
MOST_BEFORE = 20
REGISTERED = Text(
    "这个密钥已登记；要改名称、管辖或地址，先停用，再登记一次",
    "This key is registered; to change name, division or address, end it and register it again",
)
KNOWN_KEY = Text(
    "这个密钥已登记过，或是某个门户换掉的旧密钥，请用对方现在的密钥文件",
    "This key is registered already, or one that a portal replaced; use the key file it has now",
)
NO_PLACE = Text("没有这个地区，请写名称或代码", "There is no such division; give its name or code")
MANY_PLACES = Text("有几个同名的地区，请写代码", "Several divisions have this name; give the code")
NO_KEY_FILE = Text(
    "这不是密钥文件，请选择对方给的 portal-key.json",
    "This is no key file; choose the portal-key.json of the other portal",
)


def read_key_file(raw: bytes) -> dict[str, str]:
    """Key and address as the other portal's page gave them out as a file."""
    try:
        said = json.loads(raw[:MOST_KEY_BYTES])
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("public_key"), str):
        refuse({"key_file": NO_KEY_FILE})
    before = said.get("before") if isinstance(said.get("before"), list) else []
    found = {"public_key": said["public_key"], "address": str(said.get("address") or "")}
    return found | {"before": " ".join(str(one) for one in before[:MOST_BEFORE])}


def trust_peer(
    account: Account, name: str, address: str, public_key: str, adcode: str, own_key: str, now: datetime
) -> Peer:
    """Register another portal's key, handed over by people who know each other. One that was ended is
    taken up again with the name, place and address typed now, so that what waits for it goes on."""
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员登记", "That is for an administrator"))
    faults: dict[str, Text] = {}
    public_key, address = public_key.strip().lower(), address.strip().rstrip("/")
    if not 2 <= len(name.strip()) <= 120:
        faults["name"] = Text("请填名称", "Enter the name")
    faults |= _key_faults(public_key, own_key) | _address_faults(address)
    places = find_places(adcode, tuple(Level))
    if len(places) != 1:
        faults["adcode"] = MANY_PLACES if places else NO_PLACE
    refuse(faults)
    key_id = _key_id(public_key)
    if db.session.get(EarlierKey, key_id) is not None:
        refuse({"public_key": KNOWN_KEY})
    peer = db.session.scalar(select(Peer).where(Peer.key_id == key_id))
    if peer is not None and peer.ended_on is None:
        refuse({"public_key": REGISTERED})
    peer = peer or Peer(key_id=key_id, public_key=public_key)
    peer.name, peer.address, peer.adcode = name.strip(), address or None, places[0].adcode
    peer.added_at, peer.ended_on = now, None
    db.session.add(peer)
    db.session.flush()
    record(account.as_actor(), "trusted", f"peer:{key_id}", stated({"name": peer.name}), public=False)
    return peer


def replace_key(
    account: Account, peer: Peer, public_key: str, address: str, own_key: str, now: datetime
) -> None:
    """The other portal signs with another key from now on. What it signed with the earlier one until now is
    still believed, so that open transfers go on; what waits for it is sent at once."""
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员登记", "That is for an administrator"))
    public_key, address = public_key.strip().lower(), address.strip().rstrip("/")
    faults = _key_faults(public_key, own_key) | _address_faults(address)
    refuse(faults)
    key_id = _key_id(public_key)
    if _is_known(key_id):
        refuse({"public_key": KNOWN_KEY})
    before = peer.key_id
    earlier = EarlierKey(key_id=before, peer_id=peer.id, public_key=peer.public_key, replaced_at=now)
    db.session.add(earlier)
    peer.key_id, peer.public_key, peer.address = key_id, public_key, address or peer.address
    waits = update(OutgoingBundle).where(
        OutgoingBundle.peer_id == peer.id, OutgoingBundle.received_at.is_(None)
    )
    db.session.execute(waits.values(next_attempt_at=now))
    db.session.flush()
    changes = {"key": {"from": before, "to": key_id}}
    record(account.as_actor(), "key_replaced", f"peer:{key_id}", changes, public=False)


def _key_id(public_key: str) -> str:
    return sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def _is_known(key_id: str) -> bool:
    if db.session.get(EarlierKey, key_id) is not None:
        return True
    return db.session.scalar(select(Peer.id).where(Peer.key_id == key_id)) is not None


def _key_faults(public_key: str, own_key: str) -> dict[str, Text]:
    if not PUBLIC_KEY.fullmatch(public_key):
        return {"public_key": Text("公钥是 64 位十六进制数", "The key is 64 hexadecimal digits")}
    if public_key == own_key:
        return {"public_key": Text("这是本门户自己的公钥，请填对方的", "This is our own key; enter theirs")}
    return {}


def _address_faults(address: str) -> dict[str, Text]:
    if address and not re.fullmatch(r"https?://[^\s/]+", address):
        return {"address": Text("写作 https://主机名，没有就留空", "Write https://host, or leave it out")}
    return {}


def end_peer(account: Account, peer: Peer, today: date) -> None:
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员办理", "That is for an administrator"))
    peer.ended_on = today
    changes = {"ended_on": {"from": None, "to": today.isoformat()}}
    record(account.as_actor(), "ended", f"peer:{peer.key_id}", changes, public=False)
