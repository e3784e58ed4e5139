"""What was typed, what a licence answers, and what a label must show."""

from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.rules import Kind
from portal.lib.uscc import complete_uscc
from portal.verification.label_rules import Known, Label, Mark, Outcome, check_label, stands
from portal.verification.label_words import find_code, find_gi, find_number, shows_mark
from portal.verification.rules import (
    ANSWER_OF_STATE,
    LIST_BITS,
    Answer,
    LicenceState,
    Sort,
    bits_set,
    check_character,
    code_of,
    ids_of_list,
    list_place,
    name_in_pinyin,
    read_question,
)

USCC = complete_uscc("91640521", "DEM00001")
NUMBERS = st.builds(lambda year, n: f"L{year}-{n:06d}", st.integers(1999, 2099), st.integers(0, 10**9))


def test_every_state_of_a_licence_has_one_answer():
    assert set(ANSWER_OF_STATE) == set(LicenceState)
    assert set(ANSWER_OF_STATE.values()) == set(Answer) - {Answer.NOT_AUTHORISED, Answer.UNKNOWN}


def test_a_name_in_pinyin_has_one_capital_a_word():
    assert name_in_pinyin("a'ershan buliuke") == "A'ershan Buliuke"


def test_a_licence_number_is_known_with_and_without_its_check_character():
    for typed in ("L2026-000123", " l2026-000123 ", "Ｌ２０２６－０００１２３", code_of("L2026-000123")):
        assert read_question(typed).sort is Sort.LICENCE
        assert read_question(typed).value == "L2026-000123"
        assert not read_question(typed).wrong_check


def test_an_address_from_a_certificate_is_its_licence_whatever_stands_behind_it():
    address = f"https://gi.example/v/{code_of('L2026-000123')}#eyJhbGciOiJFZERTQSJ9.e30.AA"
    assert read_question(address).value == "L2026-000123"


def test_a_code_of_letters_and_digits_is_read_as_a_uscc_and_words_as_a_name():
    assert read_question(USCC).sort is Sort.USCC
    assert read_question(f"{USCC[:8]} {USCC[8:].lower()}").sort is Sort.USCC
    assert read_question("宁夏红枸杞").sort is Sort.NAME
    assert read_question("zhongning").sort is Sort.NAME
    assert read_question("  ").sort is Sort.NOTHING


@given(st.text(max_size=300))
def test_no_question_at_all_breaks_the_reading(typed):
    assert read_question(typed).sort in set(Sort)


@given(NUMBERS, st.data())
def test_one_miscopied_digit_is_always_noticed(number, data):
    places = [i for i, c in enumerate(number) if c.isdigit()]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert check_character(number[:place] + other + number[place + 1 :]) != check_character(number)


@given(NUMBERS, st.data())
def test_two_exchanged_digits_are_always_noticed(number, data):
    places = [i for i, c in enumerate(number) if c.isdigit()]
    a, b = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))
    swapped = list(number)
    swapped[a], swapped[b] = swapped[b], swapped[a]
    assert ("".join(swapped) == number) == (check_character("".join(swapped)) == check_character(number))


@given(st.integers(0, 10 * LIST_BITS))
def test_every_licence_has_its_place_in_exactly_one_list(licence_id):
    number, bit = list_place(licence_id)
    assert licence_id in ids_of_list(number)
    assert ids_of_list(number).start + bit == licence_id


def test_the_first_bit_is_the_highest_of_the_first_byte():
    row = bits_set([0, 9])
    assert len(row) == 16 * 1024
    assert row[0] == 0b1000_0000
    assert row[1] == 0b0100_0000


# ---- labels

KNOWN = Known("中宁枸杞", frozenset({"GB/T 19742", "2004年第1号"}), True)


def label(**changes):
    values = {
        "kind": Kind.GI_PRODUCT,
        "mark": Mark.NEW,
        "uscc": USCC,
        "name": "中宁枸杞（特优）",
        "number": "gb/t19742-2008",
    }
    return Label(**(values | changes))


def outcome_of(findings, word):
    return next(f.outcome for f in findings if word in f.asks.zh)


def test_a_label_with_everything_is_in_order():
    assert stands(check_label(label(), KNOWN)) is Outcome.OK


def test_each_missing_part_is_named_with_its_rule():
    findings = check_label(label(mark=Mark.NONE, uscc="", name="", number=""), KNOWN)
    missing = [f for f in findings if f.outcome is Outcome.MISSING]
    assert len(missing) == 4
    assert all(f.source.zh and f.source.en for f in findings)


def test_the_old_mark_is_wrong_since_2021():
    assert outcome_of(check_label(label(mark=Mark.OLD), KNOWN), "专用标志") is Outcome.WRONG


def test_a_word_of_likeness_after_the_name_is_wrong():
    for word in ("型", "类", "风味"):
        assert stands(check_label(label(name=f"中宁枸杞{word}"), KNOWN)) is Outcome.WRONG


def test_a_number_the_register_cannot_compare_is_left_to_a_person():
    known = Known("中宁枸杞", frozenset(), True)
    assert outcome_of(check_label(label(), known), "标准编号") is Outcome.CHECK


def test_a_trade_mark_must_stand_with_the_special_mark():
    kind = Kind.CERTIFICATION_MARK
    assert outcome_of(check_label(label(kind=kind), KNOWN), "同时使用") is Outcome.MISSING
    assert outcome_of(check_label(label(kind=kind, trade_mark=True), KNOWN), "同时使用") is Outcome.OK


def test_nobody_without_a_licence_may_use_the_best_of_labels():
    assert stands(check_label(label(), Known("中宁枸杞", KNOWN.numbers, False))) is Outcome.WRONG


# ---- what was read off a photograph


def test_a_code_is_found_in_a_line_with_its_letters_misread_and_spaced():
    seen = "统一社会信用代码：" + f"{USCC[:8]} {USCC[8:]}".replace("0", "O").replace("1", "I")
    assert find_code(["枸杞", seen]) == USCC


def test_a_code_that_is_wrong_on_the_label_is_kept_so_that_it_can_be_said():
    wrong = USCC[:-1] + ("A" if USCC[-1] != "A" else "B")
    assert find_code([wrong]) == wrong and find_code([wrong, USCC]) == USCC
    assert find_code(["净含量 500 g", "6901234567892"]) == ""


def test_the_numbers_of_standards_announcements_and_marks_are_told_apart():
    lines = ["净含量：500g 生产许可证 SC10164052100012", "执行标准 GB/T 19742-2008", "商标注册号 3436852"]
    assert find_number(lines, marks=False) == "GB/T 19742-2008"
    assert find_number(lines, marks=True) == "3436852"
    assert find_number(["国家质检总局公告 2008年 第 12 号"], marks=False) == "12"


def test_the_longest_name_on_the_label_is_the_gi():
    names = {"gouqi": "枸杞", "zhongning": "中宁枸杞"}
    assert find_gi(["中 宁 枸 杞 特级"], names) == ("zhongning", "中宁枸杞特级")
    assert find_gi(["苹果"], names) == ("", "")


def test_the_words_round_the_mark_are_known_and_no_others():
    assert shows_mark(["GEOGRAPHICAL", "INDICATION"]) and not shows_mark(["地理标志产品"])


@given(st.lists(st.text(max_size=40), max_size=6))
def test_whatever_is_read_nothing_breaks(lines):
    find_code(lines), find_number(lines, True), find_number(lines, False), find_gi(lines, {"a": "枸杞"})
