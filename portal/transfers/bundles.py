"""What travels between portals: a body in the RFC 8785 form, signed with the portal's Ed25519 key for one
other portal, and its receipt. Pure of any session, so that a file does as well as HTTPS."""

import json
from base64 import b64decode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from portal.lib.clock import instant_text
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.rules import canonical
from portal.register.signing import Signer, signature_holds
from portal.transfers.rules import MOST_ATTACHED_BYTES, MOST_BUNDLE_BYTES, MOST_TRAVELLING_BYTES

TYPE = "gi-transfer/1"
RECEIPT_TYPE = "gi-transfer-receipt/1"

NOT_A_BUNDLE = Text("这不是移送包或回执", "This is neither a bundle nor a receipt")
FROM_A_TRANSFER = Text(
    "请选择从移送页面或收件门户存下的 JSON 文件，原样送来",
    "Choose the JSON file saved from the page of a transfer, or the receipt, as it is",
)
NOT_SIGNED = Text("签名不符：内容被改动，或不是这个门户签的", "The signature does not hold")
ONCE_MORE = Text(
    "请从发出的门户再送一次；仍不行，请两边管理员核对登记的公钥",
    "Send it once more from the portal it comes of; if it fails again, both administrators compare the key",
)
CHANGED_ON_THE_WAY = Text(
    "随送的原件在路上被改动：与摘要不符", "A document was changed on the way: it is not what its digest says"
)
NOT_FOR_US = Text("这个移送包不是发给本门户的", "This bundle is for another portal")
ITS_ADDRESSEE = Text(
    "请交给它要去的门户；若收件门户换过密钥，发出的门户要登记新密钥",
    "Take it to the portal it is for; where that one has a new key, the sender has to register it",
)

NOT_REGISTERED = Text(
    "收件门户没有登记发件门户的密钥", "The portal that receives has not registered the sender’s key"
)
GIVE_THE_KEY = Text(
    "请把“对方门户和发件箱”一页上的密钥文件交给收件门户的管理员登记，之后会自动再送",
    "Give the key file of the page “Other portals and outbox” to the administrator of the portal that "
    "receives; then it is sent again by itself",
)
KEY_REPLACED = Text(
    "这个移送包用已经换掉的密钥签名，而时间在换密钥以后",
    "This bundle was signed with a key that had been replaced before",
)
SIGN_ANEW = Text(
    "请发出的门户用现在的密钥再办一次；密钥若已丢失或泄露，请管理员停用后重新登记",
    "The portal it comes of does it again with its present key; where a key was lost, end that portal and "
    "register it anew",
)
# What another portal says when it takes nothing; it is asked in Chinese, and read here in both languages.
SAID_THERE = {
    one.zh: one
    for one in (
        NOT_A_BUNDLE,
        FROM_A_TRANSFER,
        NOT_SIGNED,
        ONCE_MORE,
        CHANGED_ON_THE_WAY,
        NOT_FOR_US,
        ITS_ADDRESSEE,
        NOT_REGISTERED,
        GIVE_THE_KEY,
        KEY_REPLACED,
        SIGN_ANEW,
    )
}
REFUSED_THERE = Text("对方没有收下：{why}", "The other portal did not take it: {why}")
NO_ANSWER = Text("对方没有应答，会自动再送", "The other portal does not answer; it is sent again by itself")


def trouble_of(error: str) -> Text:
    """Why a bundle still waits, from what was noted of the last attempt."""
    kind, _, why = error.partition(": ")
    if kind not in ("Refused", "RuleBroken", "NotAllowed", "NotFound"):
        return NO_ANSWER
    parts = [SAID_THERE.get(part, Text(part, part)) for part in why.split("\n")]
    said = Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
    return REFUSED_THERE.format(why=said)


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read; its signature still has to be checked against a peer's key."""

    text: str
    digest: str
    key_id: str
    signature: str
    body: Mapping[str, object]
    attached: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Mapping[str, object]:
        return self.body["message"]


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def pack(signer: Signer, to_key: str, message: Mapping[str, object], at: datetime) -> tuple[str, str]:
    """The bundle as text, and the digest of its body by which both sides know it."""
    body = {"type": TYPE, "from_key": signer.key_id, "to_key": to_key, "time": instant_text(at)}
    text = canonical(body | {"message": message}).decode()
    envelope = {"body": text, "key_id": signer.key_id, "signature": signer.sign(text.encode())}
    return json.dumps(envelope, ensure_ascii=False), digest_of(text)


