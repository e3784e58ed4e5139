"""Loading, searching, counting and correcting GIs, on both databases."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from portal.accounts.actions import add_account
from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.catalogue.actions import state_indication, withdraw_indication
from portal.catalogue.citations import what_rests
from portal.catalogue.correction_queries import corrections_in, count_waiting, get_by_receipt, get_for
from portal.catalogue.corrections import Request, answer_correction, file_correction
from portal.catalogue.index import Asked, current_index, look_up, nearest
from portal.catalogue.models import Correction, Document, Indication, VainSearch
from portal.catalogue.queries import documents_by_id, facts_on, get_indication
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, NotFound, Outdated
from portal.register.actions import PORTAL
from portal.register.models import Entry
from portal.register.queries import public_version
from tests.catalogue_examples import add_gi, gi_facts
from tests.services.kept_states import once

pytestmark = pytest.mark.usefixtures("app")


def entries() -> int:
    return db.session.scalar(select(func.count(Entry.n)))


@pytest.fixture
def loaded(app, capsys) -> None:
    once(load_register)
    capsys.readouterr()


# ---- loading


def test_the_shipped_facts_come_in_once_and_a_second_run_adds_no_entry(app, capsys):
    load_register()
    first = entries()
    assert db.session.scalar(select(func.count(Indication.id))) == 36
    assert db.session.scalar(select(func.count(VainSearch.id))) == 9
    assert "GIs: 36 new" in capsys.readouterr().out
    load_register()
    assert entries() == first
    assert "GIs: 0 new, 0 changed, 36 as before, 0 with amendments kept" in capsys.readouterr().out


def test_a_dry_run_says_what_would_come_and_stores_nothing(app, capsys):
    before = entries()
    load_register(dry_run=True)
    assert "GIs: 36 new" in capsys.readouterr().out
    assert entries() == before and db.session.scalar(select(func.count(Document.id))) == 0


def test_loading_again_leaves_alone_what_an_official_amended(loaded, capsys):
    slug = "guyang-qiaomai"
    amended = dict(get_indication(slug).facts) | {"aliases": ["荞面"]}
    with transaction():
        state_indication(PORTAL, slug, amended, today(), verb="amended")
    before = entries()
    load_register()
    assert entries() == before
    assert get_indication(slug).facts["aliases"] == ["荞面"]


def test_a_file_that_changed_under_an_amendment_is_reported_and_the_rest_follows_it(loaded, capsys):
    """As if the product had shipped other aliases and another summary before."""
    slug = "guyang-qiaomai"
    shipped = dict(get_indication(slug).facts)
    older = shipped | {"aliases": ["old"], "summary": {"zh": "旧", "en": "old"}}
    with transaction():
        state_indication(PORTAL, slug, older, today(), verb="loaded")
    with transaction():
        state_indication(PORTAL, slug, older | {"aliases": ["荞面"]}, today(), verb="amended")
    load_register()
    told = capsys.readouterr().out
    assert f"{slug}: changed summary" in told
    assert f"{slug}: kept aliases (amended in the portal)" in told
    facts = get_indication(slug).facts
    assert facts["aliases"] == ["荞面"] and facts["summary"] == shipped["summary"]


def test_every_document_that_a_gi_cites_is_there_and_says_what_rests_on_it(loaded):
    documents = documents_by_id()
    resting = what_rests(documents)
    cited = {key for key, kinds in resting.items() if kinds}
    assert len(documents) == 84
    assert "zhongwei-ip-plan" in cited
    gis = next(kind for kind in resting["zhongwei-ip-plan"] if kind.title.en == "GIs")
    assert "/gi/zhongning-gouqi" in gis.items
    assert "box4-1" in gis.items["/gi/zhongning-gouqi"][2]


# ---- searching


FIRST = {
    "枸杞": "zhongning-gouqi",
    "枸": "zhongning-gouqi",
    "zngq": "zhongning-gouqi",
    "ZNGQ": "zhongning-gouqi",
    "ｚｎｇｑ": "zhongning-gouqi",
    "zhongning": "zhongning-gouqi",
    "Zhongning Gouqi": "zhongning-gouqi",
    "zhong ning gou qi": "zhongning-gouqi",
    "zhōngníng": "zhongning-gouqi",
    "枸杞 中宁": "zhongning-gouqi",
    "goji": "zhongning-gouqi",
    "sunflower": "wuyuan-xiangrikui",
    "AGI02382": "guyang-qiaomai",
    "agi 02382": "guyang-qiaomai",
    "02382": "guyang-qiaomai",
    "兴安盟大米": "xinganmeng-dami",
}


def test_the_right_gi_is_found_first_however_it_is_typed(loaded):
    assert {typed: look_up(Asked(q=typed)).rows[0].slug for typed in FIRST} == FIRST


def test_a_place_finds_the_names_that_hold_it_first_and_then_what_comes_from_there(loaded):
    found = [row.slug for row in look_up(Asked(q="五原")).rows]
    assert {"wuyuan-xiangrikui", "wuyuan-huangshizi", "wuyuan-denglonghong-xianggua"} == set(found[:3])
    assert "hetao-fanqie" in found[3:]


def test_a_search_in_names_only_finds_neither_aliases_nor_places(loaded):
    found = {row.slug for row in look_up(Asked(q="五原", within="name")).rows}
    assert found == {"wuyuan-xiangrikui", "wuyuan-huangshizi", "wuyuan-denglonghong-xianggua"}
    assert look_up(Asked(q="goji", within="name")).rows == []


def test_marks_of_punctuation_alone_find_nothing_rather_than_everything(loaded):
    assert look_up(Asked(q="……！")).rows == []
    assert nearest("……") == []


def test_a_slip_of_the_pen_is_answered_with_the_nearest_names(loaded):
    assert nearest("中宁狗杞")[0].slug == "zhongning-gouqi"
    assert nearest("zhonging gouqi")[0].slug == "zhongning-gouqi"


def test_every_count_beside_a_filter_is_what_choosing_it_shows(loaded):
    """Choosing within one filter replaces that filter's own choice, so that the counts stay true."""
    for asked in (Asked(), Asked(kind=("agri_gi",)), Asked(q="小米"), Asked(region="150800")):
        counts = look_up(asked).counts
        for name in ("kind", "category", "status"):
            for value, count in counts[name].items():
                alone = Asked(**{**vars(asked), name: (value,)})
                assert len(look_up(alone).rows) == count, (asked, name, value)
        for code, count in counts["region"].items():
            assert len(look_up(Asked(**{**vars(asked), "region": code})).rows) == count, (asked, code)


