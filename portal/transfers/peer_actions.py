"""Keys of other portals, registered by hand and ended by hand."""

import re
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.db import db
from portal.lib.problems import SOMETHING_MISSING, NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.regions.queries import find_region
from portal.register.actions import record
from portal.register.rules import stated
from portal.transfers.actions import refuse
from portal.transfers.models import Peer

PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")


def trust_peer(
    account: Account, name: str, address: str, public_key: str, adcode: str, now: datetime
) -> Peer:
    """Register another portal's key, handed over by people who know each other."""
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员登记", "That is for an administrator"))
    faults: dict[str, Text] = {}
    public_key, address = public_key.strip().lower(), address.strip().rstrip("/")
    if not 2 <= len(name.strip()) <= 120:
        faults["name"] = Text("请填名称", "Enter the name")
    if not PUBLIC_KEY.fullmatch(public_key):
        faults["public_key"] = Text("公钥是 64 位十六进制数", "The key is 64 hexadecimal digits")
    if address and not re.fullmatch(r"https?://[^\s/]+", address):
        faults["address"] = Text("写作 https://主机名，没有就留空", "Write https://host, or leave it out")
    if find_region(adcode) is None:
        faults["adcode"] = Text("没有这个行政区划代码", "There is no such division")
    refuse(faults)
    key_id = sha256(bytes.fromhex(public_key)).hexdigest()[:16]
    if db.session.scalar(select(Peer.id).where(Peer.key_id == key_id)) is not None:
        raise RuleBroken(
            SOMETHING_MISSING, {"public_key": Text("这个密钥已登记过", "This key is registered already")}
        )
    peer = Peer(name=name.strip(), address=address or None, key_id=key_id, public_key=public_key)
    peer.adcode, peer.added_at = adcode, now
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
