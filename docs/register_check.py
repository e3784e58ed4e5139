#!/usr/bin/env python3
"""Checks a GI register from outside: did the portal rewrite its past?  查一查登记簿有没有被改写。

    python register_check.py https://portal.example --saved head.json
    python register_check.py https://portal.example --saved head.json --entry 12 --object gi:zhongning-gouqi

Run it today: it checks the signature of the newest tree head and saves that head in the file. Run it
again another day with the same file: it asks the portal to prove that the log you saved is the beginning
of today's log. Keep the file where the portal cannot reach it.

  --entry N         entry N stands in the log, unchanged to the letter
  --object SUBJECT  read the whole log, and compare what the portal shows of a GI with its entries
  --whole           read the whole log and recompute its root

Ends with 0 (all holds), 1 (evidence against the portal, named) or 2 (could not be checked).
Needs Python 3.9 or newer and the package `cryptography`; shares no code with the portal. The tree is that
of RFC 9162 section 2.1, the form of an entry that of RFC 8785.
"""

import argparse
import base64
import hashlib
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SECONDS = 60
MOST_BYTES = 64 * 1024 * 1024
COMPARED = (
    "name", "category", "status", "summary", "aliases", "production", "area", "protections", "quality",
    "standards", "honours", "figures", "open_questions",
)  # fmt: skip
# Shown in another shape than the entry has it: numbers as numbers, documents with their titles.
SHOWN_OTHERWISE = frozenset({"bbox", "sources", "source"})


class Evidence(Exception):
    """The portal contradicts itself or what it signed before."""


class NotChecked(Exception):
    """No answer, or the saved file cannot be used: says nothing about the portal."""


# ---- what the portal says


class Portal:
    def __init__(self, address):
        self.address = address.rstrip("/")

    def get(self, path, **query):
        url = self.address + path + ("?" + urllib.parse.urlencode(query) if query else "")
        if not url.startswith(("http://", "https://")):
            raise NotChecked(f"not a web address: {url}")
        try:
            with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - http(s) only
                return json.loads(answer.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            if error.code in (400, 404):
                raise Evidence(f"门户不肯给出 the portal refuses to show {url} ({error.code})") from None
            raise NotChecked(f"{url}: HTTP {error.code}") from None
        except (OSError, ValueError) as error:
            raise NotChecked(f"{url}: {error}") from None

    def keys(self):
        """Public keys by key id; a key is named by the beginning of its own digest."""
        keys = {}
        for key in self.get("/.well-known/jwks.json")["keys"]:
            raw = unbase64url(key["x"])
            if hashlib.sha256(raw).hexdigest()[:16] != key["kid"]:
                raise Evidence(f"密钥与其编号不符 a key does not fit its id: {key['kid']}")
            keys[key["kid"]] = raw.hex()
        return keys

    def entries(self, upto):
        """Every public entry in order, to the given number of leaves."""
        after, count = 0, 0
        while count < upto:
            page = self.get("/api/v1/log", after=after, limit=200)
            if not page["items"]:
                raise Evidence(f"条目不全 the log ends after {count} of {upto} signed entries")
            for entry in page["items"]:
                if count < upto:
                    yield entry
                    count += 1
            after = page["next_after"]


# ---- RFC 8785: one value, one sequence of bytes


def canonical(value):
    return _text(value).encode("utf-8")


def _text(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value):
    """A number as ECMAScript prints it, which RFC 8785 prescribes."""
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + exponent
    if len(text) <= point <= 21:
        body = text + "0" * (point - len(text))
    elif 0 < point <= 21:
        body = text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        body = "0." + "0" * -point + text
    else:
        body = f"{text[0]}{'.' * (len(text) > 1)}{text[1:]}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return "-" * sign + body


# ---- RFC 9162, section 2.1


def leaf_hash(leaf):
    return hashlib.sha256(b"\x00" + leaf).digest()


def join(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Roots:
    """Complete subtrees from left to right, largest first: enough to grow the tree and to know its root."""

    def __init__(self):
        self.peaks = []

    def add(self, value):
        height = 0
        while self.peaks and self.peaks[-1][0] == height:
            value = join(self.peaks.pop()[1], value)
            height += 1
        self.peaks.append((height, value))

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        value = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            value = join(left, value)
        return value


def root_from_inclusion(index, size, value, path):
    """The root that a path leads to from a leaf, or None where the path does not fit (2.1.3.2)."""
    if index >= size:
        return None
    turns = _turns(index, size)
    if len(path) != len(turns):
        return None
    for at, right in enumerate(turns):
        value = join(path[at], value) if right else join(value, path[at])
    return value


def _turns(index, size):
    """From leaf to root: True where the sibling stands on the left."""
    turns = []
    while size > 1:
        half = 1 << ((size - 1).bit_length() - 1)
        turns.append(index >= half)
        index, size = (index - half, size - half) if index >= half else (index, half)
    return turns[::-1]


def roots_from_consistency(old_size, new_size, old_root, path):
    """The two roots that a consistency proof leads to, or None where it does not fit (2.1.4.2)."""
    path = list(path)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return None
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path.pop(0)
    for node in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            fr, sr = join(node, fr), join(node, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = join(sr, node)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr) if sn == 0 else None


# ---- the checks


def check_signature(head, keys):
    if head["key_id"] not in keys:
        raise Evidence(f"签名密钥未公布 the key {head['key_id']} that signed is not published")
    message = canonical({"root_hash": head["root_hash"], "size": head["size"], "time": head["time"]})
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[head["key_id"]]))
        public.verify(unbase64url(head["signature"]), message)
    except (InvalidSignature, ValueError):
        raise Evidence("签名不成立 the signature of the head does not hold") from None


