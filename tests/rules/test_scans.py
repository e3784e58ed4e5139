"""What is counted of scans, and what looks odd in it."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.land.rules import may_be_shown
from portal.scans.rules import PROVINCES, USUAL_SCANS, Odd, Tally, earlier_text, odd_in, province_bit

moments = st.integers(1_767_225_600, 1_798_761_600).map(lambda second: datetime.fromtimestamp(second, UTC))
tallies = st.builds(
    Tally, st.integers(0, 99), st.integers(0, 9), st.integers(0, 9), st.integers(0, 2**34 - 1),
    st.none() | moments, st.none() | moments,
)  # fmt: skip


@given(tallies, tallies, tallies)
def test_counts_of_machines_join_in_any_order(one: Tally, two: Tally, three: Tally):
    assert one.joined(two) == two.joined(one)
    assert one.joined(two).joined(three) == one.joined(two.joined(three))
    assert one.joined(Tally()) == one


def test_the_usual_number_of_scans_is_not_odd_and_one_more_is():
    assert odd_in(Tally(USUAL_SCANS)) == []
    assert odd_in(Tally(USUAL_SCANS + 1)) == [Odd.OFTEN]


def test_labels_not_in_use_and_ended_ones_are_odd_at_the_first_scan():
    assert odd_in(Tally(1, not_in_use=1)) == [Odd.NOT_IN_USE]
    assert odd_in(Tally(1, over=1)) == [Odd.OVER]


def test_one_label_in_four_provinces_is_odd():
    bits = [province_bit(code + "0000") for code in PROVINCES]
    assert len(set(bits)) == len(PROVINCES) == 34
    spread = Tally(4, provinces=sum(bits[:4]))
    assert odd_in(spread) == [Odd.SPREAD] and spread.places == list(PROVINCES[:4])
    assert odd_in(Tally(4, provinces=sum(bits[:3]))) == []
    assert province_bit("99") is None and province_bit("") is None


def test_the_present_scan_is_not_an_earlier_one():
    assert "第一次" in earlier_text(0, None).zh
    assert earlier_text(3, date(2026, 8, 1)).en == "Scanned 3 times before, first on 1 Aug 2026"
    assert earlier_text(1, date(2026, 8, 1)).zh == "此前被扫 1 次，第一次是2026年8月1日"


def test_a_sum_of_two_tells_each_what_the_other_has():
    assert not may_be_shown(2) and may_be_shown(3)
