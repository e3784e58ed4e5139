"""/office/transfers: handed over, signed for, answered; bundles carried as files; keys of other portals."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from portal.accounts.rules import scope_covers
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.authorisation.blueprint_views import REFUSALS, Refused, refused_in_place
from portal.authorisation.queries import work_calendar
from portal.cases.actions import Opening, add_evidence, open_case
from portal.cases.models import Case
from portal.cases.queries import case_of, evidence_of, find_case_for, get_case_for
from portal.cases.rules import Origin, without_persons
from portal.db import after_commit, transaction
from portal.jobs import start_worker
from portal.lib.clock import instant_text, now, today
from portal.lib.problems import NotAllowed, NotFound, RuleBroken, refuse, said_with
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.papers.captions import HANDED_OVER, PHOTOGRAPH
from portal.papers.files import path_of
from portal.papers.sent_views import folder
from portal.regions.models import Region
from portal.regions.queries import region_line, regions_by_code
from portal.regions.rules import Level
from portal.tips import actions as tip_actions
from portal.tips.models import Tip
from portal.tips.places import CHOOSE, find_places
from portal.tips.queries import get_tip_for, photographs_of
from portal.tips.rules import MOVED_ON
from portal.tips.rules import Step as TipStep
from portal.transfers.actions import Handing, faults_of, note_case, send, send_again, steps_open_to, take_step
from portal.transfers.arrivals import accept_receipt, take_in
from portal.transfers.blueprint_views import counting, ensure_reader, own_signer
from portal.transfers.bundles import Bundle, read
from portal.transfers.clocks import basis_of
from portal.transfers.evidence import chosen, document_of, paper_in
from portal.transfers.models import Transfer
from portal.transfers.outbox import travelling
from portal.transfers.queries import (
    TransferFilter,
    bundles_of,
    get_transfer_for,
    is_ours_to_answer,
    open_leads_of,
    pact_of,
    pacts,
    peers,
    steps_of,
    transfers_for,
    waiting_bundles,
)
from portal.transfers.rules import (
    HANDLERS,
    MOST_ATTACHED_BYTES,
    MOST_TRAVELLING_BYTES,
    NEEDS_WORDS,
    Kind,
    State,
    Step,
    pacts_between,
)

blueprint = Blueprint("transfers_office", __name__, url_prefix="/office/transfers")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50


blueprint.before_request(ensure_reader)


@blueprint.get("")
def show_list() -> str:
    return _list_page(None)


def _list_page(refused: Refused | None) -> str:
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
        today=today(),
        refused=refused,
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
    if request.args.get("again"):
        before = get_transfer_for(me(), request.args["again"])
        typed |= {"title": before.title, "facts": before.facts, "party": before.party or ""}
        typed |= {"kind": before.kind, "agreement": before.agreement or ""}
    return _form(typed, tip, case, None)


CITIES_TOO = (Level.COUNTY, Level.PREFECTURE)
NO_SUCH_OFFICE = Text(
    "没有找到这个地方，请写县、区、旗或市的名称", "No such place was found; name the county, district or city"
)


def _source(values: Mapping[str, str]) -> tuple[Tip | None, Case | None]:
    tip = get_tip_for(me(), values["tip"]) if values.get("tip") else None
    return tip, get_case_for(me(), values["case"]) if values.get("case") else None


def _form(
    typed: Mapping[str, str],
    tip: Tip | None,
    case: Case | None,
    refused: Refused | None,
    offered: Sequence[Region] = (),
) -> str:
    evidence = _evidence(tip, case)
    # What an official filed goes along unless unticked; what a reporter sent only when ticked.
    filed = [one["digest"] for one in evidence] if case else []
    beside = open_leads_of(case.subject) if case else []
    chosen_now = request.form.getlist("attach") if refused else filed
    return render_template(
        "transfers/new.html",
        typed=typed,
        tip=tip,
        case=case,
        refused=refused,
        faults=refused.fields if refused else {},
        offered=offered,
        evidence=evidence,
        attached=chosen_now,
        beside=beside,
        places=regions_by_code(one.to_adcode for one in beside),
        most_megabytes=MOST_ATTACHED_BYTES // 2**20,
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
    places = find_places(form.get("to", "") or form.get("to_name", ""), CITIES_TOO)
    try:
        unread = {} if len(places) == 1 else {"to_name": CHOOSE if places else NO_SUCH_OFFICE}
        with transaction(), said_with(unread):
            handing = _handing(places[0].adcode[:6] if len(places) == 1 else "")
            refuse(faults_of(handing))
            key = _send(handing)
    except REFUSALS as refusal:
        tip, case = _source(form)
        again, offered = refused_in_place("new", refusal), places if len(places) > 1 else ()
        return _form(form, tip, case, again, offered), refusal.status
    tell(Text("已移送。", "Handed over."))
    return redirect(url_for(".show", key=key), 303)


def _handing(to_adcode: str) -> Handing:
    form = request.form
    tip, case = _source(form)
    peer = next((one for one in peers() if str(one.id) == form.get("peer")), None)
    kind = Kind(form["kind"]) if form.get("kind") in set(Kind) else Kind.LEAD
    return Handing(
        kind,
        tip.adcode if tip else case.adcode if case else me().region,
        to_adcode,
        form.get("title", ""),
        form.get("facts", ""),
        party=form.get("party", ""),
        agreement=form.get("agreement", ""),
        evidence=chosen(_evidence(tip, case), form.getlist("attach")),
        origin_key=tip.subject if tip else case.subject if case else "",
        peer=peer,
        knowing=form.get("knowing") == "y",
    )


def _send(handing: Handing) -> str:
    tip, _ = _source(request.form)
    transfer = send(me(), handing, own_signer(), counting(), now())
    if tip and handing.kind is Kind.LEAD:
        _move_tip(tip, transfer.number)
    if handing.peer:
        after_commit(start_worker)
    return transfer.key


def _move_tip(tip: Tip, number: str) -> None:
    reason = request.form.get("reason", "").strip() or "移送有管辖权的地区办理"
    told = MOVED_ON.zh
    more = {"transfer": number}
    tip_actions.take_step(me(), tip, TipStep.MOVE, reason, told, version_seen(), work_calendar(), now(), more)


def _evidence(tip: Tip | None, case: Case | None) -> list[dict[str, object]]:
    """Titles, digests and moments; no file name, which might name somebody."""
    photographs = photographs_of(tip) if tip else []
    listed = [(PHOTOGRAPH.format(n=n).zh, one, one.at) for n, one in enumerate(photographs, 1)]
    listed += [(one.what, one, one.at) for one in (evidence_of(case) if case else [])]
    return [
        {
            "title": title,
            "digest": one.digest or "",
            "at": instant_text(at),
            "media_type": one.media_type or "",
            "size": one.size or 0,
        }
        for title, one, at in listed
    ]


@blueprint.get("/<key>")
def show(key: str) -> str:
    return _page(key, None)


def _page(key: str, refused: Refused | None) -> str:
    transfer = get_transfer_for(me(), key)
    binding = pacts_between(pacts(), transfer.from_adcode, transfer.to_adcode)
    pact = pact_of(transfer)
    return render_template(
        "transfers/show.html",
        transfer=transfer,
        refused=refused,
        origin=region_line(transfer.from_adcode),
        goal=region_line(transfer.to_adcode),
        steps=steps_open_to(me(), transfer),
        taken=steps_of(transfer),
        names={step.value: step.text for step in Step} | {"send": Text("移送", "Handed over")},
        needs_words=NEEDS_WORDS,
        bundles=bundles_of(transfer),
        pact=pact,
        binding=binding,
        bases={one.id: basis_of(pact, one.clock, one.days) for one in transfer.clocks},
        ours=is_ours_to_answer(me(), transfer),
        here=[
            bool(one.get("sent")) and path_of(folder(), one["digest"]).exists() for one in transfer.evidence
        ],
        today=today(),
        onward=_onward(transfer),
        case_here=find_case_for(me(), transfer.opened_case or ""),
        source_here=find_case_for(me(), transfer.source_case or ""),
        may_send_again=_waits_for_an_answer(transfer),
        may_open=_receives(transfer) and transfer.stands is State.ACCEPTED and not transfer.opened_case,
        back_here=_is_back_here(transfer),
    )


def _waits_for_an_answer(transfer: Transfer) -> bool:
    """Whether a bundle was tried and waits for its next time, which an official may bring forward."""
    peer = transfer.peer
    reached = peer is not None and peer.address and peer.ended_on is None
    return bool(reached and me().role in HANDLERS and any(one.trouble for one in bundles_of(transfer)))


def _onward(transfer: Transfer) -> str | None:
    """Where the sender hands it on to somebody else after it came back, its words taken along."""
    account = me()
    ours = transfer.outgoing and scope_covers(account.region, transfer.from_adcode)
    if account.role not in HANDLERS or not ours or transfer.stands not in (State.RETURNED, State.REFUSED):
        return None
    origin, _, number = (transfer.origin_key or "").partition(":")
    asked = {origin: number} if origin in ("tip", "case") else {"again": transfer.key}
    return url_for(".new", **asked)


@blueprint.get("/<key>/evidence/<int:n>")
def evidence_file(key: str, n: int) -> Response:
    """A document that came along; both sides may read it, for both may read the transfer."""
    transfer = get_transfer_for(me(), key)
    path, media_type, name = document_of(transfer.evidence, n, folder())
    return send_file(BytesIO(path.read_bytes()), mimetype=media_type, as_attachment=True, download_name=name)


def _is_back_here(transfer: Transfer) -> bool:
    """Called back by the sender: what it came of goes on where it was."""
    return transfer.stands is State.WITHDRAWN and scope_covers(me().region, transfer.from_adcode)


def _receives(transfer: Transfer) -> bool:
    account = me()
    if account.role not in HANDLERS or (transfer.peer_id and transfer.outgoing):
        return False
    return any(one.adcode == account.region for one in region_line(transfer.to_adcode))


@blueprint.post("/<key>/step")
def step(key: str) -> ResponseReturnValue:
    typed = request.form.get("step", "")
    if typed not in set(Step):
        raise RuleBroken(Text("没有这一步", "There is no such step"))
    try:
        with transaction():
            transfer = get_transfer_for(me(), key)
            said = request.form.get("words", "").replace("\x00", "")
            take_step(me(), transfer, Step(typed), said, version_seen(), own_signer(), counting(), now())
            if transfer.peer_id:
                after_commit(start_worker)
    except REFUSALS as refusal:
        return _page(key, refused_in_place(f"step-{typed}", refusal)), refusal.status
    tell(Text("已办理：{s}。", "Done: {s}.").format(s=Step(typed).text))
    return redirect(url_for(".show", key=key), 303)


@blueprint.post("/<key>/again")
def again(key: str) -> ResponseReturnValue:
    with transaction():
        send_again(me(), get_transfer_for(me(), key), now())
        after_commit(start_worker)
    tell(Text("正在再送。", "It is being sent again."))
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
            opening = Opening(
                without_persons(transfer.title, ()), transfer.party or "不明", transfer.facts.ljust(10, "。")
            )
            place = transfer.to_adcode
            known = open_case(me(), Origin.TRANSFER, transfer.key, place, opening, now())
            _file_evidence(transfer, known)
            note_case(transfer, known.number)
        number = known.number
    tell(Text("已立案：{n}。", "Case {n} is open.").format(n=number))
    return redirect(url_for("cases_office.show", number=number), 303)


def _file_evidence(transfer: Transfer, case: Case) -> None:
    """What came along is the first evidence; of the rest the list says what there is elsewhere."""
    for n, row in enumerate(transfer.evidence, 1):
        paper = paper_in(row, n, folder())
        what = HANDED_OVER.format(n=n, rest=row["title"]).zh[:200]
        add_evidence(me(), case, what, today(), paper, folder(), now())


# ---- carried as files


@blueprint.get("/<key>/bundles/<int:number>.json")
def bundle_file(key: str, number: int) -> Response:
    """The signed bundle, to be carried to a portal that cannot be reached."""
    transfer = get_transfer_for(me(), key)
    found = next((one for one in bundles_of(transfer) if one.id == number), None)
    if found is None:
        raise NotFound(Text("没有这个移送包", "There is no such bundle"))
    answer = Response(travelling(found), content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{transfer.number}-{number}.json"'
    return answer


@blueprint.post("/carry")
def carry() -> ResponseReturnValue:
    """A bundle that was carried here is answered with its receipt as a file; a receipt is taken in."""
    if me().role not in HANDLERS:
        raise NotAllowed(Text("由官员办理", "That is for officials"))
    sent = request.files.get("file")
    try:
        said = read(sent.stream.read(MOST_TRAVELLING_BYTES + 1) if sent else b"")
        with transaction():
            if not isinstance(said, Bundle):
                accept_receipt(said, counting(), now())
                tell(Text("回执已收下。", "The receipt was taken in."))
                return redirect(url_for(".show_list", state="all"), 303)
            receipt = take_in(said, own_signer(), counting(), folder(), now())
    except (*REFUSALS, NotFound) as refusal:
        return _list_page(refused_in_place("carry", refusal)), refusal.status
    answer = Response(json.dumps(receipt), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{said.digest[:12]}.json"'
    return answer
