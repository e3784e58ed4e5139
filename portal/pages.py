"""What every template may use: the two languages, dates and sums as words, addresses, the navigation."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from config import ROOT
from portal.db import db
from portal.language import current_language
from portal.lib.clock import CHINA, day_of
from portal.lib.quantity import exact_money_text, money_text, percent_text
from portal.lib.text import Text, day_words, in_number
from portal.navigation import navigation_for, workplace_for
from portal.register import words
from portal.register.queries import public_version


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=say_both,
        asset=asset,
        portal_version=portal_version(),
        words=words,
        page_address=page_address,
        active=lambda field: request.args.get(field, ""),
    )
    app.jinja_env.filters.update(
        say=say,
        day=say_day,
        instant=say_instant,
        money=say_money,
        exact_money=say_exact_money,
        number=say_number,
        percent=say_percent,
        parted=say_parted,
    )
    app.context_processor(_context)


def _context() -> dict[str, object]:
    return {
        "lang": current_language(),
        "demo": current_app.config["SETTINGS"].demo,
        "navigation": Lazy(lambda: navigation_for(request.path)),
        "workplace": lambda: workplace_for(current_user, request.path),
        "other_language_url": other_language_url(),
        "register_version": Lazy(_register_version),
        "request_number": g.get("request_number", ""),
        "map_approval_number": current_app.config["SETTINGS"].map_approval_number,
    }


@dataclass
class Lazy:
    """Worked out only on pages that show it; an error page must not ask the database for it."""

    work: object

    def __iter__(self):
        return iter(self.work())

    def __str__(self) -> str:
        return str(self.work())

    def __html__(self) -> str:
        return str(escape(self.work()))

    def __bool__(self) -> bool:
        return bool(self.work())


def _register_version() -> int | str:
    if "public_version" not in g:
        try:
            g.public_version = public_version()
        except SQLAlchemyError:
            db.session.rollback()
            return "—"
    return g.public_version


def say_both(zh: str, en: str, **values: object) -> Markup:
    """The sentence in the reader's language; the sentences are ours, what fills them is escaped."""
    spoken = {name: say(value) if isinstance(value, Text) else value for name, value in values.items()}
    sentence = Markup(in_number(en, spoken) if current_language() == "en" else zh)  # noqa: S704 - literals of our templates
    return sentence.format(**spoken) if values else sentence


def say(value: object) -> object:
    """A Text in the reader's language; a {zh, en} mapping likewise; anything else as it is."""
    if isinstance(value, Text):
        return value.say(current_language())
    if isinstance(value, dict) and "zh" in value:
        return value.get(current_language()) or value["zh"]
    return "" if value is None else value


# More characters than a line of a phone holds in the size of a title.
LONG_RUN = re.compile("[\u4e00-\u9fff]{12,}")


def say_parted(value: object) -> Markup:
    """A title whose long runs of characters part after 的, or anywhere (base.css)."""
    return Markup(LONG_RUN.sub(_parted, escape(say(value))))  # noqa: S704 - escaped just now


def _parted(run: re.Match) -> str:
    pieces = re.findall("[^的]*的|[^的]+", run[0])
    return "<wbr>".join(LONG_RUN.sub(r'<span class="long-run">\g<0></span>', piece) for piece in pieces)


def say_day(value: date | datetime | str | None) -> str:
    """2026年11月20日 or 20 Nov 2026; a year or a month alone stays one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = day_of(value)
    if isinstance(value, date):
        value = value.isoformat()
    return day_words(value).say(current_language())


def say_instant(value: datetime | str | None) -> Markup:
    if value is None:
        return Markup("")
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(CHINA)
    text = f"{say_day(local)} {local:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)


def say_money(fen: int | None) -> Markup:
    if fen is None:
        return Markup('<span class="unknown">{}</span>').format(say(UNKNOWN))
    language = current_language()
    return Markup('<span class="money" title="{}">{}</span>').format(
        exact_money_text(fen, language), money_text(fen, language)
    )


def say_exact_money(fen: int | None) -> str:
    """To the 分, where `money` says it in 万 or in millions."""
    return "" if fen is None or abs(fen) < SAID_WHOLE else exact_money_text(fen, current_language())


SAID_WHOLE = 10**6
UNKNOWN = Text("未知", "unknown")


def say_number(value: int | float | None) -> str:
    return say(UNKNOWN) if value is None else f"{value:,}"


def say_percent(part: int | None, whole: int | None) -> str:
    return "—" if part is None or not whole else percent_text(part, whole)


def other_language_url() -> str:
    arguments = request.args.copy()
    arguments["lang"] = "zh" if current_language() == "en" else "en"
    return f"{request.path}?{_query(arguments)}"


def page_address(**changes: object) -> str:
    """This page's address with some of its parameters changed; None takes one away."""
    arguments = request.args.copy()
    arguments.pop("lang", None)
    for name, value in changes.items():
        arguments.poplist(name)
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not None and one != "":
                arguments.add(name, str(one))
    query = _query(arguments)
    return f"{request.path}?{query}" if query else request.path


def _query(arguments: MultiDict) -> str:
    return urlencode(list(arguments.items(multi=True)))


@lru_cache(maxsize=512)
def _asset_digest(path: str) -> str:
    file = ROOT / "portal" / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"


def asset(path: str) -> str:
    """The address of a file of ours with a digest of its content: it may be kept for a year."""
    return url_for("static", filename=path, v=_asset_digest(path))


@lru_cache(maxsize=1)
def portal_version() -> str:
    """The newest heading of the changelog that is a version."""
    found = re.search(r"^## (\d[^\s]*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else "0"
