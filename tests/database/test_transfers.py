"""Two portals side by side, each with its own database and key: one is stopped in mid-transfer, and
nothing is lost, doubled or believed without its signature."""

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from config import read_settings
from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.app import create_app
from portal.db import db, transaction
from portal.lib.clock import day_of, now
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.papers.files import keep, path_of, read_paper
from portal.papers.sent_views import folder
from portal.register.signing import create_key_file, read_signer
from portal.transfers import outbox
from portal.transfers.actions import KEPT_ELSEWHERE, Handing, send, take_step
from portal.transfers.arrivals import OUR_OWN, accept_receipt, take_in
from portal.transfers.blueprint_views import counting, own_signer
from portal.transfers.bundles import GIVE_THE_KEY, KEY_REPLACED, NO_ANSWER, ONCE_MORE, read
from portal.transfers.clocks import Clock, Counting, basis_of
from portal.transfers.models import EarlierKey, OutgoingBundle, Peer, Transfer, TransferStep
from portal.transfers.outbox import deliver_waiting, travelling
from portal.transfers.panels import due_transfers
from portal.transfers.peer_actions import NO_KEY_FILE, REGISTERED, end_peer, replace_key, trust_peer
from portal.transfers.queries import get_transfer_for
from portal.transfers.rules import Kind, Pact, State, Step
from tests.conftest import settings_for
from tests.ledger_rows import an_account, enter
from tests.setting_authorisation import picture

HERE, THERE = "640521", "150821"
LATER = timedelta(hours=2)
LEAD = {"title": "来源不明的枸杞", "facts": "市场东门有标称中宁枸杞的散货，请查来源"}


class Portal:
    """One portal: its application, its people, and what it does when the other one calls."""

    def __init__(self, app: Flask, region: str) -> None:
        self.app, self.region, self.server = app, region, None
        with app.app_context():
            with transaction():
                self.county = an_account(Role.COUNTY, region).id
                self.admin = an_account(Role.ADMIN, region[:2] + "0000").id
            signer = read_signer(app.config["SETTINGS"].signing_key_file)
            self.key, self.key_id = signer.public_hex, signer.key_id
            db.session.remove()

    def trusts(self, other: "Portal", address: str) -> None:
        with self.app.app_context(), transaction():
            place = other.region[:2] + "0000"
            admin = db.session.get(Account, self.admin)
            trust_peer(admin, "对方门户", address, other.key, place, self.key, now())

    def changes_its_key(self) -> None:
        """As docs/operations.md says: SIGNING_KEY_FILE points to a new file."""
        settings = self.app.config["SETTINGS"]
        path = settings.data_dir / "signing-key-2.pem"
        create_key_file(path)
        self.app.config["SETTINGS"] = replace(settings, signing_key_file=path)
        signer = read_signer(path)
        self.key, self.key_id = signer.public_hex, signer.key_id

    def learns_the_new_key(self, other: "Portal") -> None:
        with self.app.app_context(), transaction():
            peer = db.session.scalars(select(Peer)).one()
            replace_key(db.session.get(Account, self.admin), peer, other.key, "", self.key, now())

    def takes(self, raw: bytes) -> dict[str, object]:
        with self.app.app_context(), transaction():
            return take_in(read(raw), own_signer(), counting(), folder(), now())

    def hears(self, receipt: dict[str, object]) -> None:
        with self.app.app_context(), transaction():
            accept_receipt(receipt, counting(), now())

    def sends(self, to: str, *evidence: dict[str, object], **other: str) -> str:
        with self.app.app_context(), transaction():
            peer = db.session.scalars(select(Peer).order_by(Peer.id)).first()
            handing = Handing(Kind.LEAD, self.region, to, **(LEAD | other), evidence=evidence, peer=peer)
            return send(db.session.get(Account, self.county), handing, own_signer(), counting(), now()).key

    def steps(self, key: str, step: Step, said: str = "") -> None:
        with self.app.app_context(), transaction():
            me = db.session.get(Account, self.county)
            transfer = get_transfer_for(me, key)
            take_step(me, transfer, step, said, transfer.version, own_signer(), counting(), now())

    def keeps(self, content: bytes, sent: bool = True) -> dict[str, object]:
        """A document of this portal, as a row of the list of evidence."""
        with self.app.app_context():
            paper = read_paper("a.png", content)
            keep(folder(), paper)
        row = {"title": "照片 1", "digest": paper.digest, "at": "2026-11-02T02:00:00Z", "sent": sent}
        return row | {"media_type": paper.media_type, "size": paper.size}

    def has(self, row: dict[str, object]) -> bool:
        with self.app.app_context():
            return path_of(folder(), str(row["digest"])).exists()

    def due(self) -> list[tuple[str, str]]:
        with self.app.app_context():
            me = db.session.get(Account, self.county)
            lines = due_transfers(me, day_of(now()) + timedelta(days=90))
            return [(line.what.zh, line.basis.zh) for line in lines]

    def delivers(self) -> int:
        with self.app.app_context():
            return deliver_waiting(now() + LATER)

    def state(self, key: str) -> str | None:
        with self.app.app_context():
            return db.session.scalar(select(Transfer.state).where(Transfer.key == key))

    def count(self, model: type) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model))

    def starts(self, port: int = 0) -> int:
        self.server = make_server("127.0.0.1", port, self.app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_port

    def stops(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def here(app: Flask) -> Portal:
    return Portal(app, HERE)


@pytest.fixture
def there(tmp_path, sqlite_template) -> Iterator[Portal]:
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "portal.db").write_bytes(sqlite_template.read_bytes())
    create_key_file(folder / "signing-key.pem")
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'portal.db'}"))
    portal = Portal(app, THERE)
    yield portal
    portal.stops()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def bundle_of(portal: Portal) -> bytes:
    with portal.app.app_context():
        return db.session.scalars(select(OutgoingBundle.body).order_by(OutgoingBundle.id)).first().encode()


