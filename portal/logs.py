"""Structured logs, one line a request, each with the number that an error page shows."""

import logging
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

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
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def new_request_number() -> str:
    """Short enough to be read out on the telephone, without letters that are mistaken for others."""
    return "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def _begin() -> None:
    g.request_number = new_request_number()
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_number)


def _end(response: Response) -> Response:
    response.headers["X-Request-Number"] = g.request_number
    if request.endpoint == "static":
        return response
    # The address is logged without its query: it may hold a name or a code that someone looked up.
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.request_began) * 1000, 1),
        account=current_user.id if g.get("_login_user") and current_user.is_authenticated else None,
    )
    return response
