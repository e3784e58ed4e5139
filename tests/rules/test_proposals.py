"""Who may take which step, over every state, role and region; and what the rules say of records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.catalogue.record_rules import (
    gaps,
    overall_status,
    protection_key,
    slug_of,
    status_faults,
    statuses_open_to,
)
from portal.catalogue.rules import NEXT_STATUSES, Kind, Status
from portal.lib.problems import NotAllowed, RuleBroken
from portal.proposals.fact_differences import compare, differences
from portal.proposals.office_forms import partial_day
from portal.proposals.rules import (
    KEEPERS,
    STEPS,
    Act,
    Person,
    State,
    Step,
    Who,
    act_of,
    deciding_region,
    may_keep,
    merged,
    next_state,
    open_steps,
    overtaken,
    parts_played,
    reaches,
    redrafted,
    reversed_changes,
)
from portal.proposals.sections import BY_KEY, entered_in, followed, taken_out
from portal.regions.rules import covers

COUNTY, NEIGHBOUR, CITY, PROVINCE, ELSEWHERE = "640521", "640502", "640500", "640000", "150821"
PROPOSER = 1
codes = st.sampled_from([COUNTY, NEIGHBOUR, CITY, PROVINCE, ELSEWHERE, "150800", "640521100", "640181"])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("region", [COUNTY, NEIGHBOUR, CITY, PROVINCE, ELSEWHERE, None])
@pytest.mark.parametrize("is_proposer", [True, False])
@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", State)
def test_a_step_is_open_to_exactly_those_the_table_names(state, step, is_proposer, region, role):
    person = Person(PROPOSER if is_proposer else 2, role, region)
    parts = parts_played(person, PROPOSER, COUNTY)
    keeps = role in KEEPERS
    reaches_it = region in (COUNTY, CITY, PROVINCE)
    expected = {
        Who.PROPOSER: keeps and is_proposer,
        Who.SECOND: keeps and not is_proposer and reaches_it,
    }
    known = STEPS.get((state, step))
    if known is None:
        with pytest.raises(RuleBroken):
            next_state(state, step, parts)
    elif expected[known[1]]:
        assert next_state(state, step, parts) is known[0]
        assert step in open_steps(state, parts)
    else:
        with pytest.raises(NotAllowed):
            next_state(state, step, parts)
        assert step not in open_steps(state, parts)


@pytest.mark.parametrize("state", [State.CONFIRMED, State.DECLINED, State.WITHDRAWN])
def test_what_is_decided_has_no_way_on(state):
    assert open_steps(state, frozenset(Who)) == []


def test_nobody_is_the_second_person_for_their_own_proposal():
    for role in Role:
        for region in (COUNTY, CITY, PROVINCE):
            assert Who.SECOND not in parts_played(Person(PROPOSER, role, region), PROPOSER, COUNTY)


def test_a_county_does_not_decide_what_its_city_proposed():
    assert parts_played(Person(2, Role.COUNTY, COUNTY), PROPOSER, CITY) == frozenset()
    assert parts_played(Person(2, Role.PROVINCE, PROVINCE), PROPOSER, CITY) == {Who.SECOND}


@pytest.mark.parametrize("role", Role)
def test_only_officials_of_a_region_of_the_record_may_keep_it(role):
    assert may_keep(Person(1, role, COUNTY), [COUNTY]) == (role in KEEPERS)
    assert not may_keep(Person(1, role, NEIGHBOUR), [COUNTY])
    assert not may_keep(Person(1, role, None), [COUNTY])
    assert reaches(Person(1, role, CITY), [COUNTY])


@given(codes, st.lists(codes, max_size=4))
def test_the_deciding_region_holds_the_proposer_and_all_that_is_touched_in_the_province(own, touched):
    region = deciding_region(own, touched)
    assert covers(region, own)
    within = [code for code in touched if code[:2] == own[:2]]
    if len(within) == len(touched):
        assert all(covers(region, code) for code in touched)
    else:
        assert region == own[:2] + "0000"


def test_a_change_that_reaches_into_the_neighbour_is_decided_by_the_city():
    assert deciding_region(COUNTY, []) == COUNTY
    assert deciding_region(COUNTY, ["640521100"]) == COUNTY
    assert deciding_region(COUNTY, [NEIGHBOUR]) == CITY
    assert deciding_region(COUNTY, ["640181"]) == PROVINCE


values = st.one_of(st.none(), st.text(max_size=3), st.integers(), st.lists(st.integers(), max_size=2))
names = st.sampled_from(["a", "b", "c"])
fields = st.dictionaries(names, values.filter(lambda value: value is not None))


@given(fields, st.dictionaries(names, values))
def test_a_change_and_its_reverse_bring_back_what_stood(before, wanted):
    changes = {name: {"from": before.get(name), "to": value} for name, value in wanted.items()}
    after = merged(before, changes)
    assert not overtaken(before, changes)
    assert not overtaken(after, changes)
    assert merged(after, reversed_changes(changes)) == before


@given(fields, fields, st.dictionaries(names, values))
def test_what_is_drafted_again_fits_what_stands_now(before, now, wanted):
    changes = {name: {"from": before.get(name), "to": value} for name, value in wanted.items()}
    again = redrafted(now, changes)
    assert not overtaken(now, again)
    assert all(merged(now, again).get(name) == value for name, value in wanted.items())


def test_a_field_changed_by_somebody_else_is_noticed_and_an_equal_one_is_not():
    changes = {"summary": {"from": "old", "to": "mine"}}
    assert overtaken({"summary": "theirs"}, changes) == ["summary"]
    assert overtaken({"summary": "mine"}, changes) == []
    assert overtaken({"summary": "old", "other": "theirs"}, changes) == []


def test_a_proposal_is_called_by_what_it_does():
    protection = {"status": "in_force"}
    converted = {"protection/agri": {"from": protection, "to": {"status": "converted"}}}
    assert act_of(False, {}) is Act.CREATE
    assert act_of(True, {"summary": {"from": "a", "to": "b"}}) is Act.AMEND
    assert act_of(True, converted) is Act.CONVERT
    assert act_of(True, {"protection/agri": {"from": converted, "to": None}}) is Act.AMEND
    assert act_of(True, {"withdrawn_on": {"from": None, "to": "2026-11-20"}}) is Act.WITHDRAW
    assert act_of(True, {"withdrawn_on": {"from": "2026-11-20", "to": None}}) is Act.RESTORE


# ---- records


@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_a_protection_takes_only_the_steps_the_table_of_states_knows(old, new):
    def of(status):
        return {"protection/mark": {"kind": "certification_mark", "status": status.value}}

    allowed = old is new or new in NEXT_STATUSES[old]
    assert bool(status_faults(of(old), of(new), {})) != allowed
    assert status_faults(of(old), of(new), of(new)) == []


@pytest.mark.parametrize("status", Status)
def test_a_form_offers_the_present_state_and_what_may_follow_but_never_conversion(status):
    offered = statuses_open_to(status.value)
    assert status in offered
    assert set(offered) - {status} == NEXT_STATUSES[status] - {Status.CONVERTED}


@given(st.lists(st.sampled_from(list(Status)), max_size=5))
def test_a_record_is_in_force_exactly_when_one_protection_is(statuses):
    protections = [{"status": status.value} for status in statuses]
    assert (overall_status(protections) is Status.IN_FORCE) == (Status.IN_FORCE in statuses)
    counted = set(statuses) - {Status.CONVERTED}
    assert overall_status(protections) in (counted or {Status.UNKNOWN})


@pytest.mark.parametrize(
    ("pinyin", "slug"),
    [
        ("Zhongning Gouqi", "zhongning-gouqi"),
        ("zhōngníng gǒuqǐ", "zhongning-gouqi"),
        (" A'ershan  Bu liu ke ", "aershan-bu-liu-ke"),
        ("枸杞", ""),
    ],
)
def test_an_address_comes_from_the_pinyin(pinyin, slug):
    assert slug_of(pinyin) == slug


def test_a_second_protection_of_a_kind_gets_a_key_of_its_own():
    assert protection_key(Kind.CERTIFICATION_MARK, []) == "mark"
    assert protection_key(Kind.CERTIFICATION_MARK, ["mark"]) == "mark-2"
    assert protection_key(Kind.AGRI_GI, ["mark"]) == "agri"


def test_gaps_name_what_is_unknown_and_nothing_that_is_known():
    protection = {"kind": "gi_product", "status": "in_force", "number": "1", "date": "2001", "holder": "x"}
    full = {
        "protections": [protection],
        "area": {"units": [{"code": COUNTY}]},
        "quality": [1],
        "standards": [1],
        "figures": [1],
    }
    assert gaps(full) == []
    assert [gap.section for gap in gaps({**full, "protections": [{**protection, "holder": None}]})] == [
        "protections"
    ]
    refused = {**protection, "status": "refused", "number": None}
    assert gaps({**full, "protections": [refused]}) == []
    assert [gap.section for gap in gaps({**full, "area": {"units": []}})] == ["area"]


def test_an_item_sent_twice_is_there_once():
    figure = {"metric": "brand_value", "value": "1"}
    once = entered_in(BY_KEY["figures"], {}, None, figure)
    assert entered_in(BY_KEY["figures"], once, None, figure)["figures"] == [figure]
    mark = {"kind": "certification_mark", "status": "in_force"}
    once = entered_in(BY_KEY["protections"], {}, None, mark)
    twice = entered_in(BY_KEY["protections"], once, None, mark)
    assert [one["key"] for one in twice["protections"]] == ["mark"]
    assert twice["status"] == "in_force"


def test_the_last_item_taken_out_leaves_no_empty_list():
    figures = {"figures": [{"metric": "brand_value"}]}
    assert "figures" not in taken_out(BY_KEY["figures"], figures, 0)


def test_a_candidate_with_a_protection_in_force_is_none_any_more():
    facts = followed({"candidate": True, "protections": [{"status": "in_force"}]})
    assert facts["candidate"] is False and facts["status"] == "in_force"


# ---- what a person types


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2017年1月10日", "2017-01-10"),
        ("２０１７/1/2", "2017-01-02"),
        ("2017.3", "2017-03"),
        ("2017年", "2017"),
        (" ", None),
    ],
)
def test_common_ways_to_write_a_day_are_understood(typed, day):
    assert partial_day(typed) == day


@pytest.mark.parametrize("typed", ["10/1/2017", "二〇一七", "2017-1-1-1", "17-1-1"])
def test_a_day_that_could_mean_something_else_is_refused_at_its_field(typed):
    with pytest.raises(RuleBroken) as refusal:
        partial_day(typed, "since")
    assert list(refusal.value.fields) == ["since"]


# ---- old against new


def test_a_difference_shows_both_languages_and_only_what_differs():
    old = {"zh": "旧", "en": "old", "pinyin": "a"}
    rows = list(compare("name", old, {**old, "en": "new"}, {}))
    assert [(row.where.en, row.old.en, row.new.en) for row in rows] == [("English", "old", "new")]
    words = list(compare("summary", {"zh": "旧", "en": "old"}, {"zh": "新", "en": "new"}, {}))
    assert [(row.old.zh, row.old.en, row.new.zh, row.new.en) for row in words] == [("旧", "old", "新", "new")]


def test_an_added_item_has_nothing_before_and_the_others_are_not_told():
    stays = {"number": "GB 1", "title": {"zh": "甲", "en": "A"}}
    comes = {"number": "GB 2", "title": {"zh": "乙", "en": "B"}}
    rows = list(compare("standards", [stays], [stays, comes], {}))
    assert {row.where.en for row in rows} == {"GB 2 · number", "GB 2 · title"}
    assert all(row.old is None for row in rows)


def test_fields_are_told_in_the_order_of_a_record():
    fields = {"notes": "x", "summary": "x", "protection/mark": {"kind": "agri_gi"}}
    changes = {name: {"from": None, "to": value} for name, value in fields.items()}
    assert [one.field for one in differences(changes, {})] == ["summary", "protection/mark", "notes"]
