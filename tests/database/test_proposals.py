"""Proposals on both databases: one public entry on confirmation, private ones beside it, nothing lost."""

import json
from hashlib import sha256

import pytest
import shapely
from sqlalchemy import func, select

from portal.accounts.models import Notice
from portal.catalogue.index import current_index
from portal.catalogue.models import Document, Outline, Protection
from portal.catalogue.queries import current_outline, facts_on, find_indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.proposals.actions import (
    confirm,
    decline,
    draft_again,
    draft_undoing,
    propose,
    withdraw_proposal,
)
from portal.proposals.area_upload import Upload
from portal.proposals.gi_keeper import find
from portal.proposals.models import Proposal
from portal.proposals.queries import (
    find_draft,
    get_proposal_for,
    proposals_for,
    proposals_to_decide,
    weigh,
)
from portal.proposals.record_area import Move, change_area, change_regions
from portal.proposals.record_edits import (
    convert,
    draft_new_record,
    draft_restoration,
    draft_withdrawal,
    edit_draft,
    enter_section,
    remove_item,
    state_seen,
)
from portal.proposals.record_outline import keep_upload, state_outline
from portal.proposals.rules import Act, State, Step
from portal.proposals.sections import BY_KEY, value_in
from portal.regions.queries import regions_by_code
from portal.register.models import Entry
from tests.catalogue_desk import GOJI, SUNFLOWER, facts_of, figure, open_desk


@pytest.fixture
def desk(app):
    return open_desk()


def add_figure(account, value="210.5", slug=GOJI):
    with transaction():
        seen = state_seen(None)
        draft = edit_draft(account, slug, enter_section(BY_KEY["figures"], None, figure(value), seen), now())
        db.session.flush()
        return draft.id


def amend(account, section, number, value, slug=GOJI):
    with transaction():
        present = value_in(BY_KEY[section], facts_of(slug), number)
        change = enter_section(BY_KEY[section], number, value(present), state_seen(present))
        draft = edit_draft(account, slug, change, now())
        db.session.flush()
        return draft.id


def put_forward(account, number, reason="据公告"):
    with transaction():
        proposal = db.session.get(Proposal, number)
        propose(account, proposal, reason, proposal.version, now())
    return number


def settle(account, number):
    with transaction():
        proposal = db.session.get(Proposal, number)
        confirm(account, proposal, proposal.version, now(), today())


def stored(number):
    db.session.rollback()
    return db.session.get(Proposal, number)


def entries(subject, public=True):
    db.session.rollback()
    query = select(Entry).where(Entry.subject == subject, Entry.public.is_(public)).order_by(Entry.n)
    return list(db.session.scalars(query))


def test_nothing_changes_until_a_second_person_confirms_and_then_one_public_entry_says_it(desk):
    before, known = facts_of(GOJI), len(entries(f"gi:{GOJI}"))
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    assert facts_of(GOJI) == before and len(entries(f"gi:{GOJI}")) == known
    settle(desk["city"], number)
    assert figure() in facts_of(GOJI)["figures"]
    new = entries(f"gi:{GOJI}")[known:]
    assert [(entry.verb, entry.actor) for entry in new] == [("amended", "中卫市知识产权局")]
    assert set(json.loads(new[0].changes)) == {"figures"}
    assert [entry.verb for entry in entries(f"proposal:{number}", public=False)] == ["proposed", "confirmed"]
    assert entries(f"proposal:{number}") == []


def test_a_draft_is_no_entry_and_nobody_elses_to_see(desk):
    number = add_figure(desk["registrar"])
    assert entries(f"proposal:{number}", public=False) == []
    with pytest.raises(NotFound):
        get_proposal_for(desk["colleague"], number)
    assert get_proposal_for(desk["registrar"], number).state == State.DRAFT


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("registrar", NotAllowed), ("inspector", NotAllowed), ("auditor", NotAllowed), ("stranger", NotAllowed)],
)
def test_the_proposer_and_those_without_the_scope_cannot_confirm(desk, who, refusal):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    with pytest.raises(refusal):
        settle(desk[who], number)
    assert stored(number).state == State.PROPOSED


