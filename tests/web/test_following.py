"""Following by letter, feed and webhook; what stands inside other people's pages."""

import html
import io
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from xml.etree import ElementTree

import pytest
from cryptography.exceptions import InvalidSignature
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Notice, OutgoingMail
from portal.accounts.rules import Role
from portal.db import db, transaction
from portal.following.letters import send_letters
from portal.following.models import Delivery, Subscription
from portal.following.rules import WAITS, State
from portal.following.webhooks import deliver_waiting
from portal.lib.clock import now
from portal.register.actions import PORTAL, record
from portal.register.signing import read_signer, signature_holds
from tests.ledger_rows import a_gi, a_producer, an_account, enter, licence

ATOM = "{http://www.w3.org/2005/Atom}"


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi, self.other = a_gi("hongguo"), a_gi("lüguo", region="150821")
            self.firm = a_producer("红果公司")
            self.kept = licence(self.gi, self.firm)
            self.home = licence(self.gi, a_producer("张三家", kind="household"))
            self.wang = an_account(Role.PRODUCER, producer=self.firm)
            self.li = an_account(Role.PRODUCER)


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def happens(*subjects: str) -> None:
    with transaction():
        for subject in subjects:
            record(PORTAL, "amended", subject, {"x": {"from": None, "to": 1}})


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def letters() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link_in(letter: OutgoingMail) -> str:
    return re.search(r"http://127.0.0.1:8000(/follow/\S+)", letter.body).group(1)


def a_day_later() -> None:
    with transaction():
        db.session.execute(update(Subscription).values(next_at=now() - timedelta(minutes=1)))


def test_an_address_is_asked_first_told_then_and_forgotten_at_the_end(client, world):
    sent = {"sort": "gi", "key": "hongguo", "email": " Li@Example.Test ", "pace": "daily"}
    assert client.post("/follow", data=sent).status_code == 303
    [asked] = letters()
    assert asked.recipient == "li@example.test"
    happens("gi:hongguo")
    a_day_later()
    assert send_letters() == 0, "nothing before it is confirmed"
    confirm = link_in(asked)
    assert client.get(confirm).status_code == 200
    assert db.session.scalars(select(Subscription)).one().stands is State.ASKED, (
        "a link that is opened confirms nothing"
    )
    assert client.post(confirm).status_code == 303
    happens(f"licence:{world.kept.number}", "gi:lüguo")
    a_day_later()
    assert send_letters() == 1
    told = letters()[-1]
    assert "1 条新记录" in told.subject and told.body.count("/log/") == 1
    a_day_later()
    assert send_letters() == 0, "no news, no letter"
    assert client.post(link_in(told)).status_code == 303
    gone = db.session.scalars(select(Subscription)).one()
    assert gone.stands is State.ENDED and gone.email is None


def test_a_second_request_does_not_tell_that_the_address_follows_already(client, world):
    sent = {"sort": "gi", "key": "hongguo", "email": "li@example.test"}
    answers = {client.post("/follow", data=sent).headers["Location"] for _ in range(2)}
    assert len(answers) == 1 and len(letters()) == 1
    wrong = client.post("/follow?lang=zh", data=sent | {"email": "li"})
    assert wrong.status_code == 400 and "请写完整的邮箱地址" in text_of(wrong)
    # The page says it in its own words, and not the browser in its language.
    assert "novalidate" in text_of(wrong).partition('/follow"')[2][:60]
    assert client.get("/follow?sort=gi&key=nothing").status_code == 404
    assert client.get("/follow?sort=x&key=y").status_code == 404
    assert client.get("/follow/confirm/abc").status_code == 404


def test_with_an_account_it_begins_at_once_and_is_ones_own(client, app, world):
    enter(client, world.wang)
    for sort, key in (("gi", "hongguo"), ("region", "640500"), ("search", "kind=gi_product"), ("heads", "")):
        assert client.post("/follow", data={"sort": sort, "key": key}).status_code == 303, sort
    assert client.post("/follow", data={"sort": "producer", "key": world.firm.number}).status_code == 303
    page = text_of(client.get("/account/following"))
    assert "红果公司" in page and "名hongguo" in page
    happens("gi:hongguo", f"producer:{world.firm.number}", "gi:lüguo")
    a_day_later()
    assert send_letters() == 5
    counts = {letter.subject: letter.body.count("/log/") for letter in letters()}
    assert sorted(counts.values()) == [0, 1, 1, 1, 2]
    head = next(letter for letter in letters() if "树头" in letter.subject)
    assert '"root_hash"' in head.body and '"signature"' in head.body
    number = db.session.scalars(select(Subscription.id)).first()
    stranger = enter(app.test_client(), world.li)
    for path in ("", "/stop", "/resume", "/trial"):
        ask = stranger.get if path == "" else stranger.post
        assert ask(f"/account/following/{number}{path}").status_code == 404
    assert app.test_client().get("/account/following").status_code == 302


