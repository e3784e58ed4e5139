"""Who belongs to a brand on a day, what an edit makes of its facts, what is known of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.brands.actions import as_entry_fields, facts_of_entry_fields
from portal.brands.edits import verb_for, with_member, with_use_rules, without_member
from portal.brands.loading import facts_of_brand
from portal.brands.rules import (
    check_facts,
    current_use_rules,
    is_member_on,
    known_and_missing,
    unknown_places,
)
from portal.lib.problems import RuleBroken
from portal.register.rules import changed

BRAND = {
    "name": {"zh": "样例品牌", "en": "Sample", "pinyin": "Yangli", "initials": "ylpp"},
    "summary": {"zh": "样例。", "en": "A sample."},
    "kind": "regional_brand",
    "status": "active",
    "regions": {"places": [{"code": "640521", "name": "中宁县"}]},
}
GOJI = {"kind": "gi", "gi": "zhongning-gouqi", "standing": "stated", "from": "2026-01-01", "decision": {}}
FIRM = {"kind": "enterprise", "name": "样例公司", "standing": "stated", "from": "2026-01-01", "decision": {}}
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


# ---- members


def test_membership_begins_on_its_day_and_ends_on_its_day():
    member = {"from": "2024-05-01", "ended": "2025-05-01"}
    assert [is_member_on(member, date(2024, 4, 30)), is_member_on(member, date(2024, 5, 1))] == [False, True]
    assert [is_member_on(member, date(2025, 4, 30)), is_member_on(member, date(2025, 5, 1))] == [True, False]


@given(days)
def test_a_member_whose_start_no_document_gives_counts_as_begun(day):
    assert is_member_on({"key": "x"}, day)


def test_a_place_without_name_and_gi_is_unknown():
    assert unknown_places([{"kind": "certification_mark"}, GOJI, FIRM]) == 1


def test_a_gi_only_named_beside_the_brand_becomes_a_member_in_its_place():
    before = {**BRAND, "members": [{"key": "zhongning-gouqi", "gi": "zhongning-gouqi", "kind": "gi",
                                    "standing": "unconfirmed"}]}  # fmt: skip
    after = with_member(before, GOJI)
    assert [(m["key"], m["standing"]) for m in after["members"]] == [("zhongning-gouqi", "stated")]
    assert before["members"][0]["standing"] == "unconfirmed"


def test_nobody_joins_twice_but_may_come_back_after_leaving():
    once = with_member(BRAND, FIRM)
    with pytest.raises(RuleBroken):
        with_member(once, FIRM)
    left = without_member(once, "enterprise-1", "2026-06-01", {"text": "决定"})
    back = with_member(left, {**FIRM, "from": "2026-09-01"})
    assert [m["key"] for m in back["members"]] == ["enterprise-1", "enterprise-2"]
    assert len([m for m in back["members"] if is_member_on(m, date(2026, 7, 1))]) == 0


def test_leaving_before_joining_or_twice_is_refused():
    once = with_member(BRAND, FIRM)
    with pytest.raises(RuleBroken):
        without_member(once, "enterprise-1", "2025-12-31", {})
    left = without_member(once, "enterprise-1", "2026-06-01", {})
    with pytest.raises(RuleBroken):
        without_member(left, "enterprise-1", "2026-07-01", {})


# ---- rules of use


def test_a_new_version_ends_the_one_before_and_versions_never_overlap():
    first = with_use_rules(BRAND, {"version": "1", "from": "2024-01-01", "title": {}})
    second = with_use_rules(first, {"version": "2", "from": "2025-01-01", "title": {}})
    rules = second["use_rules"]
    assert [r.get("ended") for r in rules] == ["2025-01-01", None]
    assert current_use_rules(rules, date(2024, 12, 31))["version"] == "1"
    assert current_use_rules(rules, date(2025, 1, 1))["version"] == "2"
    assert current_use_rules(rules, date(2023, 12, 31)) is None


@pytest.mark.parametrize(
    "wrong", [{"version": "1", "from": "2026-01-01"}, {"version": "2", "from": "2024-01-01"}]
)
def test_a_version_taken_or_not_later_is_refused(wrong):
    first = with_use_rules(BRAND, {"version": "1", "from": "2024-01-01", "title": {}})
    with pytest.raises(RuleBroken):
        with_use_rules(first, {**wrong, "title": {}})


# ---- facts and entries


def test_facts_survive_being_kept_as_fields_of_entries():
    facts = with_use_rules(with_member(BRAND, GOJI), {"version": "1", "from": "2024-01-01", "title": {}})
    assert facts_of_entry_fields(as_entry_fields(facts)) == facts


def test_the_log_says_joined_left_or_amended():
    once = with_member(BRAND, FIRM)
    left = without_member(once, "enterprise-1", "2026-06-01", {})

    def verb(before, after):
        return verb_for(changed(as_entry_fields(before), as_entry_fields(after)))

    assert verb(BRAND, once) == "member_added"
    assert verb(once, left) == "member_ended"
    assert verb(BRAND, {**once, "status": "unknown"}) == "amended"
    assert (
        verb(BRAND, with_use_rules(BRAND, {"version": "1", "from": "2024-01-01", "title": {}}))
        == "rules_added"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": {"zh": "样例"}},
        {"summary": {"zh": "只有中文", "en": ""}},
        {"status": "famous"},
        {"regions": {"places": []}},
        {"members": [{**FIRM, "key": "x", "kind": "person"}]},
    ],
)
def test_facts_that_could_not_be_shown_are_refused(wrong):
    with pytest.raises(RuleBroken):
        check_facts({**BRAND, **wrong})
    check_facts(BRAND)


def test_members_without_a_name_do_not_make_the_list_of_members_known():
    nameless = {**BRAND, "members": [{"key": "mark-1", "kind": "certification_mark", "standing": "stated"}]}
    known, missing = known_and_missing(nameless)
    assert "成员名单" in [text.zh for text in missing]
    assert "成员名单" in [text.zh for text in known_and_missing(with_member(BRAND, GOJI))[0]]
    assert len(known) + len(missing) == 8


def test_a_gi_whose_file_names_the_brand_is_kept_as_unconfirmed():
    link = {"brand": "sample", "standing": "unconfirmed", "note": {"zh": "同县", "en": "same county"}}
    facts = facts_of_brand("sample", {**BRAND, "slug": "sample"}, {"a": {"brands": [link]}, "b": {}})
    assert facts["members"] == [
        {"key": "a", "kind": "gi", "gi": "a", "standing": "unconfirmed", "note": link["note"]}
    ]
    assert "slug" not in facts