@pytest.mark.parametrize("who", ["colleague", "city", "province"])
def test_a_colleague_the_city_or_the_province_can_confirm(desk, who):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    settle(desk[who], number)
    assert stored(number).state == State.CONFIRMED


def test_confirming_twice_writes_once(desk):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    settle(desk["city"], number)
    count = db.session.scalar(select(func.count(Entry.n)))
    settle(desk["city"], number)
    assert db.session.scalar(select(func.count(Entry.n))) == count
    with pytest.raises(RuleBroken):
        settle(desk["province"], number)


def test_a_page_that_shows_an_older_state_of_the_proposal_is_refused(desk):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    with pytest.raises(Outdated), transaction():
        confirm(desk["city"], db.session.get(Proposal, number), stored(number).version - 1, now(), today())
    assert stored(number).state == State.PROPOSED


def test_a_proposal_overtaken_in_its_own_field_is_refused_and_can_be_drafted_again(desk):
    first = put_forward(desk["registrar"], add_figure(desk["registrar"], "1"))
    second = put_forward(desk["colleague"], add_figure(desk["colleague"], "2"))
    settle(desk["city"], first)
    with pytest.raises(Outdated):
        settle(desk["city"], second)
    assert weigh(stored(second), desk["city"]).overtaken == ["figures"]
    with transaction():
        again = draft_again(desk["colleague"], db.session.get(Proposal, second), now())
        db.session.flush()
        fresh = again.id
    assert stored(second).state == State.WITHDRAWN
    settle(desk["city"], put_forward(desk["colleague"], fresh))
    values = [one["value"] for one in facts_of(GOJI)["figures"]]
    assert "2" in values


def test_a_change_elsewhere_in_the_record_does_not_hold_up_a_proposal(desk):
    first = put_forward(desk["registrar"], add_figure(desk["registrar"], "1"))
    note = {
        "text": {"zh": "注", "en": "note"},
        "sources": ["zhongning-agri-page"],
        "support": "secondary_page",
    }
    second = put_forward(desk["colleague"], amend(desk["colleague"], "notes", None, lambda _: note))
    settle(desk["city"], first)
    settle(desk["city"], second)
    assert note in facts_of(GOJI)["notes"] and figure("1") in facts_of(GOJI)["figures"]


def test_declining_needs_words_tells_the_proposer_and_changes_nothing(desk):
    before = facts_of(GOJI)
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    with pytest.raises(RuleBroken) as refusal, transaction():
        proposal = db.session.get(Proposal, number)
        decline(desk["city"], proposal, "  ", proposal.version, now())
    assert "answer" in refusal.value.fields
    with transaction():
        proposal = db.session.get(Proposal, number)
        decline(desk["city"], proposal, "来源不足", proposal.version, now())
    assert (stored(number).state, stored(number).answer) == (State.DECLINED, "来源不足")
    assert facts_of(GOJI) == before
    notice = db.session.scalars(select(Notice).where(Notice.account_id == desk["registrar"].id)).one()
    assert notice.address.endswith(f"/{number}")


def test_only_the_proposer_takes_a_proposal_back_and_twice_does_no_harm(desk):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    with pytest.raises(NotAllowed), transaction():
        withdraw_proposal(desk["city"], db.session.get(Proposal, number), stored(number).version, now())
    for _ in range(2):
        with transaction():
            proposal = db.session.get(Proposal, number)
            withdraw_proposal(desk["registrar"], proposal, proposal.version, now())
    assert stored(number).state == State.WITHDRAWN
    verbs = [entry.verb for entry in entries(f"proposal:{number}", public=False)]
    assert verbs == ["proposed", "proposal_withdrawn"]


