"""Labels in the database: what the land allows is never passed, and no label is lost on its way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.db import db, transaction
from portal.labels.actions import ask_for_labels, close_account, grant_request
from portal.labels.codes import LabelNumber
from portal.labels.lookup import codes_of, find_label, seek_label
from portal.labels.models import LabelAccount, LabelKey, LabelPart
from portal.labels.part_actions import confirm_end, dispute_end, end_labels, offer, take
from portal.labels.queries import find_account, get_handover_for, get_part_for, get_request_for, parts_of_set
from portal.labels.rules import LabelAnswer, PartState, Span
from portal.labels.signing import FRAGMENT, fragment_holds, fragment_of
from portal.labels.sums import balances_of, label_sums
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.uscc import ALPHABET
from portal.register.queries import signing_keys
from tests.label_desk import NOW, TODAY, YEAR, a_plot, issued, prepare, the_part
from tests.services.miscopies import miscopies


@pytest.fixture
def desk(app: Flask):
    return prepare()


WHY = "烂在仓库里了"


def end(desk, part: LabelPart, first: int, last: int, state: PartState, why: str = WHY) -> LabelPart:
    with transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        part = end_labels(desk.wang, part, Span(first, last), state, why, part.version, TODAY, NOW)
        number = part.id
    return db.session.get_one(LabelPart, number)


def test_no_more_labels_than_the_land_gives(desk):
    issued(desk, 2000, 1000)
    with pytest.raises(RuleBroken) as refused, transaction():
        ask_for_labels(desk.wang, desk.licence, YEAR, 1001, 1000, "", "", TODAY, NOW)
    assert "1,000" in refused.value.fields["count"].en
    issued(desk, 1000, 1000)
    assert find_account(desk.gi_id, desk.producer_id, YEAR).left_g == 0


def test_what_was_asked_before_the_land_shrank_is_not_issued_after(desk):
    with transaction():
        request = ask_for_labels(desk.wang, desk.licence, YEAR, 3000, 1000, "", "", TODAY, NOW)
        number = request.number
    with transaction():
        db.session.execute(db.text("UPDATE plot SET inside_m2 = 10000"))
    with pytest.raises(RuleBroken), transaction():
        request = get_request_for(desk.county, number, TODAY)
        grant_request(desk.county, request, request.version, TODAY, NOW)
    assert db.session.scalar(select(func.count(LabelPart.id))) == 0


def test_the_database_itself_refuses_a_label_too_many(desk):
    issued(desk, 10)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(LabelAccount).values(labelled_g=LabelAccount.ceiling_g + 1))


@pytest.mark.own_database
def test_two_hundred_at_once_get_exactly_the_last_hundred(desk, app: Flask):
    with transaction():
        numbers = [
            ask_for_labels(desk.wang, desk.licence, YEAR, 1, 30_000, "", "", TODAY, NOW).number
            for _ in range(200)
        ]
    db.session.remove()

    def grant(number: str) -> bool:
        with app.app_context():
            try:
                with transaction():
                    request = get_request_for(desk.county, number, TODAY)
                    grant_request(desk.county, request, request.version, TODAY, NOW)
                return True
            except RuleBroken:
                return False
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as crowd:
        granted = list(crowd.map(grant, numbers))
    assert sum(granted) == 100
    account = find_account(desk.gi_id, desk.producer_id, YEAR)
    assert (account.left_g, balances_of([account.id])[account.id].issued) == (0, 100)


def test_a_hundred_thousand_numbers_are_one_row(desk):
    with transaction():
        a_plot(desk.gi_id, desk.producer_id, 10_000_000)
    one = issued(desk, 100_000, 500)
    assert [(part.first, part.last) for part in parts_of_set(one.id)] == [(1, 100_000)]
    assert len(set(codes_of(one, 1, 1000))) == 1000


def test_every_number_leads_to_its_label_and_no_other(desk):
    one = issued(desk, 50)
    for place, code in enumerate(codes_of(one, 1, 50), 1):
        label = find_label(code)
        assert (label.set.id, label.number.place) == (one.id, place)
    assert find_label(next(iter(codes_of(one, 51, 51)))) is None
    assert find_label("0000-0000-000") is None


def test_what_was_printed_before_is_found_by_its_own_check_character_alone(desk):
    before = issued(desk, 40)
    with transaction():
        db.session.execute(update(LabelKey).values(last_earlier_set=before.id))
    since = issued(desk, 40)
    for one, other in ((before, since), (since, before)):
        for place, code in enumerate(codes_of(one, 1, 40), 1):
            assert find_label(code).number == LabelNumber(one.id, place)
            for wrong in ALPHABET.replace(code[-1], ""):
                sought = seek_label(code[:-1] + wrong)
                assert (sought.label, sought.miscopied) == (None, True), other.id


def test_a_number_that_no_label_has_is_judged_by_how_it_is_written(desk):
    code = next(iter(codes_of(issued(desk, 1), 2, 2)))
    assert (seek_label(code).label, seek_label(code).miscopied) == (None, False)
    assert all(seek_label(wrong).miscopied for wrong in miscopies(code, ALPHABET))
    assert seek_label(code[:-1]) is None


def test_pieces_take_their_own_way_and_nothing_is_lost(desk):
    one = issued(desk, 100)
    used = end(desk, the_part(one.id), 11, 20, PartState.USED)
    assert (used.first, used.last) == (11, 20)
    rest = next(part for part in parts_of_set(one.id) if part.first == 21)
    end(desk, rest, 91, 100, PartState.LOST)
    spans = [(part.first, part.last, part.state) for part in parts_of_set(one.id)]
    assert spans == [(1, 10, "held"), (11, 20, "used"), (21, 90, "held"), (91, 100, "lost")]
    codes = list(codes_of(one, 1, 100))
    answers = [find_label(codes[place - 1]).answer_on(TODAY) for place in (10, 11, 20, 21, 100)]
    assert answers == [
        LabelAnswer.NOT_IN_USE,
        LabelAnswer.GENUINE,
        LabelAnswer.GENUINE,
        LabelAnswer.NOT_IN_USE,
        LabelAnswer.LOST,
    ]


def test_only_whole_held_labels_of_ones_own_can_be_ended(desk):
    one = issued(desk, 10)
    part = end(desk, the_part(one.id), 1, 10, PartState.USED)
    with pytest.raises(RuleBroken), transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        end_labels(desk.wang, part, Span(1, 1), PartState.LOST, "不见了很多", part.version, TODAY, NOW)
    two = issued(desk, 10)
    for span in (Span(0, 3), Span(5, 11), Span(4, 3)):
        with pytest.raises(RuleBroken), transaction():
            part = the_part(two.id)
            end_labels(desk.wang, part, span, PartState.USED, "", part.version, TODAY, NOW)
    with pytest.raises(NotAllowed), transaction():
        part = the_part(two.id)
        end_labels(desk.packer, part, Span(1, 2), PartState.USED, "", part.version, TODAY, NOW)


def test_expired_labels_are_not_put_in_use(desk):
    one = issued(desk, 10)
    after = one.expires_on + timedelta(days=1)
    with pytest.raises(RuleBroken), transaction():
        part = the_part(one.id)
        end_labels(desk.wang, part, Span(1, 2), PartState.USED, "", part.version, after, NOW)


def test_the_packer_answers_for_what_the_grower_handed_on(desk):
    one = issued(desk, 100)
    with transaction():
        part = the_part(one.id)
        number = offer(desk.wang, part, Span(1, 40), desk.other, part.version, TODAY, NOW).id
    with pytest.raises(NotAllowed), transaction():
        handed = get_handover_for(desk.wang, number, TODAY)
        take(desk.wang, handed, handed.version, TODAY, NOW)
    with transaction():
        handed = get_handover_for(desk.packer, number, TODAY)
        take(desk.packer, handed, handed.version, TODAY, NOW)
    holders = [(part.first, part.holder_id, part.state) for part in parts_of_set(one.id)]
    assert holders == [(1, desk.other_id, "held"), (41, desk.producer_id, "held")]
    with pytest.raises(RuleBroken), transaction():
        handed = get_handover_for(desk.packer, number, TODAY)
        take(desk.packer, handed, handed.version, TODAY, NOW)


def test_an_open_balance_blocks_the_next_year(desk):
    last = issued(desk, 10, year=YEAR - 1, on=date(YEAR, 8, 1))
    with pytest.raises(RuleBroken) as refused, transaction():
        ask_for_labels(desk.wang, desk.licence, YEAR, 1, 1000, "", "", TODAY, NOW)
    assert "10 labels of earlier years" in refused.value.message.en
    part = end(desk, the_part(last.id), 1, 10, PartState.RETURNED)
    with pytest.raises(RuleBroken), transaction():
        ask_for_labels(desk.wang, desk.licence, YEAR, 1, 1000, "", "", TODAY, NOW)
    with transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        confirm_end(desk.county, part, part.version, NOW)
    issued(desk, 1)


def test_an_account_closes_only_when_every_label_is_accounted_for(desk):
    one = issued(desk, 10)
    part = end(desk, the_part(one.id), 1, 9, PartState.USED)
    with pytest.raises(RuleBroken), transaction():
        ledger = find_account(desk.gi_id, desk.producer_id, YEAR)
        close_account(desk.county, ledger, ledger.version, TODAY, NOW)
    rest = next(part for part in parts_of_set(one.id) if part.stands is PartState.HELD)
    part = end(desk, rest, 10, 10, PartState.DESTROYED)
    with pytest.raises(RuleBroken), transaction():
        ledger = find_account(desk.gi_id, desk.producer_id, YEAR)
        close_account(desk.county, ledger, ledger.version, TODAY, NOW)
    with transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        confirm_end(desk.county, part, part.version, NOW)
    with transaction():
        ledger = find_account(desk.gi_id, desk.producer_id, YEAR)
        close_account(desk.county, ledger, ledger.version, TODAY, NOW)
    with pytest.raises(RuleBroken):
        issued(desk, 1)


def test_what_was_given_back_can_be_labelled_again_once_it_was_seen(desk):
    one = issued(desk, 3000, 1000)
    part = end(desk, the_part(one.id), 1, 1000, PartState.RETURNED)
    assert find_account(desk.gi_id, desk.producer_id, YEAR).left_g == 0
    with transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        confirm_end(desk.county, part, part.version, NOW)
    assert find_account(desk.gi_id, desk.producer_id, YEAR).left_g == 1_000_000


def test_what_was_not_there_is_the_producers_to_answer_for_again(desk):
    one = issued(desk, 10)
    part = end(desk, the_part(one.id), 1, 10, PartState.DESTROYED)
    with pytest.raises(NotAllowed), transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        confirm_end(desk.other_county, part, part.version, NOW)
    with transaction():
        part = get_part_for(desk.county, part.id, TODAY)
        dispute_end(desk.county, part, "现场没有看到", part.version, NOW)
    assert the_part(one.id).stands is PartState.HELD


def test_the_sums_anyone_may_see(desk):
    one = issued(desk, 100, 1000)
    end(desk, the_part(one.id), 1, 60, PartState.USED)
    sums = label_sums(desk.gi_id, YEAR)
    assert (sums.land_m2, sums.ceiling_g, sums.producers) == (20_000, 3_000_000, 1)
    assert (sums.balance.issued, sums.balance.used, sums.used_g) == (100, 60, 60_000)


def test_a_forged_signature_is_known_without_the_database(desk):
    one = issued(desk, 1)
    (code,) = codes_of(one, 1, 1)
    fragment = fragment_of(code, one)
    keys = {key.key_id: key.public_key for key in signing_keys()}
    assert FRAGMENT.fullmatch(fragment)
    assert fragment_holds(code, fragment, keys)
    assert not fragment_holds(code[:-1] + ("A" if code[-1] != "A" else "B"), fragment, keys)
    assert not fragment_holds(code, fragment.replace(f".{YEAR}.", f".{YEAR + 1}."), keys)
    assert not fragment_holds(code, fragment, {})


def test_a_check_finds_its_piece_by_the_index_however_many_there_are(desk, app: Flask):
    one = issued(desk, 10)
    (code,) = codes_of(one, 5, 5)
    asked = []

    def note(_connection, _cursor, statement, values, *_rest):
        if "label_part" in statement:
            asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert find_label(code).number.place == 5
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    ((statement, values),) = asked
    if db.engine.dialect.name == "sqlite":
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        assert any("label_part USING INDEX" in row[-1] and "set_id=?" in row[-1] for row in plan), plan
