"""Files of rosters, on both databases: checked whole, all or nothing, the same twice, never guessed."""

import io
import json
from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.db import db, transaction
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.producers import queries
from portal.producers.actions import amend_producer
from portal.producers.import_files import RunFolder
from portal.producers.import_rules import Outcome, RunState
from portal.producers.imports import (
    approve,
    cancel,
    check_run,
    decide,
    get_run_for,
    runs_for,
    store_run,
    work_through_imports,
)
from portal.producers.models import ImportRun, Membership, Producer, RosterEntry
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests.catalogue_desk import open_desk
from tests.database.test_producers import data_of, everything_public, producer_named_in
from tests.roster_desk import (
    GOJI,
    HEADINGS,
    OTHER_TOWN,
    SPRING,
    TODAY,
    TOWN,
    code,
    csv_of,
    firm,
    household,
    producer_named,
    put_on,
    received,
    row,
    run_of,
    stored,
    with_wrong_organisation,
)


@pytest.fixture
def people(app):
    return open_desk()


@pytest.fixture
def official(people):
    return people["registrar"]


def firm_row(number=1, name="红果枸杞有限公司（演示）", **cells):
    return row(**({"统一社会信用代码": code(number), "名称": name, "类型": "企业"} | cells))


def counts(number):
    return {str(name): count for name, count in run_of(number).counts.items()}


def codes_found(number):
    return [finding["code"] for finding in run_of(number).findings if finding["severity"] == "error"]


def everything():
    tables = (Producer, RosterEntry, Membership, Entry)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) for table in tables)


# ---- what becomes of a good file


def test_a_file_puts_everybody_on_the_roster_and_each_has_a_history(official):
    run = stored(
        official, csv_of([firm_row(), row(), row(**{"名称": "李四（演示）", "电话": "13800000000"})])
    )
    assert (run.state, counts(run.id)) == ("stored", {"new": 3})
    assert db.session.scalar(select(func.count()).select_from(RosterEntry)) == 3
    number = producer_named("李四（演示）").number
    assert [
        one.verb for one in db.session.scalars(select(Entry).where(Entry.subject == f"producer:{number}"))
    ] == ["created"]
    assert queries.entries_about(f"roster:{GOJI}/{code(1)}")[0][0].verb == "enrolled"
    assert "李四" not in everything_public() and "13800000000" not in everything_public()
    assert verify_log().sound


def test_the_same_file_twice_changes_nothing(official):
    content = csv_of([firm_row(), row(), row(**{"名称": "李四（演示）", "本地编号": "H7"})])
    stored(official, content)
    before = everything()
    again = received(official, content)
    assert (run_of(again).state, counts(again)) == (RunState.NOTHING_NEW, {"unchanged": 3})
    with pytest.raises(RuleBroken), transaction():
        approve(official, get_run_for(official, again), run_of(again).version)
    store_run(again)
    assert everything() == before


def test_a_change_is_shown_old_against_new_and_touches_nothing_else(official):
    stored(official, csv_of([firm_row(**{"电话": "0955-5021000"}), row()]))
    number = received(
        official, csv_of([firm_row(**{"电话": "0955-5021001", "未用标原因": "正在申请"}), row()])
    )
    assert counts(number) == {"changed": 1, "unchanged": 1}
    shown = next(RunFolder(number).read_rows([Outcome.CHANGED]))
    assert shown.changes == {
        "phone": ["0955-5021000", "0955-5021001"],
        "unauthorised_reason": ["not_applied", "applying"],
    }
    with transaction():
        approve(official, get_run_for(official, number), run_of(number).version)
    store_run(number)
    changed = producer_named("红果枸杞有限公司（演示）")
    assert changed.phone == "0955-5021001" and changed.version == 2