def test_an_undo_brings_back_the_former_facts_by_a_second_proposal(desk):
    before = facts_of(GOJI)
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    settle(desk["city"], number)
    with transaction():
        draft = draft_undoing(desk["colleague"], db.session.get(Proposal, number), now())
        db.session.flush()
        undo = draft.id
    settle(desk["registrar"], put_forward(desk["colleague"], undo, "误录"))
    assert facts_of(GOJI) == before


def test_a_protection_takes_no_step_the_law_does_not_know_but_a_mistake_can_be_undone(desk):
    def ended(present):
        return {**present, "status": "ended"}

    number = put_forward(desk["registrar"], amend(desk["registrar"], "protections", 0, ended))
    settle(desk["city"], number)
    with pytest.raises(RuleBroken):
        amend(desk["registrar"], "protections", 0, lambda present: {**present, "status": "in_force"})
    with transaction():
        draft = draft_undoing(desk["registrar"], db.session.get(Proposal, number), now())
        db.session.flush()
        undo = draft.id
    settle(desk["city"], put_forward(desk["registrar"], undo, "误录"))
    assert facts_of(GOJI)["protections"][0]["status"] == "in_force"


def test_a_conversion_names_what_it_became_and_both_stand_in_one_entry(desk):
    number = find_number(facts_of(SUNFLOWER), "in_force")
    old = facts_of(SUNFLOWER)["protections"][number]
    value = {"number": "第 1 号", "sources": ["conversion-report"], "support": "secondary_page"}
    into = next((one["key"] for one in facts_of(SUNFLOWER)["protections"] if one["kind"] == "gi_product"), "")
    with transaction():
        change = convert(number, value, None, "", state_seen(old))
        draft = edit_draft(desk["stranger"], SUNFLOWER, change, now())
        db.session.flush()
        proposal = draft.id
    assert stored(proposal).step == Act.CONVERT
    put_forward(desk["stranger"], proposal)
    settle(desk["bayannur"], proposal)
    protections = {one["key"]: one for one in facts_of(SUNFLOWER)["protections"]}
    became = protections[old["key"]]["converted_to"]
    assert protections[old["key"]]["status"] == "converted" and became != into
    assert protections[became]["kind"] == "gi_product"
    assert entries(f"gi:{SUNFLOWER}")[-1].verb == "converted"


def find_number(facts, status):
    return next(at for at, one in enumerate(facts["protections"]) if one["status"] == status)


def test_a_withdrawn_protection_is_not_counted_and_its_row_stays(desk):
    note = {"zh": "甲", "en": "a"}
    extra = {
        "kind": "collective_mark",
        "status": "in_force",
        "note": note,
        "sources": ["zhongning-mark-page"],
        "support": "secondary_page",
    }
    settle(
        desk["city"],
        put_forward(desk["registrar"], amend(desk["registrar"], "protections", None, lambda _: dict(extra))),
    )
    assert "collective_mark" in kinds_of(GOJI)
    last = len(facts_of(GOJI)["protections"]) - 1
    with transaction():
        seen = state_seen(facts_of(GOJI)["protections"][last])
        draft = edit_draft(desk["registrar"], GOJI, remove_item(BY_KEY["protections"], last, seen), now())
        db.session.flush()
        number = draft.id
    settle(desk["city"], put_forward(desk["registrar"], number))
    assert "collective_mark" not in kinds_of(GOJI)
    row = db.session.scalars(select(Protection).where(Protection.key == "collective")).one()
    assert row.withdrawn_on == today()


def kinds_of(slug):
    db.session.rollback()
    return next(row.kinds for row in current_index().rows if row.slug == slug)


def test_what_another_protection_became_cannot_be_withdrawn(desk):
    facts = facts_of(GOJI)
    at = next(n for n, one in enumerate(facts["protections"]) if one["key"] == "product")
    with pytest.raises(RuleBroken), transaction():
        seen = state_seen(facts["protections"][at])
        edit_draft(desk["registrar"], GOJI, remove_item(BY_KEY["protections"], at, seen), now())