def test_an_edit_is_found_on_the_next_search_and_a_withdrawn_gi_no_more(app):
    slug = add_gi(1)
    assert [row.slug for row in look_up(Asked(q="2020年第1号")).rows] == [slug]
    add_gi(1, aliases=["山药蛋"])
    assert [row.slug for row in look_up(Asked(q="山药蛋")).rows] == [slug]
    with transaction():
        withdraw_indication(PORTAL, get_indication(slug), "重复", today())
    assert current_index().rows == []
    assert get_indication(slug).withdrawn_on == today()


def test_one_gi_of_a_whole_prefecture_is_found_and_counted_under_each_county(app):
    places = {
        "places": [{"code": "150800", "name": "巴彦淖尔市"}],
        "sources": ["test-page"],
        "support": "unverified",
    }
    add_gi(1)
    add_gi(2, regions=places)
    found = look_up(Asked(region="150821"))
    assert len(found.rows) == 2
    assert found.counts["region"]["150821"] == 2 and found.counts["region"]["150800"] == 2


def test_a_gi_that_names_a_county_and_its_prefecture_is_counted_once_in_each(app):
    both = [{"code": "150800", "name": "巴彦淖尔市"}, {"code": "150821", "name": "五原县"}]
    add_gi(1, regions={"places": both, "sources": ["test-page"], "support": "unverified"})
    counts = look_up(Asked()).counts["region"]
    assert counts == {"150000": 1, "150800": 1}
    assert len(look_up(Asked(region="150821")).rows) == 1


