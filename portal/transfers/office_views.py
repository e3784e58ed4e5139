"""/office/transfers: handed over, signed for, answered; bundles carried as files; keys of other portals."""

import json

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import Role
from portal.authorisation.blueprint_views import keep_nowhere, me, tell, version_seen
from portal.authorisation.queries import work_calendar
from portal.cases.actions import Opening, open_case
from portal.cases.models import Case
from portal.cases.queries import case_of, evidence_of, get_case_for
from portal.cases.rules import Origin
from portal.db import after_commit, db, transaction
from portal.jobs import start_worker
from portal.lib.clock import instant_text, now, today
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import region_line, regions_by_code
from portal.tips import actions as tip_actions
from portal.tips.models import Tip
from portal.tips.places import find_places
from portal.tips.queries import get_tip_for, photographs_of
from portal.tips.rules import Step as TipStep
from portal.transfers.actions import (
    Handing,
    accept_receipt,
    end_peer,
    note_case,
    send,
    steps_open_to,
    take_in,
    take_step,
    trust_peer,
)
from portal.transfers.blueprint_views import own_signer
from portal.transfers.bundles import Bundle, read
from portal.transfers.models import Peer
from portal.transfers.queries import (
    TransferFilter,
    bundles_of,
    get_transfer_for,
    pact_of,
    pacts,
    peers,
    steps_of,
    transfers_for,
    waiting_bundles,
)
from portal.transfers.rules import HANDLERS, NEEDS_WORDS, READERS, Kind, State, Step, pacts_between

blueprint = Blueprint("transfers_office", __name__, url_prefix="/office/transfers")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50


@blueprint.before_request
def _only_officials() -> None:
    if me().role not in READERS | {Role.ADMIN}:
        raise NotAllowed(Text("移送只对官员和管理员开放", "Transfers are for officials and administrators"))


