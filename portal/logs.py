"""Structured logs, one line a request, each with the number that an error page shows."""

import json
import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

from portal.serving.names import MADE_AHEAD

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 10

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    if not structlog.is_configured():
        _configure()
    app.before_request(_begin)
    app.after_request(_end)


def _configure() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_Lines,
        cache_logger_on_first_use=True,
    )


# Made once: `json.dumps` makes one for each line, which takes longer than writing it.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_json(told: dict[str, object], **_: object) -> str:
    return _ENCODER.encode(told)


class _Lines:
    """One write for each line, to where standard output leads now: a test may have replaced it."""

    def __init__(self, *_: object):
        pass

    def msg(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    debug = info = warning = error = critical = exception = msg


def new_request_number() -> str:
    """Short enough to be read out on the telephone, without letters that are mistaken for others."""
    # One question to the system for all characters: each lets another thread take over.
    number, characters = secrets.randbelow(len(ALPHABET) ** NUMBER_LENGTH), []
    for _ in range(NUMBER_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)


def _begin() -> None:
    g.request_number = new_request_number()
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_number)


def _end(response: Response) -> Response:
    response.headers["X-Request-Number"] = g.request_number
    if request.endpoint == "static" or MADE_AHEAD in request.environ:
        return response
    account = current_user.id if g.get("_login_user") and current_user.is_authenticated else None
    seconds = time.perf_counter() - g.request_began
    note_answer(request.method, request.path, response.status_code, seconds, g.request_number, account)
    return response


def note_answer(
    method: str, path: str, status: int, seconds: float, number: str, account: int | None = None
) -> None:
    """One line a request. Without the query: it may hold a name or a code that someone looked up."""
    log.info(
        "request",
        method=method,
        path=path,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        account=account,
        request=number,
    )
