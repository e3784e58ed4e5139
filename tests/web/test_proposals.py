"""The officials' pages of the catalogue: for each person, sent twice, stale, and nothing typed is lost."""

import html
import io
import json
import re

import pytest

from portal.catalogue.queries import find_indication
from portal.db import db
from portal.lib.clock import today
from portal.proposals.models import Proposal
from portal.proposals.queries import find_draft
from portal.proposals.rules import State
from portal.register.queries import history_of
from tests.catalogue_desk import GOJI, PASSWORD, PEOPLE, SUNFLOWER, facts_of, open_desk
from tests.services.statements import count_statements

RECORD = f"/office/catalogue/{GOJI}"
FIGURE = {
    "metric": "brand_value",
    "comparator": "=",
    "value": "２１０.5",
    "unit": "亿元",
    "date": "2026年3月1日",
    "note_zh": "测试",
    "note_en": "a test",
    "sources": "goji-article-2025",
}
PAGES = (
    "/office/catalogue",
    "/office/catalogue?show=incomplete",
    "/office/catalogue/proposals",
    "/office/catalogue/proposals?view=waiting",
    "/office/catalogue/proposals?view=mine",
    "/office/catalogue/proposals?view=drafts",
    "/office/catalogue/proposals?view=decided",
    "/office/catalogue/documents",
    RECORD,
)
FORMS = (
    "/office/catalogue/new",
    f"{RECORD}/edit/name",
    f"{RECORD}/edit/about",
    f"{RECORD}/edit/production",
    f"{RECORD}/edit/eu_agreement",
    *(
        f"{RECORD}/edit/{key}/{item}"
        for key in ("protections", "figures", "standards", "honours", "notes")
        for item in ("new", 0)
    ),
    f"{RECORD}/edit/quality/new",
    f"{RECORD}/edit/open_questions/0",
    f"{RECORD}/protections/0/convert",
    f"{RECORD}/area",
    f"{RECORD}/regions",
    f"{RECORD}/outline",
    f"{RECORD}/withdraw",
)


@pytest.fixture
def desk(app):
    return open_desk()


