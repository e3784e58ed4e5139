"""The log as pages: what happened, to what, by whom, and the proof that nobody rewrote it."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from portal.lib.clock import NOT_A_DAY, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.register import queries, words
from portal.register.models import Entry
from portal.register.signing import base64url, read_signer

blueprint = Blueprint("register", __name__)

PER_PAGE = 30
FEED_LENGTH = 50
BRIEF = 60
# What the files carry for ourselves and a reader has no use for.
HIDDEN = ("record", "slug")


@blueprint.get("/log/")
def show_log() -> str:
    asked = queries.EntryFilter(
        subject=request.args.get("subject", "").strip(),
        verb=request.args.get("verb", "").strip(),
        until=parse_day("on"),
        text=request.args.get("q", "").strip(),
    )
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    known_total = queries.count_public() if asked == queries.EntryFilter() else None
    page = page_of(queries.public_entries(asked), number, PER_PAGE, known_total)
    return render_template(
        "register/log.html",
        page=page,
        entries=describe_all(page.items),
        asked=asked,
        head=queries.find_head(),
        kinds=words.subject_kinds(),
        verbs=[(verb, words.say_verb(verb)) for verb in queries.verbs_in_use()],
    )


@blueprint.get("/log/<int:number>")
def show_entry(number: int) -> str:
    entry = queries.get_public_entry(number)
    size, path = queries.prove_inclusion(entry, None)
    return render_template(
        "register/entry.html",
        entry=describe(entry),
        row=entry,
        leaf=json.dumps(queries.leaf_of(entry), ensure_ascii=False, indent=2),
        size=size,
        path=path,
        head=queries.find_head(size),
    )


@blueprint.get("/log/of/<path:subject>")
def show_subject(subject: str) -> str:
    day = parse_day("on")
    history = queries.history_of(subject)
    if not history:
        raise NotFound(Text("登记簿中没有这个对象的公开条目", "The log has no public entry about this"))
    state = queries.state_on(subject, day or today())
    divisions = words.say_divisions(state.items())
    fields = [
        (
            words.say_field(subject, name, {"to": value}),
            words.say_value(subject, name, value, divisions),
            name,
        )
        for name, value in state.items()
        if name not in HIDDEN
    ]
    return render_template(
        "register/subject.html",
        subject=subject,
        name=words.say_subject(subject),
        address=words.address_of(subject),
        history=describe_all(history[::-1]),
        fields=fields,
        day=day,
        first_day=history[0].time,
    )


@blueprint.get("/log.atom")
def atom() -> Response:
    page = page_of(queries.public_entries(queries.EntryFilter()), 1, FEED_LENGTH, 0)
    base = current_app.config["SETTINGS"].base_url
    body = render_template("register/log.atom.xml", entries=describe_all(page.items), base=base)
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/.well-known/jwks.json")
def keys() -> Response:
    """Every key that ever signed, the newest last; the private halves never leave the machine."""
    known = {key.key_id: key.public_key for key in queries.signing_keys()}
    # A key that was put in place since the newest entry has signed credentials already.
    present = read_signer(current_app.config["SETTINGS"].signing_key_file)
    known.setdefault(present.key_id, present.public_hex)
    return jsonify(
        keys=[
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "kid": key_id,
                "alg": "EdDSA",
                "use": "sig",
                "x": base64url(bytes.fromhex(public_hex)),
            }
            for key_id, public_hex in known.items()
        ]
    )


def describe_all(entries: Sequence[Entry]) -> list[dict[str, object]]:
    """Entries in words, for a template; the names of what they are about cost one query a kind."""
    names = words.say_subjects(entry.subject for entry in entries)
    changes = [json.loads(entry.changes) for entry in entries]
    sides = (
        (name, change.get(side)) for one in changes for name, change in one.items() for side in ("from", "to")
    )
    divisions = words.say_divisions(sides)
    return [
        _describe(entry, names[entry.subject], one, divisions)
        for entry, one in zip(entries, changes, strict=True)
    ]


def describe(entry: Entry) -> dict[str, object]:
    return describe_all([entry])[0]


def _describe(
    entry: Entry, name: Text, changes: Mapping[str, Mapping], divisions: Mapping[str, Text]
) -> dict[str, object]:
    return {
        "n": entry.n,
        "time": entry.time,
        "actor": words.say_actor(entry.actor),
        "verb": entry.verb,
        "verb_text": words.say_verb(entry.verb),
        "subject": entry.subject,
        "subject_text": name,
        "kind_text": words.say_kind(entry.subject),
        "address": words.address_of(entry.subject),
        "changes": [
            {
                "name": name,
                "field": words.say_field(entry.subject, name, change),
                "from": words.say_value(entry.subject, name, change.get("from"), divisions),
                "to": words.say_value(entry.subject, name, change.get("to"), divisions),
                "brief": _is_brief(change.get("from")) and _is_brief(change.get("to")),
            }
            for name, change in changes.items()
            if name not in HIDDEN
        ],
    }


def _is_brief(value: object) -> bool:
    """Whether a value can stand in a list; a longer one is shown on the entry's own page."""
    return not isinstance(value, dict | list) and len(str(value)) <= BRIEF


def parse_day(name: str) -> date | None:
    """A day from the address (2026-11-20), or None where none was given."""
    typed = request.args.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        message = NOT_A_DAY
        raise RuleBroken(
            Text("地址中的日期看不懂", "The day in the address is not understood"), {name: message}
        ) from None
