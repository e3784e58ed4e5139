"""Loading, listing and amending brands, on both databases."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal.brands.actions import as_entry_fields, state_brand
from portal.brands.edits import with_member, without_member
from portal.brands.models import Brand, BrandMember
from portal.brands.queries import (
    Asked,
    brands_asked,
    brands_by_indication,
    brands_in_scope,
    facts_on,
    get_brand,
    memberships_of,
)
from portal.catalogue.queries import get_indication
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.register.actions import Actor
from portal.register.models import Entry
from portal.register.queries import history_of, public_version
from tests.services.kept_states import once

OFFICE = Actor("巴彦淖尔市知识产权局", None)
BAMEI = {
    "kind": "gi",
    "gi": "hetao-bamei-rouyang",
    "standing": "stated",
    "from": "2026-01-01",
    "decision": {"text": "测试决定"},
    "sources": ["bayannur-measures/s10"],
    "support": "plan_document",
}


@pytest.fixture(autouse=True)
def loaded(app, capsys) -> None:
    once(load_register)
    capsys.readouterr()


def entries() -> int:
    return db.session.scalar(select(func.count(Entry.n)))


def amend(slug: str, facts: dict, verb: str = "amended") -> None:
    with transaction():
        state_brand(OFFICE, slug, facts, today(), verb)


def slugs(asked: Asked) -> set[str]:
    return {brand.slug for brand in brands_asked(asked)}


def test_every_shipped_brand_comes_in_once_and_a_second_run_adds_no_entry():
    before = entries()
    load_register()
    assert entries() == before
    assert db.session.scalar(select(func.count(Brand.id))) == 10


def test_the_eight_marks_of_guyang_are_eight_unknown_places():
    members = [m for m in get_brand("guyang-babao").members if m.standing == "stated"]
    assert len(members) == 8
    assert {(m.kind, m.name, m.indication_id) for m in members} == {("certification_mark", None, None)}


def test_what_an_official_amended_survives_the_next_loading(capsys):
    facts = {**get_brand("tianfu-hetao").facts, "owner": "某公司"}
    amend("tianfu-hetao", facts)
    load_register()
    assert get_brand("tianfu-hetao").facts["owner"] == "某公司"


def test_stating_the_same_facts_again_writes_nothing():
    before = public_version()
    with transaction():
        assert not state_brand(OFFICE, "tianfu-hetao", get_brand("tianfu-hetao").facts, today())
    assert public_version() == before


def test_a_member_is_a_row_that_points_at_the_gi_and_stays_when_it_leaves():
    amend("tianfu-hetao", with_member(get_brand("tianfu-hetao").facts, BAMEI), "member_added")
    gi = get_indication("hetao-bamei-rouyang")
    assert [brand.slug for brand, _ in memberships_of(gi.id)] == ["tianfu-hetao"]
    assert brands_by_indication()[gi.id] == {"tianfu-hetao"}
    left = without_member(get_brand("tianfu-hetao").facts, BAMEI["gi"], "2026-06-01", {"text": "退出决定"})
    amend("tianfu-hetao", left, "member_ended")
    member = db.session.scalar(select(BrandMember).where(BrandMember.indication_id == gi.id))
    assert member.ended_on == date(2026, 6, 1)
    assert gi.id not in brands_by_indication()
    assert [entry.verb for entry in history_of("brand:tianfu-hetao")] == [
        "loaded",
        "member_added",
        "member_ended",
    ]


def test_the_brand_as_it_stood_is_recomputed_from_its_entries():
    facts = {**get_brand("tianfu-hetao").facts, "owner": "某公司"}
    amend("tianfu-hetao", with_member(facts, BAMEI))
    assert as_entry_fields(facts_on("tianfu-hetao", today())) == as_entry_fields(
        get_brand("tianfu-hetao").facts
    )
    assert facts_on("tianfu-hetao", date(2020, 1, 1)) == {}


def test_brands_are_found_by_name_kind_state_and_region():
    assert slugs(Asked(q="babao")) == {"guyang-babao"}
    assert slugs(Asked(q="天赋")) == {"tianfu-hetao"}
    assert slugs(Asked(q="，")) == set()
    assert slugs(Asked(kind="bundle")) == {"guyang-babao"}
    assert slugs(Asked(status="unknown")) == {"hetao-xiaomai"}
    zhongwei = {"zhongwei-niunai", "zhongwei-niurou", "damo-xingkong", "shamo-shuicheng"}
    assert slugs(Asked(region="640500")) == zhongwei
    assert slugs(Asked(region="640521")) == zhongwei
    assert slugs(Asked(region="150826")) == {"shanba-weidao", "tianfu-hetao", "hetao-xiaomai"}


def test_an_official_keeps_the_brands_of_its_own_divisions_only():
    assert {brand.slug for brand in brands_in_scope("150200")} == {"guyang-babao", "jincui-jiuyuan"}
    assert {brand.slug for brand in brands_in_scope("150826")} >= {"shanba-weidao"}
    assert brands_in_scope("150500") == []


def test_a_brand_nobody_has_stated_is_not_found():
    with pytest.raises(NotFound):
        get_brand("nobody")
