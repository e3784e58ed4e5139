"""Writing through the API: the same actions as the pages, with a personal token, done once for each key.

`written` is the counterpart of `described`: one statement beside the view says who may, what the body holds
and what comes back. It is obeyed, and it is the source of the description. The view runs inside the one
transaction; the answer to an Idempotency-Key is stored in the same one, so that a request either happened and
is answered the same again, or did not happen at all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, g, jsonify, request
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.accounts.rules import Scope
from portal.accounts.sessions import require_scope
from portal.accounts.visitor_views import keep_nowhere, me
from portal.api.describing import LANG, check_path, read_all
from portal.api.limiting import api_limit
from portal.api.models import KeptRequest
from portal.api.parameters import CONTROL, Parameter
from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import now
from portal.lib.problems import NotAllowed, Outdated, RuleBroken
from portal.lib.text import Text
from portal.register.rules import canonical

Schema = dict[str, Any]
Body = dict[str, Any]
Written = Callable[..., Body]

KEY_HEADER = "Idempotency-Key"
KEY_LONGEST = 200
KEPT_FOR = timedelta(days=7)
MOST_BYTES = 5 * 1024 * 1024
REFUSED = Text("请求的内容不正确", "The body is not right")


@dataclass(frozen=True)
class Part:
    """One field of a body, with the JSON Schema it must fit."""

    name: str
    about: Text
    schema: Schema
    required: bool = False


@dataclass(frozen=True)
class Writes:
    summary: Text
    scope: Scope
    body: tuple[Part, ...]
    answer: Schema
    path: tuple[Parameter, ...]
    detail: Text | None
    example: Body


def written(
    summary: Text,
    scope: Scope,
    body: Iterable[Part],
    answer: Schema,
    example: Body,
    path: Iterable[Parameter] = (),
    detail: Text | None = None,
) -> Callable[[Written], Callable[..., Response]]:
    """State what an address that changes something takes and answers."""
    said = Writes(summary, scope, tuple(body), answer, tuple(path), detail, example)

    def mark(view: Written) -> Callable[..., Response]:
        @wraps(view)
        def obeying(**blanks: object) -> Response:
            check_path(said.path, blanks)
            _ask_for_token(said.scope)
            read_all((LANG,))
            asked = read_body(said.body)
            account = me()
            answer, again = _once(account, asked, lambda: view(account, asked, **blanks))
            response = keep_nowhere(jsonify(answer))
            if again:
                response.headers["Idempotency-Replayed"] = "true"
            return response

        limited = api_limit(obeying)
        limited.writes = said
        return limited

    return mark


def _ask_for_token(scope: Scope) -> None:
    """A browser that is signed in has forms to write with; here only a token counts."""
    if g.get("token_scopes") is None:
        raise NotAllowed(
            Text("这里只认个人访问令牌", "Only a personal access token counts here"),
            next_step=Text(
                "在“我的账号—访问令牌”中创建，并放入 Authorization: Bearer",
                "Create one under My account, Access tokens, and send it as Authorization: Bearer",
            ),
        )
    require_scope(scope)


# ---- the body


def read_body(parts: Iterable[Part]) -> Body:
    """The fields of a JSON object, each held to its schema; all that is wrong is refused at once, by name."""
    if request.mimetype != "application/json" or (request.content_length or 0) > MOST_BYTES:
        raise RuleBroken(
            REFUSED, {"": Text("请发送 application/json", "Send application/json, at most 5 MB")}
        )
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise RuleBroken(REFUSED, {"": Text("应为一个 JSON 对象", "Must be one JSON object")})
    known = {part.name: part for part in parts}
    names = ", ".join(known)
    faults = {
        str(name)[:60]: Text(f"不认识此字段；可用：{names}", f"Not a field here; known: {names}")
        for name in sent
        if name not in known
    }
    for name, part in known.items():
        fault = _fault(part, sent.get(name))
        if fault:
            faults[name] = fault
    if faults:
        raise RuleBroken(REFUSED, faults)
    return {name: sent.get(name) for name in known}


def _fault(part: Part, value: object) -> Text | None:
    if value is None:
        return Text("必须给出", "Must be given") if part.required else None
    kind, schema = part.schema["type"], part.schema
    if kind == "integer":
        low, high = schema["minimum"], schema["maximum"]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return Text(f"应为 {low} 到 {high} 之间的整数", f"Must be a whole number from {low} to {high}")
    elif kind == "string":
        most = schema["maxLength"]
        if not isinstance(value, str) or len(value) > most or CONTROL.search(value.replace("\n", "")):
            return Text(f"应为文字，最多 {most} 字", f"Must be text of at most {most} characters")
    elif kind == "boolean" and not isinstance(value, bool):
        return Text("应为 true 或 false", "Must be true or false")
    elif kind == "object" and not isinstance(value, dict):
        return Text("应为一个 JSON 对象", "Must be a JSON object")
    return None


# ---- once


def _once(account: Account, asked: Body, do: Callable[[], Body]) -> tuple[Body, bool]:
    """Do it, or answer as it was answered when it was done; and whether it is such a repeat."""
    key = _key()
    if key is None:
        with transaction():
            return do(), False
    digest = sha256(canonical([request.path, _plain(asked)])).hexdigest()
    try:
        return _kept_or_done(account.id, key, digest, do)
    except IntegrityError:
        # The same key came twice at once, and the other was first.
        return _kept_or_done(account.id, key, digest, do)


def _key() -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_LONGEST or any(not "!" <= letter <= "~" for letter in key):
        fault = Text(
            f"1 到 {KEY_LONGEST} 个英文字符，不含空格", f"1 to {KEY_LONGEST} plain characters without blanks"
        )
        raise RuleBroken(REFUSED, {KEY_HEADER: fault})
    return key


def _kept_or_done(account_id: int, key: str, digest: str, do: Callable[[], Body]) -> tuple[Body, bool]:
    with transaction() as session:
        kept = session.scalar(
            select(KeptRequest).where(KeptRequest.account_id == account_id, KeptRequest.key == key)
        )
        if kept is not None:
            if kept.digest != digest:
                raise Outdated(
                    Text("这个 Idempotency-Key 已用于另一个请求", "This key was used for another request"),
                    next_step=Text("每个新请求用一个新的", "Use a new one for each new request"),
                )
            return kept.answer, True
        row = KeptRequest(account_id=account_id, key=key, digest=digest, at=now())
        session.add(row)
        session.flush()
        row.answer = do()
        return row.answer, False


def _plain(asked: Body) -> Body:
    return {name: value for name, value in asked.items() if value is not None}


def forget_old() -> int:
    """Answers are kept for a week; how many were forgotten."""
    before: datetime = now() - KEPT_FOR
    if db.session.scalar(select(KeptRequest.id).where(KeptRequest.at < before).limit(1)) is None:
        return 0
    with transaction() as session:
        done = session.execute(
            delete(KeptRequest).where(KeptRequest.at < before).execution_options(synchronize_session=False)
        )
    return done.rowcount


add_work("kept requests", forget_old)