# ---- as it stood


def test_a_day_gone_by_is_recomputed_from_the_entries(app):
    slug = add_gi(1)
    assert facts_on(slug, date(2020, 1, 1)) == {}
    stood = facts_on(slug, today())
    assert stood["name"] == gi_facts(1)["name"]
    assert stood["protections"] == gi_facts(1)["protections"]


# ---- corrections


def official(role: Role, region: str) -> Account:
    with transaction():
        return add_account(
            PORTAL, email=f"{role}{region}@example.test", name="某人", role=role, region=region,
            password="a long sentence of words", now=now(),
        )  # fmt: skip


def filed(region: str = "640521") -> Correction:
    request = Request("gi:ceshi-1", region, "protections", "注册号写错了，应为别的号。", None, "13800000000")
    with transaction():
        receipt = file_correction(request, now()).receipt
    return get_by_receipt(receipt)


def test_a_request_is_kept_with_a_receipt_and_leaves_the_public_version_alone(app):
    version = public_version()
    correction = filed()
    assert correction.state == "received" and len(correction.receipt) == 10
    assert public_version() == version


def test_no_entry_holds_the_words_the_contact_or_the_receipt_of_a_sender(app):
    correction = filed()
    county = official(Role.COUNTY, "640521")
    with transaction():
        answer_correction(county, get_for(county, correction.id), True, "核对公告后采纳。", 1, now())
    correction = get_by_receipt(correction.receipt)
    told = [
        json.dumps([entry.actor, entry.subject, json.loads(entry.changes)], ensure_ascii=False)
        for entry in db.session.scalars(select(Entry).where(Entry.subject.startswith("correction:")))
    ]
    assert len(told) == 2
    for secret in (correction.receipt, "13800000000", "注册号写错了"):
        assert not any(secret in entry for entry in told)
    public = db.session.scalars(
        select(Entry).where(Entry.public, Entry.subject.startswith("correction:"))
    ).one()
    assert public.verb == "answered" and "核对公告后采纳" in public.changes


def test_an_official_sees_the_requests_of_the_region_and_no_others(app):
    here, elsewhere = filed("640521"), filed("150821")
    county = official(Role.COUNTY, "640521")
    assert [one.id for one in db.session.scalars(corrections_in(county))] == [here.id]
    assert count_waiting(county) == 1
    assert count_waiting(official(Role.PROVINCE, "640000")) == 1
    with pytest.raises(NotFound):
        get_for(county, elsewhere.id)


def test_an_answer_given_twice_or_from_a_stale_page_is_refused(app):
    correction, county = filed(), official(Role.COUNTY, "640521")
    with transaction():
        answer_correction(county, get_for(county, correction.id), False, "原文就是这样写的，不改。", 1, now())
    for version in (1, 2):
        with pytest.raises(Outdated), transaction():
            answer_correction(
                county, get_for(county, correction.id), True, "又改了主意，采纳它。", version, now()
            )
    assert get_by_receipt(correction.receipt).state == "declined"


def test_who_may_only_look_cannot_answer(app):
    correction, inspector = filed(), official(Role.INSPECTOR, "640521")
    with pytest.raises(NotAllowed), transaction():
        answer_correction(inspector, get_for(inspector, correction.id), True, "采纳这条更正。", 1, now())
    assert get_by_receipt(correction.receipt).state == "received"


def test_a_receipt_that_was_never_given_opens_nothing(app):
    filed()
    with pytest.raises(NotFound):
        get_by_receipt("AAAAAAAAAA")
    with pytest.raises(NotFound):
        get_by_receipt("")