def test_an_empty_cell_changes_nothing_and_a_producer_the_file_does_not_name_stays(official):
    stored(official, csv_of([firm_row(**{"电话": "0955-5021000"}), row()]))
    run = stored(official, csv_of([firm_row(**{"电话": "", "备注": "已走访"})]))
    assert run.state == "stored"
    assert producer_named("红果枸杞有限公司（演示）").phone == "0955-5021000"
    assert (
        db.session.scalar(select(func.count()).select_from(RosterEntry).where(RosterEntry.ended_on.is_(None)))
        == 2
    )


def test_a_day_in_the_file_takes_a_producer_off(official):
    stored(official, csv_of([firm_row()]))
    stored(official, csv_of([firm_row(**{"离开日期": "2026/1/1"})]))
    assert db.session.scalars(select(RosterEntry)).one().ended_on == date(2026, 1, 1)


def test_members_and_their_cooperative_may_come_in_one_file_and_are_joined_once(official):
    cooperative = {"统一社会信用代码": code(9), "名称": "红合作社（演示）", "类型": "合作社"}
    content = csv_of([row(**{"所属合作社代码": code(9)}), row(**cooperative)])
    stored(official, content)
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1
    assert run_of(received(official, content)).state == RunState.NOTHING_NEW


def test_full_width_spaces_and_spellings_are_understood_and_reported(official):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code(1))
    typed = {
        "统一社会信用代码": wide,
        "类型": " 公司 ",
        "所在地": "中宁县宁安镇",
        "列入日期": "２０２４年５月１日",
    }
    number = received(official, csv_of([firm_row(**typed)]))
    assert counts(number) == {"new": 1}
    notices = {finding["code"] for finding in run_of(number).findings}
    assert {"full_width", "day_spelling"} <= notices
    assert next(RunFolder(number).read_rows()).values["producer"]["adcode"] == TOWN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_encoding_stores_the_same(official, encoding):
    stored(official, csv_of([firm_row()], encoding))
    assert producer_named("红果枸杞有限公司（演示）").uscc == code(1)


def test_a_workbook_is_read_like_a_text(official):
    book = openpyxl.Workbook()
    book.active.append(["USCC", "Name", "Kind", "Place", "On the roster from"])
    book.active.append([code(1), "红果枸杞有限公司（演示）", "Company", 640521100, date(2024, 5, 1)])
    content = io.BytesIO()
    book.save(content)
    run = stored(official, content.getvalue())
    assert run.state == "stored"
    assert db.session.scalars(select(RosterEntry)).one().from_on == SPRING


def test_one_file_may_hold_several_gis_and_a_producer_is_still_one(people):
    province = people["province"]
    headings = (*HEADINGS, "地理标志")
    rows = [firm_row(**{"地理标志": "中宁枸杞"}), firm_row(**{"地理标志": "五原向日葵"})]
    number = received(province, csv_of(rows, headings=headings), slug=None)
    assert codes_found(number) == ["gi_not_here"], "the sunflower of another region is not this province's"
    run = stored(province, csv_of(rows[:1], headings=headings), slug=None)
    assert run.state == "stored"


def test_a_list_of_producers_touches_no_roster(official):
    run = stored(official, csv_of([firm_row(), row()]), slug=None, kind="producers")
    assert run.state == "stored"
    assert everything()[:2] == (2, 0)
    assert (
        run_of(received(official, csv_of([firm_row()]), slug=None, kind="producers")).state
        == RunState.NOTHING_NEW
    )


# ---- twenty kinds of damage