@pytest.fixture
def enter(client, desk):
    def sign_in(name):
        client.post("/account/sign-out")
        answer = client.post("/account/sign-in", data={"email": f"{name}@example.test", "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


def hidden(client, address, name="seen"):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', client.get(address).get_data(as_text=True)).group(
        1
    )


def send(client, address, **typed):
    return client.post(address, data={"seen": hidden(client, address), **typed})


def add_figure(client, **changes):
    return send(client, f"{RECORD}/edit/figures/new", **{**FIGURE, **changes})


def draft_of(desk, name="registrar", slug=GOJI):
    db.session.rollback()
    return find_draft(desk[name], f"gi:{slug}")


def put_forward(client, desk, name="registrar", reason="据报道"):
    number = draft_of(desk, name).id
    address = f"/office/catalogue/proposals/{number}"
    client.post(f"{address}/propose", data={"version": hidden(client, address, "version"), "reason": reason})
    return address


def step(client, address, name, **typed):
    version = typed.pop("version", None) or hidden(client, address, "version")
    return client.post(f"{address}/{name}", data={"version": version, **typed})


def state_of(address):
    db.session.rollback()
    return db.session.get(Proposal, int(address.rsplit("/", 1)[1])).state


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_and_form_opens_for_the_official_in_both_languages(enter, lang):
    client = enter("registrar")
    for address in PAGES + FORMS:
        answer = client.get(address, query_string={"lang": lang} if "?" not in address else None)
        assert answer.status_code == 200, address
        assert "no-store" in answer.headers["Cache-Control"], address


def test_a_stranger_is_asked_to_sign_in_everywhere(client, desk):
    for address in PAGES + FORMS:
        answer = client.get(address)
        assert answer.status_code == 302 and "/account/sign-in" in answer.headers["Location"], address
    assert client.post(f"{RECORD}/edit/figures/new", data=FIGURE).status_code == 302


def test_a_producer_is_refused_everywhere(enter):
    client = enter("producer")
    assert {client.get(address).status_code for address in PAGES + FORMS} == {403}


@pytest.mark.parametrize("who", ["inspector", "auditor"])
def test_who_only_looks_sees_the_record_and_no_form(enter, who):
    client = enter(who)
    assert client.get(RECORD).status_code == 200
    assert f"{RECORD}/edit" not in text_of(client.get(RECORD))
    assert {client.get(address).status_code for address in FORMS} == {403}
    assert client.post(f"{RECORD}/edit/figures/new", data=FIGURE).status_code == 403


def test_for_another_county_the_record_and_its_proposals_do_not_exist(enter, desk):
    client = enter("registrar")
    add_figure(client)
    address = put_forward(client, desk)
    client = enter("stranger")
    assert client.get(RECORD).status_code == 404
    assert client.get(address).status_code == 404
    for name in ("confirm", "decline", "withdraw", "again", "undo"):
        assert client.post(f"{address}/{name}", data={"version": 2, "answer": "x"}).status_code == 404
    for form in FORMS:
        if form.startswith(RECORD):
            assert client.get(form).status_code == 404, form
    assert GOJI not in text_of(client.get("/office/catalogue"))
    assert client.get(f"/office/catalogue/{SUNFLOWER}").status_code == 200


def test_a_record_found_right_says_so_with_its_day_once_and_only_by_those_who_keep_it(client, enter, desk):
    assert client.post(f"{RECORD}/checked").status_code == 302
    assert enter("inspector").post(f"{RECORD}/checked").status_code == 403
    assert enter("stranger").post(f"{RECORD}/checked").status_code == 404
    official = enter("registrar")
    before = len(history_of(f"gi:{GOJI}"))
    for _ in range(2):
        assert official.post(f"{RECORD}/checked").status_code in (302, 303)
    entries = history_of(f"gi:{GOJI}")
    assert len(entries) == before + 1 and entries[-1].verb == "checked"
    assert find_indication(GOJI).checked_on == today()
    assert today().isoformat() in entries[-1].changes
    assert "核对无误" in text_of(client.get(f"/gi/{GOJI}"))


def test_what_was_typed_goes_into_the_draft_and_not_into_the_register(enter, desk):
    before = facts_of(GOJI)
    client = enter("registrar")
    assert add_figure(client).status_code == 302
    assert facts_of(GOJI) == before
    kept = draft_of(desk).payload["changes"]["figures"]["to"][-1]
    assert (kept["value"], kept["date"], kept["support"]) == ("210.5", "2026-03-01", "secondary_page")
    assert "210.5" in text_of(client.get(RECORD))
    assert "210.5" not in text_of(client.get(f"/gi/{GOJI}"))


def test_the_same_form_sent_twice_adds_one_item(enter, desk):
    client = enter("registrar")
    add_figure(client)
    add_figure(client)
    assert len(draft_of(desk).payload["changes"]["figures"]["to"]) == len(facts_of(GOJI)["figures"]) + 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "many"}, "value"),
        ({"value": ""}, "value"),
        ({"date": "3/2026"}, "date"),
        ({"date": ""}, "date"),
        ({"note_en": ""}, "note_en"),
        ({"metric": "fame"}, "metric"),
        ({"sources": []}, "sources"),
        ({"sources": [], "source_more": "no-such-paper"}, "source_more"),
        ({"sources": [], "document_title_zh": "只有中文"}, "document_title_en"),
        ({"sources": [], "document_title_zh": "甲", "document_title_en": "A"}, "document_kind"),
    ],
)
def test_a_wrong_entry_is_named_at_its_field_and_nothing_typed_is_lost(enter, desk, changes, field):
    client = enter("registrar")
    answer = add_figure(client, **changes)
    page = text_of(answer)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in page
    assert 'value="测试"' in page or ">测试</textarea>" in page
    assert draft_of(desk) is None


def test_a_new_document_is_kept_with_the_draft_and_cited(enter, desk):
    client = enter("registrar")
    paper = {
        "document_title_zh": "新文件",
        "document_title_en": "A new paper",
        "document_kind": "official_page",
    }
    assert add_figure(client, sources=[], **paper).status_code == 302
    number, facts = next(iter(draft_of(desk).payload["documents"].items()))
    assert number.startswith(GOJI) and facts["title"]["en"] == "A new paper"
    assert draft_of(desk).payload["changes"]["figures"]["to"][-1]["sources"] == [number]
    assert add_figure(client, sources=[], **paper).status_code == 302
    assert list(draft_of(desk).payload["documents"]) == [number]
    assert len(draft_of(desk).payload["changes"]["figures"]["to"]) == len(facts_of(GOJI)["figures"]) + 1
    assert add_figure(client, sources=[], **{**paper, "document_number": "2026-1"}).status_code == 302
    assert len(draft_of(desk).payload["documents"]) == 2


