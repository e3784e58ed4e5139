"""The check of a code at the front desk: the answer of /api/v1/verify without waking the rest for it.

A shop asks for each parcel, so most codes are new to a worker and no answer was kept. What is asked
plainly (a faultless code, a GI by its key, a day) is answered with one statement, by the same rules and in
the same words as in verify.py; anything else goes on to the view, and so does whoever asks too often.
"""

import json
import re
from datetime import date
from urllib.parse import parse_qsl

from portal.api.limiting import count_stranger
from portal.front import Question, Told
from portal.lib.clock import today
from portal.lib.uscc import read_uscc
from portal.verification.queries import answer_of_read
from portal.verification.reading import OF_CODE, check_of
from portal.verification.schema import answer_as_json

PATH = "/api/v1/verify"
PLAIN = re.compile(r"uscc=[0-9A-Z]{18}(&gi=[a-z0-9-]{1,120})?(&on=[0-9]{4}-[0-9]{2}-[0-9]{2})?")


def answer(question: Question) -> Told | None:
    asked = _read(question.query)
    if asked is None:
        return None
    uscc, gi, on = asked
    rows = question.rows(OF_CODE, {"uscc": uscc, "gi": gi})
    read = check_of(rows) if rows else None
    if read is None or (gi and read.gi is None):
        return None
    left = count_stranger(question.asker, question.config)
    if left is None:
        return None
    body = answer_as_json(answer_of_read(read, uscc, gi, on), question.language)
    body |= {"notices": [], "version": read.version}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Told(read.version, f"{text}\n".encode(), left)


def _read(query: str) -> tuple[str, str, date] | None:
    if not PLAIN.fullmatch(query):
        return None
    asked = dict(parse_qsl(query))
    reading = read_uscc(asked["uscc"])
    if not reading.valid:
        return None
    try:
        on = date.fromisoformat(asked["on"]) if "on" in asked else today()
    except ValueError:
        return None
    return reading.code, asked.get("gi", ""), on
