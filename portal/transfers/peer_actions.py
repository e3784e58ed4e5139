"""Keys of other portals, registered by hand and ended by hand."""

import json
import re
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.db import db
from portal.lib.problems import NotAllowed, refuse
from portal.lib.text import Text
from portal.regions.rules import Level
from portal.register.actions import record
from portal.register.rules import stated
from portal.tips.places import find_places
from portal.transfers.models import Peer

PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
MOST_KEY_BYTES = 10_000
REGISTERED = Text(
    "这个密钥已登记；要改名称、管辖或地址，先停用，再登记一次",
    "This key is registered; to change name, division or address, end it and register it again",
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
    return {"public_key": said["public_key"], "address": str(said.get("address") or "")}


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
    if not PUBLIC_KEY.fullmatch(public_key):
        faults["public_key"] = Text("公钥是 64 位十六进制数", "The key is 64 hexadecimal digits")
    elif public_key == own_key:
        faults["public_key"] = Text("这是本门户自己的公钥，请填对方的", "This is our own key; enter theirs")
    if address and not re.fullmatch(r"https?://[^\s/]+", address):
        faults["address"] = Text("写作 https://主机名，没有就留空", "Write https://host, or leave it out")
    places = find_places(adcode, tuple(Level))
    if len(places) != 1:
        faults["adcode"] = MANY_PLACES if places else NO_PLACE
    refuse(faults)
    key_id = sha256(bytes.fromhex(public_key)).hexdigest()[:16]
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


def end_peer(account: Account, peer: Peer, today: date) -> None:
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员办理", "That is for an administrator"))
    peer.ended_on = today
    changes = {"ended_on": {"from": None, "to": today.isoformat()}}
    record(account.as_actor(), "ended", f"peer:{peer.key_id}", changes, public=False)
