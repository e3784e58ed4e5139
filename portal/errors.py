"""Every refusal and every fault: one JSON shape (RFC 9457), one HTML page, always with its status."""

from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.db import db
from portal.language import current_language
from portal.lib.problems import NotFound, Outdated, Problem, RuleBroken
from portal.lib.text import Text
from portal.replica import BROKE_OFF

log = structlog.get_logger()

READ_ONLY = "25006"
"""PostgreSQL's word for a change asked of a replica."""
SECRET = frozenset({"code", "secret", "recovery"})
MOST_TYPED = 200_000
FEWEST_WRITTEN = 6

HTTP_WORDS: dict[int, tuple[Text, Text]] = {
    400: (
        Text("请求看不懂", "The request could not be understood"),
        Text("请返回上一页再试一次；您填写的内容没有被保存", "Go back and try again; nothing was stored"),
    ),
    404: (
        Text("没有这个页面", "There is no such page"),
        Text(
            "地址可能写错或已变更，可以从目录或首页查找",
            "The address may be mistyped or have moved; search the catalogue or start from the front page",
        ),
    ),
    405: (
        Text("这个地址不接受这种操作", "This address does not take that kind of request"),
        Text("请从页面上的按钮操作", "Use the buttons on the page"),
    ),
    413: (
        Text("文件太大", "The file is too large"),
        Text(
            "请按页面说明缩小后再上传；其他内容没有被保存",
            "Make it smaller as the page says; nothing was stored",
        ),
    ),
    429: (
        Text("请求过于频繁", "Too many requests"),
        Text("请稍等片刻再试", "Wait a moment, then try again"),
    ),
    500: (
        Text("门户出了故障，不是您的操作有误", "The portal has a fault; you did nothing wrong"),
        Text(
            "刚才的操作没有生效。请稍后再试；若仍不行，请把下面的请求编号告诉管理员",
            "Nothing was changed. Try again later; if it persists tell the administrator the request number",
        ),
    ),
    503: (
        Text("暂时不能写入", "Writing is not possible right now"),
        Text(
            "数据库暂时没有应答，刚才的操作没有生效。请稍后重试，请勿关闭页面",
            "The database does not answer; nothing was changed. Keep the page open and try again shortly",
        ),
    ),
}