@blueprint.get("")
def show_list() -> str:
    args = request.args
    asked = TransferFilter(args.get("state", "open"), args.get("kind", ""), args.get("side", ""))
    number = whole_number(args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(transfers_for(me(), asked), number, PER_PAGE)
    codes = {code for one in found.items for code in (one.from_adcode, one.to_adcode)}
    return render_template(
        "transfers/list.html",
        asked=asked,
        page=found,
        kinds=Kind,
        states=State,
        regions=regions_by_code(codes),
        may_send=me().role in HANDLERS,
        waiting=len(waiting_bundles()),
    )


@blueprint.get("/new")
def new() -> str:
    """From a tip or a case its words and evidence are taken over; who told is not."""
    tip, case = _source(request.args)
    typed = {"title": "", "facts": "", "party": "", "to_name": request.args.get("to", "")}
    if tip:
        typed |= {"title": tip.about.text.zh, "facts": tip.facts, "party": tip.respondent or ""}
    if case:
        typed |= {"title": case.title, "facts": case.facts, "party": case.party}
    return _form(typed, tip, case, {})


def _source(values: object) -> tuple[Tip | None, Case | None]:
    tip = get_tip_for(me(), values["tip"]) if values.get("tip") else None
    return tip, get_case_for(me(), values["case"]) if values.get("case") else None


def _form(typed: dict, tip: Tip | None, case: Case | None, faults: dict, offered: list | None = None) -> str:
    return render_template(
        "transfers/new.html",
        typed=typed,
        tip=tip,
        case=case,
        faults=faults,
        offered=offered or [],
        kinds=Kind,
        peers=peers(),
        pacts=[pact for pact in pacts() if _is_party(pact.parties)],
    )


def _is_party(parties: tuple[str, ...]) -> bool:
    return any(me().region[:4] == party[:4] for party in parties) if me().region else False


@blueprint.post("/new")
def send_() -> ResponseReturnValue:
    """The transfer, and the step of the tip that is handed on, are one transaction."""
    form = request.form
    places = find_places(form.get("to", "") or form.get("to_name", ""))
    if len(places) != 1:
        fault = Text("请写明移往哪个县、区、旗", "Say to which county or district")
        tip, case = _source(form)
        return _form(dict(form), tip, case, {"to": fault}, places), 400
    with transaction():
        tip, case = _source(form)
        peer = next((one for one in peers() if str(one.id) == form.get("peer")), None)
        handing = Handing(
            Kind(form["kind"]) if form.get("kind") in set(Kind) else Kind.LEAD,
            tip.adcode if tip else case.adcode if case else me().region,
            places[0].adcode[:6],
            form.get("title", ""),
            form.get("facts", ""),
            party=form.get("party", ""),
            agreement=form.get("agreement", ""),
            evidence=_evidence(tip, case),
            origin_key=tip.subject if tip else case.subject if case else "",
            case_number=case.number if case else "",
            peer=peer,
        )
        transfer = send(me(), handing, own_signer(), now())
        if tip and handing.kind is Kind.LEAD:
            _move_tip(tip, transfer.number)
        key = transfer.key
        if peer:
            after_commit(start_worker)
    tell(Text("已移送。", "Handed over."))
    return redirect(url_for(".show", key=key), 303)


def _move_tip(tip: Tip, number: str) -> None:
    reason = request.form.get("reason", "").strip() or "移送有管辖权的地区办理"
    told = "您反映的事项已移送有管辖权的地区办理。"
    more = {"transfer": number}
    tip_actions.take_step(me(), tip, TipStep.MOVE, reason, told, version_seen(), work_calendar(), now(), more)


def _evidence(tip: Tip | None, case: Case | None) -> list[dict[str, str]]:
    """Titles, digests and moments; no file name, which might name somebody."""
    rows = []
    for n, one in enumerate(photographs_of(tip) if tip else [], 1):
        rows.append({"title": f"照片 {n}", "digest": one.digest, "at": instant_text(one.at)})
    for one in evidence_of(case) if case else []:
        rows.append({"title": one.what, "digest": one.digest or "", "at": instant_text(one.at)})
    return rows


@blueprint.get("/<key>")
def show(key: str) -> str:
    transfer = get_transfer_for(me(), key)
    binding = pacts_between(pacts(), transfer.from_adcode, transfer.to_adcode)
    return render_template(
        "transfers/show.html",
        transfer=transfer,
        origin=region_line(transfer.from_adcode),
        goal=region_line(transfer.to_adcode),
        steps=steps_open_to(me(), transfer),
        taken=steps_of(transfer),
        names={step.value: step.text for step in Step} | {"send": Text("移送", "Handed over")},
        needs_words=NEEDS_WORDS,
        bundles=bundles_of(transfer),
        pact=pact_of(transfer),
        binding=binding,
        may_open=_receives(transfer) and transfer.stands is State.ACCEPTED and not transfer.case_number,
    )


def _receives(transfer: object) -> bool:
    account = me()
    if account.role not in HANDLERS or (transfer.peer_id and transfer.outgoing):
        return False
    return any(one.adcode == account.region for one in region_line(transfer.to_adcode))


@blueprint.post("/<key>/step")
def step(key: str) -> ResponseReturnValue:
    typed = request.form.get("step", "")
    if typed not in set(Step):
        raise RuleBroken(Text("没有这一步", "There is no such step"))
    with transaction():
        transfer = get_transfer_for(me(), key)
        said = request.form.get("words", "")
        take_step(me(), transfer, Step(typed), said, version_seen(), own_signer(), now())
        if transfer.peer_id:
            after_commit(start_worker)
    tell(Text("已办理：{s}。", "Done: {s}.").format(s=Step(typed).text))
    return redirect(url_for(".show", key=key), 303)


@blueprint.post("/<key>/case")
def open_(key: str) -> ResponseReturnValue:
    """A case from what was handed over; the same transfer never opens two."""
    with transaction():
        transfer = get_transfer_for(me(), key)
        if not _receives(transfer):
            raise NotAllowed(Text("由移入地的官员立案", "It is for the officials of the place it reached"))
        known = case_of(Origin.TRANSFER, transfer.key)
        if known is None:
            opening = Opening(transfer.title, transfer.party or "不明", transfer.facts.ljust(10, "。"))
            place = transfer.to_adcode
            known = open_case(me(), Origin.TRANSFER, transfer.key, place, opening, now())
            note_case(transfer, known.number)
        number = known.number
    tell(Text("已立案：{n}。", "Case {n} is open.").format(n=number))
    return redirect(url_for("cases_office.show", number=number), 303)


# ---- carried as files


@blueprint.get("/<key>/bundles/<int:number>.json")
def bundle_file(key: str, number: int) -> Response:
    """The signed bundle, to be carried to a portal that cannot be reached."""
    transfer = get_transfer_for(me(), key)
    found = next((one for one in bundles_of(transfer) if one.id == number), None)
    if found is None:
        raise NotFound(Text("没有这个移送包", "There is no such bundle"))
    answer = Response(found.body, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{transfer.number}-{number}.json"'
    return answer


@blueprint.post("/carry")
def carry() -> ResponseReturnValue:
    """A bundle that was carried here is answered with its receipt as a file; a receipt is taken in."""
    if me().role not in HANDLERS:
        raise NotAllowed(Text("由官员办理", "That is for officials"))
    sent = request.files.get("file")
    said = read(sent.stream.read() if sent else b"")
    with transaction():
        if not isinstance(said, Bundle):
            accept_receipt(said, now())
            tell(Text("回执已收下。", "The receipt was taken in."))
            return redirect(url_for(".show_list", state="all"), 303)
        receipt = take_in(said, own_signer(), now())
    answer = Response(json.dumps(receipt), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{said.digest[:12]}.json"'
    return answer


# ---- keys of other portals


@blueprint.get("/peers")
def show_peers() -> str:
    signer, settings = own_signer(), current_app.config["SETTINGS"]
    return render_template(
        "transfers/peers.html",
        peers=peers(),
        signer=signer,
        address=settings.base_url,
        admin=me().role is Role.ADMIN,
        waiting=waiting_bundles(),
        names={one.id: one.name for one in peers()},
    )


@blueprint.post("/peers")
def add_peer() -> ResponseReturnValue:
    form = request.form
    with transaction():
        typed = (form.get("name", ""), form.get("address", ""), form.get("public_key", ""))
        trust_peer(me(), *typed, form.get("adcode", "").strip(), now())
    tell(Text("已登记对方的密钥。", "The key is registered."))
    return redirect(url_for(".show_peers"), 303)


@blueprint.post("/peers/<int:number>/end")
def remove_peer(number: int) -> ResponseReturnValue:
    with transaction():
        peer = db.session.get(Peer, number)
        if peer is None:
            raise NotFound(Text("没有这个门户", "There is no such portal"))
        end_peer(me(), peer, today())
    tell(Text("不再接受它的移送。", "Nothing more is taken from it."))
    return redirect(url_for(".show_peers"), 303)


@blueprint.get("/key.json")
def own_key() -> Response:
    """Our own key as a file, to be given to the administrator of another portal."""
    signer = own_signer()
    address = current_app.config["SETTINGS"].base_url
    return jsonify(key_id=signer.key_id, public_key=signer.public_hex, address=address)