def test_an_edit_of_an_item_that_changed_meanwhile_is_refused_with_the_words_kept(enter, desk):
    client = enter("registrar")
    address = f"{RECORD}/edit/figures/0"
    seen = hidden(client, address)
    send(client, address, **{**FIGURE, "value": "1"})
    answer = client.post(address, data={**FIGURE, "value": "2", "seen": seen})
    assert answer.status_code == 400
    assert 'value="2"' in text_of(answer)
    assert draft_of(desk).payload["changes"]["figures"]["to"][0]["value"] == "1"


def test_from_draft_to_public_page_with_old_and_new_in_both_languages(enter, desk):
    client = enter("registrar")
    add_figure(client)
    address = put_forward(client, desk)
    client = enter("city")
    page = text_of(client.get(address))
    assert "品牌价值" in page and "Brand value" in page and "测试" in page and "a test" in page
    assert step(client, address, "confirm").status_code == 302
    assert state_of(address) == State.CONFIRMED
    assert "210.5" in text_of(client.get(f"/gi/{GOJI}"))
    assert step(client, address, "confirm", version="2").status_code == 302
    assert facts_of(GOJI)["figures"][-1]["value"] == "210.5"


def test_a_proposal_needs_its_reason_and_a_refusal_its_words(enter, desk):
    client = enter("registrar")
    add_figure(client)
    address = f"/office/catalogue/proposals/{draft_of(desk).id}"
    answer = step(client, address, "propose", reason=" ")
    assert answer.status_code == 400 and 'id="reason-error"' in text_of(answer)
    address = put_forward(client, desk)
    client = enter("city")
    answer = step(client, address, "decline", answer="")
    assert answer.status_code == 400 and 'id="answer-error"' in text_of(answer)
    assert step(client, address, "decline", answer="来源不足").status_code == 302
    client = enter("registrar")
    assert "来源不足" in text_of(client.get(address))


@pytest.mark.parametrize("who", ["registrar", "inspector"])
def test_the_proposer_and_an_inspector_are_refused_the_decision(enter, desk, who):
    client = enter("registrar")
    add_figure(client)
    address = put_forward(client, desk)
    client = enter(who)
    assert "/confirm" not in text_of(client.get(address))
    assert client.post(f"{address}/confirm", data={"version": 2}).status_code == 403
    assert state_of(address) == State.PROPOSED


def test_a_stale_confirmation_shows_the_comparison_and_offers_to_draft_again(enter, desk):
    client = enter("registrar")
    add_figure(client, value="1")
    first = put_forward(client, desk)
    client = enter("colleague")
    add_figure(client, value="2")
    second = put_forward(client, desk, "colleague")
    client = enter("city")
    step(client, first, "confirm")
    answer = client.post(f"{second}/confirm", data={"version": 2})
    page = text_of(answer)
    assert answer.status_code == 409
    assert "已被他人改动" in page and "2026-03-01" in page
    client = enter("colleague")
    again = client.post(f"{second}/again").headers["Location"]
    assert "已被他人改动" not in text_of(client.get(again))


def test_a_version_that_is_no_number_is_stale_and_not_a_fault(enter, desk):
    client = enter("registrar")
    add_figure(client)
    address = put_forward(client, desk)
    client = enter("city")
    assert client.post(f"{address}/confirm", data={"version": "x"}).status_code == 409
    assert client.post(f"{address}/confirm").status_code == 409


def test_an_undo_is_a_proposal_with_the_former_facts(enter, desk):
    before = facts_of(GOJI)
    client = enter("registrar")
    add_figure(client)
    address = put_forward(client, desk)
    client = enter("city")
    step(client, address, "confirm")
    client = enter("registrar")
    client.post(f"{address}/undo")
    undo = put_forward(client, desk, reason="误录")
    client = enter("city")
    step(client, undo, "confirm")
    assert facts_of(GOJI) == before


