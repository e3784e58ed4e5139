"""Letters. One is stored with the change that causes it and leaves after the commit; one that cannot
be delivered waits and is tried again by `flask jobs run`."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import structlog
from flask import Flask, Response, after_this_request, current_app, has_request_context
from sqlalchemy import or_, select, update

from config import Settings
from portal.accounts.models import OutgoingMail
from portal.accounts.sign_in_rules import MAIL_ATTEMPTS, mail_wait
from portal.db import after_commit, db, transaction
from portal.lib.clock import now
from portal.lib.text import Text

log = structlog.get_logger()

TIMEOUT_SECONDS = 10
BATCH = 50


def send(to: str, subject: Text, body: Text, language: str) -> None:
    """Store a letter in this transaction; it is delivered once the transaction has committed."""
    moment = now()
    mail = OutgoingMail(
        recipient=to, subject=subject.say(language), body=body.say(language), created_at=moment,
        next_attempt_at=moment,
    )  # fmt: skip
    db.session.add(mail)
    db.session.flush()
    number = mail.id
    after_commit(lambda: _deliver_soon(number))


def stays_here(settings: Settings) -> bool:
    """In the demonstration letters without a way out are read on a page of the portal."""
    return settings.demo and settings.mail_url is None


def deliver_waiting() -> int:
    """Try every letter whose time has come; the number delivered."""
    if current_app.config["SETTINGS"].mail_url is None:
        return 0
    query = select(OutgoingMail.id).where(_due(now())).order_by(OutgoingMail.id).limit(BATCH)
    waiting = list(db.session.scalars(query))
    return sum(_deliver(number) for number in waiting)


def _due(moment: datetime) -> object:
    return (
        OutgoingMail.sent_at.is_(None)
        & (OutgoingMail.attempts < MAIL_ATTEMPTS)
        & or_(OutgoingMail.next_attempt_at.is_(None), OutgoingMail.next_attempt_at <= moment)
    )


def _deliver_soon(number: int) -> None:
    """After the answer has left: a slow mail server keeps nobody waiting, and the time of an answer
    does not tell whether an address has an account."""
    if current_app.config["SETTINGS"].mail_url is None:
        return
    if not has_request_context():
        _deliver(number)
        return
    app = current_app._get_current_object()

    @after_this_request
    def _when_answered(response: Response) -> Response:
        response.call_on_close(lambda: _deliver_in(app, number))
        return response


def _deliver_in(app: Flask, number: int) -> None:
    with app.app_context():
        try:
            _deliver(number)
        except Exception:  # The letter is stored and waits; the reader already has the answer.
            log.exception("mail_not_handed_over", mail=number)


def _deliver(number: int) -> bool:
    """Claim one letter, hand it over, and note what came of it. Two workers never send the same one."""
    settings = current_app.config["SETTINGS"]
    letter = _claim(number, settings)
    if letter is None:
        return False
    try:
        _carrier(settings)(letter)
        error = None
    except (OSError, smtplib.SMTPException) as fault:
        error = f"{type(fault).__name__}: {fault}"[:300]
        log.warning("mail_not_delivered", mail=number, error=error)
    with transaction() as session:
        done = {"last_error": error} if error else {"sent_at": now(), "body": "", "last_error": None}
        session.execute(update(OutgoingMail).where(OutgoingMail.id == number).values(**done))
    return error is None


def _claim(number: int, settings: Settings) -> EmailMessage | None:
    """The letter, if it still waits; written out here so that nothing is held open while it travels."""
    moment = now()
    with transaction() as session:
        mail = session.scalar(
            select(OutgoingMail).where(OutgoingMail.id == number, _due(moment)).with_for_update()
        )
        if mail is None:
            return None
        mail.attempts += 1
        mail.next_attempt_at = moment + mail_wait(mail.attempts)
        return _letter(mail, settings)


def _letter(mail: OutgoingMail, settings: Settings) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    letter = EmailMessage()
    letter["From"] = _sender(settings, host)
    letter["To"] = mail.recipient
    letter["Subject"] = " ".join(mail.subject.split())
    letter["Date"] = format_datetime(mail.created_at)
    letter["Message-ID"] = make_msgid(domain=host)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(mail.body)
    return letter


def _sender(settings: Settings, host: str) -> str:
    """`?from=` of MAIL_URL, else the user it signs in as, else portal@ the portal's own host."""
    url = urlsplit(settings.mail_url)
    named = parse_qs(url.query).get("from", [""])[0]
    user = unquote(url.username or "")
    return named or (user if "@" in user else f"portal@{host}")


def _carrier(settings: Settings) -> Callable[[EmailMessage], None]:
    url = urlsplit(settings.mail_url)
    if url.scheme == "file":
        return lambda letter: _write(letter, Path(unquote(url.path)))
    return lambda letter: _hand_over(letter, url)


def _write(letter: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = letter["Message-ID"].strip("<>").partition("@")[0]
    (folder / f"{name}.eml").write_bytes(letter.as_bytes())


def _hand_over(letter: EmailMessage, url: SplitResult) -> None:
    secure = url.scheme == "smtps"
    with _connect(url) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            secure = True
        if url.username:
            if not secure and url.hostname not in ("127.0.0.1", "::1", "localhost"):
                raise OSError("the mail server offers no encryption; the password was not sent")
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(letter)


def _connect(url: SplitResult) -> smtplib.SMTP:
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(url.hostname, url.port or 25, timeout=TIMEOUT_SECONDS)