def damaged():
    """Twenty rows, each damaged in another way, and the name of each damage."""
    sound = code(1)
    wrong_check = sound[:-1] + ("A" if sound[-1] != "A" else "B")
    return [
        ("uscc_length", firm_row(**{"统一社会信用代码": sound[:-1]})),
        ("uscc_character", firm_row(**{"统一社会信用代码": sound[:9] + "O" + sound[10:]})),
        ("uscc_check", firm_row(**{"统一社会信用代码": wrong_check})),
        ("uscc_organisation", firm_row(**{"统一社会信用代码": with_wrong_organisation(sound)})),
        ("lost_digits", firm_row(**{"统一社会信用代码": "9.1640521E+17"})),
        ("missing", row(**{"名称": ""})),
        ("formula", row(**{"名称": '=HYPERLINK("http://x")'})),
        ("excel_error", row(**{"名称": "#REF!"})),
        ("replaced_character", row(**{"名称": "宁夏\ufffd户"})),
        ("unknown_word", row(**{"名称": "甲", "类型": "国营"})),
        ("place_unknown", row(**{"名称": "乙", "所在地": "火星镇"})),
        ("place_outside_scope", row(**{"名称": "丙", "所在地": "150821"})),
        ("bad_phone", row(**{"名称": "丁", "电话": "找老王"})),
        ("point_swapped", row(**{"名称": "戊", "经度": "37.4", "纬度": "105.6"})),
        ("point_half", row(**{"名称": "己", "经度": "105.6"})),
        ("impossible_day", row(**{"名称": "庚", "列入日期": "2024年2月30日"})),
        ("unclear_day", row(**{"名称": "辛", "列入日期": "05/06/2024"})),
        ("end_before_start", row(**{"名称": "壬", "离开日期": "2020-01-01"})),
        ("code_needed", row(**{"名称": "癸公司", "类型": "企业"})),
        ("unknown_cooperative", row(**{"名称": "子", "所属合作社代码": code(77)})),
    ]


def test_twenty_kinds_of_damage_are_twenty_named_findings_and_nothing_is_stored(official):
    put_on(official, household("先前就在（演示）"))
    before = everything()
    damages = damaged()
    number = received(official, csv_of([cells for _, cells in damages]))
    run = run_of(number)
    assert len(damages) == 20 and len({name for name, _ in damages}) == 20
    found = [(one["row"], one["code"]) for one in run.findings if one["severity"] == "error"]
    assert found == [(at, name) for at, (name, _) in enumerate(damages, 2)]
    assert all(one["column"] in HEADINGS for one in run.findings if one["severity"] == "error")
    assert (run.state, counts(number)) == ("refused", {"refused": 20})
    with pytest.raises(RuleBroken), transaction():
        approve(official, get_run_for(official, number), run.version)
    store_run(number)
    assert everything() == before


def test_one_bad_row_among_good_ones_stores_none_of_them(official):
    before = everything()
    number = received(official, csv_of([firm_row(), row(), row(**{"名称": "甲", "类型": "国营"})]))
    assert (run_of(number).state, counts(number)) == ("refused", {"new": 2, "refused": 1})
    store_run(number)
    assert everything() == before


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"所在地": "640500"}], ["place_outside_scope"]),
        ([{"所在地": "640522"}], ["place_outside_scope"]),
        ([{"列入日期": "2099-01-01"}], ["day_in_future"]),
        ([{"列入日期": "1900-01-01"}], ["too_early"]),
        ([{"登记编号": "P00000000000"}], ["unknown_number"]),
        ([{}, {}], ["same_name_same_place"]),
        ([{"本地编号": "H1"}, {}], ["same_name_same_place"]),
        ([{}, {"本地编号": "H1"}], ["same_name_same_place"]),
        ([{"本地编号": "H1"}, {"本地编号": "H2"}], []),
        ([{"本地编号": "H1"}, {"本地编号": "H1", "名称": "李四"}], ["local_number_twice"]),
        ([{"经度": "2.35", "纬度": "48.85"}], ["point_outside_country"]),
        ([{"同意公开姓名的日期": "2099-01-01"}], ["day_in_future"]),
    ],
)
def test_what_only_the_register_can_know_is_found_as_well(official, rows, expected):
    assert codes_found(received(official, csv_of([row(**cells) for cells in rows]))) == expected