def test_a_new_record_from_the_form_to_the_public_list(enter, desk):
    client = enter("registrar")
    typed = {
        "zh": "中宁硒砂瓜",
        "en": "Zhongning melon",
        "pinyin": "Zhōngníng Xīshāguā",
        "initials": "znxsg",
        "category": "fruit",
        "summary_zh": "甲",
        "summary_en": "a",
        "place": "640521",
        "source_more": "zhongning-agri-page",
    }
    answer = client.post("/office/catalogue/new", data=typed)
    assert answer.headers["Location"] == "/office/catalogue/zhongning-xishagua"
    assert client.get(answer.headers["Location"]).status_code == 200
    number = draft_of(desk, slug="zhongning-xishagua").id
    address = f"/office/catalogue/proposals/{number}"
    step(client, address, "propose", reason="新受保护")
    client = enter("city")
    assert client.get(address).status_code == 200
    step(client, address, "confirm")
    assert find_indication("zhongning-xishagua").name_zh == "中宁硒砂瓜"


def test_a_taken_address_is_named_with_its_owner(enter):
    client = enter("registrar")
    typed = {
        "zh": "中宁枸杞",
        "en": "Zhongning goji",
        "pinyin": "Zhongning Gouqi",
        "initials": "zngq",
        "category": "herb",
        "summary_zh": "甲",
        "summary_en": "a",
        "place": "640521",
        "source_more": "zhongning-agri-page",
    }
    answer = client.post("/office/catalogue/new", data=typed)
    assert answer.status_code == 400
    assert 'id="slug-error"' in text_of(answer) and "中宁枸杞" in text_of(answer)


def test_looking_for_divisions_stores_nothing_and_keeps_what_was_typed(enter, desk):
    client = enter("registrar")
    answer = client.post(
        f"{RECORD}/area", data={"look": "1", "division": "taiyangliang", "text_zh": "写到一半"}
    )
    assert "写到一半" in text_of(answer) and 'value="640521206"' in text_of(answer)
    answer = client.post(
        f"{RECORD}/area", data={"within": "640521", "join": "640521206", "text_zh": "写到一半"}
    )
    assert "写到一半" in text_of(answer) and text_of(answer).count('value="640521206"') == 1
    assert draft_of(desk) is None


def test_an_area_change_from_the_form_keeps_its_history(enter, desk):
    client = enter("registrar")
    area = facts_of(GOJI)["area"]
    typed = {
        "text_zh": area["text"]["zh"],
        "text_en": area["text"]["en"],
        "precision": "township",
        "join": "640521206",
        "leave": "0",
        "moved": "yes",
        "moved_on": "2020年5月",
        "moved_note_zh": "新设",
        "moved_note_en": "new",
        "sources": "division-codes",
    }
    assert send(client, f"{RECORD}/area", **typed).status_code == 302
    page = text_of(client.get(f"{RECORD}/area"))
    assert "太阳梁乡" in page and "划入" in page and "划出" in page


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[105.6, 37.3], [105.8, 37.3], [105.8, 37.5], [105.6, 37.5], [105.6, 37.3]]],
}
BOW = {
    "type": "Polygon",
    "coordinates": [[[105.6, 37.3], [105.8, 37.5], [105.8, 37.3], [105.6, 37.5], [105.6, 37.3]]],
}
SWAPPED = {
    "type": "Polygon",
    "coordinates": [[[37.3, 105.6], [37.3, 105.8], [37.5, 105.8], [37.5, 105.6], [37.3, 105.6]]],
}


def upload(client, content, **typed):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    data = {
        "file": (io.BytesIO(content), "outline.geojson"),
        "since": "2026-01-01",
        "encoding": "",
        "sources": "zhongning-agri-page",
        "seen": "",
        **typed,
    }
    return client.post(f"{RECORD}/outline", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"not a map", "无法识别"),
        (b'{"type": "Polygon", ', "JSON"),
        ({"type": "Point", "coordinates": [105.6, 37.3]}, "没有面"),
        (SWAPPED, "纬度, 经度"),
        (b"PK\x03\x04 broken", "压缩包"),
    ],
)
def test_a_bad_file_gets_a_named_finding_and_loses_nothing(enter, desk, content, words):
    client = enter("registrar")
    answer = upload(client, content, since="2025-12-31", document_title_zh="写到一半")
    page = text_of(answer)
    assert answer.status_code == 400
    assert words in page
    assert "2025-12-31" in page and "写到一半" in page
    assert draft_of(desk) is None