def bundles(portal: Portal) -> list[str]:
    with portal.app.app_context():
        return list(db.session.scalars(select(OutgoingBundle.body).order_by(OutgoingBundle.id)))


def test_nothing_is_lost_or_doubled_when_the_other_portal_is_down(here, there):
    port = there.starts()
    there.stops()
    here.trusts(there, f"http://127.0.0.1:{port}")
    there.trusts(here, "")
    goes, stays = here.keeps(picture()), here.keeps(picture("blue"), sent=False)
    key = here.sends(THERE, goes, stays)
    assert here.delivers() == 0 and not there.has(goes)
    assert (here.state(key), there.state(key)) == (State.SENT, None)
    there.starts(port)
    assert here.delivers() == 1
    assert (here.state(key), there.state(key)) == (State.RECEIVED, State.RECEIVED)
    assert here.delivers() == 0
    assert there.count(Transfer) == 1
    assert (there.has(goes), there.has(stays)) == (True, False)


def test_a_bundle_that_is_refused_says_why_and_keeps_no_other_waiting(here, there):
    port = there.starts()
    here.trusts(there, f"http://127.0.0.1:{port}")
    there.trusts(here, "")
    spoilt, good = here.sends(THERE), here.sends(THERE, title="另一件")
    with here.app.app_context(), transaction():
        first = db.session.scalars(select(OutgoingBundle).order_by(OutgoingBundle.id)).first()
        first.body = first.body.replace("东门", "西门")
    assert here.delivers() == 1
    assert (there.state(spoilt), there.state(good)) == (None, State.RECEIVED)
    with here.app.app_context():
        first = db.session.scalars(select(OutgoingBundle).order_by(OutgoingBundle.id)).first()
        assert first.trouble.en.startswith(
            "The other portal did not take it: The signature does not hold; Send"
        )
        assert ONCE_MORE.zh in first.trouble.zh