# ---- what a record must be


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"value": "many"}, "value"),
        ({"date": None}, "date"),
        ({"sources": ["no-such-paper"]}, "sources"),
        ({"metric": "fame"}, "metric"),
        ({"date": "2026-02-30"}, "date"),
    ],
)
def test_a_fact_that_is_not_valid_never_enters_a_draft_and_the_place_is_named(desk, change, place):
    value = {name: one for name, one in figure(**change).items() if one is not None}
    with pytest.raises(RuleBroken) as refusal, transaction():
        edit_draft(
            desk["registrar"], GOJI, enter_section(BY_KEY["figures"], None, value, state_seen(None)), now()
        )
    at = len(facts_of(GOJI)["figures"])
    assert any(key.startswith(f"figures[{at}].{place}") for key in refusal.value.fields)
    assert find_draft(desk["registrar"], f"gi:{GOJI}") is None


def test_a_document_added_with_a_change_is_registered_with_it_and_not_before(desk):
    paper = {
        "id": "new-paper",
        "kind": "official_page",
        "titled_by": "issuer",
        "title": {"zh": "新文件", "en": "A new paper"},
    }
    value = figure(sources=["new-paper"], support="official_page")
    with transaction():
        change = enter_section(BY_KEY["figures"], None, value, state_seen(None))
        draft = edit_draft(desk["registrar"], GOJI, change, now(), {"new-paper": paper})
        db.session.flush()
        number = draft.id
    put_forward(desk["registrar"], number)
    assert db.session.get(Document, "new-paper") is None
    settle(desk["city"], number)
    assert db.session.get(Document, "new-paper").facts["title"]["en"] == "A new paper"


def test_an_edit_of_something_older_is_refused(desk):
    present = facts_of(GOJI)["figures"][0]
    amend(desk["registrar"], "figures", 0, lambda one: {**one, "value": "1"})
    with pytest.raises(Outdated), transaction():
        change = enter_section(BY_KEY["figures"], 0, figure("2"), state_seen(present))
        edit_draft(desk["registrar"], GOJI, change, now())


@pytest.mark.parametrize("who", ["stranger", "inspector", "auditor", "producer"])
def test_nobody_without_scope_and_role_can_even_draft(desk, who):
    with pytest.raises(NotAllowed):
        add_figure(desk[who])


# ---- areas, regions, outlines


def test_an_area_that_changed_keeps_old_against_new_with_date_and_source(desk):
    facts = facts_of(GOJI)
    area = facts["area"]
    value = {name: area[name] for name in ("text", "precision", "warning", "sources", "support")}
    joining = list(regions_by_code(["640521206"]).values())
    move = Move("2020-05", {"zh": "新设", "en": "newly made"}, ["division-codes"], "secondary_page")
    with transaction():
        change = change_area(value, joining, {0}, move, state_seen(area))
        draft = edit_draft(desk["registrar"], GOJI, change, now())
        db.session.flush()
        number = draft.id
    settle(desk["city"], put_forward(desk["registrar"], number))
    stored_area = facts_of(GOJI)["area"]
    codes = [unit["code"] for unit in stored_area["units"]]
    assert "640521206" in codes and area["units"][0]["code"] not in codes
    assert [(line["kind"], line["date"]) for line in stored_area["history"]] == [
        ("joined", "2020-05"),
        ("left", "2020-05"),
    ]
    joined, left = stored_area["history"]
    assert "太阳梁乡" in joined["after"] and "太阳梁乡" not in joined["before"]
    assert "宁安镇" in left["before"] and "宁安镇" not in left["after"]


def test_a_record_put_right_leaves_no_history_of_a_move(desk):
    area = facts_of(GOJI)["area"]
    value = {name: area[name] for name in ("text", "precision", "sources", "support")}
    with transaction():
        change = change_area(
            value, list(regions_by_code(["640521206"]).values()), set(), None, state_seen(area)
        )
        edit_draft(desk["registrar"], GOJI, change, now())
    draft = find_draft(desk["registrar"], f"gi:{GOJI}")
    assert "history" not in draft.payload["changes"]["area"]["to"]


