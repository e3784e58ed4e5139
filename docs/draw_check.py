#!/usr/bin/env python3
"""Draws a check by lot again from its proof and says whether the same names come out.  把抽查再抽一遍。

    python draw_check.py proof.json
    python draw_check.py proof.json sealed-lists.json  an auditor: are these the lists that were drawn from?
    python draw_check.py https://portal.example/checks/SJ2026-0001/proof
    python draw_check.py --commit SJ2026-0001 1        make a secret and its commitment on this machine

Python 3.10 or newer, standard library only; shares no code with the portal. Ends with 0 (the same names),
1 (not the same: what differs is named) or 2 (could not be read).

How the draw goes (gi-draw/1):
1. Before the draw the portal publishes the digests of the tickets and of the officers. A digest is the
   SHA-256 of the JSON with sorted names, without spaces, in UTF-8.
2. A subject has as many tickets as its weight. ticket = SHA-256(subject \\n excluded officers, sorted, joined
   by commas \\n nonce). Only tickets that are drawn are opened.
3. Two people commit: SHA-256(number \\n round \\n secret), published, and reveal their secrets afterwards; or
   a public value that does not exist yet is named beforehand. For whoever does not reveal in time a public
   value named beforehand stands in: the parts are the secrets revealed and then that value.
4. seed = SHA-256("gi-draw/1" \\n number \\n round \\n tickets digest \\n officers digest \\n each part).
5. Numbers: HMAC-SHA-256(seed, "label/counter") for counter 0, 1, ..., cut into four 64-bit numbers, high
   byte first. Shuffle: sort, then from the last place down to the second swap with number mod places,
   throwing away numbers at or above the largest multiple of places below 2**64.
6. Subjects: shuffle the tickets of a class with the label "subjects/<class>"; take them in order, passing
   over subjects already taken, until as many as wanted are there.
7. Officers: classes in alphabetical order, subjects in the order drawn: shuffle the licence numbers with the
   label "officers/<ticket>", put those with fewer subjects so far first, take the first who are not excluded.
"""

import hashlib
import hmac
import json
import secrets
import sys
import urllib.error
import urllib.request