def test_one_producer_twice_in_a_file_is_named_with_the_first_row(official):
    number = received(official, csv_of([firm_row(), row(), firm_row()]))
    found = run_of(number).findings[0]
    assert (found["code"], found["row"]) == ("row_twice", 4)
    assert "第 2 行" in found["message"]["zh"]


def test_a_file_that_cannot_be_read_at_all_is_a_finding_of_its_own(official):
    assert codes_found(received(official, b"")) == ["empty_file"]
    assert codes_found(received(official, csv_of([]))) == ["no_rows"]
    assert run_of(received(official, b"%PDF-1.7\x00")).state == RunState.REFUSED


# ---- one code, two names


def test_a_code_under_another_name_is_asked_about_and_never_guessed(official):
    stored(official, csv_of([firm_row()]))
    number = received(official, csv_of([firm_row(name="绿果枸杞有限公司（演示）"), row()]))
    run = run_of(number)
    assert (run.state, counts(number)) == ("undecided", {"conflict": 1, "new": 1})
    asked = next(RunFolder(number).read_rows([Outcome.CONFLICT]))
    assert asked.place["names"] == ["红果枸杞有限公司（演示）", "绿果枸杞有限公司（演示）"]
    with pytest.raises(RuleBroken), transaction():
        decide(official, get_run_for(official, number), {code(1): "黄果"}, run.version)
    with transaction():
        decide(
            official,
            get_run_for(official, number),
            {code(1): "绿果枸杞有限公司（演示）"},
            run_of(number).version,
        )
    check_run(number)
    assert counts(number) == {"changed": 1, "new": 1}
    with transaction():
        approve(official, get_run_for(official, number), run_of(number).version)
    store_run(number)
    assert producer_named("绿果枸杞有限公司（演示）").uscc == code(1)


@pytest.mark.parametrize("chosen", ["红果枸杞有限公司（演示）", "绿果枸杞有限公司（演示）"])
def test_two_names_inside_one_file_become_one_producer_once_decided(official, chosen):
    rows = [firm_row(**{"备注": "一"}), firm_row(name="绿果枸杞有限公司（演示）", **{"备注": "二"})]
    number = received(official, csv_of(rows))
    assert counts(number) == {"conflict": 2}
    with transaction():
        decide(official, get_run_for(official, number), {code(1): chosen}, run_of(number).version)
    check_run(number)
    assert counts(number) == {"new": 1, "unchanged": 1}
    with transaction():
        approve(official, get_run_for(official, number), run_of(number).version)
    store_run(number)
    assert [p.name for p in db.session.scalars(select(Producer))] == [chosen]
    assert db.session.scalars(select(RosterEntry)).one().note == ("一" if chosen.startswith("红") else "二")


def test_brackets_of_another_width_are_no_second_name(official):
    stored(official, csv_of([firm_row()]))
    number = received(official, csv_of([firm_row(name="红果枸杞有限公司(演示)")]))
    assert run_of(number).state == RunState.NOTHING_NEW


# ---- somebody was quicker


def test_what_changed_after_the_check_is_checked_again_before_anything_is_stored(official):
    stored(official, csv_of([firm_row(**{"电话": "0955-5021000"})]))
    number = received(official, csv_of([firm_row(**{"电话": "0955-5021001"}), row()]))
    with transaction():
        approve(official, get_run_for(official, number), run_of(number).version)
    known = producer_named("红果枸杞有限公司（演示）")
    wanted = data_of(known, phone="0955-5029999")
    with transaction():
        amend_producer(official, producer_named_in(known.name), wanted, known.version, TODAY)
    store_run(number)
    assert run_of(number).state == RunState.READY, "it waits for a second look"
    assert producer_named(known.name).phone == "0955-5029999"
    assert next(RunFolder(number).read_rows([Outcome.CHANGED])).changes["phone"][0] == "0955-5029999"


