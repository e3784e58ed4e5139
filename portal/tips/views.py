"""/tips: anyone tells, with a receipt to follow it. These pages are kept nowhere."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, TimestampSigner

from portal.accounts.visitor_views import keep_nowhere
from portal.lib.clock import day_of, now, today
from portal.lib.problems import Problem, RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.paging import whole_number
from portal.papers.files import Paper
from portal.producers.rules import MICRO
from portal.regions.queries import find_region, regions_by_code
from portal.regions.rules import NATION
from portal.tips import places
from portal.tips.codes import Scanned, read_scanned
from portal.tips.models import Tip, TipStep
from portal.tips.once import receive_once
from portal.tips.outcomes import handled_in, outcomes_of, standing_of
from portal.tips.photographs import read_photograph
from portal.tips.queries import (
    figures_of,
    first_year,
    get_by_receipt,
    joined_to,
    photographs_of,
    provinces_with_tips,
    steps_of,
)
from portal.tips.receiving import Told, sender_digest
from portal.tips.rules import (
    FEWEST_SHOWN,
    MOST_PHOTOGRAPHS,
    OPEN,
    QUICKEST_SECONDS,
    Kind,
    Matter,
    State,
    Step,
    in_both,
    word_faults,
)

blueprint = Blueprint("tips", __name__, url_prefix="/tips")

FIELDS = (
    "kind", "matter", "facts", "request", "respondent", "where", "place_name", "place", "lon", "lat",
    "code", "name", "phone", "address",
)  # fmt: skip
ON_PAGE = (
    "kind", "matter", "facts", "place", "where", "respondent", "photographs", "lon", "lat", "name", "phone",
    "address", "request", "code",
)  # fmt: skip
RECEIPT = "tip_receipt"
NOT_A_POINT = Text(
    "经纬度写作 105.67 和 37.48，也可以不填", "Write them like 105.67 and 37.48, or leave them out"
)
PICTURES_AGAIN = Text(
    "照片没有保留，请重新选择", "Pictures are not kept when something is missing: choose them again"
)


@blueprint.after_request
def _keep_and_tell_nowhere(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return keep_nowhere(response)


@blueprint.get("/new")
def new() -> str:
    scanned = read_scanned(request.args.get("code", ""))
    typed = {"kind": request.args.get("kind", Kind.TIP), "code": scanned.code if scanned else ""}
    if scanned and scanned.name:
        typed["respondent"] = scanned.name
    if scanned and scanned.producer:
        county = find_region(scanned.producer.adcode[:6])
        typed["place_name"] = county.name_zh if county else ""
        typed["place"] = county.adcode if county else ""
    return _form(typed, scanned, {})


@blueprint.post("/new")
@limiter.limit("40/hour", deduct_when=lambda response: response.status_code == 303)
def send() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    scanned = read_scanned(typed["code"])
    faults, offered = _place(typed)
    faults = word_faults(typed) | faults
    if typed["matter"] not in set(Matter):
        faults["matter"] = Text("请选择是什么事", "Choose what it is about")
    point = _point(typed, faults)
    pictures = _pictures(faults)
    if faults:
        if pictures:
            faults["photographs"] = PICTURES_AGAIN
        return _form(typed, scanned, faults, offered), 400
    settings, moment = current_app.config["SETTINGS"], now()
    kind = Kind(typed["kind"]) if typed["kind"] in set(Kind) else Kind.TIP
    told = Told(
        typed,
        places.handled_by(kind, typed["place"], scanned.producer if scanned else None),
        scanned.indication.id if scanned and scanned.indication else None,
        scanned.producer.id if scanned and scanned.producer else None,
        *point,
        pictures,
        sender=sender_digest(request.remote_addr or "", settings.secret_key, day_of(moment)),
        quick=_is_quick(moment),
        left_empty=not request.form.get("homepage"),
        client_key=_key_of(typed, pictures),
    )
    receipt = receive_once(told, settings, moment)
    session[RECEIPT] = [receipt.number, receipt.secret]
    return redirect(url_for(".received"), 303)


def _key_of(typed: Mapping[str, str], pictures: Sequence[Paper]) -> str | None:
    """The same form sent twice is one tip; sent again with other words it is another."""
    key = request.form.get("key", "")
    if not 20 <= len(key) <= 64:
        return None
    said = [key, *(typed[name] for name in FIELDS), *(one.digest for one in pictures)]
    return sha256("\x1f".join(said).encode()).hexdigest()


def _form(
    typed: dict[str, str], scanned: Scanned | None, faults: dict[str, Text], offered: list | None = None
) -> str:
    return render_template(
        "tips/new.html",
        typed=typed,
        scanned=scanned,
        # As they stand on the page, from above.
        faults=dict(sorted(faults.items(), key=lambda one: ON_PAGE.index(one[0]))),
        offered=offered or [],
        kinds=Kind,
        matters=Matter,
        most=MOST_PHOTOGRAPHS,
        key=request.form.get("key") or secrets.token_urlsafe(24),
        opened=request.form.get("opened") or _signer().sign(b"opened").decode(),
    )


def _place(typed: dict[str, str]) -> tuple[dict[str, Text], list]:
    """The county meant, put into `typed`; what is wrong, and the places to choose from."""
    chosen = find_region(typed["place"]) if typed["place"].isdecimal() else None
    if chosen is not None and chosen.name_zh == typed["place_name"]:
        return {}, []
    found = places.find_places(typed["place_name"])
    chosen = next((one for one in found if one.adcode == typed["place"]), None)
    if chosen is None and len(found) == 1:
        chosen = found[0]
    if chosen is not None:
        typed["place"], typed["place_name"] = chosen.adcode, chosen.name_zh
        return {}, []
    typed["place"] = ""
    if not typed["place_name"]:
        return {"place": places.TYPE_A_PLACE}, []
    return {"place": places.CHOOSE if found else places.NO_SUCH}, found


def _point(typed: dict[str, str], faults: dict[str, Text]) -> tuple[int | None, int | None]:
    if not typed["lon"] and not typed["lat"]:
        return None, None
    try:
        lon, lat = float(typed["lon"]), float(typed["lat"])
    except ValueError:
        lon = lat = 999.0
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        faults["lon"] = NOT_A_POINT
        return None, None
    return round(lon * MICRO), round(lat * MICRO)


def _pictures(faults: dict[str, Text]) -> list[Paper]:
    sent = [file for file in request.files.getlist("photographs") if file.filename]
    if len(sent) > MOST_PHOTOGRAPHS:
        faults["photographs"] = Text("最多 {n} 张照片", "At most {n} photographs").format(n=MOST_PHOTOGRAPHS)
        return []
    try:
        return [read_photograph(file.stream.read()) for file in sent]
    except RuleBroken as fault:
        faults["photographs"] = fault.fields.get("file", fault.message)
        return []


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SETTINGS"].secret_key, salt="tip-form")


def _is_quick(moment: datetime) -> bool:
    """A form that is not ours or was filled in within seconds is held for a look, not refused."""
    try:
        _, opened = _signer().unsign(request.form.get("opened", ""), return_timestamp=True)
    except BadSignature:
        return True
    return (moment - opened).total_seconds() < QUICKEST_SECONDS


@blueprint.get("/received")
def received() -> ResponseReturnValue:
    receipt = session.get(RECEIPT)
    if not receipt:
        return redirect(url_for(".status"))
    number, secret = receipt
    tip = get_by_receipt(number, secret) if secret else None
    return render_template("tips/received.html", number=number, secret=secret, tip=tip)


@blueprint.route("/status", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"])
def status() -> ResponseReturnValue:
    """By number and secret, both in the body of a request, so that neither stands in an address or a log."""
    if request.method == "GET":
        return render_template("tips/ask_status.html", number=request.args.get("number", ""), fault=None)
    number, secret = request.form.get("number", "").strip()[:20], request.form.get("secret", "")[:40]
    try:
        tip = get_by_receipt(number, secret)
    except Problem as fault:
        return render_template("tips/ask_status.html", number=number, fault=fault.message), 404
    county, main = find_region(tip.adcode), handled_in(tip)
    outcomes = outcomes_of(main)
    standing, tone = standing_of(tip, main, outcomes)
    return render_template(
        "tips/status.html",
        tip=tip,
        county=county,
        standing=standing,
        tone=tone,
        outcomes=outcomes,
        steps=_told_of(tip, main),
        in_both=in_both,
        photographs=len(photographs_of(tip)),
        joined=len(joined_to(tip)),
    )


def _told_of(tip: Tip, main: Tip) -> list[TipStep]:
    """What the sender was told. Of one it was joined to, only what is written for every sender."""
    steps = [one for one in steps_of(tip) if one.told]
    if main is not tip:
        steps += [one for one in steps_of(main) if one.step == Step.CASE_DROPPED]
    return steps


@blueprint.get("/figures")
def figures() -> str:
    """What the rules have published regularly (art. 34): how many, how they ended, how many in time."""
    day = today()
    first = first_year(day)
    year = whole_number(request.args.get("year", ""), "year", first, day.year, day.year)
    provinces = provinces_with_tips(year)
    return render_template(
        "tips/figures.html",
        year=year,
        years=range(day.year, first - 1, -1),
        whole=figures_of(NATION, year),
        rows=[(code, figures_of(code, year)) for code in provinces],
        regions=regions_by_code(provinces),
        kinds=Kind,
        states=[one for one in State if one not in OPEN],
        fewest=FEWEST_SHOWN,
    )
