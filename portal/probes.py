"""What machines ask: alive, ready, and the figures of operation (from this machine only)."""

import time
from functools import lru_cache

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from portal.db import db
from portal.lib.problems import NotAllowed
from portal.lib.text import Text
from portal.serving.names import MADE_AHEAD

blueprint = Blueprint("probes", __name__)

ANSWERS = Counter("portal_answers_total", "Answers by endpoint and status", ["endpoint", "status"])
SECONDS = Histogram("portal_answer_seconds", "Time to answer by endpoint", ["endpoint"])


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.after_request(_count)


def _count(response: Response) -> Response:
    if MADE_AHEAD in request.environ:
        return response
    seconds = time.perf_counter() - g.request_began if "request_began" in g else 0.0
    count_answer(request.endpoint or "none", response.status_code, seconds)
    return response


def count_answer(endpoint: str, status: int, seconds: float) -> None:
    answers, took = _counters(endpoint, status)
    answers.inc()
    took.observe(seconds)


@lru_cache(maxsize=2_000)
def _counters(endpoint: str, status: int) -> tuple[Counter, Histogram]:
    return ANSWERS.labels(endpoint, status), SECONDS.labels(endpoint)


@blueprint.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    try:
        found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="not ready", database="no answer or no tables"), 503
    if found != newest_migration():
        return jsonify(status="not ready", migrations="not at head", found=found), 503
    return jsonify(status="ready", migrations=found), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    if not current_app.config["SETTINGS"].metrics_open and request.remote_addr not in ("127.0.0.1", "::1"):
        raise NotAllowed(Text("运行指标只对本机开放", "Metrics are open to this machine only"))
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@lru_cache(maxsize=1)
def newest_migration() -> str:
    """They are called as their files are, which are numbered; Alembic itself would be megabytes more."""
    return max(path.stem for path in (ROOT / "portal" / "migrations" / "versions").glob("[0-9]*.py"))