def test_a_good_file_is_previewed_with_area_overlap_and_repair(enter, desk):
    client = enter("registrar")
    assert upload(client, BOW).status_code == 302
    page = text_of(client.get(f"{RECORD}/outline"))
    assert (
        '<path class="outline-area"' in page and "平方千米" in page and "中宁县" in page and "已修复" in page
    )
    assert "style=" not in page
    address = put_forward(client, desk)
    client = enter("city")
    assert '<path class="outline-area"' in text_of(client.get(address))


def test_a_file_that_was_read_need_not_be_sent_again_when_the_source_was_forgotten(enter, desk):
    client = enter("registrar")
    answer = upload(client, SQUARE, sources=[])
    assert answer.status_code == 400 and '<path class="outline-area"' in text_of(answer)
    assert "outline" not in draft_of(desk).payload["changes"]
    data = {"since": "2026-01-01", "encoding": "", "sources": "zhongning-agri-page", "seen": ""}
    assert client.post(f"{RECORD}/outline", data=data).status_code == 302
    assert draft_of(desk).payload["changes"]["outline"]["to"]["since"] == "2026-01-01"
    client.post(f"{RECORD}/outline/leave-out")
    assert draft_of(desk).payload["changes"] == {} and draft_of(desk).outline_wkb is None


def test_lists_ask_as_many_questions_for_many_as_for_few(enter, desk, app):
    client = enter("registrar")
    add_figure(client)
    put_forward(client, desk)
    client = enter("city")
    few = {address: count_statements(client, address) for address in PAGES[:6]}
    for name in ("colleague", "registrar", "province"):
        client = enter(name)
        add_figure(client, value=f"{len(name)}")
        put_forward(client, desk, name)
    client = enter("city")
    many = {address: count_statements(client, address) for address in PAGES[:6]}
    assert many == few


def test_a_name_written_by_a_person_is_text_and_never_markup(enter, desk):
    client = enter("registrar")
    nasty = "<script>alert(1)</script>"
    add_figure(client, note_zh=nasty, note_en=nasty)
    address = put_forward(client, desk, reason=nasty)
    client = enter("city")
    assert nasty not in client.get(address).get_data(as_text=True)
    assert nasty not in client.get("/office/catalogue/proposals").get_data(as_text=True)


def test_suggestions_name_documents_by_title_issuer_and_id(enter):
    client = enter("registrar")
    found = client.get("/office/catalogue/documents/suggest?q=zhongwei-ip").get_json()["items"]
    assert found[0]["value"] == "zhongwei-ip-plan"
    assert client.get("/office/catalogue/documents/suggest?q=中卫市").get_json()["items"]


def test_addresses_that_are_no_part_of_a_record_are_not_found(enter):
    client = enter("registrar")
    for path in (
        "edit/secret",
        "edit/figures",
        "edit/name/0",
        "edit/figures/999",
        "edit/figures/-1",
        "edit/figures/x",
    ):
        assert client.get(f"{RECORD}/{path}").status_code == 404, path
    assert client.get("/office/catalogue/proposals?view=secret").status_code == 404
    assert client.get("/office/catalogue/proposals/999").status_code == 404
    assert client.get("/office/catalogue/no-such-record").status_code == 404


def test_the_people_of_these_tests_cover_every_role_that_reaches_the_office():
    assert {role.value for role, *_ in PEOPLE.values()} >= {
        "county",
        "city",
        "province",
        "inspector",
        "auditor",
    }


def test_divisions_are_named_in_the_language_of_the_reader(enter):
    for page in ("", "/area", "/regions"):
        english = enter("registrar").get(f"/office/catalogue/{GOJI}{page}?lang=en").get_data(as_text=True)
        assert "Zhongning County" in english if page == "/regions" else "Ning&#39;an Town" in english, page
        assert "宁安镇" not in english


def test_everything_wrong_with_an_area_or_an_outline_is_said_together(enter):
    client = enter("registrar")
    for address, typed, wrong in (
        ("area", {"seen": ""}, ("text_zh", "text_en", "precision", "sources")),
        ("outline", {"since": "gestern"}, ("file", "since", "sources")),
    ):
        refused = client.post(f"{RECORD}/{address}", data=typed)
        page = text_of(refused)
        assert refused.status_code == 400
        for name in wrong:
            assert f'id="{name}-error"' in page or f'href="#{name}' in page, (address, name)