def with_documents(envelope: str, documents: Mapping[str, str]) -> str:
    """The bundle as it travels: documents stand beside the signed body, which names each by its digest."""
    return (
        json.dumps(json.loads(envelope) | {"attached": documents}, ensure_ascii=False)
        if documents
        else envelope
    )


def documents_in(bundle: Bundle) -> dict[str, bytes]:
    """The documents that came along, each under the digest it was found to have. Asked only when the
    signature holds: nobody unknown makes us unpack anything."""
    try:
        found = {digest: b64decode(text, validate=True) for digest, text in bundle.attached.items()}
    except (TypeError, ValueError):
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER) from None
    if sum(len(one) for one in found.values()) > MOST_ATTACHED_BYTES:
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER)
    if any(sha256(content).hexdigest() != digest for digest, content in found.items()):
        raise RuleBroken(CHANGED_ON_THE_WAY, next_step=ONCE_MORE)
    return found


def read(raw: bytes) -> Bundle | dict[str, object]:
    """A bundle, or a receipt as it is; anything else is refused."""
    try:
        said = json.loads(raw.decode()) if len(raw) <= MOST_TRAVELLING_BYTES else None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER)
    if said.get("type") == RECEIPT_TYPE:
        return said
    parts = [said.get(name) for name in ("body", "key_id", "signature")]
    if not all(isinstance(part, str) for part in parts) or len(parts[0]) > MOST_BUNDLE_BYTES:
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER)
    text, key_id, signature = parts
    try:
        body = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER) from None
    if not isinstance(body, dict) or body.get("type") != TYPE or not isinstance(body.get("message"), dict):
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER)
    attached = said.get("attached", {})
    if not isinstance(attached, dict):
        raise RuleBroken(NOT_A_BUNDLE, next_step=FROM_A_TRANSFER)
    return Bundle(text, digest_of(text), key_id, signature, body, attached)


def check(bundle: Bundle, public_key: str, own_keys: Collection[str]) -> None:
    """Signed by the peer it names, for us and nobody else."""
    if bundle.body.get("from_key") != bundle.key_id:
        raise RuleBroken(NOT_SIGNED, next_step=ONCE_MORE)
    if not signature_holds(public_key, bundle.text.encode(), bundle.signature):
        raise RuleBroken(NOT_SIGNED, next_step=ONCE_MORE)
    if bundle.body.get("to_key") not in own_keys:
        raise RuleBroken(NOT_FOR_US, next_step=ITS_ADDRESSEE)


def check_was_before(bundle: Bundle, replaced_at: datetime) -> None:
    """A key that was replaced is believed for what it signed until then."""
    if str(bundle.body.get("time") or "~") > instant_text(replaced_at):
        raise RuleBroken(KEY_REPLACED, next_step=SIGN_ANEW)


def make_receipt(signer: Signer, digest: str, at: datetime) -> dict[str, object]:
    said = {"type": RECEIPT_TYPE, "digest": digest, "at": instant_text(at), "key_id": signer.key_id}
    return said | {"signature": signer.sign(canonical(said))}


def receipt_holds(receipt: Mapping[str, object], digest: str, public_key: str) -> bool:
    said = {name: receipt.get(name) for name in ("type", "digest", "at", "key_id")}
    if said["digest"] != digest or not isinstance(receipt.get("signature"), str):
        return False
    return signature_holds(public_key, canonical(said), receipt["signature"])
