"""/verify asks, /v/<code> is where a QR code leads, and every answer can be taken away signed."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere
from portal.authorisation import present
from portal.authorisation.queries import get_licence
from portal.catalogue.index import current_index
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.limits import limiter
from portal.register.models import Head
from portal.register.queries import find_head, public_version
from portal.register.views import parse_day
from portal.verification import credentials, queries, signed, words
from portal.verification.credentials import KIND, PROOF_KIND, SHORT_KIND
from portal.verification.queries import Answered
from portal.verification.rules import (
    LONGEST_QUESTION,
    Purpose,
    Sort,
    Typed,
    code_of,
    ids_of_list,
    list_place,
    name_in_pinyin,
    read_question,
)
from portal.verification.schema import answer_as_json

blueprint = Blueprint("verification", __name__)

CHECK_FAULT = Text(
    "最后一位校验码不符：这个编码至少有一位抄错",
    "The last (check) character does not agree: at least one character is miscopied",
)
MISCOPIED = Text("请对照原件逐位核对后再查", "Compare it with the original, character by character")


@blueprint.get("/verify")
def ask() -> ResponseReturnValue:
    """Any question, answered in one glance; nothing is stored of it."""
    question = request.args.get("q", "")[:LONGEST_QUESTION]
    typed = read_question(question)
    if address := _code_of_another_room(typed):
        return redirect(address)
    gi = request.args.get("gi", "").strip()[:120]
    on = parse_day("on") or today()
    shown = Shown(typed, gi, on)
    return render_template(
        "verification/ask.html",
        shown=shown,
        q=question.strip(),
        gi=gi,
        on=on,
        past=on != today(),
        gis=gi_choices(),
        words=words,
        present=present,
        code_of=code_of,
        proof_address=proof_address,
        not_public=NOT_PUBLIC,
        version=g.get("public_version") or public_version(),
    )


NOT_PUBLIC = Text("姓名不公开", "name not public")


class Shown:
    """What the page shows: one answer for each GI, names to choose from, or what is wrong with a code."""

    def __init__(self, typed: Typed, gi: str, on: object):
        self.typed = typed
        self.answers: list[Answered] = []
        self.producers: list = []
        self.more = False
        self.notices: tuple[Text, ...] = ()
        self.fault: Text | None = None
        self.signed: signed.Read | None = None
        self._gi, self._on = gi, on
        look: dict[Sort, Callable[[], None]] = {
            Sort.USCC: self._by_code,
            Sort.LICENCE: self._by_number,
            Sort.SIGNED: self._by_signature,
            Sort.NAME: self._by_name,
        }
        try:
            look.get(typed.sort, lambda: None)()
        except RuleBroken as refused:
            self.fault = refused.fields.get("gi") or refused.message

    def _by_code(self) -> None:
        reading = read_uscc(self.typed.value)
        self.notices, self.fault = reading.notices, reading.error
        if reading.valid:
            self.answers = queries.answer_by_code(reading.code, self._gi, self._on).in_order()

    def _by_number(self) -> None:
        if self.typed.wrong_check:
            self.fault = CHECK_FAULT
            return
        self.answers = [queries.answer_by_number(self.typed.value, self._gi, self._on)]

    def _by_name(self) -> None:
        found = queries.producers_named(self.typed.value, self._gi)
        if len(found) == 1:
            self.answers = queries.answer_by_code(found[0].uscc, self._gi, self._on).in_order()
            return
        self.producers, self.more = found[: queries.MOST_NAMES], len(found) > queries.MOST_NAMES

    def _by_signature(self) -> None:
        self.signed = signed.read(self.typed.value)
        number = licence_of_signed(self.signed) if self.signed and self.signed.holds else None
        if number:
            self.answers = [queries.answer_by_number(number, "", self._on)]


def licence_of_signed(read: signed.Read) -> str | None:
    """The licence that one of our signed texts speaks of."""
    said = read.payload
    if read.kind == SHORT_KIND:
        number = said.get("n")
    elif read.kind == KIND:
        number = (said.get("credentialSubject") or {}).get("serialNumber")
    else:
        number = (said.get("answer") or {}).get("licence_no") if read.kind == PROOF_KIND else None
    typed = read_question(number) if isinstance(number, str) else None
    return typed.value if typed and typed.sort is Sort.LICENCE else None


def gi_choices() -> list[tuple[str, Text]]:
    rows = sorted(current_index().rows, key=lambda row: row.pinyin)
    return [(row.slug, Text(row.name_zh, name_in_pinyin(row.pinyin))) for row in rows]


def proof_address(answered: Answered, endpoint: str = ".proof") -> str:
    """Where this very answer can be had signed."""
    number = answered.licence.number if answered.licence else answered.number
    asked = {"licence": number} if number else {"uscc": answered.uscc or ""}
    if answered.gi and not answered.licence:
        asked["gi"] = answered.gi
    return url_for(endpoint) + "?" + urlencode(asked | {"on": answered.on.isoformat()})


@blueprint.get("/verify/proof")
@limiter.limit("120 per minute")
def proof() -> Response:
    """The answer as a dated signed statement, to print."""
    answered = _exactly_asked()
    text, number, moment, head = _signed_answer(answered)
    answer = current_app.make_response(
        render_template(
            "verification/proof.html",
            answered=answered,
            number=number,
            moment=moment,
            head=head,
            text=text,
            present=present,
            not_public=NOT_PUBLIC,
            again=proof_address(answered, ".proof_file"),
        )
    )
    return keep_nowhere(answer)


@blueprint.get("/verify/proof.json")
@limiter.limit("120 per minute")
def proof_file() -> Response:
    """The same as a file to keep."""
    text, number, _, _ = _signed_answer(_exactly_asked())
    body = {
        "statement": signed.read(text).payload,
        "jws": text,
        "keys": f"{base_address()}/.well-known/jwks.json",
    }
    answer = Response(json.dumps(body, ensure_ascii=False, indent=2), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="gi-answer-{number}.json"'
    return keep_nowhere(answer)


def _signed_answer(answered: Answered) -> tuple[str, str, datetime, Head | None]:
    """The signed statement, its number, when it was signed, and the head of the log it rests on."""
    moment, number, head = now(), secrets.token_hex(8), find_head()
    question = {
        name: request.args[name] for name in ("uscc", "licence", "gi", "on") if request.args.get(name)
    }
    state = {"size": head.size, "root_hash": head.root_hash, "time": head.time} if head else None
    said = answer_as_json(answered, current_language())
    return credentials.proof(question, said, state, base_address(), number, moment), number, moment, head


def _exactly_asked() -> Answered:
    uscc, licence = request.args.get("uscc", "")[:60], request.args.get("licence", "")[:60]
    gi, on = request.args.get("gi", "").strip()[:120], parse_day("on") or today()
    if licence:
        typed = read_question(licence)
        if typed.sort is Sort.LICENCE and not typed.wrong_check:
            return queries.answer_by_number(typed.value, gi, on)
        raise RuleBroken(CHECK_FAULT, {"licence": CHECK_FAULT}, next_step=MISCOPIED)
    reading = read_uscc(uscc)
    if reading.error:
        raise RuleBroken(reading.error, {"uscc": reading.error}, next_step=MISCOPIED)
    return queries.answer_by_code(reading.code, gi, on)


# ---- where a QR code leads

_resolvers: list[Callable[[str], ResponseReturnValue | None]] = []
_readers: list[Callable[[str], str | None]] = []


def add_resolver(resolve: Callable[[str], ResponseReturnValue | None]) -> None:
    """A room with codes of its own (labels) answers for them here; None: not one of its codes."""
    _resolvers.append(resolve)


def add_reader(read: Callable[[str], str | None]) -> None:
    """Such a room says here where a code leads that is typed as a question; None: not one of its codes."""
    _readers.append(read)


def _code_of_another_room(typed: Typed) -> str | None:
    """People type what is printed on a packet: the number of a label or batch as well as that of a firm."""
    if typed.sort not in (Sort.USCC, Sort.NAME):
        return None
    return next(filter(None, (read(typed.value) for read in _readers)), None)


@blueprint.get("/v/<code>")
def show_code(code: str) -> ResponseReturnValue:
    for resolve in _resolvers:
        answer = resolve(code)
        if answer is not None:
            return answer
    return _unknown_code(code, None)


def _licence_code(code: str) -> ResponseReturnValue | None:
    typed = read_question(code)
    if typed.sort is not Sort.LICENCE:
        return None
    if typed.wrong_check:
        return _unknown_code(code, CHECK_FAULT)
    answered = queries.answer_by_number(typed.value, "", today())
    if answered.licence is None:
        return _unknown_code(code, None)
    place = answered.licence.adcode[:6]
    return render_template(
        "verification/code.html",
        answered=answered,
        code=code_of(typed.value),
        present=present,
        not_public=NOT_PUBLIC,
        place=present.places_of([place])[place],
        proof_address=proof_address,
        version=g.get("public_version") or public_version(),
    )


add_resolver(_licence_code)


def _unknown_code(code: str, fault: Text | None) -> ResponseReturnValue:
    return render_template("verification/unknown_code.html", code=code[:40], fault=fault), 404


@blueprint.get("/v/")
def show_nothing() -> ResponseReturnValue:
    return redirect(url_for(".ask"))


# ---- certificate and status lists


@blueprint.get("/licences/<number>/certificate.pdf")
@limiter.limit("20 per minute")
def certificate(number: str) -> Response:
    licence = get_licence(number)
    # reportlab and the font are read by who asks for a certificate, not by every worker.
    from portal.verification.certificate import certificate_pdf

    answer = Response(certificate_pdf(licence, base_address(), today()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{licence.number}.pdf"'
    return answer


@blueprint.get("/licences/<number>/code.svg")
def code_picture(number: str) -> Response:
    """The short code alone, for a package or a shop window: it leads to the licence's page."""
    import segno

    licence = get_licence(number)
    address = f"{base_address()}/v/{code_of(licence.number)}"
    picture = segno.make(address, error="m", micro=False).svg_inline(
        scale=8, border=4, light="#fff", omitsize=True
    )
    return Response(
        picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )


@blueprint.get("/credentials/status/<purpose>/<int:number>")
def status_list(purpose: str, number: int) -> Response:
    """Which licences of this list are revoked or suspended today, as a signed bitstring."""
    highest, _ = _list_of_newest()
    if purpose not in set(Purpose) or not 1 <= number <= highest:
        raise NotFound(Text("没有这份状态表", "There is no such status list"))
    which = Purpose(purpose)
    first = ids_of_list(number).start
    bits = [one - first for one in queries.ids_standing(which, number, today())]
    body = credentials.status_list(which, number, bits, base_address(), now())
    return Response(body, content_type=f"application/{KIND}")


def _list_of_newest() -> tuple[int, int]:
    return list_place(queries.newest_licence_id())


def base_address() -> str:
    return current_app.config["SETTINGS"].base_url.rstrip("/")