def test_a_region_of_the_neighbour_is_for_the_city_to_decide(desk):
    regions = facts_of(GOJI)["regions"]
    value = {name: regions[name] for name in ("sources", "support")}
    with transaction():
        change = change_regions(list(regions_by_code(["640502"]).values()), set(), value, state_seen(regions))
        draft = edit_draft(desk["registrar"], GOJI, change, now())
        db.session.flush()
        number = draft.id
    put_forward(desk["registrar"], number)
    assert stored(number).region == "640500"
    with pytest.raises(NotAllowed):
        settle(desk["colleague"], number)
    settle(desk["city"], number)
    assert {row.adcode for row in find_indication(GOJI).regions} == {"640521", "640502"}


def square(x, y, size=0.1):
    return shapely.MultiPolygon([shapely.box(x, y, x + size, y + size)])


def upload_of(shape, adcode="640521"):
    wkb = shape.wkb
    overlaps = ({"adcode": adcode, "km2": 1.0, "share": 1.0, "of_division": 0.1},)
    return Upload((), wkb, sha256(wkb).hexdigest(), 1_000_000, overlaps, None, "GeoJSON")


def draft_outline(account, shape, adcode="640521"):
    with transaction():
        keep_upload(account, GOJI, upload_of(shape, adcode), now())
    with transaction():
        state_outline(
            account,
            GOJI,
            today(),
            {"sources": ["zhongning-agri-page"], "support": "secondary_page"},
            {},
            now(),
        )
    return find_draft(account, f"gi:{GOJI}").id


def test_an_outline_is_stored_on_confirmation_in_the_same_entry_and_can_be_undone(desk):
    known = len(entries(f"gi:{GOJI}"))
    first = put_forward(desk["registrar"], draft_outline(desk["registrar"], square(105.6, 37.4)))
    assert db.session.scalar(select(func.count(Outline.id))) == 0
    settle(desk["city"], first)
    second = put_forward(desk["registrar"], draft_outline(desk["registrar"], square(105.7, 37.5)))
    settle(desk["city"], second)
    indication = find_indication(GOJI)
    assert shapely.from_wkb(current_outline(indication.id).wkb).equals(square(105.7, 37.5))
    assert len(entries(f"gi:{GOJI}")) == known + 2
    assert set(json.loads(entries(f"gi:{GOJI}")[-1].changes)) == {"outline"}
    with transaction():
        draft = draft_undoing(desk["registrar"], db.session.get(Proposal, second), now())
        db.session.flush()
        undo = draft.id
    settle(desk["city"], put_forward(desk["registrar"], undo, "误传"))
    assert shapely.from_wkb(current_outline(indication.id).wkb).equals(square(105.6, 37.4))
    assert db.session.scalar(select(func.count(Outline.id))) == 3
    assert facts_on(GOJI, today())["name"] == facts_of(GOJI)["name"]


def test_an_outline_that_lies_in_the_neighbour_is_for_the_city_to_decide(desk):
    number = put_forward(desk["registrar"], draft_outline(desk["registrar"], square(105.2, 37.5), "640502"))
    assert stored(number).region == "640500"


def test_an_outline_that_is_not_the_one_shown_is_refused(desk):
    number = put_forward(desk["registrar"], draft_outline(desk["registrar"], square(105.6, 37.4)))
    with transaction():
        db.session.get(Proposal, number).outline_wkb = square(1, 1).wkb
    with pytest.raises(RuleBroken):
        settle(desk["city"], number)


# ---- beginning, leaving, coming back


def new_facts(**more):
    return {
        "name": {
            "zh": "中宁硒砂瓜",
            "en": "Zhongning selenium melon",
            "pinyin": "Zhongning Xishagua",
            "initials": "znxsg",
        },
        "category": "fruit",
        "summary": {"zh": "甲", "en": "a"},
        "support": "weak",
        "regions": {
            "places": [{"code": "640521", "name": "中宁县"}],
            "sources": ["zhongning-agri-page"],
            "support": "secondary_page",
        },
    } | more