def check_consistency(portal, old, new):
    if new["size"] < old["size"]:
        raise Evidence(f"登记簿变短了 the log has shrunk from {old['size']} to {new['size']} entries")
    if new["size"] == old["size"]:
        if new["root_hash"] != old["root_hash"]:
            raise Evidence("同样长度、不同树根：过去被改写 same size, another root: the past was rewritten")
        return
    if new["time"] < old["time"]:
        raise Evidence("树头的时间倒退了 the time of the head runs backwards")
    answer = portal.get("/api/v1/log/consistency", **{"from": old["size"], "to": new["size"]})
    old_root, path = bytes.fromhex(old["root_hash"]), [bytes.fromhex(one) for one in answer["path"]]
    roots = roots_from_consistency(old["size"], new["size"], old_root, path)
    if roots is None or roots[0].hex() != old["root_hash"] or roots[1].hex() != new["root_hash"]:
        raise Evidence("一致性证明不成立：过去被改写 the consistency proof fails: the past was rewritten")


def check_entry(portal, number, head):
    entry = portal.get(f"/api/v1/log/{number}")
    check_shown(entry, entry["leaf"])
    value = leaf_hash(canonical(entry["leaf"]))
    if entry["leaf"]["n"] != number:
        raise Evidence(f"给的是另一条 another entry was shown in place of {number}")
    if entry["leaf_index"] >= head["size"]:
        raise NotChecked(f"entry {number} is newer than the head; run the program again")
    proof = portal.get(f"/api/v1/log/{number}/proof", size=head["size"])
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = root_from_inclusion(proof["leaf_index"], head["size"], value, path)
    if root is None or root.hex() != head["root_hash"]:
        raise Evidence(f"第 {number} 条不在册或被改动 entry {number} is not in the log as it is shown")


def check_shown(entry, leaf):
    """The fields a reader sees are the fields the tree holds."""
    for name, value in leaf.items():
        if entry.get(name) != value:
            raise Evidence(f"第 {leaf['n']} 条所示与所存不符 entry {leaf['n']}: {name} is shown differently")


def read_whole(portal, head):
    """Every entry; its root must be the signed one. What the entries say of each object is the answer."""
    roots, states, last = Roots(), {}, None
    for entry in portal.entries(head["size"]):
        leaf = {name: entry[name] for name in entry if name not in ("leaf_index", "leaf_hash")}
        if last and entry["n"] <= last["n"]:
            raise Evidence(f"条目次序有误 entry {entry['n']} is out of order")
        if last and entry["n"] == last["n"] + 1 and entry["previous"] != last["digest"]:
            raise Evidence(f"链断开 entry {entry['n']} does not continue the one before it")
        roots.add(leaf_hash(canonical(leaf)))
        stated = {name: change.get("to") for name, change in entry["changes"].items()}
        states.setdefault(entry["subject"], {}).update(stated)
        last = entry
    if roots.root().hex() != head["root_hash"]:
        raise Evidence("全部条目算出的树根与签名的不同 the entries do not add up to the signed root")
    return states