def text_digest(*lines):
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def json_digest(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def numbers(seed, label):
    counter = 0
    while True:
        block = hmac.new(seed, f"{label}/{counter}".encode(), hashlib.sha256).digest()
        for place in range(0, 32, 8):
            yield int.from_bytes(block[place : place + 8], "big")
        counter += 1


def shuffle(items, seed, label):
    order, stream = sorted(items), numbers(seed, label)
    for last in range(len(order) - 1, 0, -1):
        choices = last + 1
        number = next(stream)
        while number >= 2**64 - 2**64 % choices:
            number = next(stream)
        order[last], order[number % choices] = order[number % choices], order[last]
    return order


def check(proof):
    """What does not hold, in words; nothing if all holds."""
    wrong = []
    number, turn = proof["number"], str(proof["round"])
    if proof["format"] != "gi-draw/1":
        return [f"unknown format {proof['format']}"]
    if json_digest(proof["tickets"]) != proof["tickets_digest"]:
        wrong.append("the tickets are not those whose digest was published")
    if json_digest(proof["officers"]) != proof["officers_digest"]:
        wrong.append("the officers are not those whose digest was published")
    parts = proof["seed"]["parts"]
    silent = proof["seed"].get("not_revealed", [])
    revealed = [one for one in proof["seed"].get("commitments", []) if one["digest"] not in silent]
    for part, committed in zip(parts, revealed, strict=False):
        if text_digest(number, turn, part) != committed["digest"]:
            wrong.append(f"a revealed secret is not what was committed: {committed['digest']}")
    if proof["seed"]["kind"] == "commit" and len(parts) != len(revealed) + bool(silent):
        wrong.append("not every commitment was revealed")
    lines = ["gi-draw/1", number, turn, proof["tickets_digest"], proof["officers_digest"]]
    seed = hashlib.sha256("\n".join(lines + parts).encode("utf-8")).digest()
    if seed.hex() != proof["seed"]["seed"]:
        wrong.append("the seed is not made of these parts")
    drawn = []
    for name in sorted(proof["tickets"]):
        drawn += subjects_of(proof, name, seed, wrong)
    result = officers_for(proof, drawn, seed)
    if result != [{"subject": one["subject"], "officers": one["officers"]} for one in proof["result"]]:
        wrong.append("drawing again gives other names than the portal states")
    return wrong


def subjects_of(proof, name, seed, wrong):
    order = shuffle(proof["tickets"][name], seed, "subjects/" + name)
    openings, taken = proof["openings"].get(name, []), {}
    for place, opened in enumerate(openings):
        if place >= len(order) or opened["ticket"] != order[place]:
            wrong.append(f"{name}: opening {place + 1} is not the ticket drawn there")
            break
        made = text_digest(opened["subject"], ",".join(sorted(opened["excluded"])), opened["nonce"])
        if made != opened["ticket"]:
            wrong.append(f"{name}: a ticket does not open to {opened['subject']}")
        taken.setdefault(opened["subject"], opened)
    if len(taken) != proof["wanted"][name]:
        wrong.append(f"{name}: {len(taken)} drawn, {proof['wanted'][name]} wanted")
    return list(taken.values())


def officers_for(proof, drawn, seed):
    licences, busy, result = [one["licence"] for one in proof["officers"]], {}, []
    for one in drawn:
        order = shuffle(licences, seed, "officers/" + one["ticket"])
        order.sort(key=lambda licence: busy.get(licence, 0))
        chosen = [licence for licence in order if licence not in one["excluded"]][: proof["officers_each"]]
        for licence in chosen:
            busy[licence] = busy.get(licence, 0) + 1
        result.append({"subject": one["subject"], "officers": chosen})
    return result


def check_lists(proof, lists):
    """What does not hold between the sealed lists, which an auditor has, and what was published."""
    wrong = []
    if json_digest(lists) != proof["lists_digest"]:
        wrong.append("the lists are not those whose digest was published")
    for name, tickets in proof["tickets"].items():
        subjects = lists["subjects"].get(name, [])
        made = sorted(
            text_digest(one["n"], ",".join(sorted(one["excluded"])), nonce)
            for one in subjects
            for nonce in one["nonces"]
        )
        if made != sorted(tickets):
            wrong.append(f"{name}: the tickets are not made of the subjects on the lists")
        for one in subjects:
            if len(one["nonces"]) != lists["weights"][one["grade"]]:
                wrong.append(f"{name}: {one['n']} has not as many tickets as its grade gives")
        if len({one["n"] for one in subjects}) != len(subjects):
            wrong.append(f"{name}: a subject stands on the list twice")
    named = [{"licence": one["licence"], "unit": one["unit"]} for one in lists["officers"]]
    if named != proof["officers"]:
        wrong.append("the officers on the lists are not those published")
    return wrong


def read(place):
    if place.startswith(("http://", "https://")):
        with urllib.request.urlopen(place, timeout=60) as answer:  # noqa: S310 - the reader's own address
            return json.loads(answer.read().decode("utf-8"))
    with open(place, encoding="utf-8") as file:
        return json.load(file)


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--commit":
        secret = secrets.token_hex(24)
        print("secret (keep it to yourself until you reveal it):", secret)  # noqa: T201
        print("commitment (hand this in now):", text_digest(arguments[1], arguments[2], secret))  # noqa: T201
        return 0
    if len(arguments) not in (1, 2):
        print(__doc__)  # noqa: T201
        return 2
    try:
        proof = read(arguments[0])
        wrong = check(proof)
        if len(arguments) == 2:
            wrong += check_lists(proof, read(arguments[1]))
    except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError) as reason:
        print("cannot be read:", repr(reason))  # noqa: T201
        return 2
    for one in proof["result"]:
        print(one["subject"], one.get("name") or "", "<-", ", ".join(one["officers"]))  # noqa: T201
    if proof["seed"].get("not_revealed"):
        print("Not revealed in time; this public value stood in:", proof["seed"]["parts"][-1])  # noqa: T201
        print("  named beforehand as:", proof["seed"].get("named_beforehand"))  # noqa: T201
        print("  to be read at:", proof["seed"].get("source"))  # noqa: T201
    for line in wrong:
        print("DOES NOT HOLD:", line)  # noqa: T201
    if not wrong:
        print(f"Holds: drawn again, the same {len(proof['result'])} names come out.")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
