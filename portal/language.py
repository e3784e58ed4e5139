"""Which language a request is answered in: the address, then the reader's choice, then the browser."""

from flask import Flask, Response, g, request

COOKIE = "lang"
NAMES = {"zh": "zh-CN", "en": "en"}
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.before_request(_choose)
    app.after_request(_remember)


def current_language() -> str:
    return g.get("language", "zh")


def _choose() -> None:
    asked = request.args.get("lang")
    kept = request.cookies.get(COOKIE)
    if asked in ("zh", "en"):
        g.language = asked
    elif kept in ("zh", "en"):
        g.language = kept
    else:
        g.language = request.accept_languages.best_match(("zh", "en"), default="zh")


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if (
        asked in ("zh", "en")
        and request.cookies.get(COOKIE) != asked
        and not request.path.startswith(("/api/", "/embed/map/", "/embed/badge/"))
    ):
        response.set_cookie(
            COOKIE, asked, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = NAMES[current_language()]
    return response