def test_a_feed_holds_what_concerns_the_topic_and_nothing_else(client, world):
    happens(
        "gi:hongguo",
        f"licence:{world.kept.number}",
        "ratio:hongguo/2025",
        "gi:lüguo",
        "report:gi/hongguo/2025",
    )
    happens("roster:hongguo/91")

    def subjects(query: str) -> int:
        feed = ElementTree.fromstring(client.get(f"/follow/feed.atom?{query}").data)
        return len(feed.findall(f"{ATOM}entry"))

    assert subjects("sort=gi&key=hongguo") == 5
    assert subjects("sort=region&key=150000") == 1
    assert subjects("sort=region&key=640000") == 5
    assert subjects(f"sort=producer&key={world.firm.number}") == 1
    assert subjects("sort=search&key=q%3Dhongguo") == 5
    assert client.get("/follow/feed.atom?sort=gi&key=hongguo").headers["ETag"]


# ---- webhooks


class Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.heard, server.answers = [], []
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def a_webhook(client, world: World, listener: HTTPServer) -> str:
    enter(client, world.wang)
    address = f"http://127.0.0.1:{listener.server_port}/hook"
    sent = {"sort": "gi", "key": "hongguo", "url": address}
    answer = client.post("/account/following/webhooks", data=sent)
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"]


def due_again() -> None:
    with transaction():
        db.session.execute(update(Delivery).where(Delivery.next_at.is_not(None)).values(next_at=now()))


def test_an_unknown_object_and_a_wrong_address_are_said_together(client, world):
    enter(client, world.wang)
    typed = {"sort": "indication", "key": "没有的", "url": "不是地址"}
    answer = client.post("/account/following/webhooks", data=typed)
    page = text_of(answer)
    assert answer.status_code == 404 and 'value="不是地址"' in page
    assert 'id="key-error"' in page and 'id="url-error"' in page


def test_a_webhook_gets_each_entry_once_in_order_and_signed(client, app, world, listener):
    own = a_webhook(client, world, listener)
    assert deliver_waiting() == 1, "the trial"
    happens("gi:hongguo", "gi:lüguo")
    happens(f"licence:{world.kept.number}")
    assert deliver_waiting() == 1
    assert deliver_waiting() == 0
    headers, body = listener.heard[-1]
    told = json.loads(body)
    assert [one["subject"] for one in told["data"]["entries"]] == [
        "gi:hongguo",
        f"licence:{world.kept.number}",
    ]
    public = read_signer(app.config["SETTINGS"].signing_key_file).public_hex
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    kind, _, signature = headers["Webhook-Signature"].partition(",")
    from portal.register.signing import base64url

    assert kind == "v1a" and signature_holds(public, signed, base64url(b64decode(signature)))
    page = text_of(client.get(own + "?lang=zh"))
    assert "已送达" in page and headers["Webhook-Id"] in page
    assert client.get(f"{own}/{headers['Webhook-Id']}.json").data == body


def test_the_lines_for_developers_check_a_message_and_find_a_changed_one(
    client, world, listener, monkeypatch
):
    a_webhook(client, world, listener)
    deliver_waiting()
    headers, body = listener.heard[-1]
    page = client.get("/about/developers?lang=en").get_data(as_text=True)
    code = html.unescape(re.search(r'aria-label="Checking the signature"><code>(.*?)</code>', page, re.S)[1])
    keys = client.get("/.well-known/jwks.json").data
    monkeypatch.setattr("urllib.request.urlopen", lambda _address: io.BytesIO(keys))
    said = {}
    exec(code, said)
    said["check"](headers, body)
    with pytest.raises(InvalidSignature):
        said["check"](headers, body + b" ")


def test_what_fails_is_tried_again_then_paused_and_nothing_is_lost(client, world, listener):
    own = a_webhook(client, world, listener)
    deliver_waiting()
    happens("gi:hongguo")
    listener.answers = [500, 302] + [503] * len(WAITS)
    for _ in range(len(WAITS) + 1):
        deliver_waiting()
        due_again()
    assert len(listener.heard) == len(WAITS) + 2
    one = db.session.scalars(select(Subscription)).one()
    assert one.stands is State.PAUSED
    assert "送不到" in db.session.scalars(select(Notice)).one().text_zh
    happens(f"licence:{world.kept.number}")
    listener.answers = []
    assert client.post(own + "/resume").status_code == 303
    assert deliver_waiting() == 1
    told = json.loads(listener.heard[-1][1])
    assert [e["subject"] for e in told["data"]["entries"]] == ["gi:hongguo", f"licence:{world.kept.number}"]