def test_a_new_record_begins_by_proposal_and_is_found_at_once(desk):
    with transaction():
        draft = draft_new_record(desk["registrar"], "zhongning-xishagua", new_facts(), {}, now())
        db.session.flush()
        number = draft.id
    put_forward(desk["registrar"], number)
    assert find("zhongning-xishagua") is None
    settle(desk["city"], number)
    assert find_indication("zhongning-xishagua").name_zh == "中宁硒砂瓜"
    assert entries("gi:zhongning-xishagua")[0].verb == "created"
    assert "zhongning-xishagua" in [row.slug for row in current_index().rows]


def test_an_address_that_is_taken_or_reserved_is_refused(desk):
    for slug in (GOJI, "new", "Zhongning Gouqi", "x"):
        with pytest.raises(RuleBroken) as refusal, transaction():
            draft_new_record(desk["registrar"], slug, new_facts(), {}, now())
        assert "slug" in refusal.value.fields


def test_two_who_begin_the_same_record_do_not_overwrite_each_other(desk):
    numbers = []
    for who in ("registrar", "colleague"):
        with transaction():
            facts = new_facts(summary={"zh": who, "en": who})
            draft = draft_new_record(desk[who], "zhongning-xishagua", facts, {}, now())
            db.session.flush()
            numbers.append(draft.id)
        put_forward(desk[who], numbers[-1])
    settle(desk["city"], numbers[0])
    with pytest.raises(Outdated):
        settle(desk["city"], numbers[1])
    assert facts_of("zhongning-xishagua")["summary"]["en"] == "registrar"


def test_nobody_begins_a_record_for_another_county(desk):
    with pytest.raises(NotAllowed), transaction():
        draft_new_record(desk["stranger"], "zhongning-xishagua", new_facts(), {}, now())


def test_a_withdrawn_record_leaves_the_list_keeps_its_reason_and_can_come_back(desk):
    reason = {"zh": "重复登记", "en": "registered twice"}
    with transaction():
        draft = draft_withdrawal(desk["registrar"], GOJI, reason, now(), today())
        db.session.flush()
        number = draft.id
    settle(desk["city"], put_forward(desk["registrar"], number))
    assert GOJI not in [row.slug for row in current_index().rows]
    last = json.loads(entries(f"gi:{GOJI}")[-1].changes)
    assert last["withdrawal_reason"]["to"] == reason
    with transaction():
        draft = draft_restoration(desk["registrar"], GOJI, now())
        db.session.flush()
        back = draft.id
    settle(desk["city"], put_forward(desk["registrar"], back))
    assert GOJI in [row.slug for row in current_index().rows]
    assert entries(f"gi:{GOJI}")[-1].verb == "restored"
    assert "withdrawn_on" not in facts_on(GOJI, today())


# ---- lists


def test_each_sees_what_waits_in_their_own_scope(desk):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    waiting = {name: _numbers(proposals_to_decide(account)) for name, account in desk.items()}
    assert {name for name, found in waiting.items() if found == [number]} == {"colleague", "city", "province"}
    seen = {name: _numbers(proposals_for(account, [State.PROPOSED])) for name, account in desk.items()}
    assert seen["stranger"] == [] and seen["auditor"] == [number] and seen["inspector"] == [number]
    with pytest.raises(NotFound):
        get_proposal_for(desk["stranger"], number)


def _numbers(query):
    return [one.id for one in db.session.scalars(query)]


def test_the_steps_shown_are_those_that_work(desk):
    number = put_forward(desk["registrar"], add_figure(desk["registrar"]))
    assert weigh(stored(number), desk["registrar"]).steps == [Step.WITHDRAW]
    assert weigh(stored(number), desk["city"]).steps == [Step.CONFIRM, Step.DECLINE]
    assert weigh(stored(number), desk["auditor"]).steps == []
