"""What is counted once, what a mark is in a year, what an update may overwrite: at and around the edges."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_data.facts import read_facts
from portal.catalogue.amounts import amount, grouped
from portal.catalogue.chain import Column, Link, draw_tall, draw_wide, wrapped
from portal.catalogue.completeness import completeness
from portal.catalogue.correction_rules import division_of, may_answer, receipt_text, receipt_typed
from portal.catalogue.genuine import LAWFUL, NOT_GRANTED, NOT_KNOWN, NOT_YET, REPLACED, marks_of, years_to_ask
from portal.catalogue.marking import marked
from portal.catalogue.rules import Kind, Status, kinds_counted, standing
from portal.catalogue.timeline import events
from portal.catalogue.tracks import TRACKS, mark_of_the_year
from portal.cli.shipped import merge_shipped
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.targets.programme_rules import (
    ZONE_RULES,
)

NAME = {"zh": "甲乙薯", "en": "Jiayi potato", "pinyin": "Jiayi Shu", "initials": "jys"}


def protection(kind: str = "gi_product", status: str = "in_force", **more: object) -> dict:
    return {"key": kind, "kind": kind, "status": status, "sources": ["d"], "support": "official_page"} | more


def facts(*protections: dict, **more: object) -> dict:
    return {"name": NAME, "status": "in_force", "protections": list(protections)} | more


# ---- counted once


def test_a_converted_protection_counts_only_as_what_it_became():
    both = [protection("agri_gi", "converted", converted_to="gi_product"), protection("gi_product")]
    assert kinds_counted(both) == [Kind.GI_PRODUCT]


def test_a_converted_protection_of_a_kind_that_is_also_in_force_counts_that_kind_once():
    both = [protection("agri_gi", "converted"), protection("agri_gi", "in_force", key="second")]
    assert kinds_counted(both) == [Kind.AGRI_GI]


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.sampled_from(list(Status)))))
def test_converting_one_more_never_raises_the_count(pairs):
    rows = [{"kind": kind, "status": status} for kind, status in pairs]
    more = [*rows, {"kind": Kind.AGRI_GI, "status": Status.CONVERTED}]
    assert kinds_counted(more) == kinds_counted(rows)


# ---- the answer on top of the page


def test_production_that_ended_is_said_before_the_protection_in_force():
    ended = facts(protection(), production={"status": "ended"})
    assert standing(ended).tone == "watch"
    assert standing(facts(protection())).tone == "positive"


def test_a_lead_without_any_protection_is_never_called_protected():
    lead = facts(status="unknown", candidate=True)
    assert "没有查到" in standing(lead).text.zh


@pytest.mark.parametrize("status", list(Status))
def test_every_state_has_an_answer_in_both_languages(status: Status):
    answer = standing(facts(status=status))
    assert answer.text.zh and answer.text.en and answer.detail.zh and answer.detail.en


def test_a_withdrawn_record_says_so_whatever_its_state():
    assert standing(facts(protection()), withdrawn=True).tone == "ended"


# ---- which mark is genuine


def answers(record: dict, year: int, this_year: int = 2026) -> dict[str, object]:
    return {mark.protection["key"]: mark.answer for mark in marks_of(record, year, this_year)}


def test_a_mark_is_lawful_from_the_year_of_its_protection_on_and_not_before():
    record = facts(protection(date="2007-09-06"))
    assert answers(record, 2006)["gi_product"] is NOT_YET
    assert answers(record, 2007)["gi_product"] is LAWFUL
    assert answers(record, 2026)["gi_product"] is LAWFUL


def test_without_a_date_only_the_present_year_can_be_answered():
    record = facts(protection())
    assert answers(record, 2026)["gi_product"] is LAWFUL
    assert answers(record, 2025)["gi_product"] is NOT_KNOWN


def test_what_was_only_applied_for_is_never_lawful():
    record = facts(protection("agri_gi", "applied", date="2020-12-25"))
    assert {answers(record, year)["agri_gi"] for year in years_to_ask(record, 2026)} == {NOT_GRANTED}


def test_a_converted_mark_gives_way_in_the_year_the_new_one_is_dated():
    record = facts(
        protection("agri_gi", "converted", date="2014", converted_to="gi_product"),
        protection("gi_product", date="2025-04-01"),
    )
    assert answers(record, 2024) == {"agri_gi": LAWFUL, "gi_product": NOT_YET}
    assert answers(record, 2026) == {"agri_gi": REPLACED, "gi_product": LAWFUL}


def test_a_conversion_without_a_date_claims_nothing_about_the_years_between():
    record = facts(
        protection("agri_gi", "converted", date="2017", converted_to="gi_product"), protection("gi_product")
    )
    assert answers(record, 2020)["agri_gi"] is NOT_KNOWN
    assert answers(record, 2026)["agri_gi"] is REPLACED


some_protections = st.lists(
    st.tuples(
        st.sampled_from(list(Kind)), st.sampled_from(list(Status)), st.none() | st.integers(1996, 2026)
    ),
    max_size=4,
    unique_by=lambda one: one[0],
)


@given(some_protections, st.integers(1995, 2026))
def test_only_a_protection_in_force_or_converted_is_ever_called_lawful(given_protections, year):
    record = facts(*(protection(k, s, date=str(d) if d else None) for k, s, d in given_protections))
    for mark in marks_of(record, year, 2026):
        if mark.answer is LAWFUL:
            assert mark.protection["status"] in (Status.IN_FORCE, Status.CONVERTED)


def test_the_edition_of_the_special_mark_changes_in_2019_and_the_old_one_ends_in_2020():
    assert mark_of_the_year(2018) is not None and mark_of_the_year(2018) != mark_of_the_year(2019)
    assert mark_of_the_year(2020) == mark_of_the_year(2019)
    assert mark_of_the_year(2021) is None


def test_every_kind_of_protection_has_a_track_with_steps_and_an_authority():
    assert set(TRACKS) == set(Kind)
    assert all(track.steps and track.bases for track in TRACKS.values())


def test_before_the_present_special_mark_was_issued_no_label_names_it():
    for track in TRACKS.values():
        assert "地理标志专用标志" not in track.label_in(2018).zh
    assert TRACKS[Kind.GI_PRODUCT].label_in(2019) == TRACKS[Kind.GI_PRODUCT].label


def test_every_law_behind_a_mark_is_a_document_of_the_register_and_says_if_its_text_was_not_found():
    documents = read_facts().documents
    for basis in {basis for track in TRACKS.values() for basis in track.bases}:
        document = documents[basis.document]
        assert basis.verified == (document.kind != "unverified"), basis.document
        assert set(basis.places) <= set(document.places or {}), basis.document
    assert ZONE_RULES in documents


# ---- what a product update may change


def test_a_field_nobody_amended_follows_the_file():
    merge = merge_shipped("x", {"a": 1}, {"a": 1}, {"a": 2})
    assert (merge.fields, merge.changed, merge.kept) == ({"a": 2}, ("a",), ())


def test_a_field_amended_in_the_portal_is_kept_and_reported():
    merge = merge_shipped("x", {"a": 1, "b": 1}, {"a": 9, "b": 1}, {"a": 2, "b": 2})
    assert (merge.fields, merge.changed, merge.kept) == ({"a": 9, "b": 2}, ("b",), ("a",))


def test_an_amendment_stays_silently_while_the_file_says_what_it_always_said():
    merge = merge_shipped("x", {"a": 1}, {"a": 9}, {"a": 1})
    assert (merge.fields, merge.changed, merge.kept) == ({"a": 9}, (), ())


def test_what_the_file_drops_is_dropped_and_what_the_portal_added_stays():
    merge = merge_shipped("x", {"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 3}, {"a": 1})
    assert (merge.fields, merge.changed) == ({"a": 1, "c": 3}, ("b",))


fields = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3))


@given(fields, fields)
def test_loading_the_same_file_again_changes_nothing(base, shipped):
    once = merge_shipped("x", base, base, shipped)
    again = merge_shipped("x", shipped, once.fields, shipped)
    assert once.fields == shipped and again.changed == () and again.kept == ()


@given(fields, fields, fields)
def test_every_field_that_was_amended_keeps_its_amendment(base, current, shipped):
    merge = merge_shipped("x", base, current, shipped)
    for name in current:
        if current[name] != base.get(name) and current[name] != shipped.get(name):
            assert merge.fields[name] == current[name]


# ---- figures, marks in names, pictures


def test_a_hundred_million_yuan_is_a_tenth_of_a_billion_in_english():
    said = amount("172.88", "亿元", Text("亿元", ""))
    assert (said.whole.zh, said.whole.en) == ("172.88 亿元", "¥17.288 billion")
    assert amount("2.2", "亿美元", Text("", "")).whole.en == "US$220 million"


def test_mu_are_given_in_hectares_too():
    said = amount("10.8", "万亩", Text("", ""))
    assert said.number.en == "108,000" and said.also.zh == "约 7,200 公顷"


def test_a_percentage_stands_close_to_its_number():
    assert amount("98", "%", Text("%", "%")).whole.zh == "98%"


@given(st.decimals("0.001", "99999", places=3))
def test_no_digit_of_a_figure_is_lost_or_added(number: Decimal):
    assert Decimal(grouped(number).replace(",", "")) == number


def test_the_part_that_matched_is_marked_whatever_was_typed():
    assert str(marked("Zhongning Gouqi", [folded("zhōng níng gou")])) == "<mark>Zhongning Gou</mark>qi"
    assert str(marked("<b>枸杞", [folded("枸")])) == "&lt;b&gt;<mark>枸</mark>杞"
    assert str(marked("枸杞", [""])) == "枸杞"


@given(st.text(max_size=30), st.text(min_size=1, max_size=5))
def test_marking_never_changes_the_words_themselves(text: str, typed: str):
    plain = marked(text, [folded(typed)]).replace("<mark>", "").replace("</mark>", "")
    assert plain.unescape() == marked(text, []).unescape()


@given(
    st.lists(
        st.lists(st.text("枸杞 abc", min_size=1, max_size=60), min_size=1, max_size=4), min_size=4, max_size=4
    )
)
def test_boxes_of_the_chain_stay_inside_the_picture_and_never_overlap(words):
    columns = [Column("标志", tuple(Link(word, "2026") for word in column)) for column in words]
    for picture in (draw_wide(columns), draw_tall(columns)):
        for box in picture.boxes:
            assert box.x >= 0 and box.x + box.width <= picture.width
            assert box.y >= 0 and box.y + box.height <= picture.height
        spans = sorted((box.x, box.y, box.y + box.height) for box in picture.boxes)
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in zip(spans, spans[1:], strict=False))


@given(st.text("枸杞中宁 abcdefgh", max_size=80))
def test_wrapping_loses_no_word(words: str):
    assert "".join(wrapped(words, 10)).replace(" ", "") == words.replace(" ", "")


# ---- the rest


def test_the_timeline_runs_forward_and_keeps_what_has_no_date_for_the_end():
    record = facts(
        protection("gi_product"),
        protection("certification_mark", date="2001"),
        honours=[
            {"kind": "zone", "name": {"zh": "示范区", "en": "zone"}, "date": "2025-12-04", "sources": ["d"]}
        ],
    )
    assert [event.on for event in events(record)] == ["2001", "2025-12-04", None]


def test_every_question_of_a_record_is_either_known_or_missing():
    record = facts(protection(number="1", date="2001"), figures=[{"metric": "x"}])
    known = completeness(record)
    assert known.questions == 7 and len(known.known) == 3 and known.percent == 42


def test_a_request_goes_to_the_smallest_division_that_holds_the_whole_gi():
    assert division_of(["640521"]) == "640521"
    assert division_of(["150821", "150822"]) == "150800"
    assert division_of(["150821", "150222"]) == "150000"
    assert division_of(["640521100"]) == "640521"
    assert division_of(["640521", "150821"]) == "640000"


@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [
        ("county", "640521", True), ("city", "640500", True), ("province", "640000", True),
        ("county", "640522", False), ("city", "150800", False), ("inspector", "640521", False),
        ("auditor", "640000", False), ("producer", "640521", False), (None, None, False),
    ],
)  # fmt: skip
def test_only_an_official_of_the_region_answers(role, scope, may):
    assert may_answer(role, scope, "640521") is may


def test_a_receipt_is_understood_however_it_is_written_down():
    assert receipt_typed(receipt_text("ABCDE23456")) == "ABCDE23456"
    assert receipt_typed(" abcde 23456 ") == "ABCDE23456"