def test_however_many_wait_for_a_portal_that_is_down_another_gets_its_own(here, there, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_AT_ONCE", 2)
    here.trusts(there, f"http://127.0.0.1:{there.starts()}")
    there.trusts(here, "")
    with here.app.app_context(), transaction():
        admin, county = (db.session.get(Account, number) for number in (here.admin, here.county))
        down = trust_peer(admin, "停机", "http://127.0.0.1:9", "ab" * 32, "620000", here.key, now())
        for n in range(3):
            waits = Handing(Kind.LEAD, HERE, "620102", f"第 {n} 件", LEAD["facts"], peer=down)
            send(county, waits, own_signer(), counting(), now())
    last = here.sends(THERE)
    assert here.delivers() == 1 and there.state(last) == State.RECEIVED
    with here.app.app_context():
        tried = db.session.scalar(select(OutgoingBundle).where(OutgoingBundle.attempts > 0))
        assert tried.trouble == NO_ANSWER


def test_a_key_that_was_ended_is_registered_again_with_another_address_and_what_waits_goes_on(here, there):
    there.trusts(here, "")
    here.trusts(there, "http://127.0.0.1:9")
    key = here.sends(THERE)
    with pytest.raises(RuleBroken) as refused:
        here.trusts(there, "http://127.0.0.1:8")
    assert refused.value.fields["public_key"] == REGISTERED
    with here.app.app_context(), transaction():
        end_peer(db.session.get(Account, here.admin), db.session.scalars(select(Peer)).one(), day_of(now()))
    assert here.delivers() == 0
    here.trusts(there, f"http://127.0.0.1:{there.starts()}")
    assert here.count(Peer) == 1 and here.delivers() == 1 and there.state(key) == State.RECEIVED


def test_a_receipt_lost_on_the_way_is_given_again_and_the_answer_comes_back(here, there):
    there.trusts(here, "")
    here.trusts(there, "")
    key = here.sends(THERE)
    raw = bundle_of(here)
    receipts = []
    for _ in range(2):
        with there.app.app_context(), transaction():
            receipts.append(take_in(read(raw), own_signer(), counting(), folder(), now()))
    assert receipts[0] == receipts[1] and there.count(Transfer) == 1
    for _ in range(2):
        with here.app.app_context(), transaction():
            accept_receipt(read(json.dumps(receipts[0]).encode()), counting(), now())
    assert here.count(TransferStep) == 2
    there.steps(key, Step.ACCEPT)
    answer = bundle_of(there)
    with here.app.app_context(), transaction():
        take_in(read(answer), own_signer(), counting(), folder(), now())
    assert here.state(key) == State.ACCEPTED


def signed_in(portal: Portal):
    """The county of a portal, at its pages."""
    with portal.app.app_context():
        return enter(portal.app.test_client(), db.session.get(Account, portal.county))


def carried(client, content: bytes):
    file = {"file": (BytesIO(content), "a.json")}
    return client.post("/office/transfers/carry", data=file, content_type="multipart/form-data")


def test_a_bundle_is_carried_there_by_hand_and_its_receipt_back(here, there):
    there.trusts(here, "")
    here.trusts(there, "")
    row = here.keeps(picture())
    key = here.sends(THERE, row)
    ours, theirs = signed_in(here), signed_in(there)
    shown = ours.get(f"/office/transfers/{key}").get_data(as_text=True)
    bundle = ours.get(re.search(r'href="(/office/transfers/[^"]+/bundles/\d+\.json)"', shown).group(1)).data
    spoilt = carried(theirs, bundle.replace(b"attached", b"attacked"))
    assert spoilt.status_code == 400 and "error-summary" in spoilt.get_data(as_text=True)
    receipts = [carried(theirs, bundle) for _ in range(2)]
    assert [one.status_code for one in receipts] == [200, 200] and receipts[0].data == receipts[1].data
    assert there.count(Transfer) == 1 and there.has(row)
    assert theirs.get(f"/office/transfers/{key}/evidence/1").data == picture()
    assert carried(ours, receipts[0].data).status_code == 303
    assert here.state(key) == State.RECEIVED
    own = carried(ours, bundle)
    assert own.status_code == 400 and OUR_OWN.zh in own.get_data(as_text=True)
    strange = carried(theirs, bundle.replace(here.key_id.encode(), b"0" * 16))
    assert strange.status_code == 403 and GIVE_THE_KEY.zh in strange.get_data(as_text=True)
    assert carried(theirs, receipts[0].data).status_code == 404


def test_a_key_file_is_registered_as_it_was_given_and_what_was_typed_stays(here, there):
    with here.app.app_context():
        admin = enter(here.app.test_client(), db.session.get(Account, here.admin))

    def registers(file: bytes, **typed: str):
        values = {"name": "内蒙古门户", "adcode": "150000"} | typed
        values["key_file"] = (BytesIO(file), "portal-key.json")
        url = "/office/transfers/peers"
        answer = admin.post(url, data=values, content_type="multipart/form-data")
        return answer.status_code, answer.get_data(as_text=True)

    status, page = registers(b"{}")
    assert status == 400 and NO_KEY_FILE.zh in page and "内蒙古门户" in page
    status, page = registers(admin.get("/office/transfers/key.json").data)
    assert status == 400 and "这是本门户自己的公钥" in page and here.key in page
    with there.app.app_context():
        other = enter(there.app.test_client(), db.session.get(Account, there.admin))
    given = other.get("/office/transfers/key.json").get_json()
    assert registers(json.dumps(given).encode(), adcode="内蒙古自治区")[0] == 303
    with here.app.app_context():
        peer = db.session.scalars(select(Peer)).one()
        assert (peer.adcode, peer.public_key, peer.address) == ("150000", there.key, given["address"])


def test_a_document_that_is_not_the_one_of_the_list_is_refused_and_so_is_one_left_out(here, there):
    there.trusts(here, "")
    here.trusts(there, "")
    row = here.keeps(picture())
    key = here.sends(THERE, row)
    with here.app.app_context():
        whole = json.loads(travelling(db.session.scalars(select(OutgoingBundle)).one()))
    other = b64encode(picture("blue")).decode()
    for attached in (
        {},
        {row["digest"]: other},
        {row["digest"]: "no base 64"},
        whole["attached"] | {sha256(picture("blue")).hexdigest(): other},
    ):
        with there.app.app_context(), pytest.raises(RuleBroken), transaction():
            raw = json.dumps(whole | {"attached": attached}).encode()
            take_in(read(raw), own_signer(), counting(), folder(), now())
    assert there.state(key) is None
    with there.app.app_context(), transaction():
        take_in(read(json.dumps(whole).encode()), own_signer(), counting(), folder(), now())
    assert there.state(key) == State.RECEIVED and there.has(row)


def test_what_was_withdrawn_before_its_receipt_came_is_withdrawn_on_both_sides(here, there):
    port = there.starts()
    there.stops()
    here.trusts(there, f"http://127.0.0.1:{port}")
    there.trusts(here, "")
    key = here.sends(THERE)
    here.delivers()
    here.steps(key, Step.WITHDRAW, "发错了地方，撤回")
    there.starts(port)
    assert here.delivers() == 2
    assert (here.state(key), there.state(key)) == (State.WITHDRAWN, State.WITHDRAWN)


def test_a_withdrawal_that_crosses_an_answer_leaves_nothing_waiting(here, there):
    for one, other in ((here, there), (there, here)):
        one.trusts(other, f"http://127.0.0.1:{other.starts()}")
    key, returned = here.sends(THERE), here.sends(THERE, title="另一件")
    carry = [json.loads(one) for one in bundles(here)]
    for one in carry:
        with there.app.app_context(), transaction():
            take_in(read(json.dumps(one).encode()), own_signer(), counting(), folder(), now())
    there.steps(key, Step.ACCEPT)
    there.steps(returned, Step.RETURN, "不属于本县，退回")
    here.steps(key, Step.WITHDRAW, "发错了地方，撤回")
    here.steps(returned, Step.WITHDRAW, "发错了地方，撤回")
    assert (here.delivers(), there.delivers()) == (4, 2)
    assert (here.state(key), there.state(key)) == (State.WITHDRAWN, State.WITHDRAWN)
    assert (here.state(returned), there.state(returned)) == (State.WITHDRAWN, State.RETURNED)
    with here.app.app_context():
        noted = select(TransferStep.step).join(Transfer, Transfer.id == TransferStep.transfer_id)
        steps = db.session.scalars(noted.where(Transfer.key == returned).order_by(TransferStep.n))
        assert list(steps) == ["send", "withdraw", "return"]


def test_what_another_portal_keeps_is_not_handed_to_nobody_here(here, there):
    here.trusts(there, "")

    def hands(peer: Peer | None) -> str:
        with here.app.app_context(), transaction():
            handing = Handing(Kind.LEAD, HERE, THERE, **LEAD, peer=db.session.merge(peer) if peer else None)
            return send(db.session.get(Account, here.county), handing, own_signer(), counting(), now()).key

    with pytest.raises(RuleBroken) as refused:
        hands(None)
    assert refused.value.fields == {"peer": KEPT_ELSEWHERE.format(name="对方门户")}
    with here.app.app_context():
        peer = db.session.scalars(select(Peer)).one()
    key = hands(peer)
    with there.app.app_context():
        assert db.session.scalar(select(Transfer)) is None
    there.trusts(here, "")
    with there.app.app_context(), transaction():
        take_in(read(bundle_of(here)), own_signer(), counting(), folder(), now())
    shown = re.sub(r"\s+", " ", signed_in(there).get(f"/office/transfers/{key}").get_data(as_text=True))
    assert shown.index("对方门户") < shown.index("移入")
    with here.app.app_context(), transaction():
        an_account(Role.CITY, "150800")
    assert hands(None) not in (key, hands(peer)) and hands(peer) == key


def test_each_side_has_its_period_and_an_agreement_may_set_another(here, there):
    there.trusts(here, "")
    here.trusts(there, "")
    key = here.sends(THERE)
    assert [what for what, _ in here.due()] == ["对方签收"]
    with there.app.app_context(), transaction():
        receipt = take_in(read(bundle_of(here)), own_signer(), counting(), folder(), now())
    with here.app.app_context(), transaction():
        accept_receipt(receipt, counting(), now())
    assert [what for what, _ in here.due()] == ["对方答复"]
    [(what, basis)] = there.due()
    assert what.startswith("答复") and "7 个工作日（未核实）" in basis
    there.steps(key, Step.ACCEPT)
    there.steps(key, Step.RESULT, "已查明来源并处理")
    assert there.due() == []
    assert read_settings({"TRANSFER_DAYS": "2,5,20", "PORTAL_ENV": "demo"}).transfer_days == (2, 5, 20)
    for wrong in ("2,5", "2,x,20", "0,7,30"):
        with pytest.raises(SystemExit, match="TRANSFER_DAYS"):
            read_settings({"TRANSFER_DAYS": wrong, "PORTAL_ENV": "demo"})
    pact = Pact("x", Text("某协议", "a pact"), ("150000", "640000"), (), days={"answer": 4})
    assert Counting(days=(1, 2, 3)).days_of(Clock.ANSWER, pact) == 4
    assert Counting(days=(1, 2, 3)).days_of(Clock.RESULT, pact) == 3
    assert basis_of(pact, Clock.ANSWER, 4).zh == "某协议：4 个工作日"


def test_a_changed_bundle_a_stranger_and_another_address_are_refused(here, there):
    here.trusts(there, "")
    key = here.sends(THERE)
    raw = bundle_of(here)
    with there.app.app_context(), pytest.raises(NotAllowed), transaction():
        take_in(read(raw), own_signer(), counting(), folder(), now())
    there.trusts(here, "")
    changed = json.loads(raw)
    changed["body"] = changed["body"].replace("东门", "西门")
    with there.app.app_context(), pytest.raises(RuleBroken), transaction():
        take_in(read(json.dumps(changed).encode()), own_signer(), counting(), folder(), now())
    with here.app.app_context(), pytest.raises(RuleBroken), transaction():
        take_in(read(raw), own_signer(), counting(), folder(), now())
    assert there.state(key) is None


def test_a_key_is_changed_while_transfers_with_another_portal_are_open(here, there):
    """One is in hand there, one waits to be sent, one came from there: all three are brought to an end."""
    there.trusts(here, "")
    here.trusts(there, "")
    done, waits = here.sends(THERE), here.sends(THERE, title="第二条线索")
    first, second = (one.encode() for one in bundles(here))
    here.hears(there.takes(first))
    there.steps(done, Step.ACCEPT)
    came = there.sends(HERE, title="对方来的线索")
    accepted, lead = (one.encode() for one in bundles(there))
    here.changes_its_key()
    # What was addressed to the earlier key is for us; answered with the new one, it waits for that one.
    receipts = [here.takes(accepted), here.takes(lead)]
    assert here.state(done) == "accepted" and here.state(came) == "received"
    with pytest.raises(RuleBroken) as refused:
        there.hears(receipts[0])
    assert "新密钥" in refused.value.next_step.zh
    here.steps(came, Step.ACCEPT)
    step = bundles(here)[-1].encode()
    with pytest.raises(NotAllowed):
        there.takes(step)
    there.learns_the_new_key(here)
    for receipt in receipts:
        there.hears(receipt)
    here.hears(there.takes(second))
    here.hears(there.takes(step))
    assert there.state(waits) == "received" and there.state(came) == "accepted"
    there.steps(done, Step.RESULT, "查过，来源不明，已经处理")
    there.hears(here.takes(bundles(there)[-1].encode()))
    here.steps(came, Step.RESULT, "查过，没有发现违法的货")
    here.hears(there.takes(bundles(here)[-1].encode()))
    assert here.state(done) == there.state(done) == here.state(came) == there.state(came) == "result"
    new = here.sends(THERE, title="换了密钥以后的线索")
    here.hears(there.takes(bundles(here)[-1].encode()))
    assert new.startswith(here.key_id) and there.state(new) == "received"
    for portal in (here, there):
        with portal.app.app_context():
            assert db.session.scalars(select(OutgoingBundle.received_at)).all().count(None) == 0


def test_an_earlier_key_is_not_believed_for_what_is_signed_after_it_was_replaced(here, there):
    there.trusts(here, "")
    here.trusts(there, "")
    settings = here.app.config["SETTINGS"]
    here.changes_its_key()
    there.learns_the_new_key(here)
    here.app.config["SETTINGS"] = settings
    key = here.sends(THERE)
    with pytest.raises(RuleBroken) as refused:
        there.takes(bundle_of(here))
    assert refused.value.message == KEY_REPLACED and there.state(key) is None
    with there.app.app_context():
        client = there.app.test_client()
        enter(client, db.session.get(Account, there.admin))
        page = client.get("/office/transfers/peers").get_data(as_text=True)
    assert here.key_id in page and read_signer(settings.signing_key_file).key_id in page


def test_a_key_file_that_says_whose_key_it_replaces_is_registered_as_that(here, there):
    there.trusts(here, "")
    before = here.key_id
    here.changes_its_key()
    said = {"public_key": here.key, "address": "", "before": [before]}
    with there.app.app_context():
        client = there.app.test_client()
        enter(client, db.session.get(Account, there.admin))

        def register(**typed: str):
            file = (BytesIO(json.dumps(said).encode()), "portal-key.json")
            return client.post("/office/transfers/peers", data=typed | {"key_file": file})

        refused = register(name="另一个门户", adcode="640000")
        assert refused.status_code == 400 and "接替“对方门户”原来的密钥" in refused.get_data(as_text=True)
        peer = db.session.scalars(select(Peer)).one()
        assert register(instead=str(peer.id)).status_code == 303
        db.session.expire_all()
        peer = db.session.scalars(select(Peer)).one()
        assert (peer.key_id, peer.name) == (here.key_id, "对方门户")
        assert db.session.get(EarlierKey, before).peer_id == peer.id


def test_between_two_counties_of_one_portal_each_side_has_its_own_steps(here):
    with here.app.app_context():
        with transaction():
            other = an_account(Role.COUNTY, THERE)
            me = db.session.get(Account, here.county)
            key = send(me, Handing(Kind.LEAD, HERE, THERE, **LEAD), own_signer(), counting(), now()).key
        with pytest.raises(NotAllowed), transaction():
            me, one = db.session.get(Account, here.county), db.session.scalars(select(Transfer)).one()
            take_step(me, one, Step.RECEIVE, "", one.version, own_signer(), counting(), now())
        for step, said in ((Step.RECEIVE, ""), (Step.ACCEPT, ""), (Step.RESULT, "已查明来源并处理")):
            with transaction():
                one = get_transfer_for(other, key)
                take_step(other, one, step, said, one.version, own_signer(), counting(), now())
        with pytest.raises(NotAllowed), transaction():
            # No agreement binds Zhongning and Wuyuan: the result is known, not recognised.
            me = db.session.get(Account, here.county)
            one = get_transfer_for(me, key)
            take_step(me, one, Step.RECOGNISE, "", one.version, own_signer(), counting(), now())