# A page says this around the refusal; a program has nothing but the answer.
NEXT_FOR_PROGRAMS = {
    400: Text("什么都没有做；改好后再发一次", "Nothing was done; put it right and send it again"),
    403: Text(
        "什么都没有做；如果这是您的工作，请联系本地区的管理员",
        "Nothing was done; if this is your work, ask the administrator of your region",
    ),
    404: Text(
        "请核对地址和内容里的编号、代号", "Check the numbers and keys in the address and in what was sent"
    ),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(DBAPIError, _driver_fault)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def wants_json() -> bool:
    if request.path.startswith(("/api/", "/ogc/", "/.well-known/", "/healthz", "/readyz")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/problem+json", "application/json"])
    return (
        best in ("application/problem+json", "application/json") and not request.accept_mimetypes.accept_html
    )


def answer(
    status: int,
    kind: str,
    title: Text,
    detail: Text,
    next_step: Text | None = None,
    fields: dict[str, Text] | None = None,
    typed: list[tuple[str, str]] | None = None,
) -> Response:
    language = current_language()
    number = g.get("request_number", "")
    if wants_json():
        body = {
            "type": f"/about/problems#{kind}",
            "title": title.say(language),
            "status": status,
            "detail": detail.say(language),
            "request": number,
        }
        next_step = next_step or (None if fields else NEXT_FOR_PROGRAMS.get(status))
        if next_step:
            body["next"] = next_step.say(language)
        if fields:
            body["errors"] = {name: message.say(language) for name, message in fields.items()}
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        response = Response(
            render_template(
                _template(status),
                status=status,
                title=title,
                detail=detail,
                next_step=next_step,
                fields=fields or {},
                request_number=number,
                back=_own_page(request.referrer),
                typed=typed,
                words=_words_typed(),
            )
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _typed() -> list[tuple[str, str]] | None:
    """What was typed into a form that could not be stored, to be sent once more; nothing secret, no file."""
    if request.method != "POST" or request.files or not request.form:
        return None
    typed = list(request.form.items(multi=True))
    return None if _holds_secret(typed) or sum(len(value) for _, value in typed) > MOST_TYPED else typed


def _words_typed() -> list[str]:
    """Sentences that a person wrote into a form that was not taken, so that they can be copied. A form that
    nobody has read yet is left alone: it may be what the request is refused for."""
    form = vars(request).get("form") if request.method == "POST" else None
    return words_in(list(form.items(multi=True)) if form else [])


def words_in(typed: list[tuple[str, str]]) -> list[str]:
    """What of a form a person wrote, not chose; nothing of a form that holds something secret."""
    if _holds_secret(typed):
        return []
    written = [value.strip() for _, value in typed if " " in value.strip() or not value.isascii()]
    return [value[:MOST_TYPED] for value in written if len(value) >= FEWEST_WRITTEN]


def _holds_secret(typed: list[tuple[str, str]]) -> bool:
    return any("password" in name or name in SECRET for name, _ in typed)


def _template(status: int) -> str:
    known = (400, 403, 404, 409, 429, 500, 503)
    return f"errors/{status}.html" if status in known else "errors/problem.html"


def _own_page(referrer: str | None) -> str | None:
    """The page the reader came from, if it is one of ours."""
    if not referrer:
        return None
    parts = urlsplit(referrer)
    return parts.path if parts.netloc == request.host else None


def _problem(problem: Problem) -> Response:
    db.session.rollback()
    return answer(
        problem.status, problem.kind, problem.title, problem.message, problem.next_step, problem.fields
    )


def _stale(_error: StaleDataError) -> Response:
    message = Text(
        "就在刚才，另一个人也更改了这条内容；您的更改没有保存",
        "Someone else changed this at the same moment; your change was not stored",
    )
    again = Text("请看过新的内容后再决定", "Look at the new state, then decide again")
    return _problem(Outdated(message, next_step=again))


def _csrf(_error: CSRFError) -> Response:
    return answer(
        400,
        "form-expired",
        Text("页面已过期", "The page has expired"),
        Text("为安全起见，这个表单没有被接受", "For safety the form was not accepted"),
        Text(
            "返回上一页，刷新后再提交；已填写的内容浏览器通常会保留",
            "Go back, reload and submit again; the browser usually keeps what you typed",
        ),
    )


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        return _fault(error.original_exception or error)
    if error.response is not None:
        return error.response
    status = error.code or 500
    title, next_step = HTTP_WORDS.get(status, HTTP_WORDS[400])
    if status == 404:
        return _problem(NotFound(title, next_step=next_step))
    response = answer(status, f"http-{status}", title, title, next_step)
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if status == 429 and getattr(error, "limit", None):
        response.headers.setdefault("Retry-After", str(error.limit.limit.get_expiry()))
    return response


def _not_storable(error: DataError) -> Response:
    """PostgreSQL says of some input that it is no text or number at all: a NUL, a number beyond its range."""
    log.info("data_refused", error=type(error.orig).__name__)
    message = Text(
        "有的内容不是可以保存或查找的文字或数字", "Something in it is not text or a number that can be kept"
    )
    return _problem(RuleBroken(message, next_step=HTTP_WORDS[400][1]))


def _driver_fault(error: DBAPIError) -> Response:
    """A connection that broke, or a database that only reads, is not a fault of the portal's."""
    read_only = getattr(error.orig, "sqlstate", None) == READ_ONLY
    return _database_down(error) if error.connection_invalidated or read_only else _fault(error)


def _database_down(error: DBAPIError) -> Response:
    # Not rolled back: that would ask the connection that broke once more.
    db.session().invalidate()
    request.environ[BROKE_OFF] = True
    log.exception("database_unavailable", exc_info=error)
    title, next_step = HTTP_WORDS[503]
    response = answer(503, "database-unavailable", title, title, next_step, typed=_typed())
    response.headers["Retry-After"] = "5"
    return response


def _fault(error: BaseException) -> Response:
    db.session.rollback()
    log.exception("fault", exc_info=error)
    title, next_step = HTTP_WORDS[500]
    return answer(500, "fault", title, title, next_step)