def test_the_same_file_sent_by_two_at_once_stores_everybody_once(official, people):
    content = csv_of([firm_row(), row()])
    first, second = received(official, content), received(people["colleague"], content)
    for number in (first, second):
        with transaction():
            approve(official, get_run_for(official, number), run_of(number).version)
    store_run(first)
    store_run(second)
    assert run_of(second).state == RunState.NOTHING_NEW
    assert everything()[:2] == (2, 2)


def test_approved_twice_it_is_stored_once_and_given_up_it_is_never_stored(official):
    number = received(official, csv_of([row()]))
    with transaction():
        cancel(official, get_run_for(official, number))
    with pytest.raises(RuleBroken), transaction():
        approve(official, get_run_for(official, number), run_of(number).version)
    run = stored(official, csv_of([row()]))
    with transaction():
        approve(official, get_run_for(official, run.id), 0)
    store_run(run.id)
    assert everything()[:2] == (1, 1)


def test_what_a_killed_worker_left_is_taken_up_again(official, monkeypatch):
    number = received(official, csv_of([row()]))
    with transaction():
        db.session.get_one(ImportRun, number).state = RunState.STORING
    assert work_through_imports() == 0, "somebody may still be at it"
    monkeypatch.setattr("portal.producers.imports.STUCK_AFTER_SECONDS", -1)
    assert work_through_imports() == 1
    assert run_of(number).state == RunState.STORED


# ---- whose files they are


@pytest.mark.parametrize("who", ["stranger", "bayannur"])
def test_a_file_of_another_county_is_not_there(people, official, who):
    number = received(official, csv_of([row()]))
    assert runs_for(people[who]) == []
    with pytest.raises(NotFound):
        get_run_for(people[who], number)
    assert [run.id for run in runs_for(people["city"])] == [number], "the city sees its counties"


def test_a_file_reaches_no_producer_of_another_county(people, official):
    put_on(official, household("王五（演示）", phone="13899999999"))
    number = producer_named("王五（演示）").number
    other = received(
        people["stranger"],
        csv_of([row(**{"登记编号": number, "所在地": "150821"})]),
        slug="wuyuan-xiangrikui",
    )
    assert codes_found(other) == ["unknown_number"]
    assert "王五" not in json.dumps(run_of(other).findings, ensure_ascii=False)


def test_the_telephone_of_a_firm_elsewhere_is_neither_shown_nor_changed(people, official):
    put_on(official, firm(phone="0955-5021000"))
    run = stored(
        people["stranger"],
        csv_of([firm_row(**{"所在地": "150821", "电话": "0478-1" + "234567"})]),
        slug="wuyuan-xiangrikui",
    )
    assert run.state == "stored"
    assert producer_named("红果枸杞有限公司（演示）").phone == "0955-5021000"
    lines = RunFolder(run.id).rows.read_text()
    assert "5021000" not in lines
    assert "kept_elsewhere" in {finding["code"] for finding in run.findings}


@pytest.mark.parametrize("who", ["inspector", "auditor", "producer"])
def test_only_those_who_keep_rosters_send_files(people, who):
    with pytest.raises(NotAllowed):
        received(people[who], csv_of([row()]))


def test_a_file_moves_a_line_to_another_township_and_the_roster_is_counted_anew(official):
    stored(official, csv_of([firm_row()]))
    stored(official, csv_of([firm_row(**{"所在地": OTHER_TOWN})]))
    assert db.session.scalars(select(RosterEntry)).one().adcode == OTHER_TOWN
    subject = f"roster:{GOJI}/{code(1)}"
    newest = queries.entries_about(subject)[0]
    assert json.loads(newest[1]) == {"adcode": {"from": TOWN, "to": OTHER_TOWN}}


def test_a_place_too_large_to_be_one_is_told_to_those_who_keep_several_counties(people):
    number = received(people["city"], csv_of([row(**{"所在地": "640500"})]))
    assert codes_found(number) == ["place_too_coarse"]