def test_why_a_message_did_not_arrive_is_said_in_words_and_it_is_sent_again_when_asked(
    client, world, listener
):
    own = a_webhook(client, world, listener)
    listener.answers = [302]
    deliver_waiting()
    page = text_of(client.get(own + "?lang=zh"))
    assert "要求跳转；不跟随跳转" in page and deliver_waiting() == 0
    assert client.post(own + "/again").status_code == 303
    assert deliver_waiting() == 1 and own + "/again" not in text_of(client.get(own))
    listener.shutdown()
    listener.server_close()
    client.post(own + "/trial")
    deliver_waiting()
    page = text_of(client.get(own + "?lang=en"))
    assert "no connection" in page and "Error" not in page


def test_a_head_sent_again_is_the_same_head(client, world, listener):
    enter(client, world.wang)
    happens("gi:hongguo")
    address = f"http://127.0.0.1:{listener.server_port}/heads"
    listener.answers = [500]
    client.post("/account/following/webhooks", data={"sort": "heads", "key": "", "url": address})
    deliver_waiting()
    happens("gi:hongguo")
    due_again()
    deliver_waiting()
    first, second, third = (body for _, body in listener.heard)
    assert (
        first == second
        and json.loads(third)["data"]["head"]["size"] > json.loads(first)["data"]["head"]["size"]
    )


def test_a_wrong_address_is_said_beside_the_field(client, world):
    enter(client, world.wang)
    sent = {"sort": "gi", "key": "hongguo", "url": "ftp://x/"}
    answer = client.post("/account/following/webhooks?lang=zh", data=sent)
    assert answer.status_code == 400 and "https" in text_of(answer) and "ftp://x/" in text_of(answer)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("gi", "nosuch"),
        ("region", "abc"),
        ("producer", "x"),
        ("search", "foo=1"),
        ("search", "红果"),
        ("x", ""),
    ],
)
def test_what_cannot_be_followed_is_said_beside_its_field_and_the_address_stays(client, world, sort, key):
    enter(client, world.wang)
    sent = {"sort": sort, "key": key, "url": "https://shop.example.test/hook"}
    answer = client.post("/account/following/webhooks?lang=zh", data=sent)
    page = text_of(answer)
    assert answer.status_code == 404 and 'id="key-error"' in page and "shop.example.test/hook" in page
    assert db.session.scalar(select(Subscription)) is None


# ---- inside other pages


def test_only_the_embeds_may_stand_in_other_peoples_pages(client, world):
    framed = client.get(f"/embed/badge/{world.kept.number}")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers and "Set-Cookie" not in framed.headers
    picture = client.get(f"/embed/badge/{world.kept.number}.svg?lang=zh")
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin" and picture.headers["ETag"]
    assert "授权有效" in text_of(picture) and "红果公司" in text_of(picture)
    again = client.get(
        f"/embed/badge/{world.kept.number}.svg?lang=zh", headers={"If-None-Match": picture.headers["ETag"]}
    )
    assert again.status_code == 304 and "frame-ancestors *" in again.headers["Content-Security-Policy"]
    for path in ("/", "/embed/", "/gi/hongguo", "/embed/badge/L2099-000001"):
        closed = client.get(path)
        assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"], path
        assert closed.headers["X-Frame-Options"] == "DENY"
    page = text_of(client.get(f"/embed/?licence={world.kept.number}&lang=zh"))
    assert f'src="http://127.0.0.1:8000/embed/badge/{world.kept.number}.svg"' in page
    assert "没有编号" in text_of(client.get("/embed/?licence=%3Cb%3E&lang=zh"))
    assert "/embed/map/hongguo.svg" in text_of(client.get("/embed/?gi=hongg&lang=zh"))


def test_what_is_pasted_fits_a_phone(client, world):
    page = text_of(client.get(f"/embed/?licence={world.kept.number}"))
    assert "border:0;max-width:100%" in page and "max-width:100%;height:auto" in page


def test_a_badge_never_names_a_private_person(client, world):
    for ending in ("", ".svg"):
        answer = client.get(f"/embed/badge/{world.home.number}{ending}")
        assert answer.status_code == 200 and "张三家" not in text_of(answer)