def check_object(portal, subject, states):
    kind, _, key = subject.partition(":")
    if kind != "gi":
        raise NotChecked(f"only GIs can be compared (gi:…), not {subject}")
    if subject not in states:
        raise Evidence(f"登记簿里没有 {subject} the log has no entry about it")
    state = {name: value for name, value in states[subject].items() if "/" not in name}
    protections = {n: v for n, v in states[subject].items() if n.startswith("protection/") and v}
    state["protections"] = sorted(protections.values(), key=lambda one: one["key"])
    shown = portal.get(f"/api/v1/gis/{urllib.parse.quote(key)}")
    shown["protections"] = sorted(shown["protections"], key=lambda one: one["key"])
    for name in COMPARED:
        place = differing(shown.get(name), state.get(name), name)
        if place:
            raise Evidence(f"所示与登记簿不符 {subject}: {place} is shown differently from the log")


def differing(shown, logged, place):
    """Where what is shown contradicts the log; what one of the two does not speak of is left alone."""
    if not shown and not logged:
        return None
    if isinstance(shown, dict) and isinstance(logged, dict):
        for name in [n for n in logged if n in shown and n not in SHOWN_OTHERWISE]:
            found = differing(shown[name], logged[name], f"{place}.{name}")
            if found:
                return found
        return None
    if isinstance(shown, list) and isinstance(logged, list):
        if len(shown) != len(logged):
            return place
        found = (differing(shown[at], logged[at], f"{place}[{at}]") for at in range(len(shown)))
        return next((place for place in found if place), None)
    return None if str(shown) == str(logged) else place


# ---- the saved file


def read_saved(path):
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        check_signature(saved["head"], saved["keys"])
        return saved
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, Evidence):
        raise NotChecked(f"保存的文件读不懂或已损坏 the saved file {path} is damaged") from None


def save(path, address, head, keys):
    moment = datetime.now(timezone.utc).isoformat(timespec="seconds")  # noqa: UP017 - Python 3.9 too
    saved = {"address": address, "checked_at": moment, "head": head, "keys": keys}
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(saved, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)


def check_keys(saved, keys):
    """Every key that ever signed stays published; a new one is told, since it comes from the portal alone."""
    for key_id, raw in saved["keys"].items():
        if keys.get(key_id) != raw:
            raise Evidence(f"旧密钥不见了 the earlier key {key_id} is gone or changed")
    for key_id in set(keys) - set(saved["keys"]):
        say(f"注意 NOTE  新的签名密钥 new signing key {key_id}: 请另行核实 ask the operator by another way")


def run(asked):
    portal, path = Portal(asked.address), Path(asked.saved) if asked.saved else None
    saved = read_saved(path) if path else None
    keys, head = portal.keys(), portal.get("/api/v1/log/head")
    check_signature(head, keys)
    say(f"通过 OK    签名成立 signature holds: {head['size']} entries, {head['time']}, key {head['key_id']}")
    if saved:
        check_keys(saved, keys)
        check_consistency(portal, saved["head"], head)
        say(f"通过 OK    与存下的一致 the log saved at {saved['head']['size']} entries is its beginning")
    for number in asked.entry:
        check_entry(portal, number, head)
        say(f"通过 OK    第 {number} 条在册 entry {number} stands in the log")
    if asked.whole or asked.object:
        states = read_whole(portal, head)
        say(f"通过 OK    全部条目算得树根 all {head['size']} entries add up to the signed root")
        for subject in asked.object:
            check_object(portal, subject, states)
            say(f"通过 OK    所示即所记 {subject} is shown as its entries say")
    if path:
        save(path, portal.address, head, keys)
        say(f"已存 SAVED {path}")


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def say(line):
    sys.stdout.write(line + "\n")


def main(arguments=None):
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("address", help="address of the portal, https://…")
    parser.add_argument("--saved", metavar="FILE", help="head of an earlier check; kept there again")
    parser.add_argument("--entry", type=int, action="append", default=[], metavar="N")
    parser.add_argument("--object", action="append", default=[], metavar="SUBJECT")
    parser.add_argument("--whole", action="store_true")
    try:
        run(parser.parse_args(arguments))
    except Evidence as found:
        say(f"不符 FAULT {found}")
        return 1
    except (NotChecked, KeyError, TypeError) as reason:
        say(f"未查 NOT CHECKED {type(reason).__name__}: {reason}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
